"""How often a cache has what is asked for: six policies over a trace, and a closed form.

`hits` and `hit_ratio` run a trace of requests through a cache. `zipf_trace` makes one, and
`che_hit_ratio` says what the answer will be for LRU and FIFO. All objects have one size.

Sources: SIEVE, Zhang et al. (NSDI 2024); S3-FIFO, Yang et al. (2023),
doi:10.1145/3600006.3613147; ARC, Megiddo and Modha (FAST 2003).
"""

import numpy as np

from . import eviction, ghosts
from ._arguments import named, number
from ._arrays import vector
from .popularity import che_hit_ratio, zipf_popularity, zipf_trace

__all__ = ["POLICIES", "che_hit_ratio", "hit_ratio", "hits", "zipf_popularity", "zipf_trace"]

POLICIES = {
    "lru": eviction.lru,
    "lfu": eviction.lfu,
    "fifo": eviction.fifo,
    "sieve": eviction.sieve,
    "s3fifo": ghosts.s3fifo,
    "arc": ghosts.arc,
}
"""By name, the kernels of the policies; each is called as ``run(trace, objects, capacity)``."""


def hit_ratio(trace, capacity, policy):
    """Return the fraction of the requests that a cache, empty at first, can answer.

    Parameters
    ----------
    trace : array of int or of str, shape (requests,)
        The object that each request asks for. Whole numbers below about the number of requests
        are fastest: others are sorted first.
    capacity : int
        Objects that fit.
    policy : {"lru", "lfu", "fifo", "sieve", "s3fifo", "arc"}

    Returns
    -------
    float

    Examples
    --------
    >>> trace = zipf_trace(objects=1000, requests=100_000, exponent=1.0, seed=1)
    >>> for policy in ("fifo", "lru", "sieve"):
    ...     print(policy, f"{hit_ratio(trace, 100, policy):.2f}")
    fifo 0.52
    lru 0.58
    sieve 0.67
    """
    found = hits(trace, capacity, policy)
    return np.count_nonzero(found) / found.size


def hits(trace, capacity, policy):
    """Return for each request whether it was a hit: array of bool, shape (requests,).

    The first requests find an empty cache; leave them out to see the steady state.

    Parameters
    ----------
    trace, capacity, policy
        See `hit_ratio`.

    Examples
    --------
    >>> print(hits(["a", "b", "a", "c", "b"], 2, "lru"))
    [False False  True False False]
    """
    run = POLICIES[named("policy", policy, POLICIES)]
    capacity = number("capacity", capacity, least=1, whole=True)
    trace = vector("trace", trace, "uiUS", "the object of each request: whole numbers >= 0 or text")
    if not 0 < trace.size < 2**30:
        raise ValueError(f"trace has {trace.size} requests: give at least 1 and less than 2**30")
    objects = int(trace.max()) + 1 if trace.dtype.kind in "ui" else trace.size + 1
    if objects > 4 * trace.size or trace.dtype.kind in "US":
        known, trace = np.unique(trace, return_inverse=True)
        objects = known.size
    return run(trace.astype(np.int64, copy=False), objects, min(capacity, objects))
