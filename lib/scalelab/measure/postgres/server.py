"""One PostgreSQL server, as its clients see it.

>>> with single(work_mem="8MB") as server, server.connect() as connection:
...     connection.execute("SHOW work_mem").fetchone()
('8MB',)
"""

import contextlib
import sys
import time
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from ..handles import Handle
from ..launcher import PartFailed, running
from .process import Process

SETTINGS = {
    "shared_buffers": "16MB",
    "shared_memory_type": "mmap",
    "dynamic_shared_memory_type": "mmap",  # files in the data folder: nothing in /dev/shm
    "wal_level": "replica",
    "hot_standby": "on",
    "max_wal_senders": 20,
    "wal_keep_size": "256MB",
    "wal_retrieve_retry_interval": "100ms",
}
if sys.platform == "linux":
    SETTINGS["recovery_init_sync_method"] = "syncfs"  # after a crash, not file by file
OURS = ("port", "listen_addresses", "unix_socket_directories", "shared_memory_type")
MOST = 8


@dataclass(frozen=True)
class Server(Handle):
    """A running server; `restart` waits until crash recovery is done.

    Attributes
    ----------
    name : str
        ``"single"``, ``"primary"``, ``"standby0"``, ``"coordinator"``, ``"shard0"``, ...
    settings : dict
        The lines of its configuration: the lab's, then yours.
    part : Durable
        Its processes.
    """

    name: str
    settings: dict = field(repr=False)
    part: Process = field(repr=False)

    @property
    def dsn(self):
        """Its address, as clients and pools take it."""
        return self.part.dsn

    def connect(self, **options):
        """A new ``psycopg.Connection``; close it, or use it in ``with``.

        Parameters
        ----------
        **options
            For ``psycopg.connect``: ``autocommit=True`` makes each statement a transaction.
        """
        return psycopg.connect(self.dsn, **options)

    def set(self, **settings):
        """Change its configuration while it runs; returns once new statements heed it.

        Parameters
        ----------
        **settings
            Lines of ``postgresql.conf``. One that PostgreSQL reads only at its start, as
            ``shared_buffers``, takes effect with `restart`. ``None`` brings back what it was at
            first.

        Raises
        ------
        ValueError
            PostgreSQL does not know a setting or refuses its value.
        PartFailed
            It did not read them within half a minute.
        """
        check_settings({key: value for key, value in settings.items() if value is not None})
        with self.connect(autocommit=True) as connection:
            for key, value in settings.items():
                change = sql.SQL(
                    "ALTER SYSTEM SET {} = {}" if value is not None else "ALTER SYSTEM RESET {}"
                )
                try:
                    connection.execute(change.format(sql.Identifier(key), sql.Literal(str(value))))
                except psycopg.Error as error:
                    said = error.diag.message_primary
                    raise ValueError(f"{key} is {value!r}: PostgreSQL says {said}") from error
            before = self._loaded()
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: self._loaded() > before, f"{self.name} did not take its new settings")

    def _loaded(self):
        """When it last read its configuration, as a new session sees it."""
        return self.ask("SELECT pg_conf_load_time()")

    def ask(self, query, *arguments):
        """The first value of the first row that a query gives, over a connection of its own.

        Parameters
        ----------
        query : str
            SQL, with ``%s`` for each of the arguments.
        *arguments
            What to put there.
        """
        with self.connect(autocommit=True) as connection:
            return connection.execute(query, arguments).fetchone()[0]


@contextlib.contextmanager
def single(**settings):
    """Run one server with an empty database until the end of the block.

    Parameters
    ----------
    **settings
        Lines of ``postgresql.conf``: ``work_mem="8MB"``, ``fsync="off"``.

    Yields
    ------
    Server

    Raises
    ------
    MissingPart
        PostgreSQL is not installed.
    PartFailed
        It did not start, for instance because of a setting it does not know.
    """
    server = make("single", settings)
    with running([server.part]):
        yield server


def make(name, settings, kind=Server, source=None, **attributes):
    """A server that is not started yet; ``source`` is the one it is to follow."""
    check_settings(settings)
    settings = SETTINGS | {"cluster_name": name} | settings
    part = Process(f"PostgreSQL {name}", settings, source and source.part)
    return kind(name, settings, part, **attributes)


def check_settings(settings):
    """Refuse what the lab decides, and what is no value of a setting."""
    for key, value in settings.items():
        if key in OURS:
            raise ValueError(f"{key} is given: the lab chooses {', '.join(OURS)}")
        if not isinstance(value, str | int | float):
            raise ValueError(f"{key} is {value!r}: a setting is text, a number or a boolean")


def check_count(name, value):
    """Refuse a number of servers that is none, or too many for one machine."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise ValueError(f"{name} is {value!r}: it must be a whole number from 1 to {MOST}")


def until(condition, what, limit=30.0):
    """Wait until the condition holds."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise PartFailed(f"{what} within {limit:g} s")
        time.sleep(0.01)
