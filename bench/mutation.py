"""How many planted faults the tests find: `make mutate`, or `mutation.py ring.py:40` for a line.

One operator or number at a time is changed in `model` and `algorithms`, in memory: no file is
touched. The tests of that module then run until one fails; a mutant that none fails survives.
Kernels run without numba, so that they can be changed too, and tests that take over five seconds
so are left out. A mutant that never ends is found by the time limit of the tests. Mutants that can
give no other answer are listed, with the reason, in `bench/equivalent.txt`.
"""

import argparse
import importlib
import json
import math
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from importlib.machinery import SourceFileLoader
from pathlib import Path

try:
    import pytest
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator
except ImportError as missing:  # go on where `make bench` has its peers
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from bench import peers

    python = str(peers.prepare())
    if python == sys.executable:
        sys.exit(f"{missing.name} is missing: .venv/bin/python -m pip install cosmic-ray==8.7.0")
    os.execv(python, [python, "-P", *sys.argv])

ROOT = Path(__file__).resolve().parent.parent
LIB, SLOW, MEMORY = ROOT / "lib", 5.0, 6 << 30  # seconds of one test, bytes of a run
BOUNDS = "tests/lab/test_bounds.py"
ARGUMENTS = "tests/lab/test_arguments.py::test_a_wrong_argument_is_one_sentence"
BINARY = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul RShift_LShift LShift_RShift"
COMPARED = "Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot"
OPERATORS = [
    *(f"ReplaceBinaryOperator_{each}" for each in f"{BINARY} BitOr_BitAnd BitAnd_BitOr".split()),
    *(f"ReplaceBinaryOperator_{each}" for each in ["BitXor_BitAnd"]),
    *(f"ReplaceComparisonOperator_{each}" for each in f"{COMPARED} IsNot_Is".split()),
    *(f"ReplaceUnaryOperator_{each}" for each in ["Delete_USub", "Delete_Not", "Delete_Invert"]),
    *[
        "AddNot",
        "ReplaceTrueWithFalse",
        "ReplaceFalseWithTrue",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
    ],
    *[
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
        "NumberReplacer",
        "ZeroIterationForLoop",
    ],
]
PRELOADED = "numpy pandas networkx pint scipy.stats scipy.integrate scipy.optimize hypothesis simpy"


class Chosen:
    """Runs some of the collected tests, the quickest first, and notes how long each takes."""

    def __init__(self, known, module=None):
        self.known, self.module, self.times = known, module, Counter()

    def wanted(self, item):
        """Say whether a test is quick and, where it spoils an argument, the module's own."""
        function = getattr(item, "callspec", None) and item.callspec.params.get("function")
        ours = self.module and not self.module.rpartition(".")[2].startswith("_")
        if function and ours and function.__module__ != self.module:
            return False
        return not self.known or self.known.get(item.nodeid, math.inf) < SLOW

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if self.wanted(item)]
        items.sort(key=lambda item: self.known.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report):
        self.times[report.nodeid] += report.duration


def forked(work, seconds):
    """Return what `work` returns as an exit code in a fork; below 0 where it took too long."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(10 * seconds)
        code = int(work())
    finally:
        os._exit(code)


def run(plugin, files, scratch):
    """Run tests in this process and return pytest's exit code."""
    quiet = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis is imported before
    options = ["-qx", "-W", quiet, "--timeout=0", "-p", "no:xdist", "-o", f"cache_dir={scratch}"]
    return pytest.main([*options, *map(str, files)], plugins=[plugin])


def baseline(file, scratch):
    """Return the seconds of each test of a file, and the modules of ours that it uses."""
    notes = Path(scratch, "notes.json")

    def work():
        plugin = Chosen({})
        code = run(plugin, [file], scratch)
        notes.write_text(json.dumps([plugin.times, [m for m in sys.modules if "scalelab" in m]]))
        return code

    if forked(work, 600) not in (0, 5):
        sys.exit(f"{file} fails before anything is changed: make it pass first")
    return json.loads(notes.read_text())


