"""A balancer whose shares change while requests flow: how a new version is let in, and thrown out.

HAProxy asks an *agent* of each server for its weight every 50 ms (``agent-check``), and the
agent's answer takes effect with the next request; no configuration is loaded again and no
connection is cut. A share of 0 lets the server finish what it has and gives it nothing new.

>>> from scalelab.measure import http
>>> with http.servers([1, 1]) as apps, balancer(apps, shares=[1, 0]) as door:
...     door.set(0.9, 0.1)
...     sorted(door.counts())
['app0', 'app1']
"""

import contextlib
import csv
import io
import socketserver
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from numbers import Real

from . import haproxy
from .launcher import PartFailed

EVERY = 0.05  # seconds between two questions
WHOLE = 100  # the weight of a server with all requests: an agent answers in whole per cent


class _Agent(socketserver.ThreadingTCPServer):
    """Answers each question of HAProxy's with the weight, in per cent of the largest."""

    daemon_threads = True
    share = 0.0
    asked = 0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)

    def handle_error(self, request, client_address):
        """HAProxy hangs up as soon as it has read the first line."""


class _Answer(socketserver.BaseRequestHandler):
    """One question."""

    def handle(self):
        """Answer it."""
        share = self.server.share
        self.request.sendall(f"{share:.0%}\n".encode())
        self.server.asked += 1


@dataclass(frozen=True)
class Rollout:
    """A running balancer and what it lets through to whom.

    Attributes
    ----------
    balancer : haproxy.Balancer
    agents : dict
        One for each server, by its name.
    """

    balancer: haproxy.Balancer
    agents: dict = field(repr=False)

    @property
    def url(self):
        """``"http://127.0.0.1:port"``."""
        return self.balancer.url

    def set(self, *shares):
        """Give each server its share of the requests; returns when the balancer knows.

        Parameters
        ----------
        *shares : float
            One for each server, 0...1 in hundredths, with the sum 1.

        Raises
        ------
        ValueError
            They are not as many as the servers, or do not add up to 1.
        PartFailed
            The balancer did not ask for them within 10 s.
        """
        _check(shares, self.agents)
        wanted = dict(zip(self.agents, shares, strict=True))
        grow = {name for name, share in wanted.items() if share > self.agents[name].share}
        for names in (grow, wanted.keys() - grow):  # never is there a moment without a server
            self._tell({name: wanted[name] for name in names})

    def _tell(self, shares):
        """Change some agents' answers, and wait until each has given its new one."""
        before = {name: self.agents[name].asked for name in shares}
        for name, share in shares.items():
            self.agents[name].share = share
        limit = time.monotonic() + 10
        while any(self.agents[name].asked < count + 2 for name, count in before.items()):
            if time.monotonic() > limit:
                raise PartFailed("HAProxy did not ask for the new shares within 10 s")
            time.sleep(EVERY / 10)

    def counts(self):
        """Answers so far as the balancer counts them: ``{name: (good, failed)}``."""
        with contextlib.closing(
            HTTPConnection("127.0.0.1", self.balancer.port, timeout=10)
        ) as asked:
            asked.request("GET", "/balancer-counts;csv")
            text = asked.getresponse().read().decode()
        rows = {row["svname"]: row for row in csv.DictReader(io.StringIO(text.lstrip("# ")))}
        return {
            name: (int(rows[name]["hrsp_2xx"] or 0), int(rows[name]["hrsp_5xx"] or 0))
            for name in self.agents
        }


@contextlib.contextmanager
def balancer(apps, shares):
    """Run HAProxy before app servers, each with a share that can be set while it runs.

    Parameters
    ----------
    apps : sequence
        Each with a ``name`` and an ``address``.
    shares : sequence of float
        At first: one for each app, 0...1, with the sum 1.

    Yields
    ------
    Rollout

    Raises
    ------
    MissingPart
        HAProxy is not installed.
    PartFailed
        It did not start.
    """
    _check(shares, apps)
    with contextlib.ExitStack() as stack:
        agents = {app.name: stack.enter_context(_running(_Agent())) for app in apps}
        running = stack.enter_context(haproxy.run(_config(apps, agents)))
        rollout = Rollout(running, agents)
        rollout.set(*shares)
        yield rollout


@contextlib.contextmanager
def _running(agent):
    thread = threading.Thread(target=agent.serve_forever, args=(0.02,), daemon=True)
    with agent:
        thread.start()
        try:
            yield agent
        finally:
            agent.shutdown()
            thread.join()


def _config(apps, agents):
    text = haproxy.config(apps).replace(
        "    timeout connect",
        "    stats enable\n    stats uri /balancer-counts\n    timeout connect",
    )
    for app in apps:
        line = f"server {app.name} {app.address}"
        port = agents[app.name].server_address[1]
        ask = f"agent-check agent-addr 127.0.0.1 agent-port {port} agent-inter {EVERY * 1000:.0f}ms"
        text = text.replace(line, f"{line} weight {WHOLE} {ask}")
    return text


def _check(shares, servers):
    if len(shares) != len(servers):
        raise ValueError(
            f"there are {len(shares)} shares for {len(servers)} servers: give one each"
        )
    if not all(isinstance(share, Real) and 0 <= share <= 1 for share in shares):
        raise ValueError(f"the shares are {shares}: each is a fraction, 0 to 1")
    if abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"the shares add up to {sum(shares):g}: all requests are 1")
