"""Quorums: closed forms, and the published figures of the WARS model."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab import stats
from scalelab.algorithms import quorum

SIZES = [(n, r, w) for n in range(1, 6) for r in range(1, n + 1) for w in range(1, n + 1)]


def nothing(rng, shape):
    return np.zeros(shape)


def exponential(mean):
    return lambda rng, shape: rng.exponential(mean, shape)


@pytest.mark.parametrize(("r", "w", "stale"), [(1, 1, 2 / 3), (1, 2, 1 / 3), (2, 2, 0)])
def test_three_replicas(r, w, stale):
    assert quorum.stale_probability(3, r, w) == pytest.approx(stale)


@pytest.mark.parametrize(("n", "r", "w"), SIZES)
def test_the_formulas_are_counts_over_all_sets(n, r, w):
    reads, writes = combinations(range(n), r), combinations(range(n), w)
    common = [len(set(a) & set(b)) for a, b in product(list(reads), list(writes))]
    assert quorum.stale_probability(n, r, w) == pytest.approx(common.count(0) / len(common))
    assert quorum.overlap(n, r, w) == min(common)
    assert (quorum.overlap(n, r, w) > 0) == (quorum.stale_probability(n, r, w) == 0)


@given(st.integers(1, 8), st.data(), st.floats(0, 1))
def test_availability_is_the_sum_over_all_states(n, data, up):
    needed = data.draw(st.integers(1, n))
    expected = sum(
        up ** sum(state) * (1 - up) ** (n - sum(state))
        for state in product([0, 1], repeat=n)
        if sum(state) >= needed
    )
    assert quorum.availability(n, needed, up) == pytest.approx(expected, abs=1e-12)
    assert quorum.availability(n, needed, [up, 1])[1] == 1


def agree(run, expected, within):
    """Twenty runs agree with `expected`, in an interval that is narrow enough to tell."""
    samples = stats.replicate(run, range(1, 21))
    mean, low, high = stats.mean_interval(samples, level=0.9999)
    assert (high - low <= within).all()
    assert ((low <= expected) & (expected <= high)).all(), f"{mean} is not {expected}"


@pytest.mark.parametrize(("n", "r", "w"), [(3, 1, 1), (3, 1, 2), (3, 2, 1), (5, 2, 2), (10, 3, 2)])
def test_staleness_decays_from_the_closed_form(n, r, w):
    # Only writes and responses take time. At the commit just w replicas have the write, and any r
    # answer; those of the r that have none get it after times without memory, the first of them
    # r times as fast as one.
    t = np.array([0.0, 0.3, 1.0, 2.5])

    def run(seed):
        legs = nothing, exponential(2.0), nothing, exponential(5.0)
        return quorum.pbs(*legs, n, r, w, 20_000, seed).consistency(t)

    stale = quorum.stale_probability(n, r, w) * np.exp(-r * t / 2.0)
    agree(run, 1 - stale, within=0.01)


@pytest.mark.parametrize(("n", "r", "w"), [(3, 2, 2), (3, 1, 3), (3, 3, 1), (5, 3, 3)])
def test_a_strict_quorum_is_never_stale(n, r, w):
    # Also where a read overtakes the write: it starts after the commit.
    found = quorum.pbs(*[exponential(1.0)] * 4, n, r, w, 20_000, seed=1)
    assert found.consistency(0) == 1
    assert (found.visible_after <= 0).all()
    assert found.time_to(1) == 0


def test_latencies_are_order_statistics():
    # The mean of the k-th of n exponentials: 1 / n + ... + 1 / (n - k + 1).
    def run(seed):
        found = quorum.pbs(
            nothing, exponential(1.0), nothing, exponential(3.0), 5, 2, 4, 20_000, seed
        )
        return found.read_latency.mean(), found.write_latency.mean()

    expected = np.array([3 * (1 / 5 + 1 / 4), 1 / 5 + 1 / 4 + 1 / 3 + 1 / 2])
    agree(run, expected, within=0.03)


def test_each_leg_counts_where_it_should():
    found = quorum.pbs([0.5], [4.0], [2.0], [0.25], n=3, r=1, w=1, trials=5, seed=1)
    assert (found.read_latency == 0.75).all()
    assert (found.write_latency == 6.0).all()
    assert (found.visible_after == 4.0 - 0.5 - 6.0).all()
    assert found.read_latency.shape == (5,)


def test_a_trial_by_hand():
    # Replica 0 has the write at 1 and its acknowledgment is back at 2; replica 1 has it at 9.
    def column(*values):
        return lambda rng, shape: np.broadcast_to(np.array(values), shape)

    legs = column(1.0, 3.0), column(1.0, 9.0), column(1.0, 1.0), column(5.0, 0.5)
    found = quorum.pbs(*legs, n=2, r=1, w=1, trials=1, seed=1)
    # Replica 1 answers first, at 3.5; the read comes to it at t + 3 after the commit at 2.
    assert found.write_latency.tolist() == [2.0]
    assert found.read_latency.tolist() == [3.5]
    assert found.visible_after.tolist() == [9.0 - 3.0 - 2.0]
    assert found.consistency([3.9, 4.0]).tolist() == [0, 1]
    assert found.time_to(1) == 4.0
    both = quorum.pbs(*legs, n=2, r=2, w=1, trials=1, seed=1)
    assert both.visible_after.tolist() == [1.0 - 1.0 - 2.0]
    assert both.read_latency.tolist() == [6.0]
    assert both.time_to([0, 0.5]).tolist() == [0, 0]
    late = quorum.pbs(*legs, n=2, r=1, w=2, trials=1, seed=1)
    assert late.write_latency.tolist() == [10.0]


def linkedin(pareto, minimum, shape, mean):
    """Return a sampler of the paper's table 3, in ms: a Pareto body, an exponential tail."""

    def sample(rng, size):
        body = minimum * (1 + rng.pareto(shape, size))
        return np.where(rng.random(size) < pareto, body, rng.exponential(mean, size))

    return sample


