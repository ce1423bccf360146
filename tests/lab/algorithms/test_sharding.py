"""Placements: what the papers promise, and the same answers as other libraries."""

import math

import jump as c_jump
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uhashring import HashRing

from scalelab import stats
from scalelab.algorithms import sharding
from scalelab.algorithms.sharding import Maglev, Ring, imbalance, moved

KEYS = np.random.default_rng(1).integers(0, 2**64, 20_000, dtype=np.uint64)
PLACE = {
    "ring": lambda keys, nodes: Ring(nodes, vnodes=40, seed=3).place(keys),
    "rendezvous": sharding.rendezvous,
    "maglev": lambda keys, nodes: Maglev(nodes, table_size=1009).place(keys),
}


def test_hash64_is_the_output_of_splitmix64():
    # Its state grows by the golden ratio's odd number: the first outputs from 0 and from 1234567.
    step = 0x9E3779B97F4A7C15
    states = [(seed + k * step) % 2**64 for seed in (0, 1234567) for k in range(2)]
    assert [hex(h) for h in sharding.hash64(np.array(states, np.uint64)).tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        hex(6457827717110365317),
        hex(3203168211198807973),
    ]


def test_modulo_is_the_remainder():
    keys = np.array([0, 7, 2**64 - 1, 2**63], np.uint64)
    assert sharding.modulo(keys, 10).tolist() == [0, 7, 5, 8]
    assert sharding.modulo([], 3).tolist() == []


@pytest.mark.parametrize("nodes", [1, 4, 10, 100])
def test_modulo_moves_nearly_all(nodes):
    # A key stays where its remainder by N (N + 1) is below N.
    keys = np.arange(nodes * (nodes + 1) * 3)
    before, after = (sharding.modulo(keys, n) for n in (nodes, nodes + 1))
    assert moved(before, after) == pytest.approx(nodes / (nodes + 1))


def test_jump_gives_the_published_vectors():
    # The test vectors that come with Guava's and Go's versions.
    known = {(1, 1): 0, (42, 57): 43, (0xDEAD10CC, 1): 0, (0xDEAD10CC, 666): 361, (256, 1024): 520}
    for (key, nodes), node in known.items():
        assert sharding.jump([key], nodes).tolist() == [node]


@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50),
    st.one_of(st.integers(1, 2000), st.just(2**31 - 1)),
)
def test_jump_is_the_c_library(keys, nodes):
    keys = np.array(keys, np.uint64)
    expected = [c_jump.hash(int(key), nodes) for key in keys]
    assert sharding.jump(keys, nodes).tolist() == expected


@given(st.integers(1, 40), st.integers(1, 3))
def test_jump_moves_keys_only_to_new_nodes(nodes, more):
    before, after = sharding.jump(KEYS, nodes), sharding.jump(KEYS, nodes + more)
    assert (after[before != after] >= nodes).all()
    at_most_ideal_and_noise(moved(before, after), more / (nodes + more))


@pytest.mark.parametrize("way", ["ring", "rendezvous"])
@given(st.sets(st.integers(0, 30), min_size=2, max_size=12), st.data())
def test_a_node_takes_and_leaves_only_its_own_keys(way, nodes, data):
    nodes = data.draw(st.permutations(sorted(nodes)))
    gone = data.draw(st.sampled_from(nodes))
    rest = [node for node in nodes if node != gone]
    keys = KEYS[:2000]
    whole, without = PLACE[way](keys, nodes), PLACE[way](keys, rest)
    assert ((whole != without) == (whole == gone)).all()
    assert set(without.tolist()) <= set(rest)


@pytest.mark.parametrize("way", PLACE)
def test_nodes_are_a_number_or_a_list(way):
    assert (PLACE[way](KEYS, 5) == PLACE[way](KEYS, range(5))).all()
    assert set(PLACE[way](KEYS, [9, 4, 7]).tolist()) == {4, 7, 9}


@pytest.mark.parametrize("way", PLACE)
def test_neighboring_keys_are_spread(way):
    placement = PLACE[way](np.arange(100_000), 10)
    assert imbalance(placement, 10) < 1.6


def at_most_ideal_and_noise(fraction, ideal):
    noise = math.sqrt(ideal * (1 - ideal) / KEYS.size)
    assert abs(fraction - ideal) < 5 * noise


