"""Every public name says what it is; those that readers use say what the design asks for.

Arguments and fields with their units, errors, sources, examples. What is public is read from the
sources' text (`surface`); examples run as doctests.
"""

import ast
import re

import errors
import pytest
import surface

FUNCTIONS = surface.FUNCTIONS
MODULES = [module for modules in surface.pages().values() for module in modules]
OFFERED = {thing for module in MODULES for thing in surface.offered(module).values()}

# Words of which one says in what a number is counted, or that it has no unit.
UNITS = re.compile(
    r"\b(seconds?|minutes?|times?|bytes?|dollars?|erlangs?|pixels|in any unit|in the unit"
    r"|requests?|writes?|servers?|workers?|users?|calls?|keys?|nodes?|parts?|objects?|numbers?|counts?"
    r"|fractions?|probability|shares?|ratio|law|how (many|much|often|far|long)|availability|per"
    r")\b|<=? \d|\d <=?|0\.\.\.1",
    flags=re.I,
)
# Where an example would show nothing, or is given where the part is started.
NO_EXAMPLE = {
    "jit.jit": "the decorator of the lab's own kernels",
    "measure.broker.jetstream": "that of `measure.nats.single`",
    "measure.generator.limit": "it takes no arguments and two seconds",
    "measure.mesh.Mesh": "`mesh` makes it",
    "show.look.render": "Altair calls it",
}
SOURCE = re.compile(r"\((1[89]|20)\d\d\b|\b(1[89]|20)\d\d\)|doi:|arXiv:|Recommendation")


def agree(wrong):
    if wrong := sorted(wrong):
        hint = "What readers do not use begins with an underscore, or is left out of an __all__."
        pytest.fail("\n".join([*wrong, hint]), pytrace=False)


def is_public(node):
    return isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name[0] != "_"


def documents():
    """What readers use: each name, where it is from, the function that is called, what is said."""
    for thing in OFFERED:
        node = thing.node
        if isinstance(node, FUNCTIONS):
            yield str(thing), thing, node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef):
            own = {each.name: each for each in node.body if isinstance(each, FUNCTIONS)}
            start = None if surface.is_dataclass(node) else own.get("__init__")
            yield str(thing), thing, start, ast.get_docstring(node) or ""
            for each in filter(is_public, own.values()):
                yield f"{thing}.{each.name}", thing, each, ast.get_docstring(each) or ""


def entries(text, *titles):
    """By name, the type of each entry of these sections and what is said of it."""
    found, known = {}, surface.sections(text)
    for entry in re.split(r"\n(?=\S)", "".join(known.get(title, "") for title in titles).strip()):
        head, _, told = entry.partition("\n")
        names, _, kind = head.partition(" : ")
        found |= dict.fromkeys(names.replace("*", "").split(", "), (kind, told.strip()))
    return found


def names(node):
    """The parameters of a function that has a name for a reader."""
    found = [name.strip("*") for name in surface.parameters(node)] if node else []
    return [name for name in found if name.strip("_")]


def test_everything_public_has_a_docstring():
    wrong = []
    for module in surface.modules():
        tree, definitions = surface.tree(module), surface.definitions(module)
        wrong += [] if ast.get_docstring(tree) else [f"{module} has no docstring"]
        nodes = [(node.name, node) for node in definitions.values() if is_public(node)]
        nodes += [
            (f"{name}.{each.name}", each)
            for name, node in nodes
            if isinstance(node, ast.ClassDef)
            for each in filter(is_public, node.body)
        ]
        wrong += [
            f"{module}.{name} has no docstring: say in a line what it gives, with its unit"
            for name, node in nodes
            if not ast.get_docstring(node)
        ]
    agree(wrong)


def test_constants_have_a_docstring_below_them():
    wrong = []
    for thing in OFFERED:
        if isinstance(thing.node, ast.Assign):
            body = surface.tree(thing.module).body
            after = [*body, None][body.index(thing.node) + 1]
            text = isinstance(after, ast.Expr) and getattr(after.value, "value", None)
            wrong += [] if isinstance(text, str) else [f'{thing} has no """docstring""" below it']
    agree(wrong)


