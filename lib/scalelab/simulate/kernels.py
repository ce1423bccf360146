"""The compiled loops: one pass over the requests, no list of events.

A server that works in order of arrival finishes a request at a time known when it arrives:
when the server is free, and the work after that. So no departure needs an event.

Here is the line in front of all servers and what the other kernels share with it. numba notices a
change to the file of a kernel, and not to the files of what it calls: after a change to this file,
`draws` or `heaps`, `make clean` removes what was compiled before.
"""

import math

import numpy as np

from ..jit import compiled, inline, jit, whole
from .draws import exponential, uniform, work
from .heaps import heapreplace

# A histogram counts times by the leading bits of a float64: its power of two and 256 steps in it.
# So a bucket is 1/256 of its value wide, or less, from 2**-40 to 2**40.
BUCKETS = 80 * 256
LOWEST = (1023 - 40) * 256

# The longest line that is told from still longer ones where lines are counted by their length.
DEEPEST = 4095


@inline
def bucket(time):
    """Return the bucket of the histogram in which `time` falls."""
    return min(max((np.float64(time).view(np.int64) >> 44) - LOWEST, 0), BUCKETS - 1)


if not compiled:

    def bucket(time):
        """Return the bucket of the histogram in which `time` falls."""
        part, power = math.frexp(time)
        spot = 256 * (power + 38) + int(512 * part) if time > 0 else 0
        return min(max(spot, 0), BUCKETS - 1)


@inline
def any_of(stream, n):
    """Return a number below `n`."""
    spot, stream = uniform(stream)
    return int(spot * n), stream


@inline
def note(response, k, skip, histogram, kept):
    """Count the response of request `k`, and return what it adds to their sum."""
    if k < skip:
        return 0.0
    histogram[bucket(response)] += 1
    if len(kept):
        kept[k - skip] = response
    return response


@jit
def one_line(stream, gap, law, service, servers, requests, skip, waits):
    """One line, one or many servers. Return the sum of waits, that of responses, a histogram."""
    histogram = whole(BUCKETS)
    free = [0.0] * servers
    now = waited = responded = backlog = 0.0
    for k in range(requests):
        between, stream = exponential(stream)
        between *= gap
        length, stream = work(stream, law)
        length *= service
        if servers == 1:
            backlog = max(backlog - between, 0.0)
            wait = backlog
            backlog += length
        else:
            now += between
            wait = max(free[0] - now, 0.0)
            heapreplace(free, now + wait + length)
        if k >= skip:
            waited += wait
            responded += wait + length
            histogram[bucket(wait + length)] += 1
            if len(waits):
                waits[k - skip] = wait
    return waited, responded, np.asarray(histogram)


@jit
def throw(stream, bins, choices):
    """Throw as many balls as bins, each into the emptiest of some random bins."""
    loads = whole(bins)
    for _ in range(bins):
        best, stream = any_of(stream, bins)
        for _ in range(choices - 1):
            other, stream = any_of(stream, bins)
            if loads[other] < loads[best]:
                best = other
        loads[best] += 1
    return np.asarray(loads)
