"""Real parts on this machine: child processes on 127.0.0.1, as context managers.

``http``
    App servers of a speed that you set, each a process of its own.
``haproxy``
    A load balancer, run from its real configuration.
``redis``
    A server of the Redis protocol.
``load``
    An open-loop load generator whose latencies are free of coordinated omission.

A part that is not installed raises `MissingPart`, which says how to get it;
`available` asks first. A notebook goes on without it: see ``missing``. Nothing stays behind:
see ``launcher``.
"""

from . import haproxy, http, load, redis
from .launcher import PartFailed
from .machine import machine
from .missing import go_on
from .parts import MissingPart, available

__all__ = ["MissingPart", "PartFailed", "available", "haproxy", "http", "load", "machine", "redis"]

go_on()