def test_arguments_are_described():
    wrong = []
    for name, thing, function, text in documents():
        told, takes = entries(text, "Parameters").keys() - {""}, names(function)
        missing = [one for one in takes if one not in told]
        if name != str(thing):  # what a method takes may stand in its sentence
            missing = [one for one in missing if not re.search(rf"`[^`\n]*\b{one}\b[^`\n]*`", text)]
        unknown = told - set(takes)
        if function and function.args.kwarg and unknown:  # its keywords are named one by one
            missing, unknown = [one for one in missing if one != function.args.kwarg.arg], ()
        wrong += [f"{name} does not describe {one} under Parameters" for one in missing]
        wrong += [f"{name} has no {one}" for one in unknown if function]
    agree(wrong)


def test_fields_are_described():
    agree(
        f"{thing} does not describe its field {field} under Attributes"
        for thing in OFFERED
        if isinstance(thing.node, ast.ClassDef)
        for each in surface.lineage(thing)
        for field in surface.fields(each)
        if field not in entries(ast.get_docstring(each.node) or "", "Attributes", "Parameters")
    )


def test_numbers_have_a_unit():
    agree(
        f"{name}: in what is {one} counted? {told or 'nothing is said of it'}"
        for name, _, _, text in documents()
        for one, (kind, told) in entries(text, "Parameters", "Attributes").items()
        if re.search(r"\b(float|array|ndarray)\b", kind) and " of str" not in kind
        if not UNITS.search(told)
    )


def test_errors_are_named():
    wrong = []
    for name, thing, function, text in documents():
        if function:
            cls = thing.name if isinstance(thing.node, ast.ClassDef) else None
            found = errors.raised(thing.module, function.name, cls)
            found |= {"ValueError" for one in ast.walk(function) if is_no_argument(one, function)}
            wrong += [
                f"{name} does not say that it raises {error}"
                for error in found
                if not re.search(rf"\b{error}\b", text)
            ]
    agree(wrong)


def is_no_argument(node, function):
    """Whether a ValueError is raised whose message does not begin with an argument's name."""
    if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
        return False
    text = node.exc.args[0] if ast.unparse(node.exc.func) == "ValueError" else None
    text = text.values[0] if isinstance(text, ast.JoinedStr) else text
    said = getattr(text, "value", "")
    word = re.match(r"\w*", said)[0] if isinstance(said, str) else ""
    return bool(word) and word not in names(function)


def test_models_and_mechanisms_name_a_source():
    wrong = []
    for module in MODULES:
        if module.startswith(("model.", "algorithms.")):
            things = [*surface.offered(module).values()]
            texts = [ast.get_docstring(surface.tree(module))]
            texts += [text for _, thing, _, text in documents() if thing in things]
            if not any(SOURCE.search(text or "") for text in texts):
                wrong.append(f"{module} names no source: author and year, if possible its doi")
    agree(wrong)


def test_what_readers_call_has_an_example():
    wrong = []
    for name, thing, function, text in documents():
        if function and name == str(thing) and name not in NO_EXAMPLE:
            places = {m for m in MODULES if surface.offered(m).get(thing.name) == thing}
            texts = [ast.get_docstring(surface.tree(m)) for m in places | {thing.module}]
            if not re.search(rf"\b{thing.name}\(", "\n".join(map(examples, [text, *texts]))):
                wrong.append(f"{name} has no example: show the two lines that one would write")
    agree(wrong)


def examples(text):
    """The lines of a docstring that are code: after ``>>>``, or indented after ``::``."""
    found, code = [], False
    for line in (text or "").splitlines():
        code = line.endswith("::") or (code and (not line or line.startswith("    ")))
        if code or re.match(r" *(>>>|\.\.\.) ", line):
            found.append(line)
    return "\n".join(found)
