"""App servers: real HTTP servers, each an operating system process of its own.

`scalelab.measure.app` is the program that each of them runs.

>>> with servers(speeds=[1, 0.5]) as apps:
...     [app.name for app in apps]
['app0', 'app1']
"""

import contextlib
import http.client
import json
import math
import sys
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path

from ._arguments import named
from .durable import Durable, running
from .handles import Handle

PROGRAM = Path(__file__).with_name("app.py")
KINDS = ("async", "sync")


@dataclass(frozen=True)
class App(Handle):
    """One running app server; after `restart` it has its first settings.

    Attributes
    ----------
    name : str
        ``"app0"``, ``"app1"``, ...
    part : Durable
        Its process.
    """

    name: str
    part: Durable = field(repr=False)

    @property
    def url(self):
        """``"http://127.0.0.1:port"``."""
        return f"http://{self.address}"

    def set(self, **settings):
        """Change the server while it runs; takes effect with the next request it begins.

        Parameters
        ----------
        speed : float, optional
            Seconds of work done in a second, above 0.
        failures : float, optional
            Fraction of the requests, 0...1, answered at their turn with status 503 and no work.
        delay : float, optional
            Seconds for which a request waits after its work, as for a slow database.
        slow : float, optional
            Fraction of the requests, 0...1, to which the delay happens; 1 at first.

        Returns
        -------
        dict
            All settings as they now are.
        """
        _check(**settings)
        connection = http.client.HTTPConnection(self.address, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", "/control", json.dumps(settings))
            return json.loads(connection.getresponse().read())


@contextlib.contextmanager
def servers(speeds, kind="async", workers=1):
    """Start one app server for each speed and stop them at the end of the block.

    A request carries its work in seconds (``/?work=0.01``); a server of speed 2 does it
    in half the time. What else it costs can be set while the server runs: see `App.set`.

    Parameters
    ----------
    speeds : sequence of float
        Seconds of work that each server (if sync: each of its threads) does in a second.
    kind : str
        ``"async"``: an event loop works for one request at a time, in order of arrival, while
        any number of others wait out their delay. ``"sync"``: a request holds one of the
        ``workers`` threads while it works and while it waits.
    workers : int
        Threads of each sync server.

    Yields
    ------
    list of App

    Raises
    ------
    PartFailed
        A server did not start.
    """
    speeds = list(speeds)
    if not speeds:
        raise ValueError("speeds is empty: name the speed of at least one server")
    for speed in speeds:
        _check(speed=speed)
    named("kind", kind, KINDS)
    if not (isinstance(workers, int) and workers > 0):
        raise ValueError(f"workers is {workers!r}: a pool has a whole number of threads, above 0")
    if kind == "async" and workers != 1:
        raise ValueError(f"workers is {workers}: an async server has one event loop and no threads")
    parts = [_part(f"app{i}", float(speed), kind, workers) for i, speed in enumerate(speeds)]
    with running(parts):
        yield [App(part.name, part) for part in parts]


def _part(name, *settings):
    program = [sys.executable, "-P", str(PROGRAM)]
    return Durable(name, lambda port: [*program, str(port), name, *map(str, settings)])


def _check(*, speed=1.0, failures=0.0, delay=0.0, slow=1.0):
    if not (isinstance(speed, Real) and 0 < speed < math.inf):
        raise ValueError(f"speed is {speed!r}: a server's speed is above 0")
    if not (isinstance(delay, Real) and 0 <= delay < math.inf):
        raise ValueError(f"delay is {delay!r}: a time is 0 or above")
    for name, value in (("failures", failures), ("slow", slow)):
        if not (isinstance(value, Real) and 0 <= value <= 1):
            raise ValueError(f"{name} is {value!r}: a fraction is between 0 and 1")
