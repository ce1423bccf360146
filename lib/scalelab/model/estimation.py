"""From users to requests, bytes, machines and money, with a unit on every number.

`workload` says what a day of users asks for, on average and at the peak; `machines` how many serve
it, `bill` what that costs. Every argument carries its unit, as a text (``"5e6 user/day"``) or a
quantity, so that what does not fit is refused and not added. Numbers without a unit are fractions
and factors only. Quantities may hold arrays.

A month is 30 days throughout: `nines_table` shows what the availabilities allow in it.

Sources: Little (1961), doi:10.1287/opre.9.3.383; for users who think between their requests
Denning and Buzen (1978), doi:10.1145/356733.356735.
"""

from dataclasses import dataclass

import numpy as np
from pint import Quantity

from ._numeric import number
from .costs import Bill, bill, machines
from .promises import nines_table
from .units import amount, quantity

__all__ = [
    "Bill",
    "Workload",
    "bill",
    "interactive_rate",
    "machines",
    "nines_table",
    "quantity",
    "workload",
]


@dataclass(frozen=True, eq=False)
class Workload:
    """What users ask for: averages over a day, and `peak_factor` times as much at its peak.

    Attributes
    ----------
    concurrent : pint.Quantity
        Users inside at one moment, by Little's law: arrivals times the time they stay.
    rate : pint.Quantity
        Requests per second.
    egress : pint.Quantity
        Bytes per second that are sent.
    growth : pint.Quantity
        Bytes per day that are kept, one copy.
    peak_factor : float or array
        Peak over average, a ratio of at least 1.
    """

    concurrent: Quantity
    rate: Quantity
    egress: Quantity
    growth: Quantity
    peak_factor: np.ndarray

    @property
    def peak_concurrent(self):
        """Users inside at the peak."""
        return self.concurrent * self.peak_factor

    @property
    def peak_rate(self):
        """Requests per second at the peak: what machines are bought for."""
        return self.rate * self.peak_factor

    @property
    def peak_egress(self):
        """Bytes per second at the peak: what links are bought for."""
        return self.egress * self.peak_factor

    def storage(self, retention, copies=1):
        """Return the bytes that are stored, once data as old as `retention` are deleted.

        Parameters
        ----------
        retention : str or pint.Quantity
            A time.
        copies : float or array
            How many, at least 1: replicas, or the overhead of an erasure code.

        Examples
        --------
        >>> load = workload("3500 user/s", "1 request/user", stay="1 s", kept="1204 B/request")
        >>> print(f"{load.storage('5 year').to('TB'):.1f}")
        664.5 TB
        """
        copies = number("copies", copies, least=1)[()]
        return (self.growth * amount("retention", retention, "day") * copies).to("B")


def workload(
    users, requests, *, visits=1, stay, response="0 B/request", kept="0 B/request", peak_factor=1
):
    """Return the load that users make.

    Parameters
    ----------
    users : str or pint.Quantity
        Users per time: ``"5e6 user/day"`` are five million daily users.
    requests : str or pint.Quantity
        Requests per user in one visit, as in ``"20 request/user"``.
    visits : float or array
        Visits of a user in that time.
    stay : str or pint.Quantity
        How long a visit lasts.
    response, kept : str or pint.Quantity
        Bytes per request: sent back, and kept, each on average over all requests.
    peak_factor : float or array
        Peak over average, a ratio of at least 1. A day of one country has 2 to 4.

    Returns
    -------
    Workload
        With ``.concurrent``, ``.rate``, ``.egress``, each also as ``.peak_...``, ``.growth`` and
        ``.storage(retention)``.

    Examples
    --------
    Five million a day, who come six times for eight minutes:

    >>> load = workload("5e6 user/day", "10 request/user", visits=6, stay="8 min",
    ...                 response="30 kB/request", peak_factor=3)
    >>> print(f"{load.concurrent:.0f}; {load.rate:.0f}, at the peak {load.peak_rate:.0f}")
    166667 user; 3472 request / s, at the peak 10417 request / s
    >>> print(f"{load.peak_egress.to('Gbit/s'):.1f}")
    2.5 Gbit / s
    """
    visits = number("visits", visits, above=0)[()]
    arrivals = amount("users", users, "user/s") * visits
    rate = arrivals * amount("requests", requests, "request/user")
    return Workload(
        concurrent=(arrivals * amount("stay", stay, "s")).to("user"),
        rate=rate.to("request/s"),
        egress=(rate * amount("response", response, "B/request")).to("B/s"),
        growth=(rate * amount("kept", kept, "B/request")).to("B/day"),
        peak_factor=number("peak_factor", peak_factor, least=1)[()],
    )


def interactive_rate(users, think_time, response_time):
    """Return the requests per second of users who wait for each answer, and think before the next.

    The interactive response time law, N / (Z + R): who waits longer asks less.

    Parameters
    ----------
    users, think_time, response_time : str or pint.Quantity
        Users who are there, and two times.

    Raises
    ------
    ValueError
        Both times are 0, or a unit is not the one that is asked for.

    Examples
    --------
    >>> print(interactive_rate("1000 user", "9 s", "1 s"))
    100.0 request / s
    """
    cycle = amount("think_time", think_time, "s") + amount("response_time", response_time, "s")
    if np.any(cycle.magnitude == 0):
        raise ValueError("response_time is 0, and so is think_time: the rate has no bound")
    users = amount("users", users, "user")
    return users * quantity("1 request/user") / cycle
