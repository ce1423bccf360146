"""The table that is printed, and the file that the book's page is made from."""

import datetime
import json
from dataclasses import asdict
from pathlib import Path

from scalelab import measure
from scalelab_book.records import number

from .contest import version

STORED = Path(__file__).resolve().parents[1] / "book" / "bench.json"
MACHINE = "processor", "cores", "memory", "operating system", "Python"
LAB = "numpy", "numba"
LINE = "{:26} {:>8} {:28} {:>8} {:>9} {:>7}  {:8} {:>5}"


def head():
    """Return the table's first line."""
    return LINE.format("task", "ours", "against", "theirs", "ratio", "goal", "", "limit")


def line(row):
    """Return a row of the table."""
    return LINE.format(
        row.task,
        f"{short(row.ours)} {row.unit if row.unit != 'M/s' else 'M'}",
        f"{row.against} {row.version or ''}".strip() if row.theirs else f"{row.against} not here",
        short(row.theirs),
        f"{short(row.ratio)}x" if row.ratio else "-",
        short(row.goal),
        {True: "met", False: "MISSED", None: ""}[row.met],
        "-" if row.share is None else f"{row.share:.2f}",
    )


def short(value):
    """Return a number in three digits; a dash for none."""
    return "-" if value is None else number(value, digits=3)


def costs(imports, calls):
    """Yield lines that say what the lab costs a reader before its first answer."""
    yield f"{'import':52} {'seconds':>8}"
    for module in sorted(imports, key=lambda module: -module["seconds"])[:5]:
        yield f"{module['module']:52} {module['seconds']:8.2f}"
    yield f"{'first call':52} {'compiled':>8} {'cached':>8}"
    for call in calls:
        yield f"{call['call'][:52]:52} {call['first']:8.2f} {call['cached']:8.3f}"


def store(rows, imports, calls, scale, file=STORED):
    """Write the results where the page finds them."""
    known = measure.machine()["this machine"]
    peers = {row.against: row.version for row in rows if row.version}
    stored = {
        "date": datetime.date.today().isoformat(),
        "scale": scale,
        "machine": {name: known[name] for name in MACHINE},
        "versions": {name: version(name) for name in LAB} | peers,
        "rows": [asdict(row) for row in rows],
        "imports": imports,
        "calls": calls,
    }
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(rounded(stored), indent=1) + "\n", encoding="utf-8")
    new.replace(file)


def rounded(value):
    """Return results with four digits: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, list) else value
