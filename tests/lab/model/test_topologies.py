"""Architectures as graphs: cut vertices, exact reliability, and Monte Carlo held against it."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.model import availability as av

HALVES = {"users": ["dns"], "dns": ["lb1", "lb2"], "lb1": ["a", "b"], "lb2": ["c", "d"]}
TWO_HALVES = nx.DiGraph(HALVES | {app: ["primary"] for app in "abcd"})
BRIDGE = nx.Graph([("s", 1), ("s", 2), (1, 2), (1, 3), (2, 4), (3, 4), (3, "t"), (4, "t")])


def counted(graph, entry, exit, chances):
    """The same by hand: every combination, one at a time."""
    total, nodes = 0.0, [node for node in graph if node != entry]
    for ups in itertools.product([False, True], repeat=len(nodes)):
        weight = 1.0
        for node, up in zip(nodes, ups, strict=True):
            weight *= chances[node] if up else 1 - chances[node]
        left = graph.subgraph([entry, *itertools.compress(nodes, ups)])
        total += weight * (exit in left and nx.has_path(left, entry, exit))
    return total


def test_single_points_come_in_order():
    assert av.single_points(TWO_HALVES, "users", "primary") == ["dns", "primary"]
    chain = nx.path_graph(5)
    assert av.single_points(chain, 4, 0) == [3, 2, 1, 0]
    assert av.single_points(BRIDGE, "s", "t") == ["t"]
    assert av.single_points(nx.DiGraph([("u", "v"), ("v", "w"), ("u", "w")]), "u", "w") == ["w"]


def test_a_way_against_the_arrows_is_none():
    graph = nx.DiGraph([("u", "a"), ("u", "b"), ("a", "t"), ("a", "b")])
    assert av.single_points(graph, "u", "t") == ["a", "t"]
    assert av.single_points(graph.to_undirected(), "u", "t") == ["a", "t"]
    graph.add_edge("b", "t")
    assert av.single_points(graph, "u", "t") == ["t"]


def test_series_and_parallel_are_special_graphs():
    chain = nx.DiGraph([("u", 1), (1, 2), (2, 3)])
    chances = {1: 0.9, 2: 0.8, 3: 0.7}
    assert av.reliability(chain, "u", 3, chances) == pytest.approx(av.series(0.9, 0.8, 0.7))
    side = nx.DiGraph([("u", 1), ("u", 2), (1, "t"), (2, "t")])
    chances = {1: 0.9, 2: 0.8, "t": 1}
    assert av.reliability(side, "u", "t", chances) == pytest.approx(av.parallel(0.9, 0.8))
    assert av.reliability(side, "u", "t", 0.9) == pytest.approx(0.9 * 0.99)
    assert av.reliability(side, "u", "t", 1.0) == 1
    assert av.reliability(side, "u", "t", {1: 0, 2: 0, "t": 1}) == 0


def test_the_two_halves_by_hand():
    half = 0.99 * (1 - 0.1**2)
    expected = 0.999 * (1 - (1 - half) ** 2) * 0.995
    chances = {"dns": 0.999, "lb1": 0.99, "lb2": 0.99, "primary": 0.995} | dict.fromkeys(
        "abcd", 0.9
    )
    assert av.reliability(TWO_HALVES, "users", "primary", chances) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_shared_parts_are_counted_once(values):
    chances = dict(zip([1, 2, 3, 4, "t"], values, strict=True))
    exact = av.reliability(BRIDGE, "s", "t", chances)
    assert exact == pytest.approx(counted(BRIDGE, "s", "t", chances), abs=1e-12)


@given(st.integers(0, 10_000))
def test_any_directed_graph_is_counted_right(seed):
    graph = nx.gnp_random_graph(7, 0.35, seed=seed, directed=True)
    nx.add_path(graph, [0, 3, 6])
    chances = dict(enumerate(np.random.default_rng(seed).uniform(0.2, 1, 7)))
    exact = av.reliability(graph, 0, 6, chances)
    assert exact == pytest.approx(counted(graph, 0, 6, chances))
    perfect = chances | {2: 1.0, 5: 1.0}
    assert av.reliability(graph, 0, 6, perfect) == pytest.approx(counted(graph, 0, 6, perfect))


def layers(depth, width):
    graph = nx.DiGraph()
    before = ["u"]
    for layer in range(depth):
        nodes = [(layer, place) for place in range(width)]
        graph.add_edges_from(itertools.product(before, nodes))
        before = nodes
    graph.add_edges_from((node, "t") for node in before)
    return graph


def test_twenty_nodes_are_counted():
    graph = layers(5, 4)
    chances = dict.fromkeys(graph, 0.9) | {"t": 1}
    assert av.reliability(graph, "u", "t", chances) == pytest.approx((1 - 0.1**4) ** 5)
    with pytest.raises(ValueError, match=r"graph has 21 nodes that can fail: .* up to 20"):
        av.reliability(graph, "u", "t", 0.9)


def test_samples_agree_with_the_count():
    # Twenty intervals of 99 %: the number that miss is 0, 1 or 2 but for one time in a thousand.
    missed = 0
    exact = av.reliability(BRIDGE, "s", "t", 0.8)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        numbers = dict(samples=5_000, rng=rng, level=0.99)
        estimate, low, high = av.sampled_reliability(BRIDGE, "s", "t", 0.8, **numbers)
        assert low < estimate < high
        assert high - low == pytest.approx(2 * 2.576 * np.sqrt(exact * (1 - exact) / 5000), rel=0.1)
        missed += not low <= exact <= high
    assert missed <= 2


def test_samples_take_any_number_of_nodes():
    graph = layers(30, 3)
    chances = dict.fromkeys(graph, 0.9) | {"t": 1}
    rng = np.random.default_rng(1)
    _, low, high = av.sampled_reliability(graph, "u", "t", chances, samples=50_000, rng=rng)
    assert low < (1 - 0.1**3) ** 30 < high
    assert high - low < 0.005


def test_an_interval_without_a_failure_ends_at_one():
    graph = nx.DiGraph([("u", "t")])
    rng = np.random.default_rng(0)
    # The rule of three: 1 - 0.025 ** (1 / n), at two sides.
    found = av.sampled_reliability(graph, "u", "t", 1.0, samples=100, rng=rng)
    assert found == (1.0, pytest.approx(0.025 ** (1 / 100)), 1.0)
    found = av.sampled_reliability(graph, "u", "t", 0.0, samples=100, rng=rng)
    assert found == (0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 100)))


def test_one_sample_is_no_knowledge_but_an_answer():
    graph, rng = nx.DiGraph([("u", "t")]), np.random.default_rng(0)
    found = av.sampled_reliability(graph, "u", "t", 1.0, samples=1, rng=rng)
    assert found == (1.0, pytest.approx(0.025), 1.0)


def test_the_same_seed_gives_the_same_estimate():
    one, same, other = (
        av.sampled_reliability(BRIDGE, "s", "t", 0.5, samples=1000, rng=np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: av.single_points([(1, 2)], 1, 2), "graph is .*: it must be a networkx graph"),
        (lambda: av.single_points(BRIDGE, "x", "t"), "entry is 'x', which is not in the graph"),
        (lambda: av.single_points(BRIDGE, "s", "x"), "exit is 'x', which is not in the graph"),
        (lambda: av.single_points(BRIDGE, "s", "s"), "exit is 's': it must be another node"),
        (
            lambda: av.single_points(TWO_HALVES, "primary", "users"),
            "exit is 'users': no way leads there from 'primary'",
        ),
        (lambda: av.reliability(BRIDGE, "s", "t", {1: 0.5}), "availability says nothing of 2"),
        (lambda: av.reliability(BRIDGE, "s", "t", 1.5), "availability is 1.5: .* at most 1"),
        (
            lambda: av.reliability(BRIDGE, "s", "t", dict.fromkeys(BRIDGE, 1.5)),
            "availability is 1.5: .* at most 1",
        ),
        (
            lambda: av.sampled_reliability(BRIDGE, "s", "t", 0.5, samples=0, rng=None),
            "samples is 0: it must be a whole number of at least 1",
        ),
        (
            lambda: av.sampled_reliability(BRIDGE, "s", "t", 0.5, samples=1, rng=None, level=1),
            "level is 1: it must be a number above 0 and below 1",
        ),
        (lambda: av.reliability(BRIDGE, "s", "t", [0.5]), "availability is an array"),
        (
            lambda: av.sampled_reliability(BRIDGE, "s", "t", 0.5, samples=9, rng=1),
            "rng is 1: give a numpy.random.Generator",
        ),
    ],
)
def test_what_is_no_topology_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()
