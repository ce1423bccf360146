"""Queues in closed form: how long a request waits for one server, for many, for a full room.

Requests come at random (a Poisson process) at `arrival_rate` per second and are served in the
order they came. `mm1` and `mmc` have exponential service times and one or `servers` servers,
`mmck` turns requests away when `capacity` of them are inside, `mg1` takes any service time.
Arguments may be arrays of shapes that fit each other; the answers have their common shape.

Source: Kleinrock, *Queueing Systems I* (1975), chapters 3 and 5.
"""

from dataclasses import dataclass, field

import numpy as np

from ._numeric import invert, number, together
from .blocking import mmck
from .erlang import erlang_b, erlang_c, halfin_whitt, square_root_staffing
from .steady import Queue, rates, steady

__all__ = [
    "erlang_b",
    "erlang_c",
    "halfin_whitt",
    "mg1",
    "mm1",
    "mmc",
    "mmck",
    "square_root_staffing",
]


@dataclass(frozen=True, eq=False)
class MMC(Queue):
    """An M/M/c queue: also the whole distribution of the response time."""

    _service_rate: np.ndarray = field(repr=False)
    _drain_rate: np.ndarray = field(repr=False)

    def wait_quantile(self, q):
        """Return the wait that a fraction `q` of the requests does not exceed, 0 <= q < 1."""
        q, p_wait = together(q=number("q", q, least=0, below=1), queue=self.p_wait)
        waits = np.log(np.maximum(p_wait, 1 - q) / (1 - q))
        return waits / self._drain_rate

    def response_tail(self, t):
        """Return the probability that a request takes longer than `t` seconds."""
        return self._tail(number("t", t, least=0))[()]

    def response_quantile(self, q):
        """Return the time within which a fraction `q` of the requests is answered, 0 <= q < 1."""
        return invert(self._tail, q, np.shape(self.utilization))

    def _tail(self, t):
        # An exponential service, after a wait that is exponential with probability p_wait.
        slow = np.minimum(self._service_rate, self._drain_rate)
        gap = np.abs(self._service_rate - self._drain_rate) * t
        ratio = np.where(gap > 0, -np.expm1(-gap) / np.where(gap > 0, gap, 1), 1)
        late = self.p_wait * self._service_rate * t * np.exp(-slow * t) * ratio
        return np.exp(-self._service_rate * t) + late


def mm1(arrival_rate, service_rate):
    """Return the M/M/1 queue: one server, exponential service times.

    Parameters
    ----------
    arrival_rate, service_rate : float or array
        Requests per second: those that come, and those that the server answers when it is busy.

    Returns
    -------
    MMC

    Raises
    ------
    ValueError
        As many come as can be answered, or more: there is no steady state.

    Examples
    --------
    >>> queue = mm1(arrival_rate=0.8, service_rate=1.0)
    >>> print(f"mean {queue.mean_response:.3f}, p99 {queue.response_quantile(0.99):.2f}")
    mean 5.000, p99 23.03
    """
    return mmc(arrival_rate, service_rate, 1)


def mmc(arrival_rate, service_rate, servers):
    """Return the M/M/c queue: `servers` servers, one line, each serving `service_rate` a second.

    Parameters
    ----------
    arrival_rate, service_rate : float or array
        Requests per second: those that come, and those that one busy server answers.
    servers : int or array
        How many, at least 1.

    Returns
    -------
    MMC

    Raises
    ------
    ValueError
        As many come as can be answered, or more: there is no steady state.

    Examples
    --------
    Ten times the servers for ten times the load: the same utilization, hardly a wait.

    >>> print(f"{mmc(8, 1, 10).mean_wait:.3f} {mmc(80, 1, 100).mean_wait:.3f}")
    0.205 0.001
    """
    arrival, service = rates(arrival_rate, service_rate)
    servers = number("servers", servers, least=1, whole=True)
    arrival, service, servers = together(
        arrival_rate=arrival, service_rate=service, servers=servers
    )
    utilization = steady(arrival / (servers * service))
    p_wait = erlang_c(arrival / service, servers)
    drain = servers * service - arrival
    wait = p_wait / drain
    numbers = utilization, p_wait, wait, wait + 1 / service, arrival * wait, service, drain
    return MMC(*(np.asarray(x)[()] for x in numbers))


def mg1(arrival_rate, mean_service, scv):
    """Return the M/G/1 queue: one server, any service time (Pollaczek and Khinchine).

    Parameters
    ----------
    arrival_rate, mean_service : float or array
        Per second, and in seconds.
    scv : float or array
        Squared coefficient of variation of the service time, variance / mean²: 0 where all are
        equal, 1 where they are exponential, above 1 where a few are very long. A ratio.

    Returns
    -------
    Queue

    Raises
    ------
    ValueError
        As many come as can be answered, or more: there is no steady state.

    Notes
    -----
    There is no `response_quantile`: it depends on the whole distribution of the service time, and
    two numbers do not tell it.

    Examples
    --------
    >>> print(f"{mg1(0.8, 1, scv=0).mean_wait:.1f} {mg1(0.8, 1, scv=10).mean_wait:.1f}")
    2.0 22.0
    """
    arrival = number("arrival_rate", arrival_rate, least=0)
    service = number("mean_service", mean_service, above=0)
    scv = number("scv", scv, least=0)
    arrival, service, scv = together(arrival_rate=arrival, mean_service=service, scv=scv)
    utilization = steady(arrival * service)
    wait = utilization * (1 + scv) / 2 * service / (1 - utilization)
    numbers = utilization, utilization, wait, wait + service, arrival * wait
    return Queue(*(x[()] for x in numbers))
