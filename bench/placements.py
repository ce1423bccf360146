"""Which of 100 nodes holds a key: against packages that do the same, one key at a time."""

import numpy as np

from scalelab.algorithms import sharding

from .contest import Peer, Side, contest, version

GROUP = "placement"
NODES = 100


def jump_in_c(keys):
    """Return the C package's way, called for each key."""
    import jump

    keys = keys.tolist()
    return lambda count: [jump.hash(key, NODES) for key in keys[:count]]


def uhashring(keys):
    """Return a ring of 160 points per node, whose keys are text."""
    from uhashring import HashRing

    ring, names = HashRing([str(node) for node in range(NODES)]), [str(key) for key in keys]
    return lambda count: [ring.get_node(name) for name in names[:count]]


def clandestined(keys):
    """Return rendezvous hashing of text."""
    from clandestined import RendezvousHash

    nodes = RendezvousHash([str(node) for node in range(NODES)])
    names = [str(key) for key in keys]
    return lambda count: [nodes.find_node(name) for name in names[:count]]


def rows(scale):
    """Yield the rows of this group; `scale` times the keys of a full run."""
    keys = np.random.default_rng(1).integers(0, 2**63, int(3 * 10**6 * scale), dtype=np.uint64)
    ring = sharding.Ring(NODES, vnodes=160, seed=1)
    ways = [
        ("jump", lambda part: sharding.jump(part, NODES), keys.size,
         "jump-consistent-hash", 1.5, jump_in_c, keys.size // 3),
        ("ring", ring.place, keys.size,
         "uhashring", 15, uhashring, keys.size // 30),
        ("rendezvous", lambda part: sharding.rendezvous(part, NODES), keys.size // 10,
         "clandestined", 20, clandestined, keys.size // 600),
    ]  # fmt: skip
    for task, place, count, name, goal, peer, slow in ways:
        ours = Side(lambda count, place=place: place(keys[:count]), count)
        theirs = Side(peer(keys[:slow]), slow) if version(name) else None
        yield from contest(GROUP, task, ours, [Peer(name, goal, theirs)])
