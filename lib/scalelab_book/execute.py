"""Run notebooks from a fresh kernel and store their outputs: ``make run``.

A notebook is replaced in one step and only after its last cell has run, so a failing or
interrupted run leaves the stored one as it was. ``metadata.scalelab`` says when it ran, how
long it took and with what; everything that would change without a reason is left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

FOLDERS = ("notebooks", "casestudies")
PACKAGES = ("numpy", "numba", "altair")
SECONDS_PER_CELL = 120
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
KEPT_CELL_METADATA = ("exercise", "jupyter", "tags")


class Failed(Exception):
    """A notebook did not run to its end; the message says where and why."""


def notebooks(root="."):
    """List the book's notebooks; a name that begins with an underscore is not one of them."""
    found = [path for folder in FOLDERS for path in Path(root, folder).glob("*.ipynb")]
    return sorted(path for path in found if not path.name.startswith("_"))


def normalize(notebook):
    """Keep of the metadata what does not change by itself; return the notebook."""
    metadata = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    if "scalelab" in notebook.metadata:
        metadata["scalelab"] = notebook.metadata["scalelab"]
    notebook.metadata = nbformat.from_dict(metadata)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {name: cell.metadata[name] for name in KEPT_CELL_METADATA if name in cell.metadata}
        )
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    return notebook


def execute(path):
    """Run one notebook in its folder and store its outputs.

    Parameters
    ----------
    path : path-like
        The notebook.

    Returns
    -------
    float
        Seconds that it took, the kernel's start included.

    Raises
    ------
    Failed
        A cell raised, took too long or ended the kernel. The stored notebook is untouched.
    """
    path = Path(path)
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    with tqdm(total=len(code), desc=path.stem, unit="cell", disable=None, leave=False) as bar:
        ran = []

        def done(cell, cell_index, execute_reply):
            ran.append(cell)
            bar.update()

        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.resolve().parent)}},
            record_timing=False,
            coalesce_streams=True,
            on_cell_executed=done,
        )
        start = time.monotonic()
        try:
            _run(client)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise Failed(f"{path}: {_where(code, len(ran))}: {_why(error)}") from error
    seconds = round(time.monotonic() - start, 1)
    notebook.metadata["scalelab"] = {
        "executed": datetime.date.today().isoformat(),
        "seconds": seconds,
        "versions": {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in PACKAGES},
    }
    _store(normalize(notebook), path)
    return seconds


def _run(client):
    """Run the cells in a thread, so that Ctrl-C comes here and ends the kernel first."""
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(asyncio.run, client.async_execute(stderr=subprocess.DEVNULL))
        try:
            run.result()
        except KeyboardInterrupt:
            while wait([run], timeout=0.1).not_done:
                with contextlib.suppress(AttributeError):  # the kernel has not started yet
                    client.km.provisioner.process.kill()
            raise


def _where(code, ran):
    """Name a code cell by its number and its first line, as the reader finds it."""
    failed = [any(o.output_type == "error" for o in cell.outputs) for cell in code]
    place = failed.index(True) if True in failed else min(ran, len(code) - 1)
    lines = code[place].source.strip().splitlines() or [""]
    return f"code cell {place + 1} of {len(code)} (`{lines[0]}`)"


def _why(error):
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {' '.join(error.evalue.split())}"
    if isinstance(error, CellTimeoutError):
        return f"it took more than {SECONDS_PER_CELL} seconds"
    return "the kernel ended"


def _store(notebook, path):
    temporary = path.with_name(f".{path.name}.new")
    try:
        nbformat.write(notebook, temporary)
        temporary.chmod(path.stat().st_mode)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def main(arguments=None):
    """Run the notebooks named, or all; return how many failed."""
    named = [Path(name) for name in (sys.argv[1:] if arguments is None else arguments)]
    missing = [str(path) for path in named if not path.is_file()]
    if missing:
        known = ", ".join(map(str, notebooks())) or "none"
        print(f"There is no notebook {' '.join(missing)}; there are: {known}", file=sys.stderr)
        return 1
    failures = 0
    for path in named or notebooks():
        try:
            seconds = execute(path)
        except Failed as failure:
            failures += 1
            print(failure, file=sys.stderr)
        else:
            print(f"{path}: {seconds} s")
    return failures


if __name__ == "__main__":
    try:
        sys.exit(min(main(), 1))
    except KeyboardInterrupt:
        sys.exit("Interrupted: the notebook that ran is stored as it was.")
