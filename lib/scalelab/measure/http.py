"""App servers: real HTTP servers, each an operating system process of its own.

`scalelab.measure.app` is the program that each of them runs.

>>> with servers(speeds=[1, 0.5]) as apps:
...     [app.name for app in apps]
['app0', 'app1']
"""

import contextlib
import http.client
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .launcher import Part, running

PROGRAM = Path(__file__).with_name("app.py")


@dataclass(frozen=True)
class App:
    """One running app server.

    Attributes
    ----------
    name : str
        ``"app0"``, ``"app1"``, ...
    address : str
        ``"127.0.0.1:port"``.
    """

    name: str
    part: Part = field(repr=False)

    @property
    def address(self):
        return f"127.0.0.1:{self.part.port}"

    @property
    def url(self):
        return f"http://{self.address}"

    def set(self, **settings):
        """Change the server while it runs; takes effect with the next request it begins.

        Parameters
        ----------
        speed : float, optional
            Seconds of work done in a second, above 0.
        failures : float, optional
            Fraction of the requests, 0...1, answered at their turn with status 503 and no work.

        Returns
        -------
        dict
            Both settings as they now are.
        """
        _check(**settings)
        connection = http.client.HTTPConnection(self.address, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", "/control", json.dumps(settings))
            return json.loads(connection.getresponse().read())

    def pause(self):
        """Freeze the server: it accepts connections and answers nothing."""
        self.part.pause()

    def resume(self):
        """Let a paused server go on."""
        self.part.resume()


@contextlib.contextmanager
def servers(speeds):
    """Start one app server for each speed and stop them at the end of the block.

    A request carries its work in seconds (``/?work=0.01``); a server of speed 2 does it
    in half the time. Each serves one request at a time, in order of arrival.

    Parameters
    ----------
    speeds : sequence of float
        Seconds of work that each server does in a second.

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
    apps = [App(f"app{i}", _part(f"app{i}", float(speed))) for i, speed in enumerate(speeds)]
    with running([app.part for app in apps]):
        yield apps


def _part(name, speed):
    return Part(
        name, lambda port: [sys.executable, "-P", str(PROGRAM), str(port), name, str(speed)]
    )


def _check(*, speed=1.0, failures=0.0):
    if not 0 < speed < float("inf"):
        raise ValueError(f"speed is {speed}: a server's speed is above 0")
    if not 0 <= failures <= 1:
        raise ValueError(f"failures is {failures}: a fraction is between 0 and 1")
