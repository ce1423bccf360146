"""Every public function says in one sentence what is wrong with an argument."""

import inspect
import re
import warnings

import networkx as nx
import numpy as np
import pytest

from scalelab import simulate, stats
from scalelab.model import availability, balancing, estimation, queueing, scaling, slo, tail
from scalelab.simulate import reference

QUEUE = queueing.mmc(1, 1, 2)
ROOM = queueing.mmck(1, 1, 2, 5)
MARKET = balancing.supermarket(0.9, 2)
GRAPH = dict(graph=nx.path_graph(3), entry=0, exit=2)
HEDGE = tail.hedged(QUEUE.response_tail, 1.0)
LOAD = estimation.workload("1 user/s", "1 request/user", stay="1 s", kept="1 B/request")
EVENTS = {"arrival": [0.0], "start": [0.0], "end": [1.0], "ok": [True]}
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
GOOD |= {
    scaling.amdahl: dict(n=2, serial=0.1),
    scaling.usl: dict(n=2, sigma=0.1, kappa=0.01, rate=1.0),
    scaling.fit_usl: dict(n=[1, 2, 3], throughput=[1, 2, 3]),
    availability.series: dict(a=0.9),
    availability.parallel: dict(a=0.9),
    availability.k_of_n: dict(k=1, n=2, a=0.9),
    availability.common_cause: dict(n=2, a=0.9, beta=0.1),
    availability.from_mtbf: dict(mtbf=9, mttr=1),
    availability.downtime: dict(a=0.9, period=60),
    availability.nines: dict(a=0.9),
    availability.failover: dict(mtbf=9, mttr=1, coverage=0.9, switch_time=0.1),
    availability.stationary: dict(rates=[[0, 1], [1, 0]]),
    availability.single_points: GRAPH,
    availability.reliability: GRAPH | dict(availability=0.9),
    availability.sampled_reliability: GRAPH
    | dict(availability=0.9, samples=10, rng=np.random.default_rng(1), level=0.9),
    estimation.quantity: dict(value="1 kB", unit="B"),
    estimation.workload: dict(
        users="1 user/s", requests="1 request/user", visits=1, stay="1 s", response="1 B/request",
        kept="1 B/request", peak_factor=2,
    ),
    LOAD.storage: dict(retention="1 day", copies=2),
    estimation.interactive_rate: dict(users="1 user", think_time="1 s", response_time="1 s"),
    estimation.machines: dict(
        rate="1 request/s", capacity="1 request/s/machine", utilization=0.5, spare=1
    ),
    estimation.bill: dict(
        machines="1 machine", storage="1 GB", egress="1 B/s", machine_price="1 dollar/machine/day",
        storage_price="1 dollar/GB/month", egress_price="1 dollar/GB",
    ),
    estimation.nines_table: dict(availabilities=[0.9], window="30 day"),
    tail.fan_out: dict(p=0.1, n=2),
    tail.per_call: dict(q=0.1, n=2),
    tail.order_quantile: dict(quantile=QUEUE.response_quantile, k=1, n=2, q=0.5),
    tail.order_mean: dict(quantile=QUEUE.response_quantile, k=1, n=2),
    tail.hedged: dict(tail=QUEUE.response_tail, delay=1.0),
    tail.tied: dict(wait_tail=QUEUE.response_tail, delay=1.0),
    HEDGE.tail: dict(t=1),
    HEDGE.quantile: dict(q=0.5),
    slo.error_budget: dict(objective=0.9, amount=10),
    slo.burn_rate: dict(error_ratio=0.1, objective=0.9),
    slo.budget_spent: dict(burn=2, duration=60, window=600),
    slo.time_to_exhaust: dict(burn=2, left=0.5, window=600),
    slo.rule: dict(budget=0.1, long=60, short=5, window=600),
    slo.WORKBOOK[0].detection_time: dict(burn=20),
    slo.WORKBOOK[0].reset_time: dict(burn=20),
    slo.trailing_burn: dict(good=[1, 1], bad=[0, 1], step=1, objective=0.9, duration=2),
    slo.alerts: dict(good=[1, 1], bad=[0, 1], step=1, objective=0.9, rules=[slo.WORKBOOK[0]]),
    slo.red: dict(events=EVENTS, seconds=10, by="ok", quantiles=[0.5]),
    slo.use: dict(events=EVENTS, seconds=10, servers=1, by="ok"),
}  # fmt: skip
ANY = {"keep"}
# What is wrong for most and right for some: a function may take any seeds that can be listed.
WRONG_SEEDS = ["none such", "", {}, [[1, 2], [3]]]
NONE = {name: [None] for name in ("short", "rules", "by", "unit")}
FREE = NONE | {"seeds": WRONG_SEEDS, "samples": [-1.0], "speeds": [None], "addresses": [None]}
WRONG = ["none such", "", None, float("nan"), float("inf"), -1.0, {}, [[1, 2], [3]], object()]


def call(function, arguments):
    """Call a function, by position where it takes any number of arguments: series(*a)."""
    parameters = inspect.signature(function).parameters.values()
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return function(*arguments.values())
    return function(**arguments)


def cases():
    """Return each function with each of its arguments spoilt."""
    found = []
    for function, good in GOOD.items():
        for name in sorted(good.keys() - ANY):
            for wrong in WRONG:
                if not any(wrong is free or wrong == free for free in FREE.get(name, ())):
                    label = f"{function.__qualname__}-{name}-{str(wrong)[:12]}"
                    found.append(pytest.param(function, {**good, name: wrong}, name, id=label))
    return found


@pytest.mark.parametrize(("function", "arguments", "name"), cases())
def test_a_wrong_argument_is_one_sentence(function, arguments, name):
    with warnings.catch_warnings(), pytest.raises(ValueError) as caught:
        warnings.simplefilter("ignore")
        call(function, arguments)
    said = str(caught.value)
    assert re.match(rf"{name}\b", said), said
    assert "\n" not in said
    assert len(said) < 200


def test_the_good_calls_work_and_are_all_there():
    for function, good in GOOD.items():
        call(function, good)
        assert set(good) == set(inspect.signature(function).parameters)
    models = availability, balancing, estimation, queueing, scaling, slo, tail
    for module in stats, *models, simulate, reference:
        for name, value in vars(module).items():
            ours = getattr(value, "__module__", "").startswith("scalelab")
            private = name.startswith("_") or name in {"number", "together", "invert", "fleet"}
            private = private or name in {"named", "rates", "steady", "amount", "single"}
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
