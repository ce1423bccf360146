"""Every public function says in one sentence what is wrong with an argument."""

import inspect
import re
import warnings

import networkx as nx
import numpy as np
import pytest

from scalelab import simulate, stats
from scalelab.algorithms import (
    caching,
    clocks,
    crdts,
    histories,
    limiters,
    quorum,
    retries,
    sharding,
)
from scalelab.model import availability, balancing, estimation, queueing, scaling, slo, tail
from scalelab.simulate import reference, reference_network

QUEUE = queueing.mmc(1, 1, 2)
ROOM = queueing.mmck(1, 1, 2, 5)
MARKET = balancing.supermarket(0.9, 2)
GRAPH = dict(graph=nx.path_graph(3), entry=0, exit=2)
HEDGE = tail.hedged(QUEUE.response_tail, 1.0)
LOAD = estimation.workload("1 user/s", "1 request/user", stay="1 s", kept="1 B/request")
EVENTS = {"arrival": [0.0], "start": [0.0], "end": [1.0], "ok": [True]}
RUN = simulate.balancer("random", 2, 0.5, 100, 1)
TIERS = simulate.network(1, 2, requests=10)
SCALED, COPIED = simulate.autoscale([1, 2], 2, 1), simulate.replication(1, 2, writes=10)

LAMPORT, VECTOR, HYBRID = clocks.Lamport(), clocks.Vector({"a": 1}), clocks.Hybrid()
GROW, BOTH = crdts.GCounter(), crdts.PNCounter()
LAST, MANY = crdts.LWWRegister(), crdts.MVRegister()
ONLY, TWICE, CART = crdts.GSet(), crdts.TwoPhaseSet().add(1), crdts.ORSet().add("a", 1)
TOKENS, CELLS, LEAKY = limiters.TokenBucket(1, 1), limiters.GCRA(1, 1), limiters.LeakyBucket(1, 1)
LOG, COUNTER = limiters.SlidingWindowLog(1, 1), limiters.SlidingWindowCounter(1, 1)
BULKHEAD, GRADIENT = limiters.Bulkhead(1), limiters.GradientLimit()
BUDGET, BREAKER, SECOND = retries.RetryBudget(), retries.CircuitBreaker(), retries.Hedge()

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
    LAMPORT.tick: dict(),
    LAMPORT.receive: dict(stamp=1),
    clocks.Vector: dict(counts={"a": 1}),
    VECTOR.tick: dict(replica="a"),
    VECTOR.merge: dict(other=VECTOR),
    VECTOR.before: dict(other=VECTOR),
    VECTOR.concurrent: dict(other=clocks.Vector({"b": 1})),
    clocks.Hybrid: dict(max_drift=1),
    HYBRID.tick: dict(now=1),
    HYBRID.receive: dict(stamp=(1, 0), now=1),
    GROW.add: dict(replica="a", amount=1),
    GROW.merge: dict(other=GROW),
    BOTH.add: dict(replica="a", amount=1),
    BOTH.subtract: dict(replica="a", amount=1),
    LAST.write: dict(replica="a", value=1, now=1),
    MANY.write: dict(replica="a", value=1),
    ONLY.add: dict(element=1),
    TWICE.add: dict(element=1),
    TWICE.remove: dict(element=1),
    CART.add: dict(replica="a", element=1),
    CART.remove: dict(element=1),
    histories.read: dict(client="a", value=1, start=1, end=2, key="x"),
    histories.write: dict(client="a", value=1, start=1, end=2, key="x"),
    histories.cas: dict(
        client="a", expected=1, new=2, succeeded=True, start=1, end=2, key="x"
    ),
    histories.check: dict(history=[histories.write("a", 1, 1, 2)], initial=None),
    limiters.TokenBucket: dict(rate=1, burst=1),
    limiters.GCRA: dict(rate=1, burst=1),
    limiters.LeakyBucket: dict(rate=1, capacity=1),
    limiters.SlidingWindowLog: dict(limit=1, window=1),
    limiters.SlidingWindowCounter: dict(limit=1, window=1),
    limiters.Bulkhead: dict(limit=1, queue=1),
    limiters.GradientLimit: dict(start=9, least=1, most=10, queue=1, tolerance=2, window=600),
    **{limiter.admit: dict(now=1) for limiter in (TOKENS, CELLS, LEAKY, LOG, COUNTER)},
    BULKHEAD.enter: dict(),
    BULKHEAD.leave: dict(),
    GRADIENT.admit: dict(inside=1),
    GRADIENT.update: dict(latency=1, inside=1),
    retries.backoff: dict(
        strategy="decorrelated", attempt=1, base=1, cap=2, rng=stats.generator(1), previous=1
    ),
    retries.RetryBudget: dict(ratio=1, reserve=1),
    BUDGET.request: dict(),
    BUDGET.retry: dict(),
    retries.CircuitBreaker: dict(failures=1, reset=1),
    BREAKER.allow: dict(now=1),
    BREAKER.record: dict(success=True, now=1),
    retries.Hedge: dict(q=0.5, window=1),
    SECOND.observe: dict(latency=1),
    SECOND.due: dict(elapsed=1),
}  # fmt: skip
RING, FRESH = sharding.Ring(2), quorum.pbs([1], [1], [1], [1], 1, 1, 1, 1, 1)
GOOD |= {
    caching.hits: dict(trace=[1, 2], capacity=1, policy="lru"),
    caching.hit_ratio: dict(trace=[1, 2], capacity=1, policy="lru"),
    caching.che_hit_ratio: dict(popularity=[1, 2], capacity=1, policy="lru"),
    caching.zipf_popularity: dict(objects=2, exponent=1),
    caching.zipf_trace: dict(objects=2, requests=2, exponent=1, seed=1),
    quorum.stale_probability: dict(n=3, r=1, w=1),
    quorum.overlap: dict(n=3, r=1, w=1),
    quorum.availability: dict(n=3, quorum=2, up=0.9),
    quorum.pbs: dict(
        read=[1], write=[1], ack=[1], response=[1], n=3, r=1, w=1, trials=2, seed=1
    ),
    FRESH.consistency: dict(t=1),
    FRESH.time_to: dict(q=0.5),
    sharding.hash64: dict(keys=[1]),
    sharding.modulo: dict(keys=[1], nodes=2),
    sharding.jump: dict(keys=[1], nodes=2),
    sharding.rendezvous: dict(keys=[1], nodes=2),
    sharding.Ring: dict(nodes=2, vnodes=1, seed=1),
    RING.place: dict(keys=[1]),
    RING.place_bounded: dict(keys=[1], load=1),
    sharding.Maglev: dict(nodes=2, table_size=3),
    sharding.Maglev(2, 3).place: dict(keys=[1]),
    sharding.redis_slot: dict(key="a"),
    sharding.imbalance: dict(placement=[0, 1], nodes=2),
    sharding.moved: dict(before=[0], after=[1]),
}  # fmt: skip
GOOD |= {
    simulate.network: dict(
        arrival_rate=1, service_rate=[2, 3], servers=[1, 2], requests=10, seed=1, timeout=1.0,
        attempts=1, backoff=0.1, backoff_cap=1.0, jitter="full", retry_budget=0.1, breaker=(3, 1.0),
        spike=(1, 2, 3), slowdown=(1, 2, 3), interval=1.0, warmup=0.1,
    ),
    TIERS.quantile: dict(q=0.5),
    simulate.dependency: dict(
        arrival_rate=10, workers=2, latency=0.1, duration=5, seed=1, share=0.5, work=0.1,
        service="pareto", shape=1.5, slowdown=(1, 2, 3), slow=0.5, timeout=0.5, breaker=(3, 1.0),
        limit=2, deadline=1.0, interval=1.0,
    ),
    simulate.day: dict(visits=10, seed=1, requests=5, pause=60, shape=[1, 2], interval=3600),
    simulate.autoscale: dict(
        load=lambda time: 1.0, service_rate=2, servers=1, level="requests", seed=1, duration=10,
        step=1, target=0.6, minimum=1, maximum=2, period=1, high_periods=1, low_periods=1, boot=1,
        warm_up=1, cold_speed=0.5, cooldown=1, max_backlog=3,
    ),
    SCALED.late: dict(deadline=1),
    simulate.replication: dict(
        write_rate=1, apply_rate=2, replicas=2, acks=1, writes=10, seed=1, delay=0.1, flush=0.1,
        warmup=0.1,
    ),
    COPIED.lost: dict(crash=COPIED.written[0]),
    COPIED.stale: dict(elapsed=1),
    reference_network.network: dict(
        arrival_rate=1, service_rate=[2, 3], servers=1, requests=10, seed=1, timeout=1.0,
        attempts=1, backoff=0, retry_budget=0.1,
    ),
}  # fmt: skip
ANY = {"keep"}
# What is wrong for most and right for some: a function may take any seeds that can be listed.
WRONG_SEEDS = ["none such", "", {}, [[1, 2], [3]]]
NONE = {name: [None] for name in ("short", "rules", "by", "unit")}
NONE |= {name: [None] for name in ("retry_budget", "breaker", "spike", "slowdown", "max_backlog")}
NONE |= {(f, "timeout"): [None] for f in (simulate.network, reference_network.network)}
NONE |= {(simulate.dependency, name): [None] for name in ("timeout", "limit", "deadline")}
FREE = NONE | {"seeds": WRONG_SEEDS, "samples": [-1.0], "speeds": [None], "addresses": [None]}
WRONG = ["none such", "", None, float("nan"), float("inf"), -1.0, {}, [[1, 2], [3]], object()]

