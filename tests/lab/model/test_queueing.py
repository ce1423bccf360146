"""Queues in closed form: against published values, against each other, against integrals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from scalelab.model import queueing

loads = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("offered_load", "servers", "blocked"),
    [(1, 1, 0.5), (2, 2, 0.4), (10, 10, 0.21458), (30, 30, 0.13246), (20, 30, 0.0085), (0, 3, 0)],
)
def test_erlang_b_is_the_table(offered_load, servers, blocked):
    assert queueing.erlang_b(offered_load, servers) == pytest.approx(blocked, abs=5e-5)


def test_erlang_b_holds_for_a_hundred_thousand_erlangs():
    # A loss system that is overloaded loses what exceeds its servers; a balanced one loses
    # sqrt(2 / (pi n)).
    assert queueing.erlang_b(1e5, 1000) == pytest.approx(0.99, rel=2e-4)
    assert queueing.erlang_b(1e5, 100_000) == pytest.approx(np.sqrt(2 / np.pi / 1e5), rel=5e-3)


def test_erlang_c_is_known_for_sixteen_servers():
    queue = queueing.mmc(14.4, 1, 16)
    assert queue.p_wait == pytest.approx(0.591343, abs=5e-7)
    assert queue.mean_wait == pytest.approx(0.369590, abs=5e-7)
    assert queue.wait_quantile(0.99) == pytest.approx(2.5499, abs=5e-5)
    assert queue.wait_quantile(0.4) == 0


@given(loads)
def test_one_server_has_the_textbook_formulas(rho):
    queue = queueing.mm1(3 * rho, 3)
    assert queue.mean_response == pytest.approx(1 / (3 - 3 * rho))
    assert queue.p_wait == pytest.approx(rho)
    assert queue.mean_queue == pytest.approx(rho**2 / (1 - rho))
    assert queue.response_quantile(0.99) == pytest.approx(np.log(100) / (3 - 3 * rho))


@pytest.mark.parametrize("servers", [1, 2, 3, 16, 1000])
@pytest.mark.parametrize("rho", [0.3, 0.5, 2 / 3, 0.95])
def test_the_tail_of_a_response_is_a_wait_and_a_service(servers, rho):
    queue = queueing.mmc(rho * servers, 1, servers)
    drain = servers * (1 - rho)
    for t in (0.1, 1.0, 5.0):
        late, _ = quad(lambda s, t=t: np.exp(-s - drain * (t - s)), 0, t, points=[t - 1 / drain])
        expected = np.exp(-t) + queue.p_wait * late
        assert queue.response_tail(t) == pytest.approx(expected, rel=1e-6)
        assert queue.response_quantile(1 - expected) == pytest.approx(t, rel=1e-6)


@given(loads, st.integers(1, 50))
def test_more_servers_are_never_slower(rho, servers):
    few, more = (queueing.mmc(rho * servers, 1, n) for n in (servers, servers + 1))
    assert more.mean_response <= few.mean_response
    assert more.p_wait <= few.p_wait
    assert more.response_quantile(0.99) <= few.response_quantile(0.99) * (1 + 1e-12)


@given(loads, st.integers(1, 30), st.floats(0, 0.999), st.floats(0, 0.999))
def test_quantiles_are_ordered(rho, servers, p, q):
    queue = queueing.mmc(rho * servers, 1, servers)
    assert queue.response_quantile(min(p, q)) <= queue.response_quantile(max(p, q))


@given(loads, st.floats(0, 20))
def test_mg1_is_pollaczek_khinchine(rho, scv):
    queue = queueing.mg1(rho / 5, 5, scv)
    assert queue.mean_wait == pytest.approx(rho / 5 * 25 * (1 + scv) / (2 * (1 - rho)))
    assert queue.mean_queue == pytest.approx(rho / 5 * queue.mean_wait)
    assert queueing.mg1(rho / 5, 5, 1).mean_response == pytest.approx(
        queueing.mm1(rho / 5, 1 / 5).mean_response
    )
    assert not hasattr(queue, "response_quantile")


def test_a_room_without_a_queue_is_erlangs_loss_system():
    queue = queueing.mmck(8, 1, 10, 10)
    assert queue.p_block == pytest.approx(queueing.erlang_b(8, 10))
    assert queue.p_wait == queue.mean_wait == queue.mean_queue == 0
    assert queue.response_quantile(0.99) == pytest.approx(np.log(100))


@pytest.mark.parametrize("servers", [1, 4])
def test_a_large_room_is_no_room(servers):
    room, open_ended = queueing.mmck(0.8 * servers, 1, servers, 300), None
    open_ended = queueing.mmc(0.8 * servers, 1, servers)
    for name in ("utilization", "p_wait", "mean_wait", "mean_response", "mean_queue"):
        assert getattr(room, name) == pytest.approx(getattr(open_ended, name)), name
    assert room.response_quantile(0.99) == pytest.approx(open_ended.response_quantile(0.99))


@pytest.mark.parametrize(("servers", "capacity"), [(1, 1), (1, 20), (3, 7), (40, 100)])
@pytest.mark.parametrize("load", [0.5, 1.0, 1.7])
def test_a_room_balances(servers, capacity, load):
    arrival = load * servers * 2
    queue = queueing.mmck(arrival, 2, servers, capacity)
    admitted = arrival * (1 - queue.p_block)
    assert queue.utilization == pytest.approx(admitted / (2 * servers))
    assert queue.mean_queue == pytest.approx(admitted * queue.mean_wait)
    assert queue.mean_response == pytest.approx(queue.mean_wait + 0.5)
    area, _ = quad(queue.response_tail, 0, 20 * capacity, limit=500, points=[1, 10])
    assert area == pytest.approx(queue.mean_response, rel=1e-6)


def test_one_blocked_server_has_the_geometric_formula():
    rho, places = 1.5, 4
    expected = (1 - rho) * rho**places / (1 - rho ** (places + 1))
    assert queueing.mmck(rho, 1, 1, places).p_block == pytest.approx(expected)


def test_sweeps_are_the_single_answers():
    rates = np.array([0.0, 1.0, 2.0, 3.9])
    for build in (
        lambda rate: queueing.mmc(rate, 1, 4),
        lambda rate: queueing.mmck(rate, 1, 4, 9),
    ):
        sweep = build(rates)
        for k, rate in enumerate(rates):
            one = build(rate)
            assert sweep.mean_response[k] == pytest.approx(one.mean_response)
            assert sweep.response_quantile(0.9)[k] == pytest.approx(one.response_quantile(0.9))
    waits = queueing.mmc(8.0, 1, np.arange(9, 14)).mean_wait
    assert (np.diff(waits) < 0).all()


def test_square_root_staffing_keeps_the_wait_the_same():
    for load in (1e3, 1e5):
        servers = queueing.square_root_staffing(load, beta=0.5)
        assert servers == np.ceil(load + 0.5 * np.sqrt(load))
        delay = queueing.erlang_c(load, servers)
        assert delay == pytest.approx(queueing.halfin_whitt(0.5), rel=0.02)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: queueing.mm1(1.2, 1), "utilization is 1.2: a queue with utilization >= 1"),
        (lambda: queueing.mmc([1, 5], 1, 4), "utilization is 1.25"),
        (lambda: queueing.erlang_c(4, 4), "utilization is 1"),
        (lambda: queueing.mmck(1, 1, 4, 3), "capacity is 3: it must be a whole number of at least"),
        (lambda: queueing.mm1([1, 2], [3, 4, 5]), "the shapes do not fit"),
    ],
)
def test_what_has_no_steady_state_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()
