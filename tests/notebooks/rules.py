"""What a notebook of this book is like; CONTRIBUTING.md says why.

A rule is a function of a stored notebook and its path that yields what is wrong in words.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import statistics
from functools import cache
from itertools import pairwise

from pybtex.database import parse_file
from stored import ROOT, code_cells, records

from scalelab.show.charts import MIME as CHART
from scalelab.show.claims import KINDS
from scalelab.show.claims import MIME as CLAIM
from scalelab.show.exercises import MIME as CHECK
from scalelab_book.execute import normalize

WORDS = (900, 4500)
LINES, MEDIAN_LINES, COLUMNS = 25, 8, 72
CLAIMS, EXERCISES = 4, 3
SECONDS = 60  # twice the aim: the machine that stored it may have been busy
BYTES = 300_000
IGNORED = "nbval-ignore-output"
RETURNS_NOTHING = {"add", "append", "clear", "close", "extend", "shuffle", "sort", "update"}
SECTIONS = (
    ("The seed says",),
    ("Predict",),
    ("Measure", "Model", "Simulate"),
    ("All three on one chart",),
    ("Verdict",),
    ("In production",),
    ("Exercises",),
    ("Sources",),
)

RULES = {}


def rule(function):
    RULES[function.__name__] = function
    return function


# Anatomy


@rule
def title(notebook, path):
    first = notebook.cells[0]
    lines = first.source.splitlines()
    if first.cell_type != "markdown" or not re.match(r"# \S", lines[0]):
        yield "the first cell does not begin with the title"
    elif not lines[0].endswith("?"):
        yield f"the title is not a question: {lines[0]}"
    if not re.search(r"\d+ minutes", _section(notebook, None)):
        yield "the opening does not say how many minutes the notebook takes"
    if [level for level, _ in headings(notebook)].count(1) != 1:
        yield "there is not exactly one title"


@rule
def sections(notebook, path):
    found = [text for _, text in headings(notebook)]
    after = -1
    for names in SECTIONS:
        places = []
        for name in names:
            here = [i for i, text in enumerate(found) if re.match(rf"{name}\b", text)]
            if not here:
                yield f"there is no section “{name}”"
            places += here[:1]
        if places and min(places) < after:
            yield f"the section “{' / '.join(names)}” comes too early"
        after = max([after, *places])


@rule
def headings_step_down(notebook, path):
    levels = [level for level, _ in headings(notebook) if level < 7]
    for before, level in pairwise(levels):
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"


@rule
def seed_is_quoted(notebook, path):
    if not re.search(r"^> ", _section(notebook, "The seed says"), re.M):
        yield "“The seed says” quotes nothing"


@rule
def prediction_is_asked(notebook, path):
    if "?" not in _section(notebook, "Predict"):
        yield "“Predict” asks nothing"


@rule
def length(notebook, path):
    words = len(re.findall(r"\w+(?:['’.-]\w+)*", prose(notebook)))
    if not WORDS[0] <= words <= WORDS[1]:
        yield f"it has {words} words; the bounds are {WORDS[0]} and {WORDS[1]}"


# Cells


@rule
def no_empty_cell(notebook, path):
    for number, cell in enumerate(notebook.cells, start=1):
        if not cell.source.strip():
            yield f"cell {number} is empty"
        if cell.cell_type == "raw":
            yield f"cell {number} is neither text nor code"


@rule
def code_is_small(notebook, path):
    sizes = []
    for number, cell in enumerate(code_cells(notebook), start=1):
        lines = cell.source.splitlines()
        sizes.append(len(lines))
        if len(lines) > LINES:
            yield f"code cell {number} has {len(lines)} lines; {LINES} are allowed"
        for line in lines:
            if len(line) > COLUMNS and "://" not in line:
                yield f"code cell {number} has a line of {len(line)} columns: {line.strip()}"
    if sizes and statistics.median(sizes) > MEDIAN_LINES:
        yield f"half the code cells have more than {MEDIAN_LINES} lines"


@rule
def imports_come_first(notebook, path):
    first, *others = code_cells(notebook)
    if not all(isinstance(node, ast.Import | ast.ImportFrom) for node in parse(first).body):
        yield "the first code cell does more than import"
    for number, cell in enumerate(others, start=2):
        if _imported(cell) and "exercise" not in cell.metadata:
            yield f"code cell {number} imports: the first one does that"


@rule
def nothing_is_fetched(notebook, path):
    address = r"(?:https?|ftp)://(?!127\.0\.0\.1|localhost|\{)"
    for number, cell in enumerate(code_cells(notebook), start=1):
        if re.search(r"^\s*[!%]", cell.source, re.M):
            yield f"code cell {number} has a shell command or a magic"
        for module in sorted(_imported(cell) & {"httpx", "pip", "requests", "urllib"}):
            yield f"code cell {number} imports {module}"
        if re.search(address, re.sub(r"#.*", "", cell.source)):
            yield f"code cell {number} names an address outside this machine"


@rule
def no_leftovers(notebook, path):
    for number, cell in enumerate(notebook.cells, start=1):
        for word in re.findall(r"\b(?:TODO|FIXME|XXX|TBD|lorem ipsum)\b", cell.source, re.I):
            yield f"cell {number} says {word}"


@rule
def markdown_is_plain(notebook, path):
    signs = {
        "a MyST directive": r"^\s*(?:```+|~~~+|:::+)\{",
        "a MyST role": r"\{[A-Za-z][\w:.+-]*\}`",
        "a MyST target": r"^\([\w:-]+\)=\s*$",
        "a MyST comment or break": r"^(?:\+\+\+|% )",
        "HTML": r"</?[a-z][a-z0-9]*(?:\s[^>\n]*)?/?>",
    }
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "markdown":
            continue
        text = re.sub(r"\$[^$\n]*\$", "", cell.source)
        for what, sign in signs.items():
            seen = without_code(text) if what == "HTML" else text
            if re.search(sign, seen, re.M):
                yield f"cell {number} has {what}"


@rule
def links_lead_somewhere(notebook, path):
    for link in re.findall(r"\]\(<?([^)>\s]+)", without_code(_markdown(notebook))):
        if re.match(r"https?://|mailto:|#", link):
            continue
        target = link.partition("#")[0]
        if re.match(r"/|\w+:", target):
            yield f"the link {link} is not relative"
        elif not (path.parent / target).exists():
            yield f"the link {link} leads nowhere"


# Outputs


@rule
def ran_in_order(notebook, path):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells were not run once each, from the first to the last: {counts}"


@rule
def outputs_are_stored(notebook, path):
    for number, cell in enumerate(code_cells(notebook), start=1):
        if not cell.outputs and _shows(cell):
            yield f"code cell {number} has no output"


@rule
def outputs_are_clean(notebook, path):
    signs = {
        "an error": lambda output, text: output.output_type == "error",
        "standard error": lambda output, text: output.get("name") == "stderr",
        "a warning": lambda output, text: re.search(r"\b\w*Warning\b", text),
        "a path on a machine": lambda output, text: re.search(
            r"/(?:home|root|tmp|Users|private|var)/|site-packages|ipykernel", text
        ),
        "a memory address": lambda output, text: re.search(r"\bat 0x[0-9a-f]+", text),
    }
    for number, cell in enumerate(code_cells(notebook), start=1):
        for output in cell.outputs:
            text = output.get("text", "") + str(output.get("data", ""))
            for what, is_there in signs.items():
                if is_there(output, text):
                    yield f"code cell {number} shows {what}"


@rule
def figures_end_where_machines_differ(notebook, path):
    for number, cell in enumerate(code_cells(notebook), start=1):
        if IGNORED in cell.metadata.get("tags", ()):
            continue
        for output in cell.outputs:
            text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
            for figure in re.findall(r"\d*\.\d{10,}", text):
                yield f"code cell {number} shows {figure}: its last digits differ by processor"


@rule
def charts_are_described(notebook, path):
    charts = [chart for cell in code_cells(notebook) for chart in records(cell, CHART)]
    if not charts:
        yield "there is no chart"
    for chart in charts:
        description = chart.get("description", "")
        if len(description.split()) < 5:
            yield f"a chart's description says too little: “{description}”"
        for channel in _untitled(chart):
            yield f"the {channel} axis has no title in the chart “{description[:50]}…”"


@rule
def size(notebook, path):
    stored = len(json.dumps(notebook, indent=1, ensure_ascii=False).encode())
    if stored > BYTES:
        yield f"it is stored in {stored} bytes; {BYTES} are allowed"


@rule
def metadata_is_normal(notebook, path):
    if notebook != normalize(copy.deepcopy(notebook)):
        yield "it was not stored by `make run`: its metadata would change"
    identifiers = [cell.get("id") for cell in notebook.cells]
    if None in identifiers or len(set(identifiers)) < len(identifiers):
        yield "the cells have no identifiers of their own"


@rule
def run_is_recorded(notebook, path):
    run = notebook.metadata.get("scalelab", {})
    missing = {"executed", "seconds", "versions"} - set(run)
    if missing:
        yield f"it was not stored by `make run`: {', '.join(sorted(missing))} unknown"
    elif run["seconds"] > SECONDS:
        yield f"it ran for {run['seconds']} s; {SECONDS} s are allowed"


# Claims and measurements


@rule
def claims(notebook, path):
    found = [claim for cell in code_cells(notebook) for claim in records(cell, CLAIM)]
    if len(found) < CLAIMS:
        yield f"it has {len(found)} claims; {CLAIMS} are the least"
    for claim in found:
        if claim["kind"] not in KINDS:
            yield f"a claim is {claim['kind']}: {claim['text']}"
        if claim["kind"] == "published" and not claim["source"]:
            yield f"a published claim has no source: {claim['text']}"


@rule
def sources(notebook, path):
    listed = _section(notebook, "Sources")
    if not re.search(r"\]\(https?://", listed):
        yield "“Sources” has no link"
    found = [claim for cell in code_cells(notebook) for claim in records(cell, CLAIM)]
    for key in sorted({claim["source"] for claim in found if claim["source"]}):
        if key not in bibliography():
            yield f"the source {key} is not in book/references.bib"
        elif not any(sign in listed.casefold() for sign in bibliography()[key]):
            yield f"“Sources” lacks {key}"


@rule
def measured_cells_are_marked(notebook, path):
    roots = _measuring(code_cells(notebook)[0])
    for number, cell in enumerate(code_cells(notebook), start=1):
        measured = any(claim["kind"] == "measured" for claim in records(cell, CLAIM))
        if (measured or _calls(cell, roots)) and IGNORED not in cell.metadata.get("tags", ()):
            yield f"code cell {number} measures and is not tagged {IGNORED}"


@rule
def only_measured_cells_are_marked(notebook, path):
    roots = _measuring(code_cells(notebook)[0])
    measured = set()
    for number, cell in enumerate(code_cells(notebook), start=1):
        nodes = list(ast.walk(parse(cell)))
        loaded = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        if loaded & (roots | measured):
            measured |= {
                n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            } | {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        elif IGNORED in cell.metadata.get("tags", ()):
            yield f"code cell {number} is tagged {IGNORED} and shows nothing measured"


# Exercises


@rule
def exercises(notebook, path):
    names = list(dict.fromkeys(exercise["id"] for exercise, _ in _exercise_cells(notebook)))
    if len(names) < EXERCISES:
        yield f"it has {len(names)} exercises; {EXERCISES} are the least"
    for name in names:
        parts = {e["role"]: cell for e, cell in _exercise_cells(notebook) if e["id"] == name}
        if list(parts) != ["starter", "check", "solution"]:
            yield f"the exercise {name} is not a starter, a check and a solution"
            continue
        purpose = parts["starter"].metadata["exercise"]
        if not purpose.get("purpose") or not 1 <= purpose.get("minutes", 0) <= 60:
            yield f"the starter of {name} does not say its purpose and minutes in its metadata"
        solution = parts["solution"]
        if "solution" not in solution.metadata.get("tags", ()):
            yield f"the solution of {name} is not tagged solution"
        if not solution.metadata.get("jupyter", {}).get("source_hidden"):
            yield f"the solution of {name} is not folded (jupyter.source_hidden)"
        for role, passed in (("check", False), ("solution", True)):
            found = [record["passed"] for record in records(parts[role], CHECK)]
            if found != [passed]:
                yield f"the {role} of {name} shows {found} and not [{passed}]"
    inside = [cell for _, cell in _within(notebook, "Exercises")]
    if not all(any(cell is other for other in inside) for _, cell in _exercise_cells(notebook)):
        yield "an exercise stands outside the section “Exercises”"


# How they look


def headings(notebook):
    """Pairs of level and text of the headings, in order; bold words that open a paragraph are 7."""
    return [
        (len(marks) or 7, (text or bold).strip())
        for marks, text, bold in re.findall(
            r"^(?:(#{1,6}) (.+)|\*\*(.+?)\*\*.*)$", prose(notebook), re.M
        )
    ]


def prose(notebook):
    return without_code(_markdown(notebook))


def without_code(text):
    return re.sub(r"^```.*?^```|`[^`\n]+`", "", text, flags=re.M | re.S)


def parse(cell):
    """Parse a cell without its shell commands and magics."""
    try:
        source = re.sub(r"^\s*[!%].*", "", cell.source, flags=re.M)
        return compile(source, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        raise AssertionError(f"a code cell is no Python: {error}") from None


@cache
def bibliography():
    """For each key, the signs by which a list of sources may name it."""
    entries = parse_file(ROOT / "book" / "references.bib").entries
    return {
        key: [
            re.sub(r"[{}]", "", entry.fields[field]).casefold()
            for field in ("doi", "url", "title")
            if field in entry.fields
        ]
        for key, entry in entries.items()
    }


def _markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def _pieces(notebook):
    """The cells in order, those of text cut where a heading begins."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in re.split(r"^(?=#{1,6} )", without_code(cell.source), flags=re.M):
                yield text, None
        else:
            yield "", cell


def _within(notebook, section):
    """The pieces under a heading down to the next one as high; the opening for ``None``."""
    depth, found = 0, []
    for text, cell in _pieces(notebook):
        if not text and cell is None:
            continue
        heading = re.match(r"(#{1,6}) (.+)", text)
        level = len(heading[1]) if heading else 7
        if depth:
            if level <= max(depth, 2):
                return found
        elif section is None or (heading and re.match(rf"{section}\b", heading[2])):
            depth = level if heading else 1
        if depth:
            found.append((text, cell))
    return found


def _section(notebook, section):
    return "\n\n".join(text for text, _ in _within(notebook, section))


def _imported(cell):
    """The top names of the modules that a cell imports."""
    names = set()
    for node in ast.walk(parse(cell)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).partition(".")[0])
    return names


