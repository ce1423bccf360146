"""The kernel against the plainest program: the same draws, and every request counted each time."""

import math

import numpy as np
import pytest

from scalelab import simulate, stats

SPEEDS = np.array([1.0, 2.0, 0.5, 1.0, 4.0])


def by_hand(policy, utilization, requests, seed, interval, choices):
    """Return responses, servers chosen, the longest line, and the lines found now and then."""
    rng, n = stats.generator(seed), len(SPEEDS)
    stays = [[] for _ in SPEEDS]  # of each request: when it came, and when it leaves
    now, responses, chosen, found, longest = 0.0, [], [], [], 0
    for k in range(requests):
        now += rng.standard_exponential() * (1 / (utilization * SPEEDS.sum()))
        seen_at = math.floor(now / interval) * interval if interval else now
        seen = [sum(came <= seen_at < left for came, left in line) for line in stays]
        if k % (n + 1) == 0:
            found += [sum(now < left for _, left in line) for line in stays]
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
        start = max([now] + [left for _, left in stays[server][-1:]])
        left = start + rng.standard_exponential() / SPEEDS[server]
        stays[server].append((now, left))
        responses.append(left - now)
        chosen.append(server)
        longest = max(longest, sum(now < left for _, left in stays[server]))
    return responses, chosen, longest, found


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
    responses, chosen, longest, found = by_hand(policy, 0.9, 600, seed, interval, choices)
    run = simulate.balancer(
        policy, 5, 0.9, 600, seed, choices,
        speeds=SPEEDS, update_interval=interval, warmup=0, keep=True,
    )  # fmt: skip
    np.testing.assert_allclose(run.responses, responses, rtol=1e-9)
    np.testing.assert_array_equal(run.requests_by_server, np.bincount(chosen, minlength=5))
    assert run.max_queue == longest
    tail = [np.mean(np.array(found) >= i) for i in range(max(found) + 1)]
    np.testing.assert_allclose(run.queue_tail, tail)


def test_long_lines_are_kept_alike():
    # One server leaves no choice, and both kernels draw alike: their lines are the same.
    alike = [
        simulate.balancer(policy, 1, 0.995, 60_000, 1, keep=True)
        for policy in ("random", "least_connections")
    ]
    np.testing.assert_array_equal(alike[0].responses, alike[1].responses)
    np.testing.assert_array_equal(alike[0].queue_tail, alike[1].queue_tail)
    assert alike[0].max_queue == alike[1].max_queue > 130
