"""The network in SimPy: short enough to read, slow enough to need a kernel.

It shares no line with the kernel and not even the random numbers: tests hold one against the
other.
"""

import random

import simpy

from .clients import chain, client
from .work import number


def network(
    arrival_rate, service_rate, servers, requests, seed, timeout, attempts, backoff, retry_budget
):
    """Return the response times of those requests that were answered, and the attempts sent.

    Parameters
    ----------
    arrival_rate, service_rate, servers, requests, seed, timeout, attempts, backoff, retry_budget
        As for `simulate.network`; the backoff has full jitter.

    Returns
    -------
    responses : list of float
        In seconds.
    sent : int

    Examples
    --------
    >>> responses, sent = network(100, [100, 20, 50], [4, 8, 4], 1000, seed=1, timeout=0.3,
    ...                           attempts=3, backoff=0, retry_budget=0.1)
    >>> len(responses) <= 1000 <= sent <= 1000 + 10 + 0.1 * 1000
    True
    """
    number("arrival_rate", arrival_rate, above=0)
    requests = number("requests", requests, least=1, whole=True)
    patience = client(timeout, attempts, backoff, 10.0, "full", retry_budget)
    timeout, attempts, backoff, _, _, ratio, tokens = patience
    most = tokens
    rng = random.Random(number("seed", seed, least=0, whole=True))
    env, responses, sent = simpy.Environment(), [], 0
    rates, counts = chain(service_rate, servers)
    tiers = [(simpy.Resource(env, int(n)), rate) for n, rate in zip(counts, rates, strict=True)]

    def attempt():
        for tier, rate in tiers:
            with tier.request() as turn:
                yield turn
                yield env.timeout(rng.expovariate(rate))

    def request():
        nonlocal sent, tokens
        born = env.now
        for k in range(attempts):
            if k > 0:
                if tokens + 1e-6 < 1:
                    return
                tokens -= 1
                yield env.timeout(rng.uniform(0, backoff * 2 ** (k - 1)))
            sent += 1
            answer = env.process(attempt())
            yield answer | env.timeout(timeout)
            if answer.processed:
                responses.append(env.now - born)
                return

    def arrivals():
        nonlocal tokens
        for _ in range(requests):
            yield env.timeout(rng.expovariate(arrival_rate))
            tokens = min(tokens + ratio, most)
            env.process(request())

    env.process(arrivals())
    env.run()
    return responses, sent
