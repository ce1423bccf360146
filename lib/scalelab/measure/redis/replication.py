"""A primary and its replicas.

>>> with replicated(replicas=1) as group, group.primary.client() as client:
...     client.set("key", "value")
...     client.wait(1, 5000)  # replicas that have it, asked for within 5000 ms
True
1
"""

import contextlib
from dataclasses import dataclass

from .._arguments import count
from ..launcher import running
from .server import Server, make


@dataclass(frozen=True)
class Group:
    """A primary and its replicas, named by the part they began with.

    Attributes
    ----------
    primary : Server
    replicas : tuple of Server
    """

    primary: Server
    replicas: tuple

    @property
    def members(self):
        """All of them, the primary first."""
        return (self.primary, *self.replicas)

    def lag(self):
        """Bytes of the primary's stream that each replica has not yet got: a tuple."""
        got = [replica.offset() for replica in self.replicas]
        return tuple(max(0, self.primary.offset() - offset) for offset in got)

    def wait(self, limit=30.0):
        """Return when every replica is in sync.

        Raises
        ------
        PartFailed
            That took longer than ``limit`` seconds.
        """
        for replica in self.replicas:
            replica.wait(
                lambda client: client.info("replication").get("master_link_status") == "up",
                "reach its primary",
                limit,
            )
        self.primary.wait(
            lambda client: (
                client.wait(len(self.replicas), 100) == len(self.replicas) and not any(self.lag())
            ),
            "bring its replicas into sync",
            limit,
        )


@contextlib.contextmanager
def replicated(replicas=1, **settings):
    """Run a primary with replicas in sync, until the end of the block.

    Parameters
    ----------
    replicas : int
        How many, 1 or more.
    **settings
        Lines of the configuration of each server: ``min_replicas_to_write=1``,
        ``min_replicas_max_lag=1``.

    Yields
    ------
    Group

    Raises
    ------
    MissingPart
        Neither Valkey nor Redis is installed.
    PartFailed
        A server did not start, or a replica did not come into sync.
    ValueError
        ``replicas`` is not a whole number of 1 or more.
    """
    count("replicas", replicas, 1)
    settings = {"repl_diskless_sync": "yes", "repl_diskless_sync_delay": 0} | settings
    names = ["the primary", *(f"replica {i}" for i in range(replicas))]
    parts = [make(name, settings) for name in names]
    with running(parts):
        primary, *others = map(Server, parts)
        group = Group(primary, tuple(others))
        for replica in others:
            replica.follow(primary.address)
        group.wait()
        yield group
