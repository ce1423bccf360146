"""Why no order fits: the shortest prefix that has none, and the few operations that forbid it."""

import math
from bisect import bisect_left
from dataclasses import replace

from ._placing import place

LISTED = 8


def explain(operations, initial):
    """Return the shortest prefix that has no order, the core of it, and in words why."""
    ended = sorted((o for o in operations if o.end < math.inf), key=lambda o: (o.end, o.number))
    prefixes = range(len(ended))

    def unordered(last):
        return place(_prefix(operations, ended[: last + 1]), initial) is None

    last = bisect_left(prefixes, True, key=unordered)
    # It is no write: one that ends may always be the last in the order.
    culprit, prefix = ended[last], _prefix(operations, ended[: last + 1])
    core = _core(prefix, culprit, initial)
    explanation = f"No order explains {culprit}: {_reason(core, culprit, initial)}"
    return tuple(prefix), tuple(core), explanation


def _prefix(operations, ended):
    """Return what had started when the last of `ended` did end, the rest without an end."""
    now, known = ended[-1].end, set(ended)
    running = [
        replace(o, end=math.inf, succeeded=None)
        for o in operations
        if o not in known and o.left and o.start <= now
    ]
    return sorted([*ended, *running], key=lambda o: o.number)


def _core(prefix, culprit, initial):
    """Return operations that have no order, all of them needed for that: drop halves, then less.

    First the values go, with whoever left or saw them; then single operations.
    """
    values = {value: [] for o in prefix for value in (*o.seen, *o.left)}
    for o in prefix:
        for value in {*o.seen, *o.left}:
            values[value].append(o)
    groups = [group for group in values.values() if culprit not in group]
    core = prefix
    for parts in groups, [[o] for o in prefix if o != culprit]:
        size = len(parts)
        while size:
            for i in range(0, len(parts), size):
                dropped = {o for part in parts[i : i + size] for o in part}.intersection(core)
                rest = [o for o in core if o not in dropped]
                if dropped and not _needed(dropped, rest) and place(rest, initial) is None:
                    core = rest
            size //= 2
    return core


def _needed(dropped, rest):
    """Return whether `rest` may have no order only because `dropped` are missing.

    Somebody saw a value that one of them left; or failed, which any change could explain.
    """
    left = {value for o in dropped for value in o.left}
    return any(left.intersection(o.seen) or (left and o.succeeded is False) for o in rest)


def _reason(core, culprit, initial):
    if culprit.succeeded is False:
        reason = f"the register held {culprit.expected!r} all that time."
    else:
        (value,) = culprit.seen
        if value != initial and not any(value in o.left for o in core if o != culprit):
            return f"nobody had started to write {value!r} before it ended."
        others = [o for o in core if {*o.seen, *o.left} - {value} and o.end < culprit.start]
        reason = f"the register cannot have held {value!r} at that time."
        if others:
            newest = max(others, key=lambda o: o.end)
            reason = f"{value!r} had been replaced before it started, since {newest} had ended."
    if len(core) <= LISTED:
        listed = ", ".join(map(str, core))
        reason += f" These {len(core)} operations are enough to see it: {listed}."
    return reason
