"""Imports run one way, as the design draws them."""

import ast

import pytest

ARROWS = {
    "stats": set(),
    "sweep": set(),
    "jit": set(),
    "model": {"model"},
    "algorithms": {"algorithms", "stats", "jit"},
    "simulate": {"simulate", "algorithms", "stats", "jit"},
    "measure": {"measure", "stats"},
    "show": {"show", "stats"},
}


def imported(source, package):
    """Return the absolute names of the modules that `source`, a module of `package`, imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parts if node.level else []), *filter(None, [node.module])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def wrong(source, path, known=ARROWS):
    """Return what a module at `path`, parts below lib/, imports against the arrows."""
    part = path[1]
    allowed = known[part]
    against = set()
    for name in imported(source, ".".join(path[:-1])):
        top, *rest = name.split(".")
        if top == "scalelab_book" or (top == "scalelab" and rest and rest[0] not in allowed):
            against.add(name)
    return against


def test_imports_follow_the_arrows(root):
    seen = set()
    for file in sorted((root / "lib/scalelab").rglob("*.py")):
        path = file.relative_to(root / "lib").with_suffix("").parts
        if path == ("scalelab", "__init__"):
            assert not {n for n in imported(file.read_text(), "scalelab") if "scalelab" in n}
            continue
        seen.add(path[1])
        assert not wrong(file.read_text(), path), f"{file} imports against the arrows"
    assert {"stats", "jit", "model", "simulate"} <= seen


@pytest.mark.parametrize(
    ("path", "source", "against"),
    [
        ("scalelab.simulate.queues", "from ..model import queueing", "scalelab.model.queueing"),
        ("scalelab.simulate.__init__", "from .. import model", "scalelab.model"),
        ("scalelab.model.queueing", "from ..stats import generator", "scalelab.stats.generator"),
        ("scalelab.stats", "import scalelab.jit", "scalelab.jit"),
        ("scalelab.show.charts", "import scalelab_book.assets", "scalelab_book.assets"),
        ("scalelab.model.x", "def f():\n    from scalelab import jit", "scalelab.jit"),
    ],
)
def test_a_wrong_import_is_seen(path, source, against):
    assert wrong(source, tuple(path.split("."))) == {against}
