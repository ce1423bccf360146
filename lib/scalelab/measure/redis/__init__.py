"""Servers of the Redis protocol: Valkey from its wheel, or Redis on PATH.

`single`, `replicated`, `sentinel` and `cluster` run until the end of their ``with`` block.

>>> with single() as server, server.client() as client:
...     client.set("key", "value")
True
"""

from .clusters import cluster
from .replication import replicated
from .sentinels import sentinel
from .server import Server, single

__all__ = ["Server", "cluster", "replicated", "sentinel", "single"]
