"""What placements share: a hash of 64-bit keys, and what keys and nodes may be."""

import numpy as np

from ._arguments import number
from ._arrays import vector


def hash64(keys):
    """Return a hash of each key: any pattern in, 64 bits that look random out.

    It is the output step of the generator SplitMix64, and one to one: different keys have
    different hashes.

    Parameters
    ----------
    keys : array of int, shape (keys,)
        Whole numbers of at least 0, below 2**64.

    Returns
    -------
    array of uint64, shape (keys,)

    Notes
    -----
    Steele, Lea and Flood (2014), doi:10.1145/2714064.2660195.

    Examples
    --------
    >>> print(hash64([0, 1, 2]) % 10)
    [5 5 0]
    """
    z = keys64(keys) + np.uint64(0x9E3779B97F4A7C15)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def keys64(keys):
    """Return `keys` as an array of uint64, or raise ValueError saying what they must be."""
    wanted = "a list or an array of whole numbers of at least 0 and below 2**64"
    return vector("keys", keys, "ui", wanted).astype(np.uint64, copy=False)


def members(nodes):
    """Return the indices of the nodes, which were given as their number or one by one."""
    if not isinstance(nodes, (list, tuple, range, np.ndarray)):
        return np.arange(number("nodes", nodes, least=1, whole=True))
    indices = vector("nodes", nodes, "ui", "how many, or the index of each, of at least 0")
    if indices.size == 0 or np.unique(indices).size != indices.size:
        raise ValueError("nodes is empty or names one twice: give each node once")
    return indices.astype(np.int64)


def salts(nodes):
    """Return a hash of each node; no key below 2**63 has the same."""
    return hash64(~nodes.astype(np.uint64))


def fractions(hashes):
    """Return hashes as numbers from 0 to 1, 1 excluded: their first 53 bits."""
    return (hashes >> np.uint64(11)) * 2.0**-53
