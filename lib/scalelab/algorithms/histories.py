"""Is there one order of all reads and writes that explains what every client saw?

A history is linearizable if each operation can be given a single moment between its start and its
end, such that every read returns what the write before it in that order has written (Herlihy and
Wing, *Linearizability*, 1990). A set of registers is linearizable when each of them is, so each
key is checked by itself.

`check` goes through the starts and ends in the order of time, tries what the register may hold and
goes back where that fails (Wing and Gong 1993), never twice from the same state (Lowe, *Testing
for linearizability*, 2017). Where that takes long it looks at one value at a time and counts all
others as one: if such a register of two values has no order, neither has the history.

- A read that fits the value is placed at once: it changes nothing, so waiting gains nothing.
- A write is placed just in time: when it must end, or when one that must end needs its value.
- A write that nobody has to see may lie right before another one that has been placed since it
  started. It costs nothing there.
- A compare-and-set is a read and a write in one moment: no write can lie between the two.
- A state is not tried where one has failed that could do whatever it can.

Deciding this is NP-complete (Gibbons and Korach 1997). Where clients write different values there
is never a choice. Where dozens of clients write the same few again and again, most histories of
hundreds of operations take a second or two, and some can take minutes.

In production: Knossos (in Jepsen) or Porcupine, which also know other objects than registers.
"""

from dataclasses import dataclass

from ._explain import explain
from ._operations import Operation, cas, listed, read, write
from ._placing import place

__all__ = ["Operation", "Verdict", "cas", "check", "read", "write"]


@dataclass(frozen=True)
class Verdict:
    """Whether a history is linearizable, and why.

    Attributes
    ----------
    linearizable : bool
    order : dict or None
        By key, its operations in an order that explains what was read; None where there is none.
    explanation : str
        What was found: which operation is impossible, and why.
    prefix : tuple of Operation
        The history up to the end of that operation; before its end there was an order.
    core : tuple of Operation
        The operations of the prefix that are enough to see it.
    """

    linearizable: bool
    order: dict | None
    explanation: str
    prefix: tuple = ()
    core: tuple = ()


def check(history, initial=None):
    """Return whether a history of one or more registers is linearizable, as a `Verdict`.

    Parameters
    ----------
    history : sequence of Operation
        Made by `read`, `write` and `cas`, in any order. Operations that touch in a single moment
        overlap. A write or a compare-and-set without an end may have taken effect at any time or
        never; a read without an end tells nothing.
    initial : hashable
        What every register holds before it is written.

    Returns
    -------
    Verdict

    Examples
    --------
    Client b sees the write before it has ended. Then c, who starts later, does not.

    >>> seen = read("b", 1, start=1, end=2), read("c", None, start=3, end=4)
    >>> verdict = check([write("a", 1, start=0, end=10), *seen])
    >>> print(verdict.explanation)
    No order explains the read of None by c (3 to 4 s): None had been replaced before it started,
    since the read of 1 by b (1 to 2 s) had ended. These 3 operations are enough to see it: the
    write of 1 by a (from 0 s on), the read of 1 by b (1 to 2 s), the read of None by c (3 to 4 s).
    """
    keys, order = listed(history, initial), {}
    for key, operations in keys.items():
        order[key] = place(operations, initial)
        if order[key] is None:
            prefix, core, explanation = explain(operations, initial)
            where = f"Key {key!r}: " if len(keys) > 1 else ""
            return Verdict(False, None, where + explanation, prefix, core)
    return Verdict(True, order, "Each read returns the write before it in this order.")
