import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from scalelab.measure import client, closed, generator, http, load, ports


@pytest.fixture(scope="module")
def app():
    with http.servers([1]) as (app,):
        yield app


def test_schedule_is_a_seeded_poisson_process():
    due, work = load.schedule(rate=1000, duration=100, mean_work=0.01, seed=1)
    again, _ = load.schedule(rate=1000, duration=100, mean_work=0.01, seed=1)
    other, _ = load.schedule(rate=1000, duration=100, mean_work=0.01, seed=2)
    assert np.array_equal(due, again)
    assert not np.array_equal(due[:1000], other[:1000])
    gaps = np.diff(due)
    assert due[0] >= 0 and due[-1] < 100 and (gaps > 0).all()
    assert abs(len(due) - 100_000) < 5 * 100_000**0.5
    assert gaps.std() / gaps.mean() == pytest.approx(1, abs=0.02)
    assert work.mean() == pytest.approx(0.01, rel=0.02)
    assert work.std() == pytest.approx(0.01, rel=0.02)


def test_the_same_requests_whatever_the_work():
    due, work = load.schedule(rate=100, duration=10, mean_work=0.01, seed=1)
    same, double = load.schedule(rate=100, duration=10, mean_work=0.02, seed=1)
    assert np.array_equal(due, same)
    assert np.allclose(2 * work, double)


def test_a_run_records_every_request(app):
    result = load.open_loop(app.url, rate=200, duration=1, seed=1, mean_work=0.001)
    due, work = load.schedule(200, 1, 0.001, seed=1)
    assert np.array_equal(result.due, due) and np.array_equal(result.work, work)
    assert result.errors == 0
    assert result.requests == len(due) == result.requests_by_server["app0"]
    assert result.offered == len(due)
    assert (result.lateness >= 0).all()
    assert (result.latencies >= result.lateness + result.work - 2e-6).all()
    assert result.mean == pytest.approx(result.latencies.mean())
    assert result.quantile(1) == result.latencies.max()
    assert f"{len(due)} requests, 0 errors, mean {result.mean * 1000:.1f} ms" in repr(result)
    histogram = result.histogram()
    assert histogram.get_total_count() == result.requests
    assert histogram.get_value_at_percentile(100) / 1e6 == pytest.approx(result.quantile(1), 0.002)


def test_a_stall_is_seen_by_all_who_would_have_come(app):
    def stall():
        time.sleep(0.5)
        app.pause()
        time.sleep(0.6)
        app.resume()

    thread = threading.Thread(target=stall)
    thread.start()
    result = load.open_loop(app.url, rate=200, duration=2, seed=1)
    thread.join()
    assert result.errors == 0
    # of the 120 requests due in the 0.6 s, those of the first 0.4 s waited 0.2 s or more
    assert (result.latencies > 0.2).sum() > 40
    assert (result.lateness > 0.2).sum() < 20


def test_works_where_an_event_loop_runs(app):
    async def cell():
        return load.open_loop(app.url, rate=50, duration=0.2, seed=1)

    threads = threading.active_count()
    assert asyncio.run(cell()).errors == 0
    assert threading.active_count() == threads


def test_nobody_answers():
    result = load.open_loop(f"http://127.0.0.1:{ports.free_port()}", rate=100, duration=0.3, seed=1)
    assert result.errors == result.requests > 0
    assert set(result.outcomes) == {"ClientConnectorError"}
    assert result.requests_by_server == {}
    assert np.isnan(result.mean) and np.isnan(result.quantile(0.99))


def test_unfinished_requests_are_timeouts_and_never_hang(app):
    app.pause()
    try:
        result = load.open_loop(app.url, rate=100, duration=0.3, seed=1, timeout=0.5)
    finally:
        app.resume()
    assert set(result.outcomes) == {"timeout"}
    assert np.isnan(result.latencies).all()


def test_no_requests_at_all(app):
    result = load.open_loop(app.url, rate=0.001, duration=0.01, seed=1)
    assert result.requests == result.errors == 0


def test_more_than_the_machine_can_send_is_refused(app):
    assert load.limit() > 100
    with pytest.raises(load.GeneratorTooSlow, match=r"1e.06 requests/s is more than .* can send"):
        load.open_loop(app.url, rate=1e6, duration=1, seed=1)


def test_a_closed_loop_waits_and_thinks(app):
    result = load.closed_loop(app.url, clients=3, duration=1, seed=1, think=0.03, mean_work=0.005)
    again = load.closed_loop(app.url, clients=1, duration=0.3, seed=1, think=0.03, mean_work=0.005)
    assert result.errors == 0 and result.requests > 3
    assert (np.diff(result.due) >= 0).all() and result.due[-1] < 1
    assert (result.lateness >= 0).all()
    assert (result.latencies >= result.lateness + result.work - 2e-6).all()
    done = result.due + result.latencies
    waiting = [((result.due <= t) & (t < done)).sum() for t in result.due]
    assert max(waiting) <= 3, "a client sent before it was answered"
    assert result.requests <= 3 * (1 + 1 / 0.005)
    alone = load.closed_loop(app.url, clients=1, duration=0.3, seed=1, think=0.03, mean_work=0.005)
    both = min(alone.requests, again.requests)
    assert np.array_equal(alone.work[:both], again.work[:both])
    assert (again.due[1:] > (again.due + again.latencies)[:-1]).all()


