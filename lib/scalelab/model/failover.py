"""A primary and a standby as a small Markov chain: what a second server is worth in practice.

A Markov chain jumps from state to state at constant rates. In the long run as many jumps enter
each state as leave it; those balances fix the fraction of the time that it spends in each.

Source: Trivedi and Bobbio, *Reliability and Availability Engineering* (2017), chapters 9 and 10.
"""

from dataclasses import dataclass

import numpy as np

from ._numeric import number, together


@dataclass(frozen=True, eq=False)
class Pair:
    """A primary with a standby in its steady state: fractions of the time.

    Attributes
    ----------
    availability : float or array
        Fraction of the time in which somebody serves.
    switching, uncovered, both_down : float or array
        Fractions in which nobody does: until the standby has noticed and taken over; where the
        failover failed, and the standby is well and idle until the primary is repaired; where
        both have failed.
    """

    availability: np.ndarray
    switching: np.ndarray
    uncovered: np.ndarray
    both_down: np.ndarray


def failover(mtbf, mttr, coverage=1.0, switch_time=0.0):
    """Return the availability of a primary with a standby, and what its downtime is made of.

    Each server fails every `mtbf` on average, the idle one too, and is repaired in `mttr` by
    its own crew. When the primary fails, the standby takes over with probability `coverage`,
    after `switch_time`; otherwise nothing happens until the primary is repaired.

    Parameters
    ----------
    mtbf, mttr, switch_time : float or array
        Means, in seconds or any one unit. `switch_time` is detection, promotion and warm-up.
    coverage : float or array
        0 <= coverage <= 1. A failover that was never rehearsed has a low one.

    Returns
    -------
    Pair
        With ``.availability``, ``.switching``, ``.uncovered`` and ``.both_down``.

    Notes
    -----
    The chain has five states and exponential times. With ``coverage=1`` and ``switch_time=0`` it
    is `parallel` of two servers. A primary is not repaired within a switch, which is short.

    Examples
    --------
    A failure a month, an hour of repair. Perfect; a minute to switch; and one in ten goes wrong:

    >>> month, hour = 30 * 24 * 3600, 3600
    >>> for coverage, switch_time in [(1, 0), (1, 60), (0.9, 60)]:
    ...     print(f"{failover(month, hour, coverage, switch_time).availability:.6f}")
    0.999998
    0.999975
    0.999839
    """
    mtbf, mttr, coverage, switch_time = together(
        mtbf=number("mtbf", mtbf, above=0),
        mttr=number("mttr", mttr, above=0),
        coverage=number("coverage", coverage, least=0, most=1),
        switch_time=number("switch_time", switch_time, least=0),
    )
    fail, repair = 1 / mtbf, 1 / mttr
    both, one, neither, uncovered, switching = range(5)
    rates = np.zeros((*fail.shape, 5, 5))
    rates[..., both, one] = fail
    rates[..., both, switching] = coverage * fail
    rates[..., both, uncovered] = (1 - coverage) * fail
    rates[..., one, both] = repair
    rates[..., one, neither] = fail
    rates[..., neither, one] = 2 * repair
    rates[..., uncovered, both] = repair
    rates[..., uncovered, neither] = fail
    # In this row a unit of time is one switch, which may take no time at all.
    rates[..., switching, one] = 1
    rates[..., switching, neither] = fail * switch_time
    time = stationary(rates)
    time[..., switching] *= switch_time
    time = np.moveaxis(time / time.sum(axis=-1, keepdims=True), -1, 0)
    states = time[both] + time[one], time[switching], time[uncovered], time[neither]
    return Pair(*(fraction[()] for fraction in states))


def stationary(rates):
    """Return the fraction of the time that a Markov chain spends in each state, in the long run.

    Parameters
    ----------
    rates : array_like, shape (..., states, states)
        ``rates[i, j]``: jumps per second from state i to state j. The diagonal is not read.

    Returns
    -------
    array, shape (..., states)

    Raises
    ------
    ValueError
        The chain falls apart: from some state, none before it in the list can be reached.

    Notes
    -----
    States are eliminated one by one (Grassmann, Taksar and Heyman 1985,
    doi:10.1287/opre.33.5.1107). Nothing is subtracted, so that a state visited once in 1e12 years
    has its fraction to full precision.

    Examples
    --------
    A server that fails every 999 hours and is repaired in one:

    >>> print(stationary([[0, 1 / 999], [1, 0]]))
    [0.999 0.001]
    """
    rates = number("rates", rates, least=0).copy()
    if rates.ndim < 2 or rates.shape[-1] != rates.shape[-2]:
        raise ValueError(f"rates has shape {rates.shape}: give one row and one column per state")
    states = rates.shape[-1]
    for last in range(states - 1, 0, -1):
        leaving = rates[..., last, :last].sum(axis=-1)
        if (leaving == 0).any():
            raise ValueError(f"rates leads from state {last} to none before it: the chain is stuck")
        rates[..., :last, last] /= leaving[..., None]
        rates[..., :last, :last] += rates[..., :last, last, None] * rates[..., last, None, :last]
    time = np.ones(rates.shape[:-1])
    for state in range(1, states):
        time[..., state] = (time[..., :state] * rates[..., :state, state]).sum(axis=-1)
    return time / time.sum(axis=-1, keepdims=True)
