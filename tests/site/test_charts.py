"""Charts are drawn, answer a slider, follow the theme, and show their data."""

import json

import pytest
from built import NOTEBOOKS, PAGES, ROOT

CHART = "application/vnd.vegalite.v5+json"
# Every chart's shapes and words.
DRAWN = """[...document.querySelectorAll(".chart-view")].map((view) =>
    [...view.querySelectorAll("path, text")].map((mark) =>
        ["d", "opacity", "transform"].map((name) => mark.getAttribute(name)) + mark.textContent
    ).join())"""


def stored_charts(name):
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"][CHART] for output in outputs if CHART in output.get("data", {})]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [PAGES[0], *NOTEBOOKS])
def test_every_chart_has_marks_and_its_words(name, width, address, visit):
    page = visit(f"{address}/{name}.html", width)
    charts = page.locator("div.chart")
    assert charts.count() == (len(stored_charts(name)) if name in NOTEBOOKS else 1) > 0
    for chart in charts.all():
        assert chart.locator("svg [role=graphics-symbol]").count() > 0
        assert chart.locator("[role=graphics-document]").get_attribute("aria-label")
        box = chart.locator("svg").bounding_box()
        assert box["width"] <= chart.bounding_box()["width"] + 1


def has_slider(name):
    return '"input": "range"' in json.dumps(stored_charts(name))


def test_most_notebooks_have_a_slider():
    assert sum(map(has_slider, NOTEBOOKS)) > len(NOTEBOOKS) / 2


@pytest.mark.parametrize("name", [PAGES[0], *filter(has_slider, NOTEBOOKS)])
def test_slider_moves_the_curve_and_the_theme_keeps_it(name, address, visit):
    page = visit(f"{address}/{name}.html")
    sliders = page.locator(".chart-controls input[type=range]")
    assert sliders.count() > 0
    for slider in sliders.all():
        assert slider.get_attribute("aria-label")
        assert slider.bounding_box()["height"] >= 24
        before = page.evaluate(DRAWN)
        slider.focus()
        page.keyboard.press("End")
        page.wait_for_function(f"before => String({DRAWN}) !== String(before)", arg=before)
    values = [slider.input_value() for slider in sliders.all()]
    ink = "getComputedStyle(document.querySelector('.chart-view svg .role-axis-title text')).fill"
    light = page.evaluate(ink)
    while page.locator("html").get_attribute("data-theme") != "dark":
        page.locator("button.theme-switch-button").first.click()
    page.wait_for_function(f"light => {ink} !== light", arg=light)
    page.wait_for_timeout(300)
    assert [slider.input_value() for slider in sliders.all()] == values
    assert not page.problems


@pytest.mark.parametrize("name", [PAGES[0], *NOTEBOOKS])
def test_data_opens_as_a_table(name, address, visit):
    page = visit(f"{address}/{name}.html")
    for chart in page.locator("div.chart").all():
        assert chart.locator(".chart-data table").count() == 0
        chart.locator(".chart-data summary").click()
        chart.locator(".chart-data tbody tr").first.wait_for()
        assert 0 < chart.locator(".chart-data table").first.locator("tbody tr").count() <= 200


def test_colors_are_those_of_the_lab(site):
    from scalelab.show import charts

    style = (site / "_static/book.css").read_text(encoding="utf-8").lower()
    script = (site / "_static/book.js").read_text(encoding="utf-8").lower()
    for color, variable in [
        (charts.MEASURED, "--measured"),
        (charts.MODEL, "--derived"),
        (charts.SIMULATED, "--simulated"),
    ]:
        assert f"{variable}: {color.lower()};" in style
        assert f'"{color.lower()}": "{variable}"' in script
