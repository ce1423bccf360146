"""Objectives, error budgets and burn rates: how much may fail, and when somebody should wake up.

An objective of 99.9 % allows one request in a thousand to fail: that is the budget of a window of
30 days. The burn rate is how many times faster than that it is spent. An alert fires when a
long window says that much is gone and a short one says that it is still going on.

`red` and `use` sum up an event table: what users see, and what a resource does.

Source: Beyer and others, *The Site Reliability Workbook* (2018), chapter 5.
"""

import numpy as np

from ._numeric import number, together
from .alerting import HOUR, MONTH, WORKBOOK, Rule, alerts, rule, trailing_burn
from .signals import red, use

__all__ = [
    "HOUR",
    "MONTH",
    "WORKBOOK",
    "Rule",
    "alerts",
    "budget_spent",
    "burn_rate",
    "error_budget",
    "red",
    "rule",
    "time_to_exhaust",
    "trailing_burn",
    "use",
]


def error_budget(objective, amount):
    """Return how much of `amount` may fail: of the requests, or of the seconds, of a window.

    Parameters
    ----------
    objective : float or array
        The fraction that must be good, 0 <= objective < 1.
    amount : float or array
        How much there is: requests, or seconds.

    Examples
    --------
    >>> print(f"{error_budget(0.999, 1_000_000):.0f}")
    1000
    """
    objective, amount = together(
        objective=_objective(objective), amount=number("amount", amount, least=0)
    )
    return ((1 - objective) * amount)[()]


def burn_rate(error_ratio, objective):
    """Return how many times faster than allowed the budget is spent.

    Parameters
    ----------
    error_ratio : float or array
        Failed over all, 0...1.
    objective : float or array
        The fraction that must be good, 0 <= objective < 1.

    Examples
    --------
    >>> print(f"{burn_rate(0.0144, objective=0.999):.1f}")
    14.4
    """
    ratio = number("error_ratio", error_ratio, least=0, most=1)
    ratio, objective = together(error_ratio=ratio, objective=_objective(objective))
    return (ratio / (1 - objective))[()]


def budget_spent(burn, duration, window=MONTH):
    """Return the fraction of the window's budget that `burn` spends in `duration`; 1 is all.

    Parameters
    ----------
    burn : float or array
        How many times faster than allowed: see `burn_rate`.
    duration, window : float or array
        Seconds. The traffic is taken to be constant.

    Examples
    --------
    The three identities of the Workbook:

    >>> [f"{budget_spent(b, h * HOUR):.0%}" for b, h in [(14.4, 1), (6, 6), (1, 72)]]
    ['2%', '5%', '10%']
    """
    burn, duration, window = together(
        burn=number("burn", burn, least=0),
        duration=number("duration", duration, least=0),
        window=number("window", window, above=0),
    )
    return (burn * duration / window)[()]


def time_to_exhaust(burn, left=1.0, window=MONTH):
    """Return the seconds until the budget is gone; infinite where nothing burns.

    Parameters
    ----------
    burn : float or array
        How many times faster than allowed: see `burn_rate`.
    left : float or array
        What is left of it, 0...1.
    window : float or array
        Seconds.

    Examples
    --------
    >>> print(f"{time_to_exhaust(14.4) / HOUR:.0f} hours")
    50 hours
    """
    burn, left, window = together(
        burn=number("burn", burn, least=0),
        left=number("left", left, least=0, most=1),
        window=number("window", window, above=0),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left == 0, 0.0, left * window / burn)[()]


def _objective(objective):
    return number("objective", objective, least=0, below=1)
