"""Load balancing in closed form: what a second choice is worth.

With very many servers, each queue sees only an average of the others, and the system becomes an
equation that can be solved. At 100 servers the mean is already within a few percent.

Sources: Vvedenskaya, Dobrushin and Karpelevich (1996), Problems Inform. Transmission 32(1);
Mitzenmacher (2001), doi:10.1109/71.963420; for balls in bins Azar, Broder, Karlin and Upfal
(1999), doi:10.1137/S0097539795288490.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from ._numeric import invert, number, together


@dataclass(frozen=True, eq=False)
class Supermarket:
    """Infinitely many servers; each request joins the shortest of `choices` random queues.

    Times are in mean service times. Service times are exponential.

    Attributes
    ----------
    utilization : float or array
        Fraction of the time that a server is busy.
    choices : int
        Queues that a request looks at.
    """

    utilization: np.ndarray
    choices: int

    def tail(self, i):
        """Return the fraction of the servers that hold at least `i` requests.

        It is rho**((d**i - 1) / (d - 1)): with one choice it falls like a power, with two the
        exponent itself doubles at each step.

        Examples
        --------
        >>> [f"{fraction:.4f}" for fraction in supermarket(0.9).tail([1, 2, 3, 4])]
        ['0.9000', '0.7290', '0.4783', '0.2059']
        """
        i = number("i", i, least=0, whole=True)
        rho, i = together(utilization=self.utilization, i=i)
        return (rho ** _ahead(i, self.choices))[()]

    @property
    def mean_response(self):
        """Mean time from a request's arrival to its answer, in mean service times."""
        rho = self.utilization
        if self.choices == 1:
            return 1 / (1 - rho)
        i = self._depths()[1:]
        return (rho[..., None] ** (_ahead(i, self.choices) - 1)).sum(axis=-1)[()]

    def response_tail(self, t):
        """Return the probability that a request takes longer than `t` mean service times.

        The shortest of its queues holds i requests with probability tail(i)**d - tail(i + 1)**d;
        its response is then i + 1 exponential service times.
        """
        return self._response_tail(number("t", t, least=0))[()]

    def response_quantile(self, q):
        """Return the time within which a fraction `q` of the requests is answered, 0 <= q < 1."""
        return invert(self._response_tail, q, np.shape(self.utilization))

    def _response_tail(self, t):
        rho, t = together(utilization=self.utilization, t=t)
        if self.choices == 1:
            return np.exp(-(1 - rho) * t)
        i = self._depths()
        longer = rho[..., None] ** (self.choices * _ahead(i, self.choices))
        found = longer[..., :-1] - longer[..., 1:]
        return (found * gammaincc(i[1:], t[..., None])).sum(axis=-1)

    def _depths(self):
        # Up to the first depth that no server in 1e18 reaches.
        fullest = np.max(self.utilization, initial=0)
        depth = 1
        while fullest and _ahead(depth, self.choices) * np.log(fullest) > np.log(1e-18):
            depth += 1
        return np.arange(depth + 1)


def supermarket(utilization, choices=2):
    """Return the supermarket model: power of `choices` choices over infinitely many servers.

    Parameters
    ----------
    utilization : float or array
        0 <= utilization < 1.
    choices : int
        Queues that a request looks at. With 1 each server is an M/M/1 queue.

    Returns
    -------
    Supermarket

    Examples
    --------
    >>> for choices in (1, 2, 3):
    ...     print(f"{supermarket(0.9, choices).mean_response:.4f}")
    10.0000
    2.6141
    2.0279
    """
    utilization = number("utilization", utilization, least=0)
    if (utilization >= 1).any():
        worst = utilization.max()
        raise ValueError(
            f"utilization is {worst:g}: queues with utilization >= 1 have no steady state"
        )
    choices = number("choices", choices, least=1, whole=True)
    if choices.ndim:
        raise ValueError("choices is an array: give one whole number")
    return Supermarket(utilization, int(choices))


def max_load(balls, choices=1):
    """Return the leading term of the fullest bin, for as many bins as balls.

    ln n / ln ln n with one random bin per ball; ln ln n / ln d where each ball goes to the
    emptiest of d. An error of the order of 1 remains, also for n without bound: compare how they
    grow, not their values.

    Parameters
    ----------
    balls : int or array
        How many, at least 3, so that ln ln n is above 0.
    choices : int or array
        How many bins each ball looks at, at least 1.

    Examples
    --------
    >>> print(f"{max_load(100_000):.2f} {max_load(100_000, choices=2):.2f}")
    4.71 3.53
    """
    n = number("balls", balls, least=3, whole=True)
    d = number("choices", choices, least=1, whole=True)
    n, d = together(balls=n, choices=d)
    once = np.log(n) / np.log(np.log(n))
    return np.where(d == 1, once, np.log(np.log(n)) / np.log(np.maximum(d, 2)))[()]


def _ahead(i, d):
    i = np.asarray(i, dtype=float)
    with np.errstate(over="ignore"):
        return i if d == 1 else (d**i - 1) / (d - 1)
