"""What a request brings, how much work, and how the arguments that say so are checked."""

import numpy as np

from ..algorithms._arguments import named, number
from .draws import DETERMINISTIC, EXPONENTIAL, PARETO

SERVICES = {"exponential": EXPONENTIAL, "deterministic": DETERMINISTIC, "pareto": PARETO}
SPREAD = 1000.0


def service_scv(service, shape=1.5):
    """Return the squared coefficient of variation of a service time, variance / mean².

    Parameters
    ----------
    service : {"exponential", "deterministic", "pareto"}
        All have mean 1. "pareto" is bounded: its density falls like x**-(shape + 1) between a
        least value and 1000 times it.
    shape : float
        Of the Pareto law, 1 < shape < 2; the smaller, the heavier its tail.

    Examples
    --------
    >>> [f"{service_scv(name):.1f}" for name in ("deterministic", "exponential", "pareto")]
    ['0.0', '1.0', '9.9']
    """
    kind, low, cut, _ = law(service, shape)
    if kind != PARETO:
        return float(kind == EXPONENTIAL)
    square = low**2 * shape / (2 - shape) * (SPREAD ** (2 - shape) - 1) / cut
    return square - 1


def law(service, shape):
    """Return the numbers from which kernels draw work: kind, and a Pareto's low, cut and power."""
    kind = SERVICES[named("service", service, SERVICES)]
    shape = number("shape", shape, above=1, below=2)
    cut = 1 - SPREAD**-shape
    mean = shape / (shape - 1) * (1 - SPREAD ** (1 - shape)) / cut
    return kind, 1 / mean, cut, -1 / shape


def fleet(policy, servers, utilization, requests, choices):
    """Return what every balancer is told, checked."""
    servers = number("servers", servers, least=1, whole=True)
    utilization = number("utilization", utilization, above=0)
    if utilization >= 1:
        raise ValueError(f"utilization is {utilization:g}: at 1 or more the lines grow for ever")
    requests = number("requests", requests, least=1, whole=True)
    choices = number("choices", choices, least=1, whole=True)
    if policy == "power_of_d" and choices > servers:
        raise ValueError(f"choices is {choices}: there are only {servers} different servers")
    return servers, utilization, requests, choices


def speed_of_each(speeds, servers):
    """Return the speed of each server, checked; all 1 if none is given."""
    if speeds is None:
        return np.ones(servers)
    try:
        speeds = np.asarray(speeds, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"speeds is {speeds!r}: give one number per server") from None
    if speeds.shape != (servers,):
        raise ValueError(
            f"speeds has shape {speeds.shape}: give one speed to each of {servers} servers"
        )
    if not (np.isfinite(speeds) & (speeds > 0)).all():
        raise ValueError("speeds holds one that is not above 0 or not finite")
    return speeds
