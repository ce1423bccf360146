"""The Claims and Status pages hold what the notebooks hold."""

import pytest
from built import NOTEBOOKS, ROOT

from scalelab_book import records


@pytest.fixture(scope="module")
def notebooks():
    return [records.read(ROOT / f"{name}.ipynb", name) for name in NOTEBOOKS]


@pytest.fixture(scope="module")
def claims(notebooks):
    return [claim for notebook in notebooks for claim in notebook.claims]


def test_one_row_for_each_claim(claims, address, visit):
    page = visit(f"{address}/book/claims.html")
    rows = page.locator("table.claims tbody tr")
    assert rows.count() == len(claims) > 0
    said = page.locator("table.claims tbody td:first-child").all_inner_texts()
    straight = str.maketrans("‘’“”\xa0", "''\"\" ")  # pages set typographer's quotes and spaces
    said = [text.translate(straight) for text in said]
    assert sorted(said) == sorted(claim.text.translate(straight) for claim in claims)


def test_filter_shows_one_kind(claims, address, visit):
    page = visit(f"{address}/book/claims.html")
    for kind in {claim.kind for claim in claims}:
        page.locator(f"button[data-kind={kind}]").click()
        rows = page.locator("table.claims tbody tr:visible")
        assert rows.count() == sum(claim.kind == kind for claim in claims)
        assert rows.locator(f".kind-{kind}").count() == rows.count()
    page.locator("button[data-kind=all]").click()
    assert page.locator("table.claims tbody tr:visible").count() == len(claims)


def test_status_has_each_notebook(notebooks, address, visit):
    page = visit(f"{address}/book/status.html")
    rows = page.locator("table.status tbody tr")
    assert rows.count() == len(notebooks)
    for notebook, row in zip(notebooks, rows.all(), strict=True):
        cells = row.locator("td").all_inner_texts()
        assert cells[1:3] == [str(notebook.code_cells), str(len(notebook.claims))]
        assert cells[3] == ("-" if notebook.seconds is None else f"{notebook.seconds:.0f}")
