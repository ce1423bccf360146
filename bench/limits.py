"""The machine's own limits: loops that do what a task cannot do without, and nothing else."""

import numpy as np

from scalelab import jit, stats
from scalelab.simulate.draws import begin, exponential, uniform

from .contest import Limit, Side


@jit.jit
def draw(stream, exponentials, uniforms, requests):
    """Draw the random numbers that each request needs, and do nothing with them."""
    total = 0.0
    for _ in range(requests):
        for _ in range(exponentials):
            drawn, stream = exponential(stream)
            total += drawn
        for _ in range(uniforms):
            drawn, stream = uniform(stream)
            total += drawn
    return total


@jit.jit
def touch(trace, table):
    """Read one number for each request, at the place of the object that it asks for."""
    total = 0
    for item in trace:
        total += table[item]
    return total


def random_numbers(exponentials, uniforms, requests, goal=None):
    """Return the limit of a simulation that needs so many random numbers for each request."""
    stream = begin(stats.generator(1))
    run = Side(lambda count: draw(stream, exponentials, uniforms, count), requests)
    return Limit("limit", run, goal)


def memory_touches(trace):
    """Return the limit of a cache: it cannot answer without looking the object up."""
    table = np.zeros(int(trace.max()) + 1, np.int32)
    return Limit("limit", Side(lambda count: touch(trace[:count], table), trace.size))
