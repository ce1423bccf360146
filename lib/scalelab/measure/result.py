"""What a load generator saw."""

from dataclasses import dataclass

import numpy as np
from hdrh.histogram import HdrHistogram


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What happened to each request, in order of arrival.

    Attributes
    ----------
    due : ndarray of float, shape (requests,)
        When each request was due, in seconds from the start.
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
        """The good answers' latencies as an HDR histogram of microseconds, to 3 digits."""
        histogram = HdrHistogram(1, 3_600_000_000, 3)
        for latency in self.answered:
            histogram.record_value(max(1, round(latency * 1e6)))
        return histogram
