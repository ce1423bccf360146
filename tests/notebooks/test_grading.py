"""What students hand in is judged by the book's checks, whatever else stands in their files."""

import csv

import nbformat
import pytest
import stored

from scalelab_book import grading

ALL = grading.parts(stored.TEMPLATE)


def submission(tmp_path, answers, checks=None):
    """A copy of the template with answers in place of starters, and other checks."""
    notebook = stored.read(stored.TEMPLATE)
    for cell in stored.code_cells(notebook):
        part = cell.metadata.get("exercise", {})
        if part.get("role") == "starter":
            cell.source = answers.get(part["id"], cell.source)
        elif part.get("role") == "check" and checks is not None:
            cell.source = checks
    path = tmp_path / "handed-in.ipynb"
    nbformat.write(notebook, path)
    return path


def graded(path, seconds=30):
    found = list(grading.grade(stored.TEMPLATE, path, "kim", seconds))
    assert [each.exercise for each in found] == list(ALL)
    return found


def test_solutions_pass_and_starters_do_not(tmp_path):
    solved = {name: parts["solution"] for name, parts in ALL.items()}
    assert all(each.passed for each in graded(submission(tmp_path, solved)))
    untouched = graded(submission(tmp_path, {}))
    assert not any(each.passed for each in untouched)
    assert all(each.says for each in untouched)


def test_an_edited_check_changes_nothing(tmp_path):
    path = submission(tmp_path, {}, checks="print('passed')")
    assert not any(each.passed for each in graded(path))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("while True:\n    pass", "more than 20 seconds"),
        ("import os\nos._exit(0)", "ended the kernel"),
    ],
)
def test_an_answer_that_breaks_off_costs_only_its_exercise(tmp_path, answer, says):
    first, *others = ALL
    answers = {name: ALL[name]["solution"] for name in others} | {first: answer}
    found = graded(submission(tmp_path, answers), seconds=20)
    assert [each.passed for each in found] == [False] + [True] * len(others)
    assert says in found[0].says


def test_a_missing_answer_cell_is_named(tmp_path):
    path = tmp_path / "empty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    assert {each.says for each in graded(path)} == {"no answer cell"}


def test_a_folder_is_graded_into_a_table(tmp_path, capsys):
    book = stored.ALL[0]
    (tmp_path / "kim").mkdir()
    (tmp_path / "lee").mkdir()
    (tmp_path / "kim" / book.name).write_text(book.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "lee" / book.name).write_text("not a notebook", encoding="utf-8")
    (tmp_path / "lee" / f"{book.stem} (1).ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "lee" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "lee" / ".ipynb_checkpoints" / book.name).write_text("{}", encoding="utf-8")
    assert grading.main([str(tmp_path)]) == 0
    with open(tmp_path / grading.REPORT, encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["student"] for row in rows} == {"kim", "lee"}
    assert [row["says"] for row in rows if row["student"] == "lee"] == [
        "the file cannot be read: NotJSONError"
    ]
    said = capsys.readouterr()
    assert "0 of" in said.out
    assert "(1).ipynb is not graded: give it the name" in said.err


def test_the_kernel_says_nothing_beside_the_verdicts(tmp_path, capfd):
    list(graded(submission(tmp_path, {next(iter(ALL)): "import os\nos._exit(0)"})))
    assert capfd.readouterr() == ("", "")


def test_a_spreadsheet_is_told_the_encoding(tmp_path):
    book = stored.ALL[0]
    (tmp_path / "박지민").mkdir()
    (tmp_path / "박지민" / book.name).write_text("not a notebook", encoding="utf-8")
    grading.main([str(tmp_path)])
    assert (tmp_path / grading.REPORT).read_bytes().startswith("\ufeffstudent".encode())


@pytest.mark.parametrize("arguments", [[], ["nowhere"]])
def test_nothing_to_grade_is_said_in_one_sentence(arguments, capsys):
    assert grading.main(arguments) == 1
    assert "make grade DIR=submissions" in capsys.readouterr().err
