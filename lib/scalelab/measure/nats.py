"""NATS with JetStream: queues, and a key-value store, kept by one server.

>>> import asyncio
>>> async def first_revision(server):
...     connection = await server.client()
...     bucket = await connection.jetstream().create_key_value(bucket="accounts")
...     revision = await bucket.put("alice", b"100")
...     await connection.close()
...     return revision
>>> with single() as server:
...     asyncio.run(first_revision(server))
1
"""

import contextlib
import json
import time
import urllib.request
from dataclasses import dataclass, field

import nats

from .handles import Listener
from .launcher import Part, PartFailed, running
from .mesh import Mesh, mesh
from .parts import find

LIMIT = 60.0  # seconds within which a cluster must elect its leader
# The address that members tell each other leads nowhere: routes take the proxy or none at all.
CONFIG = """\
server_name: n{number}
host: "127.0.0.1"
port: $PORT
http: "127.0.0.1:-1"
ports_file_dir: "."
jetstream {{ store_dir: "jetstream", max_memory_store: 256MB, max_file_store: 1GB }}
cluster {{
    name: lab
    listen: "127.0.0.1:-1"
    advertise: "127.0.0.1:1"
    no_advertise: true
    routes: [{routes}]
}}
"""


@dataclass(frozen=True)
class Server(Listener):
    """One running server.

    Attributes
    ----------
    part : Part
        Its process.
    """

    part: Part = field(repr=False)

    @property
    def url(self):
        """``"nats://127.0.0.1:port"``."""
        return f"nats://{self.address}"

    async def client(self, **options):
        """A new client of nats-py; ``options`` are those of ``nats.connect``. Close it."""
        return await nats.connect(self.url, **options)


@contextlib.contextmanager
def single():
    """Run one server with JetStream until the end of the block.

    Yields
    ------
    Server

    Raises
    ------
    MissingPart
        NATS is not installed.
    PartFailed
        It did not start.
    """
    program, environment = find("nats")
    store = ["-js", "-sd", "jetstream"]
    part = Part(
        "NATS",
        lambda port: [program, "-a", "127.0.0.1", "-p", str(port), *store],
        environment=environment,
    )
    with running([part]):
        yield Server(part)


@dataclass(frozen=True)
class Cluster:
    """Servers that agree by majority, and the network between them.

    Attributes
    ----------
    servers : list of Server
    network : scalelab.measure.mesh.Mesh
        All that members say to each other passes here: ``network.partition({0}, {1, 2})``.
    """

    servers: list
    network: Mesh = field(repr=False)

    @property
    def urls(self):
        """A list of the servers' addresses, as ``nats.connect`` takes it."""
        return [server.url for server in self.servers]


@contextlib.contextmanager
def cluster(members=3):
    """Run a cluster with JetStream; it has elected its meta leader when the block begins.

    Other members hear of a new stream or bucket a few milliseconds late; until then they answer
    ``NoStreamResponseError``, and nats-py does not ask again by itself.

    Parameters
    ----------
    members : int
        How many servers, 3 or 5.

    Yields
    ------
    Cluster

    Raises
    ------
    MissingPart
        NATS is not installed.
    PartFailed
        A server did not start, or no leader was elected.

    Examples
    --------
    In a notebook, whose cells may ``await``::

        with cluster(3) as servers:
            servers.network.partition({0}, {1, 2})
            connection = await servers.servers[1].client()
    """
    if members not in (3, 5):
        raise ValueError(f"members is {members!r}: a majority is best had of 3 or 5")
    program, environment = find("nats")
    with mesh([None] * members) as network:
        parts = []
        for i in range(members):
            routes = [f'"nats://{network[i, j].address}"' for j in range(members) if j != i]
            text = CONFIG.format(number=i, routes=", ".join(routes))
            command = [program, "-c", "nats.conf"]
            parts.append(Part(f"n{i}", lambda port, c=command: c, {"nats.conf": text}, environment))
        with running(parts):
            deadline = time.monotonic() + LIMIT
            for (_, j), link in network.links.items():
                link.connect(_ports(parts[j], deadline)["cluster"][0].removeprefix("nats://"))
            for part in parts:
                while not _elected(part, members, deadline):
                    _pause(deadline)
            yield Cluster([Server(part) for part in parts], network)


def _elected(part, members, deadline):
    """Whether this member knows a leader of a group of full size."""
    url = _ports(part, deadline)["monitoring"][0] + "/jsz"
    with urllib.request.urlopen(url, timeout=10) as answer:
        group = json.load(answer).get("meta_cluster", {})
    return group.get("leader") and group.get("cluster_size") == members


def _ports(part, deadline):
    while True:
        for file in part.folder.glob("*.ports"):
            with contextlib.suppress(ValueError):  # still being written
                return json.loads(file.read_text())
        _pause(deadline)


def _pause(deadline):
    if time.monotonic() > deadline:
        raise PartFailed(f"the NATS cluster elected no leader within {LIMIT:g} s")
    time.sleep(0.02)
