"""Rate, errors and duration of requests; utilization, saturation and errors of a resource.

Both are read from one event table, with a row per request and the times at which it arrived, was
begun and was finished. Count all requests of a period, also those that failed; where failures are
quick, look at the durations of the good ones alone.

Sources: Wilkie, "The RED Method" (2018); Gregg (2013), "Thinking Methodically about Performance",
doi:10.1145/2408776.2408791.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from ._numeric import number, single


def red(events, seconds, *, by=None, quantiles=(0.5, 0.95, 0.99)):
    """Return rate, errors and duration of requests: how a service looks from outside.

    Parameters
    ----------
    events : pandas.DataFrame
        Or what makes one. Columns ``arrival`` and ``end``, in seconds, and ``ok``, a truth value.
    seconds : float
        How long the period is that the table covers.
    by : str, optional
        A column: one row of the answer for each of its values, a route perhaps.
    quantiles : array_like of float
        Of the duration, each in 0...1.

    Returns
    -------
    pandas.DataFrame
        Columns ``rate`` and ``errors``, both per second, ``error_ratio``, and one for each
        quantile, ``p99`` say, in seconds.

    Examples
    --------
    >>> events = {"arrival": [0.0, 1.0, 2.0, 3.0], "end": [0.1, 1.1, 2.9, 3.1],
    ...           "ok": [True, True, False, True]}
    >>> print(red(events, 10, quantiles=[0.5, 1]).to_string(index=False))
     rate  errors  error_ratio  p50  p100
      0.4     0.1         0.25  0.1   0.9
    """
    events = _table(events, ["arrival", "end", "ok"])
    seconds = single("seconds", seconds, above=0)
    quantiles = np.atleast_1d(number("quantiles", quantiles, least=0, most=1))

    def summary(rows):
        took = rows["end"] - rows["arrival"]
        failed = (~rows["ok"]).sum()
        signals = {
            "rate": len(rows) / seconds,
            "errors": failed / seconds,
            "error_ratio": failed / len(rows) if len(rows) else 0.0,
        }
        for q in quantiles:
            signals[f"p{100 * q:g}"] = took.quantile(q)
        return signals

    return _rows(events, by, summary)


def use(events, seconds, *, servers=1, by=None):
    """Return utilization, saturation and errors: how a resource looks from inside.

    Parameters
    ----------
    events : pandas.DataFrame
        Or what makes one. Columns ``arrival``, ``start`` (of the service) and ``end``, in seconds,
        and ``ok``, a truth value.
    seconds : float
        How long the period is that the table covers.
    servers : int
        That work in parallel in each resource.
    by : str, optional
        A column: one row of the answer for each of its values, a resource perhaps.

    Returns
    -------
    pandas.DataFrame
        Columns ``utilization``, the fraction of the time that a server is busy; ``saturation``,
        the mean number of requests that wait (by Little's law, waits over time); ``errors``, their
        number.

    Examples
    --------
    A full pool is no trouble while nobody waits for it. This one is half empty, and they wait:

    >>> events = {"arrival": [0.0, 0.0, 0.0], "start": [0.0, 1.0, 2.0], "end": [1.0, 2.0, 3.0],
    ...           "ok": [True, True, True]}
    >>> print(use(events, 6).to_string(index=False))
     utilization  saturation  errors
             0.5         0.5       0
    """
    events = _table(events, ["arrival", "start", "end", "ok"])
    seconds = single("seconds", seconds, above=0)
    servers = single("servers", servers, least=1, whole=True)

    def summary(rows):
        return {
            "utilization": (rows["end"] - rows["start"]).sum() / (servers * seconds),
            "saturation": (rows["start"] - rows["arrival"]).sum() / seconds,
            "errors": int((~rows["ok"]).sum()),
        }

    return _rows(events, by, summary)


def _table(events, columns):
    wanted = f"it must be a table with the columns {', '.join(columns)}"
    try:
        events = pd.DataFrame(events)
    except (TypeError, ValueError):
        raise ValueError(f"events is {events!r}: {wanted}") from None
    missing = [column for column in columns if column not in events]
    if missing:
        raise ValueError(f"events lacks {', '.join(missing)}: {wanted}")
    *times, ok = columns
    for column in times:
        number(f"events, column {column},", events[column])
    for earlier, later in pairwise(times):
        if (events[later] < events[earlier]).any():
            raise ValueError(f"events has a row whose {later} comes before its {earlier}")
    return events.assign(**{ok: events[ok].astype(bool)})


def _rows(events, by, summary):
    if by is None:
        return pd.DataFrame([summary(events)])
    if not isinstance(by, str) or by not in events:
        raise ValueError(f"by is {by!r}: known are {', '.join(map(str, events))}")
    groups = {value: summary(rows) for value, rows in events.groupby(by)}
    return pd.DataFrame.from_dict(groups, orient="index").rename_axis(by)
