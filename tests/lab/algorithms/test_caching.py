"""Caches: against plain Python, against other libraries, and against the closed form."""

import cachetools
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policies import arc, fifo, lfu, lru, s3fifo, sieve
from scipy.optimize import brentq

from scalelab import stats
from scalelab.algorithms import caching
from scalelab.algorithms._search import guide, search

PLAIN = {"lru": lru, "lfu": lfu, "fifo": fifo, "sieve": sieve, "s3fifo": s3fifo, "arc": arc}
LIBCACHESIM = dict(zip(PLAIN, ("LRU", "LFU", "FIFO", "Sieve", "S3FIFO", "ARC"), strict=True))
KNOWN = ["lru", "lfu", "fifo", "sieve", "s3fifo", "arc"]


def scan(seed, objects=300, requests=4000):
    """Return a trace with a working set, a shift of it, and a scan."""
    once = caching.zipf_trace(objects, requests, 0.9, seed)
    scanned = np.arange(objects, 2 * objects)
    return np.concatenate([once, scanned, once[::-1], scanned, (once + objects // 3)])


@pytest.mark.parametrize("policy", PLAIN)
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=150),
    st.integers(1, 14),
)
def test_each_request_is_the_hit_that_it_is_in_plain_python(policy, trace, capacity):
    expected = list(PLAIN[policy](trace, capacity))
    assert caching.hits(trace, capacity, policy).tolist() == expected


@pytest.mark.parametrize("policy", PLAIN)
@pytest.mark.parametrize("capacity", [10, 33, 100, 250])
def test_a_long_trace_is_the_same_in_plain_python(policy, capacity):
    trace = scan(seed=capacity)
    expected = list(PLAIN[policy](trace.tolist(), capacity))
    assert (caching.hits(trace, capacity, policy) == expected).all()


@pytest.mark.parametrize("policy", PLAIN)
def test_hit_ratios_are_those_of_libcachesim(policy):
    # Its wheels need a new Linux on x86-64, so it is not among the requirements.
    libcachesim = pytest.importorskip("libcachesim", reason="pip install libcachesim to compare")

    request = libcachesim.Request()
    request.obj_size = 1
    trace = scan(1, objects=3000, requests=20_000)
    for capacity in (30, 300, 1500):
        cache = getattr(libcachesim, LIBCACHESIM[policy])(cache_size=capacity, hashpower=14)
        found = 0
        for item in trace.tolist():
            request.obj_id = item
            found += cache.get(request)
        assert caching.hit_ratio(trace, capacity, policy) == pytest.approx(found / trace.size)


@pytest.mark.parametrize(
    ("policy", "ratios"),
    [
        ("lru", [0.183818, 0.467045, 0.724273]),
        ("lfu", [0.189667, 0.392273, 0.716136]),
        ("fifo", [0.155833, 0.421621, 0.698955]),
        ("sieve", [0.293606, 0.536955, 0.716182]),
        ("s3fifo", [0.302348, 0.539909, 0.746788]),
        ("arc", [0.288985, 0.533258, 0.753303]),
    ],
)
def test_hit_ratios_are_what_libcachesim_gave(policy, ratios):
    # Version 0.3.5 on this trace: for where it is not installed.
    trace = scan(1, objects=3000, requests=20_000)
    found = [caching.hit_ratio(trace, capacity, policy) for capacity in (30, 300, 1500)]
    assert found == pytest.approx(ratios, abs=5e-7)


@pytest.mark.parametrize("policy", ["lru", "lfu", "fifo"])
def test_each_request_is_the_hit_that_it_is_in_cachetools(policy):
    trace = scan(seed=2)
    cache, expected = getattr(cachetools, f"{policy.upper()}Cache")(60), []
    for item in trace.tolist():
        expected.append(item in cache)
        if not cache.get(item):
            cache[item] = True
    assert (caching.hits(trace, 60, policy) == expected).all()


def test_sieve_is_lfu_until_its_hand_comes_round():
    # Both take the oldest that was not asked for again; what the hand has passed was.
    trace = caching.zipf_trace(10_000, 20_000, 1.0, seed=1)
    sieved, counted = (caching.hits(trace, 3000, policy) for policy in ("sieve", "lfu"))
    first = np.flatnonzero(sieved != counted)
    assert first.size == 0 or first[0] > 10_000


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=200),
    st.integers(1, 30),
    st.integers(1, 5),
)
def test_more_room_in_an_lru_cache_never_costs_a_hit(trace, capacity, more):
    less, bigger = (caching.hits(trace, room, "lru") for room in (capacity, capacity + more))
    assert (bigger >= less).all()


def test_more_room_in_a_fifo_cache_can_cost_hits():
    # Belady's anomaly, on the trace of the paper (1969): 9 misses with 3 places, 10 with 4.
    trace = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
    misses = [(~caching.hits(trace, capacity, "fifo")).sum() for capacity in (3, 4)]
    assert misses == [9, 10]


@pytest.mark.parametrize("policy", PLAIN)
def test_where_all_fit_only_first_requests_miss(policy):
    trace = np.tile(np.arange(50), 4)
    assert caching.hit_ratio(trace, 50, policy) == 0.75
    assert caching.hit_ratio(trace, 10**12, policy) == 0.75
    assert caching.hit_ratio([5], 1, policy) == 0


def test_a_loop_that_does_not_fit_never_hits_where_order_rules():
    trace = np.tile(np.arange(50), 10)
    assert caching.hit_ratio(trace, 49, "lru") == caching.hit_ratio(trace, 49, "fifo") == 0
    assert caching.hit_ratio(trace, 49, "arc") == 0
    assert caching.hit_ratio(trace, 49, "lfu") == 0


