"""How a checked result reaches the reader and, as a record, the book's pages."""

from __future__ import annotations

from IPython import get_ipython
from IPython.display import display


def show(mime, record, line):
    """Show one line of Markdown, with ``record`` under ``mime`` in the cell's output.

    Outside a notebook the line is printed.
    """
    plain = line.replace("**", "")
    if get_ipython() is None:
        print(plain)
    else:
        display({mime: record, "text/markdown": line, "text/plain": plain}, raw=True)
