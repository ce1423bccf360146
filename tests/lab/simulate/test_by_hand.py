"""The kernel of lines against the plainest program for them: the same draws, every queue counted."""

import math

import numpy as np
import pytest

from scalelab import simulate, stats

SPEEDS = np.array([1.0, 2.0, 0.5, 1.0, 4.0])


def by_hand(policy, utilization, requests, seed, interval, choices):
    """Return responses, servers chosen, and the longest line."""
    rng, n = stats.generator(seed), len(SPEEDS)
    leaving = [[] for _ in SPEEDS]
    now, responses, chosen, longest = 0.0, [], [], 0
    for k in range(requests):
        now += rng.standard_exponential() * (1 / (utilization * SPEEDS.sum()))
        seen_at = math.floor(now / interval) * interval if interval else now
        seen = [sum(time > seen_at for time in line) for line in leaving]
        if policy == "random":
            server = int(rng.random() * n)
        elif policy == "round_robin":
            server = k % n
        elif policy == "power_of_d":
            picked = []
            while len(picked) < choices:
                server = int(rng.random() * n)
                picked += [] if server in picked else [server]
            server = min(picked, key=seen.__getitem__)
        else:
            ties = [s for s in range(n) if seen[s] == min(seen)]
            server = ties[int(rng.random() * len(ties))]
        start = max([now, *leaving[server][-1:]])
        leaving[server].append(start + rng.standard_exponential() / SPEEDS[server])
        responses.append(leaving[server][-1] - now)
        chosen.append(server)
        longest = max(longest, sum(time > now for time in leaving[server]))
    return responses, chosen, longest


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("policy", "interval", "choices"),
    [
        ("random", 0, 2),
        ("round_robin", 0, 2),
        ("power_of_d", 0, 1),
        ("power_of_d", 0, 2),
        ("power_of_d", 0, 5),
        ("power_of_d", 1.5, 2),
        ("least_connections", 0.3, 2),
        ("least_connections", 6.0, 2),
    ],
)
def test_each_request_takes_the_way_and_the_time_that_counting_gives(
    policy, interval, choices, seed
):
    responses, chosen, longest = by_hand(policy, 0.9, 600, seed, interval, choices)
    run = simulate.balancer(
        policy, 5, 0.9, 600, seed, choices,
        speeds=SPEEDS, update_interval=interval, warmup=0, keep=True,
    )  # fmt: skip
    np.testing.assert_allclose(run.responses, responses, rtol=1e-9)
    np.testing.assert_array_equal(run.requests_by_server, np.bincount(chosen, minlength=5))
    assert run.max_queue == longest
