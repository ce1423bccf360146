"""``make run`` stores what a fresh kernel gives, and nothing when it does not come to the end."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from scalelab_book import execute

SLEEP = "import time\ntime.sleep(60)"


def write(path, *cells, **metadata):
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=metadata)
    nbformat.write(notebook, path)
    return path


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_outputs_and_the_run_are_stored(tmp_path):
    path = write(tmp_path / "a.ipynb", "import os", "os.getcwd()", "print(1)\nprint(2)", widgets={})
    before = nbformat.read(path, as_version=4)
    seconds = execute.execute(path)
    after = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in after.cells] == [1, 2, 3]
    assert after.cells[1].outputs[0]["data"]["text/plain"] == repr(str(tmp_path))
    assert [output.text for output in after.cells[2].outputs] == ["1\n2\n"]
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    assert set(after.metadata) == {"kernelspec", "language_info", "scalelab"}
    assert "version" not in after.metadata.language_info
    run = after.metadata["scalelab"]
    assert run["seconds"] == seconds > 0
    assert set(run["versions"]) == {"python", "numpy", "numba", "altair"}
    assert files(tmp_path) == ["a.ipynb"]


def test_a_second_run_changes_nothing_but_the_record_of_it(tmp_path):
    path = write(tmp_path / "a.ipynb", "import sys", "print(sys.version_info.major)")
    execute.execute(path)
    first = nbformat.read(path, as_version=4)
    execute.execute(path)
    second = nbformat.read(path, as_version=4)
    assert first.metadata.pop("scalelab")["versions"] == second.metadata.pop("scalelab")["versions"]
    assert first == second


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("share = 1\nshare / 0", "code cell 2 of 2 (`share = 1`): ZeroDivisionError: division by"),
        ("import os\nos._exit(1)", "code cell 2 of 2 (`import os`): the kernel ended"),
    ],
)
def test_a_failing_run_leaves_the_notebook_and_says_where(tmp_path, capsys, cell, says):
    path = write(tmp_path / "a.ipynb", "x = 1", cell)
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: {says}")
    assert said.count("\n") == 1
    assert path.read_bytes() == before
    assert files(tmp_path) == ["a.ipynb"]


def test_an_interrupted_run_leaves_the_notebook(tmp_path):
    path = write(
        tmp_path / "a.ipynb", f"open({str(tmp_path / 'started')!r}, 'w').close()\n" + SLEEP
    )
    before = path.read_bytes()
    command = [sys.executable, "-m", "scalelab_book.execute", str(path)]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 60
    while not (tmp_path / "started").exists() and time.monotonic() < end:
        time.sleep(0.1)
    os.kill(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 1
    assert said == "Interrupted: the notebook that ran is stored as it was.\n"
    assert path.read_bytes() == before
    assert files(tmp_path) == ["a.ipynb", "started"]


def test_a_notebook_that_is_not_there_is_named(capsys):
    assert execute.main(["notebooks/99-9-nothing.ipynb"]) == 1
    assert (
        "There is no notebook notebooks/99-9-nothing.ipynb; there are:" in capsys.readouterr().err
    )


def test_names_with_an_underscore_are_no_notebooks_of_the_book(root):
    found = execute.notebooks(root)
    assert found
    assert not [path for path in found if path.name.startswith("_")]
    assert (root / "notebooks" / "_template.ipynb").exists()
