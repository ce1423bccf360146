"""Consistent hashing: nodes and keys on one circle, each key on the next node clockwise."""

import math

import numpy as np

from ..jit import jit
from ._arguments import number
from ._search import guide, search
from .hashing import fractions, hash64, members


class Ring:
    """A ring on which each node stands at `vnodes` random points.

    A node's share of the keys has a standard deviation of about 1 / sqrt(vnodes) of its mean:
    with few points some node has twice its share.

    Parameters
    ----------
    nodes : int or array of int
        How many, or which. A node's points do not depend on the other nodes.
    vnodes : int
        Points of each node.
    seed : int
        Another seed is another ring.

    Notes
    -----
    Karger et al. (1997), doi:10.1145/258533.258660.

    Examples
    --------
    >>> for vnodes in (1, 10, 100):
    ...     print(np.bincount(Ring(4, vnodes, seed=1).place(np.arange(1000))))
    [360 434  63 143]
    [334 264 246 156]
    [240 244 268 248]
    """

    def __init__(self, nodes, vnodes=100, seed=0):
        self.nodes = members(nodes)
        vnodes = number("vnodes", vnodes, least=1, whole=True)
        seed = number("seed", seed, least=0, below=2**63, whole=True)
        homes = hash64(hash64([seed]) ^ self.nodes.astype(np.uint64))
        names = (homes[:, None] ^ np.arange(vnodes, dtype=np.uint64)).ravel()
        points = fractions(hash64(names))
        order = points.argsort()
        self._points, self._owners = points[order], order // vnodes
        self._guide = guide(self._points)

    def place(self, keys):
        """Return the node of each of the `keys`: array of int, shape (keys,)."""
        return self.nodes[self._owners[self._spots(keys)]]

    def place_bounded(self, keys, load=1.25):
        """Place keys in their order, and pass over nodes that are full.

        A node holds at most `load` times the mean, rounded up. Where a key goes may then depend
        on the keys before it.

        Parameters
        ----------
        keys : array of int, shape (keys,)
            Whole numbers of at least 0, below 2**64.
        load : float
            At least 1. The closer to 1, the further keys go, and the more of them move when a
            node is added.

        Returns
        -------
        array of int, shape (keys,)
            The node of each key.

        Notes
        -----
        Mirrokni, Thorup and Zadimoghaddam (2018), arXiv:1608.01350.

        Examples
        --------
        >>> counts = np.bincount(Ring(4, vnodes=1).place_bounded(np.arange(100), load=1.2))
        >>> print(counts.max())
        30
        """
        load = number("load", load, least=1)
        spots = self._spots(keys)
        room = np.full(self.nodes.size, math.ceil(load * spots.size / self.nodes.size))
        return self.nodes[_fill(spots, self._owners, room)]

    def _spots(self, keys):
        spots = search(self._points, self._guide, fractions(hash64(keys)))
        spots[spots == self._points.size] = 0
        return spots


@jit
def _fill(spots, owners, room):
    placed = np.empty(spots.size, np.int64)
    for k in range(spots.size):
        spot = spots[k]
        while room[owners[spot]] == 0:
            spot = (spot + 1) % owners.size
        room[owners[spot]] -= 1
        placed[k] = owners[spot]
    return placed
