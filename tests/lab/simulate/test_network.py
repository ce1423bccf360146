"""The network: against Jackson's product form, SimPy, and what is known of retries."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab import jit, stats
from scalelab.model import queueing
from scalelab.simulate import network_kernel, reference_network
from scalelab.simulate.clients import JITTERS, RESERVE
from scalelab.simulate.networks import network

TIERS = dict(service_rate=[100, 20, 50], servers=[4, 8, 4])
IMPATIENT = dict(**TIERS, timeout=0.3, attempts=3)
NEVER = math.inf, math.inf, 1.0


def poisson_interval(mean):
    """Return where a Poisson count lies all but once in a thousand times."""
    reach = 3.3 * np.sqrt(mean)
    return mean - reach, mean + reach


@pytest.mark.parametrize("servers", [1, 3])
def test_one_tier_without_timeouts_is_mmc(agree, servers):
    model = queueing.mmc(0.8 * servers, 1, servers)

    def run(seed):
        run = network(0.8 * servers, 1, servers, 150_000, seed)
        return run.mean_response, *run.quantile([0.5, 0.99]), run.goodput

    expected = model.mean_response, *model.response_quantile([0.5, 0.99]), 0.8 * servers
    agree(run, expected, within=0.05)


def test_tiers_in_a_row_are_queues_of_their_own(agree):
    models = [queueing.mmc(120, rate, n) for rate, n in zip(*TIERS.values(), strict=True)]

    def run(seed):
        run = network(120, **TIERS, requests=100_000, seed=seed)
        return run.mean_response, run.attempts, 1 - run.failed

    agree(run, (sum(model.mean_response for model in models), 1, 1), within=0.02)


@pytest.mark.parametrize(
    ("rate", "attempts", "backoff", "budget"),
    [(100, 3, 0, None), (250, 3, 0, None), (250, 2, 0.4, None), (250, 3, 0.1, 0.2)],
)
def test_the_kernel_agrees_with_simpy(rate, attempts, backoff, budget):
    requests = 1000
    options = dict(timeout=0.3, attempts=attempts, backoff=backoff, retry_budget=budget)

    def ours(seed):
        run = network(rate, **TIERS, requests=requests, seed=seed, warmup=0, **options)
        return run.mean_response, 1 - run.failed, run.attempts

    def theirs(seed):
        responses, sent = reference_network.network(
            rate, **TIERS, requests=requests, seed=seed, **options
        )
        return np.mean(responses), len(responses) / requests, sent / requests

    fast = stats.mean_interval(stats.replicate(ours, range(200)), level=0.999)
    slow = stats.mean_interval([theirs(seed) for seed in range(10)], level=0.999)
    reach = np.hypot(fast[2] - fast[0], slow[2] - slow[0])
    assert (reach < 0.1).all()  # seconds, fraction of the requests, attempts per request
    assert (abs(fast[0] - slow[0]) <= reach + 1e-12).all(), (fast, slow)


def test_a_short_trouble_can_last_for_ever_and_a_budget_ends_it():
    trouble = dict(slowdown=(60, 65, 3), warmup=0, requests=40_000)

    def late(seed, **options):
        # Answers per second from two minutes after the trouble on.
        return network(100, **IMPATIENT, seed=seed, **options).timeline.answered[185:].mean()

    seeds = range(8)
    calm = [late(seed, requests=40_000, warmup=0) for seed in seeds]
    stuck = [late(seed, **trouble) for seed in seeds]
    # The slowest tier serves 160 a second, more than 100 * (1 + 0.1).
    saved = [late(seed, **trouble, retry_budget=0.1) for seed in seeds]
    patient = [late(seed, **{**trouble, "slowdown": (60, 65, 1.2)}) for seed in seeds]
    assert max(stuck) < 10
    assert min(calm) > 95
    assert min(saved) > 95
    assert min(patient) > 95


def test_the_two_states_of_one_load_meet_when_the_load_is_low():
    def late(rate, **options):
        run = network(rate, **IMPATIENT, requests=400 * rate, seed=1, warmup=0, **options)
        return run.timeline.answered[200:390].mean() / rate

    spike = dict(spike=(60, 65, 4))
    assert late(100) > 0.95 > 0.1 > late(100, **spike)
    # Three attempts for each of 40 requests a second are fewer than 160.
    assert late(40, **spike) > 0.95


def test_near_the_edge_the_storm_begins_by_itself_in_some_runs():
    def collapsed(rate):
        runs = stats.replicate(
            lambda seed: network(rate, **IMPATIENT, requests=100_000, seed=seed).failed, range(16)
        )
        return (runs > 0.05).sum()

    assert collapsed(100) == 0
    assert 1 < collapsed(120) < 15


def test_work_for_clients_who_have_gone_is_done():
    run = network(200, **IMPATIENT, requests=50_000, seed=1, warmup=0.2)
    assert run.wasted == 1
    assert run.attempts == pytest.approx(3, abs=0.01)
    calm = network(50, **IMPATIENT, requests=50_000, seed=1)
    assert 0 < calm.wasted < 0.02


def test_a_timeout_alone_cuts_the_responses(agree):
    # Servers for all: a response is one service time, and fails where that is above the timeout.
    late = math.exp(-1.5)

    def run(seed):
        run = network(10, 1, 1000, 20_000, seed, timeout=1.5)
        assert run.quantile(1) == pytest.approx(1.5, rel=0.002)
        return run.failed, run.wasted, run.mean_response

    agree(run, (late, late, 1 - 1.5 * late / (1 - late)), within=0.03)


def test_independent_attempts_fail_together_with_the_power_of_their_number(agree):
    late = math.exp(-1.5)

    def run(seed):
        run = network(10, 1, 1000, 50_000, seed, timeout=1.5, attempts=3)
        return run.failed, run.attempts

    agree(run, (late**3, 1 + late + late**2), within=0.1)


def fails_at(attempts, base, cap, jitter, seed=1):
    """Return when the only request of a dead system is given up, after its arrival."""
    client = 0.5, attempts, base, cap, jitter, 0.0, math.inf
    rng, dead = stats.generator(seed), np.array([1e12])
    answer = network_kernel.run(
        rng, 1e-9, np.array([9]), dead, 1, 0, client, (math.inf, 0.0), NEVER, NEVER, 1e-3
    )
    answered, *_, counts = answer
    assert answered == 0
    return np.flatnonzero(counts[3::4])[0] * 1e-3


def test_pauses_double_up_to_the_cap():
    assert fails_at(1, 1.0, 10.0, 0.0) == pytest.approx(0.5, abs=2e-3)
    assert fails_at(2, 1.0, 10.0, 0.0) == pytest.approx(1 + 1, abs=2e-3)
    assert fails_at(5, 1.0, 10.0, 0.0) == pytest.approx(2.5 + 1 + 2 + 4 + 8, abs=2e-3)
    assert fails_at(5, 1.0, 3.0, 0.0) == pytest.approx(2.5 + 1 + 2 + 3 + 3, abs=2e-3)
    assert fails_at(3, 0.0, 3.0, 0.0) == pytest.approx(1.5, abs=2e-3)


def test_a_budget_does_not_save_up_more_than_its_reserve():
    # Nothing fails for 100 s; what begins after that never ends.
    system = dict(timeout=0.5, attempts=3, slowdown=(100, 1e9, 1e9), warmup=0)
    run = network(100, 100, 1000, 10_500, seed=1, retry_budget=0.1, **system)
    fails = run.failed * 10_500
    assert 300 < fails < 800
    retries = (run.attempts - 1) * 10_500
    # Requests pay into a full reserve until the first has timed out.
    most = RESERVE + 0.1 * fails
    assert most - 0.1 * poisson_interval(100 * 0.5)[1] - 1 < retries <= most


@pytest.mark.parametrize(("jitter", "least"), [("full", 0.0), ("equal", 0.5), ("none", 1.0)])
def test_jitter_spreads_pauses(jitter, least):
    part = JITTERS[jitter]
    pauses = np.array([fails_at(2, 1.0, 10.0, part, seed) for seed in range(400)]) - 1
    _, low, high = stats.mean_interval(pauses, level=0.999)
    # The timeline is read in steps of 1 ms.
    assert low - 1e-3 <= (1 + least) / 2 <= high + 1e-3
    assert least - 2e-3 <= pauses.min() <= least + 0.05
    assert 0.95 < pauses.max() <= 1


def test_a_breaker_keeps_a_dead_system_from_being_asked():
    run = network(
        100, 1e-9, 10, 20_000, seed=1, timeout=0.1, breaker=(5, 2.0), warmup=0, interval=10.0
    )
    assert run.failed == 1
    assert math.isnan(run.mean_response)
    assert np.isnan(run.quantile([0.5, 0.9])).all()
    # Until it opens: five, and those sent until the fifth has timed out. Then a probe at a time,
    # each after 2 s, its own 0.1 s and the next arrival 0.01 s later on average.
    shortest, longest = (count / 100 for count in poisson_interval(20_000))
    low, high = poisson_interval(5 + 100 * 0.1)
    assert low + shortest / 2.11 - 1 < run.attempts * 20_000 < high + longest / 2.11 + 1


@pytest.mark.parametrize("failures", [1, 5])
def test_a_breaker_opens_after_so_many_failures_in_a_row(failures):
    # So rare that one has timed out before the next is sent.
    dead = dict(timeout=0.1, breaker=(failures, 1e9), warmup=0)
    assert network(1e-3, 1e-9, 99, 50, seed=1, **dead).attempts * 50 == failures


def test_a_breaker_lets_a_system_recover():
    # What begins in these ten seconds never ends. A thousand servers are busy with it unless the
    # breaker stops asking.
    system = dict(service_rate=10, servers=1000, timeout=1.0, slowdown=(20, 30, 1e9), warmup=0)
    with_breaker = network(200, requests=12_000, seed=1, breaker=(5, 1.0), **system)
    without = network(200, requests=12_000, seed=1, **system)
    low, high = poisson_interval(200 * 20)
    assert low < with_breaker.timeline.answered[33:53].sum() < high
    assert with_breaker.timeline.failed[23:30].mean() == pytest.approx(200, rel=0.1)
    assert without.timeline.answered[33:53].sum() == 0
    for seed in range(5):  # a system in health never opens it
        run = network(200, 10, 1000, 10_000, seed, timeout=1.5, breaker=(3, 1.0))
        assert run.failed < 1e-3


def test_a_spike_brings_more_requests_while_it_lasts():
    run = network(100, 1000, 10, 50_000, seed=1, spike=(50.5, 70.5, 5), warmup=0, interval=0.5)
    arrivals, time = run.timeline.arrivals * 0.5, run.timeline.time
    during = (time >= 50.5) & (time < 70.5)
    low, high = poisson_interval(100 * 5 * 20)
    assert low < arrivals[during].sum() < high
    for calm in (time < 50.5), (time >= 70.5):
        low, high = poisson_interval(100 * 0.5 * calm.sum())
        assert low < arrivals[calm].sum() < high
    np.testing.assert_array_equal(np.diff(time), 0.5)
    assert (run.timeline.arrivals[during].min()) > run.timeline.arrivals[~during].mean()


def test_arrivals_after_a_spike_are_drawn_again_from_its_end():
    # One expected before the spike, two in it: the first arrival, in three parts.
    rng, spike = stats.generator(1), (1.0, 2.0, 2.0)
    times = np.array([network_kernel.next_arrival(rng, 0.0, 1.0, spike) for _ in range(20_000)])
    for until, quiet in (1, 1), (1.5, 2), (2, 3), (3, 4):
        _, low, high = stats.mean_interval(times > until, level=0.999)
        assert low < math.exp(-quiet) < high


def test_a_slowdown_slows_what_begins_in_it(agree):
    def run(seed, window):
        return network(10, 2, 1000, 50_000, seed, warmup=0, slowdown=window).mean_response

    agree(lambda seed: run(seed, (0, 1e9, 3)), 1.5, within=0.02)
    agree(lambda seed: run(seed, (1e8, 1e9, 3)), 0.5, within=0.02)
    # Half of the requests come in the first half of the time.
    agree(lambda seed: run(seed, (0, 2500, 3)), 1.0, within=0.02)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(20, 400),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.05]),
    st.sampled_from([None, 0.0, 0.1, 0.5]),
    st.sampled_from([None, (3, 0.5)]),
    st.integers(0, 2**40),
    st.integers(1, 3000),
)
def test_every_request_is_answered_or_fails(rate, attempts, backoff, budget, breaker, seed, n):
    def run():
        return network(
            rate, **TIERS, requests=n, seed=seed, timeout=0.2, attempts=attempts, warmup=0,
            backoff=backoff, retry_budget=budget, breaker=breaker, interval=0.25,
        )  # fmt: skip

    first, again = run(), run()
    assert first.goodput == again.goodput
    assert 0 <= first.failed <= 1
    assert 0 <= first.wasted <= 1
    assert first.attempts <= attempts
    if breaker is None:
        assert first.attempts >= 1
    if budget is not None:
        assert first.attempts * n <= n + RESERVE + budget * n + 1e-6
    if first.failed < 1:
        assert 0 < first.mean_response <= first.quantile(1) * 1.002
        assert first.quantile(0.2) <= first.quantile(0.9)
    line = first.timeline
    assert line.arrivals.sum() * 0.25 <= n
    for part in line.attempts, line.answered, line.failed:
        assert part.shape == line.time.shape
    assert (line.answered + line.failed).sum() <= line.arrivals.sum()


ANSWERS = """
from scalelab.simulate.networks import network
answers = []
for options in {}, {"breaker": (3, 0.5)}, {"retry_budget": 0.1, "backoff": 0.1}, {"attempts": 1}:
    options = {"attempts": 3, "spike": (2, 4, 3), "slowdown": (5, 6, 2), **options}
    run = network(110, [100, 20, 50], [4, 8, 4], 1500, 1, timeout=0.3, **options)
    answers += [run.mean_response, run.goodput, run.failed, run.attempts, run.wasted]
    answers += [run.quantile(0.9), *run.timeline.attempts, *run.timeline.failed]
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
    assert len(set(here["answers"])) > 50


