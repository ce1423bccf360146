"""A notebook without a part: one sentence for each cell that needs it, and the rest runs."""

import nbclient
import nbformat
import pytest

HIDE = """
import os
from scalelab import measure
os.environ["PATH"] = ""
measure.parts._folder = lambda wheel: None
"""


def run(*cells):
    """Execute the cells in a fresh kernel; returns what each of them printed."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(book, kernel_name="python3", timeout=60).execute()
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in book.cells]


def test_a_notebook_goes_on_without_a_part():
    printed = run(
        HIDE,
        "with measure.redis.single() as server:\n    seconds = 1.0\n    def read(): ...",
        "double = seconds * 2\ndouble",
        "print(double)",
        "read()",
        "print('and on')",
    )
    assert printed[1].startswith("Skipped. Valkey or Redis is not installed: 'pip install")
    assert printed[2] == "Skipped: seconds comes from a cell that was skipped.\n"
    assert printed[3] == "Skipped: double comes from a cell that was skipped.\n"
    assert printed[4].startswith("Skipped: read comes")
    assert printed[5] == "and on\n"


@pytest.mark.parametrize("cell", ["seconds", "1 / 0", "import nothing_like_it"])
def test_other_errors_stop_it(cell):
    with pytest.raises(nbclient.exceptions.CellExecutionError):
        run("from scalelab import measure", cell)
