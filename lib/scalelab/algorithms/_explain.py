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
    # It is a read: a write that ends may always be the last one in the order.
    culprit, prefix = ended[last], _prefix(operations, ended[: last + 1])
    core = _core(prefix, culprit, initial)
    explanation = f"No order explains {culprit}: {_reason(core, culprit, initial)}"
    return tuple(prefix), tuple(core), explanation


def _prefix(operations, ended):
    """Return what had started when the last of `ended` did end, the rest without an end."""
    now, known = ended[-1].end, set(ended)
    running = [
        replace(o, end=math.inf)
        for o in operations
        if o not in known and o.kind == "write" and o.start <= now
    ]
    return sorted([*ended, *running], key=lambda o: o.number)


def _core(prefix, culprit, initial):
    """Return operations that have no order, all of them needed for that: drop halves, then less.

    First the values go, with whoever wrote or read them; then single operations, but no write
    whose value is still read.
    """
    values = {o.value: [] for o in prefix if o.value != culprit.value}
    for o in prefix:
        values.get(o.value, []).append(o)
    core = prefix
    for groups in list(values.values()), [[o] for o in prefix if o != culprit]:
        size = len(groups)
        while size:
            for i in range(0, len(groups), size):
                dropped = {o for group in groups[i : i + size] for o in group}.intersection(core)
                rest = [o for o in core if o not in dropped]
                shown = {o.value for o in rest if o.kind == "read"}
                unwritten = any(o.kind == "write" and o.value in shown for o in dropped)
                if dropped and not unwritten and place(rest, initial) is None:
                    core = rest
            size //= 2
    return core


def _reason(core, culprit, initial):
    value = culprit.value
    if value != initial and not any((o.kind, o.value) == ("write", value) for o in core):
        return f"nobody had started to write {value!r} before it ended."
    newer = [o for o in core if o.value != value and o.end < culprit.start]
    newest = max(newer, key=lambda o: o.end)
    reason = f"{value!r} had been replaced before it started, since {newest} had ended."
    if len(core) <= LISTED:
        listed = ", ".join(map(str, core))
        reason += f" These {len(core)} operations are enough to see it: {listed}."
    return reason
