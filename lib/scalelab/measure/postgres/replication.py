"""A primary that streams its log to hot standbys.

A commit waits as far as ``synchronous_commit`` says:

===============  =============================================================
off              for nothing; a crash loses the last commits
local            until the primary's log is on its disk
remote_write     ... and a standby has handed it to its operating system
on               ... and a standby has it on its disk
remote_apply     ... and a standby shows it to readers
===============  =============================================================

>>> with replicated(synchronous="remote_apply") as cluster:
...     with cluster.primary.connect() as connection:
...         _ = connection.execute("CREATE TABLE book (title text)")
...     cluster.standbys[0].ask("SELECT count(*) FROM book")
0

References
----------
PostgreSQL 18 Documentation, chapter 26.2 (Log-Shipping Standby Servers).
"""

import contextlib
import math
from dataclasses import dataclass, field

from .._arguments import named
from ..launcher import running
from .server import Server, check_count, make, until

LEVELS = ("off", "local", "remote_write", "on", "remote_apply")
"""How far a commit may wait, from not at all to longest."""


@dataclass(frozen=True)
class Standby(Server):
    """A server that follows the primary and answers reads.

    Attributes
    ----------
    primary : Server
        The one that it followed from the start.
    """

    primary: Server = field(repr=False)

    def lag(self):
        """Bytes of the primary's log that this standby has not applied yet.

        A difference of positions in the log, taken from both servers now. The primary's
        ``replay_lag`` in seconds is the age of the last report and looks fine while replay
        is paused.
        """
        return self._behind(self._end_of_log())

    def catch_up(self, limit=30.0):
        """Return when readers here see all that the primary has committed before this call.

        Raises
        ------
        PartFailed
            That took longer than ``limit`` seconds.
        """
        end = self._end_of_log()
        until(lambda: self._behind(end) == 0, f"{self.name} did not catch up", limit)

    def _end_of_log(self):
        return self.primary.ask("SELECT pg_current_wal_insert_lsn()")

    def _behind(self, end):
        applied = "pg_last_wal_replay_lsn()"
        return int(self.ask(f"SELECT greatest(0, pg_wal_lsn_diff(%s, {applied}))", end))

    def pause_replay(self):
        """Go on receiving the log but stop applying it; returns when it has stopped.

        Raises
        ------
        PartFailed
            That took longer than half a minute.
        """
        self.ask("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        until(lambda: self.ask(state) == "paused", f"{self.name} did not pause its replay")

    def resume_replay(self):
        """Apply the log again."""
        self.ask("SELECT pg_wal_replay_resume()")

    def promote(self):
        """Make it a primary that takes writes; the other standbys go on following the old one.

        It first applies all that it has received, without any delay. Returns when it is
        writable.

        Raises
        ------
        PartFailed
            That took longer than half a minute.
        """
        self.ask("SELECT pg_promote(true, 60)")
        until(lambda: not self.ask("SELECT pg_is_in_recovery()"), f"{self.name} was not promoted")


@dataclass(frozen=True)
class Replicated:
    """A running primary and its standbys.

    Attributes
    ----------
    primary : Server
    standbys : list of Standby
    """

    primary: Server
    standbys: list

    def set(self, *, synchronous=None, apply_delay=None):
        """Change how far commits wait, how late all standbys apply them, or both.

        Parameters
        ----------
        synchronous : str, optional
            One of `LEVELS`.
        apply_delay : float, optional
            Seconds.
        """
        if synchronous is not None:
            named("synchronous", synchronous, LEVELS)
        if apply_delay is not None:
            _check_delay(apply_delay)
            for standby in self.standbys:
                standby.set(recovery_min_apply_delay=_delay(apply_delay))
        if synchronous is not None:
            self.primary.set(synchronous_commit=synchronous)


@contextlib.contextmanager
def replicated(standbys=1, synchronous="off", apply_delay=0.0, **settings):
    """Run a primary and its standbys until the end of the block.

    Parameters
    ----------
    standbys : int
        1 to 8. They are called ``standby0``, ``standby1``, ...
    synchronous : str
        How far a commit waits: ``"off"``, ``"local"``, ``"remote_write"``, ``"on"`` or
        ``"remote_apply"``. A session may differ: ``SET synchronous_commit = ...``.
        Commits wait for any one of the standbys; ``synchronous_standby_names="ANY 2 (*)"``
        makes it two. With no standby left they wait for ever.
    apply_delay : float
        Seconds after its commit at which a standby applies a transaction, or later.
    **settings
        Lines of ``postgresql.conf`` for all of them.

    Yields
    ------
    Replicated

    Raises
    ------
    MissingPart
        PostgreSQL is not installed.
    PartFailed
        One of them did not start.
    """
    check_count("standbys", standbys)
    named("synchronous", synchronous, LEVELS)
    _check_delay(apply_delay)
    names = settings.pop("synchronous_standby_names", "ANY 1 (*)")
    settings = {"synchronous_commit": synchronous} | settings
    primary = make("primary", settings)
    settings = settings | {"recovery_min_apply_delay": _delay(apply_delay)}
    followers = [
        make(f"standby{i}", settings, kind=Standby, source=primary, primary=primary)
        for i in range(standbys)
    ]
    with running([primary.part]), running([standby.part for standby in followers]):
        streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        until(lambda: primary.ask(streaming) == standbys, "not all standbys followed")
        primary.set(synchronous_standby_names=names)
        yield Replicated(primary, followers)


def _delay(seconds):
    return f"{round(seconds * 1000)}ms"


def _check_delay(apply_delay):
    known = isinstance(apply_delay, int | float) and math.isfinite(apply_delay)
    if not known or not 0 <= apply_delay <= 3600:
        raise ValueError(f"apply_delay is {apply_delay!r}: it must be from 0 to 3600 seconds")
