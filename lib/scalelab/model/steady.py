"""What every queue in its steady state tells, and when there is none.

Source: Little (1961), doi:10.1287/opre.9.3.383, for the mean queue.
"""

from dataclasses import dataclass

import numpy as np

from ._numeric import number, together

__all__ = ["Queue"]


@dataclass(frozen=True, eq=False)
class Queue:
    """A queue in its steady state. Times are in seconds.

    Attributes
    ----------
    utilization : float or array
        Fraction of the time that a server is busy.
    p_wait : float or array
        Probability that a request has to wait.
    mean_wait, mean_response : float or array
        Time in the queue; the same with the service.
    mean_queue : float or array
        Mean number of requests that wait, those in service not counted (Little's law).
    """

    utilization: np.ndarray
    p_wait: np.ndarray
    mean_wait: np.ndarray
    mean_response: np.ndarray
    mean_queue: np.ndarray


def rates(arrival_rate, service_rate):
    """Return both rates, checked, as arrays of one shape."""
    arrival = number("arrival_rate", arrival_rate, least=0)
    service = number("service_rate", service_rate, above=0)
    return together(arrival_rate=arrival, service_rate=service)


def steady(utilization):
    """Return `utilization`, or raise ValueError where the queue would grow for ever."""
    utilization = np.asarray(utilization)
    if (utilization >= 1).any():
        worst = utilization.max()
        raise ValueError(
            f"utilization is {worst:g}: a queue with utilization >= 1 has no steady state"
        )
    return utilization
