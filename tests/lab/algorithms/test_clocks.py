"""Clocks: stamps against what really happened before what, in random runs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.algorithms.clocks import Hybrid, Lamport, Vector

REPLICAS = "abc"
# Each step is an event of one replica; a number sends it the stamp of an earlier event.
steps = st.lists(
    st.tuples(st.sampled_from(REPLICAS), st.none() | st.integers(0, 30), st.floats(0, 5)),
    max_size=20,
)


def run(steps):
    """Return for each event its history (a set of events) and its three stamps."""
    lamport = {r: Lamport() for r in REPLICAS}
    vector = {r: Vector() for r in REPLICAS}
    hybrid = {r: Hybrid() for r in REPLICAS}
    past, events, walls = {r: frozenset() for r in REPLICAS}, [], []
    for k, (r, sent, now) in enumerate(steps):
        walls.append(now)
        if sent is None or not events:
            stamps = lamport[r].tick(), vector[r].tick(r), hybrid[r].tick(now)
            past[r] = past[r] | {k}
        else:
            before, old = events[sent % len(events)]
            stamps = (
                lamport[r].receive(old[0]),
                vector[r].merge(old[1]).tick(r),
                hybrid[r].receive(old[2], now),
            )
            past[r] = past[r] | before | {k}
        vector[r] = stamps[1]
        events.append((past[r], stamps))
        # Bounded drift: between the clock here and the greatest clock so far.
        assert now <= stamps[2][0] <= max(walls)
    return events


@given(steps)
def test_stamps_follow_what_happened_before(steps):
    events = run(steps)
    for i, (_, one) in enumerate(events):
        for past, two in events[i + 1 :]:
            before = i in past
            assert one[1].before(two[1]) == before
            assert one[1].concurrent(two[1]) == (not before)
            assert not two[1].before(one[1])
            if before:
                assert one[0] < two[0]
                assert one[2] < two[2]


def test_lamport_numbers():
    clock = Lamport()
    assert [clock.tick(), clock.tick()] == [1, 2]
    assert clock.receive(7) == 8
    assert clock.receive(3) == 9
    assert clock.tick() == 10


def test_the_least_stamps():
    assert Lamport().receive(0) == 1
    assert Hybrid().tick(0) == (0, 1)
    assert Hybrid().receive((0, 0), 0) == (0, 1)
    with pytest.raises(ValueError, match=r"stamp is .* a whole number"):
        Lamport().receive(0.5)


def test_vectors_are_compared_entry_by_entry():
    one, two = Vector({"a": 2, "b": 1}), Vector({"a": 1, "b": 3})
    assert one.merge(two) == Vector({"a": 2, "b": 3}) == two.merge(one)
    assert one.concurrent(two) and two.concurrent(one)
    assert not one.before(one) and not one.concurrent(one)
    assert Vector({"a": 1}).before(one) and not one.before(Vector({"a": 1}))
    assert Vector({"a": 0}) == Vector() != Vector({"a": 1})
    assert hash(Vector({"a": 0})) == hash(Vector())
    assert one["a"] == 2 and one["z"] == 0
    assert one != 3
    assert Vector({"a": 1}).tick("a") == Vector({"a": 2})
    assert Vector().tick("a") == Vector({"a": 1})
    assert repr(Vector({"b": 1, "a": 2})) == "Vector({'a': 2, 'b': 1})"


def test_a_stamp_is_not_changed_by_what_follows():
    stamp = Vector({"a": 1})
    stamp.tick("a")
    stamp.merge(Vector({"b": 1}))
    assert stamp == Vector({"a": 1})


def test_hybrid_follows_figure_five():
    # Kulkarni et al.: each case of the receiving rule, in turn.
    clock = Hybrid()
    assert clock.tick(10) == (10, 0)
    assert clock.tick(10) == (10, 1)
    assert clock.receive((10, 5), 10) == (10, 6)
    assert clock.receive((10, 2), 9) == (10, 7)
    assert clock.receive((12, 3), 11) == (12, 4)
    assert clock.receive((4, 9), 11) == (12, 5)
    assert clock.receive((12, 9), 13) == (13, 0)


def test_hybrid_survives_a_clock_that_steps_back():
    clock = Hybrid()
    stamps = [clock.tick(now) for now in (100, 101, 40, 41, 101, 102)]
    assert stamps == [(100, 0), (101, 0), (101, 1), (101, 2), (101, 3), (102, 0)]
    assert all(one < two for one, two in pairwise(stamps))


def test_a_stamp_from_the_future_is_refused_and_forgotten():
    clock = Hybrid(max_drift=2)
    assert clock.receive((12, 0), 10) == (12, 1)
    with pytest.raises(ValueError, match="stamp is 3 s ahead of the clock: at most 2 s are belie"):
        clock.receive((13, 0), 10)
    assert clock.tick(10) == (12, 2)
    assert Hybrid(max_drift=0).receive((10, 0), 10) == (10, 1)
    assert Hybrid().receive((1e9, 0), 10) == (1e9, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Vector({"": 1}), "counts has a replica that is ''"),
        (lambda: Vector({"a": -1}), "counts of 'a' is -1"),
        (lambda: Vector({"a": 0.5}), "counts of 'a' is 0.5"),
        (lambda: Hybrid().receive((-1, 0), 1), "stamp has a time that is -1"),
        (lambda: Hybrid().receive((1, 0.5), 1), "stamp has a count that is 0.5"),
        (lambda: Lamport().receive(-1), "stamp is -1"),
    ],
)
def test_a_wrong_stamp_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
