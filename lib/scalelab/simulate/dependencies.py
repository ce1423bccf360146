"""A service that waits for another: who is hurt when the other becomes slow, behind which guard."""

import math
from dataclasses import dataclass, field

import numpy as np

from ..algorithms.limiters import GradientLimit
from ..stats import generator
from .clients import switch, window
from .dependency_kernel import run
from .draws import begin
from .work import law, number


@dataclass(frozen=True, eq=False)
class Workers:
    """What there was at the beginning of each interval of a run.

    Attributes
    ----------
    time : float array, shape (intervals,)
        When the interval begins, in seconds.
    busy, calls, waiting : int array, shape (intervals,)
        Workers that are held by a request, those of them whose request waits for the dependency,
        and requests that wait for a worker.
    others, others_in_time : int array, shape (intervals,)
        Requests that came in the interval and ask nothing of the dependency, and how many of them
        were answered within the deadline.
    """

    time: np.ndarray
    busy: np.ndarray
    calls: np.ndarray
    waiting: np.ndarray
    others: np.ndarray
    others_in_time: np.ndarray


@dataclass(frozen=True, eq=False)
class DependencyRun:
    """A run of `dependency`.

    Attributes
    ----------
    requests : int
        How many came.
    others_in_time, callers_in_time : float
        Fraction, of the requests that ask nothing of the dependency and of those that call it, of
        good answers within the deadline; not a number where there are none.
    refused, timed_out : int
        Calls that the guard did not let through, and those that were given up.
    exhausted : float
        When all workers were busy for the first time, but not before a slowdown; not a number if
        they never were.
    opened : float
        When the breaker opened for the first time; not a number if it never did.
    timeline : Workers
    """

    requests: int
    others_in_time: float
    callers_in_time: float
    refused: int
    timed_out: int
    exhausted: float
    opened: float
    timeline: Workers = field(repr=False)


def dependency(
    arrival_rate,
    workers,
    latency,
    duration=1_000.0,
    seed=0,
    *,
    share=0.5,
    work=0.0,
    service="deterministic",
    shape=1.5,
    slowdown=None,
    slow=1.0,
    timeout=None,
    breaker=None,
    limit=None,
    deadline=None,
    interval=1.0,
):
    """Simulate a service some of whose requests wait for another service.

    A request takes a worker, in order of arrival, and holds it until it is answered. Some ask
    nothing of the dependency and hold it for `work` seconds. The others hold it while the
    dependency takes its time, or no time at all if the guard refuses the call.

    Parameters
    ----------
    arrival_rate : float
        Requests per second, which come at random.
    workers : int
        How many requests can be held at a time: threads, processes, connections.
    latency : float
        Mean seconds that a call takes. The dependency serves any number at once.
    duration : float
        Seconds in which requests come; those that are there then are served to the end.
    seed : int
        The same seed gives the same answer.
    share : float
        Fraction of the requests that call the dependency.
    work : float
        Seconds for which each of the others holds its worker.
    service, shape : str, float
        The law of a call's latency: see `service_scv`.
    slowdown : (float, float, float), optional
        Start and end in seconds, and the factor by which calls that begin between them take longer.
    slow : float
        Fraction of those calls to which this happens.
    timeout : float, optional
        Seconds after which a call is given up.
    breaker : (int, float), optional
        As `CircuitBreaker`: opens after so many timeouts in a row, for so many seconds.
    limit : int or GradientLimit, optional
        At most so many calls at a time, as a `Bulkhead` that refuses the rest; or as many as a
        limit says that begins as this one does and learns from the latencies. It is asked before
        the breaker is.
    deadline : float, optional
        Seconds from a request's arrival within which its answer counts; any time if not given.
    interval : float
        Seconds in each step of the timeline.

    Returns
    -------
    DependencyRun
        ``.others_in_time``, ``.callers_in_time``, ``.refused``, ``.timed_out``, ``.exhausted``,
        ``.opened`` and ``.timeline``.

    Notes
    -----
    Without a guard ``arrival_rate * share * latency`` workers are held on average (Little's law).
    If that is more than there are, the last one is taken about ``workers / (arrival_rate * share)``
    seconds after the dependency has become slow. A limit alone, before a pool that is large enough,
    refuses by Erlang's formula B, whatever the law of the latency.

    Examples
    --------
    Twelve workers of which one is busy; after 10 s a dependency that takes 2 s instead of 20 ms.
    The answers to those who never asked for it:

    >>> trouble = dict(arrival_rate=80, workers=12, latency=0.02, duration=60, seed=1,
    ...                slowdown=(10, 60, 100), deadline=0.25)
    >>> for guard in {}, {"breaker": (5, 30)}, {"timeout": 0.2}, {"limit": 4}:
    ...     print(f"{dependency(**trouble, **guard).others_in_time:.2f}", guard)
    0.16 {}
    0.16 {'breaker': (5, 30)}
    1.00 {'timeout': 0.2}
    1.00 {'limit': 4}
    """
    arrival_rate = number("arrival_rate", arrival_rate, above=0)
    workers = number("workers", workers, least=1, whole=True)
    latency = number("latency", latency, above=0)
    duration = number("duration", duration, above=0)
    interval = number("interval", interval, above=0)
    slow = number("slow", slow, least=0)
    share = number("share", share, least=0)
    for name, fraction in (("share", share), ("slow", slow)):
        if fraction > 1:
            raise ValueError(f"{name} is {fraction:g}: a fraction lies between 0 and 1")
    counts, seen, refused, late, exhausted, opened = run(
        begin(generator(seed)), 1 / arrival_rate, share, workers, number("work", work, least=0),
        latency, law(service, shape), (*window("slowdown", slowdown), slow),
        _seconds("timeout", timeout), switch(breaker), *_limit(limit),
        _seconds("deadline", deadline), duration, interval,
    )  # fmt: skip
    others, others_in_time, callers, callers_in_time = counts.sum(axis=0).tolist()
    return DependencyRun(
        others + callers,
        others_in_time / others if others else math.nan,
        callers_in_time / callers if callers else math.nan,
        refused,
        late,
        exhausted,
        opened,
        Workers(np.arange(len(seen)) * interval, *seen.T, *counts.T[:2]),
    )


def _seconds(name, value):
    return math.inf if value is None else number(name, value, above=0)


def _limit(limit):
    """Return the first limit and the rules by which it changes; of a fixed one, they do nothing."""
    if isinstance(limit, GradientLimit):
        rules = limit.least, limit.most, limit.queue, limit.tolerance, float(limit.window)
        return float(limit.limit), rules
    limit = 1e18 if limit is None else float(number("limit", limit, least=1, whole=True))
    return limit, (limit, limit, 0.0, 1.0, 1.0)
