"""The autoscaler: the fluid against arithmetic, requests against the fluid and a queue."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab import jit, stats
from scalelab.model import queueing
from scalelab.simulate.autoscaling import autoscale
from scalelab.simulate.scaling_levels import Requests

FIXED = dict(minimum=10, maximum=10)


def step_load(calm, high, start, end, total):
    time = np.arange(total)
    return np.where((time >= start) & (time < end), high, calm).astype(float)


def test_the_backlog_of_a_fixed_fleet_is_the_excess_times_the_time():
    # Ten servers answer 100 a second; 130 come for 200 s, then 60: (130 - 100) 200 / (100 - 60).
    run = autoscale(step_load(60, 130, 100, 300, 1000), 10, 10, **FIXED)
    time = np.arange(1000.0)
    np.testing.assert_array_equal(run.time, time)
    expected = np.where(time <= 300, 30 * np.maximum(time - 100, 0), 6000 - 40 * (time - 300))
    expected = np.maximum(expected, 0)
    np.testing.assert_allclose(run.backlog, expected, atol=1e-9)
    np.testing.assert_allclose(run.waits, expected / 100, atol=1e-9)
    assert run.backlog[450] == 0 < run.backlog[449]
    assert run.lost == 0
    assert run.server_seconds == 10 * 1000
    weights = run.load / run.load.sum()
    # Above 30 s: from 100 s after the beginning of the spike to 75 s after its end, both excluded.
    assert run.late(30) == pytest.approx(weights[201:375].sum())
    assert run.late(60) == 0
    assert run.mean_wait == pytest.approx((weights * expected / 100).sum())
    np.testing.assert_allclose(run.utilization[[0, 100, 299, 449, 450]], [0.6, 1, 1, 1, 0.6])


def test_a_full_backlog_turns_the_rest_away():
    load = step_load(60, 130, 100, 300, 1000)
    run = autoscale(load, 10, 10, **FIXED, max_backlog=1500)
    assert run.backlog.max() == 1500
    assert run.lost == pytest.approx((30 * 200 - 1500) / load.sum())
    assert run.waits.max() == pytest.approx(15)
    assert autoscale(load, 10, 10, **FIXED, max_backlog=6000).lost == 0


def test_servers_come_after_alarm_and_boot_and_are_cold_at_first():
    # Ten busy servers of 10 a second; 180 come from 600 s on. Alarm after three periods; ceil(10 /
    # 0.6) = 17 are wanted, as full servers look no busier than full; boot two minutes, cold one.
    run = autoscale(step_load(50, 180, 600, 9999, 1500), 10, 10, low_periods=1000, maximum=17)
    assert (run.ordered[:780] == 10).all()
    assert (run.ordered[780:] == 17).all()
    assert (run.servers[:900] == 10).all()
    assert (run.servers[900:] == 17).all()
    assert run.backlog[600] == 0
    assert run.backlog[900] == pytest.approx((180 - 100) * 300)
    assert run.backlog[960] == pytest.approx(24_000 + (180 - 135) * 60)
    assert run.backlog[1400] == pytest.approx(26_700 + (180 - 170) * 440)
    # Who comes as the new ones begin: 60 s at 135 a second do 8,100 of 24,000, then 170.
    assert run.waits[900] == pytest.approx(60 + (24_000 - 8_100) / 170)
    # Who comes a little before waits for a moment of 100 a second, too.
    assert run.waits[890] == pytest.approx(10 + 60 + (23_200 - 1_000 - 8_100) / 170)
    assert run.server_seconds == 780 * 10 + 720 * 17
    # Those who are there at the end wait for the fleet as it is then.
    assert run.waits[-1] == pytest.approx(run.backlog[-1] / 170)


def test_all_delays_are_the_readers():
    options = dict(period=30, high_periods=2, boot=10, warm_up=20, cold_speed=0.25, target=0.5)
    run = autoscale(
        step_load(40, 400, 60, 9999, 300), 10, 10, **options, low_periods=99, maximum=20
    )
    assert (np.flatnonzero(np.diff(run.ordered)) + 1).tolist() == [120]
    assert (np.flatnonzero(np.diff(run.servers)) + 1).tolist() == [130]
    grows = np.diff(run.backlog)
    np.testing.assert_allclose(grows[60:130], 300)
    np.testing.assert_allclose(grows[130:150], 400 - 125)
    np.testing.assert_allclose(grows[150:], 200)
    # Nothing to wait for: the server works in the step after the alarm, at full speed.
    run = autoscale(
        step_load(40, 400, 60, 9999, 300), 10, 10, maximum=20, boot=0, warm_up=0, period=60
    )
    assert (np.flatnonzero(np.diff(run.servers)) + 1)[-1] == 240
    assert run.backlog[240] - run.backlog[239] == 300
    assert run.backlog[241] - run.backlog[240] == 400 - 170


def test_full_servers_hide_how_many_are_missing():
    # Sixteen times the load: from 10 to ceil(10 / 0.6) to ceil(17 / 0.6) ... Each time it takes a
    # boot, a warm-up and a period in which all are warm.
    run = autoscale(step_load(50, 800, 600, 99999, 3600), 10, 10, low_periods=1000)
    steps = run.ordered[np.r_[0, np.flatnonzero(np.diff(run.ordered)) + 1]]
    assert steps[:5].tolist() == [10, 17, 29, 49, 82]
    times = np.flatnonzero(np.diff(run.ordered)) + 1
    assert times[:4].tolist() == [780, 1020, 1260, 1500]


def test_scaling_in_is_slow_and_never_below_the_minimum():
    load = step_load(90, 20, 600, 99999, 6000)
    run = autoscale(load, 10, 15, target=0.6)
    # Low from 600 s on: fifteen periods of 20 / 150; ceil(20 / 6) = 4 are enough.
    assert (run.servers[:1500] == 15).all()
    assert (run.servers[1500:] == 4).all()
    assert (autoscale(load, 10, 15, minimum=7).servers[1500:] == 7).all()
    # 15 servers at 30 / 150 are exactly 5 at the target.
    assert autoscale(step_load(90, 30, 600, 99999, 1600), 10, 15).servers[-1] == 5
    quick = autoscale(load, 10, 15, low_periods=2, minimum=2)
    assert (np.flatnonzero(np.diff(quick.servers)) + 1).tolist() == [720]


def test_a_cooldown_keeps_new_servers():
    # A spike orders servers; the calm after it lets them go, not before the cooldown is over.
    load = step_load(50, 200, 60, 300, 4000)
    options = dict(low_periods=1, period=60, boot=0, warm_up=0, minimum=10)
    for cooldown in 300, 1200:
        run = autoscale(load, 10, 10, cooldown=cooldown, **options)
        changes = np.flatnonzero(np.diff(run.ordered)) + 1
        last_up = changes[np.diff(run.ordered)[changes - 1] > 0][-1]
        down = changes[np.diff(run.ordered)[changes - 1] < 0]
        assert down[0] - last_up == cooldown


def test_nobody_leaves_while_another_boots_or_is_cold():
    load = step_load(50, 200, 60, 300, 4000)
    run = autoscale(load, 10, 10, boot=600, warm_up=300, cooldown=0, low_periods=1, minimum=10)
    assert (np.flatnonzero(np.diff(run.ordered) > 0) + 1).tolist() == [240]
    assert (np.flatnonzero(np.diff(run.ordered) < 0) + 1).tolist() == [240 + 600 + 300 + 60]


def test_those_leave_that_are_done_first():
    on = Requests(np.ones(9), 1.0, 10, 0.5, np.inf, 3, stats.generator(1))
    on.free, on.warm = np.array([5.0, 0.0, 3.0]), np.array([1.0, 2.0, 4.0])
    on.change(6.0, fresh=2, leaving=1, warm_at=7.0)
    assert sorted(zip(on.free, on.warm, strict=True)) == [(3, 4), (5, 1), (6, 7), (6, 7)]


def test_near_the_target_nothing_changes():
    for load, changes in (60, False), (54.1, False), (60.6, True), (53, True):
        run = autoscale(np.full(3600, load), 10, 10, target=0.6)
        assert (np.ptp(run.ordered) > 0) == changes, load


def test_a_load_may_be_a_function_of_time():
    run = autoscale(lambda t: 5 + t / 10, 10, 10, duration=60, step=0.5, **FIXED)
    assert run.load.shape == (120,)
    np.testing.assert_allclose(run.load[[0, 119]], [5.025, 10.975])
    np.testing.assert_allclose(run.time, np.arange(120) / 2)
    assert run.server_seconds == 600


def test_steps_of_any_length_give_the_same_fluid():
    fine = autoscale(np.repeat([50.0, 180.0, 50.0], [600, 1200, 1800]), 10, 10)
    coarse = autoscale(np.repeat([50.0, 180.0, 50.0], [60, 120, 180]), 10, 10, step=10)
    np.testing.assert_allclose(coarse.backlog, fine.backlog[::10], atol=1e-6)
    np.testing.assert_array_equal(coarse.servers, fine.servers[::10])
    np.testing.assert_allclose(coarse.waits, fine.waits[::10], atol=1e-6)


def test_a_fixed_fleet_of_requests_is_mmc(agree):
    model = queueing.mmc(80, 10, 10)
    load = np.full(2000, 80.0)

    def run(seed):
        run = autoscale(load, 10, 10, level="requests", seed=seed, **FIXED)
        return run.mean_wait, run.late(0.05), run.utilization.mean()

    tail = model.p_wait * np.exp(-(100 - 80) * 0.05)
    agree(run, (model.mean_wait, tail, 0.8), within=0.1)


@pytest.mark.parametrize("room", [0, 5])
def test_a_small_room_of_requests_is_mmck(agree, room):
    model = queueing.mmck(110, 10, 10, 10 + room)
    load = np.full(1000, 110.0)

    def run(seed):
        run = autoscale(load, 10, 10, level="requests", seed=seed, max_backlog=room, **FIXED)
        assert run.backlog.max() == room
        return run.lost, run.mean_wait

    agree(run, (model.p_block, model.mean_wait), within=0.05)


@pytest.mark.parametrize("size", [1, 4])
def test_requests_agree_with_the_fluid(size):
    # An overload that the fleet meets too late; the fluid has no requests in service, so up to
    # one per server is the difference between the two besides chance.
    load = size * step_load(50, 180, 600, 9999, 1400)
    options = dict(service_rate=10, servers=10 * size, low_periods=1000, maximum=40 * size)
    fluid = autoscale(load, **options)
    spots = [700, 900, 960, 1100, 1250]

    def run(seed):
        run = autoscale(load, level="requests", seed=seed, **options)
        assert (run.servers[:900] == 10 * size).all()
        at = [np.abs(run.arrivals - t).argmin() for t in spots]
        return np.concatenate([run.backlog[spots], run.waits[at]])

    mean, low, high = stats.mean_interval([run(seed) for seed in range(10)], level=0.999)
    backlogs, waits = slice(0, 5), slice(5, 10)
    room = 17 * size
    assert (low[backlogs] <= fluid.backlog[spots]).all()
    assert (high[backlogs] + room >= fluid.backlog[spots]).all()
    assert (abs(mean - low)[backlogs] < 0.4 * size**-0.5 * fluid.backlog[spots]).all()
    assert (low[waits] <= fluid.waits[spots]).all()
    assert (high[waits] + room / (100 * size) >= fluid.waits[spots]).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0, 60), min_size=1, max_size=40),
    st.integers(1, 8),
    st.sampled_from([None, 0, 7]),
    st.sampled_from(["fluid", "requests"]),
    st.integers(0, 2**40),
)
def test_bounds_hold(rates, servers, room, level, seed):
    load = np.repeat(rates, 10)

    def run():
        return autoscale(
            load, 5, servers, level=level, seed=seed, period=10, high_periods=1, low_periods=2,
            boot=10, warm_up=5, cooldown=20, minimum=1, maximum=8, max_backlog=room,
        )  # fmt: skip

    first, again = run(), run()
    np.testing.assert_array_equal(first.waits, again.waits)
    assert (first.waits > -1e-9).all()
    assert ((first.servers >= 1) & (first.servers <= first.ordered) & (first.ordered <= 8)).all()
    assert (first.backlog <= (np.inf if room is None else room)).all()
    assert 0 <= first.lost <= 1
    assert 0 <= first.late(1.0) <= first.late(0.1) <= 1
    if room is None:
        assert first.lost == 0
    if level == "requests":
        # First come, first served.
        assert (np.diff(first.arrivals + first.waits) >= -1e-9).all()
    else:
        assert (np.diff(first.arrivals + first.waits) >= -1e-6).all()


ANSWERS = """
import numpy as np
from scalelab.simulate.autoscaling import autoscale
load = np.repeat([30, 120, 10], [200, 200, 400])
run = autoscale(load, 10, 5, level="requests", seed=1, boot=20, warm_up=20, period=20, cooldown=20,
                high_periods=1, low_periods=2, max_backlog=500)
