"""Sentinels: they watch a primary and, by majority, put a replica in its place.

>>> with sentinel(replicas=1) as group:
...     group.primary() is group.servers[0]
True
"""

import contextlib
from dataclasses import dataclass, field

import redis.sentinel

from .._arguments import count
from ..launcher import running
from .replication import replicated
from .server import Server, make

NAME = "scalelab"


@dataclass(frozen=True)
class Watched:
    """Servers, and the sentinels that watch them.

    Attributes
    ----------
    servers : tuple of Server
        The first began as primary.
    sentinels : tuple of Server
    discovery : redis.sentinel.Sentinel
        The client that asks the sentinels.
    """

    servers: tuple
    sentinels: tuple
    discovery: redis.sentinel.Sentinel = field(repr=False)

    def primary(self):
        """The `Server` that the sentinels call primary now."""
        port = self.discovery.discover_master(NAME)[1]
        return next(server for server in self.servers if server.port == port)

    def master_for(self, **options):
        """A ``redis.Redis(**options)`` that asks for the primary at each new connection."""
        return self.discovery.master_for(NAME, **options)


@contextlib.contextmanager
def sentinel(replicas=2, sentinels=3, down_after=0.5, **settings):
    """Run a primary, replicas and sentinels that agree about them, until the end of the block.

    Parameters
    ----------
    replicas, sentinels : int
        How many, 1 or more. A majority of the sentinels must agree that the primary is down.
    down_after : float
        Seconds without an answer after which a sentinel calls a server down.
    **settings
        Lines of the configuration of each server.

    Yields
    ------
    Watched

    Raises
    ------
    MissingPart, PartFailed
        As `replicated`.
    ValueError
        An argument makes no sense.
    """
    count("sentinels", sentinels, 1)
    if not isinstance(down_after, int | float) or not 0.001 <= down_after < float("inf"):
        raise ValueError(f"down_after is {down_after!r}: it must be 0.001 seconds or more")
    with replicated(replicas, **settings) as group:
        lines = [
            f"sentinel monitor {NAME} 127.0.0.1 {group.primary.port} {sentinels // 2 + 1}",
            f"sentinel down-after-milliseconds {NAME} {round(1000 * down_after)}",
            f"sentinel failover-timeout {NAME} {max(3000, round(4000 * down_after))}",
        ]
        files = {"sentinel.conf": "\n".join(lines) + "\n"}
        first = ["sentinel.conf", "--sentinel"]
        parts = [make(f"sentinel {i}", {}, first, files) for i in range(sentinels)]
        with running(parts):
            watchers = tuple(map(Server, parts))
            for watcher in watchers:
                watcher.wait(lambda client: _agrees(client, sentinels, replicas), "agree")
            addresses = [("127.0.0.1", watcher.port) for watcher in watchers]
            discovery = redis.sentinel.Sentinel(addresses, socket_timeout=1.0)
            try:
                yield Watched(group.members, watchers, discovery)
            finally:
                for client in discovery.sentinels:
                    client.close()


def _agrees(client, sentinels, replicas):
    """Whether this sentinel knows all the others and a replica fit to take over."""
    primary = client.sentinel_master(NAME)
    known = client.sentinel_slaves(NAME)
    return (
        primary["num-other-sentinels"] == sentinels - 1
        and not primary["is_odown"]
        and len([one for one in known if one["master-link-status"] == "ok"]) == replicas
    )
