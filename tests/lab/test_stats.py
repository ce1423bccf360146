"""Seeds, quantiles and confidence intervals."""

import threading

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from scalelab import stats


def test_a_seed_gives_the_same_numbers_and_another_seed_others():
    first, again, other = (stats.generator(seed).random(5) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@pytest.mark.parametrize("seed", [-1, 1.5, None, "1", True])
def test_what_cannot_be_repeated_is_no_seed(seed):
    with pytest.raises(ValueError, match="seed is"):
        stats.generator(seed)


def test_the_interval_is_students():
    samples = np.array([2.0, 3.5, 3.0, 5.0, 1.5])
    mean, low, high = stats.mean_interval(samples, level=0.9)
    expected = scipy.stats.t.interval(0.9, 4, samples.mean(), scipy.stats.sem(samples))
    assert (low, high) == pytest.approx(expected)
    assert mean == pytest.approx(3.0)


def test_the_interval_covers_as_often_as_it_says():
    samples = stats.generator(1).exponential(size=(20, 5000))
    _, low, high = stats.mean_interval(samples, level=0.95)
    assert np.mean((low < 1) & (high > 1)) == pytest.approx(0.92, abs=0.03)  # skewed: below 0.95


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_are_ordered_and_inside(samples, p, q):
    low, high = stats.quantile(samples, min(p, q)), stats.quantile(samples, max(p, q))
    assert min(samples) <= low <= high <= max(samples)


def test_replications_run_side_by_side_and_keep_their_order():
    both = threading.Barrier(2, timeout=30)

    def run(seed):
        both.wait()
        return seed * 10

    np.testing.assert_array_equal(stats.replicate(run, [3, 1]), [30, 10])