def test_the_same_seed_gives_the_same_answer_on_every_python():
    run = network(130, **IMPATIENT, requests=5_000, seed=1, backoff=0.05, retry_budget=0.05)
    assert (run.mean_response, run.attempts) == pytest.approx(GOLDEN, rel=1e-9)


GOLDEN = 0.12547832701468642, 1.0255555555555556


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"attempts": 3}, "attempts is 3: without a timeout nothing is tried again"),
        (
            {"service_rate": [1, 2], "servers": [1, 2, 3]},
            "servers has 3 numbers and service_rate 2: give one",
        ),
        ({"service_rate": [[1, 2]]}, "service_rate is .* give one number, or one for each tier"),
        ({"service_rate": [1, 0]}, "service_rate is .*0.* it must be a number above 0"),
        ({"servers": [1.5]}, "servers is .*1.5.* it must be a whole number"),
        ({"service_rate": []}, r"service_rate is \[\]: give one number"),
        ({"jitter": "half"}, "jitter is 'half': known are none, equal, full"),
        ({"breaker": 3}, r"breaker is 3: give \(failures in a row, seconds open\)"),
        ({"breaker": (0, 3)}, "breaker is 0: it must be a whole number of at least 1"),
        ({"spike": (1, 2)}, r"spike is \(1, 2\): give \(start, end, factor\)"),
        ({"slowdown": (5, 2, 3)}, "slowdown is 2: it must be a number above 5"),
    ],
)
def test_an_error_says_what_to_do(options, words):
    with pytest.raises(ValueError, match=words):
        network(**{"arrival_rate": 1, "service_rate": 2, **options})
