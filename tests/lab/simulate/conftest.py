"""How a simulation is held to a number: by an interval over independent runs."""

import numpy as np
import pytest

from scalelab import stats


@pytest.fixture
def agree():
    """Return a check: runs with these seeds agree with `expected`, and closely enough to tell."""

    def check(run, expected, *, runs=20, within=0.01, bias=0.0):
        samples = stats.replicate(run, range(1, runs + 1))
        mean, low, high = stats.mean_interval(samples, level=0.999)
        reach, expected = (high - low) / 2, np.asarray(expected)
        assert (reach <= within * expected).all(), f"too noisy: {mean} +- {reach}"
        assert (abs(mean - expected) <= reach + bias * expected).all(), f"{mean} +- {reach}"

    return check
