"""Which node holds a key: six ways, and what each costs when a node is added.

`modulo` is fair and moves nearly every key. `jump`, `rendezvous` and `Ring` move only what the
new node takes over; `Maglev` nearly so, and looks a key up fastest. Redis Cluster puts a table of
16384 slots between keys and nodes, and moves slots.

Keys are 64-bit whole numbers and nodes are 0, 1, 2 and so on. `modulo` and `jump` take keys as
they are; the others hash them, so that neighbors among the keys are none on the ring.
"""

import binascii

import numpy as np

from ..jit import jit
from ._arguments import number
from .hashing import hash64, keys64, members, salts
from .maglev import Maglev
from .placements import imbalance, moved
from .ring import Ring

__all__ = [
    "Maglev",
    "Ring",
    "hash64",
    "imbalance",
    "jump",
    "modulo",
    "moved",
    "redis_slot",
    "rendezvous",
]

MULTIPLIER, ONE, SHIFT = np.uint64(2862933555777941757), np.uint64(1), np.uint64(33)


def modulo(keys, nodes):
    """Place each key on the node that is the remainder of key / nodes.

    Going from N to N + 1 nodes moves N / (N + 1) of the keys.

    Parameters
    ----------
    keys : array of int, shape (keys,)
        Whole numbers of at least 0, below 2**64.
    nodes : int
        How many.

    Returns
    -------
    array of int, shape (keys,)

    Examples
    --------
    >>> keys = np.arange(20)
    >>> print(modulo(keys, 4)[:6], moved(modulo(keys, 4), modulo(keys, 5)))
    [0 1 2 3 0 1] 0.8
    """
    nodes = number("nodes", nodes, least=1, whole=True)
    return (keys64(keys) % np.uint64(nodes)).astype(np.int64)


def jump(keys, nodes):
    """Place keys by jump consistent hashing: no table, and no imbalance but chance.

    Nodes can be added and taken off only at the end.

    Parameters
    ----------
    keys : array of int, shape (keys,)
        Whole numbers of at least 0, below 2**64; taken as they are, for the algorithm mixes them.
    nodes : int
        How many.

    Returns
    -------
    array of int, shape (keys,)

    Notes
    -----
    Lamping and Veach (2014), arXiv:1406.2294.

    Examples
    --------
    >>> keys = np.arange(100_000)
    >>> before, after = jump(keys, 10), jump(keys, 11)
    >>> print(f"{moved(before, after):.4f}", np.unique(after[before != after]))
    0.0904 [10]
    """
    nodes = number("nodes", nodes, least=1, below=2**31, whole=True)
    with np.errstate(over="ignore"):
        return _jump(keys64(keys), nodes)


@jit
def _jump(keys, nodes):
    placed = np.empty(keys.size, np.int64)
    for k in range(keys.size):
        key, node, following = keys[k], 0, 0
        while following < nodes:
            node = following
            key = key * MULTIPLIER + ONE
            following = int((node + 1) * (2147483648.0 / float((key >> SHIFT) + ONE)))
        placed[k] = node
    return placed


def rendezvous(keys, nodes):
    """Place each key on the node that draws the highest hash for it (Thaler, Ravishankar 1998).

    Any node can go: only its own keys move, and to all the others alike. The price is a hash for
    each node.

    Parameters
    ----------
    keys : array of int, shape (keys,)
        Whole numbers of at least 0, below 2**64.
    nodes : int or array of int
        How many, or which.

    Returns
    -------
    array of int, shape (keys,)

    Examples
    --------
    >>> keys = np.arange(100_000)
    >>> before, after = rendezvous(keys, 4), rendezvous(keys, [0, 1, 3])
    >>> print(f"{moved(before, after):.4f}", np.unique(before[before != after]))
    0.2485 [2]
    """
    nodes, hashed = members(nodes), hash64(keys)
    salt = salts(nodes)
    placed = np.empty(hashed.size, np.int64)
    step = 1 + 2**15 // nodes.size  # as many keys at a time as stay in the processor's cache
    for start in range(0, hashed.size, step):
        part = hashed[start : start + step, None]
        scores = hash64((part ^ salt).ravel()).reshape(-1, nodes.size)
        placed[start : start + step] = nodes[scores.argmax(axis=1)]
    return placed


def redis_slot(key):
    """Return the slot of a key in Redis Cluster: CRC-16 of the key, modulo 16384.

    If there is text between the first ``{`` and the next ``}``, only that is hashed, so keys with
    the same tag are together. Source: the Redis Cluster specification.

    Parameters
    ----------
    key : str or bytes

    Examples
    --------
    >>> redis_slot("user:1000"), redis_slot("{user:1000}.following"), redis_slot(b"123456789")
    (1649, 1649, 12739)
    """
    if not isinstance(key, (str, bytes)):
        raise ValueError(f"key is {key!r}: a Redis key is text or bytes")
    key = key.encode() if isinstance(key, str) else key
    tag, closed, _ = key.partition(b"{")[2].partition(b"}")
    return binascii.crc_hqx(tag if tag and closed else key, 0) % 16384
