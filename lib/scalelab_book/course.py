"""What leads to what: the notebooks in the order in which one may take them.

An arrow means that the second notebook uses what the first one shows; each still runs alone.
"""

from __future__ import annotations

import networkx as nx

from scalelab.show import charts, drawing

USES = (charts, drawing)

TOPICS = {  # in each column of the drawing from top to bottom
    "01-1": "conclusions",
    "01-2": "estimation",
    "03-1": "redundancy",
    "02-3": "balancing",
    "07-1": "metrics",
    "05-1": "sharding",
    "06-2": "back end",
    "10-2": "growth",
    "05-2": "caching",
    "04-2": "messages",
    "05-3": "consistency",
    "Netflix": "edge",
    "AWS": "quotas",
    "08-1": "security",
}
LEADS = [
    ("01-1", "01-2"),
    ("01-1", "03-1"),
    ("01-2", "02-3"),
    ("01-2", "07-1"),
    ("03-1", "07-1"),
    ("02-3", "05-1"),
    ("02-3", "06-2"),
    ("07-1", "10-2"),
    ("05-1", "05-2"),
    ("06-2", "04-2"),
    ("05-2", "05-3"),
    ("04-2", "Netflix"),
    ("06-2", "AWS"),
    ("04-2", "08-1"),
]


def path():
    """The whole book: which notebook builds on which."""
    graph = nx.DiGraph(LEADS)
    return _drawn(graph, "all notebooks", main=set(graph))


def chapter(number):
    """A chapter's notebooks between those that they build on and those that they lead to.

    >>> "01-2 to 02-3" in chapter("02").description
    True
    """
    graph = nx.DiGraph(LEADS)
    main = {node for node in graph if node.startswith(number)}
    if number == "09":
        main = {"Netflix", "AWS"}
    if not main:
        raise ValueError(f"there is no notebook of chapter {number}: the map knows {list(TOPICS)}")
    near = {n for node in main for n in (*graph.predecessors(node), *graph.successors(node))}
    return _drawn(graph.subgraph(near | main), f"chapter {int(number)} and its neighbors", main)


def _drawn(graph, what, main):
    drawn = nx.DiGraph()
    for node in TOPICS:
        if node in graph:
            drawn.add_node(node, note=TOPICS[node], kind="app" if node in main else "client")
    drawn.add_edges_from(edge for edge in LEADS if graph.has_edge(*edge))
    arrows = "; ".join(f"{a} to {b}" for a, b in drawn.edges)
    return charts.topology(drawn, description=f"What leads to what, {what}: {arrows}.")
