"""One server of the Redis protocol, with a client for it and the faults it can have.

>>> with single(appendonly="yes", appendfsync="always") as server, server.client() as client:
...     client.incr("visits")
...     server.restart()  # killed by SIGKILL, started again on its data
...     client.incr("visits")
1
2
"""

import contextlib
import time
from dataclasses import dataclass, field

import redis
import redis.asyncio

from ..durable import Durable, running
from ..handles import Handle
from ..launcher import PartFailed
from ..parts import find


@dataclass(frozen=True)
class Server(Handle):
    """One running server, on 127.0.0.1 with a folder of its own.

    Attributes
    ----------
    part : Durable
        Its process.
    """

    part: Durable = field(repr=False)

    def client(self, **options):
        """A new ``redis.Redis(**options)`` of this server; close it, or use it in ``with``."""
        return redis.Redis(host="127.0.0.1", port=self.port, **options)

    def async_client(self, **options):
        """A new ``redis.asyncio.Redis(**options)``; close it, or use it in ``async with``."""
        return redis.asyncio.Redis(host="127.0.0.1", port=self.port, **options)

    def restart(self):
        """Start it again, on the same port and folder, and wait until its data is loaded.

        One that still runs is killed first.

        Raises
        ------
        PartFailed
            It did not start again, or its data took longer than half a minute.
        """
        super().restart()
        self.wait(lambda client: client.ping(), "load its data")

    def follow(self, address):
        """Become a replica of the server, or of the proxy before it, at `address`: "host:port"."""
        host, _, port = str(address).rpartition(":")
        if not (host and port.isdigit()):
            raise ValueError(f"address is {address!r}: it must be 'host:port'")
        with self.client() as client:
            client.replicaof(host, int(port))

    def promote(self):
        """Become a primary (``REPLICAOF NO ONE``), whatever the others think."""
        with self.client() as client:
            client.replicaof("NO", "ONE")

    def offset(self):
        """Bytes of the replication stream that it has written as a primary or got as a replica."""
        with self.client(decode_responses=True) as client:
            info = client.info("replication")
        return info.get("slave_repl_offset", info["master_repl_offset"])

    def wait(self, ready, what, limit=30.0):
        """Return when ``ready(client)`` is true.

        Raises
        ------
        PartFailed
            It did not do ``what`` within ``limit`` seconds.
        """
        deadline = time.monotonic() + limit
        with self.client(decode_responses=True, retry=None, socket_timeout=limit) as client:
            while True:
                with contextlib.suppress(redis.RedisError):
                    if ready(client):
                        return
                if time.monotonic() > deadline:
                    raise PartFailed(f"{self.part.name} did not {what} within {limit:g} s")
                time.sleep(0.02)


@contextlib.contextmanager
def single(**settings):
    """Run one server until the end of the block.

    It keeps everything in memory only, unless ``appendonly="yes"``: then also in its
    temporary folder, which a crash leaves as it is.

    Parameters
    ----------
    **settings
        Lines of its configuration, with ``_`` for ``-``: ``maxmemory="1mb"``,
        ``maxmemory_policy="allkeys-lru"``, ``appendfsync="always"``.

    Yields
    ------
    Server

    Raises
    ------
    MissingPart
        Neither Valkey nor Redis is installed.
    PartFailed
        It did not start, for instance because of a setting it does not know.
    """
    part = make("Valkey", settings)
    with running([part]):
        yield Server(part)


def make(name, settings, first=(), files=None, more=lambda: []):
    """A part that runs the server; ``more()`` gives options that each launch draws anew."""
    program, environment = find("valkey")
    settings = {"bind": "127.0.0.1"} | settings
    options = [
        word
        for key, value in settings.items()
        for word in (f"--{key.replace('_', '-')}", str(value))
    ]
    if not first:
        options = ["--save", "", *options] if "save" not in settings else options
    return Durable(
        name,
        lambda port: [program, *first, "--port", str(port), *options, *more()],
        files=files,
        environment=environment,
    )
