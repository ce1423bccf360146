"""Shares of a balancer that change under traffic, without an error."""

import threading

import pytest

from scalelab.measure import http, load, rollout


@pytest.fixture(scope="module")
def apps():
    with http.servers([1, 1]) as both:
        yield both


def test_shares_change_under_load_without_an_error(apps):
    with rollout.balancer(apps, shares=[1, 0]) as door:
        before = load.open_loop(door.url, rate=100, duration=1, seed=1)
        assert set(before.requests_by_server) == {"app0"}
        change = threading.Timer(0.5, door.set, (0, 1))
        change.start()
        during = load.open_loop(door.url, rate=100, duration=1.5, seed=2)
        change.join()
        assert set(during.requests_by_server) == {"app0", "app1"}
        after = load.open_loop(door.url, rate=100, duration=1, seed=3)
        assert set(after.requests_by_server) == {"app1"}
        assert before.errors == during.errors == after.errors == 0


def test_a_share_is_kept(apps):
    with rollout.balancer(apps, shares=[0.75, 0.25]) as door:
        counts = load.open_loop(door.url, rate=200, duration=2, seed=4).requests_by_server
    assert counts["app1"] / sum(counts.values()) == pytest.approx(0.25, abs=0.03)


def test_failures_are_counted_by_server(apps):
    with rollout.balancer(apps, shares=[0.5, 0.5]) as door:
        apps[1].set(failures=1.0)
        try:
            seen = load.open_loop(door.url, rate=100, duration=1, seed=5)
        finally:
            apps[1].set(failures=0.0)
        counts = door.counts()
    assert counts["app0"][1] == 0
    assert counts["app1"] == (0, seen.errors)
    assert sum(counts["app0"]) + sum(counts["app1"]) == seen.requests


@pytest.mark.parametrize(
    ("shares", "says"),
    [([1], "1 shares for 2"), ([0.5, 0.6], "add up to 1.1"), ([2, -1], "each is a fraction")],
)
def test_shares_that_are_none(apps, shares, says):
    with pytest.raises(ValueError, match=says), rollout.balancer(apps, shares):
        pass
