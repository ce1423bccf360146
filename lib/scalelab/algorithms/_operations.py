"""Reads and writes with a start and an end, as a client saw them."""

import math
from dataclasses import dataclass

from ._arguments import alike, hashable, label, number


@dataclass(frozen=True)
class Operation:
    """One read or write of one client, made by `read` or `write`."""

    kind: str
    client: str
    value: object
    start: float
    end: float
    key: object
    number: int = 0

    def __str__(self):
        when = f"{self.start:g} to {self.end:g} s"
        if self.end == math.inf:
            when = f"from {self.start:g} s on"
        return f"the {self.kind} of {self.value!r} by {self.client} ({when})"


def read(client, value, start, end=math.inf, key=None):
    """Return the read by which `client` saw `value`, between `start` and `end` in seconds.

    Examples
    --------
    >>> print(read("b", 1, start=1, end=2))
    the read of 1 by b (1 to 2 s)
    """
    return _operation("read", client, value, start, end, key)


def write(client, value, start, end=math.inf, key=None):
    """Return the write of `value`; one that was never answered has no end.

    Examples
    --------
    >>> print(write("a", 1, start=0))
    the write of 1 by a (from 0 s on)
    """
    return _operation("write", client, value, start, end, key)


def _operation(kind, client, value, start, end, key):
    start = number("start", start, least=0)
    if end != math.inf:
        end = number("end", end, least=0)
    if end < start:
        raise ValueError(f"end is {end:g}: it must not lie before the start, {start:g}")
    client, value, key = label("client", client), hashable("value", value), hashable("key", key)
    return Operation(kind, client, value, start, end, key)


def listed(history, initial):
    """Return the operations by key, numbered by their start; unanswered reads are left out."""
    hashable("initial", initial)
    try:
        history = sorted(
            (alike("history has an operation that", o, Operation) for o in history),
            key=lambda o: o.start,
        )
    except TypeError:
        raise ValueError(f"history is {history!r}: it must be a list of operations") from None
    keys = {}
    for i, o in enumerate(history):
        if o.kind == "write" or o.end < math.inf:
            numbered = Operation(o.kind, o.client, o.value, o.start, o.end, o.key, i)
            keys.setdefault(o.key, []).append(numbered)
    return keys


def events(operations):
    """Return (time, operation, whether it starts), in the order of time, starts before ends."""
    starts = [(o.start, o, True) for o in operations]
    ends = [(o.end, o, False) for o in operations if o.end < math.inf]
    return sorted(starts + ends, key=lambda event: (event[0], not event[2], event[1].number))
