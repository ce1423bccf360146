"""The states of one register, and what may follow on each start and end of an operation.

Sets of operations are whole numbers with a bit for each.
"""

import math
from collections import deque
from typing import NamedTuple


class State(NamedTuple):
    """What the register holds, and who runs without having been placed in the order yet."""

    value: int
    running: int
    written: int = -1  # the event at which the last write was placed
    trail: tuple = ()  # (the trail before, the operation, whether it hides behind the last write)


class Register:
    """The starts and ends of the operations of one register, in the order of time."""

    def __init__(self, effects):
        self.effects = effects
        each = [(e.start, False, i) for i, e in enumerate(effects)]
        each += [(e.end, True, i) for i, e in enumerate(effects) if e.end < math.inf]
        self.events = [(i, ends) for _, ends, i in sorted(each)]
        self.due = [math.inf] * len(effects)
        self.begun = [0]  # those that have started before each event
        for now, (i, ends) in enumerate(self.events):
            if ends:
                self.due[i] = now
            self.begun.append(self.begun[-1] | (0 if ends else 1 << i))
        self.reads = self.bits(lambda e: e.leaves is None)
        self.writes = self.bits(lambda e: e.leaves is not None and e.sees is None)
        self.swaps = self.bits(lambda e: e.leaves is not None and e.sees is not None)
        self.answered = self.bits(lambda e: e.end < math.inf)
        self.differing = self.bits(lambda e: e.differs is not None)
        values = {v for e in effects for v in (e.sees, e.differs, e.leaves) if v is not None}
        self.seeing = {v: self.bits(lambda e, v=v: e.sees == v) for v in values}
        self.leaving = {v: self.bits(lambda e, v=v: e.leaves == v) for v in values}

    def bits(self, chosen):
        """Return the set of the operations whose effect is `chosen`."""
        return sum(1 << i for i, e in enumerate(self.effects) if chosen(e))

    def first(self, initial):
        """Return the state before the first event."""
        return State(initial, 0)

    def after(self, state, now):
        """Return the states that may follow on the event number `now`."""
        i, ends = self.events[now]
        if not ends:
            return [self.settle(state._replace(running=state.running | 1 << i))]
        if not state.running >> i & 1:
            return [state]
        return self.end(state, i, now)

    def settle(self, state):
        """Return the state with every read placed that fits: it changes nothing."""
        for i in members(state.running & self.reads):
            if self.effects[i].fits(state.value):
                state = state._replace(
                    running=state.running & ~(1 << i), trail=(state.trail, i, False)
                )
        return state

    def end(self, state, i, now):
        """Yield the states that are possible once operation `i` has ended: it has been placed.

        A write may lie right before another one that has been placed since it started, where
        nobody sees it. Else operations are placed until it is its turn.
        """
        if self.writes >> i & 1 and self.begun[max(state.written, 0)] >> i & 1:
            hidden = state._replace(running=state.running & ~(1 << i), trail=(state.trail, i, True))
            value = self.effects[i].leaves
            if not self.lost(value, hidden, now):
                yield hidden
            if not self.to_come(self.seeing[value] | self.differing, hidden, now):
                return
        ways, seen = deque([(state, -1)]), set()
        while ways:
            state, shown = ways.popleft()
            for move in self.moves(state, i, shown, now):
                new = self.settle(self.show(state, move, now))
                if (new.value, new.running) in seen or self.lost(state.value, new, now):
                    continue
                seen.add((new.value, new.running))
                if not new.running >> i & 1:
                    yield new
                else:
                    ways.append((new, new.value))

    def show(self, state, i, now):
        """Return the state after operation `i` has changed the register."""
        written = now if self.writes >> i & 1 else state.written
        running = state.running & ~(1 << i)
        return State(self.effects[i].leaves, running, written, (state.trail, i, False))

    def moves(self, state, i, shown, now):
        """Return what may be placed next, on the way to operation `i`; `shown` was before.

        Of several that do the same, the one that ends first: the others can wait longer. A write
        is shown early only to those who wait for its value. If no later one wants that value,
        it is shown without regret; else it may be shown now or kept, both ways are open. Only a
        compare-and-set cares in which order values are shown.
        """
        swaps = state.running & self.swaps
        writes = state.running & self.writes
        waited = sorted(v for v in self.left(writes & ~(1 << i)) if self.waited(v, state))
        if free := [v for v in waited if self.free(v, i, now)]:
            waited = free[:1]
        elif not swaps:
            waited = [v for v in waited if v > shown or v == self.effects[i].sees]
        ready = swaps & self.seeing.get(state.value, 0)
        last = [i] if self.writes >> i & 1 and not free else []
        return [
            *last,
            *(self.soonest(ready & self.leaving[v]) for v in self.left(ready)),
            *(self.soonest(writes & self.leaving[v]) for v in waited),
        ]

    def left(self, operations):
        """Return the values that the operations leave."""
        return {self.effects[i].leaves for i in members(operations)}

    def soonest(self, operations):
        """Return the one of the operations that ends first."""
        return min(members(operations), key=lambda i: (self.due[i], i))

    def waited(self, value, state):
        """Return whether one who runs waits for `value`, or for any other than there is.

        A swap that sees what is there may wait too: writes can hide before a write, not before it.
        """
        others = self.differing if value != state.value else 0
        return bool(state.running & (self.seeing[value] | others))

    def free(self, value, i, now):
        """Return whether no later operation wants `value`, so that it is shown without regret."""
        seeing = self.seeing[value]
        later = seeing & ~self.begun[now + 1]
        return not (self.differing or later or seeing & (self.swaps | 1 << i))

    def to_come(self, operations, state, now):
        """Return those of the operations that have not been placed yet."""
        return operations & (state.running | ~self.begun[now + 1])

    def lost(self, value, state, now):
        """Return whether an operation must see `value`, which can never be there again."""
        if value == state.value or value not in self.seeing:
            return False
        wanted = self.to_come(self.seeing[value] & self.answered, state, now)
        return wanted and not self.to_come(self.leaving[value], state, now)

    def likeness(self, state):
        """Return what two states must share to be compared."""
        return state.value, state.running & self.swaps & self.answered

    def covers(self, state, other):
        """Return whether `state` can do what `other`, alike, can; what it has more can hide."""
        more, less = state.running & ~other.running, other.running & ~state.running
        must = more & self.answered
        return (
            state.written >= other.written
            and not more & self.reads
            and not less & ~self.reads
            and not must & ~self.begun[max(state.written, 0)]
        )

    def order(self, state):
        """Return the operations in the order in which they were placed."""
        trail, placed = state.trail, []
        while trail:
            trail, i, hides = trail
            placed.append((i, hides))
        order, last = [], 0
        for i, hides in reversed(placed):
            if hides:
                order.insert(last, i)
                last += 1
            else:
                if self.writes >> i & 1:
                    last = len(order)
                order.append(i)
        return order


def members(operations):
    """Yield the operations of a set."""
    while operations:
        bit = operations & -operations
        yield bit.bit_length() - 1
        operations ^= bit
