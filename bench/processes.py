"""What only a fresh process shows: start-up, memory, imports, the first call and the second."""

import json
import os
import pkgutil
import statistics
import subprocess
import sys
import tempfile
import time

import scalelab
from scalelab import simulate, stats

from .contest import RUNS, Row, Side, allowance, rates
from .peers import ROOT

PEAK = """
import threading
import psutil
from scalelab import simulate
process, done = psutil.Process(), threading.Event()
held = [process.memory_info().rss]
def watch():
    while not done.wait(0.002):
        held.append(process.memory_info().rss)
threading.Thread(target=watch).start()
simulate.balancer("power_of_d", 100, 0.9, {requests}, seed=1)
done.set()
print((max(held) - held[0]) / 1e6)
"""
IMPORT = """
import json, sys, time
start = time.perf_counter()
import {name}
took = time.perf_counter() - start
print(json.dumps([took, "numba" in sys.modules, list(sys.modules)]))
"""
CALL = """
import time
{imports}
start = time.perf_counter()
{call}
print(time.perf_counter() - start)
"""
POWER = 'simulate.balancer("power_of_d", 100, 0.9, {requests}, seed=1)'
CALLS = [
    ("from scalelab import simulate", "simulate.queue(0.8, 1, 1, 1000, seed=1)"),
    ("from scalelab import simulate", POWER.format(requests=1000)),
    ("from scalelab import simulate", "simulate.network(100, 200, 1, 1000, seed=1, timeout=1)"),
    ("from scalelab.algorithms import caching", 'caching.hits([1, 2, 1], 2, "lru")'),
    ("from scalelab.algorithms import caching", 'caching.hits([1, 2, 1], 2, "arc")'),
    ("from scalelab.algorithms import sharding", "sharding.jump([1, 2, 3], 10)"),
]


def fresh(code, **environment):
    """Run code in a new interpreter and return what it printed, as a value.

    It finds the bytecode of what was imported before, as Python does unless it is told not to.
    """
    normal = {name: os.environ[name] for name in os.environ if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=normal | {"PYTHONPYCACHEPREFIX": str(ROOT / "_build" / "bytecode")} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def rows(scale):
    """Yield what two threads gain, what a streamed run holds, and what a whole process takes."""
    requests = int(10**7 * scale)

    def run(seed, count):
        return simulate.balancer("power_of_d", 100, 0.9, count // 2, seed).mean_response

    one = Side(lambda count: [run(seed, count) for seed in (1, 2)], 2 * requests)
    two = Side(lambda count: stats.replicate(lambda s: run(s, count), (1, 2)), 2 * requests)
    (single, double), _ = rates([one, two])
    yield Row(
        "process", "two threads", "one thread", "", "M/s", double / 1e6, single / 1e6,
        double / single, 1.7,
    )  # fmt: skip
    # Sampled: what the kernel calls a child's peak can be its parent's.
    held = statistics.median(fresh(PEAK.format(requests=requests)) for _ in range(RUNS))
    yield allowance("process", "memory", "MB", held, 200)
    code = f"from scalelab import simulate\nprint({POWER.format(requests=requests)}.mean_response)"
    fresh(code)  # compiles
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        fresh(code)
        seconds.append(time.perf_counter() - start)
    yield allowance("process", "whole process", "s", statistics.median(seconds), 2)
    took = import_time("scalelab")[0]
    yield allowance("import", "import scalelab", "s", took, 0.3)


def import_time(name):
    """Return the seconds of an import in a new process, whether numba came, and what came.

    It is the lesser of two: what is more was the machine's other work.
    """
    return min((fresh(IMPORT.format(name=name)) for _ in range(2)), key=lambda answer: answer[0])


def import_times():
    """Return the import time of each public module that its package does not bring anyway."""
    times, brought = [], set()
    names = [module.name for module in pkgutil.walk_packages(scalelab.__path__, "scalelab.")]
    for name in ["scalelab", *names]:
        if name not in brought and "._" not in name:
            seconds, numba, modules = import_time(name)
            times.append({"module": name, "seconds": seconds, "numba": numba})
            brought.update(m for m in modules if m.startswith(f"{name}.") and name != "scalelab")
    return times


def first_calls():
    """Return the seconds of a first call that compiles, and of the first of a later process."""
    times = []
    for imported, call in CALLS:
        code = CALL.format(imports=imported, call=call)
        with tempfile.TemporaryDirectory() as folder:
            compiled = fresh(code, NUMBA_CACHE_DIR=folder)
            cached = [fresh(code, NUMBA_CACHE_DIR=folder) for _ in range(RUNS)]
        times.append({"call": call, "first": compiled, "cached": statistics.median(cached)})
    return times
