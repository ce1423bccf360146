"""Six cache policies over two traces: against libcachesim, with the same hit ratios."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from scalelab.algorithms import caching

from .contest import Peer, Row, Side, contest, rates, version
from .limits import memory_touches, random_numbers

GROUP = "cache"
GOAL = 6
NAMES = {
    "fifo": "FIFO",
    "lru": "LRU",
    "lfu": "LFU",
    "sieve": "Sieve",
    "s3fifo": "S3FIFO",
    "arc": "ARC",
}
ROOM = 0.01, 0.1  # of the objects
ORACLE = [("time", "<u4"), ("object", "<u8"), ("size", "<u4"), ("next", "<i8")]


def zipf(objects, requests):
    """Return independent requests by Zipf's law; popularity says nothing about the number."""
    names = np.random.default_rng(1).permutation(objects)
    return names[caching.zipf_trace(objects, requests, 1.0, seed=1)]


def shifting(objects, requests):
    """Return a trace shaped as real ones are: what is popular moves on, and scans pass through.

    Every hundred requests the most popular object falls out of favor and each of the others moves
    up. In every tenth stretch of requests all are for objects that nobody asks for again soon, in
    their order, as when a backup reads everything once.
    """
    names = np.random.default_rng(2).permutation(objects)
    moved = np.arange(requests) // 100
    trace = names[(caching.zipf_trace(objects, requests, 0.9, seed=2) + moved) % objects]
    stretch = requests // 100
    for k, start in enumerate(range(9 * stretch, requests, 10 * stretch)):
        part = trace[start : start + stretch]
        part[:] = (np.arange(part.size) + k * stretch) % objects
    return trace


TRACES = {"Zipf": zipf, "shifting": shifting}


@contextmanager
def stored(trace):
    """Give the name of a file with the trace, as libcachesim reads it."""
    records = np.zeros(trace.size, ORACLE)
    records["time"], records["object"] = np.arange(trace.size), trace + 1
    records["size"], records["next"] = 1, -1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "trace.bin")
        records.tofile(file)
        yield str(file)


def in_libcachesim(policy, capacity, file):
    """Return a function that runs the first `count` requests and returns the hit ratio."""
    import libcachesim

    def run(count):
        reader = libcachesim.TraceReader(file, libcachesim.TraceType.ORACLE_GENERAL_TRACE)
        cache = getattr(libcachesim, NAMES[policy])(cache_size=capacity, hashpower=20)
        return 1 - cache.process_trace(reader, max_req=count)[0]

    return run


def rows(scale):
    """Yield the rows of this group; `scale` times the requests of a full run."""
    objects, requests = int(10**6 * scale), int(5 * 10**6 * scale)
    drawn = 2 * requests
    yield from contest(
        GROUP,
        "Zipf draws",
        Side(lambda count: caching.zipf_trace(objects, count, 1.0, seed=1), drawn),
        [Peer("numpy", None, Side(numpy_choice(objects), drawn // 10))],
        random_numbers(0, 1, drawn),
    )
    for name, make in TRACES.items():
        trace = make(objects, requests)
        with stored(trace) as file:
            for policy in NAMES:
                yield both_sizes(policy, name, trace, objects, file)


def numpy_choice(objects):
    """Return NumPy's way to draw by given probabilities."""
    rng, popularity = np.random.default_rng(1), caching.zipf_popularity(objects, 1.0)
    return lambda count: rng.choice(objects, count, p=popularity)


def both_sizes(policy, name, trace, objects, file):
    """Return a row: the less favorable of two cache sizes, and the greater difference in hits."""
    known, sized = version("libcachesim"), []
    for room in ROOM:
        capacity = int(room * objects)

        def ours(count, capacity=capacity):
            return caching.hit_ratio(trace[:count], capacity, policy)

        limit = memory_touches(trace).side
        sides = [Side(ours, trace.size), limit]
        if known:
            sides.append(Side(in_libcachesim(policy, capacity, file), trace.size))
        reached, answers = rates(sides)
        ratio = reached[0] / reached[2] if known else None
        apart = abs(answers[0] - answers[2]) if known else None
        sized.append((ratio, reached, apart))
    ratio, reached, _ = min(sized, key=lambda size: size[0] or size[1][0])
    return Row(
        GROUP,
        f"{policy.upper().replace('S3', 'S3-')}, {name}",
        "libcachesim",
        known,
        "M/s",
        reached[0] / 1e6,
        reached[2] / 1e6 if known else None,
        ratio,
        GOAL,
        share=reached[0] / reached[1],
        apart=max(apart for *_, apart in sized) if known else None,
        allowed=0.003 if policy == "s3fifo" else 0.00005,
    )
