"""The balancer in SimPy: short enough to read, slow enough to need a kernel.

It shares no line with the kernels and not even the random numbers: tests hold one against the
other.
"""

import random

import simpy

from .work import fleet, named, number


def balancer(policy, servers, utilization, requests, seed, choices=2):
    """Return the response times of `requests` requests, in order of their answers.

    It begins empty; the service times are exponential with mean 1.

    Parameters
    ----------
    policy : {"random", "round_robin", "least_connections", "power_of_d"}
    servers, utilization, requests, seed, choices
        As for `simulate.balancer`.

    Returns
    -------
    list of float
        In mean service times.

    Examples
    --------
    >>> len(balancer("power_of_d", servers=10, utilization=0.9, requests=1000, seed=1))
    1000
    """
    servers, utilization, requests, choices = fleet(policy, servers, utilization, requests, choices)
    rng = random.Random(number("seed", seed, least=0, whole=True))
    env, responses = simpy.Environment(), []
    nodes = [simpy.Resource(env) for _ in range(servers)]

    def connections(server):
        return server.count + len(server.queue)

    pick = {
        "random": lambda k: rng.choice(nodes),
        "round_robin": lambda k: nodes[k % servers],
        "least_connections": lambda k: min(rng.sample(nodes, servers), key=connections),
        "power_of_d": lambda k: min(rng.sample(nodes, choices), key=connections),
    }
    pick = pick[named("policy", policy, pick)]

    def answer(server):
        arrived = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(rng.expovariate(1))
        responses.append(env.now - arrived)

    def arrivals():
        for k in range(requests):
            yield env.timeout(rng.expovariate(utilization * servers))
            env.process(answer(pick(k)))

    env.process(arrivals())
    env.run()
    return responses
