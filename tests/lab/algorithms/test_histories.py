"""Linearizability: against all permutations, zones, and histories from the literature."""

import math
import random
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.algorithms import _placing
from scalelab.algorithms.histories import cas, check, read, write


def legal(order, initial=None):
    """Return whether reads return what was written last, and nothing runs against time."""
    value = initial
    for i, o in enumerate(order):
        if any(later.end < o.start for later in order[i + 1 :]):
            return False
        if o.succeeded is False:
            if value == o.expected:
                return False
            continue
        if o.kind != "write" and value != (o.expected if o.kind == "cas" else o.value):
            return False
        value = o.value
    return True


def brute(history, initial=None):
    """Decide by trying all orders, with and without the writes that have no end."""
    ended = [o for o in history if o.end < math.inf]
    open_writes = [o for o in history if o.end == math.inf and o.kind != "read"]
    return any(
        legal(order, initial)
        for n in range(len(open_writes) + 1)
        for extra in combinations(open_writes, n)
        for order in permutations([*ended, *extra])
    )


def zones(history):
    """Decide by Gibbons and Korach (1997): every value is written once, everything has an end."""
    forward, backward = [], []
    for value in {o.value for o in history}:
        cluster = [o for o in history if o.value == value]
        writes = [o for o in cluster if o.kind == "write"]
        if not writes or any(o.end < writes[0].start for o in cluster):
            return False
        low, high = min(o.end for o in cluster), max(o.start for o in cluster)
        (forward if low < high else backward).append((min(low, high), max(low, high)))
    overlap = any(a < d and c < b for (a, b), (c, d) in combinations(forward, 2))
    inside = any(a < c and d < b for a, b in forward for c, d in backward)
    return not overlap and not inside


@st.composite
def histories(draw, values, most, unended=True):
    found = []
    for k in range(draw(st.integers(1, most))):
        start, length = draw(st.integers(0, 10)), draw(st.integers(0, 6))
        end = math.inf if unended and length == 6 else start + length
        kind = draw(st.sampled_from([read, write]))
        none = [] if kind is write else [None]
        value = draw(st.sampled_from([*range(values), *none]))
        found.append(kind(f"c{k}", value, start, end))
    return found


@st.composite
def swaps(draw, values, most):
    """Histories half of which are compare-and-sets."""
    found = draw(histories(values, most))
    for k in range(0, len(found), 2):
        o, expected = found[k], draw(st.sampled_from([None, *range(values)]))
        done = None if o.end == math.inf else draw(st.booleans())
        new = draw(st.integers(0, values - 1))
        found[k] = cas(o.client, expected, new, done, o.start, o.end)
    return found


@settings(max_examples=600)
@given(st.integers(1, 3).flatmap(lambda values: swaps(values, 6)))
def test_compare_and_set_agrees_with_all_permutations(history):
    verdict = check(history)
    assert verdict.linearizable == brute(history)
    if verdict.linearizable:
        (order,) = verdict.order.values() or [()]
        assert legal(order)
        assert {o.client for o in history if o.end < math.inf} <= {o.client for o in order}
    else:
        assert not brute(verdict.prefix)
        assert not brute(verdict.core)
        assert set(verdict.core) <= set(verdict.prefix)


@settings(max_examples=150)
@given(st.integers(1, 4).flatmap(lambda values: swaps(values, 6)))
def test_a_search_that_gives_up_soon_finds_the_same(history):
    # It asks each value's image first, and then starts afresh with twice the patience.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_placing, "PATIENCE", 1)
        verdict = check(history)
    assert verdict.linearizable == brute(history)
    if verdict.linearizable:
        assert legal(next(iter(verdict.order.values()), ()))


@pytest.mark.parametrize("seed", range(3))
def test_fifty_clients_who_repeat_twenty_values_and_read_wrongly(seed):
    history = recorded(200, 50, seed, 20)
    rng = random.Random(seed)
    for _ in range(12):
        k = rng.choice([k for k, o in enumerate(history) if o.kind == "read"])
        o = history[k]
        history[k] = read(o.client, rng.randrange(20), o.start, o.end)
    verdict = check(history)
    assert not verdict.linearizable
    assert len(verdict.core) <= len(verdict.prefix) < 200
    assert not check(verdict.core).linearizable


