"""One server of a cluster, and how it comes to know the others."""

from dataclasses import dataclass, field

from ..ports import free_port
from .server import Server, make

SLOTS = 16384


@dataclass(frozen=True)
class Node(Server):
    """One server of a cluster; its ``client()`` is a plain one that shows MOVED and ASK.

    Attributes
    ----------
    bus : list of int
        The port, of its last start, on which nodes talk to each other.
    """

    bus: list = field(repr=False)

    @property
    def id(self):
        """Its name in the cluster."""
        with self.client(decode_responses=True) as client:
            return client.execute_command("CLUSTER MYID")


def draft(i, settings):
    """A node's part, and the list that holds the bus port of its last launch."""
    bus = []

    def draw():
        bus[:] = [free_port()]  # should it be the node's own port, its launch is repeated
        return ["--cluster-port", str(bus[0])]

    return make(f"node {i}", settings, more=draw), bus


def meet(nodes):
    """Make the first node known to the others; they hear of each other from it."""
    with nodes[0].client() as client:
        for node in nodes[1:]:
            client.execute_command("CLUSTER MEET", "127.0.0.1", node.port, node.bus[0])


def replicate(client, source):
    """Ask a node to follow; true once its link is up."""
    info = client.info("replication")
    if info["role"] == "master":
        client.execute_command("CLUSTER REPLICATE", source)
        return False
    return info["master_link_status"] == "up"


def ready(client, nodes):
    """Whether a node knows so many, all well, and an owner of every slot."""
    info = client.execute_command("CLUSTER INFO")
    seen = client.execute_command("CLUSTER NODES")
    return (
        info["cluster_state"] == "ok"
        and int(info["cluster_known_nodes"]) == nodes
        and int(info["cluster_slots_ok"]) == SLOTS
        and len([1 for one in seen.values() if one["connected"] and "fail" not in one["flags"]])
        == nodes
    )
