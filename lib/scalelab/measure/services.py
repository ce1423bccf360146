"""Your own functions as services: each is run as an operating system process of its own.

`http` serves what a function answers, as JSON; `run` runs any function, one that listens by
itself (gRPC) or a worker that takes its work from a queue.

>>> def counter():
...     visits = 0
...     def handle(path, body):
...         nonlocal visits
...         visits += 1
...         return {"path": path, "visits": visits}
...     return handle
>>> with http(counter) as (service,):
...     service.ask("/a"), service.ask("/b")
({'path': '/a', 'visits': 1}, {'path': '/b', 'visits': 2})

A service knows nothing of the notebook that started it: its function and what that uses are
copied into a program (`scalelab.measure.sources`), which runs in a folder of its own. What it
writes there is its own data, and outlives a crash: `Service.kill` and `Service.restart`.
"""

import contextlib
import functools
import inspect
import json
import sys
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from . import sources
from ._arguments import count
from .durable import Durable, running
from .handles import Handle

ENDPOINT = Path(__file__).with_name("endpoint.py").read_text(encoding="utf-8")
PROGRAM = """\
{definitions}

if __name__ == "__main__":
    import os, pathlib
    pathlib.Path("started").write_text(str(os.getpid()))
    {call}
"""
PORT = 'int(os.environ["PORT"])'


@dataclass(frozen=True)
class Service(Handle):
    """One running service; a worker does not listen on its port.

    Attributes
    ----------
    name : str
        That of its function.
    part : Durable
        Its process.
    """

    name: str
    part: Durable = field(repr=False)

    @property
    def folder(self):
        """Where it runs and keeps its data."""
        return self.part.folder

    def ask(self, path="/", body=None, timeout=10.0):
        """Send one request to an HTTP service over a new connection; returns the answer's JSON.

        Parameters
        ----------
        path : str
            With its query.
        body : object, optional
            What is sent as JSON, by POST; without one it is a GET.
        timeout : float
            Seconds that it may take.

        Raises
        ------
        RuntimeError
            It answered with an error; the message is what it said.
        OSError
            It could not be reached or did not answer in time.
        """
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        with contextlib.closing(HTTPConnection(self.address, timeout=timeout)) as connection:
            connection.request(method, path, text)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        if answer.status >= 400:
            raise RuntimeError(f"{self.name} answered {answer.status}: {said}")
        return said

    def output(self):
        """What it has printed, errors included."""
        return (self.folder / "output").read_text(errors="replace")


class _Worker(Durable):
    """A process that listens nowhere: it is up when its function has been called."""

    def answers(self):
        with contextlib.suppress(OSError):
            return (self.folder / "started").read_text() == str(self.pid)
        return False


@contextlib.contextmanager
def http(*functions, threads=8):
    """Run HTTP services until the end of the block.

    Parameters
    ----------
    *functions : functions, or `functools.partial` of them
        Called once, in the new process; each returns a function ``handle(path, body)`` that
        answers one request: ``body`` is the JSON that was sent, or None, and what is returned is
        sent back as JSON, or ``(status, answer)``. An exception is answered with status 500.
        Several threads call it at once.
    threads : int
        Requests that each service handles at once; others wait, first come, first served.

    Yields
    ------
    list of Service
        In the order of the functions.

    Raises
    ------
    PartFailed
        A service did not start; the message has the end of its output.
    """
    count("threads", threads)
    files = {"scalelab_endpoint.py": ENDPOINT}
    begin = f"import scalelab_endpoint; scalelab_endpoint.serve({PORT}, {{call}}, {threads})"
    with _services([_part(Durable, each, files, begin) for each in functions]) as services:
        yield services


@contextlib.contextmanager
def run(*functions):
    """Run functions as processes until the end of the block.

    Parameters
    ----------
    *functions : functions, or `functools.partial` of them
        Called once, in the new process, and not expected to return. One with a parameter
        ``port`` is given its port and must listen there, on 127.0.0.1; one without is a worker.

    Yields
    ------
    list of Service
        In the order of the functions.

    Raises
    ------
    PartFailed
        A service did not start, or did not listen; the message has the end of its output.

    Examples
    --------
    >>> def worker():
    ...     import time
    ...     print("at work", flush=True)
    ...     time.sleep(60)
    >>> with run(worker) as (service,):
    ...     service.name
    'worker'
    """
    parts = []
    for each in functions:
        listens = callable(each) and "port" in inspect.signature(each).parameters
        more = [f"port={PORT}"] if listens else []
        parts.append(_part(Durable if listens else _Worker, each, more=more))
    with _services(parts) as services:
        yield services


@contextlib.contextmanager
def _services(parts):
    if not parts:
        raise ValueError("functions is empty: give at least one")
    with running(parts):
        yield [Service(part.name, part) for part in parts]


def _part(kind, function, files=None, begin="{call}", more=()):
    """The process of a function, or of a partial with its arguments; `begin` calls it."""
    given, named = (), {}
    if isinstance(function, functools.partial):
        function, given, named = function.func, function.args, function.keywords
    definitions = sources.program(function)
    words = [sources.literal(value) for value in given]
    words += [f"{name}={sources.literal(value)}" for name, value in named.items()]
    name = function.__name__
    call = begin.format(call=f"{name}({', '.join([*words, *more])})")
    program = {"program.py": PROGRAM.format(definitions=definitions, call=call)}
    return kind(name, lambda port: [sys.executable, "-u", "program.py"], (files or {}) | program)
