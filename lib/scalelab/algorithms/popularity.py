"""Objects of unequal popularity: Zipf's law, requests that follow it, and what a cache makes of it.

The requests are independent: each asks for object i with the same probability, whatever came
before. Then the hit ratio of an LRU or a FIFO cache has a closed form.
"""

import numpy as np

from ..stats import generator
from ._arguments import named, number
from ._arrays import vector
from ._search import guide, search


def zipf_popularity(objects, exponent):
    """Return the probabilities of Zipf's law: object i, from 0, as (i + 1)**-exponent.

    Parameters
    ----------
    objects : int
    exponent : float
        A number of at least 0, where all are alike. About 0.6 to 1.1 for what people ask for.

    Returns
    -------
    array, shape (objects,)
        They fall, and their sum is 1.

    Examples
    --------
    >>> print(zipf_popularity(4, exponent=1.0))
    [0.48 0.24 0.16 0.12]
    """
    objects = number("objects", objects, least=1, whole=True)
    exponent = number("exponent", exponent, least=0)
    weights = np.arange(1, objects + 1) ** -exponent
    return weights / weights.sum()


def zipf_trace(objects, requests, exponent, seed):
    """Return a trace of independent requests: array of int, shape (requests,).

    Parameters
    ----------
    objects, exponent
        See `zipf_popularity`. Object 0 is the most popular.
    requests, seed : int

    Examples
    --------
    >>> trace = zipf_trace(objects=4, requests=100_000, exponent=1.0, seed=1)
    >>> print((np.bincount(trace) / trace.size).round(2))
    [0.48 0.24 0.16 0.12]
    """
    popularity = zipf_popularity(objects, exponent)
    requests = number("requests", requests, least=1, whole=True)
    rng, trace = generator(seed), np.empty(requests, np.int64)
    below = popularity.cumsum()[:-1]  # the last object takes what is left of 0...1
    start = guide(below) if below.size else np.zeros(1, np.int64)
    for first in range(0, requests, 2**16):
        part = trace[first : first + 2**16]
        part[:] = search(below, start, rng.random(part.size))
    return trace


def che_hit_ratio(popularity, capacity, policy="lru"):
    """Return the hit ratio of a cache under independent requests: Che's approximation.

    An LRU cache holds what was asked for in the last T requests, a FIFO cache what came in then.
    T, much the same for all objects, follows from the capacity.

    Parameters
    ----------
    popularity : array, shape (objects,)
        How often each object is asked for, in any unit.
    capacity : int
        Objects that fit.
    policy : {"lru", "fifo"}
        FIFO has the hit ratio of random eviction.

    Returns
    -------
    float

    Notes
    -----
    Object i is held with probability 1 - exp(-p T) (LRU) or p T / (1 + p T) (FIFO), and these sum
    to the capacity. Fagin (1977), doi:10.1016/0022-0000(77)90014-7; Che et al. (2002),
    doi:10.1109/JSAC.2002.801752; for FIFO Martina, Garetto and Leonardi (2014),
    doi:10.1109/INFOCOM.2014.6848145.

    Examples
    --------
    >>> p = zipf_popularity(1000, exponent=1.0)
    >>> print(f"{che_hit_ratio(p, 100):.3f} {che_hit_ratio(p, 100, policy='fifo'):.3f}")
    0.577 0.520
    """
    popularity = vector("popularity", popularity, "uif", "a number of at least 0 for each object")
    p = popularity[popularity > 0]
    if p.size == 0:
        raise ValueError("popularity is zero for all objects: nothing is ever asked for")
    capacity = number("capacity", capacity, least=1, whole=True)
    held = HELD[named("policy", policy, HELD)]
    if capacity >= p.size:
        return 1.0
    p = p / p.sum()
    time, step = float(capacity), 1.0
    while step > 1e-12 * time:  # Newton's method, from below: what is held is concave in time
        share, slope = held(p, time)
        step = (capacity - share.sum()) / slope.sum()
        time += step
    return float(p @ held(p, time)[0])


def _lru(p, time):
    out = np.exp(-p * time)
    return 1 - out, p * out


def _fifo(p, time):
    out = 1 / (1 + p * time)
    return 1 - out, p * out**2


HELD = {"lru": _lru, "fifo": _fifo}
