import collections as many
import functools
import linecache
import math
import subprocess
import sys
from math import hypot
from math import sqrt as root

import pytest

from scalelab.measure import sources

DEPTH = 3
NAMES = {"a": (1, 2.5), "b": [None, True]}
HANDLE = open(sys.executable, "rb")  # noqa: SIM115
HANDLE.close()


class Base:
    depth = DEPTH


class Leaf(Base):
    def twice(self):
        return helper(self.depth) * 2


def helper(n):
    return 1 if n == 0 else n * helper(n - 1)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n > 0 and even(n - 1)


again = helper
ACTIONS = {"even": even, "more": [helper, (hypot, None)], "module": math}
STUCK = [1, {"a": HANDLE}]


def everything():
    count = many.Counter("aab")["a"]
    called = ACTIONS["more"][1][0](6, 8), ACTIONS["even"](3), ACTIONS["module"].pi
    return [
        *called,
        Leaf().twice(),
        count,
        hypot(3, 4),
        root(9),
        math.pi > 3,
        NAMES["a"][1],
        even(4),
    ]


def runs(function, call):
    text = f"{sources.program(function)}\nprint({call})"
    command = [sys.executable, "-I", "-c", text]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_function_takes_along_all_that_it_uses():
    assert runs(everything, "everything()") == str(everything())


def test_another_name_of_a_function_is_known_there_too():
    def use():
        return again(4)

    assert runs(use, "use()") == "24"


def test_a_builtin_in_a_shell_stays_a_builtin(monkeypatch):
    @functools.wraps(open)
    def guarded(*arguments):
        return open(*arguments)

    def use():
        return open(__file__).close()

    monkeypatch.setitem(globals(), "open", guarded)
    assert sources.program(use).startswith("def use")


def test_attributes_are_no_globals():
    def use(thing):
        return thing.HANDLE, thing.NAMES

    assert "NAMES =" not in sources.program(use)


def test_a_class_of_a_notebook_is_found_by_its_methods():
    text = """
class Shop:
    price = 3

    def ask(self):
        return self.price

def serve():
    return Shop().ask()
"""
    linecache.cache["<cell 1>"] = len(text), None, text.splitlines(True), "<cell 1>"
    names = {"__name__": "a notebook"}
    exec(compile(text, "<cell 1>", "exec"), names)
    written = sources.program(names["serve"])
    assert written.startswith("class Shop:\n    price = 3\n")
    assert written.endswith("return Shop().ask()")
    names["Shop"].ask = None
    with pytest.raises(ValueError, match="Shop has no source that can be copied"):
        sources.program(names["serve"])


def test_what_cannot_be_taken_along_is_named():
    def uses_a_file():
        return HANDLE.read()

    def uses_a_list():
        return STUCK

    def outer(secret):
        def inner():
            return secret

        return inner

    with pytest.raises(ValueError, match="uses_a_file uses HANDLE, a BufferedReader, which"):
        sources.program(uses_a_file)
    with pytest.raises(ValueError, match="uses_a_list uses STUCK, a BufferedReader, which"):
        sources.program(uses_a_list)
    with pytest.raises(ValueError, match="inner uses secret of the function around it"):
        sources.program(outer(1))
    with pytest.raises(ValueError, match="function is 3: give a function"):
        sources.program(3)
    with pytest.raises(ValueError, match="has no source that can be copied"):
        sources.program(eval("lambda: 1"))


@pytest.mark.parametrize("value", [1, 2.5, "a\n'", b"\0", None, [(1, {"a": {2}})], -3, True])
def test_a_literal_is_the_same_value(value):
    assert eval(sources.literal(value)) == value


@pytest.mark.parametrize("value", [object(), float("nan"), len, many.Counter("a"), {1: object()}])
def test_what_is_no_literal_is_refused(value):
    with pytest.raises(ValueError, match="value is a "):
        sources.literal(value)
