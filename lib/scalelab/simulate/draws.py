"""Random numbers inside a kernel: those of NumPy's generator, without a call for each of them.

A stream is the state of the generator SFC64. Whoever draws from it gets a number and the stream
that comes after it: compiled, that is four registers of the processor and no memory. Without
numba a stream is the generator itself. `tests/lab/simulate/test_draws.py` holds both equal.

Sources: C. Doty-Humphrey, PractRand (SFC64); G. Marsaglia and W. W. Tsang, *The ziggurat method
for generating random variables* (2000), doi:10.18637/jss.v005.i08.
"""

import math
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np

from ..jit import compiled, inline, jit

EXPONENTIAL, DETERMINISTIC, PARETO = range(3)
LAYERS, UNIT, EIGHT_BITS = 256, 2.0**-53, np.uint64(255)
ZERO, ONE, THREE, ELEVEN, TURN = (np.uint64(n) for n in (0, 1, 3, 11, 24))
# Where the lowest layer begins to be only tail: then all layers have the same area.
TAIL = Decimal("7.697117470131049714044628048")


def ziggurat():
    """Return the layers under exp(-x): which places lie inside for sure, their unit, the height."""
    with localcontext() as context:
        context.prec = 25
        edges, heights = [TAIL], [(-TAIL).exp()]
        area = (TAIL + 1) * heights[0]
        while len(edges) < LAYERS - 1:
            heights.append(heights[-1] + area / edges[-1])
            edges.append(-heights[-1].ln())
        # The lowest layer has the tail, so it is as long as a box of its area; the top has no box.
        edges = [TAIL + 1, *reversed(edges)]
        inside = [TAIL / edges[0], 0, *(a / b for a, b in pairwise(edges[1:]))]
        inside = np.array([int(part * 2**53) for part in inside], np.uint64)
    return inside, np.array(edges, float) * UNIT, np.array([1, *reversed(heights)], float)


INSIDE, SCALE, HEIGHT = ziggurat()
TAIL_AT = float(TAIL)


def begin(rng):
    """Return the stream of a generator of `stats.generator`."""
    return tuple(rng.bit_generator.state["state"]["state"]) if compiled else rng


@inline
def bits(stream):
    """Return 64 random bits."""
    a, b, c, count = stream
    drawn = a + b + count
    turned = (c << TURN) | (c >> (np.uint64(64) - TURN))
    return drawn, (b ^ (b >> ELEVEN), c + (c << THREE), turned + drawn, count + ONE)


@inline
def uniform(stream):
    """Return a number from 0 to 1, without the 1."""
    drawn, stream = bits(stream)
    return np.int64(drawn >> ELEVEN) * UNIT, stream


@inline
def dart(stream):
    """Return a layer, a place in it, and whether that lies under exp(-x) without a look."""
    drawn, stream = bits(stream)
    layer = (drawn >> THREE) & EIGHT_BITS
    drawn >>= ELEVEN
    return layer, np.int64(drawn) * SCALE[layer], drawn < INSIDE[layer], stream


@jit
def look(layer, x, stream):
    """Return an exponential number where the first throw was at the edge of its layer."""
    sure = False
    while not sure:
        height, stream = uniform(stream)
        if layer == ZERO:
            return TAIL_AT - math.log1p(-height), stream
        step = HEIGHT[layer - ONE] - HEIGHT[layer]
        if step * height + HEIGHT[layer] < math.exp(-x):
            break
        layer, x, sure, stream = dart(stream)
    return x, stream


@inline
def exponential(stream):
    """Return an exponential number of mean 1."""
    layer, x, sure, stream = dart(stream)
    return (x, stream) if sure else look(layer, x, stream)


if not compiled:

    def uniform(stream):
        """Return a number from 0 to 1, without the 1."""
        return stream.random(), stream

    def exponential(stream):
        """Return an exponential number of mean 1."""
        return stream.standard_exponential(), stream


@inline
def work(stream, law):
    """Return the work of one request, of mean 1."""
    kind, low, cut, power = law
    if kind == EXPONENTIAL:
        return exponential(stream)
    if kind == DETERMINISTIC:
        return 1.0, stream
    part, stream = uniform(stream)
    return low * (1 - cut * part) ** power, stream
