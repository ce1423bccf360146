"""Availability in time: from failures and repairs, and back to downtime and nines."""

import numpy as np

from ._numeric import number, together


def from_mtbf(mtbf, mttr):
    """Return the availability of a part that works `mtbf` on average and is repaired in `mttr`.

    Parameters
    ----------
    mtbf : float or array
        Mean time from the end of a repair to the next failure, in seconds (or any one unit).
    mttr : float or array
        Mean time to repair, in the same unit: until it serves again, detection included.

    Examples
    --------
    A failure every 30 days. Repaired in 43 minutes, or in 4: an order of magnitude either way.

    >>> [f"{from_mtbf(30 * 24 * 60, minutes):.4f}" for minutes in (43.2, 4.32)]
    ['0.9990', '0.9999']
    """
    mtbf, mttr = together(mtbf=number("mtbf", mtbf, above=0), mttr=number("mttr", mttr, least=0))
    return (mtbf / (mtbf + mttr))[()]


def downtime(a, period):
    """Return the time that a system of availability `a` does not work in `period`.

    Parameters
    ----------
    a : float or array
        Availability, 0...1.
    period : float or array
        Seconds, or any unit: the answer has the same.

    Examples
    --------
    Three nines, in minutes of 30 days:

    >>> print(f"{downtime(0.999, 30 * 24 * 60):.1f}")
    43.2
    """
    a, period = together(
        a=number("a", a, least=0, most=1), period=number("period", period, least=0)
    )
    return ((1 - a) * period)[()]


def nines(a):
    """Return how many nines an availability has: 3 for 0.999, 3.3 for 0.9995.

    Parameters
    ----------
    a : float or array
        Availability, 0 <= a < 1.

    Examples
    --------
    >>> print(f"{nines(0.999):.2f} {nines(0.9995):.2f}")
    3.00 3.30
    """
    a = number("a", a, least=0, below=1)
    return (-np.log10(1 - a))[()]
