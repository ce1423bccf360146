"""Retries: against tenacity and pybreaker, and what they promise."""

import random
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pybreaker
import pytest
import tenacity
from hypothesis import given
from hypothesis import strategies as st

from scalelab import stats
from scalelab.algorithms import retries


def draws(strategy, attempt, base, cap, n=4000, **more):
    rng = stats.generator(7)
    return np.array([retries.backoff(strategy, attempt, base, cap, rng, **more) for _ in range(n)])


def test_without_jitter_it_doubles():
    rng = stats.generator(1)
    assert [retries.backoff("none", k, 0.5, 7, rng) for k in range(6)] == [0.5, 1, 2, 4, 7, 7]
    assert retries.backoff("none", 10**9, 0.5, 7, rng) == 7
    assert retries.backoff("none", 10**9, 1e9, 1e9, rng) == 1e9


@pytest.mark.parametrize(
    ("strategy", "low", "high"), [("full", 0, 4), ("equal", 2, 4)], ids=["full", "equal"]
)
def test_jitter_is_uniform(strategy, low, high):
    waits = draws(strategy, 3, base=0.5, cap=10)
    assert low <= waits.min() < low + 0.01 * (high - low)
    assert high - 0.01 * (high - low) < waits.max() < high
    _, least, most = stats.mean_interval(waits, 0.999)
    assert least < (low + high) / 2 < most
    assert draws(strategy, 9, base=0.5, cap=3).max() <= 3


def test_decorrelated_jitter_goes_from_base_to_three_times_the_wait_before():
    waits = draws("decorrelated", 5, base=0.5, cap=10, previous=2)
    assert 0.5 <= waits.min() < 0.51 and 5.9 < waits.max() < 6
    assert draws("decorrelated", 5, base=0.5, cap=4, previous=2).max() == 4
    first = draws("decorrelated", 0, base=0.5, cap=10)
    assert 0.5 <= first.min() < 0.51 and 1.49 < first.max() < 1.5


def test_without_the_wait_before_the_earlier_ones_are_drawn():
    # The mean of the next is (base + 3 * wait) / 2: from the base on 2, 3.5, 5.75 times that.
    for attempt, expected in enumerate([2, 3.5, 5.75]):
        waits = draws("decorrelated", attempt, base=1, cap=1e9)
        _, low, high = stats.mean_interval(waits, 0.999)
        assert low < expected < high
    rng, again = stats.generator(3), stats.generator(3)
    wait = None
    for _ in range(4):
        wait = retries.backoff("decorrelated", 0, 1, 20, rng, previous=wait)
    assert retries.backoff("decorrelated", 3, 1, 20, again) == wait


@given(
    st.sampled_from(retries.STRATEGIES), st.integers(0, 2000), st.floats(1e-3, 10),
    st.floats(1, 1e6),
)  # fmt: skip
def test_no_wait_is_longer_than_the_cap(strategy, attempt, base, more):
    wait = retries.backoff(strategy, attempt, base, base * more, stats.generator(1))
    assert 0 <= wait <= base * more
    assert strategy in ("full", "equal") or wait >= base
    assert strategy != "equal" or wait >= base / 2


@pytest.mark.parametrize("attempt", range(8))
def test_it_is_the_backoff_of_tenacity(monkeypatch, attempt):
    state = SimpleNamespace(attempt_number=attempt + 1)
    theirs = tenacity.wait_exponential(multiplier=0.3, max=9)(state)
    assert retries.backoff("none", attempt, 0.3, 9, stats.generator(1)) == pytest.approx(theirs)
    # The same random numbers: theirs are drawn from the module `random`.
    rng = stats.generator(5)
    monkeypatch.setattr(random, "uniform", stats.generator(5).uniform)
    jittered = tenacity.wait_random_exponential(multiplier=0.3, max=9)
    for _ in range(5):
        assert retries.backoff("full", attempt, 0.3, 9, rng) == pytest.approx(jittered(state))


@given(st.sampled_from([0, 0.1, 0.25, 1]), st.integers(1, 5), st.lists(st.booleans(), max_size=80))
def test_a_budget_bounds_retries_by_requests(ratio, reserve, calls):
    budget, requests, retried, refused = retries.RetryBudget(ratio, reserve), 0, 0, 0
    for request in calls:
        if request:
            budget.request()
            requests += 1
        elif budget.retry():
            retried += 1
        else:
            refused += 1
            assert retried + 1 > ratio * requests or budget.balance < 1
        assert retried <= ratio * requests + reserve + 1e-6
    assert not refused or retried >= reserve


def test_a_budget_saves_no_more_than_its_reserve():
    budget = retries.RetryBudget(0.5, 3)
    for _ in range(100):
        budget.request()
    assert [budget.retry() for _ in range(4)] == [True, True, True, False]
    budget.request()
    assert not budget.retry()
    budget.request()
    assert budget.retry() and not budget.retry()
    ten = retries.RetryBudget()
    assert sum(ten.retry() for _ in range(20)) == 10
    for _ in range(10):
        ten.request()
    assert ten.retry() and not ten.retry()


