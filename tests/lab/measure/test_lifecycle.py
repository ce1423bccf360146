"""The real servers under what a reader does to them: see test_launcher for each single fault."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from scalelab.measure import available, haproxy, http, launcher, nginx, ports

balancers = [
    pytest.param(one, marks=pytest.mark.skipif(not available(name), reason=f"no {name}"))
    for one, name in ((haproxy, "haproxy"), (nginx, "nginx"))
]


@pytest.fixture(scope="module")
def apps():
    with http.servers([1]) as apps:
        yield apps


@pytest.mark.parametrize("balancer", balancers)
def test_a_taken_port_is_left_to_who_has_it(balancer, apps, ask, monkeypatch):
    free_port = launcher.free_port
    text = balancer.config(apps)
    with balancer.run(text) as first:
        draws = iter([first.port])
        monkeypatch.setattr(launcher, "free_port", lambda: next(draws, None) or free_port())
        with balancer.run(text) as second:
            assert second.port != first.port
            assert ask(first.port) == ask(second.port) == ["app0"]


@pytest.mark.skipif(not available("nginx"), reason="no nginx")
def test_fifty_starts_and_stops_leave_nothing(apps, ask, nothing_stays):
    this, text, seen = psutil.Process(), nginx.config(apps), set()
    folders = set(nothing_stays.iterdir())

    def state():
        return this.num_fds(), threading.active_count(), set(this.children(recursive=True))

    before = state()
    for _ in range(50):
        with nginx.run(text) as lb:
            seen.add(lb.port)
        assert ports.free(lb.port)
    assert state() == before
    assert set(nothing_stays.iterdir()) == folders
    assert len(seen) > 1


NOTEBOOK = """
import contextlib, time
from scalelab import measure
with contextlib.ExitStack() as stack:
    apps = stack.enter_context(measure.http.servers([1, 1]))
    ports = [app.part.port for app in apps]
    for name in ("haproxy", "nginx"):
        if measure.available(name):
            balancer = getattr(measure, name)
            ports.append(stack.enter_context(balancer.run(balancer.config(apps))).port)
    print(*ports, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_two_notebooks_at_once_do_not_disturb_each_other(reader, ask, alive, eventually, end):
    def ends(notebook, how):
        # not leaves_nothing(): the balancers' connections to the apps linger in TIME_WAIT
        notebook.send(how)
        notebook.process.communicate(timeout=60)
        eventually(lambda: not any(map(alive, notebook.parts)), "processes remain")

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(reader, [NOTEBOOK] * 2)
    assert not set(one.ports) & set(two.ports)
    for port in (*one.ports, *two.ports):
        assert ask(port, 2)[0] in {"app0", "app1"}
    ends(one, end)
    assert all(ask(port, 2)[0] in {"app0", "app1"} for port in two.ports)
    ends(two, signal.SIGKILL)
