"""A service that waits for another: against the plainest program, Little's law and Erlang's B."""

import heapq
import math

import numpy as np
import pytest

from scalelab import stats
from scalelab.algorithms.limiters import Bulkhead, GradientLimit
from scalelab.algorithms.retries import CircuitBreaker
from scalelab.model import queueing
from scalelab.simulate.dependencies import dependency

SHOP = dict(arrival_rate=80, workers=12, latency=0.02, work=0.005)
TROUBLE = SHOP | dict(slowdown=(1, 3, 100), deadline=0.25)


def adaptive():
    return GradientLimit(start=8, least=1, most=10, queue=1)


def by_hand(seed, duration, timeout=math.inf, breaker=None, limit=None):
    """Return others and callers in time, refusals, timeouts, and when the breaker opened."""
    rng, line, ends, now = stats.generator(seed), [], [], 0.0
    breaker = CircuitBreaker(*breaker) if breaker else CircuitBreaker(10**9, 1)
    room = Bulkhead(limit) if isinstance(limit, int) else None
    in_time, refused, late, busy, calls, opened = [0, 0], 0, 0, 0, 0, math.nan
    arrivals = []
    while (now := now + rng.standard_exponential() * (1 / 80)) < duration:
        arrivals.append((now, rng.random() < 0.5))
    arrivals.reverse()
    while arrivals or ends:
        if not ends or (arrivals and arrivals[-1][0] <= ends[0][0]):
            now, asks = arrivals.pop()
            line.append((now, asks))
        else:
            now, born, asks, took, inside = heapq.heappop(ends)
            busy -= 1
            good = took <= timeout
            if asks:
                calls -= 1
                late += not good
                was = breaker.state
                breaker.record(good, now)
                if breaker.state == "open" != was and math.isnan(opened):
                    opened = now
                if room:
                    room.leave()
                elif limit:
                    limit.update(min(took, timeout), inside)
            in_time[asks] += good and now - born <= 0.25
        while busy < 12 and line:
            born, asks = line.pop(0)
            took, inside = 0.005, 0
            if asks:
                if (room and room.enter() == "refused") or (
                    not room and limit and not limit.admit(calls)
                ):
                    refused += 1
                    continue
                if not breaker.allow(now):
                    refused += 1
                    if room:
                        room.leave()
                    continue
                calls += 1
                took, inside = 2.0 if 1 <= now < 3 else 0.02, calls
            busy += 1
            held = min(took, timeout) if asks else took
            heapq.heappush(ends, (now + held, born, asks, took, inside))
    return *in_time, refused, late, opened


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "guard",
    [
        dict(),
        dict(timeout=0.2),
        dict(timeout=1.0),
        dict(breaker=(5, 0.3)),
        dict(timeout=0.2, breaker=(5, 0.3)),
        dict(timeout=1.0, breaker=(2, 30)),
        dict(timeout=0.05, breaker=(3, 0.1), limit=4),
        dict(limit=4),
        dict(limit=1),
        dict(limit="adaptive"),
        dict(limit="adaptive", timeout=0.3),
        dict(limit="adaptive", timeout=1.0, breaker=(5, 0.2)),
    ],
    ids=str,
)
def test_the_kernel_guards_as_the_mechanisms_do(guard, seed):
    def fresh():
        return guard | ({"limit": adaptive()} if guard.get("limit") == "adaptive" else {})

    others, callers, refused, late, opened = by_hand(seed, 6, **fresh())
    run = dependency(**TROUBLE, duration=6, seed=seed, **fresh())
    asked = run.requests - run.timeline.others.sum()
    assert run.timeline.others_in_time.sum() == others
    assert run.callers_in_time * asked == pytest.approx(callers)
    assert (run.refused, run.timed_out) == (refused, late)
    assert run.opened == pytest.approx(opened, nan_ok=True)


def test_a_limit_that_is_given_does_not_learn():
    limit = adaptive()
    first, second = (dependency(**TROUBLE, seed=1, timeout=1, limit=limit) for _ in range(2))
    assert (limit.limit, limit.samples) == (8, 0)
    assert first.refused == second.refused