SSD = linkedin(0.9122, 0.235, 10, 1 / 1.66)
DISK = linkedin(0.38, 1.05, 1.51, 1 / 0.183)


@pytest.mark.parametrize(
    ("write", "at_commit", "later", "seen"),
    [(SSD, 0.974, 5, 0.99999), (DISK, 0.439, 10, 0.925)],
)
def test_linkedin_is_as_published(write, at_commit, later, seen):
    # Bailis et al. (2012), section 5.6: N = 3, R = W = 1.
    found = quorum.pbs(SSD, write, SSD, SSD, 3, 1, 1, 200_000, seed=1)
    assert found.consistency(0) == pytest.approx(at_commit, abs=0.004)
    assert found.consistency(later) == pytest.approx(seen, abs=0.004)


@pytest.mark.parametrize(("write_mean", "at_commit"), [(0.25, 0.94), (10, 0.41)])
def test_exponential_writes_are_as_published(write_mean, at_commit):
    # Section 5.3 and figure 4: A = R = S exponential with mean 1 ms.
    other = exponential(1.0)
    found = quorum.pbs(other, exponential(write_mean), other, other, 3, 1, 1, 200_000, seed=1)
    assert found.consistency(0) == pytest.approx(at_commit, abs=0.01)
    if write_mean == 10:
        assert found.time_to(0.999) == pytest.approx(65, rel=0.05)


def test_measured_latencies_are_drawn_from():
    measured = np.array([1.0, 2.0, 2.0, 5.0])
    found = quorum.pbs([0], measured, [0], [0], 1, 1, 1, 40_000, seed=1)
    values, counts = np.unique(found.write_latency, return_counts=True)
    assert values.tolist() == [1, 2, 5]
    np.testing.assert_allclose(counts / 40_000, [0.25, 0.5, 0.25], atol=0.012)


def test_trials_come_in_blocks_and_are_repeated_by_their_seed():
    legs = [exponential(1.0)] * 4
    first, again, other = (quorum.pbs(*legs, 3, 1, 1, 70_000, seed) for seed in (1, 1, 2))
    assert first.visible_after.shape == (70_000,)
    assert (first.visible_after == again.visible_after).all()
    assert (first.visible_after != other.visible_after).all()
    assert (first.read_latency[: 70_000 - 2**16] != first.read_latency[2**16 :]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: quorum.stale_probability(3, 4, 1),
            "r is 4: it must be a whole number of at least",
        ),
        (lambda: quorum.overlap(3, 1, 0), "w is 0: it must be"),
        (lambda: quorum.availability(3, 4, 0.5), "quorum is 4: it must be"),
        (lambda: quorum.availability(3, 1, 1.5), "up is 1.5: a probability lies between 0 and 1"),
        (
            lambda: quorum.pbs([1], [], [1], [1], 3, 1, 1, 5, 1),
            "write is empty: give a function",
        ),
        (
            lambda: quorum.pbs([1], [1], lambda rng, shape: 1.0, [1], 3, 1, 1, 5, 1),
            r"ack gave shape \(\) or a negative",
        ),
        (
            lambda: quorum.pbs([1], [1], [1], lambda rng, shape: -np.ones(shape), 3, 1, 1, 5, 1),
            "response gave shape",
        ),
        (lambda: quorum.pbs([-1], [1], [1], [1], 3, 1, 1, 5, 1), "read is an array of shape"),
    ],
)
def test_an_error_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
