"""Tails: fan-out, order statistics, hedged and tied requests, against known laws and sampling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.model import queueing, tail

exponential = lambda q: -np.log1p(-np.asarray(q))  # noqa: E731
lasting = lambda t: np.exp(-np.asarray(t))  # noqa: E731


def test_one_per_cent_of_a_hundred():
    assert tail.fan_out(0.01, 100) == pytest.approx(0.63397, abs=5e-6)
    assert tail.fan_out(0.5, 2) == 0.75
    np.testing.assert_array_equal(tail.fan_out([0, 0.3, 1], [5, 1, 3]), [0, 0.3, 1])
    assert tail.fan_out(1e-18, 1000) == pytest.approx(1e-15)
    assert tail.fan_out(1e-12, 10**9) == pytest.approx(1e-3, rel=1e-3)


def test_what_each_call_must_hold():
    # A page of 150 services at 99.9 %: Dynamo's figure.
    assert tail.per_call(0.999, 150) == pytest.approx(0.99999333, abs=5e-9)
    assert tail.per_call(0.25, 2) == 0.5
    assert tail.per_call(0.9, 1) == pytest.approx(0.9)


@given(st.floats(1e-6, 0.999), st.integers(1, 10_000))
def test_fan_out_undoes_per_call(q, n):
    assert tail.fan_out(1 - tail.per_call(q, n), n) == pytest.approx(1 - q, rel=1e-6)


@given(st.floats(0, 0.999), st.integers(1, 1000))
def test_the_fastest_and_the_slowest_have_closed_forms(q, n):
    slowest = tail.order_quantile(exponential, n, n, q)
    assert slowest == pytest.approx(exponential(q ** (1 / n)), rel=1e-6, abs=1e-9)
    fastest = tail.order_quantile(exponential, 1, n, q)
    assert fastest == pytest.approx(exponential(q) / n, rel=1e-6, abs=1e-9)


def test_the_middle_one_of_three():
    # Of uniform numbers: P(median <= x) = 3 x**2 - 2 x**3.
    x = tail.order_quantile(lambda u: u, 2, 3, 0.104)
    assert x == pytest.approx(0.2)
    values = tail.order_quantile(exponential, [1, 2, 3], 3, 0.5)
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize(("k", "n"), [(1, 1), (1, 5), (4, 6), (100, 100)])
def test_the_mean_is_a_harmonic_sum(k, n):
    expected = sum(1 / j for j in range(n - k + 1, n + 1))
    assert tail.order_mean(exponential, k, n) == pytest.approx(expected, rel=1e-6)


def test_order_statistics_of_uniform_numbers():
    for k, n in [(1, 1), (3, 7), (1000, 1000)]:
        assert tail.order_mean(lambda u: u, k, n) == pytest.approx(k / (n + 1))


def test_a_hedge_by_hand():
    hedge = tail.hedged(lasting, 2.0)
    assert hedge.extra_load == hedge.sent == pytest.approx(np.exp(-2))
    assert hedge.tail(1) == pytest.approx(np.exp(-1))
    assert hedge.tail(2) == pytest.approx(np.exp(-2))
    assert hedge.tail(3) == pytest.approx(np.exp(-3 - 1))
    assert hedge.quantile(1 - np.exp(-1)) == pytest.approx(1)
    assert hedge.quantile(1 - np.exp(-4)) == pytest.approx(3)


def test_a_hedge_at_the_p95_costs_five_per_cent():
    queue = queueing.mm1(0.9, 1)
    delay = queue.response_quantile([0.9, 0.95, 0.99])
    hedge = tail.hedged(queue.response_tail, delay)
    np.testing.assert_allclose(hedge.extra_load, [0.1, 0.05, 0.01])
    assert (hedge.quantile(0.999) < queue.response_quantile(0.999)).all()
    assert (np.diff(hedge.quantile(0.999)) > 0).all()
    # P(T > t) = e**(-t/10) e**(-(t - d)/10) = 0.001 at t = (ln 1000 * 10 + d) / 2.
    np.testing.assert_allclose(hedge.quantile(0.999), (10 * np.log(1000) + delay) / 2)


def test_a_hedge_is_what_sampling_gives():
    rng = np.random.default_rng(5)
    first, second = rng.lognormal(0, 1.5, (2, 200_000))
    sample = np.minimum(first, 4 + second)
    from scipy.stats import lognorm

    hedge = tail.hedged(lognorm(1.5).sf, 4.0)
    for t in (1, 4, 6, 20):
        p = hedge.tail(t)
        assert abs((sample > t).mean() - p) < 4 * np.sqrt(p * (1 - p) / 200_000)
    assert hedge.extra_load == pytest.approx((first > 4).mean(), rel=0.02)


def test_a_tie_waits_in_two_queues_and_works_in_one():
    def wait(t):
        return 0.8 * np.exp(-0.2 * np.asarray(t))

    tie = tail.tied(wait)
    assert tie.tail(0) == pytest.approx(0.64)
    assert tie.tail(5) == pytest.approx(0.64 * np.exp(-2))
    assert tie.extra_load == 0
    assert tie.sent == pytest.approx(0.8)
    assert tie.quantile(0.3) == pytest.approx(0)
    assert tie.quantile(0.99) == pytest.approx(np.log(64) / 0.4)
    later = tail.tied(wait, [1.0, 3.0])
    np.testing.assert_allclose(later.tail(2), [0.64 * np.exp(-0.6), 0.8 * np.exp(-0.4)])
    np.testing.assert_array_equal(later.extra_load, 0)


@given(st.floats(0, 20), st.floats(0, 30), st.floats(0, 0.999), st.floats(0, 0.999))
def test_a_second_copy_never_hurts_and_quantiles_are_ordered(delay, t, p, q):
    hedge = tail.hedged(lasting, delay)
    assert hedge.tail(t) <= lasting(t)
    assert hedge.quantile(min(p, q)) <= hedge.quantile(max(p, q))
    assert tail.hedged(lasting, delay + 1).tail(t) >= hedge.tail(t)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tail.fan_out(1.1, 2), "p is 1.1: it must be .* at most 1"),
        (lambda: tail.fan_out(0.1, 0), "n is 0: it must be a whole number of at least 1"),
        (lambda: tail.order_quantile(exponential, 3, 2, 0.5), "k is 3: it must be at most n, 2"),
        (lambda: tail.order_quantile(0.5, 1, 2, 0.5), "quantile is 0.5: it must be a function"),
        (lambda: tail.order_mean(exponential, [1, 2], 2), "k is an array, or n"),
        (lambda: tail.order_mean(lambda q: 1 / (1 - q), 1, 1), "quantile has no mean"),
        (lambda: tail.hedged(lambda t: 0 * t + 0.5, 1), "tail goes from 0.5 to 0.5: it must fall"),
        (lambda: tail.hedged(lambda t: 0.5, 1), r"tail gives shape \(\) for two times"),
        (lambda: tail.hedged(lambda t: 1 - lasting(t), 1), "tail goes from 0 to 1"),
        (lambda: tail.tied(7), "wait_tail is 7: it must be a function of a time"),
        (lambda: tail.hedged(lasting, -1), "delay is -1: it must be a number of at least 0"),
    ],
)
def test_what_has_no_tail_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()