answers = [run.mean_wait, run.lost, run.server_seconds, *map(float, run.backlog)]
answers += [*map(float, run.servers), *map(float, run.utilization)]
"""


def test_without_numba_the_answers_are_the_same():
    if not jit.compiled:
        pytest.skip("numba is not installed: there is nothing to compare with")
    block = "import json, sys\nsys.modules['numba'] = None\n"
    done = subprocess.run(
        [sys.executable, "-c", block + ANSWERS + "\nprint(json.dumps(answers))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    here = {}
    exec(ANSWERS, here)
    assert json.loads(done.stdout) == pytest.approx(here["answers"], rel=1e-12)
    assert 0 < here["run"].lost < 0.5
    assert here["answers"][:3] == pytest.approx(GOLDEN, rel=1e-9)


GOLDEN = 2.0182688780354874, 0.12927187228562015, 5340.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"boot": 1.5}, "boot is 1.5: it must be a whole number of steps of 1 s"),
        ({"period": 0}, "period is 0: it must be a number of at least 1"),
        ({"load": lambda t: t}, "duration is missing: a load that is a function"),
        ({"duration": 5}, "duration is given: a load in steps lasts"),
        ({"load": [[1]]}, r"load has shape \(1, 1\): give one rate per step"),
        ({"load": []}, r"load has shape \(0,\)"),
        ({"load": [1, -1]}, "load holds a rate that is below 0"),
        ({"level": "both"}, "level is 'both': known are fluid, requests"),
        ({"minimum": 3, "maximum": 2}, "maximum is 2: it must be a whole number of at least 3"),
    ],
)
def test_an_error_says_what_to_do(options, words):
    with pytest.raises(ValueError, match=words):
        autoscale(**{"load": [1, 2], "service_rate": 2, "servers": 1, **options})
