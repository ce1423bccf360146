"""``{api} module ...``: what modules of the lab offer, from their docstrings.

A name stands under the module from which one imports it: the one that lists it in ``__all__``, or
else the one that defines it. With what a module lists are shown its own classes, which its
functions give back. A class shows what it inherits from other classes of the lab.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import types

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from . import docstrings, written
from .written import lineage

PROPERTIES = property, functools.cached_property


class Api(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        try:
            found = public(self.arguments[0].split())
        except ImportError as error:
            raise ExtensionError(f"api: {error}") from None
        for module in written.lab():
            self.env.note_dependency(inspect.getsourcefile(module))
        ids = set(every_id(found))
        return [section(module, names, ids) for module, names in found.items()]


def public(modules):
    """By module, the names that it offers, each name once: functions, classes, then constants."""
    found = [importlib.import_module(f"scalelab.{name}") for name in modules]
    names, seen = {}, set()
    for module in sorted(found, key=lambda module: not hasattr(module, "__all__")):
        own = {name for name, thing in vars(module).items() if is_own(module, name, thing)}
        classes = {name for name in own if inspect.isclass(getattr(module, name))}
        every = {*getattr(module, "__all__", own), *classes}
        names[module] = {
            name: thing
            for name, thing in sorted(((n, getattr(module, n)) for n in every), key=order)
            if not inspect.ismodule(thing) and (name, id(thing)) not in seen
        }
        seen |= {(name, id(thing)) for name, thing in names[module].items()}
    return {module: names[module] for module in found if names[module]}


def is_own(module, name, thing):
    return name[0] != "_" and kind(thing) < 2 and thing.__module__ == module.__name__


def order(one):
    """Functions, classes, constants; each in the order of the alphabet."""
    name, thing = one
    return kind(thing), name.lower()


def kind(thing):
    """0 for a function, 1 for a class, 2 for a constant."""
    return 0 if inspect.isroutine(thing) else 1 if inspect.isclass(thing) else 2


def every_id(found):
    for module, names in found.items():
        yield module.__name__
        for name, thing in names.items():
            yield (own := f"{module.__name__}.{name}")
            yield from (f"{own}.{each}" for base in lineage(thing) for each in members(base))


def members(cls):
    """By name, the public methods and properties that a class itself has."""
    kinds = (*PROPERTIES, classmethod, staticmethod, types.FunctionType)
    return {k: v for k, v in vars(cls).items() if k[0] != "_" and isinstance(v, kinds)}


def section(module, names, ids):
    """A module's section."""
    place = module.__name__
    whole = nodes.section(ids=[place])
    package, _, name = place.rpartition(".")
    below = place.split(".", 2)[-1]  # its folder is the page
    whole += nodes.title("", "", nodes.literal("", below))
    whole += code(f"from {package} import {name}")
    whole += text(module, ids, place)
    for name, thing in names.items():
        own = f"{place}.{name}"
        part = nodes.section(ids=[own])
        part += nodes.title("", "", nodes.literal("", name))
        if kind(thing) == 2:
            home, said, told = written.constant(name, thing)
            part += code(said)
            part += docstrings.parts(told, linker(None, ids, own, home.__name__))
        else:
            part += code(written.signature(name, thing))
            part += text(thing, ids, own, thing.__module__)
            part += inherited(thing, ids, own)
        whole += part
    return whole


def inherited(cls, ids, own):
    """The members of a class, then what the classes that it builds on say and have."""
    shown = set()
    for base in lineage(cls):
        found = {name: it for name, it in members(base).items() if name not in shown}
        shown |= found.keys()
        if base is not cls:
            link = linker(base, ids, own, base.__module__)
            name = docstrings.code(base.__name__, link)
            yield nodes.paragraph("", "From ", *name, nodes.Text(":"), classes=["api-from"])
            yield from text(base, ids, own, base.__module__)
        for name, it in found.items():
            told = text(it, ids, f"{own}.{name}", base.__module__)
            part = [code(written.signature(name, it)), *told]
            yield nodes.container("", *part, classes=["api-member"], ids=[f"{own}.{name}"])


def text(thing, ids, *places):
    """What the docstring of a thing says that stands, and is at home, in these places."""
    return docstrings.parts(inspect.getdoc(thing) or "", linker(thing, ids, *places))


def linker(thing, ids, *places):
    """A function that finds the id that code in a docstring stands for, the nearest first."""
    function = written.called(thing)
    taken = inspect.signature(function).parameters if function else ()
    scopes = [scope for place in places for scope in parents(place)]

    def link(name):
        if name in taken or not re.fullmatch(r"[A-Za-z_][\w.]*", name):
            return None
        found = [f"{scope}.{name}" for scope in scopes] + [name]
        if name[0].isupper():  # a class has its name alone
            same = [one for one in ids if one.endswith(f".{name}")]
            found += same if len(same) == 1 else []
        return next((one for one in found if one in ids and one != places[0]), None)

    return link


def parents(place):
    """A place and those that it is in: a.b.c, a.b, a."""
    parts = place.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def code(words):
    return nodes.literal_block(words, words, language="python", classes=["api-signature"])


def setup(app):
    app.add_directive("api", Api)
