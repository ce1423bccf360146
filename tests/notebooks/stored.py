"""The notebooks that these tests are about, as they are stored."""

from pathlib import Path

import nbformat

from scalelab_book.execute import notebooks

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "notebooks" / "_template.ipynb"
ALL = [*notebooks(ROOT), TEMPLATE]


def name(path):
    return path.stem


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def records(cell, mime):
    return [
        output["data"][mime] for output in cell.get("outputs", ()) if mime in output.get("data", {})
    ]
