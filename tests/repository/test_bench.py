"""``make bench`` times fairly, leaves out what is not here, and measures every goal."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from bench import caches, contest, limits, peers, report, simpy_models
from bench.contest import Limit, Peer, Row, Side

from scalelab import simulate, stats
from scalelab.algorithms import caching
from scalelab.model import queueing
from scalelab.simulate import draws

POLICIES = ("FIFO", "LRU", "LFU", "SIEVE", "S3-FIFO", "ARC")
GOALS = {
    ("M/M/1", "simpy"): 1000,
    ("M/M/1", "cimba"): 30,
    ("M/M/1", "limit"): 0.8,
    ("M/M/16", "simpy"): 200,
    ("M/M/16", "cimba"): 6,
    ("power of two", "simpy"): 300,
    ("power of two", "cimba"): 10,
    ("power of two", "limit"): 0.3,
    ("least connections", "simpy"): 100,
    ("three tiers", "simpy"): 80,
    ("three tiers, no numba", "simpy"): 10,
    ("Zipf draws", "numpy"): None,
    **{(f"{p}, {t}", "libcachesim"): 6 for t in ("Zipf", "shifting") for p in POLICIES},
    ("jump", "jump-consistent-hash"): 1.5,
    ("ring", "uhashring"): 15,
    ("rendezvous", "clandestined"): 20,
    ("two threads", "one thread"): 1.7,
    ("memory", "200 MB allowed"): 1,
    ("whole process", "2 s allowed"): 1,
    ("import scalelab", "0.3 s allowed"): 1,
}


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the sides move."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(contest.time, "perf_counter", lambda: clock.now)
    return clock


def side(clock, name, seconds, turns, count=10):
    """A side whose runs take the seconds given, the warming one nothing."""
    takes = iter([0, *seconds])

    def run(count):
        clock.now += next(takes)
        turns.append((name, count))
        return name

    return Side(run, count)


def test_sides_take_turns_and_have_the_median_of_their_times(clock):
    turns = []
    sides = [side(clock, "a", [1, 9, 2], turns), side(clock, "b", [4, 5, 0.1], turns, 2000)]
    assert contest.rates(sides) == ([10 / 2, 2000 / 4], ["a", "b"])
    assert turns == [("a", 10), ("b", 1000), *[("a", 10), ("b", 2000)] * 3]


def test_a_peer_that_is_not_here_has_a_row_and_the_rest_goes_on(clock):
    ours = side(clock, "ours", [1, 1, 1], [])
    rows = contest.contest(
        "group",
        "task",
        ours,
        [Peer("none-such", 5, None), Peer("numpy", 3, side(clock, "numpy", [4, 4, 4], []))],
        Limit("limit", side(clock, "limit", [0.5, 0.5, 0.5], []), 0.4),
    )
    assert [(row.against, row.ratio, row.met, row.share) for row in rows] == [
        ("none-such", None, None, 0.5),
        ("numpy", 4, True, 0.5),
        ("limit", 0.5, True, None),
    ]
    assert [row.version for row in rows] == [None, np.__version__, ""]
    assert "not here" in report.line(rows[0])


@pytest.mark.parametrize(
    ("ratio", "goal", "apart", "met"),
    [
        (6, 6, None, True),
        (5.9, 6, None, False),
        (9, 6, 0.0001, True),
        (9, 6, 0.0011, False),
        (9, None, None, None),
    ],
)
def test_a_goal_is_met_only_with_the_same_answers(ratio, goal, apart, met):
    row = Row("g", "t", "p", "1", "M/s", 1.0, 1.0, ratio, goal, apart=apart, allowed=0.001)
    assert row.met is met
    assert ("MISSED" in report.line(row)) is (met is False)


def test_what_may_cost_at_most_so_much():
    assert contest.allowance("g", "t", "MB", 50, 200).ratio == 4
    assert contest.allowance("g", "t", "MB", 201, 200).met is False


def test_every_goal_is_measured_and_stored(root):
    stored = json.loads((root / "book/bench.json").read_text(encoding="utf-8"))
    assert {(row["task"], row["against"]): row["goal"] for row in stored["rows"]} == GOALS


def test_every_policy_takes_part():
    assert set(caches.NAMES) == set(caching.POLICIES)


def test_a_shifting_trace_shifts_and_scans():
    trace = caches.shifting(1000, 20_000)
    assert trace.min() >= 0 and trace.max() < 1000
    favorites = [np.bincount(part).argmax() for part in (trace[:1000], trace[5000:6000])]
    assert favorites[0] != favorites[1]
    in_order = np.diff(trace[:3000]) == 1
    assert in_order[1800:1999].all()
    assert in_order[:1800].mean() < 0.05 and in_order[2000:].mean() < 0.05


def test_the_limits_do_what_they_say():
    stream = draws.begin(stats.generator(1))
    exponentials, uniforms = (limits.draw(stream, *kinds, 10_000) for kinds in ((1, 0), (0, 1)))
    assert exponentials == pytest.approx(10_000, rel=0.05)
    assert uniforms == pytest.approx(5000, rel=0.05)
    assert limits.touch(np.array([2, 0, 2]), np.array([5, 7, 1])) == 7


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (16, 0.7)])
def test_a_queue_in_simpy_is_the_same_system(servers, load):
    theory = queueing.mmc(load * servers, 1, servers).mean_wait
    assert np.mean(simpy_models.queue(servers, load, 30_000)) == pytest.approx(theory, rel=0.2)


def test_least_connections_in_simpy_is_the_same_system():
    responses = simpy_models.least_connections(20, 0.7, 20_000)
    lab = simulate.balancer("least_connections", 20, 0.7, 200_000, seed=1).mean_response
    assert np.mean(responses) == pytest.approx(lab, rel=0.03)


def test_cimba_simulates_the_same_systems(root):
    pytest.importorskip("cimba", reason="pip install cimba to compare")
    code = """
