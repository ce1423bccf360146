"""PostgreSQL: one server, a primary with hot standbys, shards behind foreign tables.

``single``
    One server, which can be killed and started again on its data.
``replicated``
    A primary that streams its log to standbys which answer reads.
``shards``
    A coordinator whose tables are partitioned by hash over other servers.

Every server is real: its own processes, its own data folder, TCP on 127.0.0.1. Commits are
durable as they are in production (``fsync`` and ``full_page_writes`` are on), because what a
commit costs is among the things to measure; ``fsync="off"`` is quicker where it is not.
PostgreSQL does not run as root. Started by root, it runs as the user ``nobody``.
There is no password: for as long as a server runs, other users of this machine can connect.

>>> with single() as server, server.connect() as connection:
...     connection.execute("SELECT 6 * 7").fetchone()
(42,)
"""

from .replication import LEVELS, Replicated, Standby, replicated
from .server import Server, single
from .sharding import Sharded, shards

__all__ = [
    "LEVELS",
    "Replicated",
    "Server",
    "Sharded",
    "Standby",
    "replicated",
    "shards",
    "single",
]
