"""The compiled loop of `balancer`: a line at each server, looked at only where the policy looks.

A queue's length is needed only when somebody looks, and the departures until then are taken off
there and then. So no list of events is kept.
"""

import math

import numpy as np

from ..jit import floats, inline, jit, room, whole
from .draws import exponential, uniform, work
from .kernels import BUCKETS, DEEPEST, any_of, note

RANDOM, ROUND_ROBIN, WEIGHTED, SHORTEST_OF_SOME, SHORTEST_OF_ALL = range(5)


@inline
def leave(server, now, rings):
    """Take off what `server` has finished by `now`; return how many requests it still holds.

    A server's times of departure stand in a ring: mask + 1 places of `due` from `base` on, a
    power of two. Behind the last of them stands infinity.
    """
    due, head, end, base, mask = rings
    spot, first, last = head[server], base[server], mask[server]
    spot += due[first + (spot & last)] <= now  # a sum and not a branch: nobody can predict it
    while due[first + (spot & last)] <= now:
        spot += 1
    head[server] = spot
    return end[server] - spot


@jit
def enlarge(server, used, rings):
    """Move a full ring to where there are twice as many places; return how much is used."""
    due, head, end, base, mask = rings
    size = 2 * (mask[server] + 1)
    for k in range(head[server], end[server] + 1):
        due[used + (k & (size - 1))] = due[base[server] + (k & mask[server])]
    base[server], mask[server] = used, size - 1
    return used + size


@inline
def shorter_of_two(stream, n, now, rings):
    """Return that of two different servers which has the shorter line."""
    server, stream = any_of(stream, n)
    other = server
    while other == server:
        other, stream = any_of(stream, n)
    held = leave(server, now, rings)
    return (other if leave(other, now, rings) < held else server), stream


@jit
def shortest_of_some(stream, picked, n, now, rings, bulletin, current):
    """Return that of some different servers which has, or had, the shortest line."""
    server, shortest = 0, math.inf
    for c in range(len(picked)):
        again = True
        while again:
            s, stream = any_of(stream, n)
            again = False
            for b in range(c):
                again |= picked[b] == s
        picked[c] = s
        seen = leave(s, now, rings) if current else bulletin[s]
        if seen < shortest:
            server, shortest = s, seen
    return server, stream


@jit
def shortest_of(bulletin, least):
    """Put the servers with the shortest lines first in `least`, and return how many they are."""
    shortest, ties = min(bulletin), 0
    for s in range(len(bulletin)):
        if bulletin[s] == shortest:
            least[ties] = s
            ties += 1
    return ties


@jit
def lines(stream, policy, choices, odds, other, gap, law, speeds, interval, requests, skip, kept):
    """A line at each server, looked at only where the policy looks.

    Return the sum of responses, a histogram of them, requests placed by server, how often a server
    was found with so many requests, and the longest line.
    """
    n = len(speeds)
    histogram, placed, found = whole(BUCKETS), whole(n), whole(DEEPEST + 1)
    # All rings that can be needed, and those they grow out of; only what is touched takes memory.
    last, due, used = floats(n), room(8 * n + 4 * requests), 8 * n
    head, end, base, mask = whole(n), whole(n), whole(n), whole(n, 7)
    rings = due, head, end, base, mask
    bulletin, picked, least = whole(n), whole(choices), whole(n)
    for s in range(n):
        due[8 * s], base[s], least[s] = math.inf, 8 * s, s
    now, responded, reprint, longest, ties, look = 0.0, 0.0, 0.0, 0, n, skip
    for k in range(requests):
        between, stream = exponential(stream)
        now += between * gap
        # First of all: once a line is looked at as of now, how it was before is gone.
        if interval > 0 and now >= reprint:
            printed = math.floor(now / interval) * interval
            reprint = printed + interval
            for s in range(n):
                bulletin[s] = leave(s, printed, rings)
            ties = shortest_of(bulletin, least)
        if k == look:
            look += n + 1
            for s in range(n):
                found[min(leave(s, now, rings), DEEPEST)] += 1

        if policy == RANDOM:
            server, stream = any_of(stream, n)
        elif policy == ROUND_ROBIN:
            server = k % n
        elif policy == WEIGHTED:
            spot, stream = uniform(stream)
            spot *= n
            server = int(spot)
            if spot - server >= odds[server]:
                server = other[server]
        elif policy == SHORTEST_OF_ALL:
            spot, stream = any_of(stream, ties)
            server = least[spot]
        elif choices == 2 and interval == 0:
            server, stream = shorter_of_two(stream, n, now, rings)
        else:
            server, stream = shortest_of_some(
                stream, picked, n, now, rings, bulletin, interval == 0
            )

        if interval > 0 or policy != SHORTEST_OF_SOME:
            leave(server, now, rings)
        held = end[server] + 1 - head[server]
        longest = max(longest, held)
        placed[server] += 1
        length, stream = work(stream, law)
        finish = max(last[server], now) + length / speeds[server]
        last[server] = finish
        if held > mask[server]:
            used = enlarge(server, used, rings)
        due[base[server] + (end[server] & mask[server])] = finish
        end[server] += 1
        due[base[server] + (end[server] & mask[server])] = math.inf
        responded += note(finish - now, k, skip, histogram, kept)
    return responded, np.asarray(histogram), np.asarray(placed), np.asarray(found), longest
