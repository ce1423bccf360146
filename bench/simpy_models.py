"""The queues in SimPy, as fast as its plain use allows."""

import random
from itertools import repeat

import simpy


def queue(servers, load, requests):
    """One line in front of `servers` servers, each busy `load` of the time; return the waits."""
    rng, env = random.Random(1), simpy.Environment()
    line, waits = simpy.Resource(env, servers), []

    def request():
        arrived = env.now
        with line.request() as turn:
            yield turn
            waits.append(env.now - arrived)
            yield env.timeout(rng.expovariate(1))

    def arrivals():
        for _ in repeat(None, requests):
            yield env.timeout(rng.expovariate(load * servers))
            env.process(request())

    env.process(arrivals())
    env.run()
    return waits


def least_connections(servers, load, requests):
    """A line at each server, the shortest taken; return the response times.

    It keeps the counts in a list and takes the first of the least: as the servers are alike, the
    response times are those of a choice at random among the least, which takes longer to find.
    """
    rng, env = random.Random(1), simpy.Environment()
    nodes, inside, responses = [simpy.Resource(env) for _ in range(servers)], [0] * servers, []

    def request(k):
        arrived = env.now
        with nodes[k].request() as turn:
            yield turn
            yield env.timeout(rng.expovariate(1))
        inside[k] -= 1
        responses.append(env.now - arrived)

    def arrivals():
        for _ in repeat(None, requests):
            yield env.timeout(rng.expovariate(load * servers))
            k = inside.index(min(inside))
            inside[k] += 1
            env.process(request(k))

    env.process(arrivals())
    env.run()
    return responses