def mutants(path):
    """Return each mutant of a file: its line, what stands there now, and the whole source."""
    source, found = path.read_text(), {}
    nodes, lines = list(ast_nodes(get_ast(source))), source.split("\n")
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        for k in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
            changed = mutate_code(source, operator, k)
            line, new = next((i, b) for i, b in enumerate(changed.split("\n")) if b != lines[i])
            if not lines[line].startswith("@"):
                found[changed] = line + 1, " ".join(new.split())
    return [(*where, changed) for changed, where in found.items()]


def survives(path, source, module, files, known, scratch):
    """Say whether a mutant fails no test: 0 if so, and below 0 where it takes too long."""
    plain = SourceFileLoader.get_code

    def get_code(loader, name):
        mutated = loader.path == str(path)
        return compile(source, path, "exec") if mutated else plain(loader, name)

    def work():
        SourceFileLoader.get_code = get_code
        importlib.import_module(module)
        first = [file for file in files if file != ARGUMENTS]
        return run(Chosen(known, module), first, scratch) not in (0, 5) or run(
            Chosen(known, module), [ARGUMENTS], scratch
        ) not in (0, 5)

    return forked(work, 10 + 3 * round(sum(t for t in known.values() if t < SLOW)))


def main(scratch):
    """Print a line for each survivor and a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("where", nargs="*", help="files, such as ring.py or ring.py:40")
    parser.add_argument("--sample", type=int, help="at most so many mutants of each file")
    options = parser.parse_args()
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = sys.pycache_prefix = scratch
    sys.path.insert(0, str(LIB))
    sys.modules["numba"] = None
    for name in PRELOADED.split():
        importlib.import_module(name)
    paths = [p for d in ("model", "algorithms") for p in sorted(LIB.glob(f"scalelab/{d}/**/*.py"))]
    wanted = dict(each.partition(":")[::2] for each in options.where)
    paths = [p for p in paths if not wanted or p.name in wanted or p.parent.name in wanted]
    paths = [p for p in paths if p.name != "__init__.py"]
    same = Path(__file__).with_name("equivalent.txt").read_text().splitlines()
    same = {tuple(line.rpartition(" # ")[0].strip().split(": ", 1)) for line in same}
    tests = sorted(Path(ROOT, "tests/lab").glob("[am]*/test_*.py"))
    tests = [str(p.relative_to(ROOT)) for p in tests if "without_numba" not in p.name]
    folders = {p.relative_to(LIB / "scalelab").parts[0] for p in paths}
    tests = [t for t in tests if t.split("/")[2] in folders]
    tests.append(BOUNDS)
    noted = {file: baseline(file, scratch) for file in [*tests, ARGUMENTS]}
    totals, started = {folder: Counter() for folder in folders}, time.monotonic()
    for path in paths:
        module = re.sub(r"[/\\]", ".", str(path.relative_to(LIB).with_suffix("")))
        noted[str(path)] = baseline(path, scratch)
        files = [str(path), *(t for t in tests if module in noted[t][1]), ARGUMENTS]
        known = {test: t for file in files for test, t in noted[file][0].items()}
        score, name = Counter(), str(path.relative_to(LIB / "scalelab"))
        chosen = wanted.get(path.name)
        found = [m for m in mutants(path) if not chosen or str(m[0]) == chosen]
        random.Random(1).shuffle(found)
        for line, new, source in sorted(found[: options.sample]):
            if (name, new) in same:
                score["equivalent"] += 1
                continue
            code = survives(path, source, module, files, known, scratch)
            score["survived" if code == 0 else "killed" if code > 0 else "timed out"] += 1
            if code == 0:
                print(f"{name}:{line}: {new}", flush=True)
        totals[name.partition("/")[0]] += score
        print(f"== {name:28} {dict(score)} {time.monotonic() - started:.0f} s", flush=True)
    for folder, score in totals.items():
        found, planted = score["killed"] + score["timed out"], score.total() - score["equivalent"]
        print(f"{folder}: {found} of {planted} found ({found / max(planted, 1):.1%})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(scratch)