@pytest.mark.parametrize("policy", PLAIN)
def test_the_names_of_the_objects_do_not_matter(policy):
    trace = caching.zipf_trace(200, 3000, 1.0, seed=4)
    expected = caching.hits(trace, 30, policy)
    for other in (
        trace * 10**15,
        (10**6 - trace).astype(np.uint64),
        [f"/object/{item}" for item in trace],
        trace.astype(np.uint8),
        trace + 4 * trace.size - 200,
    ):
        assert (caching.hits(other, 30, policy) == expected).all()


def test_search_is_searchsorted():
    rng = np.random.default_rng(1)
    for size in (1, 2, 3, 64, 1000):
        table = np.sort(rng.random(size) ** 4)
        values = np.concatenate([rng.random(2000), table, [0.0, np.nextafter(1, 0)]])
        found = search(table, guide(table), values)
        assert (found == np.searchsorted(table, values)).all()
        assert guide(table).size == 2 ** int(np.ceil(np.log2(size)))


@pytest.mark.parametrize("exponent", [0, 0.8, 1.2])
def test_a_trace_follows_zipf(exponent):
    trace = caching.zipf_trace(50, 200_000, exponent, seed=1)
    expected = 200_000 * caching.zipf_popularity(50, exponent)
    chi_square = ((np.bincount(trace, minlength=50) - expected) ** 2 / expected).sum()
    assert 22 < chi_square < 90  # 49 degrees of freedom: 1 in 3000 lies outside on either side
    assert trace.size == 200_000


def test_traces_are_repeated_by_their_seed():
    first, again, other = (caching.zipf_trace(100, 1000, 1.0, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert (caching.zipf_trace(1, 10, 1.0, seed=1) == 0).all()
    assert set(caching.zipf_trace(3, 1000, 0, seed=1).tolist()) == {0, 1, 2}
    # Two blocks of random numbers, not the same one twice.
    long = caching.zipf_trace(10**6, 2**17, 0, seed=1)
    assert (long[: 2**16] != long[2**16 :]).mean() > 0.99


def test_zipf_popularity():
    np.testing.assert_allclose(caching.zipf_popularity(4, 2), np.array([144, 36, 16, 9]) / 205)
    np.testing.assert_allclose(caching.zipf_popularity(5, 0), 0.2)


@pytest.mark.parametrize(
    ("policy", "held"),
    [("lru", lambda p, t: 1 - np.exp(-p * t)), ("fifo", lambda p, t: p * t / (1 + p * t))],
)
@given(st.integers(2, 3000), st.floats(0, 1.5), st.floats(0.001, 0.999))
def test_che_solves_its_equation(policy, held, objects, exponent, part):
    p, capacity = caching.zipf_popularity(objects, exponent), int(max(part * objects, 1))
    time = brentq(lambda t: held(p, t).sum() - capacity, 0, 1e3 / p.min() ** 1.5, xtol=1e-10)
    expected = p @ held(p, time)
    assert caching.che_hit_ratio(p, capacity, policy) == pytest.approx(expected, rel=1e-6)
    assert caching.che_hit_ratio(40 * p, capacity, policy) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("policy", ["lru", "fifo"])
def test_che_where_all_objects_are_alike_is_the_part_that_fits(policy):
    assert caching.che_hit_ratio(np.ones(40), 10, policy) == pytest.approx(0.25)
    assert caching.che_hit_ratio([1] * 40 + [0] * 40, 39, policy) == pytest.approx(39 / 40)
    assert caching.che_hit_ratio([1] * 40 + [0] * 40, 40, policy) == 1
    assert caching.che_hit_ratio([1, 3], 9, policy) == 1


@pytest.mark.parametrize("policy", ["lru", "fifo"])
@pytest.mark.parametrize("exponent", [0.6, 1.0])
def test_che_agrees_with_the_simulation(policy, exponent):
    model = caching.che_hit_ratio(caching.zipf_popularity(10_000, exponent), 500, policy)

    def run(seed):
        trace = caching.zipf_trace(10_000, 200_000, exponent, seed)
        return caching.hits(trace, 500, policy)[20_000:].mean()

    mean, low, high = stats.mean_interval(stats.replicate(run, range(1, 21)), level=0.999)
    assert high - low < 0.02 * mean
    assert low - 5e-4 * model < model < high + 5e-4 * model  # Che's own error


def test_a_hit_ratio_is_that_of_the_whole_trace():
    trace = caching.zipf_trace(100, 1000, 1.0, seed=1)
    for policy in KNOWN:
        assert caching.hit_ratio(trace, 10, policy) == caching.hits(trace, 10, policy).mean()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: caching.hits([1], 1, "mru"),
            "policy is 'mru': known are lru, lfu, fifo, sieve, s",
        ),
        (lambda: caching.hits([], 1, "lru"), "trace has 0 requests: give at least 1"),
        (lambda: caching.hits([-1], 1, "lru"), "trace is an array of shape"),
        (lambda: caching.hits([0.5], 1, "lru"), "trace is an array of shape"),
        (
            lambda: caching.hits(np.broadcast_to(np.uint8(0), 2**30), 1, "lru"),
            "trace has 1073741824 requests",
        ),
        (lambda: caching.che_hit_ratio([0, 0], 1), "popularity is zero for all"),
        (
            lambda: caching.che_hit_ratio([1, np.inf], 1),
            "popularity is an array of shape",
        ),
        (lambda: caching.che_hit_ratio([1, 2], 1, "lfu"), "policy is 'lfu': known are lru, fifo"),
    ],
)
def test_an_error_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
