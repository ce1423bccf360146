"""The Sphinx extension that the book's build needs. The lab never imports it.

``records``
    What a stored notebook says of itself: its claims, its cells, its run.
``outputs``
    Charts, claims and checks in a notebook's output, as parts of a page.
``directives``
    ``chart``, ``claims``, ``exercises`` and ``status``, for the pages in ``book/``.
``figures``, ``course``
    The charts of those pages, computed by the lab; what leads to what.
``bench``
    ``bench``, for the page that shows what `make bench` stored.
``api``, ``docstrings``, ``written``
    ``api``, for the pages made from the lab's docstrings and from how its sources write things.
``vendor``
    Vega and MathJax, taken from installed wheels and written into the site.
``site``
    The repository's address, the buttons, and cures for the theme.
``execute``
    ``make run``: it needs no Sphinx, which is therefore imported in ``setup`` only.
``grading``
    ``make grade``: what students hand in, judged by the book's checks.
"""

__version__ = "0.1.0"


def setup(app):
    from . import api, bench, directives, outputs, site, vendor

    for part in (outputs, directives, bench, api, vendor, site):
        part.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