@pytest.mark.parametrize("nodes", [1, 4, 10, 60])
def test_rendezvous_moves_the_ideal(nodes):
    before, after = sharding.rendezvous(KEYS, nodes), sharding.rendezvous(KEYS, nodes + 1)
    at_most_ideal_and_noise(moved(before, after), 1 / (nodes + 1))
    assert (after[before != after] == nodes).all()


@pytest.mark.parametrize("place", [sharding.jump, sharding.rendezvous])
def test_shares_are_even_but_for_chance(place):
    counts = np.bincount(place(KEYS, 20), minlength=20)
    chi_square = ((counts - 1000) ** 2 / 1000).sum()
    assert 4.9 < chi_square < 45.3  # 19 degrees of freedom: 1 in 2000 lies outside on either side


@pytest.mark.parametrize("vnodes", [1, 3, 10, 100])
def test_a_rings_shares_spread_as_uniform_spacings_do(vnodes):
    # A node's share of the circle is Beta(V, (n - 1) V): squared variation (n - 1) / (n V + 1).
    n, keys = 10, np.arange(20_000)

    def run(seed):
        shares = np.bincount(Ring(n, vnodes, seed).place(keys), minlength=n) / keys.size
        return ((n * shares - 1) ** 2).mean()

    squares = [run(seed) for seed in range(150)]
    _, low, high = stats.mean_interval(squares, level=0.999)
    chance = (n - 1) / keys.size  # of the keys, on top
    assert low < (n - 1) / (n * vnodes + 1) + chance < high
    assert high < 1.5 * low


@pytest.mark.parametrize(
    ("vnodes", "published", "within"),
    [(1, 2.929, 0.25), (3, 2.11, 0.2), (10, 1.53, 0.1), (100, 1.17, 0.03), (1000, 1.06, 0.02)],
)
def test_a_ring_needs_many_points_to_be_even(vnodes, published, within):
    # With one point each, the largest of n random spacings has the mean H(n) / n: 2.929 at n = 10.
    keys = np.arange(50_000)
    mean = np.mean([imbalance(Ring(10, vnodes, s).place(keys), 10) for s in range(40)])
    assert mean == pytest.approx(published, abs=within)


def test_a_key_goes_to_the_next_point_clockwise_and_round():
    ring = Ring(3, vnodes=2, seed=1)
    at = sharding.hash64(KEYS) / 2**64
    expected = [
        ring._owners[next((i for i, p in enumerate(ring._points) if p >= x), 0)] for x in at[:500]
    ]
    assert ring.place(KEYS[:500]).tolist() == expected
    assert (at[:500] > ring._points[-1]).any()


def test_defaults():
    assert (Ring(5).place(KEYS) == Ring(5, vnodes=100, seed=0).place(KEYS)).all()
    assert (Maglev(5).table == Maglev(5, table_size=65537).table).all()


def test_another_seed_is_another_ring():
    assert moved(Ring(10, 10, 1).place(KEYS), Ring(10, 10, 2).place(KEYS)) > 0.7
    assert moved(Ring(10, 10, 1).place(KEYS), Ring(10, 10, 1).place(KEYS)) == 0


def test_a_ring_behaves_like_uhashring():
    # Ketama has 40 times 4 points a node: the same spread, and the same move of about 1 / 11.
    names = [str(node) for node in range(11)]
    keys = [f"key-{k}" for k in range(10_000)]
    theirs = [
        np.array([int(ring.get_node(key)) for key in keys])
        for ring in (HashRing(names[:10]), HashRing(names))
    ]
    ours = [Ring(n, vnodes=160, seed=1).place(np.arange(10_000)) for n in (10, 11)]
    for before, after in (theirs, ours):
        assert imbalance(before, 10) < 1.3
        assert set(after[before != after].tolist()) == {10}
        assert moved(before, after) == pytest.approx(1 / 11, rel=0.3)


@given(st.integers(1, 12), st.integers(1, 5), st.floats(1, 3), st.integers(0, 300))
def test_a_bounded_ring_is_never_above_its_bound(nodes, vnodes, load, keys):
    ring = Ring(nodes, vnodes, seed=2)
    placed = ring.place_bounded(KEYS[:keys], load)
    room = math.ceil(load * keys / nodes)
    counts = np.bincount(placed, minlength=nodes)
    assert counts.max() <= room
    assert counts.size == nodes
    # A key that is not where the ring has it was passed on by a full node.
    home = ring.place(KEYS[:keys])
    assert (counts[home[home != placed]] == room).all()


