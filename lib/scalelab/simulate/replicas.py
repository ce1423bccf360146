"""A primary and its replicas: what they have yet to hear, and what is lost if it dies."""

from dataclasses import dataclass, field

import numpy as np

from ..stats import generator
from .work import number


@dataclass(frozen=True, eq=False)
class ReplicationRun:
    """A run of `replication`.

    Attributes
    ----------
    written : float array, shape (writes,)
        When the primary wrote each record in its log, in seconds.
    acknowledged : float array, shape (writes,)
        When the client was told that its write is done, in seconds.
    received, applied : float array, shape (replicas, writes)
        When each replica had the record safe in its log, and when reads there see it, in seconds.
    """

    written: np.ndarray = field(repr=False)
    acknowledged: np.ndarray = field(repr=False)
    received: np.ndarray = field(repr=False)
    applied: np.ndarray = field(repr=False)
    _logs: tuple = field(repr=False)

    @property
    def commit_latency(self):
        """Seconds from each write to its acknowledgment, shape (writes,)."""
        return self.acknowledged - self.written

    @property
    def lag(self):
        """Seconds from each write until reads at a replica see it, shape (replicas, writes)."""
        return self.applied - self.written

    def lost(self, crash):
        """Return how many acknowledged writes each replica lacks when the primary dies.

        Promoting the one that lacks fewest loses ``lost(crash).min(axis=0)``.

        Parameters
        ----------
        crash : float or array
            Seconds at which the primary dies: between the first and the last write,
            ``written[0]`` and ``written[-1]``.

        Returns
        -------
        int array, shape (replicas,) + the shape of `crash`

        Raises
        ------
        ValueError
            The primary would die before the first or after the last write of the run.
        """
        crash = _times("crash", crash)
        if ((crash < self.written[0]) | (crash > self.written[-1])).any():
            raise ValueError(
                f"crash lies outside the run: from {self.written[0]:g} s to {self.written[-1]:g} s"
            )
        acknowledged, received = self._logs
        told = np.searchsorted(acknowledged, crash, side="right")
        safe = [np.searchsorted(log, crash, side="right") for log in received]
        return np.maximum(told - np.array(safe), 0)

    def stale(self, elapsed):
        """Return the probability that a replica does not show a write so long after it was made.

        Parameters
        ----------
        elapsed : float or array
            Seconds from the write to the read of the same record.
        """
        elapsed = _times("elapsed", elapsed)
        lags = np.sort(self.lag, axis=None)
        return 1 - np.searchsorted(lags, elapsed, side="right") / lags.size


def replication(
    write_rate,
    apply_rate,
    replicas=1,
    acks=0,
    writes=100_000,
    seed=0,
    *,
    delay=0.0,
    flush=0.0,
    warmup=0.1,
):
    """Simulate a log that a primary sends to its replicas, which write and then apply it in order.

    Writes come at random. Each goes over the network to every replica, which makes it safe in its
    log, confirms it, and applies it when all before it are applied.

    Parameters
    ----------
    write_rate, apply_rate : float
        Writes per second that come, and that one replica can apply; the times are exponential.
        Every replica applies all writes: more replicas do not help.
    replicas : int
        How many there are.
    acks : int
        How many replicas must confirm a write before the client is told that it is done. 0 is
        asynchronous, all of them synchronous, what lies between semi-synchronous.
    writes, seed : int
        The same seed gives the same answer.
    delay : float
        Seconds that the network takes, in each direction.
    flush : float
        Mean seconds until a record that has come is safe, exponential; a record is confirmed
        when it and all before it are.
    warmup : float
        Fraction of the writes, the first, that are left out: the replicas have nothing to do at
        the start.

    Returns
    -------
    ReplicationRun
        ``.lag``, ``.commit_latency``, ``.lost(crash)`` and ``.stale(elapsed)``.

    Notes
    -----
    Where the flush takes no time each replica is an M/M/1 queue behind the network: the lag beyond
    the delay is exponential with mean L = 1 / (apply_rate - write_rate), and a read t seconds
    after that delay is stale with probability exp(-t / L). By Little's law (1961) a crash of an
    asynchronous primary loses on average write_rate times the time that a record takes to be safe.

    Examples
    --------
    A crash each second. Half a second of writes is lost, or each write waits for its confirmation:

    >>> for acks in (0, 1, 2):
    ...     run = replication(200, 250, replicas=2, acks=acks, delay=0.5, flush=0.01, seed=1)
    ...     lost = run.lost(np.arange(100, 400)).min(axis=0).mean()
    ...     print(f"{acks} acks: {lost:3.0f} lost, {run.commit_latency.mean():.2f} s to commit")
    0 acks: 104 lost, 0.00 s to commit
    1 acks:   0 lost, 1.01 s to commit
    2 acks:   0 lost, 1.02 s to commit
    """
    write_rate = number("write_rate", write_rate, above=0)
    apply_rate = number("apply_rate", apply_rate, above=0)
    replicas = number("replicas", replicas, least=1, whole=True)
    acks = number("acks", acks, least=0, whole=True)
    if acks > replicas:
        raise ValueError(f"acks is {acks}: there are only {replicas} replicas to confirm a write")
    writes = number("writes", writes, least=1, whole=True)
    delay = number("delay", delay, least=0)
    flush = number("flush", flush, least=0)
    skip = int(number("warmup", warmup, least=0, below=1) * writes)
    rng = generator(seed)

    written = np.cumsum(rng.exponential(1 / write_rate, writes))
    safe = written + delay + flush * rng.standard_exponential((replicas, writes))
    received = np.maximum.accumulate(safe, axis=1)
    applied = _one_by_one(received, rng.exponential(1 / apply_rate, (replicas, writes)))
    acknowledged = written
    if acks:
        acknowledged = np.partition(received, acks - 1, axis=0)[acks - 1] + delay
    return ReplicationRun(
        written[skip:],
        acknowledged[skip:],
        received[:, skip:],
        applied[:, skip:],
        (acknowledged, received),
    )


def _one_by_one(arrivals, work):
    """Return when each is done if they are served in order: Lindley's recursion, in arrays."""
    done = np.cumsum(work, axis=-1)
    return done + np.maximum.accumulate(arrivals - done + work, axis=-1)


def _times(name, value):
    try:
        value = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}: it must be seconds") from None
    if not (np.isfinite(value) & (value >= 0)).all():
        raise ValueError(f"{name} holds a time that is below 0 or not finite")
    return value
