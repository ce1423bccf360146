"""The compiled loops: one pass over the requests, no list of events.

A server that works in order of arrival finishes a request at a time known when it arrives:
when the server is free, and the work after that. So no departure needs an event. A queue's length
is needed only when somebody looks, and the departures until then are taken off there and then.

All kernels are in this file, because numba notices a change to the file of a kernel but not to
the files of what it calls.
"""

import heapq
import math

import numpy as np

from ..jit import jit

EXPONENTIAL, DETERMINISTIC, PARETO = range(3)
RANDOM, ROUND_ROBIN, WEIGHTED, SHORTEST_OF_SOME, SHORTEST_OF_ALL = range(5)

# A histogram counts times by the leading bits of a float64: its power of two and 256 steps in it.
# So a bucket is 1/256 of its value wide, or less, from 2**-40 to 2**40.
BUCKETS = 80 * 256
LOWEST = (1023 - 40) * 256

# The longest line that is told from still longer ones where lines are counted by their length.
DEEPEST = 4095


@jit
def bucket(time):
    """Return the bucket of the histogram in which `time` falls."""
    return min(max((np.float64(time).view(np.int64) >> 44) - LOWEST, 0), BUCKETS - 1)


@jit
def draw_work(rng, law):
    """Return the work of one request, of mean 1."""
    kind, low, cut, power = law
    if kind == EXPONENTIAL:
        return rng.standard_exponential()
    if kind == DETERMINISTIC:
        return 1.0
    return low * (1 - cut * rng.random()) ** power


@jit
def one_line(rng, gap, law, service, servers, requests, skip, waits):
    """One line, one or many servers. Return the sum of waits, that of responses, a histogram."""
    histogram = np.zeros(BUCKETS, np.int64)
    free = [0.0] * servers
    now = waited = responded = backlog = 0.0
    for k in range(requests):
        between = rng.standard_exponential() * gap
        work = draw_work(rng, law) * service
        if servers == 1:
            backlog = max(backlog - between, 0.0)
            wait = backlog
            backlog += work
        else:
            now += between
            wait = max(free[0] - now, 0.0)
            heapq.heapreplace(free, now + wait + work)
        if k >= skip:
            waited += wait
            responded += wait + work
            histogram[bucket(wait + work)] += 1
            if waits.size:
                waits[k - skip] = wait
    return waited, responded, histogram


@jit
def note(response, k, skip, histogram, kept):
    """Count the response of request `k`, and return what it adds to their sum."""
    if k < skip:
        return 0.0
    histogram[bucket(response)] += 1
    if kept.size:
        kept[k - skip] = response
    return response


@jit
def leave(server, now, due, head, end, base, mask):
    """Take off what `server` has finished by `now`; return how many requests it still holds.

    A server's times of departure stand in a ring: mask + 1 places of `due` from `base` on, a
    power of two. Behind the last of them stands infinity.
    """
    spot, first, last = head[server], base[server], mask[server]
    spot += due[first + (spot & last)] <= now  # a sum and not a branch: nobody can predict it
    while due[first + (spot & last)] <= now:
        spot += 1
    head[server] = spot
    return end[server] - spot


@jit
def enlarge(server, used, due, head, end, base, mask):
    """Move a full ring to where there are twice as many places; return how much is used."""
    size = 2 * (mask[server] + 1)
    for k in range(head[server], end[server] + 1):
        due[used + (k & (size - 1))] = due[base[server] + (k & mask[server])]
    base[server], mask[server] = used, size - 1
    return used + size


@jit
def pick_different(rng, picked, n):
    """Fill `picked` with different servers out of `n`."""
    for c in range(picked.size):
        again = True
        while again:
            picked[c] = int(rng.random() * n)
            again = False
            for b in range(c):
                if picked[b] == picked[c]:
                    again = True


@jit
def shortest_of(bulletin, least):
    """Put the servers with the shortest lines first in `least`, and return how many they are."""
    shortest, ties = bulletin.min(), 0
    for s in range(bulletin.size):
        if bulletin[s] == shortest:
            least[ties] = s
            ties += 1
    return ties


