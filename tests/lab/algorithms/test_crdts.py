"""CRDTs: the laws of merging, and convergence whatever the network does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.algorithms import crdts

REPLICAS = "abc"


def counter_add(state, replica, n):
    return state.add(replica, n % 3 + 1)


def counter_both(state, replica, n):
    return state.subtract(replica, n) if n % 2 else state.add(replica, n + 1)


def register(state, replica, n):
    # A clock that never shows the same time twice, for each replica its own.
    return state.write(replica, n, now=float(n))


def set_add(state, replica, n):
    return state.add(n % 4)


def set_both(state, replica, n):
    element = n % 4
    if n % 3 == 0 and element in state.value:
        return state.remove(element)
    if isinstance(state, crdts.ORSet):
        return state.add(replica, element)
    return state.add(element)


KINDS = {
    crdts.GCounter: counter_add,
    crdts.PNCounter: counter_both,
    crdts.LWWRegister: register,
    crdts.MVRegister: lambda state, replica, n: state.write(replica, n),
    crdts.GSet: set_add,
    crdts.TwoPhaseSet: set_both,
    crdts.ORSet: set_both,
}
every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
# A replica changes its copy, or hears of the copy of another one.
actions = st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2)), max_size=12)


def play(kind, actions):
    """Return the copies of three replicas, after changes and messages; each change is checked."""
    copies = [kind() for _ in REPLICAS]
    for n, (i, heard) in enumerate(actions):
        before = copies[i]
        if heard is None:
            copies[i] = KINDS[kind](before, REPLICAS[i], n)
        else:
            copies[i] = before.merge(copies[heard])
            assert copies[heard] <= copies[i]
        assert before <= copies[i], "a change only adds"
    return copies


@every
@given(actions=actions)
def test_merging_has_its_laws(kind, actions):
    a, b, c = play(kind, actions)
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a
    assert a <= a.merge(b) and b <= a.merge(b)
    assert (a <= b and b <= a) == (a == b)


@every
@given(actions=actions, seed=st.integers(0, 1000))
def test_replicas_converge_whatever_the_network_does(kind, actions, seed):
    copies = play(kind, actions)
    shuffled = random.Random(seed)
    ends = set()
    for copy in copies:
        # Each message comes twice, in any order.
        for other in shuffled.sample(copies * 2, 6):
            copy = copy.merge(other)
        ends.add(repr(copy.values if kind is crdts.MVRegister else copy.value))
    assert len(ends) == 1


@every
def test_a_copy_is_a_value(kind):
    state = KINDS[kind](kind(), "a", 1)
    assert state != kind() == kind()
    KINDS[kind](state, "b", 2)
    assert state == KINDS[kind](kind(), "a", 1)
    with pytest.raises(ValueError, match=f"other is 'x': it must be of type {kind.__name__}"):
        state.merge("x")


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.booleans()), max_size=20))
def test_counters_count_everything_once(changes):
    grow, both = [crdts.GCounter()] * 3, [crdts.PNCounter()] * 3
    for i, amount, up in changes:
        grow[i] = grow[i].add(REPLICAS[i], amount)
        change = both[i].add if up else both[i].subtract
        both[i] = change(REPLICAS[i], amount)
    total = grow[0].merge(grow[1]).merge(grow[2]).merge(grow[0])
    assert total.value == sum(amount for _, amount, _ in changes)
    total = both[0].merge(both[1]).merge(both[2]).merge(both[0])
    assert total.value == sum(amount if up else -amount for _, amount, up in changes)


def test_counters_count_by_one():
    assert crdts.GCounter().add("a").add("a").value == 2
    assert crdts.PNCounter().add("a").add("b").subtract("a").value == 1


@pytest.mark.parametrize("amount", [0, 0.5, 1.5])
def test_counters_count_whole_things(amount):
    for change in crdts.GCounter().add, crdts.PNCounter().add, crdts.PNCounter().subtract:
        with pytest.raises(ValueError, match=f"amount is {amount}: it must be a whole number of"):
            change("a", amount)
    assert crdts.GCounter().value == 0
    assert crdts.GCounter().add("a", 1).counts == {"a": 1}


def test_last_writer_wins_loses_what_a_counter_keeps():
    # Two masters are cut off from each other, and each counts 100 sales.
    start = crdts.LWWRegister().write("a", 0, now=0)
    copies = [start, start]
    counters = [crdts.PNCounter(), crdts.PNCounter()]
    for k in range(1, 101):
        for i, replica in enumerate("ab"):
            copies[i] = copies[i].write(replica, copies[i].value + 1, now=k)
            counters[i] = counters[i].add(replica)
    assert copies[0].merge(copies[1]).value == 100
    assert counters[0].merge(counters[1]).value == 200


def test_the_last_writer_is_the_one_with_the_highest_stamp():
    one = crdts.LWWRegister().write("a", 1, now=5)
    assert one.write("b", 2, now=4.9).value == 1
    assert one.write("b", 2, now=5).value == 2
    assert one.write("b", 2, now=5).write("a", 3, now=5).value == 2
    assert crdts.LWWRegister().write("a", 1, now=0).value == 1
    with pytest.raises(ValueError, match="now is 5: 'a' has written at that time already"):
        one.write("a", 2, now=5)


def test_a_register_keeps_what_nobody_has_seen():
    start = crdts.MVRegister().write("a", 0)
    one, two = start.write("a", 1), start.write("b", 2)
    both = one.merge(two)
    assert both.values == {1, 2}
    assert start.merge(both) == both
    third = two.write("c", 3)
    assert one.merge(third).values == {1, 3}
    assert both.write("c", 4).merge(one).merge(two).values == {4}


def test_a_removal_takes_what_it_has_seen():
    cart = crdts.ORSet().add("a", "milk").add("a", "milk")
    assert len(cart.added) == 2
    removed = cart.remove("milk")
    assert removed.value == frozenset()
    assert removed.merge(cart).value == frozenset()
    assert removed.merge(cart.add("b", "milk")).value == {"milk"}
    assert removed.add("a", "milk").value == {"milk"}
    assert removed.add("a", "milk").merge(cart).value == {"milk"}
    assert cart.add("a", "tea").remove("tea").value == {"milk"}


def test_two_phases_are_for_ever():
    one = crdts.TwoPhaseSet().add("x")
    gone = one.remove("x")
    assert (one.value, gone.value) == ({"x"}, frozenset())
    assert gone.merge(one.add("x").add("y")).value == {"y"}


@pytest.mark.parametrize("empty", [crdts.TwoPhaseSet(), crdts.ORSet()])
def test_what_is_not_there_is_not_removed(empty):
    with pytest.raises(ValueError, match="element is 'x': it is not in this copy of the set"):
        empty.remove("x")
