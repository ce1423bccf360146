"""The charts of the pages in ``book/``, computed by the lab when the book is built."""

from collections import Counter

import altair as alt
import numpy as np
import pandas as pd

from scalelab.model import balancing
from scalelab.show import charts

from .records import number

USES = (balancing, charts)
MOST = 5
MARKED = 0.9
GRAY = "#6B6B6B"
ROW = 22  # pixels for a line of `goals`


def front():
    """Response time against utilization, by how many servers a request looks at."""
    utilization = np.round(np.arange(0, 0.951, 0.01), 2)
    table = pd.concat(
        pd.DataFrame(
            {
                "utilization": utilization,
                "response": balancing.supermarket(utilization, choices).mean_response.round(4),
                "choices": choices,
            }
        )
        for choices in range(1, MOST + 1)
    )
    looks = alt.param(
        name="looks",
        value=2,
        bind=alt.binding_range(min=1, max=MOST, step=1, name="servers a request looks at"),
    )
    across = alt.X("utilization:Q", title="how busy the servers are", axis=alt.Axis(format="%"))
    up = alt.Y(
        "response:Q", title="mean response, in service times", scale=alt.Scale(domain=[0, 12])
    )
    curves = alt.Chart(table).mark_line(clip=True).encode(x=across, y=up)
    points = (
        alt.Chart(table)
        .encode(x=across, y=up)
        .transform_filter(f"abs(datum.utilization - {MARKED}) < 0.001")
    )
    at_random, chosen = "datum.choices == 1", "datum.choices == looks"
    words = (
        "'at 90 %, ' + (datum.choices == 1 ? 'one taken at random: ' :"
        " 'the shortest of ' + datum.choices + ': ')"
    )
    readings = points.transform_calculate(words=f"{words} + format(datum.response, '.1f')")
    return (
        alt.layer(
            curves.mark_line(color=GRAY, strokeDash=[5, 4], clip=True).transform_filter(at_random),
            curves.mark_line(color=charts.MODEL, clip=True).transform_filter(chosen),
            points.mark_point(color=GRAY, opacity=1).transform_filter(at_random),
            points.mark_point(color=charts.MODEL, opacity=1).transform_filter(chosen),
            _words(readings, GRAY, 10).transform_filter(at_random),
            _words(readings, charts.MODEL, 28).transform_filter(chosen + " && looks > 1"),
        )
        .add_params(looks)
        .properties(
            height=300,
            description=(
                "Mean response time against utilization for very many servers. A request that"
                " goes to a server taken at random spends 10 service times in the system when"
                " servers are 90 % busy; one that goes to the shorter of two queues, 2.6."
                " A slider sets how many servers a request looks at, from 1 to 5."
            ),
        )
    )


def _words(readings, color, down):
    return readings.mark_text(align="left", fontWeight="bold", color=color).encode(
        x=alt.value(12), y=alt.value(down), text="words:N"
    )


def goals(rows):
    """How much of its goal each ratio is that `make bench` stored, on a logarithmic axis."""
    tasks = Counter(row["task"] for row in rows)
    named = [
        f"{row['task']} · {row['against']}" if tasks[row["task"]] > 1 else row["task"]
        for row in rows
    ]
    frame = pd.DataFrame(
        {
            "task": named,
            "ratio": [row["ratio"] for row in rows],
            "goal": [row["goal"] for row in rows],
            "of goal": [round(row["ratio"] / row["goal"], 3) for row in rows],
            "words": [times(row["ratio"]) for row in rows],
            "verdict": ["met" if row["met"] else "missed" for row in rows],
        }
    )
    domain = [min(0.5, frame["of goal"].min()) / 3, 4 * max(2, frame["of goal"].max())]
    across = alt.X(
        "of goal:Q",
        title="times its goal",
        scale=alt.Scale(type="log", domain=domain, nice=False),
        axis=alt.Axis(values=[2.0**k for k in range(-4, 8)], format="~g"),
    )
    down = alt.Y("task:N", sort=named, title=None, axis=alt.Axis(labelLimit=170))
    verdicts = alt.Scale(domain=["met", "missed"], range=["circle", "cross"])
    base = alt.Chart(frame).encode(x=across, y=down)
    missing = frame["task"][frame["verdict"] == "missed"]
    return alt.layer(
        alt.Chart(pd.DataFrame({"of goal": [1]})).mark_rule(color=GRAY, size=2).encode(x=across),
        base.mark_point(color=charts.MEASURED, opacity=1).encode(
            shape=alt.Shape("verdict:N", scale=verdicts)
        ),
        *(
            base.mark_text(align=align, dx=away, fontSize=11)
            .encode(text="words:N")
            .transform_filter(f"datum.verdict == '{verdict}'")
            for verdict, align, away in (("met", "left", 9), ("missed", "right", -9))
        ),
    ).properties(
        height=ROW * len(rows),
        description=(
            f"{len(rows)} goals, one a line, on a logarithmic axis: a point at the ratio that the"
            " lab reached over the goal, with the ratio in figures beside it, and an upright line"
            f" at 1. {len(rows) - len(missing)} points lie there or to the right; {len(missing)}"
            f" lie to the left, drawn as crosses: {'; '.join(missing) or 'none'}."
        ),
    )


def times(ratio):
    """A ratio in three digits: 1,279 ×"""
    return f"{number(ratio, 3)}\N{NO-BREAK SPACE}×"
