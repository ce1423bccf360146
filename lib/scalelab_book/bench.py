"""``{bench} part``: tables and a picture of what ``make bench`` stored beside the page.

The page ``bench.md`` shows ``bench.json``. Nothing is timed when the book is built.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from . import figures, outputs
from .directives import table
from .records import number

GROUPS = ("simulation", "cache", "placement", "process", "import")
SPACE = "\N{NO-BREAK SPACE}"
DEAREST = 10  # imports that are listed


class Bench(SphinxDirective):
    required_arguments = 1

    def run(self):
        file = Path(self.env.doc2path(self.env.docname)).with_suffix(".json")
        self.env.note_dependency(str(file))
        part, stored = self.arguments[0], json.loads(file.read_text(encoding="utf-8"))
        if part in GROUPS:
            return [group(stored["rows"], part)]
        if part not in PARTS:
            known = ", ".join([*GROUPS, *PARTS])
            raise ExtensionError(f"bench has no part {part!r}: there are {known}")
        return [PARTS[part](stored)]


def group(rows, name):
    """The rows of one group as a table."""
    rows = [row for row in rows if row["group"] == name]
    heads = ["Task", "Ratio", "Goal", "Verdict", "Against", "Lab", "Reaches"]
    cells = [
        [
            row["task"],
            ratio(row["ratio"]),
            ratio(row["goal"]),
            verdict(row),
            against(row),
            amount(row["ours"], row),
            amount(row["theirs"], row),
        ]
        for row in rows
    ]
    for head, key, words in (
        ("Share of limit", "share", lambda share: f"{100 * share:.0f}{SPACE}%"),
        ("Hit ratio off by", "apart", lambda apart: f"{apart:.4f}"),
    ):
        if any(row[key] is not None for row in rows):
            heads.append(head)
            for row, line in zip(rows, cells, strict=True):
                line.append("-" if row[key] is None else words(row[key]))
    return table(heads, cells, "bench")


def amount(value, row):
    return "-" if value is None else f"{number(value, 3)}{SPACE}{row['unit']}"


def against(row):
    return " ".join(filter(None, (row["against"], row["version"])))


def ratio(value):
    return "-" if value is None else figures.times(value)


def verdict(row):
    if row["ratio"] is None:
        return "not here"
    if row["met"] is None:
        return "-"
    return "met" if row["met"] else nodes.strong("", "missed")


def machine(stored):
    """When, where and with what it was measured, in a sentence."""
    here, versions = stored["machine"], stored["versions"]
    with_ = ", ".join(f"{name} {v}" for name, v in versions.items() if v)
    words = (
        f"Measured on {stored['date']}: {here['processor']}, {here['cores']} cores, "
        f"{here['memory']} of memory, {here['operating system']}, Python {here['Python']}, {with_}."
    )
    if stored["scale"] != 1:
        words += " It was a quick run, with a tenth of the requests: the ratios are rougher."
    return nodes.paragraph("", words)


def missed(stored):
    """The goals that were missed, one a line."""
    rows = [row for row in stored["rows"] if row["met"] is False]
    if not rows:
        return nodes.paragraph("", "None in this run.")
    lines = nodes.bullet_list()
    for row in rows:
        words = f": {ratio(row['ratio'])} against {against(row)}, the goal is {ratio(row['goal'])}"
        if row["unit"] != "M/s":
            words = f": {amount(row['ours'], row)}, the goal is {amount(row['theirs'], row)}"
        elif row["ratio"] >= row["goal"]:
            words = f": its hit ratio is {row['apart']:.4f} from that of {against(row)}"
        line = nodes.paragraph("", "", nodes.strong("", row["task"]), nodes.Text(f"{words}."))
        lines += nodes.list_item("", line)
    return lines


def imports(stored):
    """What imports cost in a new process: the dearest, and the book's package itself."""
    rows = sorted(stored["imports"], key=lambda row: -row["seconds"])
    cells = [
        [
            nodes.literal("", row["module"]),
            f"{row['seconds']:.2f}{SPACE}s",
            "yes" if row["numba"] else "no",
        ]
        for row in rows[:DEAREST] + [row for row in rows if row["module"] == "scalelab"]
    ]
    return table(("Module", "Import", "Brings numba"), cells, "bench")


def calls(stored):
    """What the first call costs that compiles, and the first of a later process."""
    cells = [
        [
            nodes.literal("", row["call"]),
            f"{row['first']:.1f}{SPACE}s",
            f"{row['cached']:.2f}{SPACE}s",
        ]
        for row in stored["calls"]
    ]
    return table(("Call", "Compiles", "Later"), cells, "bench")


def picture(stored):
    rows = [row for row in stored["rows"] if row["met"] is not None and row["group"] != "import"]
    return outputs.chart("", spec=figures.goals(rows).to_dict())


PARTS = {
    "machine": machine,
    "picture": picture,
    "missed": missed,
    "imports": imports,
    "calls": calls,
}


def setup(app):
    app.add_directive("bench", Bench)