def test_a_bounded_ring_passes_on_clockwise():
    ring = Ring([5, 8], vnodes=1, seed=0)
    keys = KEYS[ring.place(KEYS) == 5][:10]
    assert ring.place_bounded(keys, 1).tolist() == [5] * 5 + [8] * 5
    assert ring.place_bounded(keys, 1.5).tolist() == [5] * 8 + [8] * 2
    assert ring.place_bounded(keys).tolist() == [5] * 7 + [8] * 3
    assert ring.place_bounded(keys, 2).tolist() == [5] * 10


@given(st.integers(1, 60), st.sampled_from([61, 127, 1009]))
def test_a_maglev_table_is_even_to_one_entry(nodes, size):
    counts = np.bincount(Maglev(nodes, size).table, minlength=nodes)
    assert counts.max() - counts.min() <= 1
    assert counts.sum() == size


def test_a_maglev_table_is_filled_in_turns():
    # The paper's pseudo-code, on permutations written out.
    nodes, size = [4, 0, 2], 13
    first = sharding.hash64(~np.array(nodes, np.uint64))
    skips = sharding.hash64(first) % np.uint64(size - 1) + np.uint64(1)
    orders = [
        [(int(first[i]) % size + j * int(skips[i])) % size for j in range(size)] for i in range(3)
    ]
    table = {}
    while len(table) < size:
        for node, order in zip(nodes, orders, strict=True):
            if len(table) < size:
                table[next(entry for entry in order if entry not in table)] = node
    maglev = Maglev(nodes, size)
    assert maglev.table.tolist() == [table[entry] for entry in range(size)]
    entries = sharding.hash64(KEYS) % np.uint64(size)
    assert (maglev.place(KEYS) == maglev.table[entries]).all()


def test_maglev_moves_a_little_more_than_it_must():
    fraction = moved(Maglev(100).place(KEYS), Maglev(101).place(KEYS))
    assert 1 / 101 < fraction < 0.02
    assert imbalance(Maglev(100, 65537).table, 100) == pytest.approx(656 / 655.37)


def test_maglev_refuses_a_size_that_nodes_cannot_fill():
    for size in (4, 9, 65536):
        with pytest.raises(ValueError, match=f"table_size is {size}: give a prime"):
            Maglev(2, size)
    with pytest.raises(ValueError, match="table_size is 5: 6 nodes need an entry each"):
        Maglev(6, 5)
    assert Maglev(5, 5).table.size == 5
    assert Maglev(1, 2).table.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("key", "slot"),
    [
        ("123456789", 0x31C3 % 16384),
        (b"123456789", 0x31C3),
        ("", 0),
        ("foo", 12182),
        ("{foo}", 12182),
        ("bar{foo}", 12182),
        ("{foo}{bar}", 12182),
        ("{user1000}.following", 3443),
        ("{user1000}.followers", 3443),
        ("user1000", 3443),
        ("foo{}{bar}", 8363),
        ("foo{{bar}}zap", 4015),
        ("{bar", 4015),
        ("foo{bar", 15278),
    ],
)
def test_redis_slots(key, slot):
    assert sharding.redis_slot(key) == slot


def test_counting_keys():
    assert imbalance([0, 0, 0, 2], 3) == 2.25
    assert imbalance([0, 0, 1, 1], 4) == 2
    assert moved([0, 1, 2, 3, 4], [0, 2, 2, 3, 0]) == 0.4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sharding.jump([1], 2**31), "nodes is 2147483648: it must be a whole number of at"),
        (lambda: sharding.jump([-1], 2), "keys is an array of shape"),
        (lambda: sharding.modulo([0.5], 2), "keys is an array of shape"),
        (lambda: sharding.modulo([[1]], 2), "keys is an array of shape"),
        (lambda: sharding.modulo(5, 2), "keys is 5: give a list"),
        (lambda: Ring([1, 1]), "nodes is empty or names one twice"),
        (lambda: Ring([]), "nodes is empty or names one twice"),
        (lambda: Ring(2, seed=2**63), "seed is 9223372036854775808: it must be"),
        (lambda: Ring(2).place_bounded([1], 0.99), "load is 0.99: it must be a number of at least"),
        (lambda: imbalance([0, 3], 3), "placement names node 3: there are only 3 nodes"),
        (lambda: imbalance([], 3), "placement is empty"),
        (lambda: moved([1, 2], [1]), "after has 1 keys: before has 2"),
        (lambda: sharding.redis_slot(5), "key is 5: a Redis key is text or bytes"),
    ],
)
def test_an_error_says_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
