"""The balancer: against closed forms, published values, SimPy, and itself in another way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab import simulate, stats
from scalelab.model import queueing
from scalelab.model.balancing import max_load, supermarket
from scalelab.simulate import reference
from scalelab.simulate.addresses import alias, shares
from scalelab.simulate.balancing import POLICIES

LOOKING = "least_connections", "power_of_d"

# Mean responses for seed 1: no Python, platform or change of the lab may alter them unnoticed.
GOLDEN = {
    "random": 11.98920964606986,
    "round_robin": 33.825333960104054,
    "least_connections": 2.2355505906746735,
    "power_of_d": 6.037982085342131,
    "ip_hash": 11.98920964606986,
}


def means(policy, servers, utilization, requests, **options):
    return lambda seed: (
        simulate.balancer(policy, servers, utilization, requests, seed, **options).mean_response
    )


@pytest.mark.parametrize("policy", ["random", "ip_hash"])
def test_random_is_a_queue_at_each_server(agree, policy):
    model = queueing.mm1(0.8, 1)

    def run(seed):
        run = simulate.balancer(policy, 20, 0.8, 1_000_000, seed)
        return run.mean_response, run.quantile(0.99), *run.queue_tail[1:4]

    expected = model.mean_response, model.response_quantile(0.99), 0.8, 0.64, 0.512
    agree(run, expected, within=0.03)


@pytest.mark.parametrize(("service", "within"), [("deterministic", 0.01), ("pareto", 0.06)])
def test_random_agrees_with_pollaczek_khinchine(agree, service, within):
    model = queueing.mg1(0.7, 1, simulate.service_scv(service))
    agree(means("random", 10, 0.7, 2_000_000, service=service), model.mean_response, within=within)


def test_a_thousand_servers_are_nearly_the_supermarket_model(agree):
    model = supermarket(0.9, 2)

    def run(seed):
        run = simulate.balancer("power_of_d", 1000, 0.9, 2_000_000, seed, warmup=0.2)
        return run.mean_response, *run.quantile([0.5, 0.99]), *run.queue_tail[1:5]

    expected = model.mean_response, *model.response_quantile([0.5, 0.99]), *model.tail([1, 2, 3, 4])
    agree(run, expected, runs=6, within=0.02, bias=0.004)


def test_two_different_choices_among_a_hundred_give_2_645(agree):
    agree(means("power_of_d", 100, 0.9, 3_000_000), 2.645, within=0.005)


def test_least_connections_lies_between_one_queue_and_many():
    best = queueing.mmc(0.9 * 20, 1, 20).mean_response
    samples = stats.replicate(means("least_connections", 20, 0.9, 500_000), range(8))
    _, low, high = stats.mean_interval(samples, level=0.999)
    two = stats.replicate(means("power_of_d", 20, 0.9, 500_000), range(8)).min()
    assert best < low < high < two < queueing.mm1(0.9, 1).mean_response


def test_looking_at_all_is_least_connections(agree):
    # Two kernels: one looks at rings of departures, one keeps the servers sorted.
    sorted_ = means("least_connections", 6, 0.9, 300_000, speeds=[2, 1] * 3)
    expected = stats.replicate(sorted_, range(50, 62)).mean()
    looking = means("power_of_d", 6, 0.9, 300_000, speeds=[2, 1] * 3, choices=6)
    agree(looking, expected, within=0.02, bias=0.01)


@pytest.mark.parametrize("policy", ["random", "round_robin", *LOOKING])
def test_the_kernel_agrees_with_simpy(policy):
    arguments = policy, 10, 0.7, 5_000
    ours = stats.replicate(means(*arguments, warmup=0), range(400))
    theirs = np.array([np.mean(reference.balancer(*arguments, seed)) for seed in range(16)])
    mean, low, high = stats.mean_interval(theirs, level=0.999)
    assert high - low < 0.25 * mean
    assert low < ours.mean() < high


@pytest.mark.parametrize("policy", LOOKING)
def test_a_bulletin_at_each_moment_is_always_current(agree, policy):
    expected = stats.replicate(means(policy, 10, 0.8, 500_000), range(50, 62)).mean()
    agree(means(policy, 10, 0.8, 500_000, update_interval=1e-3), expected, within=0.01, bias=0.01)


@pytest.mark.parametrize("policy", LOOKING)
def test_a_bulletin_that_never_changes_says_nothing(agree, policy):
    run = means(policy, 10, 0.8, 1_000_000, update_interval=1e9)
    agree(run, queueing.mm1(0.8, 1).mean_response, within=0.02)


def test_with_old_bulletins_the_least_loaded_server_gets_everything():
    def mean(policy, interval):
        return means(policy, 100, 0.9, 500_000, update_interval=interval)(1)

    assert mean("least_connections", 0) < mean("power_of_d", 0) < 3
    assert mean("least_connections", 10) > 2 * mean("power_of_d", 10)
    assert mean("least_connections", 10) > 1.5 * mean("random", 0)


@pytest.mark.parametrize("policy", POLICIES)
def test_littles_law(policy):
    run = simulate.balancer(policy, 50, 0.85, 2_000_000, seed=2)
    assert run.queue_tail[1:].sum() == pytest.approx(0.85 * run.mean_response, rel=0.01)
    assert run.queue_tail[1] == pytest.approx(0.85, rel=0.005)
    assert run.max_queue >= len(run.queue_tail) - 1


def test_unequal_servers_are_queues_of_their_own(agree):
    speeds = np.array([0.5, 1, 1.5, 3])
    rates = np.full(4, 0.25 * speeds.sum() / 4)
    expected = queueing.mm1(rates, speeds).mean_response.mean()
    agree(means("random", 4, 0.25, 1_000_000, speeds=speeds), expected, within=0.02)


@pytest.mark.parametrize("policy", ["random", "round_robin", "ip_hash"])
def test_an_overloaded_server_grows_its_line_without_harm(policy):
    speeds = [0.1, 5, 5, 5]
    run = simulate.balancer(policy, 4, 0.5, 200_000, 1, speeds=speeds, warmup=0, keep=True)
    rate = 0.5 * sum(speeds) / 4
    lasts = 200_000 / (4 * rate)
    assert run.max_queue == pytest.approx((rate - 0.1) * lasts, rel=0.02)
    # A quarter of the requests wait for the slow server: the last for as long as its line takes.
    assert run.responses.max() == pytest.approx(run.max_queue / 0.1, rel=0.05)
    assert run.quantile(1) == pytest.approx(run.responses.max(), rel=0.002)
    assert np.median(run.responses) < 1


def test_one_address_uses_one_server(agree):
    run = simulate.balancer("ip_hash", 4, 0.2, 1000, 1, addresses=1)
    assert sorted(run.requests_by_server) == [0, 0, 0, 1000]
    expected = queueing.mm1(0.8, 1).mean_response
    agree(means("ip_hash", 4, 0.2, 1_000_000, addresses=1), expected, within=0.05)


def test_addresses_follow_zipf():
    expected = shares(stats.generator(1), 5, 1000, 1.0)
    run = simulate.balancer("ip_hash", 5, 0.5, 1_000_000, 1, addresses=1000)
    np.testing.assert_allclose(run.requests_by_server / 1e6, expected, atol=0.003)
    heaviest = 1 / (1 / np.arange(1, 1001)).sum()
    assert shares(stats.generator(1), 10**6, 1000, 1.0).max() == pytest.approx(heaviest)
    even = shares(stats.generator(1), 5, 100_000, 0.0)
    np.testing.assert_allclose(even, 0.2, atol=0.01)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(lambda w: sum(w) > 1e-6))
def test_the_alias_table_gives_each_server_its_share(weights):
    expected = np.array(weights) / sum(weights)
    odds, other = alias(expected.copy())
    own = np.minimum(odds, 1)
    drawn = own + np.bincount(other, 1 - own, minlength=len(weights))
    np.testing.assert_allclose(drawn / len(weights), expected, atol=1e-12)


@settings(max_examples=60)
@given(
    st.sampled_from(list(POLICIES)),
    st.integers(2, 30),
    st.floats(0.1, 0.95),
    st.integers(1, 3000),
    st.integers(0, 2**40),
    st.sampled_from([0.0, 0.5, 20.0]),
    st.floats(0, 0.9),
)
def test_every_request_is_placed(policy, servers, load, requests, seed, interval, warmup):
    def run():
        return simulate.balancer(
            policy,
            servers,
            load,
            requests,
            seed,
            update_interval=interval,
            warmup=warmup,
            keep=True,
        )

    first, again = run(), run()
    assert first.requests_by_server.sum() == requests
    assert first.mean_response == again.mean_response == pytest.approx(first.responses.mean())
    assert first.queue_tail[0] == 1
    assert (np.diff(first.queue_tail) <= 0).all()
    assert 1 <= first.max_queue <= first.requests_by_server.max()
    assert first.quantile(0.2) <= first.quantile(0.8)
    if policy == "round_robin":
        assert np.ptp(first.requests_by_server) <= 1


def test_power_of_d_looks_at_different_servers():
    # With two servers, two different choices are both: each joins the shorter line. The same
    # server twice, half of the time, would be much slower.
    both = stats.replicate(means("power_of_d", 2, 0.9, 500_000), range(6)).mean()
    least = stats.replicate(means("least_connections", 2, 0.9, 500_000), range(6)).mean()
    assert both == pytest.approx(least, rel=0.05)


def test_heavy_work_hurts_random_most():
    def slower(policy):
        heavy = means(policy, 100, 0.8, 1_000_000, service="pareto")(1)
        return heavy / means(policy, 100, 0.8, 1_000_000)(1)

    assert slower("random") > 3
    assert slower("power_of_d") < 2


@pytest.mark.parametrize("bins", [1000, 1_000_000])
def test_two_choices_level_the_bins(bins):
    once, twice, thrice = (simulate.balls_in_bins(bins, d, seed=1) for d in (1, 2, 3))
    for loads in (once, twice, thrice):
        assert loads.sum() == bins == len(loads)
        assert loads[: bins // 2].sum() == pytest.approx(bins / 2, abs=2 * bins**0.5)
    assert (once == 0).mean() == pytest.approx(np.exp(-1), rel=0.05)
    assert max_load(bins) < once.max() < max_load(bins) + 5
    assert max_load(bins, 2) - 1 < twice.max() < max_load(bins, 2) + 2
    assert thrice.max() <= twice.max() < once.max()


def test_the_same_seed_gives_the_same_answer_on_every_python():
    for policy, mean in GOLDEN.items():
        run = simulate.balancer(policy, 10, 0.9, 5_000, seed=1, service="pareto")
        assert run.mean_response == pytest.approx(mean, rel=1e-9), policy
