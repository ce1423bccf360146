"""What a network is told about its tiers, its clients and its trouble, checked."""

import math

import numpy as np

from .work import named, number

# What part of a pause is drawn at random.
JITTERS = {"none": 0.0, "equal": 0.5, "full": 1.0}

# A retry budget saves up to so many retries, and begins with them.
RESERVE = 10


def chain(service_rate, servers):
    """Return the service rate and the number of servers of each tier, as two arrays."""
    rates, counts = _row("service_rate", service_rate), _row("servers", servers)
    rates = np.array([number("service_rate", rate, above=0) for rate in rates])
    counts = np.array([number("servers", count, least=1, whole=True) for count in counts])
    if rates.size != counts.size and 1 not in (rates.size, counts.size):
        raise ValueError(
            f"servers has {counts.size} numbers and service_rate {rates.size}: give one for each "
            "tier, or one for all"
        )
    return tuple(np.array(row) for row in np.broadcast_arrays(rates, counts))


def client(timeout, attempts, backoff, backoff_cap, jitter, retry_budget):
    """Return what the kernel knows of a client; no timeout and no budget are infinity."""
    attempts = number("attempts", attempts, least=1, whole=True)
    if timeout is not None:
        timeout = number("timeout", timeout, above=0)
    elif attempts > 1:
        raise ValueError(f"attempts is {attempts}: without a timeout nothing is tried again")
    return (
        math.inf if timeout is None else timeout,
        attempts,
        number("backoff", backoff, least=0),
        number("backoff_cap", backoff_cap, least=0),
        JITTERS[named("jitter", jitter, JITTERS)],
        0.0 if retry_budget is None else number("retry_budget", retry_budget, least=0),
        math.inf if retry_budget is None else float(RESERVE),
    )


def switch(breaker):
    """Return after how many failures a breaker opens, and for how long; without one, never."""
    if breaker is None:
        return math.inf, 0.0
    failures, seconds = _several("breaker", breaker, "(failures in a row, seconds open)")
    failures = number("breaker", failures, least=1, whole=True)
    return float(failures), number("breaker", seconds, above=0)


def window(name, value):
    """Return when something begins and ends, and by what factor; without it, never."""
    if value is None:
        return math.inf, math.inf, 1.0
    start, end, factor = _several(name, value, "(start, end, factor)")
    start = number(name, start, least=0)
    return start, number(name, end, above=start), number(name, factor, above=0)


def _row(name, value):
    try:
        row = np.atleast_1d(value)
    except ValueError:
        row = np.empty(0)
    if row.ndim != 1 or not row.size:
        raise ValueError(f"{name} is {value!r}: give one number, or one for each tier")
    return row


def _several(name, value, parts):
    if not isinstance(value, (tuple, list)) or len(value) != parts.count(",") + 1:
        raise ValueError(f"{name} is {value!r}: give {parts}")
    return value
