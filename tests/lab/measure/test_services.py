import functools
import http.client
import os
import pathlib
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from scalelab.measure import PartFailed, ports, services


def shop(price=5):
    def handle(path, body):
        if path == "/fail":
            raise KeyError("no such thing")
        if path == "/teapot":
            return 418, {"short": "stout"}
        if path == "/row":
            return 20, 1000
        if path == "/set":
            return {1}
        if path.startswith("/sleep"):
            time.sleep(0.2)
        return {"pid": os.getpid(), "path": path, "body": body, "price": price}

    return handle


def diary():
    data = sqlite3.connect("diary.db", check_same_thread=False)
    data.execute("create table if not exists entry (text)")

    def handle(path, body):
        if body:
            with data:
                data.execute("insert into entry values (?)", [body])
        return data.execute("select count(*) from entry").fetchone()[0]

    return handle


def worker(name):
    count = 0
    while True:
        count += 1
        pathlib.Path(name).write_text(str(count))
        time.sleep(0.005)


def listens(answer, port):
    import socketserver

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(answer)

    socketserver.TCPServer(("127.0.0.1", port), Handler).serve_forever()


def broken():
    raise OSError("no database here")


def test_a_function_becomes_a_process():
    with services.http(shop, functools.partial(shop, price=7)) as (one, two):
        first, second = one.ask("/a?b=1"), two.ask("/c", {"d": [1]})
        assert one.name == "shop"
        assert first == {"pid": one.part.pid, "path": "/a?b=1", "body": None, "price": 5}
        assert second == {"pid": two.part.pid, "path": "/c", "body": {"d": [1]}, "price": 7}
        assert one.address == f"127.0.0.1:{one.port}"
        taken = one.port, two.port
    assert all(ports.free(port) for port in taken)


def test_errors_are_answers():
    with services.http(shop) as (one,):
        with pytest.raises(RuntimeError, match=r"shop answered 500: .*KeyError: 'no such thing'"):
            one.ask("/fail")
        with pytest.raises(RuntimeError, match=r"shop answered 418: {'short': 'stout'}"):
            one.ask("/teapot")
        with pytest.raises(RuntimeError, match=r"answered 500: .*\(20, 1000\) is a tuple, and not"):
            one.ask("/row")
        with pytest.raises(RuntimeError, match="set is not JSON"):
            one.ask("/set")
        assert "/fail: KeyError" in one.output()


def test_one_connection_carries_many_requests_and_is_not_held_up():
    with services.http(shop, threads=1) as (one,):
        connection = http.client.HTTPConnection(one.address, timeout=10)
        took = []
        for _ in range(30):
            begin = time.perf_counter()
            connection.request("POST", "/", b'{"a": 1}')
            assert connection.getresponse().read()
            took.append(time.perf_counter() - begin)
        port = connection.sock.getsockname()[1]
        idle = one.ask("/")  # the open connection holds no thread
        assert idle["path"] == "/"
        assert connection.sock.getsockname()[1] == port
        connection.close()
    assert sorted(took)[15] < 0.03, "headers and body waited for each other"


def test_no_more_threads_than_it_has():
    with services.http(shop, threads=2) as (one,), ThreadPoolExecutor(6) as pool:
        begin = time.perf_counter()
        list(pool.map(lambda _: one.ask("/sleep"), range(6)))
        assert time.perf_counter() - begin >= 0.6
    with services.http(shop, threads=6) as (one,), ThreadPoolExecutor(6) as pool:
        begin = time.perf_counter()
        list(pool.map(lambda _: one.ask("/sleep"), range(6)))
        assert time.perf_counter() - begin < 1.1


def test_a_client_that_goes_away_is_no_error():
    with services.http(shop) as (one,):
        with pytest.raises(TimeoutError):
            one.ask("/sleep", timeout=0.02)
        time.sleep(0.3)
        assert one.ask("/")["path"] == "/"
        assert "Traceback" not in one.output()


def test_data_outlives_a_crash():
    with services.http(diary) as (one,):
        for _ in range(3):
            one.ask("/", "dear diary")
        before = one.part.pid
        one.kill()
        with pytest.raises(OSError):
            one.ask("/", timeout=1)
        assert (one.folder / "diary.db").exists()
        one.restart()
        assert one.part.pid != before
        assert one.ask("/", "again") == 4
        one.restart()
        assert one.ask("/") == 4


def test_a_worker_is_started_frozen_killed_and_started_again(eventually):
    with services.run(functools.partial(worker, "count")) as (one,):

        def count():
            return int((one.folder / "count").read_text() or 0)

        eventually(lambda: count() > 3, "the worker does not work")
        one.pause()
        time.sleep(0.05)
        frozen = count()
        time.sleep(0.1)
        assert count() == frozen
        one.resume()
        eventually(lambda: count() > frozen, "the worker does not go on")
        one.kill()
        assert not psutil.pid_exists(one.part.pid)
        one.restart()
        assert psutil.pid_exists(one.part.pid)
        eventually(lambda: 0 < count() < 3 or count() > 3, "the worker did not start again")


def test_a_function_that_listens_is_given_its_port():
    with services.run(functools.partial(listens, b"hello")) as (one,):
        import socket

        with socket.create_connection(("127.0.0.1", one.port), timeout=10) as connection:
            assert connection.makefile("rb").read() == b"hello"


def test_a_service_that_does_not_start_says_why():
    with pytest.raises(PartFailed, match="no database here"), services.http(broken):
        pass


def test_wrong_arguments():
    with pytest.raises(ValueError, match="functions is empty"), services.http():
        pass
    with pytest.raises(ValueError, match="functions is empty"), services.run():
        pass
    with pytest.raises(ValueError, match="threads is 0"), services.http(shop, threads=0):
        pass
    with pytest.raises(ValueError, match="function is 3"), services.run(3):
        pass
    with (
        pytest.raises(ValueError, match="value is a lock"),
        services.http(functools.partial(shop, threading.Lock())),
    ):
        pass


NOTEBOOK = """
import time
from scalelab.measure import services
{functions}
with services.http(shop) as (one,), services.run(worker) as (two,):
    print(one.port, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_nothing_stays_when_the_notebook_dies(reader, tmp_path, eventually, alive, end):
    text = "def shop(): return lambda path, body: path\ndef worker(): time.sleep(600)"
    path = tmp_path / "notebook.py"
    path.write_text(NOTEBOOK.format(functions=text))
    notebook = reader(f"import runpy; runpy.run_path({str(path)!r}, run_name='__main__')")
    notebook.send(end)
    notebook.process.communicate(timeout=60)
    eventually(lambda: not any(map(alive, notebook.parts)), "processes remain")
    eventually(lambda: all(map(ports.free, notebook.ports)), "ports remain")