HASHABLE = [wrong for wrong in WRONG if type(wrong) not in (dict, list)]
FREE |= dict.fromkeys(("value", "element", "expected", "new"), HASHABLE) | {
    (LAST.write, "value"): WRONG
}
FREE |= {name: ["none such"] for name in ("replica", "client")}
FREE |= {"counts": ["", {}], "history": ["", {}], "max_drift": [None], "previous": [None]}
FREE |= {(histories.check, "initial"): HASHABLE, (sharding.redis_slot, "key"): ["none such", ""]}
FREE |= {(f, "end"): [float("inf")] for f in (histories.read, histories.write, histories.cas)}
FREE |= {(f, "key"): HASHABLE for f in (histories.read, histories.write, histories.cas)}


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
            known = FREE.get((function, name), FREE.get(name, ()))
            for wrong in WRONG:
                if not any(wrong is free or wrong == free for free in known):
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
    mechanisms = caching, clocks, crdts, histories, limiters, quorum, retries, sharding
    for module in stats, *models, *mechanisms, simulate, reference, reference_network:
        for name, value in vars(module).items():
            ours = getattr(value, "__module__", "").startswith("scalelab")
            private = name.startswith("_") or name in {"number", "together", "invert", "fleet"}
            private = private or name in {
                "named",
                "rates",
                "steady",
                "amount",
                "single",
                "chain",
                "client",
            }
            private = private or (module in mechanisms and name not in module.__all__)
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
