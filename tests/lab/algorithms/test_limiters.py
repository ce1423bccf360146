"""Limiters: what they promise over any interval, against each other and against `limits`."""

import math
from itertools import pairwise

import limits
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.algorithms import limiters

# Eighths of a second and rates of powers of two: floats without an error.
times = st.lists(st.integers(0, 200).map(lambda k: k / 8), max_size=60).map(sorted)
rates = st.sampled_from([0.25, 0.5, 1, 2, 4])
bursts = st.integers(1, 6)


def admitted(limiter, times):
    return [now for now in times if limiter.admit(now)]


@given(times, rates, bursts)
def test_three_buckets_are_one(times, rate, burst):
    ours = admitted(limiters.TokenBucket(rate, burst), times)
    assert admitted(limiters.GCRA(rate, burst), times) == ours
    assert admitted(limiters.LeakyBucket(rate, burst - 1), times) == ours


@given(times, rates, st.sampled_from([1, 1.5, 2.25, 6]))
def test_a_bucket_admits_rate_times_t_and_a_burst_and_no_more(times, rate, burst):
    bucket = limiters.TokenBucket(rate, burst)
    ours = admitted(bucket, times)
    for i, start in enumerate(ours):
        for k, end in enumerate(ours[i:], 1):
            assert k <= rate * (end - start) + burst
    # Never starves: whoever is refused has seen an admission within 1 / rate.
    for now in set(times) - set(ours):
        assert any(now - 1 / rate < before <= now for before in ours)


@pytest.mark.parametrize(
    "make",
    [
        lambda: limiters.TokenBucket(10, 1),
        lambda: limiters.GCRA(10, 1),
        lambda: limiters.LeakyBucket(10, 0),
    ],
)
def test_a_client_that_keeps_to_the_rate_is_never_refused(make):
    limiter = make()
    assert all(limiter.admit(k * 0.1) for k in range(10_000))
    limiter = make()
    assert len(admitted(limiter, [k * 0.05 for k in range(10_000)])) == 5_000


@pytest.mark.parametrize("rate", [0.001, 1000])
@pytest.mark.parametrize("kind", [limiters.TokenBucket, limiters.GCRA, limiters.LeakyBucket])
def test_slow_and_fast_buckets_are_as_exact(kind, rate):
    limiter = kind(rate, 0 if kind is limiters.LeakyBucket else 1)
    assert len(admitted(limiter, [k * 0.5 / rate for k in range(1000)])) == 500
    assert len(admitted(limiter, [(1000 + k * 0.999) / rate for k in range(1000)])) < 510


@pytest.mark.parametrize("kind", [limiters.TokenBucket, limiters.GCRA])
def test_fractions_of_a_token_are_kept(kind):
    # A bucket that rounds down what dripped in lets 0.556 a second through here.
    limiter = kind(rate=1, burst=1)
    assert len(admitted(limiter, [0.9 * k for k in range(1000)])) >= 0.5 * 900
    limiter = kind(rate=1, burst=2)
    assert len(admitted(limiter, [0.9 * k for k in range(1001)])) == 901 + 1


def test_a_token_bucket_by_hand():
    bucket = limiters.TokenBucket(rate=2, burst=3)
    assert [bucket.admit(0) for _ in range(4)] == [True, True, True, False]
    assert (bucket.admit(0.25), bucket.tokens) == (False, 0.5)
    assert (bucket.admit(0.5), bucket.tokens) == (True, 0)
    assert (bucket.admit(100), bucket.tokens) == (True, 2)


@given(times, rates, st.integers(0, 5))
def test_a_leaky_bucket_leaks_evenly(times, rate, capacity):
    bucket = limiters.LeakyBucket(rate, capacity)
    leaves = []
    for now in times:
        if bucket.admit(now):
            leaves.append(bucket.leaves)
            assert 0 <= bucket.leaves - now <= capacity / rate
    assert all(b - a >= 1 / rate for a, b in pairwise(leaves))


def test_a_leaky_bucket_lets_the_first_go_at_once():
    bucket = limiters.LeakyBucket(rate=0.5, capacity=2)
    assert [(bucket.admit(0), bucket.leaves) for _ in range(4)] == [
        (True, 0), (True, 2), (True, 4), (False, 4),
    ]  # fmt: skip
    assert (bucket.admit(50), bucket.leaves) == (True, 50)


@given(times, st.integers(1, 5), st.sampled_from([0.5, 1, 3]))
def test_a_log_holds_in_every_window(times, limit, window):
    log = limiters.SlidingWindowLog(limit, window)
    ours = admitted(log, times)
    for i, start in enumerate(ours):
        assert sum(start <= t < start + window for t in ours[i:]) <= limit
    for now in set(times) - set(ours):
        assert sum(now - window < t <= now for t in ours) == limit


