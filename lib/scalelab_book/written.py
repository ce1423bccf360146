"""How the sources of the lab write what they define: what is called, and what is constant."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import sys
import textwrap

WIDTH = 72


def lab():
    """The modules of the lab that have been imported."""
    return [m for name, m in sorted(sys.modules.items()) if name.partition(".")[0] == "scalelab"]


def lineage(thing):
    """A class and those of the lab that it builds on, the nearest first; a function has none."""
    bases = inspect.getmro(thing) if inspect.isclass(thing) else ()
    return [base for base in bases if base.__module__.startswith("scalelab.")]


def signature(name, thing):
    """How a thing is called, or what a class that is not called builds on."""
    function = called(thing)
    if function is None and inspect.isclass(thing):
        bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
        return f"class {name}({bases})" if bases else f"class {name}"
    if function is None:
        return name
    start = f"async {name}(" if inspect.iscoroutinefunction(function) else f"{name}("
    lines = dict(subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return textwrap.fill(f"{start}{', '.join(parameters(function))})", WIDTH, **lines)


def called(thing):
    """The function that calling a thing runs; None for a property, and for a class without one."""
    if inspect.isclass(thing):
        own = () if dataclasses.is_dataclass(thing) else lineage(thing)
        thing = next((vars(cls)["__init__"] for cls in own if "__init__" in vars(cls)), None)
    function = inspect.unwrap(getattr(thing, "__func__", thing))
    return function if inspect.isfunction(function) else None


def parameters(function):
    """The parameters of a function as its source writes them, without `self`."""
    source = textwrap.dedent(inspect.getsource(function))
    a = ast.parse(source).body[0].args
    plain = [*a.posonlyargs, *a.args]
    defaults = [*[None] * (len(plain) - len(a.defaults)), *a.defaults, *a.kw_defaults]
    names = [
        arg.arg + (f"={ast.get_source_segment(source, default)}" if default else "")
        for arg, default in zip([*plain, *a.kwonlyargs], defaults, strict=True)
    ]
    star = [f"*{a.vararg.arg}"] if a.vararg else ["*"] if a.kwonlyargs else []
    names = [*names[: len(plain)], *star, *names[len(plain) :]]
    names += [f"**{a.kwarg.arg}"] if a.kwarg else []
    return [name for name in names if name not in ("self", "cls")]


def constant(name, thing):
    """The module that assigns a constant, how it does, and the docstring below it."""
    for module in lab():
        source = inspect.getsource(module)
        body = ast.parse(source).body if vars(module).get(name) is thing else []
        for node, after in itertools.pairwise([*body, None]):
            if isinstance(node, ast.Assign) and name in names(node):
                plain = isinstance(node.targets[0], ast.Name)
                said = ast.get_source_segment(source, node) if plain else f"{name} = {thing!r}"
                told = getattr(getattr(after, "value", None), "value", None)
                return module, said, inspect.cleandoc(told) if isinstance(told, str) else ""
    raise LookupError(f"no module of the lab assigns {name}")


def names(assignment):
    return {node.id for node in ast.walk(assignment.targets[0]) if isinstance(node, ast.Name)}
