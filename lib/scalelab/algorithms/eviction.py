"""Which object goes when the cache is full: policies that know only what they hold.

Each function takes the objects that are requested, numbered from 0, how many there are, and how
many of them fit. It returns for each request whether it was a hit.

Where objects leave in the order of their requests no list is kept, for the trace is that list: a
hand goes over it from old to new, and on past what was asked for again later. Nothing is looked up
for it, which would wait for the memory: each request notes when it is the last no more.
"""

import heapq

import numpy as np

from ..jit import jit

OUT, IN, VISITED = range(3)
ONCE = 2**40  # a count and the number of a request in one integer: count * ONCE + request


@jit
def fifo(trace, objects, capacity):
    """Evict what came in first, however often it was asked for."""
    hits = np.zeros(trace.size, np.bool_)
    inside = np.zeros(objects, np.bool_)
    line = np.full(capacity, -1, np.int32)
    spot = 0
    for k in range(trace.size):
        item = trace[k]
        if inside[item]:
            hits[k] = True
        else:
            if line[spot] >= 0:
                inside[line[spot]] = False
            inside[item] = True
            line[spot] = item
            spot += 1
            if spot == capacity:
                spot = 0
    return hits


@jit
def lru(trace, objects, capacity):
    """Evict what was asked for least recently."""
    hits = np.zeros(trace.size, np.bool_)
    again = np.zeros(trace.size, np.bool_)
    last = np.full(objects, -1, np.int32)
    hand = size = 0
    for k in range(trace.size):
        before = last[trace[k]]
        last[trace[k]] = k
        if before >= hand:
            hits[k] = again[before] = True
        elif size < capacity:
            size += 1
        else:
            while again[hand]:
                hand += 1
            hand += 1
    return hits


@jit
def lfu(trace, objects, capacity):
    """Evict what was asked for least often since it came in, of several the least recent.

    The hand finds what was asked for only once. What it passes it puts on a heap, from which the
    rest is taken when there is no such object; a credit there can be out of date.
    """
    hits = np.zeros(trace.size, np.bool_)
    credit = np.zeros(objects, np.int64)
    heap = [(np.int64(2**62), np.int64(-1))]
    hand = size = 0
    for k in range(trace.size):
        item = trace[k]
        if credit[item]:
            hits[k] = True
            credit[item] += ONCE + k - credit[item] % ONCE
            continue
        if size < capacity:
            size += 1
        else:
            while hits[hand] or credit[trace[hand]] > ONCE + hand:
                if not hits[hand]:
                    heapq.heappush(heap, (credit[trace[hand]], trace[hand]))
                hand += 1
            if hand < k:
                evicted = trace[hand]
                hand += 1
            else:
                known, evicted = heapq.heappop(heap)
                while known < credit[evicted]:
                    known, evicted = heapq.heappushpop(heap, (credit[evicted], evicted))
            credit[evicted] = 0
        credit[item] = ONCE + k
    return hits


@jit
def sieve(trace, objects, capacity):
    """Evict the first that was not asked for since a hand last passed it, going old to new.

    The objects stand in a line. What the hand passes moves up to those that it has passed before,
    so the gap before the hand is what it has evicted; the line closes it where it needs the room.
    """
    hits = np.zeros(trace.size, np.bool_)
    state = np.full(objects, OUT, np.int8)
    line = np.empty(2 * capacity, np.int32)
    passed = hand = end = size = 0
    for k in range(trace.size):
        item = trace[k]
        if state[item] != OUT:
            hits[k], state[item] = True, VISITED
            continue
        if size < capacity:
            size += 1
        else:
            while state[line[hand]] == VISITED:
                state[line[hand]] = IN
                line[passed] = line[hand]
                passed, hand = passed + 1, hand + 1
                if hand == end:
                    passed, hand, end = 0, 0, passed
            state[line[hand]] = OUT
            hand += 1
            if hand == end:
                passed, hand, end = 0, 0, passed
            elif end == line.size:
                for spot in range(hand, end):
                    line[passed + spot - hand] = line[spot]
                hand, end = passed, passed + end - hand
        line[end] = item
        end += 1
        state[item] = IN
    return hits
