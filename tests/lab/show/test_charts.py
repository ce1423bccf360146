"""The charts that recur: what they show, what they refuse, that they are the same each time."""

import json
import re

import altair as alt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import vl_convert

from scalelab.show import charts, look


@pytest.fixture
def tables():
    rho = np.round(np.arange(0.1, 0.96, 0.05), 2)
    model = pd.concat(
        [
            pd.DataFrame({"rho": rho, "mean": 1 / (1 - rho), "policy": "random"}),
            pd.DataFrame({"rho": rho, "mean": 1 / np.sqrt(1 - rho), "policy": "two choices"}),
        ]
    )
    simulated = model.assign(low=model["mean"] * 0.99, high=model["mean"] * 1.01)
    measured = model[model["rho"].isin([0.5, 0.7])]
    return measured, model, simulated


AXES = {
    "x": "rho",
    "y": "mean",
    "x_title": "utilization",
    "y_title": "mean response (service times)",
    "description": "response against utilization",
}


def drawn(chart):
    """The picture as SVG text: the specification is one that Vega-Lite accepts."""
    bundle = charts.render(chart.to_dict())
    return vl_convert.vegalite_to_svg(json.dumps(bundle[charts.MIME]), vl_version="5.20")


@pytest.mark.parametrize("panel", [None, "policy"])
@pytest.mark.parametrize("slider", [None, (0.7, "utilization")])
def test_three_ways_draws_points_lines_and_bands(tables, panel, slider):
    chart = charts.three_ways(*tables, **AXES, panel=panel, slider=slider, y_scale="log")
    picture = drawn(chart)
    for color in look.KINDS.values():
        assert color in picture
    assert "NaN" not in picture


def test_panels_stand_in_rows(tables):
    row = charts.three_ways(*tables, **AXES, panel="policy").to_dict()
    column = charts.three_ways(*tables, **AXES, panel="policy", columns=1).to_dict()
    assert (row["columns"], column["columns"]) == (2, 1)
    assert column["spec"]["width"] > row["spec"]["width"]
    assert column["spec"]["height"] < row["spec"]["height"] == look.HEIGHT


def test_the_slider_writes_the_values_where_it_stands(tables):
    chart = charts.three_ways(*tables, **AXES, panel="policy", slider=(0.7, "utilization"))
    assert f"modeled {1 / 0.3:.2f}" in drawn(chart)
    assert f"simulated {1 / np.sqrt(0.3):.2f}" in drawn(chart)


def test_three_ways_names_the_column_that_is_missing(tables):
    measured, model, simulated = tables
    with pytest.raises(ValueError, match="the simulated table lacks the column low"):
        charts.three_ways(measured, model, simulated.drop(columns="low"), **AXES)


def test_a_slider_needs_equal_steps(tables):
    measured, model, simulated = tables
    with pytest.raises(ValueError, match="not equally spaced"):
        charts.three_ways(measured, model.iloc[[0, 1, 4]], simulated, **AXES, slider=(0.1, "rho"))


def test_a_chart_without_a_description_is_refused(tables):
    chart = alt.Chart(tables[0]).mark_point().encode(x="rho", y="mean")
    with pytest.raises(ValueError, match="no description"):
        charts.render(chart.to_dict())


def test_the_last_bits_of_a_number_leave_no_trace(tables):
    measured, model, simulated = tables
    other = model.assign(mean=model["mean"] * (1 + 1e-13))
    first = charts.render(charts.three_ways(measured, model, simulated, **AXES).to_dict())
    second = charts.render(charts.three_ways(measured, other, simulated, **AXES).to_dict())
    assert first == second


@pytest.fixture
def graph():
    graph = nx.DiGraph()
    graph.add_node("users", kind="client", note="300/s")
    graph.add_node("balancer", kind="proxy")
    graph.add_edge("users", "balancer")
    for name in ("app0", "app1"):
        graph.add_node(name, kind="app", note="5 ms")
        graph.add_edge("balancer", name, dashed=name == "app1")
    return graph


def test_a_topology_names_every_box(graph):
    picture = drawn(charts.topology(graph, description="two apps"))
    for text in ("users", "300/s", "balancer", "app0", "app1", "5 ms"):
        assert f">{text}<" in picture


def test_words_shrink_with_their_box_and_never_leave_it(graph):
    graph.nodes["app0"]["note"] = "a note that is much too long"
    wide, narrow = (
        drawn(charts.topology(graph, description="two apps", width=width)) for width in (900, 240)
    )
    assert ">a note that is much too long<" in wide and "…" not in wide
    assert re.search(r">a note\D*…<", narrow) and 'font-size="8px"' in narrow


def test_callers_stand_left_of_the_called(graph):
    from scalelab.show.drawing import _place

    column = _place(graph).set_index("node")["column"]
    assert all(column[a] < column[b] for a, b in graph.edges)


def test_a_cycle_and_an_unknown_kind_are_refused(graph):
    with pytest.raises(ValueError, match="the kinds are client, proxy, app, data"):
        graph.add_node("x", kind="printer")
        charts.topology(graph, description="x")
    graph.nodes["x"]["kind"] = "app"
    graph.add_edge("app0", "users")
    with pytest.raises(ValueError, match="has a cycle"):
        charts.topology(graph, description="x")
