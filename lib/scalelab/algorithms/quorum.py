"""Quorums: how many replicas must answer, and how often a read still misses the last write.

A write goes to all `n` replicas and is done when `w` of them have answered; a read asks all and
takes the first `r` answers. If r + w > n, each read meets the last write. If not, it may: the
answer is stale with the probability below, and less so the longer ago the write was (`pbs`).

Source: Gifford, *Weighted voting for replicated data* (1979), doi:10.1145/800215.806583.
"""

from math import comb

import numpy as np
from scipy.special import bdtrc

from ._arguments import number
from .staleness import Staleness, counts, pbs

__all__ = ["Staleness", "availability", "overlap", "pbs", "stale_probability"]


def stale_probability(n, r, w):
    """Return the probability that r of n replicas hold none of the w that took the write.

    Both are drawn at random, and no other replica has heard of the write.

    Parameters
    ----------
    n, r, w : int
        Replicas, those that a read waits for, and those that a write waits for.

    Returns
    -------
    float
        C(n - w, r) / C(n, r).

    Notes
    -----
    Bailis et al. (2012), doi:10.14778/2212351.2212359, equation 1. A read that is stale by k
    versions or more has this to the power of k.

    Examples
    --------
    >>> for r, w in [(1, 1), (1, 2), (2, 2)]:
    ...     print(f"{stale_probability(3, r, w):.3f}")
    0.667
    0.333
    0.000
    """
    n, r, w = counts(n, r, w)
    return comb(n - w, r) / comb(n, r)


def overlap(n, r, w):
    """Return how many replicas a read and a write have in common at least.

    Parameters
    ----------
    n, r, w : int
        Replicas, those that a read waits for, and those that a write waits for.

    Returns
    -------
    int

    Examples
    --------
    >>> overlap(3, 2, 2), overlap(5, 3, 2)
    (1, 0)
    """
    n, r, w = counts(n, r, w)
    return max(r + w - n, 0)


def availability(n, quorum, up):
    """Return the probability that at least `quorum` of `n` replicas are up.

    Parameters
    ----------
    n, quorum : int
        Replicas, and how many of them must be up.
    up : float or array
        Probability that a replica is up; they fail independently.

    Returns
    -------
    float or array
        With the shape of `up`.

    Examples
    --------
    >>> [f"{availability(3, quorum, 0.99):.6f}" for quorum in (1, 2, 3)]
    ['0.999999', '0.999702', '0.970299']
    """
    n = number("n", n, least=1, whole=True)
    quorum = number("quorum", quorum, least=1, below=n + 1, whole=True)
    try:
        chance = np.asarray(up, dtype=float)
        good = ((chance >= 0) & (chance <= 1)).all()
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(f"up is {up!r:.60}: a probability lies between 0 and 1")
    return bdtrc(quorum - 1, n, chance)
