"""Amdahl and the universal scalability law, against published fits and planted parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.model import scaling

# SPEC SDM91 on a Sun SPARCcenter 2000 and a ray tracer on an SGI Origin 2000, from Gunther's book,
# as the R package usl 3.0.3 (Gunther and Möding) carries them. For the first the package prints
# its fit: README, tests/summary.Rout.save, residuals.Rout.save and peak-scalability.R. The fit of
# the second is quoted elsewhere from the same package; its own print was not seen.
SPEC = ([1, 18, 36, 72, 108, 144, 216], [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])
RAYS = (
    [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64],
    [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310],
)


def test_amdahl_is_the_textbook():
    assert scaling.amdahl(10, 0.05) == pytest.approx(1 / (0.05 + 0.95 / 10))
    assert scaling.amdahl(4, 0.5) == pytest.approx(1.6)
    assert scaling.amdahl(1e9, 0.05) == pytest.approx(20, rel=1e-6)
    np.testing.assert_allclose(scaling.amdahl([1, 7], 0), [1, 7])
    np.testing.assert_allclose(scaling.amdahl([1, 7], 1), 1)


def test_the_law_at_points_worked_by_hand():
    assert scaling.usl(1, 0.3, 0.2, rate=50) == 50
    assert scaling.usl(10, 0.1, 0, rate=2) == pytest.approx(20 / 1.9)
    assert scaling.usl(10, 0, 0.01, rate=2) == pytest.approx(20 / 1.9)
    assert scaling.usl(3, 0.1, 0.01) == pytest.approx(3 / 1.26)
    np.testing.assert_allclose(scaling.usl([1, 2, 9], 0, 0, 5), [5, 10, 45])


@given(st.floats(1, 1e4), st.floats(0, 1))
def test_without_coherency_it_is_amdahl(n, serial):
    assert scaling.usl(n, serial, 0) == pytest.approx(scaling.amdahl(n, serial))


def test_the_published_fit_comes_out_to_its_printed_digits():
    fit = scaling.fit_usl(*SPEC)
    assert f"{fit.sigma:.7f} {fit.kappa:.7f} {fit.rate:.5f}" == "0.0277285 0.0001044 89.99523"
    assert fit.peak_n == pytest.approx(96.51956, abs=5e-6)
    assert f"{fit.peak_throughput:.0f}" == "1884"
    residuals = np.array(SPEC[1]) - scaling.usl(SPEC[0], fit.sigma, fit.kappa, fit.rate)
    printed = [-25.10, -81.66, 111.09, 3.05, -49.99, -46.60, 56.00]
    np.testing.assert_allclose(residuals, printed, atol=0.005)


def test_a_quoted_fit_without_coherency_has_none():
    fit = scaling.fit_usl(*RAYS)
    assert f"{fit.sigma:.6f} {fit.rate:.6f}" == "0.057771 21.848843"
    assert fit.kappa == 0
    assert fit.peak_n == np.inf
    assert fit.peak_throughput == pytest.approx(fit.rate / fit.sigma)


@given(st.floats(0, 0.5), st.floats(1e-7, 0.01), st.floats(1e-3, 1e6))
def test_planted_parameters_are_found(sigma, kappa, rate):
    n = np.array([1, 2, 4, 8, 16, 32, 64, 128])
    fit = scaling.fit_usl(n, scaling.usl(n, sigma, kappa, rate))
    assert fit.sigma == pytest.approx(sigma, rel=1e-5, abs=1e-7)
    assert fit.kappa == pytest.approx(kappa, rel=1e-5)
    assert fit.rate == pytest.approx(rate, rel=1e-5)


def test_planted_parameters_are_found_under_noise():
    # 200 fits of data with 2 % noise: their means are the planted ones within 4 standard errors.
    rng, n = np.random.default_rng(7), np.array([1, 2, 4, 8, 16, 24, 32, 48, 64, 96])
    exact = scaling.usl(n, 0.05, 0.0005, 1000)
    fits = [scaling.fit_usl(n, exact * (1 + 0.02 * rng.standard_normal(10))) for _ in range(200)]
    found = np.array([[fit.sigma, fit.kappa, fit.rate] for fit in fits])
    error = found.std(axis=0) / np.sqrt(200)
    assert (abs(found.mean(axis=0) - [0.05, 0.0005, 1000]) < 4 * error).all()
    assert (found.std(axis=0) < [0.02, 0.0001, 50]).all()


def test_a_fit_is_a_minimum():
    rng, n = np.random.default_rng(3), np.array([1, 3, 9, 20, 40, 80])
    for _ in range(20):
        sigma, kappa = rng.uniform(0, 0.3), 10 ** rng.uniform(-6, -2)
        data = scaling.usl(n, sigma, kappa, 100) * np.exp(0.1 * rng.standard_normal(6))
        fit = scaling.fit_usl(n, data)

        def error(sigma, kappa, rate, data=data):
            return ((scaling.usl(n, sigma, kappa, rate) - data) ** 2).sum()

        least = error(fit.sigma, fit.kappa, fit.rate)
        for step in (0.999, 1.001):
            assert error(fit.sigma * step + 1e-9, fit.kappa, fit.rate) >= least
            assert error(fit.sigma, fit.kappa * step + 1e-12, fit.rate) >= least
            assert error(fit.sigma, fit.kappa, fit.rate * step) >= least


def test_data_without_a_limit_and_data_that_do_not_scale():
    linear = scaling.fit_usl([1, 2, 4, 8], [10, 20, 40, 80])
    assert (linear.sigma, linear.kappa, linear.rate) == (0, 0, pytest.approx(10))
    assert linear.peak_n == linear.peak_throughput == np.inf
    flat = scaling.fit_usl([1, 2, 4, 8], [10, 10, 10, 10])
    assert flat.sigma == pytest.approx(1)
    assert flat.kappa == 0
    assert flat.peak_throughput == pytest.approx(10)
    falling = scaling.fit_usl([1, 2, 4], [10, 6, 3])
    assert falling.peak_n == 1
    assert falling.peak_throughput == pytest.approx(falling.rate)


def test_the_peak_is_where_the_slope_ends():
    law = scaling.USL(0.19, 0.0001, 3.0)
    assert law.peak_n == pytest.approx(90)
    around = scaling.usl([89, 90, 91], law.sigma, law.kappa, law.rate)
    assert around.argmax() == 1
    assert law.peak_throughput == pytest.approx(around[1])
    assert scaling.USL(0.5, 0.7, 1.0).peak_n == 1
    assert scaling.USL(1.0, 0.0, 4.0).peak_n == 1
    assert scaling.USL(0.0, 0.0, 4.0).peak_throughput == np.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scaling.fit_usl([1, 2, 2], [1, 2, 2]), "n holds fewer than three different"),
        (lambda: scaling.fit_usl([1, 2, 3], [1, 2]), r"throughput has shape \(2,\)"),
        (lambda: scaling.fit_usl([0, 2, 3], [1, 2, 3]), "n is 0: it must be a number of at least"),
        (lambda: scaling.fit_usl([1, 2, 3], [0, 2, 3]), "throughput is 0: it must be .* above 0"),
        (lambda: scaling.fit_usl([9, 20, 40], [9, 2, 0.1]), "throughput tells no rate of one"),
        (lambda: scaling.amdahl(2, 1.1), "serial is 1.1: it must be .* at most 1"),
        (lambda: scaling.usl(0.5, 0, 0), "n is 0.5"),
        (lambda: scaling.usl(2, 0, 0, rate=0), "rate is 0"),
    ],
)
def test_what_cannot_be_fitted_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_three_points_are_enough():
    n = [1, 2, 3]
    fit = scaling.fit_usl(n, scaling.usl(n, 0.1, 0.02, 7))
    assert fit.sigma == pytest.approx(0.1)
    assert fit.kappa == pytest.approx(0.02)
