"""The compiled loop of `autoscale`: one line of requests, and servers that come and go."""

import heapq

from ..jit import jit


@jit
def serve(rng, arrivals, waits, line, state, free, warm, service, cold_speed, room, until):
    """Let the servers work until then, and return the seconds of work that they began.

    `free` holds when each server has done what it began, `warm` from when on it is at full speed.
    `line` holds the requests that were let in, `state` how many of them have begun, how many there
    are, and how many requests have come. The wait of one that is turned away stays as it is.
    """
    begun, admitted, come = state
    idle = [(free[s], warm[s]) for s in range(free.size)]
    heapq.heapify(idle)
    work = 0.0
    while True:
        start = max(arrivals[line[begun]], idle[0][0]) if begun < admitted else until
        arrival = arrivals[come] if come < arrivals.size else until
        if min(start, arrival) >= until:
            break
        if start <= arrival:
            duration = rng.standard_exponential() * service
            heated = idle[0][1]
            if start < heated:
                duration /= cold_speed
            heapq.heapreplace(idle, (start + duration, heated))
            waits[line[begun]] = start - arrivals[line[begun]]
            begun += 1
            work += duration
        else:
            if admitted - begun < room or idle[0][0] <= arrival:
                line[admitted] = come
                admitted += 1
            come += 1
    state[0], state[1], state[2] = begun, admitted, come
    for s in range(free.size):
        free[s], warm[s] = idle[s]
    return work