@settings(max_examples=400)
@given(st.integers(1, 4).flatmap(lambda values: histories(values, 6)))
def test_it_agrees_with_all_permutations(history):
    verdict = check(history)
    assert verdict.linearizable == brute(history)
    if verdict.linearizable:
        (order,) = verdict.order.values() or [()]
        assert legal(order)
        assert sum(o.end < math.inf for o in order) == sum(o.end < math.inf for o in history)
    else:
        explained(history, verdict)


def explained(history, verdict):
    """The prefix and the core have no order, and with anything less there is one."""
    culprit = max((o for o in verdict.prefix if o.end < math.inf), key=lambda o: (o.end, o.number))
    if culprit.kind == "cas":
        assert not brute(verdict.core)
        assert all(
            brute([p for p in verdict.core if p is not o]) for o in verdict.core if not o.left
        )
        return
    assert culprit.kind == "read"
    found = verdict.explanation.partition(f"No order explains {culprit}: ")[2]
    replaced = f"{culprit.value!r} had been replaced before it started, since the "
    assert found.startswith((replaced, f"nobody had started to write {culprit.value!r} before"))
    assert not brute(verdict.prefix)
    assert brute([o for o in verdict.prefix if o is not culprit])
    assert not brute(verdict.core)
    assert set(verdict.core) <= set(verdict.prefix)
    read_values = {o.value for o in verdict.core if o.kind == "read"}
    for o in verdict.core:
        if o.kind == "read" or o.value not in read_values:
            assert brute([p for p in verdict.core if p is not o])


def recorded(operations, clients, seed, values=None, lost=0.0):
    """Return what clients record of a register that is linearizable."""
    rng, free, moments = random.Random(seed), [0.0] * clients, []
    for _ in range(operations):
        client = free.index(min(free))
        start = free[client] + rng.random() / 10
        end = free[client] = start + rng.random()
        moments.append((rng.uniform(start, end), start, end, f"c{client}", rng.random() < 0.5))
    value, history = None, []
    for k, (_, start, end, client, writes) in enumerate(sorted(moments)):
        if writes:
            new = k if values is None else rng.randrange(values)
            unanswered = rng.random() < lost
            value = value if unanswered and rng.random() < 0.5 else new
            history.append(write(client, new, start, math.inf if unanswered else end))
        else:
            history.append(read(client, value, start, end))
    return history


def spoilt(history, seed):
    """Return the history with one read that shows what another write has written."""
    rng, history = random.Random(seed), list(history)
    k = rng.choice([k for k, o in enumerate(history) if o.kind == "read"])
    o, other = history[k], rng.choice([o for o in history if o.kind == "write"])
    history[k] = read(o.client, other.value, o.start, o.end)
    return history


@pytest.mark.parametrize("clients", [2, 10, 200])
def test_it_agrees_with_zones_on_two_hundred_operations(clients):
    found = set()
    for seed in range(6):
        good = [o for o in recorded(200, clients, seed) if o.value is not None]
        bad = spoilt(good, seed)
        assert zones(good) and check(good).linearizable
        assert check(bad).linearizable == zones(bad)
        found.add(zones(bad))
    assert found == {False} or clients > 2


@pytest.mark.parametrize(
    ("clients", "values", "lost"),
    [(10, 3, 0), (50, 3, 0), (200, 5, 0), (50, 30, 0), (20, 5, 0.2), (200, 20, 0), (20, None, 0.2)],
)
def test_two_hundred_operations_that_repeat_values_or_get_no_answer(clients, values, lost):
    history = recorded(200, clients, 1, values, lost)
    verdict = check(history)
    assert verdict.linearizable
    assert legal(verdict.order[None])
    assert {o.number for o in verdict.order[None]} >= {
        k for k, o in enumerate(sorted(history, key=lambda o: o.start)) if o.end < math.inf
    }