def test_the_worst_is_omitted_by_a_closed_loop_and_guessed_by_the_correction(app):
    def stall():
        time.sleep(0.5)
        app.pause()
        time.sleep(1)
        app.resume()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(stall)
        open_ = pool.submit(load.open_loop, app.url, rate=100, duration=2.5, seed=1)
        closed_ = load.closed_loop(app.url, clients=1, duration=2.5, seed=1, think=0.008)
    assert closed_.errors == open_.result().errors == 0
    assert closed_.latencies.max() > 0.9
    assert (closed_.latencies > 0.5).sum() == 1  # of about 150: it stood still as well
    assert closed_.quantile(0.99) < 0.5
    corrected = closed_.corrected(expected_interval=0.01)
    assert corrected.total_count >= closed_.requests + 89
    assert corrected.quantile(0.99) > 0.5
    assert open_.result().quantile(0.99) > 0.5


def test_more_clients_than_connections_are_refused(app, monkeypatch):
    monkeypatch.setattr(closed, "_room", lambda: 9)
    with pytest.raises(load.GeneratorTooSlow, match=r"10 clients need as many .* open 9 more"):
        load.closed_loop(app.url, clients=10, duration=1, seed=1)


def test_a_closed_loop_that_measures_the_generator_is_refused(app, monkeypatch):
    monkeypatch.setattr(generator, "UNQUESTIONED", 10)
    monkeypatch.setattr(generator, "limit", lambda: 20.0)
    with pytest.raises(load.GeneratorTooSlow, match="at most: it has measured itself"):
        load.closed_loop(app.url, clients=8, duration=0.5, seed=1)


def test_a_late_closed_loop_is_not_believed(app, slow_generator):
    with pytest.raises(load.GeneratorTooSlow, match=r"half of the requests .* use fewer"):
        load.closed_loop(app.url, clients=40, duration=1, seed=1)


@pytest.mark.parametrize(
    "wrong", [{"clients": 0}, {"clients": 1.5}, {"think": -1}, {"duration": "long"}, {"seed": -1}]
)
def test_wrong_arguments_of_a_closed_loop(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        load.closed_loop("http://127.0.0.1:1", **{"clients": 1, "duration": 1, "seed": 1} | wrong)


@pytest.fixture
def slow_generator(monkeypatch):
    """A generator that needs 10 ms for each request: it can send 100/s at the very most."""
    ask = client.ask

    async def slow(*arguments):
        time.sleep(0.01)
        return await ask(*arguments)

    monkeypatch.setattr(client, "ask", slow)


def test_a_late_generator_is_not_believed(app, slow_generator):
    with pytest.raises(load.GeneratorTooSlow, match=r"half of the requests .* lower the rate"):
        load.open_loop(app.url, rate=300, duration=0.5, seed=1)


def test_latency_counts_from_when_a_request_was_due(app, slow_generator, monkeypatch):
    monkeypatch.setattr(generator, "BELIEVED", float("inf"))
    result = load.open_loop(app.url, rate=300, duration=0.5, seed=1)
    assert result.lateness.max() > 0.2
    assert (result.latencies >= result.lateness).all()


def test_a_hopeless_run_is_given_up(app, slow_generator, monkeypatch):
    monkeypatch.setattr(generator, "HOPELESS", 0.2)
    begin = time.monotonic()
    with pytest.raises(load.GeneratorTooSlow, match="s late: this machine cannot"):
        load.open_loop(app.url, rate=400, duration=100, seed=1)
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rate": 0}, "rate is 0"),
        ({"duration": -1}, "duration is -1"),
        ({"mean_work": -1}, "mean_work"),
    ],
)
def test_wrong_arguments(wrong, message):
    with pytest.raises(ValueError, match=message):
        load.open_loop("http://127.0.0.1:1", **{"rate": 1, "duration": 1, "seed": 1} | wrong)


def test_ctrl_c_ends_a_run_at_once(reader):
    kernel = reader("""
from scalelab.measure import http, load
with http.servers([1]) as (app,):
    print(app.part.port, flush=True)
    load.open_loop(app.url, rate=50, duration=500, seed=1)
""")
    time.sleep(0.5)
    begin = time.monotonic()
    kernel.send(signal.SIGINT)
    assert "KeyboardInterrupt" in kernel.leaves_nothing()
    assert time.monotonic() - begin < 60
