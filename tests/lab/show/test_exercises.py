"""A check never raises: it says *not yet* and why."""

import pytest

from scalelab.show import exercises
from scalelab.show.exercises import exercise


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr(exercises, "show", lambda mime, record, line: seen.append((record, line)))
    return seen


def test_the_first_thing_wrong_is_said(shown):
    @exercise("share")
    def check(says):
        says(True, "never said")
        says(False, "the shares do not add up")
        says(False, "said too late")

    [(record, line)] = shown
    assert record == {"exercise": "share", "passed": False, "says": ["the shares do not add up"]}
    assert line == "○ **share**: not yet: the shares do not add up"


def test_an_error_in_the_answer_is_said_and_not_raised(shown):
    @exercise("share")
    def check(says):
        says(answer_that_nobody_defined == 1, "wrong")  # noqa: F821

    assert shown[0][0]["says"] == ["NameError: name 'answer_that_nobody_defined' is not defined"]


def test_an_answer_still_to_be_written_is_no_error(shown):
    @exercise("share")
    def check(says):
        raise NotImplementedError

    assert shown[0][0]["says"] == ["the answer is still to be written"]


def test_the_check_can_be_called_again(shown):
    answers = [1]

    @exercise("share")
    def check(says):
        says(answers[-1] == 2, "not two")

    answers.append(2)
    check()
    assert [record["passed"] for record, _ in shown] == [False, True]
    assert shown[1][1] == "✓ **share**: passed"


def test_an_interrupt_is_not_swallowed(shown):
    with pytest.raises(KeyboardInterrupt):

        @exercise("share")
        def check(says):
            raise KeyboardInterrupt


def test_an_exercise_needs_a_name():
    with pytest.raises(ValueError, match="name is empty"):
        exercise("")
