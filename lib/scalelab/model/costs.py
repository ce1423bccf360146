"""Machines for a load, in whole ones, and what a month of them costs."""

from dataclasses import dataclass

import numpy as np
from pint import Quantity

from ._numeric import number
from .units import amount, quantity, whole


def machines(rate, capacity, *, utilization, spare=0):
    """Return the machines for a rate of requests, in whole ones.

    Parameters
    ----------
    rate : str or pint.Quantity
        Requests per time, at the peak.
    capacity : str or pint.Quantity
        What one machine can do at most, as in ``"500 request/s/machine"``.
    utilization : float or array
        How busy they may be, 0 < utilization <= 1; `queueing` tells what a wait it brings.
    spare : int or array
        How many more, so that as many may be lost.

    Returns
    -------
    pint.Quantity
        In machines.

    Examples
    --------
    >>> print(machines("10417 request/s", "500 request/s/machine", utilization=0.6, spare=2))
    37.0 machine
    """
    utilization = number("utilization", utilization, above=0, most=1)[()]
    each = amount("capacity", capacity, "request/s/machine")
    if np.any(each.magnitude == 0):
        raise ValueError("capacity is 0: no number of such machines is enough")
    needed = amount("rate", rate, "request/s") / (each * utilization)
    spare = number("spare", spare, least=0, whole=True)[()]
    return whole(needed, "machine") + quantity("1 machine") * spare


@dataclass(frozen=True, eq=False)
class Bill:
    """What a month of 30 days costs, by part.

    Attributes
    ----------
    machines, storage, egress : pint.Quantity
        Dollars per month.
    """

    machines: Quantity
    storage: Quantity
    egress: Quantity

    @property
    def total(self):
        """Dollars per month."""
        return self.machines + self.storage + self.egress


def bill(machines, storage, egress, *, machine_price, storage_price, egress_price):
    """Return what machines, storage and traffic cost in a month.

    Parameters
    ----------
    machines, storage, egress : str or pint.Quantity
        Machines, bytes stored, and bytes per time sent (the average: traffic is paid by volume).
    machine_price, storage_price, egress_price : str or pint.Quantity
        As in ``"70 dollar/machine/month"``, ``"0.08 dollar/GiB/month"``, ``"0.05 dollar/GB"``.
        Prices are facts with a date: none is built in.

    Returns
    -------
    Bill

    Examples
    --------
    >>> month = bill("37 machine", "90 TB", "104 MB/s", machine_price="70 dollar/machine/month",
    ...              storage_price="0.02 dollar/GB/month", egress_price="0.05 dollar/GB")
    >>> print(f"{month.total:.0f}, of which {month.egress:.0f} are traffic")
    17868 USD / month, of which 13478 USD / month are traffic
    """
    fleet = amount("machines", machines, "machine")
    fleet *= amount("machine_price", machine_price, "dollar/machine/month")
    disks = amount("storage", storage, "B")
    disks *= amount("storage_price", storage_price, "dollar/B/month")
    traffic = amount("egress", egress, "B/month")
    traffic *= amount("egress_price", egress_price, "dollar/B")
    return Bill(*(part.to("dollar/month") for part in (fleet, disks, traffic)))