def _shows(cell):
    """Whether running the cell must show something."""
    body = parse(cell).body
    calls = [n.func for n in ast.walk(ast.Module(_top(body), [])) if isinstance(n, ast.Call)]
    if {"claim", "print", "display"} & {f.id for f in calls if isinstance(f, ast.Name)}:
        return True
    if cell.metadata.get("exercise", {}).get("role") in ("check", "solution"):
        return True
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    last = getattr(getattr(body[-1].value, "func", None), "attr", None)
    return last not in RETURNS_NOTHING


def _top(body):
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node for node in body if not isinstance(node, functions)]


def _measuring(imports):
    """The names by which a notebook can reach real parts or the clock."""
    roots = {"perf_counter", "monotonic"}
    for node in parse(imports).body:
        if isinstance(node, ast.Import):
            roots |= {a.asname or a.name for a in node.names if a.name in ("time", "timeit")}
        elif node.module and node.module.startswith("scalelab.measure"):
            roots |= {alias.asname or alias.name for alias in node.names}
        elif node.module == "scalelab":
            roots |= {a.asname or a.name for a in node.names if a.name == "measure"}
    return roots


def _calls(cell, roots):
    """Whether the cell itself calls something of ``roots``."""
    for node in ast.walk(ast.Module(_top(parse(cell).body), [])):
        if isinstance(node, ast.Call):
            function = node.func
            while isinstance(function, ast.Attribute):
                function = function.value
            if isinstance(function, ast.Name) and function.id in roots:
                return True
    return False


