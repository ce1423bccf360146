"""Every page: no error, no request outside, no sideways scrolling, no barrier."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from built import NOTEBOOKS, PAGES

LIMIT = 300_000  # bytes of HTML, the charts' data in it


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("page_name", [*PAGES, "search"])
def test_page(page_name, mode, address, visit):
    for width in (1280, 390):
        page = visit(f"{address}/{page_name}.html", width, mode)
        assert page.locator("html").get_attribute("data-theme") == mode
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"the page is wider than {width} pixels"
        )
        assert not page.problems
        # Without preload: axe would look for the theme's @import beside the page.
        found = Axe().run(page, options={"preload": False}).response["violations"]
        barriers = [
            f"{rule['id']}: {rule['nodes'][0]['html'][:120]}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
        ]
        assert not barriers


@pytest.mark.parametrize("page_name", PAGES)
def test_page_from_a_file(page_name, site, visit):
    page = visit((site / f"{page_name}.html").as_uri())
    assert not page.problems


@pytest.mark.parametrize("page_name", NOTEBOOKS)
def test_weight(page_name, site):
    assert (site / f"{page_name}.html").stat().st_size <= LIMIT


def test_code_without_marks_keeps_its_colors(site):
    css = (site / "_static/pygments.css").read_text(encoding="utf-8")
    for mode in ("light", "dark"):
        rule = rf'\[data-theme="{mode}"\] \.highlight(.*?) \{{.*?color: (#\w+) \}}'
        colors = dict(re.findall(rule, css))
        assert {colors[f" .{kind}"] for kind in "npw"} == {colors[""]}


def test_search_finds_a_word(address, visit):
    page = visit(f"{address}/search.html?q=herding")
    page.locator("#search-results li a", has_text="Glossary").first.wait_for()
    assert not page.problems


def test_one_search_bar(address, visit):
    page = visit(f"{address}/index.html")
    page.wait_for_url("**/book/index.html")
    fields = page.locator(".search-button-field, input[type=search]")
    assert [field.is_visible() for field in fields.all()].count(True) == 1


def test_every_claims_link_leads_to_its_claim(address, site, visit):
    page = visit(f"{address}/book/claims.html")
    links = page.locator("table.claims tbody td:first-child a")
    for link in links.all():
        target, anchor = link.evaluate("a => [a.pathname, a.hash.slice(1)]")
        text = (site / target.lstrip("/")).read_text(encoding="utf-8")
        assert f'id="{anchor}"' in text
