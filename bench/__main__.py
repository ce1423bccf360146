"""The lab against its peer and against the machine: `python -m bench`.

Times differ from machine to machine; ratios within one run are what counts. Everything is timed
on one core, the best of three runs after a first that compiles. A target that is missed is
reported and fails nothing: a busy machine is no defect.
"""

import platform
import resource
import sys
import time

import numpy as np
import simpy

from scalelab import jit, simulate, stats
from scalelab.simulate import reference

REQUESTS = 10**7
SLOW_REQUESTS = 20_000


@jit.jit
def draw(rng, exponentials, uniforms, requests):
    """Draw what a simulation needs, and do nothing with it: no simulation can be faster."""
    total = 0.0
    for _ in range(requests):
        for _ in range(exponentials):
            total += rng.standard_exponential()
        for _ in range(uniforms):
            total += rng.random()
    return total


def simpy_queue(servers, load):
    """One line in SimPy."""
    rng, env = np.random.default_rng(1), simpy.Environment()
    line, waits = simpy.Resource(env, servers), []

    def request():
        arrived = env.now
        with line.request() as turn:
            yield turn
            waits.append(env.now - arrived)
            yield env.timeout(rng.standard_exponential())

    def arrivals():
        for _ in range(SLOW_REQUESTS):
            yield env.timeout(rng.standard_exponential() / (load * servers))
            env.process(request())

    env.process(arrivals())
    env.run()


def best(function, requests, runs=3):
    """Return the least nanoseconds per request."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times) / requests * 1e9


def peak():
    """Return the most memory that this process ever held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def line(servers, load):
    """Return the lab's queue and SimPy's, as functions of the requests and of nothing."""
    return (
        lambda requests: simulate.queue(load * servers, 1, servers, requests, 1),
        lambda: simpy_queue(servers, load),
    )


def fleet(policy):
    """Return the lab's balancer and SimPy's over 100 servers."""
    return (
        lambda requests: simulate.balancer(policy, 100, 0.9, requests, 1),
        lambda: reference.balancer(policy, 100, 0.9, SLOW_REQUESTS, 1),
    )


# Name, the lab's and SimPy's way, exponentials and uniforms that each request needs, and the
# targets: so many times SimPy, and so much of the speed at which the numbers can be drawn.
TASKS = [
    ("M/M/1", *line(1, 0.8), 2, 0, 1000, 0.8),
    ("M/M/16", *line(16, 0.9), 2, 0, 200, None),
    ("random, 100 servers", *fleet("random"), 2, 1, None, None),
    ("power of two, 100 servers", *fleet("power_of_d"), 2, 2, 300, 0.3),
    ("least connections, 100 servers", *fleet("least_connections"), 2, 1, 100, None),
]


def verdict(ratio, target):
    """Return a ratio, its target and whether it was reached."""
    if target is None:
        return f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"
    shown = f"{ratio:,.2f} of {target}" if target < 10 else f"{ratio:,.0f} of {target:,}"
    return f"{shown} {'met' if ratio >= target else 'MISSED'}"


def main():
    """Print the table."""
    requests = REQUESTS if jit.compiled else REQUESTS // 100
    print(f"{platform.machine()}, Python {platform.python_version()}, compiled: {jit.compiled}")
    print(f"{'':32}{'Mreq/s':>8}   {'times SimPy':24}of the random-number limit")
    for name, ours, theirs, exponentials, uniforms, target, of_limit in TASKS:
        rng = stats.generator(1)
        ours(1000)
        draw(rng, exponentials, uniforms, 1000)
        slow = best(theirs, SLOW_REQUESTS)
        fast = best(lambda ours=ours: ours(requests), requests)
        limit = best(
            lambda rng=rng, e=exponentials, u=uniforms: draw(rng, e, u, requests), requests
        )
        print(
            f"{name:32}{1e3 / fast:8.1f}   {verdict(slow / fast, target):24}"
            f"{verdict(limit / fast, of_limit)}"
        )

    def power(seed):
        return simulate.balancer("power_of_d", 100, 0.9, requests, seed).mean_response

    alone = best(lambda: [power(seed) for seed in (1, 2)], 2 * requests)
    together = best(lambda: stats.replicate(power, (1, 2)), 2 * requests)
    print(f"{'two runs in two threads':32}{1e3 / together:8.1f}   times one after the other: "
          f"{verdict(alone / together, 1.7)}")  # fmt: skip
    print(f"{'peak memory, imports included':32}{peak() / 1e6:8.0f} MB")


if __name__ == "__main__":
    main()
