"""Which object goes when the cache is full: policies that remember what they evicted.

The arguments and the answer are those of `eviction`. A ghost is an object that is out while its
number is kept: asked for again, it comes back with more credit than a new one.
"""

import numpy as np

from ..jit import jit
from ._links import push, unlink

OUT, SMALL, MAIN, GHOST = 0, 1, 2, 3
ONCE, OFTEN = 0, 1


@jit
def move(lists, item, to):
    """Put `item` at the newest end of list `to`, out of the list that it was in."""
    before, after, where, size = lists
    if where[item] != OUT:
        unlink(before, after, item)
        size[where[item]] -= 1
    where[item] = to
    if to != OUT:
        push(before, after, where.size - 1 + to, item)
        size[to] += 1


@jit
def oldest(lists, at):
    """Return the oldest object of list `at`."""
    before, _, where, _ = lists
    return before[where.size - 1 + at]


@jit
def empty(objects):
    """Return three empty lists: neighbors, the list of each object, the size of each list."""
    ends = np.arange(objects + 3).astype(np.int32)
    return ends, ends.copy(), np.zeros(objects, np.int8), np.zeros(4, np.int64)


@jit
def s3fifo(trace, objects, capacity):
    """Three queues: newcomers leave a small one unless asked for twice; ghosts enter the main."""
    hits = np.zeros(trace.size, np.bool_)
    lists = empty(objects)
    _, _, where, size = lists
    freq = np.zeros(objects, np.int8)
    small = max(capacity // 10, 1)
    main, ghosts = capacity - small, capacity * 9 // 10
    full = False
    for k in range(trace.size):
        item = trace[k]
        came = where[item]
        if came in (SMALL, MAIN):
            hits[k] = True
            freq[item] = min(freq[item] + 1, 3)
            continue
        move(lists, item, OUT)
        while size[SMALL] + size[MAIN] == capacity:
            full = True
            if size[MAIN] > main or size[SMALL] == 0:
                evicted = oldest(lists, MAIN)
                while freq[evicted]:
                    freq[evicted] -= 1
                    move(lists, evicted, MAIN)
                    evicted = oldest(lists, MAIN)
                move(lists, evicted, OUT)
            else:
                to = MAIN
                while to == MAIN and size[SMALL] > 0:
                    leaving = oldest(lists, SMALL)
                    to = MAIN if freq[leaving] > 1 else GHOST
                    move(lists, leaving, to)
                    freq[leaving] = 0
                if size[GHOST] > ghosts:
                    move(lists, oldest(lists, GHOST), OUT)
        freq[item] = 0
        filling = not full and size[SMALL] >= small
        move(lists, item, MAIN if came == GHOST or filling else SMALL)
    return hits


@jit
def arc(trace, objects, capacity):
    """Two LRU lists, asked for once and more often; hits on their ghosts say which is to grow.

    Each list has a line of places, one for each time that an object came to its newest end, and
    notes where it left. A stamp is an object's last place and its list. The objects of a list are
    held from one of its hands on and ghosts from the other on, as in `eviction.lru`.
    """
    hits = np.zeros(trace.size, np.bool_)
    stamp = np.full(objects, -2, np.int32)
    left, ends = np.zeros((2, trace.size), np.bool_), np.zeros(2, np.int64)
    held, known, ghosts = np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(2, np.int64)
    size = once = 0  # objects that are held, and those of them that were asked for once
    target = 0.0  # for the latter
    for k in range(trace.size):
        item = trace[k]
        place, at, to = stamp[item] >> 1, stamp[item] & 1, OFTEN
        if place >= held[at]:
            hits[k] = left[at, place] = True
            once -= at == ONCE
        elif place >= known[at]:
            left[at, place] = True
            step = max(ghosts[1 - at] / ghosts[at], 1.0)
            target = min(target + step, capacity) if at == ONCE else max(target - step, 0.0)
            once -= make_room(left, held, ghosts, once, size, target, at == OFTEN)
            ghosts[at] -= 1
        else:
            to = ONCE
            if size < capacity:
                size += 1
            else:
                seen, both = once + ghosts[ONCE], size + ghosts[ONCE] + ghosts[OFTEN]
                once -= make_room(left, held, ghosts, once, size, target, False)
                if seen == capacity or both == 2 * capacity:
                    gone = ONCE if seen == capacity else OFTEN
                    known[gone] = following(left, known[gone], gone)
                    ghosts[gone] -= 1
            once += 1
        stamp[item] = 2 * ends[to] + to
        ends[to] += 1
    return hits


@jit
def make_room(left, held, ghosts, once, size, target, at_target):
    """Make a ghost: of what was asked for once, where that list is beyond its target.

    Return whether it is of that list.
    """
    beyond = once > target or (at_target and once == target)
    which = ONCE if once == size or (once > 0 and beyond) else OFTEN
    held[which] = following(left, held[which], which)
    ghosts[which] += 1
    return which == ONCE


@jit
def following(left, hand, which):
    """Return the place after that of the first object of a list, from `hand` on."""
    while left[which, hand]:
        hand += 1
    return hand + 1
