"""A network that can be slow, lossy or cut, without root: a TCP proxy in a process of its own.

>>> from scalelab.measure import http
>>> with http.servers([1]) as (app,), to(app.address) as link:
...     link.set(delay=0.02)
...     link.address != app.address
True

A connection to the link's address is passed on to the target. A direction is ``"up"`` (from the
client to the target), ``"down"`` (back) or ``"both"``.

Notes
-----
The proxy stands above TCP, which shapes what it can show:

- TCP repeats what is lost. An application never sees a lost packet but a late one, and everything
  behind it late too. So there is no ``loss``, but ``stall``. Likewise what a cut holds back arrives
  when it is healed, as TCP's repetitions would, where the connection was kept for so long.
- The operating system accepts connections before the proxy knows of them. During a cut, or with a
  target that refuses, a client is connected and hears nothing, or is reset. Nor is the handshake
  delayed: a new connection costs one round trip less than it would.

With nothing set the proxy adds some 0.1 ms to a round trip.
"""

import contextlib
import sys
from pathlib import Path

from .launcher import Part, running
from .link import Link, checked, tell

__all__ = ["Link", "links", "to"]

PROGRAM = Path(__file__).with_name("relay")


@contextlib.contextmanager
def links(addresses, seed=0):
    """Run one proxy with a link to each address until the end of the block.

    Parameters
    ----------
    addresses : sequence of str, int or None
        ``"127.0.0.1:6379"``, or a port of 127.0.0.1. With None connections wait until
        `Link.connect` says where they lead.
    seed : int
        Of jitter, stalls and drops: of each link, the n-th chunk in a direction meets the same
        fate again.

    Yields
    ------
    list of Link

    Raises
    ------
    PartFailed
        It did not start.

    Examples
    --------
    >>> with links([6379, 6380]) as (one, other):
    ...     one.set(delay=0.01)
    ...     other.cut()
    """
    targets = ["" if address is None else checked(address) for address in addresses]
    if not targets:
        raise ValueError("addresses is empty: name at least one target")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"seed is {seed!r}: give a whole number, so that a run can be repeated")
    python = [sys.executable, "-I", "-S", str(PROGRAM)]
    part = Part("the proxy", lambda port: [*python, str(port), str(seed), *targets])
    with running([part]):
        yield [Link(port, i, part) for i, port in enumerate(tell(part, [], "heal"))]


@contextlib.contextmanager
def to(address, seed=0):
    """Run a proxy with one link until the end of the block.

    Parameters
    ----------
    address, seed
        As for `links`.

    Yields
    ------
    Link

    Raises
    ------
    PartFailed
        It did not start.
    """
    with links([address], seed) as (link,):
        yield link
