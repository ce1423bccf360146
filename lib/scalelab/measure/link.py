"""One way through the proxy, and the commands by which it is changed."""

import json
import re
import socket
from dataclasses import dataclass, field

from ._arguments import named
from .launcher import Part

DIRECTIONS = ("up", "down", "both")
MAX_DELAY = 3600.0


@dataclass(frozen=True)
class Link:
    """One way to a target, on a port of its own.

    Attributes
    ----------
    port : int
        Where clients connect, on 127.0.0.1.
    number : int
        Its place among the links of one proxy, from 0.
    part : Part
        The proxy's process.
    """

    port: int
    number: int = field(repr=False)
    part: Part = field(repr=False)

    @property
    def address(self):
        """``"127.0.0.1:port"``."""
        return f"127.0.0.1:{self.port}"

    def connect(self, address):
        """Lead new connections to another target; those that are there stay.

        Parameters
        ----------
        address : str or int
            ``"127.0.0.1:6379"``, or a port of 127.0.0.1.
        """
        tell(self.part, [self], "connect", link={"address": checked(address)})

    def set(self, direction="both", *, delay=None, jitter=None, bandwidth=None, stall=None):
        """Change how bytes pass from now on; what is not named stays as it is.

        Parameters
        ----------
        direction : str
            ``"both"`` delays a request and its answer: a round trip takes twice the delay.
        delay : float, optional
            Seconds that each chunk of bytes takes, at first 0. Order and throughput are kept.
        jitter : float, optional
            Up to so many seconds more, uniformly; a chunk never overtakes another.
        bandwidth : float, optional
            Bytes per second in this direction, shared by the link's connections; at first inf.
        stall : float, optional
            Fraction of the chunks, 0...1, that take 0.2 s longer: what a lost packet costs at
            least, since Linux waits for so long before it sends it again.
        """
        way = {"delay": delay, "jitter": jitter, "bandwidth": bandwidth, "stall": stall}
        way = {name: float(_check(name, value)) for name, value in way.items() if value is not None}
        tell(self.part, [self], "set", direction, way=way)

    def drop(self, fraction):
        """Reset a `fraction`, 0...1, of the new connections as they begin."""
        tell(self.part, [self], "drop", link={"drop": float(_check("fraction", fraction))})

    def cut(self, direction="both"):
        """Let nothing pass in a `direction`, silently: connections stay open, and nobody is told.

        Cut in one direction only, the link is half dead: requests arrive and answers do not. A
        new connection needs both directions, as its handshake would.
        """
        tell(self.part, [self], "cut", direction)

    def heal(self):
        """Let bytes pass again, first those that were held back. What was `set` stays set."""
        tell(self.part, [self], "heal")

    def reset(self, direction="both"):
        """Break all connections, as seen in a `direction`; new ones are welcome.

        With ``"up"`` only the target hears of it, and the client is left with a half-open
        connection that swallows what it sends; with ``"down"`` only the client does.
        """
        tell(self.part, [self], "reset", direction)


def tell(part, some, do, direction="both", **values):
    """Give the proxy one command for some links; returns the ports of all."""
    named("direction", direction, DIRECTIONS)
    request = {"links": [link.number for link in some], "do": do, "direction": direction, **values}
    with socket.create_connection(("127.0.0.1", part.port), timeout=10) as connection:
        connection.sendall(json.dumps(request).encode() + b"\n")
        return json.loads(connection.makefile().readline())


def checked(address):
    """Return ``"host:port"``, or raise ValueError where an address is none."""
    if isinstance(address, int) and not isinstance(address, bool):
        address = f"127.0.0.1:{address}"
    found = re.fullmatch(r"[\w.-]+:(\d{1,5})", address) if isinstance(address, str) else None
    if not found or not 0 < int(found[1]) < 65536:
        raise ValueError(f"address is {address!r}: give '127.0.0.1:6379', or a port of 127.0.0.1")
    return address


def _check(name, value):
    wrong = isinstance(value, bool) or not isinstance(value, int | float)
    if name in ("stall", "fraction"):
        if wrong or not 0 <= value <= 1:
            raise ValueError(f"{name} is {value!r}: a fraction is between 0 and 1")
    elif name == "bandwidth":
        if wrong or not value > 0:
            raise ValueError(f"bandwidth is {value!r}: give bytes per second, above 0")
    elif wrong or not 0 <= value <= MAX_DELAY:
        raise ValueError(f"{name} is {value!r}: give seconds between 0 and {MAX_DELAY:g}")
    return value
