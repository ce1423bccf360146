"""A cluster: 16384 slots of keys, each owned by one of several primaries.

>>> with cluster() as nodes, nodes.client() as client:
...     client.set("key", "value")
...     len(nodes.slots())
True
16384
"""

import contextlib
from dataclasses import dataclass, field

import numpy as np
from redis.cluster import ClusterNode, RedisCluster

from .._arguments import count
from ..launcher import running
from .nodes import SLOTS, Node, draft, meet, ready, replicate
from .reshard import Move

__all__ = ["Cluster", "Node", "cluster"]


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes
    ----------
    nodes : list of Node
        The primaries that it began with come first.
    """

    nodes: list
    _stack: contextlib.ExitStack = field(repr=False)
    _settings: dict = field(repr=False)

    def client(self, **options):
        """A new ``RedisCluster(**options)``, which follows MOVED and ASK; use it in ``with``."""
        known = [ClusterNode("127.0.0.1", node.port) for node in self.nodes]
        return RedisCluster(startup_nodes=known, **options)

    def slots(self, seen_by=0):
        """Index in ``nodes`` of each slot's owner as node ``seen_by`` sees it, -1 for none.

        Returns
        -------
        array of int, shape (16384,)
        """
        owners = np.full(SLOTS, -1)
        index = {node.port: i for i, node in enumerate(self.nodes)}
        with self.nodes[seen_by].client(decode_responses=True) as client:
            for first, last, primary, *_ in client.execute_command("CLUSTER", "SLOTS"):
                owners[first : last + 1] = index[primary[1]]
        return owners

    def move(self, slots, to):
        """A `Move` of ``slots`` of one owner to node ``to``, to be taken step by step."""
        slots = np.atleast_1d(slots).tolist()
        for slot in slots:
            if not isinstance(slot, int) or not 0 <= slot < SLOTS:
                raise ValueError(f"slots holds {slot!r}: a slot is a whole number, 0 to 16383")
        owners = set(self.slots()[slots].tolist())
        if len(owners) != 1:
            raise ValueError(f"slots have {len(owners)} owners: a move has one source")
        if not isinstance(to, int | np.integer) or not 0 <= to < len(self.nodes) or to in owners:
            raise ValueError(f"to is {to!r}: it must be the index of another node")
        (source,) = owners
        primaries = [self.nodes[i] for i in sorted({*self.slots().tolist(), to} - {-1})]
        return Move(self.nodes[source], self.nodes[to], slots, primaries)

    def move_slot(self, slot, to):
        """Move one ``slot`` with its keys to node ``to``."""
        self.move(slot, to).run()

    def reshard(self, to, slots):
        """Move the first ``slots`` slots of each other owner, with their keys, to node ``to``."""
        count("slots", slots, 1)
        owners = self.slots()
        for owner in sorted(set(owners.tolist()) - {to, -1}):
            self.move(np.flatnonzero(owners == owner)[:slots], to).run()

    def add_node(self):
        """Start one more node, without slots; returns its index once all know it.

        Clients read the table of slots, which does not name it. Some, redis-py among them, cannot
        follow ASK to a node that they have never heard of: give it an empty slot first, and let
        clients that are connected read the table again (``client.nodes_manager.initialize()``).

        Raises
        ------
        MissingPart, PartFailed
            As `cluster`.
        """
        part = draft(len(self.nodes), self._settings)
        self._stack.enter_context(running([part[0]]))
        self.nodes.append(Node(*part))
        meet(self.nodes)
        self.wait()
        return len(self.nodes) - 1

    def wait(self, limit=30.0):
        """Return when every node knows all and calls the cluster ok.

        Raises
        ------
        PartFailed
            That took one of them longer than ``limit`` seconds.
        """
        for node in self.nodes:
            node.wait(lambda client: ready(client, len(self.nodes)), "join the cluster", limit)


@contextlib.contextmanager
def cluster(primaries=3, replicas=0, **settings):
    """Run a cluster that shares its slots evenly, until the end of the block.

    Parameters
    ----------
    primaries : int
        How many, 1 or more; it takes 3 to replace one that fails.
    replicas : int
        How many for each primary.
    **settings
        Lines of the configuration of each node: ``cluster_node_timeout=2000`` (ms).

    Yields
    ------
    Cluster

    Raises
    ------
    MissingPart
        Neither Valkey nor Redis (7 or later) is installed.
    PartFailed
        A node did not start or did not join.
    ValueError
        An argument makes no sense.
    """
    count("primaries", primaries, 1)
    count("replicas", replicas, 0)
    settings = {
        "cluster_enabled": "yes",
        "cluster_node_timeout": 2000,
        "cluster_allow_replica_migration": "no",  # an emptied primary stays one
        "repl_diskless_sync_delay": 0,
    } | settings
    made = [draft(i, settings) for i in range(primaries * (1 + replicas))]
    with contextlib.ExitStack() as stack:
        stack.enter_context(running([part for part, _ in made]))
        nodes = [Node(*one) for one in made]
        edges = [SLOTS * i // primaries for i in range(primaries + 1)]
        for i, node in enumerate(nodes):
            with node.client() as client:
                client.execute_command("CLUSTER SET-CONFIG-EPOCH", i + 1)
                if i < primaries:
                    client.execute_command("CLUSTER ADDSLOTSRANGE", edges[i], edges[i + 1] - 1)
        meet(nodes)
        whole = Cluster(nodes, stack, settings)
        whole.wait()
        for i, node in enumerate(nodes[primaries:]):
            source = nodes[i % primaries].id
            node.wait(lambda client, source=source: replicate(client, source), "follow")
        whole.wait()
        yield whole
