"""The kernels as programs: without numba, and in little memory."""

import json
import subprocess
import sys

import pytest

from scalelab import jit, simulate
from scalelab.simulate.balancing import POLICIES

ANSWERS = """
import json
from scalelab import simulate
from scalelab.simulate.balancing import POLICIES
answers = [simulate.queue(1.5, 1, 2, 2000, 1).mean_wait]
answers += [simulate.queue(0.5, 1, 1, 2000, 1, service="pareto").quantile(0.9)]
answers += [int((simulate.balls_in_bins(500, 2, 1) == 2).sum())]
for policy in POLICIES:
    for options in {}, {"update_interval": 2.0, "service": "deterministic"}:
        run = simulate.balancer(policy, 5, 0.9, 2000, 1, **options)
        answers += [run.mean_response, run.max_queue, *map(int, run.requests_by_server)]
run = simulate.balancer("ip_hash", 3, 0.9, 2000, 1, addresses=2)
answers += [run.mean_response, run.max_queue]
"""


def run(source):
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_without_numba_the_answers_are_the_same():
    if not jit.compiled:
        pytest.skip("numba is not installed: there is nothing to compare with")
    block = "import sys\nsys.modules['numba'] = None\n"
    show = "\nfrom scalelab import jit\nprint(json.dumps([jit.compiled, answers]))"
    was_compiled, plain = run(block + ANSWERS + show)
    assert not was_compiled
    here = {}
    exec(ANSWERS, here)
    assert plain == pytest.approx(here["answers"], rel=1e-12)
    assert len(plain) > 50


def test_ten_million_requests_take_little_memory():
    peak = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss"
    unit = 1 if sys.platform == "darwin" else 1024
    before, after = run(f"""
import json, resource
from scalelab import simulate
simulate.balancer("power_of_d", 100, 0.9, 1000, 1).quantile(0.5)
before = {peak}
simulate.balancer("power_of_d", 100, 0.9, 10**7, 1).quantile(0.5)
print(json.dumps([before, {peak}]))
""")
    assert (after - before) * unit < 50e6


def test_every_policy_has_its_own_kernel_number():
    assert len(set(POLICIES.values())) == len(POLICIES)
    assert {"balancer", "balls_in_bins", "queue", "service_scv"} <= set(simulate.__all__)
