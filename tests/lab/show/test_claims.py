"""A claim holds or stops the notebook; either way it says so in words."""

import math

import pytest

from scalelab.show import claims
from scalelab.show.claims import claim


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr(claims, "show", lambda mime, record, line: seen.append((record, line)))
    return seen


@pytest.mark.parametrize(
    ("value", "expected", "tolerance"),
    [
        (2.64, 2.645, 0.01),
        (2.655, 2.645, 0.0101),
        (3, 3, 0.0),
        (5, (5, None), 0.0),
        (5, (None, 5), 0.0),
        (0.2, (0.1, 0.3), 0.0),
        (0.09, (0.1, 0.3), 0.011),
    ],
)
def test_a_value_inside_is_shown_and_recorded(shown, value, expected, tolerance):
    claim("a number", value, expected, tolerance=tolerance, kind="simulated", source="key2001")
    [(record, line)] = shown
    assert record["value"] == value
    assert record["kind"] == "simulated"
    assert record["source"] == "key2001"
    assert "a number" in line and "key2001" in line


@pytest.mark.parametrize(
    ("value", "expected", "tolerance"),
    [
        (2.66, 2.645, 0.01),
        (2.63, 2.645, 0.01),
        (4.99, (5, None), 0.0),
        (5.01, (None, 5), 0.0),
        (0.31, (0.1, 0.3), 0.0),
        (math.nan, 1, 10),
        (math.nan, (0, None), 0.0),
        (math.inf, 1, 10),
    ],
)
def test_a_value_outside_stops_the_notebook(shown, value, expected, tolerance):
    with pytest.raises(AssertionError, match="a number: the value is"):
        claim("a number", value, expected, tolerance=tolerance, kind="derived")
    assert not shown


def test_the_record_holds_four_digits_and_open_ends(shown):
    claim("a bound", 1.23456789, (1.00001, None), kind="derived")
    [(record, line)] = shown
    assert record == {
        "text": "a bound",
        "value": 1.235,
        "expected": [1, None],
        "tolerance": 0,
        "kind": "derived",
        "source": None,
    }
    assert line == "✓ a bound: **1.235**, held to at least 1 (derived)"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": " "}, "text is empty"),
        ({"value": "3"}, "value is '3'"),
        ({"expected": [1, 2]}, "expected is"),
        ({"expected": (None, None)}, "expected is"),
        ({"tolerance": -1}, "tolerance is -1"),
        ({"kind": "guessed"}, "published, measured, simulated, derived"),
        ({"kind": "published"}, "needs its source"),
        ({"source": 3}, "source is 3"),
    ],
)
def test_wrong_arguments_are_refused(arguments, words):
    good = {"text": "a", "value": 1, "expected": 1, "kind": "derived"}
    with pytest.raises(ValueError, match=words):
        claim(**{**good, **arguments})
