"""The search behind `histories.check`: every state in which a register may be, event by event."""

import random
from itertools import count

from ._effects import effects, images
from ._register import Register

PATIENCE = 3000  # states in the first search


class Impatient(Exception):
    """A search has tried as many states as it may."""


def place(operations, initial):
    """Return the operations of one register in an order that explains them, or None."""
    found, values = effects(operations, initial)
    order = search(found, 0, lambda: images(found, values))
    return None if order is None else tuple(operations[i] for i in order)


def search(found, initial, images=tuple):
    """Return the positions of the effects in an order that explains them, or None.

    A wrong choice early on can cost minutes where another finds an order at once. So a search that
    takes long looks at the `images`, then starts afresh with other choices and twice the patience
    (Luby, Sinclair and Zuckerman 1993), from one fixed seed.
    """
    register, rng = Register(found), random.Random(1)
    for attempt in count():
        try:
            return _search(register, initial, PATIENCE << attempt, rng if attempt else None)
        except Impatient:
            if not attempt and any(search(image, start) is None for image, start in images()):
                return None


def _search(register, initial, patience, rng):
    """Search depth first, with a list of the states that have been tried before each event."""
    tried = [{} for _ in register.events]
    path = [iter([register.first(initial)])]
    while path:
        now = len(path) - 1
        state = next(path[-1], None)
        if state is None:
            path.pop()
            continue
        if now == len(tried):
            return register.order(state)
        alike = tried[now].setdefault(register.likeness(state), [])
        if any(register.covers(other, state) for other in alike):
            continue
        alike.append(state)
        patience -= 1
        if patience < 0:
            raise Impatient
        following = register.after(state, now)
        if rng:
            following = list(following)
            rng.shuffle(following)
        path.append(iter(following))
    return None
