"""The units of an estimate, and how a wrong one is refused.

The registry knows only what an estimate of a system is made of. Users, requests and machines are
dimensions here, not bare counts, and a byte is no bare number either: each mix-up is an error.

A month is 30 days and a year 365, here and everywhere in the lab.
"""

import numpy as np
import pint

from ._numeric import number

registry = pint.UnitRegistry(None, cache_folder=None)
registry.load_definitions(
    """
    milli- = 1e-3 = m-
    micro- = 1e-6 = µ- = u-
    nano- = 1e-9 = n-
    kilo- = 1e3 = k-
    mega- = 1e6 = M-
    giga- = 1e9 = G-
    tera- = 1e12 = T-
    peta- = 1e15 = P-
    exa- = 1e18 = E-
    kibi- = 2**10 = Ki-
    mebi- = 2**20 = Mi-
    gibi- = 2**30 = Gi-
    tebi- = 2**40 = Ti-
    pebi- = 2**50 = Pi-
    second = [time] = s
    minute = 60 * second = min
    hour = 60 * minute = h
    day = 24 * hour = d
    week = 7 * day
    month = 30 * day
    year = 365 * day
    byte = [information] = B
    bit = byte / 8
    user = [user]
    request = [request]
    machine = [machine]
    dollar = [money] = USD
    percent = 0.01 = %
    """.splitlines()
)
registry.formatter.default_format = "~"
registry.separate_format_defaults = True  # f"{rate:.0f}" shows its units as str(rate) does


def quantity(value, unit=None):
    """Return a number with its unit, from a text such as ``"5e6 user/day"``.

    Parameters
    ----------
    value : str or pint.Quantity
        Units are s, min, h, day, week, month (30 days), year (365), B, bit, user, request,
        machine and dollar, with prefixes such as k, M, G or Ki, Mi, Gi.
    unit : str, optional
        What to convert it to.

    Returns
    -------
    pint.Quantity

    Raises
    ------
    ValueError
        It has no unit or an unknown one, or one that cannot be converted.

    Examples
    --------
    >>> print(quantity("3.6e6 request/h", "request/s"))
    1000.0 request / s
    >>> quantity("3 s") + quantity("4 B")
    Traceback (most recent call last):
    pint.errors.DimensionalityError: Cannot convert from 'second' ([time]) to 'byte' ([information])
    """
    if unit is not None:
        _read("unit", unit, "'GB/s'")
    return _read("value", value, "'5 MB'", unit)


def amount(name, value, unit):
    """Return `value` in `unit`, or raise ValueError unless it is one, and at least 0."""
    answer = _read(name, value, f"'1 {unit}'", unit)
    number(name, answer.magnitude, least=0)
    return answer


def whole(answer, unit):
    """Return `answer` in `unit`, rounded up to a whole number; rounding errors are forgiven."""
    return registry.Quantity(np.ceil(np.round(answer.to(unit).magnitude, 9)), unit)


def _read(name, value, example, unit=None):
    if not isinstance(value, pint.Quantity) and not (isinstance(value, str) and value):
        raise ValueError(f"{name} is {value!r}: give a text such as {example}")
    try:
        answer = registry.Quantity(value)
    except Exception as error:  # the parser of texts raises many kinds
        raise ValueError(f"{name} is {value!r}, which is no known unit: try {example}") from error
    try:
        return answer.to(unit) if unit else answer
    except pint.DimensionalityError:
        raise ValueError(f"{name} is {value}: it must be in units of {unit}") from None
