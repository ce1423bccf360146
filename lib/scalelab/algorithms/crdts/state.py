"""What all of them share: the order that a merge defines."""

from .._arguments import alike


class State:
    """A copy that can be merged with another of its kind.

    ``a <= b`` tells that `b` has seen everything that `a` has: merging `a` into it changes
    nothing. Two copies that are neither ``<=`` nor ``>=`` have each seen something of their own.
    """

    def merge(self, other):
        """Return the copy that has seen what both have seen."""
        return self._merge(alike("other", other, type(self)))

    def __le__(self, other):
        return self.merge(other) == other
