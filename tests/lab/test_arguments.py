"""Every public function says in one sentence what is wrong with an argument."""

import inspect
import re
import warnings

import numpy as np
import pytest

from scalelab import simulate, stats
from scalelab.model import balancing, queueing
from scalelab.simulate import reference

QUEUE = queueing.mmc(1, 1, 2)
ROOM = queueing.mmck(1, 1, 2, 5)
MARKET = balancing.supermarket(0.9, 2)
RUN = simulate.balancer("random", 2, 0.5, 100, 1)

# A call that works, for each function; then each argument is spoilt, one at a time.
GOOD = {
    stats.generator: dict(seed=1),
    stats.replicate: dict(function=float, seeds=[1, 2]),
    stats.mean_interval: dict(samples=[1.0, 2.0], level=0.9),
    stats.quantile: dict(samples=[1.0, 2.0], q=0.5),
    queueing.erlang_b: dict(offered_load=1, servers=2),
    queueing.erlang_c: dict(offered_load=1, servers=2),
    queueing.mm1: dict(arrival_rate=1, service_rate=2),
    queueing.mmc: dict(arrival_rate=1, service_rate=1, servers=2),
    queueing.mg1: dict(arrival_rate=0.5, mean_service=1, scv=1),
    queueing.mmck: dict(arrival_rate=1, service_rate=1, servers=2, capacity=5),
    queueing.square_root_staffing: dict(offered_load=100, beta=1),
    queueing.halfin_whitt: dict(beta=1),
    balancing.supermarket: dict(utilization=0.9, choices=2),
    balancing.max_load: dict(balls=100, choices=2),
    QUEUE.response_tail: dict(t=1),
    QUEUE.response_quantile: dict(q=0.5),
    QUEUE.wait_quantile: dict(q=0.5),
    ROOM.response_tail: dict(t=1),
    ROOM.response_quantile: dict(q=0.5),
    MARKET.tail: dict(i=1),
    MARKET.response_tail: dict(t=1),
    MARKET.response_quantile: dict(q=0.5),
    RUN.quantile: dict(q=0.5),
    simulate.service_scv: dict(service="pareto", shape=1.5),
    simulate.queue: dict(
        arrival_rate=1, service_rate=2, servers=1, requests=10, seed=1, service="pareto", shape=1.5,
        warmup=0.1,
    ),
    simulate.balancer: dict(
        policy="ip_hash", servers=3, utilization=0.5, requests=10, seed=1, choices=2,
        speeds=[1, 2, 3], service="pareto", shape=1.5, update_interval=0.0, addresses=10,
        zipf_exponent=1.0, warmup=0.1, keep=False,
    ),
    simulate.balls_in_bins: dict(bins=10, choices=2, seed=1),
    reference.balancer: dict(
        policy="random", servers=3, utilization=0.5, requests=10, seed=1, choices=2
    ),
}  # fmt: skip
ANY = {"keep"}
# What is wrong for most and right for some: a function may take any seeds that can be listed.
WRONG_SEEDS = ["none such", "", {}, [[1, 2], [3]]]
FREE = {"seeds": WRONG_SEEDS, "samples": [-1.0], "speeds": [None], "addresses": [None]}
WRONG = ["none such", "", None, float("nan"), float("inf"), -1.0, {}, [[1, 2], [3]], object()]


def cases():
    """Return each function with each of its arguments spoilt."""
    found = []
    for function, good in GOOD.items():
        for name in good.keys() - ANY:
            for wrong in WRONG:
                if not any(wrong is free or wrong == free for free in FREE.get(name, ())):
                    label = f"{function.__qualname__}-{name}-{str(wrong)[:12]}"
                    found.append(pytest.param(function, {**good, name: wrong}, name, id=label))
    return found


@pytest.mark.parametrize(("function", "arguments", "name"), cases())
def test_a_wrong_argument_is_one_sentence(function, arguments, name):
    with warnings.catch_warnings(), pytest.raises(ValueError) as caught:
        warnings.simplefilter("ignore")
        function(**arguments)
    said = str(caught.value)
    assert re.match(rf"{name}\b", said), said
    assert "\n" not in said
    assert len(said) < 200


def test_the_good_calls_work_and_are_all_there():
    for function, good in GOOD.items():
        function(**good)
        assert set(good) == set(inspect.signature(function).parameters)
    for module in stats, queueing, balancing, simulate, reference:
        for name, value in vars(module).items():
            ours = getattr(value, "__module__", "").startswith("scalelab")
            private = name.startswith("_") or name in {"number", "together", "invert", "fleet"}
            private = private or name in {"named", "rates", "steady"}
            if inspect.isfunction(value) and ours and not private:
                assert value in GOOD, f"{name} is not tried with wrong arguments"
            if inspect.isclass(value) and ours:
                for method, _ in inspect.getmembers(value, inspect.isfunction):
                    tried = any(f.__name__ == method for f in GOOD if inspect.ismethod(f))
                    assert method.startswith("_") or tried, f"{name}.{method} is not tried"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: simulate.balancer("least", 3, 0.5), "policy is 'least': known are random, round_"),
        (lambda: simulate.balancer("random", 3, 1.2), "utilization is 1.2: at 1 or more the lines"),
        (
            lambda: simulate.balancer("power_of_d", 3, 0.5, choices=4),
            "choices is 4: there are only 3",
        ),
        (lambda: simulate.balancer("random", 3, 0.5, speeds=[1, 2]), "speeds has shape"),
        (lambda: simulate.balancer("random", 2, 0.5, speeds=[1, 0]), "speeds holds one"),
        (lambda: simulate.balancer("random", 2, 0.5, addresses=9), "addresses is given: policy"),
        (lambda: simulate.queue(1, 2, requests=1.5), "requests is 1.5: it must be a whole number"),
        (lambda: simulate.service_scv("normal"), "service is 'normal': known are exponential"),
        (lambda: stats.mean_interval([1.0]), "samples has fewer than two runs"),
        (lambda: stats.quantile(np.empty(0), 0.5), "samples is empty"),
    ],
)
def test_an_error_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
