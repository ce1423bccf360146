"""Millions of requests, one after the other, each depending on those before.

`queue` has one line in front of its servers, `balancer` a line at each server, `balls_in_bins` no
time at all. They take a seed and give the same answer for it each time. `reference` has the
balancer once more in SimPy: a hundred times slower, and read in a minute.
"""

from .balancing import balancer, balls_in_bins
from .queues import queue
from .work import service_scv

__all__ = ["balancer", "balls_in_bins", "queue", "service_scv"]