@jit
def lines(rng, policy, choices, odds, other, gap, law, speeds, interval, requests, skip, kept):
    """A line at each server, looked at only where the policy looks.

    Return the sum of responses, a histogram of them, requests placed by server, how often a server
    was found with so many requests, and the longest line.
    """
    n = speeds.size
    histogram, placed = np.zeros(BUCKETS, np.int64), np.zeros(n, np.int64)
    last, head, end = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    # All rings that can be needed, and those they grow out of; only what is touched takes memory.
    due, base, mask = np.empty(16 * n + 4 * requests), np.arange(n) * 16, np.full(n, 15)
    used = 16 * n
    due[:used] = math.inf
    found, bulletin = np.zeros(DEEPEST + 1, np.int64), np.zeros(n, np.int64)
    picked, least = np.arange(choices), np.arange(n)
    now, responded, reprint, longest, ties, look = 0.0, 0.0, 0.0, 0, n, skip
    for k in range(requests):
        now += rng.standard_exponential() * gap
        # First of all: once a line is looked at as of now, how it was before is gone.
        if interval > 0 and now >= reprint:
            printed = math.floor(now / interval) * interval
            reprint = printed + interval
            for s in range(n):
                bulletin[s] = leave(s, printed, due, head, end, base, mask)
            ties = shortest_of(bulletin, least)
        if k == look:
            look += n + 1
            for s in range(n):
                seen = leave(s, now, due, head, end, base, mask)
                found[min(seen, DEEPEST)] += 1

        if policy == RANDOM:
            server = int(rng.random() * n)
        elif policy == ROUND_ROBIN:
            server = k % n
        elif policy == WEIGHTED:
            spot = rng.random() * n
            server = int(spot)
            if spot - server >= odds[server]:
                server = other[server]
        elif policy == SHORTEST_OF_SOME:
            pick_different(rng, picked, n)
            server, shortest = 0, requests
            for s in picked:
                current = interval == 0
                seen = leave(s, now, due, head, end, base, mask) if current else bulletin[s]
                if seen < shortest:
                    server, shortest = s, seen
        else:
            server = least[int(rng.random() * ties)]

        if interval > 0 or policy != SHORTEST_OF_SOME:
            leave(server, now, due, head, end, base, mask)
        held = end[server] + 1 - head[server]
        longest = max(longest, held)
        placed[server] += 1
        finish = max(last[server], now) + draw_work(rng, law) / speeds[server]
        last[server] = finish
        if held > mask[server]:
            used = enlarge(server, used, due, head, end, base, mask)
        due[base[server] + (end[server] & mask[server])] = finish
        end[server] += 1
        due[base[server] + (end[server] & mask[server])] = math.inf
        responded += note(finish - now, k, skip, histogram, kept)
    return responded, histogram, placed, found, longest


@jit
def shortest_line(rng, gap, law, speeds, requests, skip, kept):
    """Least connections: a line at each server, and each request to the shortest of them all.

    The servers stand in `order` of their lengths, those with at least i requests from `start[i]`
    on, so a server is found, and moved by one, in a few steps. Returns what `lines` does.
    """
    n = speeds.size
    histogram = np.zeros(BUCKETS, np.int64)
    placed, length, last = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)
    order, place = np.arange(n), np.arange(n)
    start = np.full(4, n)
    start[0] = 0
    found = np.zeros(DEEPEST + 1, np.int64)
    departures = [(math.inf, 0)]
    now, responded, longest, look = 0.0, 0.0, 0, skip
    for k in range(requests):
        now += rng.standard_exponential() * gap
        while departures[0][0] <= now:
            server = heapq.heappop(departures)[1]
            held = length[server]
            swap(order, place, server, start[held])
            start[held] += 1
            length[server] = held - 1
        if k == look:
            look += n + 1
            for s in range(n):
                found[min(length[s], DEEPEST)] += 1

        ahead = length[order[0]]
        server = order[int(rng.random() * start[ahead + 1])]
        start[ahead + 1] -= 1
        swap(order, place, server, start[ahead + 1])
        length[server] = ahead + 1
        longest = max(longest, ahead + 1)
        placed[server] += 1
        if longest + 2 > start.size:
            start = np.append(start, np.full(start.size, n))
        last[server] = max(last[server], now) + draw_work(rng, law) / speeds[server]
        heapq.heappush(departures, (last[server], server))
        responded += note(last[server] - now, k, skip, histogram, kept)
    return responded, histogram, placed, found, longest


@jit
def swap(order, place, server, spot):
    """Let `server` and the one at `spot` change places."""
    there, before = order[spot], place[server]
    order[spot], order[before] = server, there
    place[server], place[there] = spot, before


@jit
def throw(rng, bins, choices):
    """Throw as many balls as bins, each into the emptiest of some random bins."""
    loads = np.zeros(bins, np.int64)
    for _ in range(bins):
        best = int(rng.random() * bins)
        for _ in range(choices - 1):
            other = int(rng.random() * bins)
            if loads[other] < loads[best]:
                best = other
        loads[best] += 1
    return loads
