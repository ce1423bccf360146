"""What the search needs to know of operations: bits and small numbers instead of values."""

import math
from typing import NamedTuple


class Effect(NamedTuple):
    """What one operation asks of the register and does to it, in numbered values.

    It needs the value `sees`, or any but `differs`, and leaves the value `leaves`; None is no
    demand and no change. Without an end it may never happen.
    """

    sees: int | None
    differs: int | None
    leaves: int | None
    start: float
    end: float

    @property
    def idle(self):
        """Whether it can be left out: it asks nothing that must hold, and changes nothing."""
        asks = self.end < math.inf and (self.sees, self.differs) != (None, None)
        return self.leaves is None and not asks

    def fits(self, value):
        """Return whether the register may hold `value` when this happens."""
        return self.sees in (None, value) and self.differs != value


def effects(operations, initial):
    """Return what `operations` do, and how many values there are; the initial one is number 0."""
    numbers = {initial: 0}

    def numbered(values):
        return next((numbers.setdefault(value, len(numbers)) for value in values), None)

    found = []
    for o in operations:
        sees, leaves = numbered(o.seen), numbered(o.left)
        differs = numbered([o.expected]) if o.succeeded is False else None
        found.append(Effect(sees, differs, None if leaves == sees else leaves, o.start, o.end))
    return found, len(numbers)


def images(found, values):
    """Yield, for each value, the effects where all others count as one and the same.

    An order of the operations is one of their image too: where the image has none, neither have
    they. A register that holds only two values is decided soon.
    """
    for value in range(values if values > 2 else 0):

        def seen_as(other, value=value):
            return None if other is None else int(other == value)

        image = []
        for e in found:
            sees, leaves = seen_as(e.sees), seen_as(e.leaves)
            if e.differs is not None:
                sees = 0 if e.differs == value else None
            image.append(Effect(sees, None, None if leaves == sees else leaves, e.start, e.end))
        yield [e for e in image if not e.idle], int(value == 0)
