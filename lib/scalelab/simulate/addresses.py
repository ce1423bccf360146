"""Client addresses: how much each sends, and to which server its hash sends it."""

import numpy as np

from .work import number


def shares(rng, servers, addresses, zipf_exponent):
    """Return the fraction of requests that each server gets from `addresses` hashed addresses."""
    if addresses is None:
        return np.full(servers, 1 / servers)
    addresses = number("addresses", addresses, least=1, whole=True)
    popularity = np.arange(1, addresses + 1) ** -zipf_exponent
    home = rng.integers(servers, size=addresses)
    return np.bincount(home, popularity / popularity.sum(), minlength=servers)


def alias(shares):
    """Return Walker's table: a draw is one spot i, which is i with odds[i] and other[i] else."""
    odds, other = shares * len(shares), np.arange(len(shares))
    poor, rich = [list(np.flatnonzero(side)) for side in (odds < 1, odds >= 1)]
    while poor and rich:
        i, j = poor.pop(), rich[-1]
        other[i] = j
        odds[j] -= 1 - odds[i]
        if odds[j] < 1:
            poor.append(rich.pop())
    return odds, other
