"""Tiers in a row, and clients who lose patience: how a system stays down after its trouble."""

from dataclasses import dataclass, field

import numpy as np

from ..jit import given
from ..stats import generator
from .clients import chain, client, switch, window
from .network_kernel import run
from .responses import Responses
from .work import number


@dataclass(frozen=True, eq=False)
class Timeline:
    """What happened in each interval of a run until its last arrival, warm-up included.

    Attributes
    ----------
    time : float array, shape (intervals,)
        When each interval begins, in seconds.
    arrivals, attempts, answered, failed : float array, shape (intervals,)
        Requests that came, attempts sent, requests answered in time and requests given up, per
        second.
    """

    time: np.ndarray
    arrivals: np.ndarray
    attempts: np.ndarray
    answered: np.ndarray
    failed: np.ndarray


@dataclass(frozen=True, eq=False)
class NetworkRun(Responses):
    """A run of `network`.

    Attributes
    ----------
    mean_response : float
        Mean time from a request's arrival to its answer, earlier attempts and pauses included, of
        those that were answered; not a number where none was.
    goodput : float
        Requests answered per second.
    failed : float
        Fraction of the requests that were given up.
    attempts : float
        Attempts sent per request.
    wasted : float
        Fraction of the attempts served to the end, warm-up left out, whose client had gone.
    timeline : Timeline
    """

    goodput: float
    failed: float
    attempts: float
    wasted: float
    timeline: Timeline = field(repr=False)

    def quantile(self, q):
        """Return the time within which a fraction `q` of the answered requests was answered."""
        if self.failed == 1:
            return np.full(np.shape(q), np.nan)[()]
        return super().quantile(q)


def network(
    arrival_rate,
    service_rate,
    servers=1,
    requests=100_000,
    seed=0,
    *,
    timeout=None,
    attempts=1,
    backoff=0.0,
    backoff_cap=10.0,
    jitter="full",
    retry_budget=None,
    breaker=None,
    spike=None,
    slowdown=None,
    interval=1.0,
    warmup=0.1,
):
    """Simulate requests that pass through tiers of servers, sent again when they take too long.

    Requests come at random. In each tier one line waits for its servers, first come, first
    served; service times are exponential. A client whose attempt times out sends another one or
    gives up. The old attempt stays where it is and is served to the end: no server knows that its
    client has gone.

    Parameters
    ----------
    arrival_rate : float
        New requests per second.
    service_rate, servers : array_like, shape (tiers,)
        Attempts per second that one busy server of each tier serves, and how many servers it has.
        One number stands for all tiers.
    requests, seed : int
        The same seed gives the same answer.
    timeout : float, optional
        Seconds that a client waits for the answer to one attempt; for ever if not given.
    attempts : int
        The most that one request is tried, the first included.
    backoff, backoff_cap : float
        Seconds before the first retry; doubled for each further one, up to the cap.
    jitter : {"full", "equal", "none"}
        The pause lies at random between 0 and that, or between half of it and all of it, or is it.
    retry_budget : float, optional
        Retries allowed per new request, for all clients together: each new request adds so much
        to a reserve of at most 10 retries, full at the start, and a retry that finds less than 1
        is not sent. No limit if not given.
    breaker : (int, float), optional
        One circuit breaker for all clients: after so many timeouts in a row it opens for so many
        seconds, then lets one attempt through, whose answer closes it and whose timeout opens it
        again. While it is open requests fail at once, and so do those that come to be retried.
    spike : (float, float, float), optional
        Start and end in seconds, and the factor by which more requests come between them.
    slowdown : (float, float, float), optional
        Start and end in seconds, and the factor by which services that begin between them take
        longer, in all tiers.
    interval : float
        Seconds in each step of the timeline.
    warmup : float
        Fraction of the requests, the first, that are left out: all lines are empty at the start.

    Returns
    -------
    NetworkRun
        ``.goodput``, ``.failed``, ``.attempts``, ``.wasted``, ``.mean_response``,
        ``.quantile(q)`` and ``.timeline``.

    Notes
    -----
    Without a timeout this is Jackson's network (1957): each tier is an M/M/c queue as if alone.
    With retries it can be metastable (Bronson et al., "Metastable failures in distributed
    systems", 2021): a short trouble fills the lines, attempts time out, and their retries keep the
    lines full. With a budget b no more than ``arrival_rate * (1 + b)`` attempts come for long, and
    where the slowest tier serves more than that the lines become short again.

    Examples
    --------
    Two minutes in, five seconds of trouble. Ten minutes later:

    >>> system = dict(arrival_rate=100, service_rate=[100, 20, 50], servers=[4, 8, 4])
    >>> for budget in (None, 0.1):
    ...     run = network(**system, timeout=0.3, attempts=3, retry_budget=budget,
    ...                   slowdown=(120, 125, 3), seed=1)
    ...     print(f"{run.timeline.answered[720:].mean():.0f} answers a second")
    0 answers a second
    99 answers a second
    """
    arrival_rate = number("arrival_rate", arrival_rate, above=0)
    service_rate, servers = chain(service_rate, servers)
    requests = number("requests", requests, least=1, whole=True)
    patience = client(timeout, attempts, backoff, backoff_cap, jitter, retry_budget)
    trouble = window("spike", spike), window("slowdown", slowdown)
    interval = number("interval", interval, above=0)
    skip = int(number("warmup", warmup, least=0, below=1) * requests)
    rng, work = generator(seed), 1 / service_rate
    answer = run(
        rng, 1 / arrival_rate, given(servers), given(work), requests, skip, patience,
        switch(breaker), *trouble, interval,
    )  # fmt: skip
    answered, responded, histogram, sent, done, wasted, since, last, counts = answer
    measured, whole = requests - skip, int(last / interval)
    counted = counts[: 4 * whole].reshape(-1, 4).T / interval
    return NetworkRun(
        responded / answered if answered else np.nan,
        histogram,
        answered / (last - since),
        1 - answered / measured,
        sent / measured,
        wasted / done if done else 0.0,
        Timeline(np.arange(whole) * interval, *counted),
    )
