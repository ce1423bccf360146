"""Grade notebooks that students hand in: ``make grade DIR=submissions``.

A submission is a copy of a notebook of this book, in any folder below ``DIR``, under the name that
it had: ``DIR/kim/05-2-caching.ipynb``. Its starter cells are taken, by the ``exercise`` in
their metadata, and judged by the book's own first cell and checks, so that a check that was edited
or deleted changes nothing. They run in a fresh kernel with a limit of time.

This is no sandbox and no examination hall: the answer runs with the rights of whoever grades, and
one that is written to deceive can. Run it where that does not matter.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from tqdm import tqdm

from scalelab.show.exercises import MIME

from .execute import notebooks

SECONDS = 30
REPORT = "grades.csv"


@dataclass(frozen=True)
class Grade:
    """What the check of one exercise said of one student's answer."""

    student: str
    notebook: str
    exercise: str
    passed: bool
    says: str


def parts(path):
    """The code of each exercise in a notebook: ``{exercise: {role: code}}``."""
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "exercise" in cell.metadata:
            part = cell.metadata["exercise"]
            found.setdefault(part["id"], {})[part["role"]] = cell.source
    return found


def judge(path, answers, seconds=SECONDS):
    """Run answers in one fresh kernel, each before its check; return what was said of each.

    Parameters
    ----------
    path : path-like
        The book's notebook: its first cell and its checks are run.
    answers : list of (exercise, code)
    seconds : float
        Longest that a cell may run.

    Returns
    -------
    list of (records, errors)
        The check's records, of which the last one counts, and the errors that were raised.

    Raises
    ------
    nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError
        An answer ran too long, or ended the kernel.
    """
    checks = parts(path)
    first = next(c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")
    cells = [new_code_cell(first.source)]
    for exercise, code in answers:
        cells += [new_code_cell(code), new_code_cell(checks[exercise]["check"])]
    NotebookClient(
        new_notebook(cells=cells),
        timeout=seconds,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(Path(path).parent)}},
    ).execute(stderr=subprocess.DEVNULL)
    pairs = zip(cells[1::2], cells[2::2], strict=True)
    return [(_records(answer) + _records(check), _errors(answer, check)) for answer, check in pairs]


def _records(cell):
    return [o["data"][MIME] for o in cell.outputs if MIME in o.get("data", {})]


def _errors(*cells):
    outputs = [output for cell in cells for output in cell.outputs]
    return [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]


def grade(path, submission, student, seconds=SECONDS):
    """Grade one submission of the book's notebook at ``path``: a `Grade` for each exercise."""
    handed_in = parts(submission)
    answers = {name: handed_in.get(name, {}).get("starter") for name in parts(path)}
    verdicts = _verdicts(path, {n: code for n, code in answers.items() if code}, seconds)
    for name in answers:
        yield Grade(student, Path(path).stem, name, *verdicts.get(name, (False, "no answer cell")))


def _verdicts(path, answers, seconds):
    """Judge all in one kernel; where an answer hangs or ends it, each in a kernel of its own."""
    starters = {name: part["starter"] for name, part in parts(path).items()}
    turns = [turn for name in answers for turn in ((name, starters[name]), (name, answers[name]))]
    try:
        judged = judge(path, turns, seconds)[1::2]
    except CellTimeoutError:
        why = f"it ran for more than {seconds} seconds"
    except DeadKernelError:
        why = "it ended the kernel"
    else:
        return {name: _verdict(*said) for name, said in zip(answers, judged, strict=True)}
    if len(answers) == 1:
        return dict.fromkeys(answers, (False, why))
    alone = [_verdicts(path, {name: code}, seconds) for name, code in answers.items()]
    return {name: verdict for each in alone for name, verdict in each.items()}


def _verdict(records, errors):
    if errors or not records:
        return False, errors[0] if errors else "its check said nothing"
    return records[-1]["passed"], " ".join(records[-1]["says"])


def submissions(folder, root="."):
    """Pair the book's notebook of its name, or None, with each file below ``folder``.

    Hidden folders are left out: JupyterLab keeps checkpoints there.
    """
    known = {path.name: path for path in notebooks(root)}
    found = sorted(Path(folder).rglob("*.ipynb"))
    return [
        (known.get(path.name), path)
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def main(arguments=None):
    """Grade a folder: a line for each exercise, and all of them in ``grades.csv`` there."""
    folder = Path(*(sys.argv[1:] if arguments is None else arguments)[:1])
    handed_in = submissions(folder) if folder != Path() else []
    for path, submission in handed_in:
        if path is None:
            print(
                f"{submission} is not graded: give it the name of its notebook again.",
                file=sys.stderr,
            )
    found = [(path, submission) for path, submission in handed_in if path]
    if not found:
        print(
            "There is nothing to grade: name a folder, as in `make grade DIR=submissions`, with"
            " files such as submissions/kim/05-2-caching.ipynb in it.",
            file=sys.stderr,
        )
        return 1
    grades = []
    for path, submission in tqdm(found, unit="file", disable=None, leave=False):
        student = submission.relative_to(folder).parent.as_posix()
        try:
            grades += grade(path, submission, student)
        except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
            what = f"the file cannot be read: {type(error).__name__}"
            grades.append(Grade(student, path.stem, "", False, what))
    with open(folder / REPORT, "w", newline="", encoding="utf-8-sig") as file:
        table = csv.DictWriter(file, asdict(grades[0]))
        table.writeheader()
        table.writerows(asdict(each) for each in grades)
    for each in grades:
        sign = "passed" if each.passed else f"not yet: {each.says}"
        print(f"{each.student}  {each.notebook}  {each.exercise}  {sign}")
    print(f"{sum(each.passed for each in grades)} of {len(grades)} passed: {folder / REPORT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
