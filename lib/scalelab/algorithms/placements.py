"""What a placement of keys on nodes is worth: how even it is, and what a change of it moves."""

import numpy as np

from ._arguments import number
from ._arrays import vector


def imbalance(placement, nodes):
    """Return the keys of the fullest node over those of the mean node: 1 is even.

    Parameters
    ----------
    placement : array of int, shape (keys,)
        The node of each key.
    nodes : int
        How many there are, with those that have no key.

    Returns
    -------
    float

    Examples
    --------
    >>> print(imbalance([0, 0, 0, 1], 2))
    1.5
    """
    placement = _placement("placement", placement)
    nodes = number("nodes", nodes, least=1, whole=True)
    if placement.max() >= nodes:
        raise ValueError(f"placement names node {placement.max()}: there are only {nodes} nodes")
    return float(np.bincount(placement).max() / placement.size * nodes)


def moved(before, after):
    """Return the fraction of the keys that are on another node after than before.

    Parameters
    ----------
    before, after : array of int, shape (keys,)
        The node of each key.

    Returns
    -------
    float

    Examples
    --------
    >>> print(moved([0, 1, 2, 3], [0, 1, 2, 0]))
    0.25
    """
    before, after = _placement("before", before), _placement("after", after)
    if before.size != after.size:
        raise ValueError(f"after has {after.size} keys: before has {before.size}")
    return float((before != after).mean())


def _placement(name, values):
    placed = vector(name, values, "ui", "the node of each key, indices of at least 0")
    if placed.size == 0:
        raise ValueError(f"{name} is empty: without keys there is nothing to count")
    return placed
