"""Alerts on the burn rate of an error budget, over a long window and a short one.

Source: Beyer and others, *The Site Reliability Workbook* (2018), chapter 5.
"""

from dataclasses import dataclass

import numpy as np

from ._numeric import number, single

HOUR = 3600.0
"""Seconds in an hour."""

MONTH = 30 * 24 * HOUR
"""Seconds in 30 days, the window of an error budget."""


@dataclass(frozen=True)
class Rule:
    """An alert over two windows: it fires while both burn faster than `burn`.

    Attributes
    ----------
    burn : float
        How many times faster than allowed the budget is spent.
    long, short : float
        Windows in seconds. The long one tells a blip from a fire, the short one ends the alert.
    """

    burn: float
    long: float
    short: float

    def detection_time(self, burn):
        """Return the seconds from the start of a steady `burn`, after quiet, to the alert.

        Infinite where it never fires.
        """
        burn = number("burn", burn, least=0)
        with np.errstate(divide="ignore"):
            return np.where(burn > self.burn, self.burn / burn * self.long, np.inf)[()]

    def reset_time(self, burn):
        """Return the seconds from the end of a steady `burn` to the end of its alert."""
        burn = number("burn", burn, above=self.burn)
        return ((1 - self.burn / burn) * self.short)[()]


def rule(budget, long, short=None, window=MONTH):
    """Return the alert that fires when `budget` of the window's budget went in `long` seconds.

    Parameters
    ----------
    budget : float
        0 < budget <= 1.
    long, short, window : float
        Seconds, short <= long <= window; `short` is a twelfth of `long` if not given.

    Returns
    -------
    Rule
        With ``.burn``, ``.long``, ``.short``, ``.detection_time(burn)``, ``.reset_time(burn)``.

    Examples
    --------
    >>> print(rule(budget=0.02, long=HOUR))
    Rule(burn=14.4, long=3600.0, short=300.0)
    """
    window = single("window", window, above=0)
    long = single("long", long, above=0, most=window)
    short = long / 12 if short is None else single("short", short, above=0, most=long)
    return Rule(single("budget", budget, above=0, most=1) * window / long, long, short)


WORKBOOK = (rule(0.02, HOUR), rule(0.05, 6 * HOUR), rule(0.10, 72 * HOUR))
"""The Workbook's alerts: 2 % of a month's budget in an hour, 5 % in six, 10 % in three days."""


def trailing_burn(good, bad, *, step, objective, duration):
    """Return the burn rate over the last `duration` seconds, at the end of each step.

    Parameters
    ----------
    good, bad : array_like, shape (steps,)
        Events counted in each step.
    step, duration : float
        Seconds; `duration` is rounded to whole steps.
    objective : float
        The fraction that must be good, 0 <= objective < 1.

    Returns
    -------
    array, shape (steps,)
        Before `duration` has passed, of the steps there are; 0 where nothing happened.

    Examples
    --------
    >>> print(trailing_burn([9, 9, 9], [1, 0, 0], step=60, objective=0.9, duration=120).round(2))
    [1.   0.53 0.  ]
    """
    good, bad = number("good", good, least=0), number("bad", bad, least=0)
    if good.ndim != 1 or good.shape != bad.shape:
        raise ValueError(f"bad has shape {bad.shape}, good {good.shape}: give one count per step")
    objective = single("objective", objective, least=0, below=1)
    step = single("step", step, above=0)
    steps = round(single("duration", duration, least=step) / step)
    failed, events = (_trailing(counts, steps) for counts in (bad, good + bad))
    return failed / np.where(events > 0, events, 1) / (1 - objective)


def alerts(good, bad, *, step, objective, rules=None):
    """Return when each rule fires over a series of good and bad events.

    Parameters
    ----------
    good, bad : array_like, shape (steps,)
        Events counted in each step.
    step : float
        Seconds, not longer than the shortest window.
    objective : float
        The fraction that must be good, 0 <= objective < 1.
    rules : list of Rule, optional
        Those of the Workbook if not given: 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 72 h.

    Returns
    -------
    array of bool, shape (rules, steps)

    Examples
    --------
    Ten quiet hours, then all requests fail. The fast alert needs less than a minute:

    >>> bad = np.repeat([0, 100], [600, 5])
    >>> alerts(100 - bad, bad, step=60, objective=0.999).any(axis=0).nonzero()[0]
    array([600, 601, 602, 603, 604])
    """
    rules = WORKBOOK if rules is None else rules
    listed = isinstance(rules, (list, tuple)) and len(rules) > 0
    if not listed or not all(isinstance(each, Rule) for each in rules):
        raise ValueError(f"rules is {rules!r}: give a list of what rule(...) returns")
    step = single("step", step, above=0)
    shortest = min(each.short for each in rules)
    if step > shortest:
        raise ValueError(f"step is {step:g}: the shortest window of the rules is {shortest:g} s")
    series = dict(good=good, bad=bad, step=step, objective=objective)
    firing = [
        (trailing_burn(**series, duration=each.long) > each.burn)
        & (trailing_burn(**series, duration=each.short) > each.burn)
        for each in rules
    ]
    return np.array(firing)


def _trailing(counts, steps):
    total = np.concatenate([[0], np.cumsum(counts)])
    now = np.arange(1, len(total))
    return total[now] - total[np.maximum(now - steps, 0)]
