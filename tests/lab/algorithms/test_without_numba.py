"""The compiled loops as plain Python: slower, and the same answers."""

import json
import subprocess
import sys

import pytest

from scalelab import jit

ANSWERS = """
from scalelab.algorithms import caching, sharding
trace = caching.zipf_trace(300, 3000, 0.8, seed=1)
answers = [trace.tolist()]
answers += [caching.hits(trace, 40, policy).nonzero()[0].tolist() for policy in caching.POLICIES]
keys = sharding.hash64(range(500))
ring = sharding.Ring(7, 5, seed=1)
placements = sharding.jump(keys, 10), ring.place(keys), ring.place_bounded(keys, 1.1)
answers += [placed.tolist() for placed in placements]
answers += [sharding.Maglev(7, 101).table.tolist()]
"""


def test_without_numba_the_answers_are_the_same():
    if not jit.compiled:
        pytest.skip("numba is not installed: there is nothing to compare with")
    block = "import json, sys\nsys.modules['numba'] = None\n"
    show = "\nfrom scalelab import jit\nprint(json.dumps([jit.compiled, answers]))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block + ANSWERS + show],
        capture_output=True,
        text=True,
        check=True,
    )
    here = {}
    exec(ANSWERS, here)
    assert json.loads(done.stdout) == [False, here["answers"]]
