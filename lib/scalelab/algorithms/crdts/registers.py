"""Registers: one value, and what becomes of writes that did not know of each other."""

from dataclasses import dataclass

from .._arguments import hashable, label, number
from ..clocks import Vector
from .state import State


@dataclass(frozen=True)
class LWWRegister(State):
    """The last writer wins, by the stamp (time, replica); every other write is lost.

    The time is the clock of the replica. One whose clock is behind writes into the void: its
    write is lost although it came later.

    Attributes
    ----------
    value : object
        The last write's, None before the first one.
    stamp : (float, str)
        Its time in seconds, and its replica.

    Examples
    --------
    >>> old = LWWRegister().write("a", "bought", now=10.0)
    >>> old.write("b", "paid", now=9.9).value
    'bought'
    """

    value: object = None
    stamp: tuple = (-1.0, "")

    def write(self, replica, value, now):
        """Return the register after `replica` has written `value`, its clock showing `now`.

        Raises
        ------
        ValueError
            It has written at that time already: two writes with one stamp have no order.
        """
        stamp = (number("now", now, least=0), label("replica", replica))
        if stamp == self.stamp:
            raise ValueError(
                f"now is {now:g}: {replica!r} has written at that time already, and two writes "
                "with one stamp have no order"
            )
        return self.merge(LWWRegister(value, stamp))

    def _merge(self, other):
        return other if other.stamp > self.stamp else self


@dataclass(frozen=True)
class MVRegister(State):
    """Every write that no later one knew of is kept: a conflict is shown, not decided.

    Attributes
    ----------
    versions : frozenset of (Vector, object)
        Each value that is kept, after the stamp of its write.

    Examples
    --------
    A write after reading two values replaces both.

    >>> one, two = MVRegister().write("a", "red"), MVRegister().write("b", "blue")
    >>> both = one.merge(two)
    >>> sorted(both.values), sorted(both.write("a", "green").values)
    (['blue', 'red'], ['green'])
    """

    versions: frozenset = frozenset()

    @property
    def values(self):
        """The set of values that a reader has to choose from."""
        return frozenset(value for _, value in self.versions)

    def write(self, replica, value):
        """Return the register after `replica`, knowing what is in it, has written `value`."""
        clock = Vector()
        for known, _ in self.versions:
            clock = clock.merge(known)
        return MVRegister(frozenset({(clock.tick(replica), hashable("value", value))}))

    def _merge(self, other):
        versions = self.versions | other.versions
        clocks = [clock for clock, _ in versions]
        return MVRegister(
            frozenset(
                (clock, value)
                for clock, value in versions
                if not any(clock.before(later) for later in clocks)
            )
        )
