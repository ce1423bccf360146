"""The reference has every public name of the lab, every member of its classes, every field.

What it should have is read from the sources' text (`surface`) and from the notebooks, not from
the code that makes the pages.
"""

import ast
import json
import re

import pytest
import surface
from built import ROOT

MODULES = [module for modules in surface.pages().values() for module in modules]
OFFERED = {thing for module in MODULES for thing in surface.offered(module).values()}
NOTEBOOKS = [*ROOT.glob("notebooks/[0-9]*.ipynb"), *ROOT.glob("casestudies/*.ipynb")]

READ = """sections => sections.map(one => {
    const members = [...one.querySelectorAll('.api-member')];
    const own = what => [...one.querySelectorAll(what)].filter(it => !it.closest('.api-member'));
    return {
        id: one.id.replace('scalelab.', ''),
        signature: one.querySelector('pre').textContent,
        spans: [...own('p')[0].querySelectorAll('code')].map(it => it.textContent),
        entries: own('dt code').map(it => it.textContent),
        members: members.map(it => it.querySelector('pre').textContent),
    };
})"""


@pytest.fixture(scope="module")
def shown(address, browser):
    """By module and name, what the pages say of it."""
    page, found = browser.new_page(), {}
    for name in surface.pages():
        page.goto(f"{address}/book/{name}.html")
        for one in page.locator("section[id^='scalelab.'] > section").evaluate_all(READ):
            assert one["id"] not in found, f"{one['id']} is in the reference twice"
            found[one["id"]] = one
    page.close()
    return found


def told(thing, shown):
    """What the reference says of a name, under a module from which one imports it."""
    return next((shown[place] for place in places(thing) if place in shown), None)


def places(thing):
    return [f"{m}.{thing.name}" for m in MODULES if surface.offered(m).get(thing.name) == thing]


def classes(things):
    return [thing for thing in things if isinstance(thing.node, ast.ClassDef)]


def agree(wrong):
    if wrong := sorted(wrong):
        pytest.fail("\n".join(wrong), pytrace=False)


def test_every_module_is_on_a_page():
    modules = {module for module in surface.modules() if not surface.is_inside(module)}
    agree(
        f"no reader finds {thing}: add {module} to the line {{api}} of book/api/"
        f"{module.partition('.')[0]}.md, or the name to the __all__ of a module that is there; "
        f"if {module} is for the lab alone, add it to INSIDE in tests/lab/surface.py"
        for module in modules - set(MODULES)
        for thing in surface.offered(module).values()
        if thing not in OFFERED
    )


def test_every_name_is_there(shown):
    found = [place for thing in OFFERED for place in places(thing) if place in shown]
    agree(
        f"{thing} is not in the reference: {places(thing)[0]} should be there"
        for thing in OFFERED
        if not told(thing, shown)
    )
    assert len(found) == len(OFFERED), "a name is in the reference twice"
    assert set(shown) == set(found), "the reference has names that no module offers"


def test_every_name_has_its_signature(shown):
    wrong = []
    for thing in OFFERED:
        said = " ".join(told(thing, shown)["signature"].split()) if told(thing, shown) else ""
        function = thing.node
        if isinstance(function, ast.ClassDef):
            members = surface.members(thing, private=True)
            function = None if surface.is_dataclass(function) else members.get("__init__")
        good = said.removeprefix("class ").startswith(thing.name)
        if isinstance(function, surface.FUNCTIONS):
            good = good and takes(said) == surface.parameters(function)
        wrong += [] if good else [f"{thing} is introduced as {said!r}"]
    agree(wrong)


def takes(signature):
    """The names of the parameters of a signature, with their stars."""
    node = ast.parse(f"def {signature.removeprefix('async ')}: pass").body[0]
    return surface.parameters(node)


