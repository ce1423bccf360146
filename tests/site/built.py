"""The book's pages, how they are built, and a server for them."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def pages_of(toc):
    """The pages that a table of contents names, the root first."""
    found = [toc["root"]]

    def walk(part):
        for entry in part.get("parts", []) + part.get("chapters", []) + part.get("sections", []):
            if "file" in entry:
                found.append(entry["file"])
            walk(entry)

    walk(toc)
    return found


PAGES = pages_of(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
NOTEBOOKS = [page for page in PAGES if (ROOT / f"{page}.ipynb").exists()]


def build(source, output, **environment):
    """Build the book at ``source`` as ``make book`` does; return what the build said."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", str(source)]
    command += ["--path-output", str(output), "-W", "--keep-going", "-n"]
    env = {name: value for name, value in os.environ.items() if name != "BOOK_REPOSITORY"}
    return subprocess.run(command, env=env | environment, capture_output=True, text=True)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def serve(folder):
    """Serve a folder on the loopback address, which is given."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
