"""Sets: an addition and a removal that did not know of each other, and which of them wins."""

from dataclasses import dataclass

from .._arguments import hashable, label
from .state import State


@dataclass(frozen=True)
class GSet(State):
    """A set that only grows.

    Attributes
    ----------
    value : frozenset
        What was added.

    Examples
    --------
    >>> sorted(GSet().add(1).merge(GSet().add(2)).value)
    [1, 2]
    """

    value: frozenset = frozenset()

    def add(self, element):
        """Return the set with `element`."""
        return GSet(self.value | {hashable("element", element)})

    def _merge(self, other):
        return GSet(self.value | other.value)


@dataclass(frozen=True)
class TwoPhaseSet(State):
    """A set in which a removal is for ever.

    Attributes
    ----------
    added, removed : frozenset
        What was ever added, and what was ever removed.

    Examples
    --------
    >>> sorted(TwoPhaseSet().add("milk").remove("milk").add("milk").value)
    []
    """

    added: frozenset = frozenset()
    removed: frozenset = frozenset()

    @property
    def value(self):
        """What was added and never removed."""
        return self.added - self.removed

    def add(self, element):
        """Return the set with `element`, unless it was removed before."""
        return TwoPhaseSet(self.added | {hashable("element", element)}, self.removed)

    def remove(self, element):
        """Return the set without `element`.

        Raises
        ------
        ValueError
            It is not in this copy.
        """
        return TwoPhaseSet(self.added, self.removed | {_present(self, element)})

    def _merge(self, other):
        return TwoPhaseSet(self.added | other.added, self.removed | other.removed)


@dataclass(frozen=True)
class ORSet(State):
    """A set in which a removal takes away the additions it has seen, and no others.

    Each addition has a tag of its own, (replica, number); a removal bans the tags it sees. An
    addition that it has not seen survives, so in a conflict the addition wins.

    Attributes
    ----------
    added, removed : frozenset of (object, (str, int))
        Additions, and those that a removal has seen: each an element and its tag.

    Examples
    --------
    >>> cart = ORSet().add("a", "milk")
    >>> sorted(cart.remove("milk").merge(cart.add("b", "milk")).value)
    ['milk']
    """

    added: frozenset = frozenset()
    removed: frozenset = frozenset()

    @property
    def value(self):
        """The elements with an addition that no removal has seen."""
        return frozenset(element for element, _ in self.added - self.removed)

    def add(self, replica, element):
        """Return the set after `replica` has added `element`."""
        mine = sum(tag[0] == label("replica", replica) for _, tag in self.added)
        addition = (hashable("element", element), (replica, mine + 1))
        return ORSet(self.added | {addition}, self.removed)

    def remove(self, element):
        """Return the set without `element`.

        Raises
        ------
        ValueError
            It is not in this copy.
        """
        _present(self, element)
        seen = {addition for addition in self.added if addition[0] == element}
        return ORSet(self.added, self.removed | seen)

    def _merge(self, other):
        return ORSet(self.added | other.added, self.removed | other.removed)


def _present(state, element):
    if hashable("element", element) not in state.value:
        raise ValueError(
            f"element is {element!r}: it is not in this copy of the set, so there is no addition "
            "to take back"
        )
    return element