def test_every_member_is_there_also_those_that_are_inherited(shown):
    wrong = []
    for thing in classes(OFFERED):
        said = told(thing, shown)["members"] if told(thing, shown) else []
        said = {re.match(r"(?:async )?(\w+)", line)[1]: " ".join(line.split()) for line in said}
        for name, node in surface.members(thing).items():
            line = said.pop(name, None)
            if line is None:
                wrong.append(f"{thing}.{name} is not in the reference")
            elif "(" in line and takes(line) != surface.parameters(node):
                wrong.append(f"{thing}.{name} is introduced as {line!r}")
            elif ("(" in line) == any("property" in ast.unparse(m) for m in node.decorator_list):
                wrong.append(f"{thing}.{name} is a property or is called: not as in {line!r}")
        wrong += [f"{thing} has no {name}, but the reference has" for name in said]
    agree(wrong)


def test_every_field_is_there_also_those_that_are_inherited(shown):
    agree(
        f"the reference does not say what {thing}.{name} is"
        for thing in classes(OFFERED)
        for each in surface.lineage(thing)
        for name in surface.fields(each)
        if not told(thing, shown) or name not in told(thing, shown)["entries"]
    )


def test_code_in_a_first_sentence_is_shown_as_code(shown):
    wrong = []
    for thing in OFFERED:
        if not isinstance(thing.node, ast.Assign):
            first = ast.get_docstring(thing.node).partition("\n\n")[0]
            spans = re.findall(r"``(.+?)``|`(.+?)(?: <[^>]*>)?`", first, flags=re.S)
            spans = [" ".join((double or single).split()) for double, single in spans]
            if not told(thing, shown) or told(thing, shown)["spans"] != spans:
                wrong.append(f"{thing}: {first}")
    agree(wrong)


def test_what_a_function_gives_back_is_there():
    known = {thing.name: thing for m in surface.modules()
             for thing in classes(surface.offered(m).values())}  # fmt: skip
    there = {thing.name for thing in OFFERED}
    agree(
        f"{thing} names {name}, which is not in the reference: add its module, "
        f"{known[name].module}, to a line {{api}} in book/api/"
        for thing in OFFERED
        if not isinstance(thing.node, ast.Assign)
        for given in re.findall(
            r"^(?:Returns|Yields|Raises)\n-+\n(.*)$", ast.get_docstring(thing.node), flags=re.M
        )
        for name in set(re.findall(r"\w+", given)) & known.keys() - there
    )


def test_what_a_notebook_uses_is_there():
    wrong = []
    for notebook in NOTEBOOKS:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        for module, name in uses(code):
            if surface.home(module, name) not in OFFERED:
                wrong.append(
                    f"{notebook.name} uses {module}.{name}, which is not in the reference: name it "
                    f"in the __all__ of {module}, and {module} in a line {{api}} in book/api/"
                )
    agree(wrong)


def uses(code):
    """The names of the lab that code uses, each after the module that it takes it from."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    nodes = list(ast.walk(compile(code, "a notebook", "exec", flags)))
    known, chains = {}, []
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "scalelab":
            for alias in node.names:
                known[alias.asname or alias.name] = [*node.module.split("."), alias.name]
        elif isinstance(node, ast.Attribute) and re.fullmatch(r"[\w.]+", ast.unparse(node)):
            chains.append(ast.unparse(node).split("."))
    found = set()
    for first, *names in [*chains, *([name] for name in known)]:
        _, *module = known.get(first, [first])
        names = module + names
        size = max(n for n in range(len(names) + 1) if surface.path(".".join(names[:n])).exists())
        if first in known and size < len(names):
            found.add((".".join(names[:size]), names[size]))
    return found


def test_uses_are_seen():
    code = "from scalelab import measure, stats as s\nfrom scalelab.model.tail import tied"
    code += "\nwith measure.redis.single() as one: s.quantile(one, 1).real\nawait one.s.x"
    assert uses(code) == {
        ("model.tail", "tied"),
        ("measure.redis", "single"),
        ("stats", "quantile"),
    }
