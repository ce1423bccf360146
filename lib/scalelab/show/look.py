"""The book's look: colors that keep their meaning, quiet axes, one MIME type."""

from __future__ import annotations

import json

import altair as alt

MEASURED, MODEL, SIMULATED = "#D55E00", "#0072B2", "#009E73"
"""The color of what was measured, modeled or simulated, the same in every chart."""

KINDS = {"measured": MEASURED, "modeled": MODEL, "simulated": SIMULATED}
CATEGORIES = ["#7B5EA7", "#B8860B", "#2A8FBD", "#C2569B", "#6B6B6B"]

MIME = "application/vnd.vegalite.v5+json"
"""The type of a chart in a notebook's output."""

WIDTH, HEIGHT = 600, 280


@alt.theme.register("scalelab", enable=True)
def theme():
    """Quiet axes, readable sizes, a palette that color-blind readers can tell apart."""
    return {
        "config": {
            "background": "transparent",
            "font": "system-ui, sans-serif",
            "view": {"continuousWidth": WIDTH, "continuousHeight": HEIGHT, "stroke": None},
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 8,
                "gridOpacity": 0.35,
                "domain": False,
                "tickSize": 4,
            },
            "header": {"labelFontSize": 13, "labelFontWeight": "bold", "title": None},
            "legend": {"orient": "top", "title": None, "labelFontSize": 12, "symbolSize": 90},
            "title": {"anchor": "start", "fontSize": 14, "fontWeight": "bold"},
            "line": {"strokeWidth": 2.5},
            "point": {"filled": True, "size": 70, "opacity": 1},
            "text": {"fontSize": 12},
            "range": {"category": CATEGORIES},
        }
    }


def render(spec, **_):
    """One MIME type that JupyterLab and the book draw, the same on every machine.

    Altair calls it for each chart.

    Parameters
    ----------
    spec : dict
        The chart, in Vega-Lite.

    Returns
    -------
    dict
        The chart by MIME type, and its description as plain text.

    Raises
    ------
    ValueError
        The chart has no description.
    """
    if not spec.get("description"):
        raise ValueError("the chart has no description: say in words what it shows")
    names = {name: f"data{number}" for number, name in enumerate(spec.get("datasets", {}))}
    text = json.dumps(spec)
    for name, short in names.items():
        text = text.replace(f'"{name}"', f'"{short}"')
    spec = json.loads(text, parse_float=lambda digits: float(f"{float(digits):.5g}"))
    return {MIME: spec, "text/plain": f"Chart: {spec['description']}"}


alt.renderers.register("scalelab", render)
alt.renderers.enable("scalelab")
