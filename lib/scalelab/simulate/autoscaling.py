"""Servers that are ordered when it is already late: alarm, boot and warm-up against a load."""

import math
from dataclasses import dataclass, field

import numpy as np

from ..stats import generator
from .fleets import Fleet, Policy
from .loads import profile, whole_steps
from .scaling_levels import Fluid, Requests
from .work import named, number

LEVELS = "fluid", "requests"


@dataclass(frozen=True, eq=False)
class ScalingRun:
    """A run of `autoscale`; arrays have one element per step unless said otherwise.

    Attributes
    ----------
    time : float array
        When each step begins, in seconds.
    load : float array
        Requests per second.
    servers, ordered : int array
        Servers that take requests in the step, and those that are ordered and paid for.
    utilization : float array
        How busy the servers were.
    backlog : float array
        Requests that wait at the beginning of the step.
    arrivals, waits : float array
        When a request came and how long it waited, in seconds: on the level of requests each one
        that was served, on that of the fluid one that comes at the beginning of each step.
    mean_wait : float
        In seconds, over all that were not lost.
    lost : float
        Fraction of the requests that found the backlog full and were turned away.
    server_seconds : float
        Seconds, summed over all servers: what is paid for.
    """

    time: np.ndarray = field(repr=False)
    load: np.ndarray = field(repr=False)
    servers: np.ndarray = field(repr=False)
    ordered: np.ndarray = field(repr=False)
    utilization: np.ndarray = field(repr=False)
    backlog: np.ndarray = field(repr=False)
    arrivals: np.ndarray = field(repr=False)
    waits: np.ndarray = field(repr=False)
    mean_wait: float
    lost: float
    server_seconds: float
    _weights: np.ndarray = field(repr=False)

    def late(self, deadline):
        """Return the fraction of the requests let in that waited longer than `deadline` seconds."""
        deadline = number("deadline", deadline, least=0)
        total = self._weights.sum()
        return float(self._weights[self.waits > deadline].sum() / total) if total else 0.0


def autoscale(
    load,
    service_rate,
    servers,
    *,
    level="fluid",
    seed=0,
    duration=None,
    step=1.0,
    target=0.6,
    minimum=1,
    maximum=1000,
    period=60.0,
    high_periods=3,
    low_periods=15,
    boot=120.0,
    warm_up=60.0,
    cold_speed=0.5,
    cooldown=300.0,
    max_backlog=None,
):
    """Simulate a fleet of servers whose size follows its utilization, by target tracking.

    At the end of each period the policy looks how busy the servers were. After enough periods
    above the target it orders as many as would have brought the warm ones down to the target;
    after enough low ones (below 0.9 of the target) it lets some go. Servers that are full look no
    busier than full: the larger the overload, the more often it must order.

    Parameters
    ----------
    load : array_like, shape (steps,), or function
        Requests per second in each step, or a function of the time in seconds.
    service_rate : float
        Requests per second that one warm server answers.
    servers : int
        Those at the start, warm.
    level : {"fluid", "requests"}
        A fluid without chance, or requests that come at random, with exponential service times.
    seed : int
        For the level of requests.
    duration, step : float
        Seconds of the run, needed if `load` is a function, and of one step. The times below are
        whole numbers of steps.
    target : float
        Utilization that the policy aims at, 0 < target < 1.
    minimum, maximum : int
        Bounds for the number of servers.
    period, high_periods, low_periods : float, int, int
        Seconds over which utilization is averaged, and after how many periods in a row above or
        below the target servers are ordered or let go.
    boot, warm_up, cold_speed : float
        Seconds from the order until a server takes requests, seconds after that in which it is
        cold, and the fraction of its speed that it then has.
    cooldown : float
        Seconds after a change before servers are let go; and none is while another is not warm.
    max_backlog : int, optional
        The most requests that may wait; others are lost. No bound if not given.

    Returns
    -------
    ScalingRun
        ``.time``, ``.servers``, ``.ordered``, ``.utilization``, ``.backlog``, ``.waits``,
        ``.mean_wait``, ``.late(deadline)``, ``.lost`` and ``.server_seconds``.

    Examples
    --------
    Ten minutes in, the load doubles. Three minutes until the alarm and two until the first new
    server works: 300 seconds in which 30 requests a second are too many.

    >>> load = np.where(np.arange(3600) < 600, 100, 200)
    >>> run = autoscale(load, service_rate=10, servers=15)
    >>> print(run.servers[[0, 899, 900, -1]], run.backlog.max(), run.waits.max())
    [15 17 29 34] 9000.0 45.0
    """
    step = number("step", step, above=0)
    load = profile(load, duration, step)
    service_rate = number("service_rate", service_rate, above=0)
    servers = number("servers", servers, least=1, whole=True)
    minimum = number("minimum", minimum, least=1, whole=True)
    policy = Policy(
        number("target", target, above=0, below=1),
        minimum,
        number("maximum", maximum, least=minimum, whole=True),
        whole_steps("period", period, step, least=1),
        number("high_periods", high_periods, least=1, whole=True),
        number("low_periods", low_periods, least=1, whole=True),
        whole_steps("boot", boot, step),
        whole_steps("warm_up", warm_up, step),
        whole_steps("cooldown", cooldown, step),
    )
    cold_speed = number("cold_speed", cold_speed, above=0)
    room = math.inf if max_backlog is None else number("max_backlog", max_backlog, least=0)
    rng = generator(seed)
    work = load, step, service_rate, cold_speed, room
    fluid = named("level", level, LEVELS) == "fluid"
    on = Fluid(*work) if fluid else Requests(*work, servers, rng)

    fleet, leaving, busy, offered = Fleet(policy, servers), 0, 0.0, 0
    serving, ordered = np.zeros(load.size, int), np.zeros(load.size, int)
    utilization, backlog = np.zeros(load.size), np.zeros(load.size)
    for k in range(load.size):
        fresh = fleet.arrive(k)
        if fresh or leaving:
            on.change(k * step, fresh, leaving, (k + policy.warm_up) * step)
        serving[k], ordered[k], backlog[k] = fleet.serving, fleet.ordered, on.backlog
        utilization[k] = on.advance(k, fleet.serving, fleet.cold)
        busy += utilization[k] * fleet.serving
        offered += fleet.serving
        leaving = 0
        if (k + 1) % policy.period == 0:
            leaving = fleet.look(k + 1, min(busy / offered, 1.0))
            busy, offered = 0.0, 0
    arrivals, waits, weights, lost = on.end(backlog)
    total = weights.sum()
    return ScalingRun(
        np.arange(load.size) * step,
        load,
        serving,
        ordered,
        utilization,
        backlog,
        arrivals,
        waits,
        float(waits @ weights / total) if total else math.nan,
        float(lost / (total + lost)) if lost else 0.0,
        float(ordered.sum() * step),
        weights,
    )