from bench.simulations import cimba_models as c
print([c.queue(1, 0.5, 10**5), c.queue(16, 0.7, 10**5), c.power_of_two(20, 0.7, 10**5)])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    one, sixteen, power = json.loads(done.stdout)
    assert one == pytest.approx(queueing.mmc(0.5, 1, 1).mean_wait, rel=0.2)
    assert sixteen == pytest.approx(queueing.mmc(11.2, 1, 16).mean_wait, rel=0.2)
    lab = simulate.balancer("power_of_d", 20, 0.7, 200_000, seed=1).mean_response
    assert power == pytest.approx(lab, rel=0.03)


def test_plain_python_is_timed_without_numba(root):
    code = "import bench.plain, json; from scalelab import jit; print(json.dumps(jit.compiled))"
    for arguments, check in (
        (["-c", code], lambda said: said is False),
        (["-m", "bench.plain", "50"], lambda said: len(said) == 2 and min(said) > 0),
    ):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=root, capture_output=True, text=True, check=True
        )
        assert check(json.loads(done.stdout))


def test_a_peer_that_cannot_be_had_is_named(monkeypatch, capsys, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pip").touch()
    installed = []

    def run(*command):
        installed.append(command[-1])
        return "No matching distribution found" if "uhashring" in command[-1] else ""

    monkeypatch.setattr(peers, "run", run)
    assert peers.prepare(tmp_path) == tmp_path / "bin/python"
    assert {"uhashring==2.5", "clandestined==1.1.0"} < set(installed)
    assert capsys.readouterr().out.splitlines() == [
        "uhashring==2.5 cannot be had and does not take part: No matching distribution found"
    ]


def test_without_the_network_the_lab_is_timed_alone(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(peers, "run", lambda *command: "dns error")
    assert str(peers.prepare(tmp_path / "peers")) == sys.executable
    assert capsys.readouterr().out.splitlines()[-1] == (
        "They cannot be prepared, so only those in .venv take part: dns error"
    )


def test_results_are_stored_in_four_digits(tmp_path):
    row = Row("g", "t", "simpy", "4.1", "M/s", 123.456, 1.0, 123.456, 100)
    report.store([row], [], [], 1, tmp_path / "bench.json")
    stored = json.loads((tmp_path / "bench.json").read_text())
    assert stored["rows"][0] | {"ours": 123.5, "ratio": 123.5, "met": True} == stored["rows"][0]
    assert stored["versions"]["simpy"] == "4.1"
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]
