"""The bar shows what is done and is gone at the end."""

from scalelab.show.progress import progress


def test_every_item_comes_through_and_the_bar_is_cleared(monkeypatch):
    monkeypatch.delenv("PYTEST_VERSION")
    shown, cleared = [], []

    class Bar:
        def update(self, html):
            shown.append(html.data)

    monkeypatch.setitem(progress.__globals__, "display", lambda html, display_id: Bar())
    monkeypatch.setitem(progress.__globals__, "clear_output", lambda: cleared.append(True))
    assert list(progress([3, 1, 2], "sorting")) == [3, 1, 2]
    assert [bar.endswith(f"{done} of 3") for done, bar in enumerate(shown, 1)] == [True] * 3
    assert cleared == [True]


def test_a_test_sees_no_bar(monkeypatch):
    monkeypatch.setitem(progress.__globals__, "display", None)
    assert list(progress([3, 1, 2])) == [3, 1, 2]
