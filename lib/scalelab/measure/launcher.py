"""Real servers as child processes that leave nothing behind.

A `Part` is one server on a free port of 127.0.0.1 with a temporary folder of its own.
`running` starts several at once, waits until each listens and stops them at the end of
the ``with`` block: after an exception, after Ctrl-C, and, through
`scalelab.measure.supervisor`, after the death of this process by any signal.

>>> import sys
>>> serve = ["-m", "http.server", "--bind", "127.0.0.1"]
>>> part = Part("file server", lambda port: [sys.executable, *serve, str(port)])
>>> with running([part]):
...     listening(part.pid, part.port)
True
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .ports import free, free_port, listening

__all__ = ["Part", "PartFailed", "running"]

ATTEMPTS = 5
SUPERVISOR = Path(__file__).with_name("supervisor.py")
PIPES = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class PartFailed(RuntimeError):
    """A real part did not start or did not answer; the message has its last output."""


class Part:
    """One server process.  A subclass may override ``place``, ``request`` and ``answers``.

    Parameters
    ----------
    name : str
        What error messages call it.
    command : callable
        ``command(port)`` gives the program and its arguments. It runs in its own temporary
        folder and also finds the port in the environment variable ``PORT``.
    files : dict of str to str, optional
        Name and text of files to write into that folder first.
    environment : dict of str to str, optional
        Variables to set besides ours.
    limit : float
        Seconds within which it must listen.

    Attributes
    ----------
    port, pid : int
        Its port on 127.0.0.1; its process id, once it runs.
    folder : pathlib.Path
        Its temporary folder.
    """

    place = None  # where its folder is made, if not in the usual place

    def __init__(self, name, command, files=None, environment=None, limit=30.0):
        self.name, self.command, self.limit = name, command, limit
        self.files, self.environment = files or {}, environment or {}
        self.port = self.pid = self.folder = self._process = None

    def launch(self):
        """Start the process on a free port, without waiting for it."""
        self.port, self.pid = free_port(), None
        self.folder = Path(self.place or tempfile.gettempdir(), f"scalelab-{os.urandom(6).hex()}")
        supervisor = [sys.executable, "-I", "-S", str(SUPERVISOR)]
        self._process = subprocess.Popen(supervisor, bufsize=0, start_new_session=True, **PIPES)
        self._process.stdin.write(json.dumps(self.request()).encode() + b"\n")

    def request(self):
        """What its supervisor is told: see `scalelab.measure.supervisor`."""
        return {
            "parent": os.getpid(),
            "folder": str(self.folder),
            "files": self.files,
            "copies": {},
            "account": None,
            "environment": {**self.environment, "PORT": str(self.port)},
            "command": self.command(self.port),
            "ending": [signal.SIGTERM, 2.0],
        }

    def answers(self):
        """Whether it is ready for its clients."""
        return listening(self.pid, self.port)

    def wait(self):
        """Return when the server listens; take another port if this one was lost to a race.

        Raises
        ------
        PartFailed
            It ended, or did not listen within its limit.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                self.launch()
            if self._listens():
                return
            taken = not free(self.port)
            end = self.stop()
            if not (taken or "in use" in end):  # its own port, or a further one that it listens on
                raise PartFailed(f"{self.name} did not start: {end}")
        raise PartFailed(f"{self.name} found its port in use {ATTEMPTS} times: {end}")

    def _listens(self):
        """Whether the server got to listen; False if it ended first."""
        first = self._process.stdout.readline().decode(errors="replace").strip()
        if not first.isdigit():
            raise PartFailed(f"{self.name} cannot be run: {first}")
        self.pid = int(first)
        deadline = time.monotonic() + self.limit
        while time.monotonic() < deadline:
            if self.answers():
                return True
            if self._process.poll() is not None:
                return False
            time.sleep(0.02)
        raise PartFailed(f"{self.name} did not answer within {self.limit:g} s: {self.stop()}")

    def terminate(self):
        """Ask the server to end, without waiting for it."""
        if self._process is not None:
            self._process.terminate()

    def stop(self):
        """End the server and remove its folder; the second time it does nothing.

        Returns its exit code and last output, for an error message.
        """
        if self._process is None:
            return "it was stopped"
        self.terminate()
        try:
            report = self._process.communicate(timeout=10)[0]
        except subprocess.TimeoutExpired:
            report = b""
        if not report:  # the supervisor itself was killed or hangs
            for group in filter(None, (self._process.pid, self.pid)):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
            self._process.communicate()
        self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)
        return _summary(report)

    def pause(self):
        """Freeze the server (SIGSTOP): it keeps its connections and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self):
        """Let a paused server go on (SIGCONT)."""
        os.kill(self.pid, signal.SIGCONT)


@contextlib.contextmanager
def running(parts):
    """Start the parts together, wait until all listen, and end them with the block.

    Parameters
    ----------
    parts : sequence of Part
        Not started yet.

    Raises
    ------
    PartFailed
        One of them did not start; the others are stopped.
    """
    try:
        for part in parts:
            part.launch()
        for part in parts:
            part.wait()
        yield
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.stop()


def _summary(report):
    """The supervisor's last line as the end of a sentence."""
    try:
        end = json.loads(report.splitlines()[-1])
    except (IndexError, ValueError):
        return "its supervisor was killed"
    return f"exit code {end['code']}, last output:\n{end['output'].strip() or 'no output'}"
