"""``{api} module ...``: the public functions and classes of modules of the lab, from docstrings.

A name stands under the module from which one imports it: the one that lists it in ``__all__``, or
else the one that defines it. Docstrings are shown as `help` shows them.
"""

from __future__ import annotations

import functools
import importlib
import inspect

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

ATTRIBUTES = property, functools.cached_property, classmethod, staticmethod


class Api(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        try:
            found = public(self.arguments[0].split())
        except ImportError as error:
            raise ExtensionError(f"api: {error}") from None
        for module in found:
            self.env.note_dependency(inspect.getsourcefile(module))
        return [section(module, found[module]) for module in found]


def public(modules):
    """The public functions and classes of each module, each of them once."""
    found = [importlib.import_module(f"scalelab.{name}") for name in modules]
    names, seen = {}, set()
    for module in sorted(found, key=lambda module: not hasattr(module, "__all__")):
        listed = getattr(module, "__all__", None)
        things = {key: getattr(module, key) for key in sorted(listed or vars(module))}
        names[module] = {
            key: thing
            for key, thing in things.items()
            if key[0] != "_" and callable(thing) and thing not in seen
            if home(thing) == module.__name__ or (listed and home(thing).startswith("scalelab."))
        }
        seen.update(names[module].values())
    return {module: names[module] for module in found if names[module]}


def home(thing):
    """The module that defines it; NumPy's functions name none."""
    return getattr(thing, "__module__", None) or ""


def section(module, names):
    """A module's section."""
    whole = nodes.section(ids=[module.__name__])
    whole += nodes.title("", "", nodes.literal("", module.__name__.partition(".")[2]))
    whole += text(module)
    for name, thing in names.items():
        part = nodes.section(ids=[f"{module.__name__}.{name}"])
        part += nodes.title("", "", nodes.literal("", name))
        part += code(f"{name}{signature(thing)}", "python")
        part += text(thing)
        part += [method(key, value) for key, value in members(thing)]
        whole += part
    return whole


def members(thing):
    """Public methods and properties that a class itself documents."""
    if not inspect.isclass(thing):
        return []
    own = [(key, value) for key, value in vars(thing).items() if key[0] != "_"]
    return [(key, value) for key, value in own if inspect.getdoc(value) and described(value)]


def described(value):
    return inspect.isroutine(value) or isinstance(value, ATTRIBUTES)


def method(name, value):
    function = getattr(value, "__func__", value)
    attribute = isinstance(value, property | functools.cached_property)
    shown = name if attribute else f"{name}{signature(function)}"
    return nodes.container("", code(shown, "python"), *text(value), classes=["api-member"])


def signature(thing):
    try:
        return str(inspect.signature(thing)).replace("(self, ", "(").replace("(self)", "()")
    except ValueError:
        return "()"


def text(thing):
    """The first sentence of a docstring as a paragraph, the rest as it stands."""
    first, _, rest = (inspect.getdoc(thing) or "").partition("\n\n")
    parts = [nodes.paragraph("", " ".join(first.replace("`", "").split()))] if first else []
    return [*parts, code(rest.strip("\n"), "text", "api-text")] if rest else parts


def code(words, language, *classes):
    return nodes.literal_block(words, words, language=language, classes=list(classes))


def setup(app):
    app.add_directive("api", Api)