def _untitled(chart, inherited=frozenset()):
    """The position channels of a chart that show data and have no title."""
    parts = [p for key in ("layer", "hconcat", "vconcat", "concat") for p in chart.get(key, ())]
    if isinstance(chart.get("spec"), dict):
        parts.append(chart["spec"])
    if "layer" in chart:
        units = list(_units(chart))
    elif parts:
        return sorted({channel for part in parts for channel in _untitled(part)})
    else:
        units = [chart]
    missing = []
    for channel in ("x", "y"):
        encoded = [e for u in units if "field" in (e := u.get("encoding", {}).get(channel, {}))]
        shown = [e for e in encoded if e.get("axis", {}) is not None]
        if shown and not any(e.get("title") or (e.get("axis") or {}).get("title") for e in shown):
            missing.append(channel)
    return missing


def _units(chart):
    """The single charts in nested layers, each with the encoding that it inherits."""
    for part in chart["layer"]:
        merged = dict(part, encoding={**chart.get("encoding", {}), **part.get("encoding", {})})
        if "layer" in part:
            yield from _units(merged)
        else:
            yield merged


def _exercise_cells(notebook):
    return [
        (cell.metadata["exercise"], cell)
        for cell in code_cells(notebook)
        if "exercise" in cell.metadata
    ]
