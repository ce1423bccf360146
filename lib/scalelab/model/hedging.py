"""Asking two servers: hedged requests, and tied ones.

A hedged request is sent again if no answer came for a while, and the first answer counts. A tied
one stands in two queues from the start, and the server that begins it takes it out of the other.

Source: Dean and Barroso, "The Tail at Scale" (2013), doi:10.1145/2408776.2408794.
"""

from dataclasses import dataclass, field

import numpy as np

from ._numeric import invert, number, together


@dataclass(frozen=True, eq=False)
class Second:
    """The faster of two copies, the second of which starts `delay` seconds after the first.

    Attributes
    ----------
    delay : float or array
        Seconds after which the second copy is sent.
    sent : float or array
        Fraction of the requests for which a second copy is sent.
    extra_load : float or array
        Work that it adds, as a fraction of the work without it.
    """

    delay: np.ndarray
    sent: np.ndarray
    extra_load: np.ndarray
    _single: object = field(repr=False)

    def tail(self, t):
        """Return the probability that both copies take longer than `t` seconds."""
        return self._tail(number("t", t, least=0))[()]

    def quantile(self, q):
        """Return the time that a fraction `q` of the requests does not exceed, 0 <= q < 1."""
        return invert(self._tail, q, np.shape(self.delay))

    def _tail(self, t):
        t, delay = together(t=t, delay=self.delay)
        second = np.where(t < delay, 1, self._single(np.maximum(t - delay, 0)))
        return self._single(t) * second


def hedged(tail, delay):
    """Return what a second copy does, sent where no answer came within `delay`.

    Parameters
    ----------
    tail : callable
        ``tail(t)``: the probability that one copy takes longer than t seconds.
    delay : float or array
        Seconds. With the p95 of one copy, one request in twenty is sent twice.

    Returns
    -------
    Second
        With ``.tail(t)``, ``.quantile(q)`` and ``.extra_load``: the fraction sent twice, for
        neither copy is canceled. What that load does to the waits is not in it.

    Examples
    --------
    A busy queue, and a second server asked after the p95:

    >>> from scalelab.model import queueing
    >>> queue = queueing.mm1(0.8, 1)
    >>> hedge = hedged(queue.response_tail, queue.response_quantile(0.95))
    >>> print(f"p99.9 {queue.response_quantile(0.999):.1f}, hedged {hedge.quantile(0.999):.1f}")
    p99.9 34.5, hedged 24.8
    >>> print(f"{hedge.extra_load:.0%} more requests")
    5% more requests
    """
    tail, delay = _single(tail), number("delay", delay, least=0)
    sent = tail(delay)[()]
    return Second(delay[()], sent, sent, tail)


def tied(wait_tail, delay=0.0):
    """Return the wait of a request that stands in two queues: who starts it cancels the other.

    Parameters
    ----------
    wait_tail : callable
        ``wait_tail(t)``: the probability that a request waits longer than t seconds in one queue.
    delay : float or array
        Seconds by which the second copy is sent later; a little more than a message takes, so that
        two idle servers do not both start.

    Returns
    -------
    Second
        Of the wait; the service comes on top. No work is done twice, for a cancel is taken to
        arrive at once.

    Examples
    --------
    >>> idle = 0.2
    >>> both = tied(lambda t: (1 - idle) * np.exp(-0.2 * t))
    >>> print(f"{both.tail(0):.2f} of the requests wait, {both.extra_load:.0f} extra load")
    0.64 of the requests wait, 0 extra load
    """
    tail, delay = _single(wait_tail, "wait_tail"), number("delay", delay, least=0)
    return Second(delay[()], tail(delay)[()], np.zeros(delay.shape)[()], tail)


def _single(tail, name="tail"):
    if not callable(tail):
        raise ValueError(f"{name} is {tail!r}: it must be a function of a time")
    ends = np.asarray(tail(np.array([0.0, 1e300])), dtype=float)
    if ends.shape != (2,):
        raise ValueError(f"{name} gives shape {ends.shape} for two times: give a number for each")
    if not 0 <= ends[1] < 1e-16 <= ends[0] <= 1:
        raise ValueError(f"{name} goes from {ends[0]:g} to {ends[1]:g}: it must fall from 1 to 0")
    return lambda t: np.asarray(tail(t))
