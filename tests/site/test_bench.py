"""The page about speed shows what ``make bench`` stored."""

import json

import pytest
from built import ROOT

STORED = json.loads((ROOT / "book/bench.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_has_every_goal_and_says_it_in_words(width, address, visit):
    page = visit(f"{address}/book/bench.html", width)
    (chart,) = page.locator("div.chart").all()
    drawn = [r for r in STORED["rows"] if r["met"] is not None and r["group"] != "import"]
    assert chart.locator(".mark-symbol.role-mark path").count() == len(drawn) > 20
    assert f"{len(drawn)} goals" in chart.locator("[role=graphics-document]").get_attribute(
        "aria-label"
    )
    assert chart.locator("svg").bounding_box()["width"] <= chart.bounding_box()["width"] + 1
    assert not page.problems


def test_the_tables_have_every_row_and_what_was_missed_is_named(address, visit):
    page = visit(f"{address}/book/bench.html")
    rows = [row.locator("td").all_inner_texts() for row in page.locator("table.bench tr").all()]
    shown = [[cell.replace("\xa0", " ") for cell in row] for row in rows]
    missed = set()
    for row in STORED["rows"]:
        against = " ".join(filter(None, (row["against"], row["version"])))
        (line,) = [cells for cells in shown if cells[:1] == [row["task"]] and cells[4] == against]
        words = {True: "met", False: "missed", None: "-" if row["ratio"] else "not here"}
        assert line[3] == words[row["met"]]
        if row["met"] is False:
            missed.add(row["task"])
    named = page.locator("#what-was-missed ul").first.locator("strong").all_inner_texts()
    assert missed == set(named) or not missed
    for call in STORED["calls"]:
        assert call["call"] in [cells[0] for cells in shown if cells]
