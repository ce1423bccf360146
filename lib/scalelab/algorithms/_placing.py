"""The search behind `histories.check`: every state in which a register may be, event by event."""

from itertools import chain, combinations
from typing import NamedTuple

from ._operations import events


class State(NamedTuple):
    """What the register holds, and who runs without having been placed in the order yet."""

    value: object
    writes: frozenset
    reads: frozenset
    changed: int
    order: tuple


def place(operations, initial):
    """Return the operations of one register in an order that explains them, or None."""
    search = Search(events(operations))
    tried = [[] for _ in search.events]
    path = [iter([State(initial, frozenset(), frozenset(), -1, ())])]
    while path:
        now = len(path) - 1
        state = next(path[-1], None)
        if state is None:
            path.pop()
        elif now == len(search.events):
            return state.order
        elif not any(search.covers(other, state) for other in tried[now]):
            tried[now].append(state)
            path.append(search.after(state, now))
    return None


class Search:
    """The events of one register, and what its operations lead to."""

    def __init__(self, events):
        self.events = events
        self.began, self.last_read, self.last_write = {}, {}, {}
        for now, (_, operation, starts) in enumerate(events):
            if starts:
                last = self.last_read if operation.kind == "read" else self.last_write
                self.began[operation] = last[operation.value] = now

    def after(self, state, now):
        """Return the states that may follow on the event number `now`."""
        _, operation, starts = self.events[now]
        return iter([self.start(state, operation)]) if starts else self.end(state, operation, now)

    def start(self, state, operation):
        """Return the state once `operation` runs; a read that fits is placed at once."""
        if operation.kind == "write":
            return state._replace(writes=state.writes | {operation})
        if operation.value == state.value:
            return state._replace(order=(*state.order, operation))
        return state._replace(reads=state.reads | {operation})

    def end(self, state, operation, now):
        """Yield the states that are possible once `operation` has ended: it has been placed."""
        if operation not in state.writes | state.reads:
            yield state
            return
        if operation.kind == "write" and self.began[operation] < state.changed:
            hidden = self.hide(state, operation)
            if not self.lost(operation.value, hidden, now):
                yield hidden
            if not self.wanted(operation.value, hidden, now):
                return
        for values in self.detours(state, operation.value, now):
            new = state
            for value in (*values, operation.value):
                new = new and self.show(new, value, now)
            gone = {state.value, *values}
            if new and not any(self.lost(value, new, now) for value in gone):
                yield new

    def hide(self, state, write):
        """Return the state with `write` placed right before the last one, where nobody sees it."""
        order = state.order
        last = max(i for i, o in enumerate(order) if o.kind == "write")
        order = (*order[:last], write, *order[last:])
        return state._replace(writes=state.writes - {write}, order=order)

    def show(self, state, value, now):
        """Return the state after a write of `value` and all reads that wait for it, or None.

        Of several writes it takes the one that ends first: the others can wait longer.
        """
        writes = [o for o in state.writes if o.value == value]
        if not writes:
            return None
        write = min(writes, key=lambda o: (o.end, o.number))
        reads = sorted((o for o in state.reads if o.value == value), key=lambda o: o.number)
        order = (*state.order, write, *reads)
        return State(value, state.writes - {write}, state.reads.difference(reads), now, order)

    def detours(self, state, target, now):
        """Return the lists of values that may be shown on the way to `target`.

        Only where reads wait for them. One that no later read wants is shown without regret. One
        that can be written again may be shown now or kept: both ways are open.
        """
        writes = [o.value for o in state.writes]
        waited = {o.value for o in state.reads}.intersection(writes) - {state.value, target}
        waited = sorted(waited, key=repr)
        free = [v for v in waited if self.last_read[v] < now]
        again = [v for v in waited if v not in free]
        again = [v for v in again if writes.count(v) > 1 or self.last_write[v] > now]
        choices = chain.from_iterable(combinations(again, n) for n in range(len(again) + 1))
        return ((*free, *choice) for choice in choices)

    def wanted(self, value, state, now):
        """Return whether a read waits for `value`, or one will start that does."""
        return self.last_read.get(value, -1) > now or any(o.value == value for o in state.reads)

    def lost(self, value, state, now):
        """Return whether `value` is wanted and can never be there again."""
        written = value == state.value or self.last_write.get(value, -1) > now
        written = written or any(o.value == value for o in state.writes)
        return not written and self.wanted(value, state, now)

    def covers(self, state, other):
        """Return whether `state` can do what the `other` can; what it has more can be hidden."""
        return (
            state.value == other.value
            and state.changed >= other.changed
            and state.reads <= other.reads
            and state.writes >= other.writes
            and all(self.began[o] < state.changed for o in state.writes - other.writes)
        )
