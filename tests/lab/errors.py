"""Which errors a function of the lab can end with, read from the sources' text.

Those that it raises itself, and those that a function raises, or says it raises, that it calls by
its name; but not those that it catches. A `ValueError` is left out: wrong arguments raise it
everywhere.
"""

import ast
import functools
import re

import surface


@functools.cache
def raised(module, function, cls=None, above=()):
    """The names of the errors of a function, or of a method of a class, in a module."""
    node = members(module, cls)[function] if cls else surface.definitions(module)[function]
    found = documented(node)
    for one, caught in walk(node):
        if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call):
            found.add(ast.unparse(one.exc.func))
        elif isinstance(one, ast.Call):
            place = called(module, cls, one.func)
            if place and place not in above:
                found |= raised(*place, (*above, place)) - caught
    return {name for name in found if name not in ("ValueError", "OSError") and name[0] != "_"}


def members(module, cls):
    return surface.members(surface.Name(module, cls), private=True)


def documented(node):
    """The errors that a docstring names under Raises."""
    text = surface.sections(ast.get_docstring(node) or "").get("Raises", "")
    heads = re.findall(r"^[A-Z]\w*(?:, \w+)*$", text, flags=re.M)
    return {name for head in heads for name in head.split(", ")}


def walk(node, caught=frozenset()):
    """Every node of a function, with the names of the errors that are caught around it."""
    for child in ast.iter_child_nodes(node):
        around = caught
        if isinstance(node, ast.Try) and child in node.body:
            types = " ".join(ast.unparse(one.type) for one in node.handlers if one.type)
            around = caught | set(re.findall(r"\w+", types))
        yield child, around
        yield from walk(child, around)


def called(module, cls, function):
    """Where a function stands that is called by its name, as a module's, or by `self`."""
    if isinstance(function, ast.Name):
        return place_of(surface.home(module, function.id))
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    if function.value.id == "self" and cls:
        return (module, function.attr, cls) if function.attr in members(module, cls) else None
    source = ".".join(filter(None, surface.imports(module).get(function.value.id, ())))
    known = source and surface.path(source).exists()
    return place_of(surface.home(source, function.attr)) if known else None


def place_of(thing):
    if thing and isinstance(thing.node, surface.FUNCTIONS):
        return thing.module, thing.name, None
    if thing and isinstance(thing.node, ast.ClassDef):
        found = members(thing.module, thing.name)
        return (thing.module, "__init__", thing.name) if "__init__" in found else None
    return None
