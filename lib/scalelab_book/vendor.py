"""Vega and MathJax, taken from installed wheels and written into the site.

Nothing third-party is committed and nothing is fetched: the build copies what pip installed.
"""

from __future__ import annotations

import shutil
from importlib.metadata import distribution, version
from pathlib import Path

VEGA_LITE = "6.1"  # goes with the Vega 6 in vl-convert, and draws what Altair 5.5 writes
VEGA = "vendor/vega.js"
MATHJAX = "vendor/mathjax/tex-chtml.js"


def write_vendored(app):
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    write_vega(static / VEGA)
    write_mathjax(static / MATHJAX)


def write_vega(target: Path) -> None:
    """Write Vega, Vega-Lite and vega-embed as one script, once for each version of vl-convert."""
    stamp = f"/* Vega-Lite {VEGA_LITE} from vl-convert {version('vl-convert-python')} */\n"
    if target.exists() and target.read_text(encoding="utf-8").startswith(stamp):
        return
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;", vl_version=VEGA_LITE)
    target.parent.mkdir(parents=True, exist_ok=True)
    # A function of its own: the bundle's top-level names clash with the theme's.
    target.write_text(f"{stamp}(() => {{{bundle}}})();\n", encoding="utf-8")


def write_mathjax(target: Path) -> None:
    """Copy the one MathJax component that pages load, and its fonts."""
    fonts = target.parent / "output/chtml/fonts/woff-v2"
    if target.exists() and fonts.is_dir():
        return
    source = Path(
        distribution("sphinx-mathjax-offline").locate_file("sphinx-mathjax-offline/static/mathjax")
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source / "output/chtml/fonts/woff-v2", fonts, dirs_exist_ok=True)
    shutil.copyfile(source / target.name, target)


def load_vega(app, pagename, templatename, context, doctree):
    from .outputs import chart

    if doctree is not None and next(doctree.findall(chart), None) is not None:
        app.add_js_file(VEGA, priority=400, defer="defer")


def setup(app):
    app.connect("builder-inited", write_vendored)
    app.connect("html-page-context", load_vega)
