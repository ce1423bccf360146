"""An architecture drawn from the graph that is run, broken and computed on."""

from __future__ import annotations

import altair as alt
import networkx as nx
import pandas as pd

FILL = {"client": "#6B6B6B", "proxy": "#7B5EA7", "app": "#2A8FBD", "data": "#B8860B"}


def topology(graph, *, description, width=600, row_height=56):
    """Draw a directed graph from left to right: callers on the left, the called on the right.

    Parameters
    ----------
    graph : networkx.DiGraph
        Acyclic. A node's attribute ``kind`` (client, proxy, app, data) gives its color and
        ``note`` a second line of text; an edge's attribute ``dashed=True`` draws it dashed.
    description : str
        The drawing in words.
    width, row_height : int
        Pixels: of the whole drawing, and of one row of boxes.

    Returns
    -------
    altair.Chart

    Raises
    ------
    ValueError
        The graph has a cycle, or a node has an unknown kind.

    Examples
    --------
    >>> graph = nx.DiGraph([("users", "app"), ("app", "database")])
    >>> graph.add_node("database", kind="data", note="one copy")
    >>> chart = topology(graph, description="Users ask an app, which asks a database.")
    """
    if not nx.is_directed_acyclic_graph(graph):
        raise ValueError("the graph has a cycle: a topology is drawn from callers to the called")
    unknown = {data.get("kind", "app") for _, data in graph.nodes(data=True)} - set(FILL)
    if unknown:
        raise ValueError(f"unknown kind {sorted(unknown)}: the kinds are {', '.join(FILL)}")
    boxes = _place(graph)
    columns, rows = boxes["column"].max() + 1, boxes["rows"].max()
    half = 0.36
    boxes = boxes.assign(left=boxes["column"] - half, right=boxes["column"] + half)
    across = alt.Scale(domain=[-0.42, columns - 0.58], nice=False)
    box = f"{2 * half / (columns - 0.16):.4f} * width"
    down = alt.Scale(domain=[rows - 0.5, -0.5], nice=False)
    x = alt.X("left:Q", scale=across, axis=None)
    base = alt.Chart(boxes)
    drawing = alt.layer(
        _arrows(graph, boxes, across, down),
        base.mark_rect(cornerRadius=6, height=38, opacity=1).encode(
            x=x,
            x2="right:Q",
            y=alt.Y("row:Q", scale=down, axis=None),
            color=alt.Color(
                "kind:N", legend=None, scale=alt.Scale(domain=list(FILL), range=list(FILL.values()))
            ),
        ),
        _lines(base, across, down, box),
    )
    return drawing.properties(width=width, height=row_height * rows, description=description)


def _place(graph):
    """Column by longest path from a caller; rows centered within the tallest column."""
    layers = [sorted(layer, key=list(graph).index) for layer in nx.topological_generations(graph)]
    tallest = max(len(layer) for layer in layers)
    return pd.DataFrame(
        {
            "node": str(node),
            "note": graph.nodes[node].get("note", ""),
            "kind": graph.nodes[node].get("kind", "app"),
            "column": column,
            "row": row + (tallest - len(layer)) / 2,
            "rows": tallest,
        }
        for column, layer in enumerate(layers)
        for row, node in enumerate(layer)
    )


def _arrows(graph, boxes, across, down):
    at = boxes.set_index("node")
    lines = pd.DataFrame(
        {
            "from": str(a),
            "to": str(b),
            "x": at["right"][str(a)],
            "y": at["row"][str(a)],
            "x2": at["left"][str(b)] - 0.015,
            "y2": at["row"][str(b)],
            "dashed": bool(data.get("dashed", False)),
        }
        for a, b, data in graph.edges(data=True)
    )
    dash = alt.condition("datum.dashed", alt.value([4, 3]), alt.value([1, 0]))
    base = alt.Chart(lines)
    rules = base.mark_rule(color="#888888", strokeWidth=1.5).encode(
        x=alt.X("x:Q", scale=across, axis=None),
        x2="x2:Q",
        y=alt.Y("y:Q", scale=down, axis=None),
        y2="y2:Q",
        strokeDash=dash,
    )
    heads = base.mark_point(shape="triangle-right", color="#888888", size=60, opacity=1).encode(
        x=alt.X("x2:Q", scale=across, axis=None), y=alt.Y("y2:Q", scale=down, axis=None)
    )
    return rules + heads


def _lines(base, across, down, box):
    """A box's name and note, in letters that shrink with the box; what does not fit ends in …"""
    text = base.mark_text().encode(
        x=alt.X("column:Q", scale=across, axis=None), y=alt.Y("row:Q", scale=down, axis=None)
    )
    with_note = text.transform_filter("datum.note != ''")
    name, note = _letters(base.data["node"], 12, box), _letters(base.data["note"], 11, box)
    return (
        text.transform_filter("datum.note == ''").mark_text(**name).encode(text="node:N")
        + with_note.mark_text(**name, fontWeight="bold", dy=-7).encode(text="node:N")
        + with_note.mark_text(**note, dy=9).encode(text="note:N")
    )


def _letters(texts, largest, box):
    longest = max(map(len, texts)) or 1
    return {
        "color": "white",
        "fontSize": alt.ExprRef(f"clamp({box} / {0.6 * longest:.2f}, 8, {largest})"),
        "limit": alt.ExprRef(box),
    }
