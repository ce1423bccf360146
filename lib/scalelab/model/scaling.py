"""How much faster n workers are than one: Amdahl's law and Gunther's universal scalability law.

Amdahl: a part of the work is serial, and no number of workers makes that part faster. Gunther:
workers also talk to each other, each pair of them, and at some n another worker makes all slower.

Sources: Amdahl (1967), doi:10.1145/1465482.1465560; Gunther, *Guerrilla Capacity Planning*
(2007), doi:10.1007/978-3-540-31010-5.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from ._numeric import number, together


def amdahl(n, serial):
    """Return how many times faster `n` workers are, if a fraction `serial` must be done by one.

    Parameters
    ----------
    n : float or array
        Workers, at least 1.
    serial : float or array
        0 <= serial <= 1. The speedup stays below 1 / serial.

    Examples
    --------
    >>> [f"{amdahl(n, serial=0.05):.1f}" for n in (10, 100, 1000)]
    ['6.9', '16.8', '19.6']
    """
    n, serial = together(
        n=number("n", n, least=1), serial=number("serial", serial, least=0, most=1)
    )
    return (1 / (serial + (1 - serial) / n))[()]


def usl(n, sigma, kappa, rate=1.0):
    """Return the throughput of `n` workers by the universal scalability law.

    X(n) = rate n / (1 + sigma (n - 1) + kappa n (n - 1))

    Parameters
    ----------
    n : float or array
        Workers, or concurrent clients; at least 1.
    sigma : float or array
        Contention, >= 0: the part of the work that waits for its turn. With ``kappa=0`` this is
        Amdahl's serial fraction.
    kappa : float or array
        Coherency, >= 0: what each pair of workers costs, because they must agree.
    rate : float or array
        Throughput of one worker per second. With 1 the answer is the speedup.

    Examples
    --------
    >>> [f"{usl(n, sigma=0.02, kappa=0.0005):.1f}" for n in (1, 10, 44, 100)]
    ['1.0', '8.2', '15.7', '12.6']
    """
    n, sigma, kappa, rate = together(
        n=number("n", n, least=1),
        sigma=number("sigma", sigma, least=0),
        kappa=number("kappa", kappa, least=0),
        rate=number("rate", rate, above=0),
    )
    return (rate * n / (1 + sigma * (n - 1) + kappa * n * (n - 1)))[()]


@dataclass(frozen=True)
class USL:
    """The universal scalability law with its numbers filled in.

    Attributes
    ----------
    sigma, kappa : float
        Contention and coherency, as fractions of the time that one worker needs alone.
    rate : float
        Throughput of one worker, per second.
    """

    sigma: float
    kappa: float
    rate: float

    @property
    def peak_n(self):
        """The number of workers, not rounded, beyond which one more makes all slower.

        It is sqrt((1 - sigma) / kappa), at least 1; infinite without coherency cost.
        """
        if self.sigma >= 1:
            return 1.0
        return max(1.0, float(np.sqrt((1 - self.sigma) / self.kappa))) if self.kappa else np.inf

    @property
    def peak_throughput(self):
        """The throughput there, per second; the bound of it where no coherency costs anything."""
        if np.isfinite(self.peak_n):
            return float(usl(self.peak_n, self.sigma, self.kappa, self.rate))
        return self.rate / self.sigma if self.sigma else np.inf


def fit_usl(n, throughput):
    """Return the universal scalability law that fits measured throughputs best.

    Parameters
    ----------
    n : array_like, shape (measurements,)
        Workers or clients, at least 1; three different values or more. A value may repeat.
    throughput : array_like, shape (measurements,)
        What each run achieved, per second.

    Returns
    -------
    USL
        With ``.sigma``, ``.kappa``, ``.rate``, ``.peak_n`` and ``.peak_throughput``. Contention
        and coherency are never below 0: each is exactly 0 where the data show none.

    Raises
    ------
    ValueError
        Fewer than three different n, or none of them small enough to tell the rate of one worker.

    Notes
    -----
    Least squares of the throughput. n / X is linear in 1 / rate, sigma / rate and kappa / rate, so
    each Gauss-Newton step is a non-negative linear least squares, halved until the fit improves.

    The further the fit's peak lies beyond the last n that was measured, the less it is worth.

    Examples
    --------
    The simulated users and scripts per hour of a server in 1994 that Gunther's book fits:

    >>> fit = fit_usl([1, 18, 36, 72, 108, 144, 216],
    ...               [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])
    >>> print(f"{fit.sigma:.7f} {fit.kappa:.7f} {fit.rate:.4f}, peak at {fit.peak_n:.2f}")
    0.0277285 0.0001044 89.9952, peak at 96.52
    """
    n, measured = number("n", n, least=1), number("throughput", throughput, above=0)
    if n.ndim != 1 or len(np.unique(n)) < 3:
        raise ValueError("n holds fewer than three different values: the law has three unknowns")
    if measured.shape != n.shape:
        raise ValueError(f"throughput has shape {measured.shape}: give one per n, {n.shape}")
    unit = measured.max()
    terms = np.stack([np.ones_like(n), n - 1, n * (n - 1)], axis=1)
    best = _descend(terms, n, measured / unit)
    if best[0] == 0:
        raise ValueError(
            "throughput tells no rate of one worker, it has no bound: measure at n = 1"
        )
    return USL(float(best[1] / best[0]), float(best[2] / best[0]), float(unit / best[0]))


def _descend(terms, n, measured):
    # The linear problem with relative errors is close; a little of the first term keeps it above 0.
    best, _ = nnls(terms * (measured / n)[:, None], np.ones_like(n))
    best[0] += (n / measured).min() * 1e-3
    for _ in range(100):
        fitted = n / (terms @ best)
        slope = fitted**2 / n
        target, _ = nnls(slope[:, None] * terms, 2 * fitted - measured)
        step, error = target - best, ((measured - fitted) ** 2).sum()
        for _ in range(40):
            moved = best + step
            length = terms @ moved
            if (length > 0).all() and ((measured - n / length) ** 2).sum() < error:
                break
            step = step / 2
        else:
            break
        best = moved
    share = best * terms.max(axis=0) / (terms @ best).max()
    return np.where(share > 1e-9, best, 0)