@given(times, st.integers(1, 8), st.sampled_from([1, 2, 4]))
def test_a_counter_never_admits_more_than_twice_the_limit(times, limit, window):
    counter = limiters.SlidingWindowCounter(limit, window)
    ours = admitted(counter, times)
    for k in range(200 // window):
        assert sum(k * window <= t < (k + 1) * window for t in ours) <= limit
    for i, start in enumerate(ours):
        assert sum(start <= t < start + window for t in ours[i:]) <= 2 * limit


def test_a_counter_may_admit_twice_the_limit():
    counter = limiters.SlidingWindowCounter(limit=100, window=1)
    ours = admitted(counter, [0.999] * 100 + [1 + k / 1000 for k in range(999)])
    assert sum(0.999 <= t < 1.999 for t in ours) == 200


def test_a_counter_forgets_what_is_two_windows_old():
    for idle in (2, 3, 100):
        counter = limiters.SlidingWindowCounter(limit=5, window=1)
        assert len(admitted(counter, [0.5] * 9)) == 5
        assert len(admitted(counter, [idle] * 9)) == 5
    counter = limiters.SlidingWindowCounter(limit=5, window=1)
    assert len(admitted(counter, [0.5] * 9)) == 5
    assert [len(admitted(counter, [now] * 9)) for now in (1, 1.5, 1.75)] == [0, 3, 1]
    assert counter.before == 5


class Wall:
    """The clock that `limits` looks at."""

    def __init__(self):
        self.now = 0.0

    def time(self):
        return self.now


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (limiters.SlidingWindowLog, limits.strategies.MovingWindowRateLimiter),
        (limiters.SlidingWindowCounter, limits.strategies.SlidingWindowCounterRateLimiter),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_windows_are_those_of_limits(monkeypatch, ours, theirs, limit):
    wall = Wall()
    monkeypatch.setattr("limits.storage.memory.time", wall)
    monkeypatch.setattr("limits.storage.base.time", wall, raising=False)
    monkeypatch.setattr("threading.Timer.start", lambda timer: None)
    peer = theirs(limits.storage.MemoryStorage())
    item = limits.RateLimitItemPerSecond(limit, 4)
    mine = ours(limit, 4)
    # 0.37 never meets the edge of a window, where the two may differ; a pause every 50.
    now = 1000.01
    for k in range(600):
        now += 0.37 if k % 50 else 9.0
        wall.now = now
        assert mine.admit(now) == peer.hit(item), k


def test_a_bulkhead_counts():
    bulkhead = limiters.Bulkhead(limit=2, queue=1)
    assert [bulkhead.enter() for _ in range(4)] == ["inside", "inside", "waiting", "refused"]
    bulkhead.leave()
    assert (bulkhead.inside, bulkhead.waiting) == (2, 0)
    assert bulkhead.enter() == "waiting"
    for _ in range(3):
        bulkhead.leave()
    assert (bulkhead.inside, bulkhead.waiting) == (0, 0)
    with pytest.raises(ValueError, match="inside is 0: nobody is there to leave"):
        bulkhead.leave()
    assert [limiters.Bulkhead(1).enter() for _ in range(2)] == ["inside", "inside"]
    alone = limiters.Bulkhead(1)
    assert [alone.enter(), alone.enter()] == ["inside", "refused"]


@given(st.integers(1, 4), st.integers(0, 3), st.lists(st.booleans(), max_size=30))
def test_a_bulkhead_is_never_overfull(limit, queue, comes):
    bulkhead, there = limiters.Bulkhead(limit, queue), 0
    for come in comes:
        if come:
            there += bulkhead.enter() != "refused"
        elif there:
            bulkhead.leave()
            there -= 1
        assert bulkhead.inside == min(there, limit)
        assert bulkhead.waiting == there - bulkhead.inside <= queue


def gradient2(latencies, inside, limit=20.0):
    """Follow Netflix's formulas, written down once more, with their defaults."""
    long, found = 0.0, []
    for k, (short, there) in enumerate(zip(latencies, inside, strict=True)):
        if k < 10:
            long = sum(latencies[: k + 1]) / (k + 1)
        else:
            long = long * (1 - 2 / 601) + short * 2 / 601
        ratio = 1.5 * long / short
        if long / short > 2:
            long *= 0.95
        if there >= limit / 2:
            new = limit * max(0.5, min(1.0, ratio)) + 4
            limit = max(20, min(200, limit * 0.8 + new * 0.2))
        found.append(limit)
    return found


def test_the_gradient_is_that_of_netflix():
    # Warm-up (before any decay of the long run), then worse, better, idle.
    latencies = [0.1, 0.12, 0.11] * 4 + [0.1] * 300 + [1.0] * 30 + [0.3] * 50 + [0.02] * 20
    latencies += [0.1, 0.2, 0.15] * 30
    inside = [200] * 350 + [0] * 30 + [200] * (len(latencies) - 380)
    limit = limiters.GradientLimit()
    ours = [limit.update(*pair) for pair in zip(latencies, inside, strict=True)]
    assert ours == pytest.approx(gradient2(latencies, inside), rel=1e-9)
    assert max(ours) == 200 and min(ours[1:]) == 20


def test_a_limit_by_hand():
    limit = limiters.GradientLimit(start=100)
    assert limit.update(0.1, 100) == pytest.approx(100.8)
    # long = (0.1 + 0.9) / 2 = 0.5; 1.5 * 0.5 / 0.9 = 5 / 6 of 100.8, and 4: a fifth of the way.
    assert limit.update(0.9, 100) == pytest.approx(100.8 + (100.8 * 5 / 6 + 4 - 100.8) / 5)
    before = limit.limit
    assert not limiters.GradientLimit().admit(20) and limiters.GradientLimit().admit(0)
    assert limit.update(0.1, 40) == before, "few are inside: the limit was not what held them"
    assert limit.admit(int(before) - 1) and not limit.admit(int(before))
    low = limiters.GradientLimit(start=5, least=1, most=10, queue=2, tolerance=1)
    assert low.update(1, 5) == pytest.approx(5.4)
    assert low.update(3, 5) == pytest.approx(5.4 + (5.4 * 2 / 3 + 2 - 5.4) / 5)


def settled(updates, **options):
    # 30 workers, 0.1 s each: with more inside, latency grows in proportion (Little's law).
    limit = limiters.GradientLimit(start=20, least=5, **options)
    for _ in range(updates):
        inside = int(limit.limit)
        limit.update(0.1 * max(1, inside / 30), inside)
    return limit.limit


def test_a_limit_finds_how_much_a_server_can_do():
    # At rest limit = gradient * limit + queue, where gradient = tolerance * 30 / limit.
    assert settled(300, window=10**9) == pytest.approx(1.5 * 30 + 4, abs=1)
    assert settled(300, window=10**9, tolerance=1, queue=3) == pytest.approx(30 + 3, abs=1)
    # With the usual window the long run becomes used to the wait.
    assert 60 < settled(300) < settled(600)


@pytest.mark.parametrize(
    "make",
    [
        lambda: limiters.TokenBucket(1, 1),
        lambda: limiters.GCRA(1, 1),
        lambda: limiters.LeakyBucket(1, 1),
        lambda: limiters.SlidingWindowLog(1, 1),
        lambda: limiters.SlidingWindowCounter(1, 1),
    ],
)
def test_time_does_not_run_back(make):
    limiter = make()
    assert limiter.admit(5)
    limiter.admit(5)
    with pytest.raises(ValueError, match=r"now is 4\.9: the last call was at 5, time does not run"):
        limiter.admit(4.9)
    assert limiter.admit(math.nextafter(100, 200))


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (limiters.TokenBucket, {"burst": 1}),
        (limiters.GCRA, {"burst": 1}),
        (limiters.LeakyBucket, {"capacity": 0}),
        (limiters.SlidingWindowLog, {"limit": 1}),
        (limiters.SlidingWindowCounter, {"limit": 1}),
        (limiters.Bulkhead, {"limit": 1, "queue": 0}),
        (limiters.GradientLimit, {"start": 1, "least": 1, "queue": 0, "tolerance": 1, "window": 1}),
    ],
)
def test_bounds(kind, least):
    usual = {"rate": 1} if "Bucket" in kind.__name__ or kind is limiters.GCRA else {}
    usual |= {"window": 1} if "Window" in kind.__name__ else {}
    kind(**usual, **least)
    for name, value in least.items():
        with pytest.raises(ValueError, match=f"^{name} is "):
            kind(**usual, **{**least, name: value - 0.1})
        if name in ("limit", "queue", "window") and kind is not limiters.GradientLimit:
            with pytest.raises(ValueError, match=f"^{name} is .* a whole number"):
                kind(**usual, **{**least, name: value + 0.5})


@pytest.mark.parametrize("start", [19, 201])
def test_a_limit_starts_between_its_bounds(start):
    with pytest.raises(ValueError, match=f"start is {start}: it must lie from 20 to 200"):
        limiters.GradientLimit(start)
    assert limiters.GradientLimit(20, 20, 20).limit == 20
