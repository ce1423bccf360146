"""HAProxy, a load balancer in wide use, run from its real configuration.

``config`` writes the configuration, which is worth reading; ``run`` starts HAProxy with it.

>>> from collections import namedtuple
>>> App = namedtuple("App", "name address")
>>> text = config([App("app0", "127.0.0.1:20001")], policy="least_connections")
>>> print(text.partition("default_backend everything")[2].strip())
backend everything
    balance leastconn
    server app0 127.0.0.1:20001

Notes
-----
Least connections counts a request from the moment it is sent to a server until the answer
is complete, so it sees the requests that wait in the server's own queue (in ``tcp`` mode it
counts connections, busy or not).

HAProxy's ``random`` looks a random number up on its consistent hash ring. With the default
weight of 1 each server has 16 points there and the shares are uneven: of four servers one got
18 % and one 29 % of 16,000 requests when we measured. The weight of 256 used here gives each
4096 points, which evens the shares to a few percent. The two draws of ``random(2)`` may fall
on the same server: they are *with* replacement.
"""

import contextlib
import re

from ._arguments import named
from .handles import Site
from .launcher import Part, running
from .parts import find

__all__ = ["HEAD", "Balancer", "config", "run"]

POLICIES = {
    "random": "random(1)",
    "round_robin": "roundrobin",
    "least_connections": "leastconn",
    "power_of_d": "random(2)",
    "ip_hash": "hdr(X-Forwarded-For)",
}
MODES = ("http", "tcp")
HASH_TYPES = ("map-based", "consistent")

HEAD = """\
global
    maxconn 4000
    no strict-limits
    noreuseport
    nbthread 1

defaults
    mode {mode}
    retries 0
    option abortonclose
    timeout connect 5s
    timeout client 60s
    timeout server 60s

frontend door
    bind "127.0.0.1:${{PORT}}"
"""
"""What each configuration begins with; ``{mode}`` is ``http`` or ``tcp``."""


def config(apps, policy="round_robin", mode="http", *, routes=None, hash_type="map-based"):
    """Text of a HAProxy configuration that shares requests among app servers.

    Parameters
    ----------
    apps : sequence
        Each with a ``name`` and an ``address``.
    policy : str
        ``"random"``, ``"round_robin"``, ``"least_connections"``, ``"power_of_d"`` (d = 2) or
        ``"ip_hash"``. The last hashes the header ``X-Forwarded-For`` in ``http`` mode, so that
        one client can stand for many addresses, and the source address in ``tcp`` mode.
    mode : str
        ``"http"`` (layer 7) chooses a server for each request, ``"tcp"`` (layer 4) for each
        connection.
    routes : dict, optional
        Apps that take over some of the requests, in ``http`` mode: from the beginning of a path
        (``"/images"``) or a header and its value (``"X-Device: phone"``) to a list of apps.
        The first that fits is taken.
    hash_type : str
        ``"map-based"`` (hash modulo servers) or ``"consistent"``, for ``ip_hash``.

    Returns
    -------
    str
    """
    named("policy", policy, POLICIES)
    named("mode", mode, MODES)
    named("hash_type", hash_type, HASH_TYPES)
    if not apps:
        raise ValueError("apps is empty: a balancer needs at least one server")
    if routes and mode == "tcp":
        raise ValueError("routes need mode 'http': at layer 4 neither path nor header is read")
    groups = {f"group{i}": route for i, route in enumerate(routes or {})}
    on_ring = policy in ("random", "power_of_d") or (policy, hash_type) == ("ip_hash", "consistent")
    weight = " weight 256" if on_ring else ""
    lines = [HEAD.format(mode=mode)]
    lines += [f"    use_backend {name} if {_condition(groups[name])}\n" for name in groups]
    lines += ["    default_backend everything\n"]
    for name, members in [*((name, routes[groups[name]]) for name in groups), ("everything", apps)]:
        lines += [f"\nbackend {name}\n", *_balance(policy, mode, hash_type)]
        lines += [f"    server {app.name} {app.address}{weight}\n" for app in members]
    return "".join(lines)


def _condition(route):
    if re.fullmatch(r"/[\w./~-]*", route):
        return f"{{ path_beg {route} }}"
    if header := re.fullmatch(r"([\w-]+): ?([\w./;=-]+)", route):
        return f"{{ req.hdr({header[1]}) -m str {header[2]} }}"
    raise ValueError(f"route {route!r} is neither a path ('/images') nor a header ('Name: value')")


def _balance(policy, mode, hash_type):
    if policy != "ip_hash":
        return [f"    balance {POLICIES[policy]}\n"]
    key = "source" if mode == "tcp" else POLICIES[policy]
    return [f"    balance {key}\n", f"    hash-type {hash_type} sdbm avalanche\n"]


class Balancer(Site):
    """A running balancer, HAProxy or nginx."""


@contextlib.contextmanager
def run(text):
    """Run HAProxy with this configuration until the end of the block.

    Parameters
    ----------
    text : str
        The configuration; it listens on ``"127.0.0.1:${PORT}"``, a free port chosen here.

    Yields
    ------
    Balancer

    Raises
    ------
    MissingPart
        HAProxy is not installed.
    PartFailed
        It did not start, for instance because of a mistake in ``text``.
    ValueError
        The configuration does not bind that port.

    Examples
    --------
    ::

        with http.servers([1.0, 0.5]) as apps, haproxy.run(haproxy.config(apps)) as balancer:
            load.open_loop(balancer.url, rate=50, duration=1, seed=1)
    """
    if "${PORT}" not in text:
        raise ValueError("the configuration does not bind 127.0.0.1:${PORT}, the port chosen here")
    program, environment = find("haproxy")
    part = Part(
        "HAProxy",
        lambda port: [program, "-db", "-f", "haproxy.cfg"],
        files={"haproxy.cfg": text},
        environment=environment,
    )
    with running([part]):
        yield Balancer(part.port)
