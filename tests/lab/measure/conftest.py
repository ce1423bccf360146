"""Every test here must leave its temporary folder empty and no process behind."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time

import psutil
import pytest

from scalelab.measure import launcher, ports


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("parts")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    before = supervisors()
    yield folder
    _eventually(lambda: not list(folder.iterdir()), "temporary folders remain")
    assert supervisors() <= before, "supervisors remain"


def supervisors():
    children = psutil.Process().children()
    return {child.pid for child in children if str(launcher.SUPERVISOR) in child.cmdline()}


@pytest.fixture
def eventually():
    return _eventually


@pytest.fixture
def ask():
    return _ask


@pytest.fixture
def alive():
    return _alive


def _eventually(condition, what, limit=20):
    """Wait for something that must happen; the limit only ends a test that has failed."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def _ask(port, times=1, path="/", headers=None):
    """Names of the servers that answer requests on one keep-alive connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    names = []
    with contextlib.closing(connection):
        for _ in range(times):
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            answer.read()
            names.append(answer.headers.get("X-Server", str(answer.status)))
    return names


class Reader:
    """A Python process, as a reader's kernel is, that has started parts and waits."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.ports = [int(port) for port in self.process.stdout.readline().split()]
        assert self.ports, self.process.communicate()[1]
        supervisors, self.others = [], []
        for child in psutil.Process(self.process.pid).children():
            is_supervisor = str(launcher.SUPERVISOR) in child.cmdline()
            (supervisors if is_supervisor else self.others).append(child)
        self.parts = supervisors + [server for one in supervisors for server in one.children()]

    def send(self, number):
        os.kill(self.process.pid, number)

    def leaves_nothing(self):
        """The error output, once every process has ended and every port is free."""
        errors = self.process.communicate(timeout=60)[1]
        _eventually(lambda: not any(_alive(part) for part in self.parts), "processes remain")
        _eventually(lambda: all(ports.free(port) for port in self.ports), "ports remain")
        return errors


def _alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def reader():
    readers = []

    def start(program):
        readers.append(Reader(program))
        return readers[-1]

    yield start
    for one in readers:
        if one.process.poll() is None:
            one.send(signal.SIGKILL)
            one.process.communicate()
        for other in one.others:
            other.kill()
