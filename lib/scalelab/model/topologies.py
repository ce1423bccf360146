"""An architecture as a graph: which part stands alone, and how often the whole works.

A request enters at one node and must reach another; every node on its way must be up. Links do
not fail: give a link that can a node of its own. The graph is the one that is drawn.

Source: Colbourn, *The Combinatorics of Network Reliability* (1987).
"""

import networkx as nx
import numpy as np
from scipy.special import betaincinv

from ._numeric import single

COUNTED = 20


def single_points(graph, entry, exit):
    """Return the nodes that every way from `entry` to `exit` goes through: cut vertices.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
    entry, exit : node
        Where requests come from, and where they must arrive.

    Returns
    -------
    list of nodes
        In the order in which a request meets them. `exit` is always the last of them, and `entry`
        is not among them: it asks, and does not serve.

    Examples
    --------
    >>> graph = nx.DiGraph([("users", "dns"), ("dns", "a"), ("dns", "b"), ("a", "db"), ("b", "db")])
    >>> single_points(graph, "users", "db")
    ['dns', 'db']
    """
    _check(graph, entry, exit)
    way = nx.shortest_path(graph, entry, exit)
    return [node for node in way[1:] if node == exit or not _without(graph, node, entry, exit)]


def reliability(graph, entry, exit, availability):
    """Return the probability that a request from `entry` reaches `exit`, exactly.

    Each combination of nodes up and down is looked at, so parts that several ways share are
    counted right, where series and parallel formulas are not enough.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        At most 20 nodes can fail: those with an availability below 1.
    entry, exit : node
        `entry` never fails: it is where the question is asked.
    availability : float or dict of node to float
        Fraction of the time, of each node but the entry. Nodes fail independently.

    Raises
    ------
    ValueError
        More than 20 nodes can fail (`sampled_reliability` takes any number), a node's availability
        is missing, or no way leads from entry to exit.

    Examples
    --------
    Two load balancers with two servers each, and the same with every server behind both:

    >>> apart = [("users", "lb1"), ("users", "lb2"), ("lb1", "a"), ("lb1", "b"),
    ...          ("lb2", "c"), ("lb2", "d"), *((app, "db") for app in "abcd")]
    >>> crossed = [*apart, ("lb1", "c"), ("lb1", "d"), ("lb2", "a"), ("lb2", "b")]
    >>> up = dict.fromkeys(["lb1", "lb2", *"abcd"], 0.9) | {"db": 1}
    >>> [f"{reliability(nx.DiGraph(e), 'users', 'db', up):.4f}" for e in (apart, crossed)]
    ['0.9881', '0.9899']
    """
    chances = _chances(graph, entry, exit, availability)
    risky = [node for node, chance in chances.items() if chance < 1]
    if len(risky) > COUNTED:
        raise ValueError(
            f"graph has {len(risky)} nodes that can fail: their states are counted up to"
            f" {COUNTED}, beyond that use sampled_reliability"
        )
    states = np.arange(2 ** len(risky))
    weight = np.ones(1)
    for node in risky:
        weight = np.concatenate([weight * (1 - chances[node]), weight * chances[node]])
    up = {node: np.ones(1, dtype=bool) for node in graph}
    up |= {node: (states >> place & 1).astype(bool) for place, node in enumerate(risky)}
    failed = np.broadcast_to(~_reached(graph, entry, exit, up), weight.shape)
    return float(1 - weight[failed].sum())


def sampled_reliability(graph, entry, exit, availability, *, samples, rng, level=0.95):
    """Return the probability that a request from `entry` reaches `exit`, by Monte Carlo.

    Parameters
    ----------
    graph, entry, exit, availability
        As for `reliability`, with any number of nodes.
    samples : int
        Combinations drawn. To see a rare failure at all, draw many times more than it is rare.
    rng : numpy.random.Generator
    level : float
        The confidence of the interval, 0 < level < 1.

    Returns
    -------
    estimate, low, high : float
        Clopper and Pearson's interval: it holds also where not one failure was seen.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ways = [edge for app in range(40) for edge in (("users", app), (app, "db"))]
    >>> _, low, high = sampled_reliability(
    ...     nx.DiGraph(ways), "users", "db", 0.99, samples=10_000, rng=rng)
    >>> low < 0.99 < high
    True
    """
    chances = _chances(graph, entry, exit, availability)
    samples = int(single("samples", samples, least=1, whole=True))
    level = single("level", level, above=0, below=1)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng is {rng!r}: give a numpy.random.Generator made from a seed")
    up = {node: rng.random(samples) < chance for node, chance in chances.items()}
    up[entry] = np.ones(samples, dtype=bool)
    good = int(_reached(graph, entry, exit, up).sum())
    tail, bad = (1 - level) / 2, samples - good
    low = betaincinv(good, bad + 1, tail) if good else 0.0
    high = betaincinv(good + 1, bad, 1 - tail) if bad else 1.0
    return good / samples, float(low), float(high)


def _reached(graph, entry, exit, up):
    # up[node], one truth value per state; the states in which each node is up and reached.
    reached = {node: np.zeros_like(up[node]) for node in graph} | {entry: up[entry]}
    again = [entry]
    while again:
        node = again.pop(0)
        for follower in graph[node]:
            more = reached[follower] | (reached[node] & up[follower])
            if not np.array_equal(more, reached[follower]):
                reached[follower] = more
                again.append(follower)
    return reached[exit]


def _chances(graph, entry, exit, availability):
    _check(graph, entry, exit)
    nodes = [node for node in graph if node != entry]
    if not isinstance(availability, dict):
        return dict.fromkeys(nodes, single("availability", availability, least=0, most=1))
    for node in nodes:
        if node not in availability:
            raise ValueError(f"availability says nothing of {node!r}: give it for every node")
    return {node: single("availability", availability[node], least=0, most=1) for node in nodes}


def _check(graph, entry, exit):
    if not isinstance(graph, nx.Graph):
        raise ValueError(f"graph is {graph!r}: it must be a networkx graph")
    for name, node in (("entry", entry), ("exit", exit)):
        if node not in graph:
            known = ", ".join(map(str, list(graph)[:10]))
            raise ValueError(f"{name} is {node!r}, which is not in the graph: it has {known}")
    if entry == exit:
        raise ValueError(f"exit is {exit!r}: it must be another node than the entry")
    if not nx.has_path(graph, entry, exit):
        raise ValueError(f"exit is {exit!r}: no way leads there from {entry!r}")


def _without(graph, node, entry, exit):
    return nx.has_path(nx.restricted_view(graph, [node], []), entry, exit)
