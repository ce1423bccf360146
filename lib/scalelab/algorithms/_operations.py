"""Reads, writes and compare-and-sets with a start and an end, as a client saw them."""

import math
from dataclasses import dataclass, replace

from ._arguments import alike, hashable, label, number


@dataclass(frozen=True)
class Operation:
    """One operation of one client, made by `read`, `write` or `cas`.

    Attributes
    ----------
    kind : {"read", "write", "cas"}
    client : str
    value : hashable
        What was read or written; for a compare-and-set the new one.
    start, end : float
        Seconds; the end is infinite where there was no answer.
    key : hashable
        The register.
    number : int
        Its place in the history, given by `check`.
    expected : hashable
        What a compare-and-set asks for.
    succeeded : bool or None
        Whether a compare-and-set wrote; None where there was no answer.
    """

    kind: str
    client: str
    value: object
    start: float
    end: float
    key: object
    number: int = 0
    expected: object = None
    succeeded: bool | None = None

    def __str__(self):
        what = f"{self.kind} of {self.value!r}"
        if self.kind == "cas":
            failed = "failed " if self.succeeded is False else ""
            what = f"{failed}compare-and-set of {self.expected!r} to {self.value!r}"
        when = f"{self.start:g} to {self.end:g} s"
        if self.end == math.inf:
            when = f"from {self.start:g} s on"
        return f"the {what} by {self.client} ({when})"

    @property
    def seen(self):
        """The values that the register must have held, as a tuple of one or none."""
        if self.kind == "write" or self.succeeded is False:
            return ()
        return (self.value,) if self.kind == "read" else (self.expected,)

    @property
    def left(self):
        """The values that the register holds from then on, as a tuple of one or none."""
        return () if self.kind == "read" or self.succeeded is False else (self.value,)


def read(client, value, start, end=math.inf, key=None):
    """Return the read by which `client` saw `value`, between `start` and `end` in seconds.

    Parameters
    ----------
    client : str
    value : hashable
        What it saw.
    start, end : float
        Seconds; a read without an end tells nothing.
    key : hashable
        The register, where there are several.

    Returns
    -------
    Operation

    Examples
    --------
    >>> print(read("b", 1, start=1, end=2))
    the read of 1 by b (1 to 2 s)
    """
    return _operation("read", client, value, start, end, key)


def write(client, value, start, end=math.inf, key=None):
    """Return the write of `value`; one that was never answered has no end.

    Parameters
    ----------
    client, value, start, end, key
        See `read`.

    Returns
    -------
    Operation

    Examples
    --------
    >>> print(write("a", 1, start=0))
    the write of 1 by a (from 0 s on)
    """
    return _operation("write", client, value, start, end, key)


def cas(client, expected, new, succeeded, start, end=math.inf, key=None):
    """Return the compare-and-set that writes `new` if the register holds `expected`.

    Parameters
    ----------
    client, start, end, key
        See `read`.
    expected, new : hashable
    succeeded : bool or None
        The answer: True where it wrote, False where the register held something else. None where
        it was never answered and has no end.

    Returns
    -------
    Operation

    Examples
    --------
    >>> print(cas("a", 1, 2, False, start=0, end=1))
    the failed compare-and-set of 1 to 2 by a (0 to 1 s)
    """
    made = _operation("cas", client, new, start, end, key, name="new")
    hashable("expected", expected)
    if succeeded not in ((None,) if end == math.inf else (True, False)):
        raise ValueError(
            f"succeeded is {succeeded!r}: it must be True or False where there is an end, else None"
        )
    return replace(made, expected=expected, succeeded=succeeded)


def _operation(kind, client, value, start, end, key, name="value"):
    start = number("start", start, least=0)
    if end != math.inf:
        end = number("end", end, least=0)
    if end < start:
        raise ValueError(f"end is {end:g}: it must not lie before the start, {start:g}")
    client, value, key = label("client", client), hashable(name, value), hashable("key", key)
    return Operation(kind, client, value, start, end, key)


def listed(history, initial):
    """Return the operations by key, numbered by their start; unanswered reads are left out."""
    hashable("initial", initial)
    try:
        history = sorted(
            (alike("history has an operation that", o, Operation) for o in history),
            key=lambda o: o.start,
        )
    except TypeError:
        raise ValueError(f"history is {history!r}: it must be a list of operations") from None
    keys = {}
    for i, o in enumerate(history):
        if o.kind != "read" or o.end < math.inf:
            keys.setdefault(o.key, []).append(replace(o, number=i))
    return keys
