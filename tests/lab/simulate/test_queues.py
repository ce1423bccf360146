"""One line: against closed forms."""

import numpy as np
import pytest

from scalelab import simulate, stats
from scalelab.model import queueing


@pytest.mark.parametrize("servers", [1, 2, 16])
def test_many_servers_agree_with_mmc(agree, servers):
    model = queueing.mmc(1.6 * servers, 2, servers)

    def run(seed):
        run = simulate.queue(1.6 * servers, 2, servers, 500_000, seed)
        return run.mean_wait, run.mean_response, run.quantile(0.5), run.quantile(0.99)

    expected = model.mean_wait, model.mean_response, *model.response_quantile([0.5, 0.99])
    agree(run, expected, within=0.05)


@pytest.mark.parametrize(
    ("service", "shape", "within"),
    [("exponential", 1.5, 0.02), ("deterministic", 1.5, 0.02), ("pareto", 1.7, 0.08)],
)
def test_one_server_agrees_with_pollaczek_khinchine(agree, service, shape, within):
    model = queueing.mg1(0.5 * 3, 1 / 3, simulate.service_scv(service, shape))

    def run(seed):
        run = simulate.queue(1.5, 3, 1, 2_000_000, seed, service=service, shape=shape)
        return run.mean_wait, run.mean_response

    agree(run, (model.mean_wait, model.mean_response), within=within)


def test_waits_are_those_of_the_run():
    run = simulate.queue(0.8, 1, 1, 10_000, seed=3, warmup=0.2)
    assert run.waits.shape == (8_000,)
    assert run.waits.mean() == pytest.approx(run.mean_wait)
    assert run.waits is run.waits


def test_one_server_is_the_many_server_loop_with_one():
    # Another loop, the same random numbers: a heap of one free time is Lindley's recursion.
    from scalelab.simulate.draws import begin
    from scalelab.simulate.kernels import one_line

    rng = stats.generator(5)
    now = free = 0.0
    waits = []
    for _ in range(5_000):
        now += rng.standard_exponential() / 0.8
        work = rng.standard_exponential()
        waits.append(max(free - now, 0.0))
        free = now + waits[-1] + work
    kept = np.empty(5_000)
    stream = begin(stats.generator(5))
    one_line(stream, 1 / 0.8, (0, 0.0, 0.0, 0.0), 1.0, 1, 5_000, 0, kept)
    np.testing.assert_allclose(kept, waits, atol=1e-9)


def test_quantiles_are_within_their_error():
    balanced = simulate.balancer("random", 10, 0.9, 200_000, 1, keep=True)
    for q in (0, 0.001, 0.5, 0.99, 0.9999, 1):
        kept = np.quantile(balanced.responses, q, method="inverted_cdf")
        assert balanced.quantile(q) == pytest.approx(kept, rel=0.002)
    assert (np.diff(balanced.quantile(np.linspace(0, 1, 50))) >= 0).all()


def test_the_same_seed_gives_the_same_answer_on_every_python():
    run = simulate.queue(14.4, 1, 16, 10_000, seed=1)
    assert run.mean_wait == pytest.approx(0.30056502569511595, rel=1e-9)
