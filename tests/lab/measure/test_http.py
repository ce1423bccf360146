import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from scalelab.measure import http, load


def test_each_server_is_a_process_and_says_its_name(ask):
    with http.servers([1, 2]) as apps:
        assert [ask(app.part.port) for app in apps] == [["app0"], ["app1"]]
        assert [app.url for app in apps] == [f"http://{app.address}" for app in apps]
        pids = {app.part.pid for app in apps}
        assert len(pids) == 2
        assert all("python" in psutil.Process(pid).name() for pid in pids)


def test_work_takes_its_time_by_speed(ask):
    with http.servers([0.5]) as (app,):
        for speed in (0.5, 2.0):
            app.set(speed=speed)
            begin = time.perf_counter()
            ask(app.part.port, path="/?work=0.1")
            assert time.perf_counter() - begin >= 0.1 / speed


def test_one_request_at_a_time_and_health_outside_the_queue(ask):
    with http.servers([1]) as (app,), ThreadPoolExecutor(5) as pool:
        begin = time.perf_counter()
        work = [pool.submit(ask, app.part.port, path="/?work=0.1") for _ in range(5)]
        assert ask(app.part.port, path="/health") == ["200"]
        assert not all(one.done() for one in work)
        assert [one.result() for one in work] == [["app0"]] * 5
        assert time.perf_counter() - begin >= 0.5


def test_in_order_of_arrival(ask):
    order = []

    def send(i):
        ask(app.part.port, path="/?work=0.05")
        order.append(i)

    with http.servers([1]) as (app,):
        threads = [threading.Thread(target=send, args=[i]) for i in range(5)]
        for thread in threads:
            thread.start()
            time.sleep(0.03)
        for thread in threads:
            thread.join()
    assert order == sorted(order)


def test_a_late_timer_does_not_lengthen_service():
    with http.servers([1]) as (app,):
        result = load.open_loop(app.url, rate=300, duration=1, seed=1, mean_work=0.003)
    assert result.errors == 0
    assert (result.service >= result.work - 2e-6).all()
    assert abs(result.service - result.work)[result.work > 0].min() < 2e-6
    late = result.service - result.work
    assert sorted(late)[len(late) // 2] < 2e-6, "half of the services were longer than asked"


def test_a_client_that_gives_up_leaves_the_queue(ask):
    with http.servers([1]) as (app,):
        gone = load.open_loop(app.url, rate=50, duration=0.2, seed=1, mean_work=300, timeout=0.3)
        assert set(gone.outcomes) == {"timeout"}
        assert ask(app.part.port) == ["app0"]


def test_failures(ask):
    with http.servers([1]) as (app,):
        assert app.set(failures=1.0)["failures"] == 1.0
        assert ask(app.part.port, times=5, path="/?work=60") == ["app0"] * 5
        result = load.open_loop(app.url, rate=100, duration=0.5, seed=1)
        assert result.errors == result.requests
        assert set(result.outcomes) == {"503"}
        app.set(failures=0.5)
        result = load.open_loop(app.url, rate=300, duration=1, seed=1)
        assert 0.25 < result.errors / result.requests < 0.75


def test_an_event_loop_waits_for_many_at_once_and_a_pool_for_its_threads(ask):
    for kind, workers, least, most in (("async", 1, 0.5, 2.5), ("sync", 2, 2.5, 60)):
        with http.servers([1], kind, workers) as (app,), ThreadPoolExecutor(10) as pool:
            app.set(delay=0.5)
            begin = time.perf_counter()
            names = list(pool.map(lambda _: ask(app.part.port), range(10)))
            assert names == [["app0"]] * 10
            assert least <= time.perf_counter() - begin < most


def test_a_pool_works_for_as_many_as_it_has_threads_and_they_are_real(ask):
    with http.servers([1], "sync", workers=3) as (app,):
        result = load.open_loop(app.url, rate=200, duration=1, seed=1, mean_work=0.01)
        assert psutil.Process(app.part.pid).num_threads() == 3 + 1
    assert result.errors == 0
    assert 2 / 3 * 200 * 0.01 < result.service.sum() < 60
    # one worker could not have done 2 s of work in so little time
    assert result.service.sum() > (result.due + result.latencies).max() or result.mean > 0.5


def test_health_waits_for_a_thread_of_an_exhausted_pool_and_control_does_not(ask):
    with http.servers([1], "sync") as (app,), ThreadPoolExecutor(1) as pool:
        app.set(delay=1)
        begin = time.perf_counter()
        stuck = pool.submit(ask, app.part.port)
        time.sleep(0.2)
        assert app.set(delay=0)["delay"] == 0
        assert ask(app.part.port, path="/health") == ["200"]
        assert time.perf_counter() - begin >= 1
        assert stuck.result() == ["app0"]


@pytest.mark.parametrize(("kind", "held"), [("async", False), ("sync", True)])
def test_a_delay_holds_a_thread_and_not_the_event_loop(kind, held):
    with http.servers([1], kind) as (app,):
        app.set(delay=0.1)
        result = load.open_loop(app.url, rate=5, duration=0.5, seed=3)
    assert result.requests > 0
    assert (result.latencies >= 0.1).all()
    assert ((result.service >= 0.1) == held).all()


def test_a_killed_server_refuses_connections_and_comes_back_on_its_port(ask):
    with http.servers([1]) as (app,):
        port, pid = app.part.port, app.part.pid
        app.set(failures=1.0)
        app.kill()
        with pytest.raises(ConnectionRefusedError):
            ask(port)
        app.restart()
        assert (app.part.port, app.part.pid == pid) == (port, False)
        assert ask(port) == ["app0"]
        assert app.set()["failures"] == 0.0


def test_some_are_slow(ask):
    with http.servers([1]) as (app,):
        app.set(delay=0.4, slow=0.2)
        result = load.open_loop(app.url, rate=100, duration=1, seed=1)
        slow = (result.latencies >= 0.4).sum()
        assert 0.05 < slow / result.requests < 0.5
        assert result.latencies.min() < 0.4


def test_wrong_kinds():
    with pytest.raises(ValueError, match="kind is 'green'; known are async, sync"):
        http.servers([1], "green").__enter__()
    with pytest.raises(ValueError, match="workers is 0: a pool"):
        http.servers([1], "sync", 0).__enter__()
    with pytest.raises(ValueError, match="workers is 4: an async server has one event loop"):
        http.servers([1], workers=4).__enter__()


@pytest.mark.parametrize(
    "wrong",
    [
        {"delay": -1},
        {"slow": 2},
        {"speed": "fast"},
        {"speed": 0},
        {"speed": float("nan")},
        {"failures": 1.5},
    ],
)
def test_wrong_settings(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        http.App("app0", None).set(**wrong)


def test_wrong_speeds():
    with pytest.raises(ValueError, match="speeds is empty"), http.servers([]):
        pass
    with pytest.raises(ValueError, match="speed is -1"), http.servers([1, -1]):
        pass


def test_wrong_work_is_refused(ask):
    with http.servers([1]) as (app,):
        assert ask(app.part.port, path="/?work=much") == ["400"]
