"""Millions of requests through queues, balancers and tiers: against SimPy and against cimba."""

import json
import subprocess
import sys

from scalelab import simulate
from scalelab.simulate import reference, reference_network

from . import simpy_models
from .contest import Peer, Row, Side, contest, version
from .limits import random_numbers
from .peers import ROOT

try:  # before anything is compiled: cimba adds its types to numba's only then
    from . import cimba_models
except ImportError:
    cimba_models = None

GROUP = "simulation"
SERVERS, LOAD = 100, 0.9
TIERS = dict(arrival_rate=100, service_rate=[100, 20, 50], servers=[4, 8, 4])
CLIENT = dict(timeout=0.3, attempts=3, backoff=0.05, retry_budget=0.1)


def queue(servers, load):
    """Return the lab's queue, which keeps no waits."""
    return lambda count: simulate.queue(load * servers, 1, servers, count, seed=1)


def balancer(policy):
    """Return the lab's balancer over 100 servers."""
    return lambda count: simulate.balancer(policy, SERVERS, LOAD, count, seed=1)


def network(count):
    """Send requests through three tiers; clients wait 0.3 s and try three times."""
    return simulate.network(**TIERS, **CLIENT, requests=count, seed=1)


def network_in_simpy(count):
    """Do the same in SimPy."""
    return reference_network.network(**TIERS, **CLIENT, requests=count, seed=1)


def in_cimba(name, *arguments, count):
    """Return a side that runs in cimba, or None where it is not here."""
    if cimba_models is None:
        return None
    return Side(lambda count: getattr(cimba_models, name)(*arguments, count), count)


def rows(scale):
    """Yield the rows of this group; `scale` times the requests of a full run."""
    fast, slow, middle = int(10**7 * scale), int(20_000 * scale**0.5), int(10**6 * scale)
    for servers, load, goals in ((1, 0.8, (1000, 30, 0.8)), (16, 0.9, (200, 6, None))):
        yield from contest(
            GROUP,
            f"M/M/{servers}",
            Side(queue(servers, load), fast),
            [
                Peer("simpy", goals[0], Side(
                    lambda count, s=servers, u=load: simpy_models.queue(s, u, count), slow)),
                Peer("cimba", goals[1], in_cimba("queue", servers, load, count=middle)),
            ],
            random_numbers(2, 0, fast, goals[2]),
        )  # fmt: skip
    yield from contest(
        GROUP,
        "power of two",
        Side(balancer("power_of_d"), fast),
        [
            Peer("simpy", 300, Side(
                lambda count: reference.balancer("power_of_d", SERVERS, LOAD, count, 1), slow)),
            Peer("cimba", 10, in_cimba("power_of_two", SERVERS, LOAD, count=middle)),
        ],
        random_numbers(2, 2, fast, 0.3),
    )  # fmt: skip
    simpy_least = Side(lambda count: simpy_models.least_connections(SERVERS, LOAD, count), slow)
    yield from contest(
        GROUP,
        "least connections",
        Side(balancer("least_connections"), fast),
        [Peer("simpy", 100, simpy_least)],
        random_numbers(2, 1, fast),
    )
    yield from contest(
        GROUP,
        "three tiers",
        Side(network, middle),
        [Peer("simpy", 80, Side(network_in_simpy, slow))],
        random_numbers(4, 0, middle),
    )
    yield without_numba(slow)


def without_numba(count):
    """Return the row of the three tiers in plain Python: timed in a child that has no numba."""
    child = [sys.executable, "-m", "bench.plain", str(count)]
    done = subprocess.run(child, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    ours, theirs = (rate / 1e6 for rate in json.loads(done.stdout))
    return Row(
        GROUP, "three tiers, no numba", "simpy", version("simpy"), "M/s", ours, theirs,
        ours / theirs, 10,
    )  # fmt: skip
