"""A function with all that it uses, written out as a program: what a process of its own needs.

>>> import string
>>> GREETING = "hello"
>>> def capital(name):
...     return string.capwords(name)
>>> def greet(name):
...     return f"{GREETING}, {capital(name)}"
>>> print(program(greet))
import string
GREETING = 'hello'
def capital(name):
    return string.capwords(name)
def greet(name):
    return f"{GREETING}, {capital(name)}"

A notebook's functions stand in no file that another process could import. So their source is
copied, and with it what they name: modules, and what was imported from modules, are imported
there too; functions and classes of the same notebook are copied in turn; plain values, and
lists and dicts of all these, are written down as they are at this moment.
"""

import ast
import builtins
import dis
import inspect
import linecache
import sys
import textwrap
import types

__all__ = ["literal", "program"]

LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}


def program(function):
    """Return the text of a program that defines a function and all that it uses.

    Parameters
    ----------
    function : function
        Made by ``def``.

    Raises
    ------
    ValueError
        It is no such function, its source is not to be had, or it uses something that can
        neither be imported nor written down.
    """
    if not isinstance(function, types.FunctionType):
        raise ValueError(f"function is {function!r}: give a function that was made by def")
    return "\n".join(_Copy(function).lines())


def literal(value):
    """Return a value as Python text.

    Parameters
    ----------
    value : object
        Made of numbers, texts, bytes, True, False, None, and tuples, lists, dicts and sets.

    Raises
    ------
    ValueError
        It is made of something else.

    Examples
    --------
    >>> literal({"price": 3.5})
    "{'price': 3.5}"
    """
    text = repr(value)
    try:
        if ast.literal_eval(text) == value:
            return text
    except (ValueError, SyntaxError):
        pass
    raise ValueError(
        f"value is a {type(value).__name__}: another process can be given numbers, texts, bytes, "
        "True, False, None, and tuples, lists, dicts and sets of them"
    )


class _Copy:
    """What a function needs, found by following the names that its code loads."""

    def __init__(self, function):
        self.names, self.home = function.__globals__, function.__module__
        self.imports, self.definitions = {}, {}
        self.copy(function)

    def lines(self):
        return [*self.imports.values(), *self.definitions.values()]

    def copy(self, thing):
        """Copy a function or class, after what it uses."""
        name = thing.__name__
        if name in self.definitions:
            return
        if getattr(thing, "__closure__", None):
            outer = ", ".join(thing.__code__.co_freevars)
            raise ValueError(
                f"{name} uses {outer} of the function around it: give it as an argument instead"
            )
        try:
            source = textwrap.dedent(_source(thing)).rstrip()
            code = compile(source, name, "exec")
        except (OSError, TypeError, SyntaxError) as error:
            raise ValueError(f"{name} has no source that can be copied: {error}") from error
        self.definitions[name] = source  # also where it uses itself
        for used in loaded(code):
            if used in self.names and used != name:
                self.need(used, self.names[used], name)
        self.definitions[name] = self.definitions.pop(name)  # now it comes after them

    def need(self, name, value, user):
        """Import, copy or write down a global that something uses."""
        if inspect.unwrap(value) is getattr(builtins, name, loaded):
            return  # IPython has an ``open`` of its own around Python's
        text = self.text(value, f"{user} uses {name}")
        if text != name:
            self.definitions[name] = f"{name} = {text}"

    def text(self, value, use):
        """An expression for a value, once what it needs is imported and copied."""
        name, home = getattr(value, "__name__", ""), getattr(value, "__module__", None)
        if inspect.ismodule(value):
            self.imports[name] = f"import {name}"
            return name
        if home not in (None, self.home) and getattr(sys.modules.get(home), name, None) is value:
            self.imports[name] = f"from {home} import {name}"
            return name
        if inspect.isfunction(value) or inspect.isclass(value):
            self.copy(value)
            return name
        if type(value) is dict:
            pairs = [f"{self.text(k, use)}: {self.text(v, use)}, " for k, v in value.items()]
            return f"{{{''.join(pairs)}}}"
        if type(value) in (list, tuple):
            inside = "".join(f"{self.text(each, use)}, " for each in value)
            return f"[{inside}]" if type(value) is list else f"({inside})"
        try:
            return literal(value)
        except ValueError as error:
            raise ValueError(
                f"{use}, a {type(value).__name__}, which another process can't be given: make it "
                "inside the function"
            ) from error


def _source(thing):
    """The text of a function or class.

    Of a notebook's class Python knows only the cells in which its methods stand.
    """
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):
        for method in filter(inspect.isfunction, vars(thing).values()):
            lines = linecache.getlines(method.__code__.co_filename)
            for node in ast.walk(ast.parse("".join(lines))):
                if isinstance(node, ast.ClassDef) and node.name == thing.__name__:
                    return ast.get_source_segment("".join(lines), node)
        raise


def loaded(code):
    """The global names that some code and the code within it load, in order, each once."""
    found = {}
    for step in dis.get_instructions(code):
        if step.opname in LOADS and not step.argval.startswith("__"):  # a class loads __name__
            found[step.argval] = None
    for inner in filter(inspect.iscode, code.co_consts):
        found |= dict.fromkeys(loaded(inner))
    return list(found)
