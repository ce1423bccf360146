"""Where the range of an argument ends: the last value that is refused, the first that is taken."""

import pytest
from test_arguments import GOOD

from scalelab.algorithms import caching, limiters, quorum, retries, sharding
from scalelab.model import availability, balancing, estimation, queueing, scaling, tail

REFUSED = [
    (queueing.erlang_b, dict(servers=0)),
    (queueing.erlang_b, dict(servers=1.5)),
    (queueing.erlang_c, dict(servers=0)),
    (queueing.mmc, dict(servers=0)),
    (queueing.mmc, dict(servers=1.5)),
    (queueing.mm1, dict(arrival_rate=-0.5)),
    (queueing.mm1, dict(service_rate=0)),
    (queueing.mg1, dict(mean_service=0)),
    (queueing.square_root_staffing, dict(offered_load=0)),
    (balancing.max_load, dict(choices=0)),
    (balancing.max_load, dict(choices=1.5)),
    (balancing.supermarket, dict(choices=0)),
    (balancing.supermarket, dict(choices=1.5)),
    (scaling.amdahl, dict(n=0.5)),
    (estimation.machines, dict(utilization=0)),
    (estimation.machines, dict(spare=1.5)),
    (tail.order_quantile, dict(n=2.5)),
    (tail.order_mean, dict(n=2.5)),
    (caching.hit_ratio, dict(capacity=0)),
    (caching.zipf_trace, dict(objects=0)),
    (quorum.availability, dict(n=0)),
    (quorum.availability, dict(quorum=0)),
    (quorum.stale_probability, dict(n=0)),
    (sharding.Ring, dict(vnodes=0)),
    (sharding.imbalance, dict(nodes=0)),
    (limiters.SlidingWindowLog, dict(window=0)),
    (limiters.SlidingWindowCounter, dict(window=0)),
    (limiters.LeakyBucket, dict(rate=0)),
    (limiters.TokenBucket, dict(rate=0)),
]
TAKEN = [
    (availability.downtime, dict(period=0.5)),
    (scaling.amdahl, dict(n=1)),
    (queueing.erlang_b, dict(servers=1)),
    (estimation.machines, dict(spare=0)),
    (retries.CircuitBreaker, dict(reset=0.5)),
    (sharding.imbalance, dict(placement=[0, 0], nodes=1)),
    (sharding.Ring, dict(seed=2**62)),
    (caching.hit_ratio, dict(capacity=1)),
]


def name(value):
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("function", "changed"), REFUSED, ids=name)
def test_the_last_value_outside_is_refused(function, changed):
    with pytest.raises(ValueError, match=next(iter(changed))):
        function(**GOOD[function] | changed)


@pytest.mark.parametrize(("function", "changed"), TAKEN, ids=name)
def test_the_first_value_inside_is_taken(function, changed):
    function(**GOOD[function] | changed)


def test_a_moment_before_zero_is_none():
    with pytest.raises(ValueError, match="now"):
        limiters.TokenBucket(1, 1).admit(-0.5)


def test_what_is_rounded_and_what_is_a_default():
    assert sharding.Ring(3)._points.size == 300
    assert sharding.Maglev(3).table.size == 65537
    assert availability.downtime(0.5, 0.5) == 0.25
