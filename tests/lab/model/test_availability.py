"""Availability: of parts in series and parallel, with common causes and imperfect failover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from scalelab.model import availability as av

fractions = st.floats(0, 1)
DAY = 24 * 3600


def test_products_of_parts():
    assert av.series(0.9, 0.8, 0.5) == pytest.approx(0.36)
    assert av.parallel(0.9, 0.8, 0.5) == pytest.approx(0.99)
    assert av.series(0.7) == av.parallel(0.7) == pytest.approx(0.7)
    np.testing.assert_allclose(av.series([0.9, 1], 0.5), [0.45, 0.5])
    np.testing.assert_allclose(av.parallel([0.9, 0], 0.5), [0.95, 0.5])
    # Christensen (2012): thirty dependencies of four nines are out for two hours in a month.
    month = av.downtime(av.series(*[0.9999] * 30), 720)
    assert month == pytest.approx(2.157, abs=5e-4)


@given(st.integers(0, 12), st.integers(1, 12), fractions)
def test_k_of_n_counts_the_working_ones(k, n, a):
    k = min(k, n)
    assert av.k_of_n(k, n, a) == pytest.approx(binom.sf(k - 1, n, a), abs=1e-12)


def test_k_of_n_between_its_ends():
    assert av.k_of_n(1, 3, 0.9) == pytest.approx(av.parallel(0.9, 0.9, 0.9))
    assert av.k_of_n(3, 3, 0.9) == pytest.approx(av.series(0.9, 0.9, 0.9))
    assert av.k_of_n(2, 3, 0.9) == pytest.approx(0.972)
    assert av.k_of_n(0, 3, 0.2) == 1
    np.testing.assert_allclose(av.k_of_n([0, 2, 3], 3, 0.9), [1, 0.972, 0.729])
    assert av.k_of_n(900, 1000, 0.95) == pytest.approx(1, abs=1e-9)


def test_a_common_cause_undoes_redundancy():
    # Unavailability of two servers of three nines, 5 % of it in common: 5.09e-5, not 1e-6.
    assert 1 - av.common_cause(2, 0.999, 0.05) == pytest.approx(5e-5 + (0.95e-3) ** 2, rel=1e-4)
    # A shared part of 0.98, and parts of 0.9 / 0.98 of which one in three is enough.
    assert av.common_cause(3, 0.9, 0.2) == pytest.approx(0.98 * (1 - (0.08 / 0.98) ** 3))
    assert av.common_cause(3, 0, 1) == 0
    assert av.common_cause(2, 0.999, 0) == pytest.approx(av.parallel(0.999, 0.999))
    assert av.common_cause(5, 0.999, 1) == pytest.approx(0.999)


@given(st.integers(1, 9), fractions, fractions)
def test_a_common_cause_lies_between_one_part_and_independent_ones(n, a, beta):
    one, many = av.common_cause(1, a, beta), av.common_cause(n, a, beta)
    assert one == pytest.approx(a, abs=1e-12)
    assert one - 1e-12 <= many <= av.k_of_n(1, n, a) + 1e-12


def test_time_up_and_down():
    assert av.from_mtbf(99, 1) == pytest.approx(0.99)
    assert av.from_mtbf(5, 0) == 1
    assert av.downtime(0.999, 30 * DAY) == pytest.approx(43.2 * 60)
    assert av.downtime(0.999, 365.25 * DAY) / 3600 == pytest.approx(8.766)
    np.testing.assert_allclose(av.nines([0, 0.9, 0.999, 0.9995]), [0, 1, 3, 3.30103])


@given(st.floats(10, 1e6), st.floats(0.1, 100))
def test_a_perfect_failover_is_two_parts_in_parallel(mtbf, mttr):
    pair, a = av.failover(mtbf, mttr), av.from_mtbf(mtbf, mttr)
    assert pair.both_down == pytest.approx((1 - a) ** 2, rel=1e-9)
    assert pair.availability == pytest.approx(av.parallel(a, a))
    assert pair.switching == pair.uncovered == 0


def solved(mtbf, mttr, coverage, switch):
    # The same five balances by linear algebra: both, one, none, uncovered, switching.
    f, r, s = 1 / mtbf, 1 / mttr, 1 / switch
    rates = np.array(
        [
            [0, f, 0, (1 - coverage) * f, coverage * f],
            [r, 0, f, 0, 0],
            [0, 2 * r, 0, 0, 0],
            [r, 0, f, 0, 0],
            [0, s, f, 0, 0],
        ]
    )
    balance = rates.T - np.diag(rates.sum(axis=1))
    return np.linalg.lstsq(np.vstack([balance, np.ones(5)]), [0] * 5 + [1], rcond=None)[0]


@pytest.mark.parametrize("numbers", [(100, 5, 0.9, 0.5), (10, 2, 0.0, 1), (50, 50, 1.0, 20)])
def test_the_chain_balances(numbers):
    pair, (both, one, none, uncovered, switching) = av.failover(*numbers), solved(*numbers)
    assert pair.availability == pytest.approx(both + one)
    assert pair.both_down == pytest.approx(none)
    assert pair.uncovered == pytest.approx(uncovered)
    assert pair.switching == pytest.approx(switching)
    assert pair.availability + pair.switching + pair.uncovered + pair.both_down == pytest.approx(1)
    np.testing.assert_allclose(av.stationary(np.eye(2)[::-1] * 3), [0.5, 0.5])


@given(st.floats(10, 1e4), st.floats(0.1, 100), fractions, fractions, st.floats(0, 100))
def test_a_better_failover_is_never_worse(mtbf, mttr, one, other, switch):
    worse, better = sorted((one, other))
    switch = min(switch, mttr)
    assert (
        av.failover(mtbf, mttr, worse, switch).availability
        <= av.failover(mtbf, mttr, better, switch).availability + 1e-12
    )
    assert (
        av.failover(mtbf, mttr, better, switch).availability
        <= av.failover(mtbf, mttr, better, switch / 2).availability + 1e-12
    )


def test_a_rare_failover_costs_its_rate_times_its_time():
    # A failure in 10**6 s, 100 s to switch: about 1e-4 of the time, whatever else happens.
    pair = av.failover(1e6, 100, coverage=0.75, switch_time=100)
    assert pair.switching == pytest.approx(0.75e-4, rel=1e-3)
    assert pair.uncovered == pytest.approx(0.25e-4, rel=1e-3)


def test_failovers_are_swept():
    sweep = av.failover([100, 1000], 1, [[0.5], [1.0], [0.9]], 0.1)
    assert sweep.availability.shape == (3, 2)
    assert sweep.availability[2, 1] == pytest.approx(av.failover(1000, 1, 0.9, 0.1).availability)


def test_a_chain_keeps_tiny_fractions_to_full_precision():
    # Birth and death: each state is visited 1e-9 times as often as the one before.
    rates = np.zeros((4, 4))
    for state in range(3):
        rates[state, state + 1], rates[state + 1, state] = 1e-9, 1
    time = av.stationary(rates)
    np.testing.assert_allclose(time[1:] / time[:-1], 1e-9, rtol=1e-12)
    queue = np.zeros((30, 30))
    queue[np.arange(29), np.arange(1, 30)] = 0.8
    queue[np.arange(1, 30), np.arange(29)] = 1.0
    expected = 0.8 ** np.arange(30)
    np.testing.assert_allclose(av.stationary(queue), expected / expected.sum())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: av.series(), "a is empty"),
        (lambda: av.series(0.9, 1.2), "a is 1.2: it must be a number of at least 0 and at most 1"),
        (lambda: av.parallel([0.9, 0.8], [0.1, 0.2, 0.3]), "the shapes do not fit"),
        (lambda: av.k_of_n(3, 2, 0.9), "k is 3: there are only 2 parts"),
        (lambda: av.k_of_n(0, 0, 0.9), "n is 0: it must be a whole number of at least 1"),
        (lambda: av.k_of_n(0.5, 2, 0.9), "k is 0.5: it must be a whole number"),
        (lambda: av.k_of_n(1, 2.5, 0.9), "n is 2.5: it must be a whole number"),
        (lambda: av.k_of_n(1, 2, 1.5), "a is 1.5: it must be .* at most 1"),
        (lambda: av.common_cause(0, 0.9, 0.1), "n is 0: it must be a whole number of at least 1"),
        (lambda: av.common_cause(2.5, 0.9, 0.1), "n is 2.5: it must be a whole number"),
        (lambda: av.common_cause(2, 1.5, 0.1), "a is 1.5: it must be .* at most 1"),
        (lambda: av.common_cause(2, 0.9, 1.5), "beta is 1.5: it must be .* at most 1"),
        (lambda: av.downtime(1.5, 1), "a is 1.5: it must be .* at most 1"),
        (lambda: av.from_mtbf(0, 1), "mtbf is 0: it must be a number above 0"),
        (lambda: av.failover(0, 1), "mtbf is 0: it must be a number above 0"),
        (lambda: av.failover(1, 1, 1.5), "coverage is 1.5: it must be .* at most 1"),
        (lambda: av.nines(1), "a is 1: it must be .* below 1"),
        (lambda: av.stationary([1, 2]), r"rates has shape \(2,\)"),
        (lambda: av.stationary([[0, 1], [0, 0]]), "rates leads from state 1 to none before it"),
        (lambda: av.failover(1, 0), "mttr is 0: it must be a number above 0"),
    ],
)
def test_what_is_no_availability_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_given_rates_are_not_changed():
    rates = np.array([[0.0, 1, 1], [2, 0, 1], [1, 1, 0]])
    before = rates.copy()
    av.stationary(rates)
    np.testing.assert_array_equal(rates, before)
