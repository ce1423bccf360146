"""Each exercise: its starter fails with words, planted wrong answers fail, its solution passes.

Wrong answers stand in ``wrong_answers/<notebook>.py``. Each begins with a line

    # %% <exercise>: <what is wrong with it>

and is run in place of the starter. A line ``# says: <words>`` demands these words of the check.
All run in one fresh kernel after the notebook's first cell, and after nothing else of it.
"""

import re
from dataclasses import dataclass

import pytest
import stored

from scalelab_book import grading

WRONG_ANSWERS = stored.ROOT / "tests" / "notebooks" / "wrong_answers"


@dataclass
class Answer:
    exercise: str
    what: str
    code: str
    says: str = ""


def wrong_answers(path):
    """The planted answers for a notebook, in the order of the file."""
    file = WRONG_ANSWERS / f"{path.stem}.py"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    parts = re.split(r"^# %% *([\w-]+): *(.+)$", text, flags=re.M)
    for exercise, what, code in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        says = re.search(r"^# says: *(.+)$", code, re.M)
        yield Answer(exercise, what, code.strip(), says[1].strip() if says else "")


@pytest.mark.parametrize("path", stored.ALL, ids=stored.name)
def test_checks_refuse_wrong_answers_and_accept_the_solution(path):
    exercises = grading.parts(path)
    planted = list(wrong_answers(path))
    assert exercises
    assert {answer.exercise for answer in planted} == set(exercises), (
        f"each exercise of {path.name} needs a wrong answer in {WRONG_ANSWERS.name}/{path.stem}.py"
    )
    answers = []
    for name, parts in exercises.items():
        answers.append(Answer(name, "starter", parts["starter"]))
        answers += [answer for answer in planted if answer.exercise == name]
        answers.append(Answer(name, "solution", parts["solution"]))
    judged = grading.judge(path, [(answer.exercise, answer.code) for answer in answers], seconds=60)
    for answer, (records, raised) in zip(answers, judged, strict=True):
        case = f"{path.name}, {answer.exercise}, {answer.what}"
        assert len(records) == 1 + (answer.what == "solution"), f"{case}: {records} {raised}"
        record = records[-1]
        assert record["exercise"] == answer.exercise, case
        assert record["passed"] is (answer.what == "solution"), f"{case}: {record['says']}"
        if answer.what == "solution":
            assert not raised, f"{case}: {raised}"
        else:
            assert " ".join(record["says"]).strip(), f"{case}: refused without a word"
            assert answer.says in " ".join(record["says"]), f"{case}: {record['says']}"
        if answer.what == "starter":
            assert not raised, f"{case}: an unsolved notebook stops here: {raised}"


def test_planted_answers_are_read():
    assert len(list(wrong_answers(stored.TEMPLATE))) >= len(grading.parts(stored.TEMPLATE)) == 3


def test_a_check_that_accepts_anything_is_seen():
    wrong = next(wrong_answers(stored.TEMPLATE))
    right = grading.parts(stored.TEMPLATE)[wrong.exercise]["solution"]
    answers = [(wrong.exercise, wrong.code), (wrong.exercise, right)]
    judged = grading.judge(stored.TEMPLATE, answers)
    assert [records[-1]["passed"] for records, _ in judged] == [False, True]
