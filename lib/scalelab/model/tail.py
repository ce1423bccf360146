"""The slow ones: what many calls make of a rare delay, and what a second copy takes off it.

A request that waits for n servers is as slow as the slowest of them. `fan_out` and `per_call` count
the slow ones, `order_quantile` and `order_mean` give the k-th fastest answer of n, `hedged` and
`tied` the effect of asking two servers.

Calls are independent of each other and equally distributed; where all are slow together (a
garbage collection in a shared database), a second copy helps as little as a second look.

Sources: Dean and Barroso (2013), doi:10.1145/2408776.2408794; David and Nagaraja, *Order
Statistics* (2003), chapter 2.
"""

import warnings

import numpy as np
from scipy.integrate import IntegrationWarning, quad
from scipy.special import betaincinv

from ._numeric import number, together
from .hedging import Second, hedged, tied

__all__ = [
    "Second",
    "fan_out",
    "hedged",
    "order_mean",
    "order_quantile",
    "per_call",
    "tied",
]


def fan_out(p, n):
    """Return the probability that at least one of `n` calls is slow, if each is with `p`.

    Parameters
    ----------
    p : float or array
        0 <= p <= 1. Also tiny ones: 1 - (1 - p)**n is not computed as it stands.
    n : int or array
        How many calls, at least 1.

    Examples
    --------
    >>> print(f"{fan_out(0.01, 100):.1%}")
    63.4%
    """
    p, n = together(p=number("p", p, least=0, most=1), n=number("n", n, least=1, whole=True))
    with np.errstate(divide="ignore"):
        return (-np.expm1(n * np.log1p(-p)))[()]


def per_call(q, n):
    """Return the fraction of single calls that must be in time, so that `q` of the requests are.

    A request is in time when all its `n` calls are.

    Parameters
    ----------
    q : float or array
        Fraction of the requests, 0 <= q <= 1.
    n : int or array
        How many calls, at least 1.

    Examples
    --------
    A page of 150 services, 99.9 % of the pages in time:

    >>> print(f"{per_call(0.999, 150):.4%}")
    99.9993%
    """
    q, n = together(q=number("q", q, least=0, most=1), n=number("n", n, least=1, whole=True))
    return (q ** (1 / n))[()]


def order_quantile(quantile, k, n, q):
    """Return a quantile of the k-th fastest of `n` answers.

    Parameters
    ----------
    quantile : callable
        The quantile function of one answer: takes an array of fractions, gives times.
    k, n : int or array
        1 <= k <= n. With ``k=n`` it is the slowest, with ``k=1`` the fastest; a write to a quorum
        waits for the k-th.
    q : float or array
        0 <= q < 1.

    Examples
    --------
    The slowest of a hundred has the p99.3 of one as its median; the fourth of six hardly differs:

    >>> from scalelab.model import queueing
    >>> one = queueing.mm1(0.5, 1).response_quantile
    >>> print(f"{one(0.5):.1f} {order_quantile(one, 100, 100, 0.5):.1f}")
    1.4 10.0
    >>> print(f"{order_quantile(one, 4, 6, 0.5):.1f}")
    1.7
    """
    k, n = _order(k, n)
    k, n, q = together(k=k, n=n, q=number("q", q, least=0, below=1))
    return _values(quantile, betaincinv(k, n - k + 1, q))[()]


def order_mean(quantile, k, n):
    """Return the mean time of the k-th fastest of `n` answers.

    Parameters
    ----------
    quantile : callable
        The quantile function of one answer.
    k, n : int
        1 <= k <= n.

    Raises
    ------
    ValueError
        The integral does not converge: the mean is infinite, or too uneven to tell.

    Examples
    --------
    The slowest of a hundred exponential answers: 1 + 1/2 + ... + 1/100 times the mean of one.

    >>> print(f"{order_mean(lambda q: -np.log1p(-q), 100, 100):.3f}")
    5.187
    """
    k, n = _order(k, n)
    if k.ndim or n.ndim:
        raise ValueError("k is an array, or n: give one whole number for each")

    def answer(q):
        return float(_values(quantile, betaincinv(k, n - k + 1, q)))

    with warnings.catch_warnings():
        warnings.simplefilter("error", IntegrationWarning)
        try:
            return quad(answer, 0, 1, limit=200)[0]
        except IntegrationWarning:
            raise ValueError("quantile has no mean that an integral converges to") from None


def _order(k, n):
    k, n = number("k", k, least=1, whole=True), number("n", n, least=1, whole=True)
    together(k=k, n=n)
    if (k > n).any():
        raise ValueError(f"k is {np.max(k):g}: it must be at most n, {np.min(n):g}")
    return k, n


def _values(quantile, q):
    if not callable(quantile):
        raise ValueError(f"quantile is {quantile!r}: it must be a function of a fraction")
    return number("quantile", quantile(np.minimum(q, np.nextafter(1, 0))))
