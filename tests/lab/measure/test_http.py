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
        assert app.set(failures=1.0) == {"speed": 1.0, "failures": 1.0}
        assert ask(app.part.port, times=5, path="/?work=60") == ["app0"] * 5
        result = load.open_loop(app.url, rate=100, duration=0.5, seed=1)
        assert result.errors == result.requests
        assert set(result.outcomes) == {"503"}
        app.set(failures=0.5)
        result = load.open_loop(app.url, rate=300, duration=1, seed=1)
        assert 0.25 < result.errors / result.requests < 0.75


@pytest.mark.parametrize("wrong", [{"speed": 0}, {"speed": float("nan")}, {"failures": 1.5}])
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
