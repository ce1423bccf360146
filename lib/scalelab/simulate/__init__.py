"""Millions of requests, one after the other, each depending on those before.

`queue` has one line in front of its servers, `balancer` a line at each server, `balls_in_bins` no
time at all, `network` tiers of lines and clients who lose patience, `dependency` a service that
waits for another one, `autoscale` servers that come and go, `replication` a log on its way to
replicas, and `day` the users of a day. They take a seed and give the same answer for it each
time. `reference` has the balancer once more in SimPy, and `reference_network` the network: a
hundred times slower, and read in a minute.
"""

from .autoscaling import autoscale
from .balancing import balancer, balls_in_bins
from .days import day
from .dependencies import dependency
from .networks import network
from .queues import queue
from .replicas import replication
from .work import service_scv

__all__ = [
    "autoscale",
    "balancer",
    "balls_in_bins",
    "day",
    "dependency",
    "network",
    "queue",
    "replication",
    "service_scv",
]
