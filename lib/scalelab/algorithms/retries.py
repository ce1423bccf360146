"""Trying again without making it worse: when, how often, and when not at all.

Retries are load that comes when there is too much already: three layers that try three times each
turn one request into 27. Waiting longer each time spreads them out (`backoff`), a share of the
traffic bounds them (`RetryBudget`), `CircuitBreaker` stops them and everything else, and `Hedge`
sends the second request before the first has failed.

A breaker notices what has happened already. A timeout and a limit on how many are inside
(`scalelab.algorithms.limiters.Bulkhead`) are what keeps a slow dependency from taking the caller
down; to Hystrix's author its breaker was the icing on the cake (Netflix/Hystrix, issue 131).

In production: tenacity for the waiting, pybreaker for the breaker, or a proxy such as Envoy for
all of it.
"""

from ._arguments import generator, named, number
from .breaker import CircuitBreaker
from .hedging import Hedge

__all__ = ["CircuitBreaker", "Hedge", "RetryBudget", "backoff"]

STRATEGIES = ("none", "full", "equal", "decorrelated")


def backoff(strategy, attempt, base, cap, rng, previous=None):
    """Return how many seconds to wait before a retry.

    With ``ceiling = min(cap, base * 2**attempt)``, the wait is

    - "none": the ceiling, so that all who failed together come back together;
    - "full": uniform from 0 to the ceiling;
    - "equal": half the ceiling and uniform up to as much again;
    - "decorrelated": uniform from `base` to three times the wait before, at most `cap`.

    Parameters
    ----------
    strategy : {"none", "full", "equal", "decorrelated"}
    attempt : int
        0 before the first retry, 1 before the second.
    base, cap : float
        The shortest ceiling and the longest, in seconds.
    rng : numpy.random.Generator
    previous : float, optional
        The wait before, in seconds, for "decorrelated". Where it is missing, the waits of the
        earlier attempts are drawn as well.

    Returns
    -------
    float

    References
    ----------
    Brooker, *Exponential backoff and jitter*, AWS Architecture Blog (2015).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> [backoff("none", attempt, base=0.1, cap=1, rng=rng) for attempt in range(5)]
    [0.1, 0.2, 0.4, 0.8, 1.0]
    >>> 0.4 <= backoff("equal", 3, base=0.1, cap=1, rng=rng) < 0.8
    True
    """
    strategy = named("strategy", strategy, STRATEGIES)
    attempt = number("attempt", attempt, least=0, whole=True)
    base = number("base", base, above=0)
    cap = number("cap", cap, least=base)
    rng = generator(rng)
    if strategy == "decorrelated":
        if previous is not None:
            return min(cap, rng.uniform(base, 3 * number("previous", previous, least=base)))
        wait = base
        for _ in range(attempt + 1):
            wait = min(cap, rng.uniform(base, 3 * wait))
        return wait
    ceiling = min(cap, base * 2.0 ** min(attempt, 1023))
    if strategy == "full":
        return rng.uniform(0, ceiling)
    if strategy == "equal":
        return rng.uniform(ceiling / 2, ceiling)
    return ceiling


class RetryBudget:
    """Retries as a share of the requests: each request pays in `ratio`, each retry costs 1.

    However long everything fails, there are at most ``ratio * requests + reserve`` retries, so
    the load grows by that share and not by the number of attempts. A token bucket that is filled
    by requests and not by time.

    Sources: Finagle's ``RetryBudget``, where a share of the requests of the last seconds may be
    retried; gRPC's retry throttling (proposal A6), where answers fill a bucket and failures
    drain it.

    Parameters
    ----------
    ratio : float
        Retries per request; 0.1 lets the load grow by a tenth.
    reserve : float
        The most that is saved up, at least 1. It starts full, for clients with few requests.

    Examples
    --------
    >>> budget = RetryBudget(ratio=0.1, reserve=2)
    >>> retried = 0
    >>> for _ in range(1000):
    ...     budget.request()
    ...     retried += budget.retry()
    >>> retried
    101
    """

    def __init__(self, ratio=0.1, reserve=10):
        self.ratio = number("ratio", ratio, least=0)
        self.reserve = number("reserve", reserve, least=1)
        self.balance = self.reserve

    def request(self):
        """Pay in for a first attempt."""
        self.balance = min(self.reserve, self.balance + self.ratio)

    def retry(self):
        """Return whether a retry may be sent, and pay for it."""
        if self.balance + 1e-6 < 1:
            return False
        self.balance -= 1
        return True
