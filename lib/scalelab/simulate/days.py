"""A day of users, visit by visit and request by request: how many are inside, how much they ask."""

from dataclasses import dataclass, field

import numpy as np

from ..stats import generator
from .day_kernel import live
from .work import number

DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class DayRun:
    """A run of `day`; arrays have one element per interval.

    Attributes
    ----------
    time : float array
        When each interval begins, in seconds since midnight.
    arrivals : float array
        Visits that begin, per second.
    concurrent : int array
        Users inside at the beginning of the interval.
    rate : float array
        Requests per second.
    """

    time: np.ndarray = field(repr=False)
    arrivals: np.ndarray = field(repr=False)
    concurrent: np.ndarray = field(repr=False)
    rate: np.ndarray = field(repr=False)

    @property
    def peak_factor(self):
        """The busiest interval's rate over the day's mean: the shorter the interval, the larger."""
        return float(self.rate.max() / self.rate.mean())


def day(visits, seed=0, *, requests=10.0, pause=48.0, shape=1.0, interval=60.0):
    """Simulate a day of users who come, ask, think and ask again, and leave.

    A visit is a pause and a request, again and again; after each request the user leaves with
    probability 1 / `requests`. So a visit lasts ``requests * pause`` seconds on average. The day
    is like the one before and the one after it: who stays past midnight is counted in the morning.

    Parameters
    ----------
    visits : int
        Visits in the day.
    seed : int
        The same seed gives the same day.
    requests : float
        Requests in a visit on average, at least 1.
    pause : float
        Mean of the exponential time before each request, in seconds: thinking, and waiting for
        the answer.
    shape : array_like, shape (pieces,)
        When visits begin: the weight of each of equal pieces of the day, such as 24 hours.
    interval : float
        Seconds over which is counted; a whole number of them makes a day.

    Returns
    -------
    DayRun
        ``.time``, ``.arrivals``, ``.concurrent``, ``.rate`` and ``.peak_factor``.

    Examples
    --------
    A hundred thousand visits, twice as many an hour in the second half of the day:

    >>> run = day(100_000, seed=1, shape=[1, 2], interval=3600)
    >>> print(f"{run.rate.mean():.1f} requests/s, at the peak {run.rate.max():.1f}")
    11.5 requests/s, at the peak 15.7
    """
    visits = number("visits", visits, least=1, whole=True)
    requests = number("requests", requests, least=1)
    pause = number("pause", pause, above=0)
    weights = _weights(shape)
    interval = number("interval", interval, above=0)
    steps = round(DAY / interval)
    if abs(DAY / interval - steps) > 1e-6:
        raise ValueError(f"interval is {interval:g}: no whole number of them makes a day")
    arrivals, asked, change = (np.zeros(steps + extra, np.int64) for extra in (0, 0, 1))
    more = -1 / np.log1p(-1 / requests) if requests > 1 else 0.0
    rng = generator(seed)
    begin = rng.multinomial(visits, weights)
    over = live(rng, begin, more, pause / interval, arrivals, asked, change)
    return DayRun(
        np.arange(steps) * interval,
        arrivals / interval,
        over + np.cumsum(change[:-1]),
        asked / interval,
    )


def _weights(shape):
    try:
        weights = np.atleast_1d(np.array(shape, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"shape is {shape!r}: give a weight for each piece of the day") from None
    if weights.ndim != 1 or not weights.size:
        raise ValueError(f"shape has shape {weights.shape}: give a weight for each piece of a day")
    if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
        raise ValueError("shape holds a weight that is below 0 or not finite, or only zeros")
    return weights / weights.sum()