@pytest.mark.parametrize("service", ["deterministic", "exponential", "pareto"])
def test_workers_held_follow_littles_law(agree, service):
    def run(seed):
        run = dependency(100, 10_000, 0.1, 400, seed, share=0.3, work=0.2, service=service)
        timeline = run.timeline
        return timeline.calls[20:].mean(), timeline.busy[20:].mean()

    agree(run, (100 * 0.3 * 0.1, 100 * (0.3 * 0.1 + 0.7 * 0.2)), within=0.05)


@pytest.mark.parametrize("service", ["deterministic", "exponential"])
def test_a_limit_alone_refuses_by_erlangs_formula(agree, service):
    def run(seed):
        run = dependency(200, 10_000, 0.05, 500, seed, share=0.5, service=service, limit=6)
        return run.refused / run.requests / 0.5

    agree(run, queueing.erlang_b(5.0, 6), within=0.02)


def test_a_pool_without_guard_is_mmc(agree):
    model = queueing.mmc(8, 1, 10)

    def run(seed):
        run = dependency(8, 10, 1, 5_000, seed, share=1, service="exponential", deadline=2.0)
        assert math.isnan(run.others_in_time)
        return run.callers_in_time, run.timeline.waiting.mean()

    agree(run, (1 - model.response_tail(2.0), model.mean_queue), within=0.1)


def test_the_pool_is_empty_after_as_many_calls_as_it_has_workers(agree):
    def run(seed):
        return dependency(20, 12, 1e-6, 9, seed, share=1, slowdown=(1, 9, 1e7)).exhausted - 1

    agree(run, 12 / 20, runs=2000, within=0.05)


def test_nobody_is_exhausted_where_there_are_workers_for_all():
    assert math.isnan(dependency(10, 1000, 0.01, 10, 1).exhausted)
    assert dependency(1000, 1, 0.01, 10, 1).exhausted < 0.1


def test_a_share_of_the_calls_is_slow(agree):
    # So many time out, and hold a worker as long as the timeout.
    def run(seed):
        run = dependency(
            100, 10_000, 0.01, 900, seed, share=1, slowdown=(0, 900, 100), slow=0.3, timeout=0.1
        )
        return run.timed_out / run.requests, run.timeline.calls[5:].mean()

    agree(run, (0.3, 100 * (0.3 * 0.1 + 0.7 * 0.01)), within=0.03)


def test_a_run_is_counted_out():
    run = dependency(**TROUBLE, duration=4.55, interval=0.1, seed=3, timeout=1, limit=4)
    timeline = run.timeline
    np.testing.assert_allclose(timeline.time, np.arange(46) * 0.1)
    assert (timeline.busy >= timeline.calls).all()
    assert timeline.busy.max() <= 12
    assert timeline.calls.max() == 4
    callers = run.requests - timeline.others.sum()
    good = round(run.callers_in_time * callers)
    assert good + run.refused + run.timed_out == callers
    assert run.others_in_time == timeline.others_in_time.sum() / timeline.others.sum()
    assert (timeline.busy[0], timeline.waiting[0]) == (0, 0)


def test_the_same_seed_gives_the_same_run():
    runs = [dependency(**TROUBLE, duration=5, seed=seed).others_in_time for seed in (7, 7, 8)]
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (dict(share=1.5), "share is 1.5: a fraction"),
        (dict(slow=2), "slow is 2: a fraction"),
        (dict(limit=0), "limit is 0: it must be a whole number of at least 1"),
        (dict(limit=2.5), "limit is 2.5"),
        (dict(breaker=5), "breaker is 5: give"),
        (dict(slowdown=(3, 1, 2)), "slowdown is 1"),
        (dict(timeout=0), "timeout is 0"),
        (dict(deadline=-1), "deadline is -1"),
        (dict(work=-1), "work is -1"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        dependency(**SHOP | changed)
