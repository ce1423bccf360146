"""Kill a kernel while its real parts run: no process and no port remains."""

import os
import signal
import socket
import subprocess
import time
import uuid

import psutil
import pytest
import rules
import stored
from jupyter_client.manager import KernelManager

MARK = "SCALELAB_KILL_TEST"


def marked(mark):
    """Every process that has inherited the mark, whoever its parent is by now."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            continue
    return found


def ports(processes):
    listening = set()
    for process in processes:
        try:
            connections = process.net_connections("inet")
        except psutil.Error:
            continue
        listening |= {c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN}
    return listening


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()


def measures(path):
    cells = stored.code_cells(stored.read(path))
    return any(rules.IGNORED in cell.metadata.get("tags", ()) for cell in cells)


NOTEBOOKS = [path for path in stored.ALL if measures(path)]


@pytest.fixture
def kernel(tmp_path):
    """A kernel that a test may kill, and the mark that its processes carry."""
    mark = uuid.uuid4().hex
    manager = KernelManager(kernel_name="python3")
    environment = {**os.environ, MARK: mark}
    manager.start_kernel(cwd=str(tmp_path), env=environment, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client, mark
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        for process in marked(mark):
            process.kill()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=stored.name)
def test_a_killed_kernel_leaves_no_process_and_no_port(kernel, path):
    manager, client, mark = kernel
    client.execute(f"import os; os.chdir({str(path.parent)!r})", store_history=False)
    for cell in stored.code_cells(stored.read(path)):
        client.execute(cell.source, store_history=False)
    pid = manager.provisioner.pid

    def parts():
        return [process for process in marked(mark) if process.pid != pid]

    def serving():
        return ports(parts())

    assert wait_for(serving, 90), f"{path.name} started no part that listens"
    started, listening = parts(), serving()
    os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: not parts(), 15), f"still there: {parts()} of {started}"
    assert not [port for port in listening if is_open(port)]


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_process_left_behind_is_seen(kernel):
    manager, client, mark = kernel
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', '%s'])"
    client.execute(code % "import time; time.sleep(60)")
    pid = manager.provisioner.pid
    left = wait_for(lambda: [p for p in marked(mark) if p.pid != pid], 30)
    os.kill(pid, signal.SIGKILL)
    assert not wait_for(lambda: not [p for p in marked(mark) if p.pid != pid], 1)
    for process in left:
        process.kill()
