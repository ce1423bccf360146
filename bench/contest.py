"""Timing: who takes part in a task, side by side in one run, and the rows that come of it.

A side is called with the number of requests that it is to do. All sides of a task take turns, so
that a machine that is slow for a while is slow for all of them, and each has the median of its
times.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata

RUNS = 3


@dataclass(frozen=True)
class Side:
    """Something to time: `run(count)` does `count` requests, or keys, or draws."""

    run: Callable
    count: int


@dataclass(frozen=True)
class Peer:
    """A library that does the same, by its package name; `side` is None where it is not here."""

    name: str
    goal: float
    side: Side | None


@dataclass(frozen=True)
class Limit:
    """What no program on this machine can do faster, and the share of it that is the goal."""

    name: str
    side: Side
    goal: float | None = None


@dataclass(frozen=True)
class Row:
    """One goal and what came of it; `ours` and `theirs` are in `unit`."""

    group: str
    task: str
    against: str
    version: str | None
    unit: str
    ours: float
    theirs: float | None
    ratio: float | None
    goal: float | None
    share: float | None = None
    apart: float | None = None  # how far the two answers are from each other
    allowed: float | None = None
    met: bool | None = field(init=False)

    def __post_init__(self):
        met = None
        if self.ratio is not None and self.goal is not None:
            agreed = self.apart is None or self.apart <= self.allowed
            met = bool(self.ratio >= self.goal and agreed)
        object.__setattr__(self, "met", met)


def version(package):
    """Return the version of an installed package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def rates(sides, runs=RUNS):
    """Return the median requests per second of each side, and what each returned last."""
    for side in sides:
        side.run(min(side.count, 1000))  # compiles, fills caches
    seconds, answers = [[] for _ in sides], [None] * len(sides)
    for _ in range(runs):
        for k, side in enumerate(sides):
            start = time.perf_counter()
            answers[k] = side.run(side.count)
            seconds[k].append(time.perf_counter() - start)
    medians = [statistics.median(times) for times in seconds]
    return [side.count / took for side, took in zip(sides, medians, strict=True)], answers


def contest(group, task, ours, peers=(), limit=None):
    """Time a task; return a row for each peer, and one for the limit if it is a goal."""
    here = [peer for peer in peers if peer.side]
    sides = [ours, *(peer.side for peer in here), *([limit.side] if limit else [])]
    reached, _ = rates(sides)
    mine = reached[0] / 1e6
    theirs = dict(zip((peer.name for peer in here), reached[1:], strict=False))
    share = reached[0] / reached[-1] if limit else None
    rows = []
    for peer in peers:
        rate = theirs[peer.name] / 1e6 if peer.side else None
        ratio = mine / rate if rate else None
        known = version(peer.name) if peer.side else None
        rows.append(Row(group, task, peer.name, known, "M/s", mine, rate, ratio, peer.goal, share))
    if limit and limit.goal:
        most = reached[-1] / 1e6
        rows.append(Row(group, task, limit.name, "", "M/s", mine, most, share, limit.goal))
    return rows


def allowance(group, task, unit, ours, most):
    """Return a row for something that may cost at most so much."""
    allowed = f"{most:g} {unit} allowed"
    return Row(group, task, allowed, "", unit, ours, most, most / ours, 1)