def test_a_breaker_by_hand():
    breaker = retries.CircuitBreaker(failures=2, reset=10)
    breaker.record(False, 0)
    breaker.record(True, 1)
    breaker.record(False, 2)
    assert breaker.allow(2) and breaker.state == "closed"
    breaker.record(False, 3)
    assert breaker.state == "open"
    breaker.record(True, 4)
    assert not breaker.allow(12.9), "a late answer does not close it"
    assert breaker.allow(13) and breaker.state == "half_open"
    assert not breaker.allow(50), "one call tries, the others wait for its answer"
    breaker.record(False, 51)
    assert not breaker.allow(60.9)
    assert breaker.allow(61)
    breaker.record(True, 62)
    assert breaker.state == "closed"
    breaker.record(False, 63)
    assert breaker.allow(63)
    breaker.record(False, 63)
    assert not breaker.allow(63)
    with pytest.raises(ValueError, match="now is 62: the last call was at 63"):
        breaker.allow(62)
    with pytest.raises(ValueError, match="now is 62: the last call was at 63"):
        breaker.record(True, 62)


def test_the_usual_breaker_opens_at_five_for_thirty_seconds():
    breaker = retries.CircuitBreaker()
    for _ in range(4):
        breaker.record(False, 0)
    assert breaker.allow(0)
    breaker.record(False, 0)
    assert not breaker.allow(29.9)
    assert breaker.allow(30)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60), st.integers(1, 4))
def test_it_is_the_breaker_of_pybreaker(calls, failures):
    wall = SimpleNamespace(now=0.0)

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(1_000_000 + wall.now, UTC)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pybreaker, "datetime", Wall)
        theirs = pybreaker.CircuitBreaker(failures, reset_timeout=30)
        ours = retries.CircuitBreaker(failures, reset=30)
        for pause, success in calls:
            wall.now += pause
            sent = []

            def call(success=success, sent=sent):
                sent.append(1)
                if not success:
                    raise OSError

            with suppress(OSError, pybreaker.CircuitBreakerError):
                theirs.call(call)
            allowed = ours.allow(wall.now)
            assert allowed == bool(sent)
            if allowed:
                ours.record(success, wall.now)
            assert ours.state == theirs.current_state.replace("-", "_")


def test_a_hedge_waits_for_what_most_have_had():
    hedge = retries.Hedge(q=0.9, window=10)
    for k in range(9):
        hedge.observe(k)
    assert hedge.delay == float("inf") and not hedge.due(1e9)
    hedge.observe(9)
    assert hedge.delay == 8
    assert not hedge.due(8) and hedge.due(8.1)
    for _ in range(9):
        hedge.observe(100)
    assert hedge.delay == 100, "the last ten are nine times 100 and a 9"
    assert retries.Hedge(q=0.07).latencies.maxlen == 100


@pytest.mark.parametrize(("q", "sent"), [(0.95, 5), (0.07, 93), (0.99, 1)])
def test_a_hedge_sends_one_in_twenty_again(q, sent):
    hedge = retries.Hedge(q)
    latencies = stats.generator(2).permutation(np.arange(100.0))
    for latency in latencies:
        hedge.observe(latency)
    assert sum(hedge.due(latency) for latency in latencies) == sent
    assert retries.Hedge().q == 0.95


def test_bounds():
    rng = stats.generator(1)
    assert retries.backoff("decorrelated", 0, 1, 1, rng, previous=1) == 1
    assert retries.Hedge(window=1).delay == float("inf")
    for make in (
        lambda: retries.backoff("none", 0.5, 1, 2, rng),
        lambda: retries.backoff("none", 0, 0, 2, rng),
        lambda: retries.backoff("decorrelated", 1, 1, 2, rng, previous=0.9),
        lambda: retries.RetryBudget(reserve=0.9),
        lambda: retries.CircuitBreaker(failures=1.5),
        lambda: retries.CircuitBreaker(failures=0),
        lambda: retries.CircuitBreaker(reset=0),
        lambda: retries.Hedge(window=0),
        lambda: retries.Hedge(window=1.5),
        lambda: retries.Hedge(q=0),
        lambda: retries.Hedge(q=1),
    ):
        with pytest.raises(ValueError, match="it must be a"):
            make()
    hedge = retries.Hedge(q=0.5, window=1)
    hedge.observe(0)
    assert hedge.delay == 0 and not hedge.due(0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: retries.backoff("half", 0, 1, 2, stats.generator(1)),
         "strategy is 'half': known are none, full, equal, decorrelated"),
        (lambda: retries.backoff("full", 0, 2, 1, stats.generator(1)), "cap is 1: .* at least 2"),
        (lambda: retries.backoff("full", 0, 1, 2, 7), "rng is 7: give a numpy.random.Generator"),
        (lambda: retries.CircuitBreaker().record("yes", 0), "success is 'yes'"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
