"""What a load generator saw."""

from dataclasses import dataclass

import numpy as np

from .histogram import Histogram

__all__ = ["Result"]


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What happened to each request, in the order in which they were due.

    Attributes
    ----------
    due : ndarray of float, shape (requests,)
        When each request was due, in seconds from the start; in a closed loop, when its
        client was ready to send it.
    work : ndarray of float, shape (requests,)
        The work it carried, in seconds at speed 1.
    lateness : ndarray of float, shape (requests,)
        Seconds between due and sent; part of the latency, and the generator's own fault.
    latencies : ndarray of float, shape (requests,)
        Seconds from due to the end of the answer; nan where none came.
    service : ndarray of float, shape (requests,)
        Seconds for which the server was busy with it, as the server says; nan where unknown.
    servers : ndarray of str, shape (requests,)
        Name of the server that answered, ``""`` where none did.
    outcomes : ndarray of str, shape (requests,)
        ``"ok"``, ``"timeout"``, a status (``"503"``) or the name of a connection's error.
    duration : float
        Seconds over which requests were due.
    """

    due: np.ndarray
    work: np.ndarray
    lateness: np.ndarray
    latencies: np.ndarray
    service: np.ndarray
    servers: np.ndarray
    outcomes: np.ndarray
    duration: float

    @property
    def requests(self):
        """How many there were."""
        return len(self.due)

    @property
    def offered(self):
        """Requests per second that were due."""
        return self.requests / self.duration

    @property
    def errors(self):
        """How many requests got no good answer. They have no latency: read both together."""
        return int(np.sum(self.outcomes != "ok"))

    @property
    def answered(self):
        """Latencies of the good answers, in seconds."""
        return self.latencies[self.outcomes == "ok"]

    @property
    def typical_lateness(self):
        """Median lateness in seconds, 0 where there was no request."""
        return float(np.median(self.lateness)) if self.requests else 0.0

    @property
    def mean(self):
        """Mean latency of the good answers, in seconds; nan where there are none."""
        return float(np.mean(self.answered)) if self.answered.size else float("nan")

    def quantile(self, q):
        """Latency that a fraction ``q`` of the good answers stayed within, in seconds."""
        return float(np.quantile(self.answered, q)) if self.answered.size else float("nan")

    @property
    def requests_by_server(self):
        """Answers of each server, by name."""
        names, counts = np.unique(self.servers[self.servers != ""], return_counts=True)
        return dict(zip(names.tolist(), counts.tolist(), strict=True))

    def __repr__(self):
        mean, p99 = self.mean * 1000, self.quantile(0.99) * 1000
        counts = f"{self.requests} requests, {self.errors} errors"
        return f"<Result: {counts}, mean {mean:.1f} ms, p99 {p99:.1f} ms>"

    def histogram(self):
        """The good answers' latencies as a `Histogram`."""
        return Histogram(self.answered)

    def corrected(self, expected_interval):
        """The histogram of a closed loop, corrected for coordinated omission.

        A client that waits for a slow answer does not send what it would have sent meanwhile.
        HDR's correction adds those requests: one that took 1 s, of a client that sends every
        0.1 s, stands for nine more, of 0.9, 0.8, ... 0.1 s. It is a guess about requests that
        were never sent; an open loop sends them.

        Parameters
        ----------
        expected_interval : float
            Seconds between two requests of one client when nothing is slow: its thinking time
            and an ordinary latency.

        Returns
        -------
        Histogram

        Raises
        ------
        ValueError
            The interval is not above 0.
        """
        if not 0 < expected_interval < float("inf"):
            raise ValueError(f"expected_interval is {expected_interval}: it must be above 0")
        return Histogram(self.answered, expected_interval)


def collected(due, work, lateness, records, duration):
    """The `Result` of requests with one record (latency, service, server, outcome) for each."""
    latencies, service, names, outcomes = zip(*records, strict=True) if records else [()] * 4
    return Result(
        np.array(due, dtype=float),
        np.array(work, dtype=float),
        np.array(lateness, dtype=float),
        np.array(latencies, dtype=float),
        np.array(service, dtype=float),
        np.array(names, dtype=str),
        np.array(outcomes, dtype=str),
        float(duration),
    )
