import numpy as np
import pytest

from scalelab.measure.histogram import Histogram
from scalelab.measure.result import collected

SAMPLES = np.random.default_rng(1).lognormal(-4, 1.5, 5000)


def result(latencies):
    records = [(x, x, "app0", "ok") for x in latencies] + [(np.nan, np.nan, "", "timeout")]
    none = np.zeros(len(records))
    return collected(none, none, none, records, 1)


@pytest.mark.parametrize("q", [0.001, 0.5, 0.9, 0.99, 0.999, 1])
def test_quantiles_agree_to_three_digits(q):
    exact = np.sort(SAMPLES)[max(1, round(q * len(SAMPLES))) - 1]
    assert result(SAMPLES).histogram().quantile(q) == pytest.approx(exact, rel=1e-3, abs=1.5e-6)


def test_merged_is_the_histogram_of_all():
    parts = Histogram(SAMPLES[:2000]) + Histogram(SAMPLES[2000:])
    whole = Histogram(SAMPLES)
    assert parts.total_count == whole.total_count == len(SAMPLES)
    assert all(parts.quantile(q) == whole.quantile(q) for q in (0, 0.5, 0.99, 1))


def test_the_correction_adds_what_was_not_sent():
    plain, slow = result([0.01] * 10), result([0.01] * 10 + [1.0])
    assert plain.corrected(0.1).total_count == 10
    corrected = slow.corrected(0.1)
    assert corrected.total_count == 10 + 10
    added = [corrected.get_count_at_value(round(k * 1e5)) for k in range(1, 11)]
    assert added == [1] * 10
    assert slow.histogram().total_count == 11


def test_extremes_are_kept():
    assert Histogram([0.0]).quantile(1) == pytest.approx(1e-6)
    assert Histogram([5000]).quantile(1) == pytest.approx(3600, rel=1e-3)
    assert np.isnan(Histogram().quantile(0.5))


def test_wrong_arguments():
    with pytest.raises(ValueError, match="q is 99: a quantile's fraction"):
        Histogram([1]).quantile(99)
    with pytest.raises(ValueError, match="expected_interval is 0: it must be above 0"):
        result([1]).corrected(0)
