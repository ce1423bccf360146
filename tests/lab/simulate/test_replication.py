"""Replication: against closed forms, with intervals over runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from scalelab import stats
from scalelab.model import queueing
from scalelab.simulate.replicas import replication


def safe_after(rate, flush, replicas=1):
    """Return the mean time until a record, and all before it, are safe on all replicas.

    None of the earlier ones, which came at random before, may still be on its way: a Poisson
    number of them is.
    """

    def late(x):
        one = -np.expm1(-x / flush)
        # The integral of 1 - one**replicas from x to infinity, with z = exp(-u / flush).
        z = np.exp(-x / flush)
        on_their_way = flush * quad(lambda v: (1 - (1 - v) ** replicas) / v, 0, z)[0]
        return 1 - one**replicas * np.exp(-rate * on_their_way)

    return quad(late, 0, np.inf)[0]


@pytest.mark.parametrize(("utilization", "within"), [(0.5, 0.02), (0.9, 0.1)])
def test_the_lag_is_that_of_a_queue_behind_a_network(agree, utilization, within):
    model, delay = queueing.mm1(utilization * 100, 100), 0.02
    times = model.response_quantile([0.3, 0.9]) + delay

    def run(seed):
        run = replication(utilization * 100, 100, 2, 0, 200_000, seed, delay=delay)
        return run.lag.mean(), *run.stale(times)

    # The response of M/M/1 is exponential: a read finds the write missing with e^(-t/L).
    mean = 1 / (100 * (1 - utilization))
    expected = delay + mean, *np.exp(-(times - delay) / mean)
    assert expected[1:] == pytest.approx((0.7, 0.1))
    agree(run, expected, within=within)


def test_a_replica_that_cannot_follow_falls_behind_for_ever():
    runs = [replication(120, 100, 1, 0, 100_000, seed, warmup=0) for seed in range(12)]
    last = [run.lag[0, -1] / run.written[-1] for run in runs]
    _, low, high = stats.mean_interval(last, level=0.999)
    assert low < 0.2 < high < 0.22
    more = replication(120, 100, 5, 0, 100_000, 1, warmup=0)
    assert more.lag[:, -1].min() > 0.15 * more.written[-1]


def test_a_constant_delay_loses_a_poisson_number_of_writes(agree):
    def run(seed):
        run = replication(200, 1000, 1, 0, 100_000, seed, delay=0.05)
        lost = run.lost(np.linspace(run.written[0], run.written[-1], 5_000))
        assert lost.shape == (1, 5_000)
        return lost.mean(), lost.var()

    agree(run, (10, 10), within=0.03)


@pytest.mark.parametrize("flush", [0.002, 0.05])
def test_the_loss_is_the_rate_times_the_time_to_be_safe(agree, flush):
    safe = 0.01 + safe_after(200, flush)
    assert safe > 0.01 + flush

    def run(seed):
        run = replication(200, 1000, 2, 0, 100_000, seed, delay=0.01, flush=flush)
        lost = run.lost(np.linspace(run.written[0], run.written[-1], 5_000))
        return *lost.mean(axis=1), *(run.received - run.written).mean(axis=1)

    agree(run, (200 * safe, 200 * safe, safe, safe), within=0.03)


@pytest.mark.parametrize("replicas", [1, 3])
def test_synchronous_commits_wait_for_the_slowest(agree, replicas):
    safe = safe_after(200, 0.01, replicas)

    def run(seed):
        run = replication(200, 1000, replicas, replicas, 100_000, seed, delay=0.03, flush=0.01)
        return run.commit_latency.mean()

    agree(run, 0.06 + safe, within=0.01)


@pytest.mark.parametrize("acks", [1, 2, 3, 4, 5])
def test_semi_synchronous_commits_wait_for_the_kth_of_n(agree, acks):
    # Writes so rare that none waits for another: the k-th of n exponential times.
    expected = sum(1 / k for k in range(5 - acks + 1, 6))

    def run(seed):
        run = replication(1e-5, 1000, 5, acks, 20_000, seed, flush=1.0)
        return run.commit_latency.mean()

    agree(run, expected, within=0.02)


def test_who_waits_loses_nothing():
    def lost(acks):
        run = replication(500, 1000, 3, acks, 50_000, seed=1, delay=0.01, flush=0.02)
        return run.lost(np.linspace(run.written[0], run.written[-1], 2_000))

    assert (lost(0).min(axis=0) > 0).mean() > 0.9
    # The one that has most of the log has all that any confirmed; another may lack some of it.
    assert (lost(1).min(axis=0) == 0).all()
    assert lost(1).max() > lost(2).max() > 0
    assert (np.sort(lost(2), axis=0)[:2] == 0).all()
    assert (lost(3) == 0).all()


def test_asynchronous_commits_do_not_wait():
    run = replication(500, 1000, 3, 0, 1_000, seed=1, delay=0.01, flush=0.02)
    assert (run.commit_latency == 0).all()
    assert run.lag.shape == (3, 900)
    assert (run.lag > 0.01).all()


def test_a_loss_counts_what_was_written_in_the_warm_up():
    whole = replication(100, 1000, 1, 0, 1_000, seed=1, delay=1.0, warmup=0)
    later = replication(100, 1000, 1, 0, 1_000, seed=1, delay=1.0, warmup=0.5)
    crash = later.written[0] + 0.1
    assert later.lost(crash) == whole.lost(crash) > 80
    assert later.written[0] == whole.written[500]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.data(), st.integers(1, 300), st.integers(0, 2**40), st.floats(0, 0.5))
def test_logs_are_in_order_and_applied_one_by_one(replicas, data, writes, seed, delay):
    acks = data.draw(st.integers(0, replicas))
    run = replication(50, 60, replicas, acks, writes, seed, delay=delay, flush=0.05, warmup=0)
    assert (np.diff(run.received) >= 0).all()
    assert (np.diff(run.applied) >= 0).all()
    assert (np.diff(run.acknowledged) >= 0).all()
    assert (run.received >= run.written + delay).all()
    # Lindley's recursion, one after the other.
    work = np.diff(run.applied, prepend=0) - np.maximum(
        run.received - np.concatenate([np.zeros((replicas, 1)), run.applied[:, :-1]], axis=1), 0
    )
    assert (work > -1e-9).all()
    assert ((run.received + delay <= run.acknowledged + 1e-12).sum(axis=0) >= acks).all()
    crash = np.sort(run.written)
    lost = run.lost(crash)
    assert (lost >= 0).all()
    assert (lost <= np.arange(1, writes + 1)).all()
    stale = run.stale([0, 0.1, 10, 1e6])
    assert (np.diff(stale) <= 0).all()
    assert (stale[0], stale[-1]) == (1, 0)


GOLDEN = 0.3447940944086739, 0.2935577187572126, 29552.44414197681


def test_the_same_seed_gives_the_same_answer_on_every_python():
    run = replication(50, 60, 3, 2, 1_000, seed=1, delay=0.1, flush=0.05)
    numbers = run.lag.mean(), run.commit_latency.mean(), run.received.sum()
    assert numbers == pytest.approx(GOLDEN, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: replication(1, 2, 2, 3), "acks is 3: there are only 2 replicas to confirm"),
        (lambda: replication(1, 2).lost(0), "crash lies outside the run: from "),
        (lambda: replication(1, 2).lost(1e9), "crash lies outside the run: from "),
        (lambda: replication(1, 2).stale(-1), "elapsed holds a time that is below 0"),
    ],
)
def test_an_error_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
