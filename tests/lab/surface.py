"""What the lab offers, read from its sources' text: modules, names, classes with what they inherit.

Nothing of the lab is imported here, and nothing of the code that makes the reference.
"""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAB = ROOT / "lib/scalelab"

# Modules that only the lab itself imports; those whose name ends in kernel are others. What a
# reader needs of them stands in the `__all__` of another one, and the reference shows it there.
INSIDE = {
    "algorithms.eviction",
    "algorithms.ghosts",
    "algorithms.hashing",
    "algorithms.crdts.state",
    "algorithms.staleness",
    "measure.app",
    "measure.catalog",
    "measure.endpoint",
    "measure.generator",
    "measure.handles",
    "measure.link",
    "measure.missing",
    "measure.parts",
    "measure.ports",
    "measure.postgres.process",
    "simulate.draws",
    "measure.postgres.server",
    "measure.redis.nodes",
    "measure.redis.server",
    "measure.relay.pipe",
    "measure.supervisor",
    "model.units",
    "show.look",
    "show.records",
    "simulate.addresses",
    "simulate.clients",
    "simulate.fleets",
    "simulate.kernels",
    "simulate.loads",
    "simulate.scaling_levels",
    "simulate.work",
}

FUNCTIONS = ast.FunctionDef, ast.AsyncFunctionDef


@dataclass(frozen=True)
class Name:
    """A class, a function or a constant, in the module that defines it."""

    module: str
    name: str

    def __str__(self):
        return f"{self.module}.{self.name}"

    @property
    def node(self):
        return definitions(self.module)[self.name]


@functools.cache
def pages():
    """By page of the reference, the modules that it is told to show."""
    files = [ROOT / "book/api.md", *sorted((ROOT / "book/api").glob("*.md"))]
    found = {}
    for file in files:
        page = file.relative_to(ROOT / "book").with_suffix("").as_posix()
        lines = re.findall(r"^```\{api\} (.+)$", file.read_text(encoding="utf-8"), flags=re.M)
        found[page] = " ".join(lines).split()
    return found


def is_inside(module):
    return module in INSIDE or module.endswith("kernel")


@functools.cache
def modules():
    """Every module but those that begin with an underscore: ``"model.queueing"``."""
    found = []
    for path in sorted(LAB.rglob("*.py")):
        *folders, name = path.relative_to(LAB).with_suffix("").parts
        parts = [*folders, *([] if name == "__init__" else [name])]
        if parts and not any(part.startswith("_") for part in parts):
            found.append(".".join(parts))
    return found


def path(module):
    """The file of a module."""
    place = LAB.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@functools.cache
def tree(module):
    return ast.parse(path(module).read_text(encoding="utf-8"))


@functools.cache
def definitions(module):
    """By name, what a module itself defines: its functions, classes and assignments."""
    found = {}
    body = list(tree(module).body)
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {n.id: node for n in ast.walk(node) if is_stored(n)}
        elif isinstance(node, ast.If | ast.Try):
            body += node.body + node.orelse
    return found


def is_stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


@functools.cache
def imports(module):
    """By name, where a module has it from: (module, name), for modules of the lab."""
    package = module.split(".") if path(module).name == "__init__.py" else module.split(".")[:-1]
    found = {}
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            base += node.module.split(".") if node.module else []
            found |= {a.asname or a.name: (".".join(base), a.name) for a in node.names}
    return found


def home(module, name):
    """Where a name that a module has is defined, or None: outside the lab, or itself a module."""
    if name in definitions(module):
        return Name(module, name)
    source, name = imports(module).get(name, ("", name))
    of_a_module = source and path(source).exists() and not path(f"{source}.{name}").exists()
    return home(source, name) if of_a_module else None


def listed(module):
    """The names in a module's `__all__`, or None."""
    node = definitions(module).get("__all__")
    return node and ast.literal_eval(node.value)


def offered(module):
    """By name, what one imports from a module: what it lists, its own classes; or all it defines.

    A class that is not listed is what a function of the module gives back. Constants are offered
    where they are listed.
    """
    own = {
        name: Name(module, name)
        for name, node in definitions(module).items()
        if name[0] != "_" and isinstance(node, (*FUNCTIONS, ast.ClassDef))
    }
    names = listed(module)
    if names is None:
        return own
    found = {name: home(module, name) for name in names}
    found |= {name: it for name, it in own.items() if isinstance(it.node, ast.ClassDef)}
    return {name: it for name, it in found.items() if it}


def lineage(thing):
    """A class and the classes of the lab that it builds on, the nearest first."""
    found = [thing]
    for each in found:
        bases = (home(each.module, b.id) for b in each.node.bases if isinstance(b, ast.Name))
        found += [base for base in bases if base and base not in found]
    return found


def members(thing, private=False):
    """By name, the public methods and properties of a class, inherited ones too."""
    found = {}
    for each in lineage(thing):
        own = [node for node in each.node.body if isinstance(node, FUNCTIONS)]
        found = {node.name: node for node in own if private or node.name[0] != "_"} | found
    return found


def is_dataclass(node):
    return any("dataclass" in ast.unparse(mark) for mark in node.decorator_list)


def fields(thing):
    """By name, the public fields that a dataclass itself declares."""
    if not is_dataclass(thing.node):
        return {}
    declared = [node for node in thing.node.body if isinstance(node, ast.AnnAssign)]
    return {node.target.id: node for node in declared if node.target.id[0] != "_"}


def parameters(node):
    """The names of a function's parameters, with their stars, without `self`."""
    a = node.args
    names = [each.arg for each in [*a.posonlyargs, *a.args] if each.arg not in ("self", "cls")]
    names += [f"*{a.vararg.arg}"] if a.vararg else ["*"] if a.kwonlyargs else []
    return names + [each.arg for each in a.kwonlyargs] + ([f"**{a.kwarg.arg}"] if a.kwarg else [])


def sections(text):
    """The sections of a docstring by title; what comes before them has the title ``""``."""
    first, *rest = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.M)
    return {"": first} | dict(zip(rest[::2], rest[1::2], strict=True))
