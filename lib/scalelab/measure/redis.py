"""A server of the Redis protocol: Valkey from its wheel, or Redis on PATH.

>>> with single() as server, server.client() as client:
...     client.set("key", "value")
True
"""

import contextlib
from dataclasses import dataclass, field

import redis

from .launcher import Part, running
from .parts import find


@dataclass(frozen=True)
class Server:
    """One running server: its ``port`` on 127.0.0.1."""

    part: Part = field(repr=False)

    @property
    def port(self):
        return self.part.port

    def client(self, **options):
        """A new ``redis.Redis`` connected to this server; close it, or use it in ``with``."""
        return redis.Redis(host="127.0.0.1", port=self.port, **options)


@contextlib.contextmanager
def single(**settings):
    """Run one server that keeps everything in memory, until the end of the block.

    Parameters
    ----------
    **settings
        Lines of its configuration, with ``_`` for ``-``: ``maxmemory="1mb"``,
        ``maxmemory_policy="allkeys-lru"``.

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
    part = _part("Valkey", settings)
    with running([part]):
        yield Server(part)


def _part(name, settings):
    program, environment = find("valkey")
    settings = {"bind": "127.0.0.1", "save": "", "appendonly": "no"} | settings
    options = [
        word
        for key, value in settings.items()
        for word in (f"--{key.replace('_', '-')}", str(value))
    ]
    return Part(
        name, lambda port: [program, "--port", str(port), *options], environment=environment
    )
