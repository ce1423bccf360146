"""Draws and heaps inside a kernel: the numbers of NumPy's generator, the order of `heapq`."""

import heapq
import math

import numpy as np
import pytest

from scalelab import jit, stats
from scalelab.simulate import draws, heaps
from scalelab.simulate.kernels import BUCKETS, LOWEST, bucket
from scalelab.simulate.work import law


@jit.jit
def drawn(stream, kinds, numbers):
    """Fill `numbers` with draws of those kinds, and return the stream after them."""
    for k in range(numbers.size):
        if kinds[k]:
            numbers[k], stream = draws.exponential(stream)
        else:
            numbers[k], stream = draws.uniform(stream)
    return stream


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_draws_are_those_of_numpy(seed):
    size = 300_000 if jit.compiled else 3_000
    kinds = np.random.default_rng(1).random(size) < 0.7
    numbers, theirs = np.empty(size), stats.generator(seed)
    stream = drawn(draws.begin(stats.generator(seed)), kinds, numbers)
    want = [theirs.standard_exponential() if kind else theirs.random() for kind in kinds]
    np.testing.assert_array_equal(numbers, want)
    if jit.compiled:
        assert stream == draws.begin(theirs)
        assert numbers.max() > float(draws.TAIL), "no draw came from the tail"


def test_the_layers_have_one_area_and_cover_the_law():
    inside, unit, height = draws.ziggurat()
    edges = unit * 2**53
    assert height[1:] == pytest.approx(np.exp(-edges[1:]), rel=1e-15)
    areas = edges[1:] * (height[:-1] - height[1:])
    assert areas == pytest.approx(edges[0] * math.exp(-float(draws.TAIL)), rel=1e-12)
    assert inside[2:] / 2**53 == pytest.approx(edges[1:-1] / edges[2:], rel=1e-15)
    assert inside[0] / 2**53 == pytest.approx(1 - 1 / edges[0], rel=1e-15)
    assert inside[1] == 0


@pytest.mark.parametrize("service", ["exponential", "deterministic", "pareto"])
def test_work_has_mean_one(service):
    @jit.jit
    def total(stream, how, count):
        done = 0.0
        for _ in range(count):
            each, stream = draws.work(stream, how)
            done += each
        return done

    count = 1_000_000 if jit.compiled else 20_000
    mean = total(draws.begin(stats.generator(1)), law(service, 1.9), count) / count
    assert mean == pytest.approx(1, abs=0.03)


PUSH, POP, REPLACE = range(3)


def tops(push, pop, replace):
    """Return a program that follows steps and notes what is first after each of them."""

    def run(steps, times):
        heap, first = [(9.5, 0)], [(9.5, 0)]
        for k in range(steps.size):
            if steps[k] == PUSH or len(heap) == 1:
                push(heap, (times[k], k))
            elif steps[k] == POP:
                pop(heap)
            else:
                replace(heap, (times[k], k))
            first.append(heap[0])
        return first

    return run


def test_items_leave_a_heap_in_their_order():
    rng = np.random.default_rng(1)
    steps = np.append(rng.integers(0, 3, 3_000), [PUSH] * 300 + [POP] * 330)
    times = rng.integers(0, 200, steps.size) / 2  # many are equal: the second number decides
    ours = jit.jit(tops(heaps.heappush, heaps.heappop, heaps.heapreplace))
    theirs = tops(heapq.heappush, heapq.heappop, heapq.heapreplace)
    assert ours(steps, times) == theirs(steps, times)


def test_a_bucket_is_found_by_the_bits_of_a_time():
    times = np.random.default_rng(1).lognormal(0, 9, 2_000).tolist()
    for time in [*times, 0.0, 2.0**-41, 2.0**-40, 1.0, 2.0**41]:
        power = np.float64(time).view(np.int64) >> 44
        assert bucket(time) == min(max(power - LOWEST, 0), BUCKETS - 1)
