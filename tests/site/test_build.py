"""What the build makes of a small book: addresses, claims, folds, and warnings that fail it."""

import shutil

import nbformat
import pytest
import yaml
from built import ROOT, build, serve
from nbformat import v4

from scalelab_book import outputs, records

REPOSITORY = "https://github.com/someone/some-book"


def claim(kind, source=None, expected=(0.5, None)):
    record = {
        "text": f"this is {kind}",
        "value": 0.75,
        "expected": expected,
        "tolerance": 0,
        "kind": kind,
        "source": source,
    }
    return {records.CLAIM: record, "text/plain": "claimed"}


def small_book(folder, bundles, tags=()):
    """A book of four pages, with the real settings and look, whose notebook shows ``bundles``."""
    cell = v4.new_code_cell("1", metadata={"tags": list(tags)})
    cell.outputs = [v4.new_output("display_data", data=bundle) for bundle in bundles]
    text = "# A question\n\n## A section\n\nFrom 99 % to 98 % in 0.3 s; `99 %` and 3 servers."
    cells = [v4.new_markdown_cell(text), cell]
    pages = folder / "book"
    pages.mkdir(parents=True)
    for name in ("_config.yml", "book/references.bib", "book/claims.md", "book/sources.md"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("_static", "_templates"):
        if (ROOT / "book" / name).exists():
            shutil.copytree(ROOT / "book" / name, pages / name)
    toc = {
        "format": "jb-book",
        "root": "note",
        "chapters": [
            {"file": "book/claims"},
            {"file": "book/sources"},
            {"file": "book/how-to-read"},
        ],
    }
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    (pages / "how-to-read.md").write_text("# Read\n\n{cite:p}`little1961`\n\n## More\n")
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), folder / "note.ipynb")
    return folder


@pytest.fixture(scope="module")
def with_address(tmp_path_factory):
    """The small book, built with a repository's address."""
    folder = small_book(
        tmp_path_factory.mktemp("with-address"),
        [
            *(claim(kind, "little1961") for kind in records.KINDS),
            claim("derived", expected=[None, 1]),
            {
                outputs.CHECK: {"exercise": "one", "passed": False, "says": ["look again"]},
                "text/plain": "",
            },
            {outputs.CHECK: {"exercise": "two", "passed": True, "says": []}, "text/plain": ""},
        ],
        tags=("solution", "hide-cell"),
    )
    result = build(folder, folder, BOOK_REPOSITORY=REPOSITORY + "/")
    assert result.returncode == 0, result.stderr
    return folder / "_build/html"


def test_address_draws_the_buttons(with_address):
    page = (with_address / "note.html").read_text(encoding="utf-8")
    assert f'href="{REPOSITORY}"' in page
    assert f'href="{REPOSITORY}/edit/main/note.ipynb"' in page
    binder = "https://mybinder.org/v2/gh/someone/some-book/main?urlpath=lab/tree/note.ipynb"
    assert f'href="{binder}"' in page
    text_page = (with_address / "book/claims.html").read_text(encoding="utf-8")
    assert f'href="{REPOSITORY}/edit/main/book/claims.md"' in text_page


def test_no_address_no_dead_button(site):
    for page in site.glob("**/*.html"):
        text = page.read_text(encoding="utf-8")
        for trace in ("dropdown-launch-buttons", "source-buttons", "btn-source-", "/edit/main/"):
            assert trace not in text, f"{page.name} has {trace}"


def test_claims_and_checks_in_words(with_address):
    page = (with_address / "note.html").read_text(encoding="utf-8")
    for kind in records.KINDS:
        assert f'<span class="kind kind-{kind}">{kind}</span>' in page
    assert "held to at least 0.5" in page
    assert "held to at most 1" in page
    assert 'href="book/sources.html#little1961"' in page
    assert "not yet: look again" in page
    assert "check check-passed" in page


def test_a_number_and_its_unit_stay_together(with_address):
    page = (with_address / "note.html").read_text(encoding="utf-8")
    assert "From 99\xa0% to 98\xa0% in 0.3\xa0s; " in page
    assert "<code" in page and ">99</span> <span" in page and "and 3 servers." in page


def test_solution_is_folded(with_address):
    page = (with_address / "note.html").read_text(encoding="utf-8")
    assert "Show the solution" in page and "<details" in page


def test_claims_page_without_javascript(with_address):
    page = (with_address / "book/claims.html").read_text(encoding="utf-8")
    assert page.count('<a class="') and page.count("#claim-1-") == 5


def test_unknown_source_fails_the_build(tmp_path):
    small_book(tmp_path, [claim("published", "nobody1900")])
    result = build(tmp_path, tmp_path)
    assert result.returncode != 0
    assert "nobody1900" in result.stderr


PANELS = {
    "description": "Three panels.",
    "data": {"values": [{"x": x, "y": x * n, "n": n} for n in (1, 2, 3) for x in range(5)]},
    "facet": {"field": "n", "type": "nominal"},
    "columns": 3,
    "params": [{"name": "k", "value": 2, "bind": {"input": "range", "min": 0, "max": 4}}],
    "spec": {
        "mark": "line",
        "transform": [{"filter": "datum.x <= k"}],
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
        },
    },
}
BESIDE = {
    "description": "Two views side by side.",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "hconcat": [{"mark": "bar", "width": 900, "encoding": PANELS["spec"]["encoding"]}] * 2,
}


def test_panels_stand_side_by_side_or_below_each_other(tmp_path, visit):
    specs = [PANELS, BESIDE]
    small_book(tmp_path, [{outputs.CHART: spec, "text/plain": "a chart"} for spec in specs])
    result = build(tmp_path, tmp_path)
    assert result.returncode == 0, result.stderr
    with serve(tmp_path / "_build/html") as address:
        for width, columns in ((1280, (3, 2)), (390, (1, 1))):
            page = visit(f"{address}/note.html", width)
            for chart, expected in zip(page.locator("div.chart").all(), columns, strict=True):
                marks = chart.locator("svg .mark-group.role-scope, svg .mark-group.role-scope")
                lefts = chart.evaluate(
                    "c => new Set([...c.querySelectorAll('.role-scope path.background')]"
                    ".filter(p => p.getBoundingClientRect().width > 40)"
                    ".map(p => Math.round(p.getBoundingClientRect().left / 8))).size"
                )
                assert marks.count() and lefts == expected
                inside = chart.evaluate(
                    "c => c.querySelector('svg').getBoundingClientRect().width <= c.clientWidth + 1"
                )
                assert inside
            assert not page.problems
