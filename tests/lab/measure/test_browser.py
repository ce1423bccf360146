"""A real browser runs a page's scripts, and asks nobody outside this machine."""

import functools
import http.server
import threading

import pytest

from scalelab import measure
from scalelab.measure import browser

pytestmark = pytest.mark.skipif(
    not measure.available("chromium"), reason="no Chromium on this machine: nothing was opened"
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def address(tmp_path):
    (tmp_path / "a.html").write_text("<script>document.title = 'ran'</script>")
    (tmp_path / "b.html").write_text("<img src='http://example.com/x' onerror='window.lost = 1'>")
    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_page_is_run(address):
    titles = browser.evaluate([f"{address}/a.html"] * 2, "document.title")
    assert titles == ["ran", "ran"]


def test_nothing_is_asked_outside(address):
    assert browser.evaluate([f"{address}/b.html"], "window.lost") == [1]


@pytest.mark.parametrize("where", ["http://example.com/", "file:///etc/passwd"])
def test_pages_elsewhere_are_refused(where):
    with pytest.raises(ValueError, match="not on this machine"):
        browser.evaluate([where], "1")
