"""The few charts that recur, in the book's look.

Importing this module sets Altair's theme and renderer. Every chart needs a ``description``:
it is the text that a reader hears who cannot see the picture.

Three colors keep their meaning through the book: measured, modeled, simulated.
"""

from __future__ import annotations

from itertools import pairwise

import altair as alt
import pandas as pd

from .drawing import topology
from .look import HEIGHT, KINDS, MEASURED, MIME, MODEL, SIMULATED, WIDTH, render

__all__ = [
    "MEASURED",
    "MIME",
    "MODEL",
    "SIMULATED",
    "decades",
    "render",
    "three_ways",
    "topology",
]


def three_ways(
    measured,
    model,
    simulated,
    *,
    x,
    y,
    x_title,
    y_title,
    description,
    panel=None,
    columns=None,
    x_scale="linear",
    y_scale="linear",
    y_domain=None,
    slider=None,
):
    """Draw what was measured as points, the model as a line, the simulation as a band.

    Parameters
    ----------
    measured, model : DataFrame
        Columns ``x``, ``y`` and, where there are panels, ``panel``.
    simulated : DataFrame
        The same, with the columns ``low`` and ``high``: the ends of the confidence interval.
    x, y : str
        Names of the columns.
    x_title, y_title : str
        What the axes show, with its unit.
    description : str
        The chart in words.
    panel : str, optional
        Column that splits the chart into panels side by side, in the order of ``model``.
    columns : int, optional
        Panels in a row; all of them if not given. Where there are several rows each is lower.
    x_scale, y_scale : {"linear", "log"}
    y_domain : (low, high), optional
        Ends of the vertical axis; marks beyond it are clipped.
    slider : (start, label), optional
        Adds a slider over the model's ``x`` values: a rule moves along the axis and
        the model's and the simulation's values there are written in each panel.
        Both must be given at the same equally spaced ``x``.

    Returns
    -------
    altair.Chart

    Raises
    ------
    ValueError
        A table lacks a column, or a slider's ``x`` values are not equally spaced.

    Examples
    --------
    >>> seen = pd.DataFrame({"load": [0.5, 0.8], "wait": [1.1, 4.2]})
    >>> known = pd.DataFrame({"load": [0.5, 0.8], "wait": [1.0, 4.0]})
    >>> run = known.assign(low=[0.9, 3.8], high=[1.1, 4.2])
    >>> chart = three_ways(seen, known, run, x="load", y="wait", x_title="load",
    ...                    y_title="mean wait, s", description="The wait grows with the load.")
    """
    frames = {"measured": measured, "modeled": model, "simulated": simulated}
    for name, frame in frames.items():
        needed = [x, y] + ([panel] if panel else [])
        needed += ["low", "high"] if name == "simulated" else []
        missing = [column for column in needed if column not in frame]
        if missing:
            raise ValueError(f"the {name} table lacks the column {', '.join(missing)}")
    table = pd.concat([frame.assign(how=name) for name, frame in frames.items()])
    across = alt.X(f"{x}:Q", title=x_title, scale=alt.Scale(type=x_scale), axis=_axis(x_scale))
    upward = alt.Scale(type=y_scale, **_domain(y_domain))
    chart = _three_layers(across, y, y_title, upward)
    if slider is not None:
        chart = chart + _reading(x, y, sorted(set(model[x])), *slider)
    chart = alt.layer(chart, data=table)
    if panel is None:
        return chart.properties(width=WIDTH, height=HEIGHT, description=description)
    order = list(dict.fromkeys(model[panel]))
    columns = columns or len(order)
    width = max(150, round(WIDTH / columns) - 20)
    height = HEIGHT if columns >= len(order) else round(0.6 * HEIGHT)
    return (
        chart.properties(width=width, height=height)
        .facet(
            facet=alt.Facet(f"{panel}:N", sort=order, title=None),
            columns=columns,
        )
        .properties(description=description)
    )


def _domain(ends):
    return {} if ends is None else {"domain": list(ends)}


def _three_layers(across, y, y_title, scale):
    kinds, colors = list(KINDS), list(KINDS.values())
    legend = alt.Legend(symbolOpacity=1, symbolStrokeWidth=2.5)
    color = alt.Color("how:N", scale=alt.Scale(domain=kinds, range=colors), legend=legend)
    shape = alt.Shape(
        "how:N", scale=alt.Scale(domain=kinds, range=["circle", "stroke", "square"]), legend=legend
    )
    up = alt.Y(f"{y}:Q", title=y_title, scale=scale, axis=_axis(scale["type"]))
    simulated = alt.Chart().transform_filter("datum.how == 'simulated'").encode(x=across)
    band = {"color": SIMULATED, "opacity": 0.35, "clip": True}
    return alt.layer(
        simulated.mark_area(**band).encode(
            y=alt.Y("low:Q", title=y_title, scale=scale, axis=_axis(scale["type"])), y2="high:Q"
        ),
        simulated.mark_line(strokeWidth=8, **band).encode(y=up),
        alt.Chart()
        .mark_line(clip=True)
        .encode(x=across, y=up, color=color)
        .transform_filter("datum.how == 'modeled'"),
        alt.Chart()
        .mark_point(clip=True, opacity=1)
        .encode(x=across, y=up, color=color, shape=shape)
        .transform_filter("datum.how == 'measured'"),
    )


def decades(*steps):
    """Ticks of a logarithmic axis: ``steps`` times the powers of ten.

    Parameters
    ----------
    *steps : float
        Numbers from 1 to 10; 1 alone if none is given.

    Returns
    -------
    altair.Axis

    Examples
    --------
    >>> decades(1, 2, 5)["values"][-3:]
    [1000000.0, 2000000.0, 5000000.0]
    """
    return alt.Axis(values=[m * 10.0**e for e in range(-9, 7) for m in steps or (1,)], format="~g")


def _axis(scale):
    return decades(1, 2, 5) if scale == "log" else alt.Axis(tickCount=5)


def _reading(x, y, steps, start, label):
    """A slider, the rule that it moves, and the values read off there."""
    step = round(steps[1] - steps[0], 10)
    if any(abs(b - a - step) > step / 100 for a, b in pairwise(steps)):
        raise ValueError("the model's x values are not equally spaced: a slider needs them so")
    at = alt.param(
        name=f"at_{x}",
        value=start,
        bind=alt.binding_range(min=steps[0], max=steps[-1], step=step, name=f"{label} "),
    )
    here = f"abs(datum.{x} - at_{x}) < {step / 2}"
    rule = (
        alt.Chart()
        .mark_rule(strokeDash=[4, 3], color="#888888")
        .encode(x=f"{x}:Q")
        .transform_filter(f"datum.how == 'modeled' && {here}")
    )
    values = [
        alt.Chart()
        .mark_text(align="left", baseline="top", fontWeight="bold", color=color)
        .encode(x=alt.value(6), y=alt.value(6 + 16 * row), text="reading:N")
        .transform_filter(f"datum.how == '{how}' && {here}")
        .transform_calculate(reading=f"'{how} ' + format(datum.{y}, '.2f')")
        for row, (how, color) in enumerate(list(KINDS.items())[1:])
    ]
    return alt.layer(rule, *values).add_params(at)
