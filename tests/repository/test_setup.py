"""What a newcomer sees when something is missing: one sentence that says what to do."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

NEEDED = ("Makefile", "requirements.txt", "pyproject.toml", ".ci/setup")


@pytest.fixture
def fresh(root, tmp_path):
    """A folder with what the set-up reads, and nothing else."""
    folder = tmp_path / "book"
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)
    for name in ("_config.yml", "_toc.yml"):
        (folder / name).write_text("")
    return folder


def make(folder, *arguments, **environment):
    """Run make where there is no uv; return its status and what it said, less make's own words."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment}
    run = subprocess.run(
        ["make", *arguments], cwd=folder, env=bare, capture_output=True, text=True, timeout=100
    )
    said = (run.stdout + run.stderr).splitlines()
    return run.returncode, [line for line in said if not line.startswith("make")]


def python_that_says(folder, script):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"PY={path}"


def ready(folder):
    return (folder / ".venv" / "ready").exists()


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10", "3.14"])
def test_an_unsupported_python(fresh, version):
    status, said = make(fresh, "book", python_that_says(fresh, f"echo {version}"))
    assert status == 2
    assert said == [
        f"{fresh}/python is Python {version}: install Python 3.11, 3.12 or 3.13, "
        "or name yours, as in: make book PY=python3.12"
    ]
    assert not ready(fresh)


def test_no_python(fresh):
    status, said = make(fresh, "test", "PY=python-that-is-not-there")
    assert status == 2
    assert said == [
        "There is no python-that-is-not-there that runs: install Python 3.11, 3.12 or 3.13, "
        "or name yours, as in: make book PY=python3.12"
    ]


def test_no_venv_module(fresh):
    script = 'case "$2" in *version*) echo 3.12;; *) echo "No module named venv" >&2; exit 1;; esac'
    status, said = make(fresh, "book", python_that_says(fresh, script))
    assert status == 2
    assert said == [
        f"{fresh}/python lacks the venv module: add it "
        "(on Debian and Ubuntu: apt install python3-venv) and repeat."
    ]


@pytest.mark.timeout(100)
def test_no_network(fresh):
    """A real set-up whose package index refuses connections."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        status, said = make(
            fresh, "book", f"PY={sys.executable}", PIP_INDEX_URL=index, PIP_CONFIG_FILE=os.devnull
        )
    assert status == 2
    assert len(said) == 2
    assert said[0].startswith("Setting up .venv with Python 3.1")
    assert said[1] == (
        "The packages cannot be reached: connect this machine to the network and repeat "
        "(details: .venv/setup.log)."
    )
    assert not ready(fresh)


def test_a_package_that_is_not_what_was_locked(fresh):
    script = (
        'case "$2" in *version*) echo 3.12;; esac\n'
        'if [ "$2" = venv ]; then mkdir -p .venv/bin; cp "$0" .venv/bin/python; fi\n'
        'if [ "$2" = pip ]; then echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"; exit 1; fi'
    )
    status, said = make(fresh, "book", python_that_says(fresh, script))
    assert status == 2
    assert said[1:] == [
        "The packages could not be installed: ERROR: THESE PACKAGES DO NOT MATCH THE HASHES "
        "(details: .venv/setup.log)"
    ]
    assert not ready(fresh)


def test_an_interrupted_set_up_is_taken_up_again(fresh):
    script = (
        'case "$2" in *version*) echo 3.12;; esac\n'
        'if [ "$2" = venv ]; then mkdir -p .venv/bin; cp "$0" .venv/bin/python; fi\n'
        'if [ "$2" = pip ] && [ ! -e slept ]; then touch slept; sleep 60; fi'
    )
    python = python_that_says(fresh, script)
    run = subprocess.Popen(["make", ".venv/ready", python], cwd=fresh, start_new_session=True)
    end = time.monotonic() + 30
    while not (fresh / "slept").exists() and time.monotonic() < end:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=30) != 0
    assert not ready(fresh)
    status, _ = make(fresh, ".venv/ready", python)
    assert status == 0
    assert ready(fresh)


def test_make_alone_lists_every_target(root):
    status, said = make(root)
    assert status == 0
    listed = [line.split()[1] for line in said]
    phony = next(
        line for line in (root / "Makefile").read_text().splitlines() if line.startswith(".PHONY")
    )
    assert sorted([*listed, "FORCE"]) == sorted(phony.split()[1:])
    assert {
        "help",
        "book",
        "test",
        "lab",
        "run",
        "grade",
        "bench",
        "lock",
        "mutate",
        "clean",
    } == set(listed)


def answered(address, seconds=30):
    """What is there, once it is: the lab prints its address a moment before it listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            return urlopen(address, timeout=seconds)
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_the_address_that_the_lab_prints_opens_the_contents(root):
    _, said = make(root, "-n", "lab")
    command = shlex.split(said[-1])[1:]
    own = ["--no-browser", "--allow-root", "--ServerApp.port=0"]
    lab = subprocess.Popen(
        [sys.executable, *command, *own], cwd=root, stderr=subprocess.PIPE, text=True
    )
    try:
        printed = (re.search(r"http://127\.0\.0\.1:\S+", line) for line in lab.stderr)
        address = next(match[0] for match in printed if match)
        with answered(address) as page:
            assert page.url.partition("?")[0].endswith("/lab/tree/README.md")
            assert "jupyter-config-data" in page.read().decode()
    finally:
        lab.terminate()
        lab.wait()
        lab.stderr.close()


def test_the_lab_shows_markdown_and_fetches_no_news(root):
    settings = Path(sys.prefix, "share/jupyter/lab/settings/overrides.json")
    stored = root / "lib/scalelab_book/jupyterlab.json"
    assert json.loads(settings.read_text()) == json.loads(stored.read_text())