def test_a_thousand_operations_and_one_that_is_wrong():
    history = recorded(1000, 10, 2)
    assert check(history).linearizable
    stale = read("late", 100, 1000, 1001)
    verdict = check([*history, stale])
    assert not verdict.linearizable
    assert len(verdict.core) == 3
    assert len(verdict.prefix) > 900


GOOD = {
    "a read beside a write sees either": [
        write("a", 1, 0, 10), read("b", None, 1, 2), read("b", 1, 3, 4),
    ],
    "two writes beside each other, in either order": [
        write("a", 1, 0, 10), write("b", 2, 0, 10), read("c", 2, 11, 12),
    ],
    "what touches overlaps": [write("a", 1, 0, 1), write("b", 2, 1, 2), read("c", 1, 2, 3)],
    "a write without an answer may show itself late": [
        write("a", 1, 0), read("b", None, 5, 6), read("b", 1, 7, 8),
    ],
    "or never": [write("a", 1, 0), read("b", None, 5, 6)],
    "a read without an answer tells nothing": [read("a", 7, 0)],
    "nothing": [],
    "two swaps after each other": [
        write("a", 1, 0, 1), cas("b", 1, 2, True, 2, 5), cas("c", 2, 1, True, 2, 5),
        read("d", 1, 6, 7),
    ],
    "a swap without an answer may have happened": [
        write("a", 1, 0, 1), cas("b", 1, 2, None, 2), read("c", 1, 3, 4), read("c", 2, 5, 6),
    ],
    "a swap fails beside a write": [
        write("a", 1, 0, 1), write("b", 2, 2, 5), cas("c", 1, 3, False, 2, 5),
    ],
    # Kleppmann, Designing data-intensive applications (2017), figure 9-4, without its last read.
    "reads around writes": [
        read("d", None, 0, 1), write("d", 0, 1.5, 3), write("a", 1, 1, 6), read("b", 0, 2, 4),
        read("b", 1, 5, 7), read("a", 1, 7.5, 8),
    ],
}  # fmt: skip
BAD = {
    "a stale read": ([write("a", 1, 0, 1), read("b", None, 2, 3)], "None had been replaced"),
    "a value from nowhere": ([read("b", 7, 2, 3)], "nobody had started to write 7"),
    "a value from the future": (
        [read("b", 7, 2, 3), write("a", 7, 4, 5)], "nobody had started to write 7",
    ),
    # Lamport 1986: regular, not atomic.
    "new, then old": (
        [write("a", 1, 0, 10), read("b", 1, 1, 2), read("c", None, 3, 4)],
        "None had been replaced before it started, since the read of 1 by b (1 to 2 s) had ended",
    ),
    # Attiya and Welch 1994: each client's own order can be kept, time cannot.
    "sequentially consistent only": (
        [write("a", 1, 0, 1), write("b", 2, 2, 3), read("c", 1, 4, 5), read("c", 2, 6, 7)],
        "1 had been replaced before it started, since the write of 2 by b (2 to 3 s) had ended",
    ),
    "two readers who disagree on the order": (
        [
            write("a", 1, 0, 20), write("b", 2, 0, 20), read("c", 1, 1, 2), read("c", 2, 3, 4),
            read("d", 2, 1, 2), read("d", 1, 5, 6),
        ],
        "1 had been replaced",
    ),
    "two win the same lock": (
        [write("a", 0, 0, 1), cas("b", 0, 1, True, 2, 5), cas("c", 0, 2, True, 2, 5)],
        "the register cannot have held 0 at that time. These 3 operations",
    ),
    "a swap fails without a reason": (
        [write("a", 1, 0, 1), cas("b", 1, 2, False, 2, 3)],
        "the failed compare-and-set of 1 to 2 by b (2 to 3 s): the register held 1 all that time",
    ),
    "a swap of a value that has gone": (
        [write("a", 1, 0, 1), write("a", 2, 2, 3), cas("b", 1, 3, True, 4, 5)],
        "1 had been replaced before it started, since the write of 2 by a (2 to 3 s) had ended",
    ),
    "a lost update comes back": (
        [write("a", 1, 0, 1), write("b", 2, 2), read("c", 2, 3, 4), read("c", 1, 5, 6)],
        "1 had been replaced",
    ),
}  # fmt: skip


