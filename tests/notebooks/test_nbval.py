"""What is stored is what a fresh kernel gives; nbval compares, and sees an altered output."""

import shutil
import subprocess
import sys

import nbformat
import pytest
import rules
import stored
from stored import ROOT

COMPARED = {"text/plain", "text/html", "text/markdown", rules.CHART, rules.CLAIM}


def nbval(path):
    """Run nbval on one notebook; return its exit status and what it said."""
    command = ["-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
    run = subprocess.run(
        [sys.executable, *command, "-q", "-ra", "--color=no", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return run.returncode, run.stdout + run.stderr


def altered(notebook):
    """Alter the first output that nbval must compare, and cut the notebook off behind it."""
    for place, cell in enumerate(notebook.cells):
        if rules.IGNORED in cell.metadata.get("tags", ()):
            continue
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] += "1"
            elif COMPARED & set(output.get("data", {})):
                kind = min(COMPARED & set(output["data"]))
                value = output["data"][kind]
                output["data"][kind] = value + "1" if isinstance(value, str) else {**value, "x": 1}
            else:
                continue
            notebook.cells = notebook.cells[: place + 1]
            return notebook
    raise AssertionError("no output is compared")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", stored.ALL, ids=stored.name)
def test_stored_outputs_are_what_a_fresh_kernel_gives(path):
    status, said = nbval(path)
    assert status == 0, said
    cells = len(stored.code_cells(stored.read(path)))
    assert f"{cells} passed" in said, said


@pytest.mark.parametrize("path", stored.ALL, ids=stored.name)
def test_an_altered_output_is_seen(path, tmp_path):
    beside = shutil.ignore_patterns("*.ipynb")  # what the notebook reads, and not the others
    copy = shutil.copytree(path.parent, tmp_path / "copy", ignore=beside) / path.name
    nbformat.write(altered(stored.read(path)), copy)
    status, said = nbval(copy)
    assert status == 1 and "1 failed" in said, said
    assert "Cell outputs differ" in said, said


def test_outputs_stripped_are_seen_by_our_own_rules(tmp_path):
    notebook = stored.read(stored.TEMPLATE)
    for cell in stored.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    compared = [
        c for c in stored.code_cells(notebook) if rules.IGNORED not in c.metadata.get("tags", ())
    ]
    notebook.cells = compared[:3]
    copy = tmp_path / "stripped.ipynb"
    nbformat.write(notebook, copy)
    status, said = nbval(copy)
    assert status == 0, f"nbval sees it now, and the rule could go:\n{said}"
    assert list(rules.RULES["ran_in_order"](notebook, copy))
