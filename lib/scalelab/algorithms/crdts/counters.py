"""Counters: each replica counts for itself, and the sum is the value."""

from dataclasses import dataclass, field

from .._arguments import label, number
from .state import State


@dataclass(frozen=True)
class GCounter(State):
    """A counter that only grows.

    Attributes
    ----------
    counts : dict of str to int
        What each replica has counted.

    Examples
    --------
    A merge takes the highest count of each replica, so a copy that arrives twice counts once.

    >>> here, there = GCounter().add("a", 3), GCounter().add("b", 4)
    >>> here.merge(there).merge(there).value
    7
    """

    counts: dict = field(default_factory=dict)

    @property
    def value(self):
        """The sum over all replicas."""
        return sum(self.counts.values())

    def add(self, replica, amount=1):
        """Return the counter after `replica` has counted `amount` more, a whole number >= 1."""
        amount = number("amount", amount, least=1, whole=True)
        counted = self.counts.get(label("replica", replica), 0)
        return GCounter({**self.counts, replica: counted + amount})

    def _merge(self, other):
        replicas = self.counts.keys() | other.counts.keys()
        return GCounter({r: max(self.counts.get(r, 0), other.counts.get(r, 0)) for r in replicas})


@dataclass(frozen=True)
class PNCounter(State):
    """A counter that goes up and down: two that only grow.

    Nothing keeps the value above 0: two replicas may each sell the last piece.

    Attributes
    ----------
    added, taken : GCounter
        What each replica has added, and what it has taken away.

    Examples
    --------
    >>> stock = PNCounter().add("a", 1)
    >>> stock.subtract("a").merge(stock.subtract("b")).value
    -1
    """

    added: GCounter = GCounter()
    taken: GCounter = GCounter()

    @property
    def value(self):
        """What was added less what was taken away."""
        return self.added.value - self.taken.value

    def add(self, replica, amount=1):
        """Return the counter after `replica` has added `amount`, a whole number >= 1."""
        return PNCounter(self.added.add(replica, amount), self.taken)

    def subtract(self, replica, amount=1):
        """Return the counter after `replica` has taken `amount` away, a whole number >= 1."""
        return PNCounter(self.added, self.taken.add(replica, amount))

    def _merge(self, other):
        return PNCounter(self.added.merge(other.added), self.taken.merge(other.taken))