@pytest.mark.parametrize("history", GOOD.values(), ids=GOOD)
def test_good_histories(history):
    assert check(history).linearizable
    assert check(history).prefix == check(history).core == ()


@pytest.mark.parametrize(("history", "words"), BAD.values(), ids=BAD)
def test_bad_histories_are_explained(history, words):
    verdict = check(history)
    assert not verdict.linearizable
    assert verdict.order is None
    assert words in verdict.explanation
    explained(history, verdict)


def test_the_prefix_ends_where_order_does():
    late = [write("a", 3, 50, 51), read("a", 3, 52, 53)]
    verdict = check([write("a", 1, 0, 10), read("b", 1, 1, 2), read("c", None, 3, 4), *late])
    assert [str(o) for o in verdict.prefix] == [
        "the write of 1 by a (from 0 s on)",
        "the read of 1 by b (1 to 2 s)",
        "the read of None by c (3 to 4 s)",
    ]
    assert verdict.explanation.endswith(", ".join(map(str, verdict.core)) + ".")


def test_a_long_core_is_not_printed():
    # A chain: every write overlaps the next, and a last read shows the first.
    chain = [write("w", k, 10 * k, 10 * k + 11) for k in range(9)]
    reads = [read("r", k, 10 * k + 12, 10 * k + 13) for k in range(9)]
    verdict = check([*chain, *reads, read("s", 0, 200, 201)])
    assert not verdict.linearizable
    assert len(verdict.core) == 3


@pytest.mark.parametrize("writes", [7, 8])
def test_eight_operations_are_listed_and_nine_are_not(writes):
    # Any of the writes could explain the failure if it wrote something else: all are needed.
    history = [write("a", 1, 2 * k, 2 * k + 1) for k in range(writes)]
    verdict = check([*history, cas("b", 1, 2, False, 100, 101)])
    assert len(verdict.core) == writes + 1
    assert ("These 8 operations are enough" in verdict.explanation) == (writes == 7)
    assert verdict.explanation.count("the write of 1") == (7 if writes == 7 else 0)


def test_what_ends_as_another_starts_is_not_before_it():
    swaps = cas("b", 0, 1, True, 2, 5), cas("c", 0, 2, True, 5, 6)
    verdict = check([write("a", 0, 0, 1), *swaps])
    assert "the register cannot have held 0 at that time" in verdict.explanation


def test_a_read_without_an_answer_is_in_no_order():
    (order,) = check([write("a", 1, 0, 1), read("b", 1, 2)]).order.values()
    assert [o.kind for o in order] == ["write"]


def test_each_key_is_a_register_of_its_own():
    fine = [write("a", 1, 0, 1, key="x"), write("a", 2, 2, 3, key="y"), read("b", 1, 4, 5, key="x")]
    verdict = check(fine)
    assert verdict.linearizable
    assert {key: [o.value for o in order] for key, order in verdict.order.items()} == {
        "x": [1, 1],
        "y": [2],
    }
    verdict = check([*fine, read("b", None, 4, 5, key="y")])
    assert verdict.explanation.startswith("Key 'y': No order explains the read of None by b")
    assert check([read("b", 5, 0, 1, key="y")], initial=5).linearizable


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: read("a", 1, 2, 1), "end is 1: it must not lie before the start, 2"),
        (
            lambda: check(["read"]),
            "history has an operation that is 'read': it must be of type Oper",
        ),
        (lambda: cas("a", 1, 2, None, 0, 1), "succeeded is None: it must be True or False where"),
        (lambda: cas("a", 1, 2, True, 0), "succeeded is True: it must be True or False where"),
        (lambda: check(7), "history is 7: it must be a list of operations"),
        (lambda: check([], initial=[]), "initial is .*: it must be hashable"),
    ],
)
def test_a_wrong_history_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
