"""The environment that holds the peers: it sees what .venv has, and has them on top.

They are not in requirements.txt: some need packages in versions that the book's tools cannot take.
"""

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "_build" / "peers-{}.{}".format(*sys.version_info)
QUIET = "--quiet", "--disable-pip-version-check", "--retries", "1"


def wanted():
    """Return the requirements of the extra `bench` that this platform can meet."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    peers = [Requirement(text) for text in project["optional-dependencies"]["bench"]]
    return [peer for peer in peers if peer.marker is None or peer.marker.evaluate()]


def prepare(place=PLACE):
    """Install what is lacking, and return the interpreter to use.

    A peer that cannot be had is named and left out.
    """
    python = place / "bin" / "python"
    if not (place / "bin" / "pip").exists():
        print(f"Preparing the peers in {place}, once.", flush=True)
        failure = make(place)
        if failure:
            print(f"They cannot be prepared, so only those in .venv take part: {failure}")
            return Path(sys.executable)
    for peer in wanted():
        name = f"{peer.name}{peer.specifier}"
        failure = run(str(python), "-m", "pip", "install", *QUIET, name)
        if failure:
            print(f"{name} cannot be had and does not take part: {failure}", flush=True)
    return python


def make(place):
    """Make the environment at `place`, with pip; return why that failed, or nothing."""
    here = sys.executable
    failure = run(here, "-m", "uv", "venv", "--quiet", "--clear", "--seed", "--python", here, place)
    if not failure:
        there = Path(sysconfig.get_path("purelib", vars={"base": str(place)}))
        packages = sysconfig.get_path("purelib")
        (there / "lab.pth").write_text(f"import site; site.addsitedir({packages!r})\n")
    return failure


def run(*command):
    """Run a command; return the last line that it said if it failed, or nothing."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
    return said[-1] if done.returncode else ""
