"""A queue in a room with so many places: requests beyond them are turned away.

Source: Kleinrock, *Queueing Systems I* (1975), chapter 3.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import gammaincc

from ._numeric import invert, number
from .steady import Queue, rates


@dataclass(frozen=True, eq=False)
class MMCK(Queue):
    """An M/M/c/K queue. Waits and responses are those of the requests that were let in.

    Attributes
    ----------
    p_block : float or array
        Probability that a request finds the room full and is turned away.
    """

    p_block: np.ndarray
    _phases: np.ndarray = field(repr=False)
    _phase_rate: np.ndarray = field(repr=False)

    def response_tail(self, t):
        """Return the probability that a request let in takes longer than `t` seconds."""
        return self._tail(number("t", t, least=0))[()]

    def response_quantile(self, q):
        """Return the time within which a fraction `q` of those let in is answered, 0 <= q < 1."""
        return invert(self._tail, q, np.shape(self.utilization))

    def _tail(self, t):
        n = np.arange(1, self._phases.shape[-1] + 1)
        return (self._phases * gammaincc(n, (self._phase_rate * t)[..., None])).sum(axis=-1)


def mmck(arrival_rate, service_rate, servers, capacity):
    """Return the M/M/c/K queue: whoever finds `capacity` requests inside is turned away.

    Parameters
    ----------
    arrival_rate, service_rate : float or array
        Requests per second: those that come, and those that one busy server answers.
    servers, capacity : int
        `capacity` counts the requests in service too, so it is at least `servers`.

    Returns
    -------
    MMCK

    Notes
    -----
    It has a steady state at any load. An exponential service among `servers` is a geometric number
    of phases, each as long as the time between two departures of the busy system. A wait is a
    number of such phases as well, so a response time is a mixture of Erlang distributions.

    Examples
    --------
    >>> queue = mmck(arrival_rate=2.0, service_rate=1.0, servers=1, capacity=10)
    >>> print(f"{queue.p_block:.3f} turned away, {queue.mean_response:.2f} s for the others")
    0.500 turned away, 9.01 s for the others
    """
    arrival, service = rates(arrival_rate, service_rate)
    c = int(_one("servers", servers))
    places = int(_one("capacity", capacity, least=c))
    n = np.arange(places + 1)
    with np.errstate(divide="ignore"):
        step = np.log((arrival / service)[..., None]) - np.log(np.minimum(n[1:], c))
    weight = np.concatenate([np.zeros((*arrival.shape, 1)), np.cumsum(step, axis=-1)], axis=-1)
    weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
    inside = weight / weight.sum(axis=-1, keepdims=True)
    found = inside[..., :-1] / inside[..., :-1].sum(axis=-1, keepdims=True)
    p_block = inside[..., -1]
    queue = inside @ np.maximum(n - c, 0)
    busy = inside @ np.minimum(n, c) / c
    wait = found @ np.maximum(n[:-1] - c + 1, 0) / (c * service)
    numbers = busy, found[..., c:].sum(axis=-1), wait, wait + 1 / service, queue, p_block
    return MMCK(*(x[()] for x in numbers), _phases=_phases(found, c), _phase_rate=c * service)


def _one(name, value, least=1):
    value = number(name, value, least=least, whole=True)
    if value.ndim:
        raise ValueError(f"{name} is an array: give one whole number")
    return value


def _phases(found, c):
    # found[..., n]: probability to find n inside. A wait takes n - c + 1 phases, a service a
    # geometric number of mean c; the last of them that matter are left out at e**-40.
    waits = found.shape[-1] - c
    phases = np.zeros((*found.shape[:-1], waits + 40 * c + 1))
    phases[..., 0] = found[..., :c].sum(axis=-1)
    phases[..., 1 : waits + 1] = found[..., c:]
    phases /= c
    for n in range(1, phases.shape[-1]):
        phases[..., n] += (1 - 1 / c) * phases[..., n - 1]
    return phases
