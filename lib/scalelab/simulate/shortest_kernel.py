"""The compiled loop of least connections: servers by the length of their lines.

Here a departure changes who comes next, so departures stand in a heap.
"""

import math

import numpy as np

from ..jit import floats, inline, jit, whole
from .draws import exponential, work
from .heaps import heappop, heappush, heapreplace
from .kernels import BUCKETS, DEEPEST, any_of, note


@inline
def swap(order, place, server, spot):
    """Let `server` and the one at `spot` change places."""
    there, before = order[spot], place[server]
    order[spot], order[before] = server, there
    place[server], place[there] = spot, before


@jit
def shortest_line(stream, gap, law, speeds, requests, skip, kept):
    """Least connections: a line at each server, and each request to the shortest of them all.

    The servers stand in `order` of their lengths, those with at least i requests from `start[i]`
    on, so a server is found, and moved by one, in a few steps. Returns what `lines` does.
    """
    n = len(speeds)
    histogram, placed, found = whole(BUCKETS), whole(n), whole(DEEPEST + 1)
    length, last, start = whole(n), floats(n), whole(4, n)
    order, place = whole(n), whole(n)
    for s in range(n):
        order[s], place[s] = s, s
    start[0] = 0
    never = math.inf, 0
    departures = [never, never, never]
    now, responded, longest, look = 0.0, 0.0, 0, skip
    for k in range(requests):
        between, stream = exponential(stream)
        now += between * gap
        over = False  # is the first departure over, and in its place?
        while departures[0][0] <= now and not over:
            server = departures[0][1]
            over = min(departures[1][0], departures[2][0]) > now
            if not over:
                heappop(departures)
            held = length[server]
            swap(order, place, server, start[held])
            start[held] += 1
            length[server] = held - 1
        if k == look:
            look += n + 1
            for s in range(n):
                found[min(length[s], DEEPEST)] += 1

        ahead = length[order[0]]
        spot, stream = any_of(stream, start[ahead + 1])
        server = order[spot]
        start[ahead + 1] -= 1
        swap(order, place, server, start[ahead + 1])
        length[server] = ahead + 1
        longest = max(longest, ahead + 1)
        placed[server] += 1
        if longest + 2 > len(start):
            shorter, start = start, whole(2 * len(start), n)
            for i in range(len(shorter)):
                start[i] = shorter[i]
        takes, stream = work(stream, law)
        last[server] = max(last[server], now) + takes / speeds[server]
        if over:
            heapreplace(departures, (last[server], server))
        else:
            heappush(departures, (last[server], server))
        responded += note(last[server] - now, k, skip, histogram, kept)
    return responded, np.asarray(histogram), np.asarray(placed), np.asarray(found), longest
