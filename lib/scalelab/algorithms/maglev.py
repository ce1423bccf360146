"""Maglev hashing: a table that the nodes fill in turns, each in an order of its own."""

import math

import numpy as np

from ..jit import jit
from ._arguments import number
from .hashing import hash64, members, salts


class Maglev:
    """A lookup table in which each node has the same number of entries, or one more.

    Evenness comes first: a change of the nodes moves a little more than it must.

    Parameters
    ----------
    nodes : int or array of int
        How many, or which.
    table_size : int
        A prime, and no less than there are nodes. A hundred times as many keep nodes within 1 % of
        each other.

    Attributes
    ----------
    table : array of int, shape (table_size,)
        The node of each entry.

    Notes
    -----
    Eisenbud et al. (2016), *Maglev*, NSDI.

    Examples
    --------
    >>> print(np.bincount(Maglev(10, table_size=1009).table))
    [101 101 101 101 101 101 101 101 101 100]
    """

    def __init__(self, nodes, table_size=65537):
        nodes = members(nodes)
        size = number("table_size", table_size, least=2, whole=True)
        if not (size % np.arange(2, math.isqrt(size) + 1)).all():
            raise ValueError(f"table_size is {size}: give a prime, for every node to reach it")
        if size < nodes.size:
            raise ValueError(f"table_size is {size}: {nodes.size} nodes need an entry each")
        first = salts(nodes)
        offsets, skips = first % np.uint64(size), hash64(first) % np.uint64(size - 1)
        self.table = nodes[_fill(offsets.astype(np.int64), skips.astype(np.int64) + 1, size)]

    def place(self, keys):
        """Return the node of each of the `keys`: array of int, shape (keys,)."""
        return self.table[hash64(keys) % np.uint64(self.table.size)]


@jit
def _fill(spots, skips, size):
    table = np.full(size, -1)
    filled = 0
    while True:
        for node in range(spots.size):
            while table[spots[node]] >= 0:
                spots[node] = (spots[node] + skips[node]) % size
            table[spots[node]] = node
            filled += 1
            if filled == size:
                return table
