"""The compiled loop of `dependency`: one line, a pool of workers, and a heap of what they wait for.

A request stands in one list, in order of arrival, and is known by its place there. The heap holds
one event per busy worker: when it will be free, whose request it has, how long the call took, how
many calls there were with it, and whether it went well.
"""

import heapq
import math

import numpy as np

from ..jit import jit
from .draws import exponential, uniform
from .draws import work as draw_work

CLOSED, OPEN, HALF_OPEN = range(3)
OTHERS, OTHERS_IN_TIME, CALLERS, CALLERS_IN_TIME = range(4)
BUSY, CALLS, WAITING = range(3)
SMOOTHING, WARMUP = 0.2, 10


@jit
def learn(latency, inside, learned, rules):
    """Change the limit after a call, as `GradientLimit.update` does."""
    least, most, queue, tolerance, window = rules
    learned[2] = min(learned[2] + 1, WARMUP + 1)
    weight = 1 / learned[2] if learned[2] <= WARMUP else 2 / (window + 1)
    learned[1] += (latency - learned[1]) * weight
    long = learned[1]
    if long > 2 * latency:
        learned[1] *= 0.95
    if inside >= learned[0] / 2:
        gradient = min(1.0, max(0.5, tolerance * long / latency))
        wanted = learned[0] * gradient + queue
        learned[0] = min(most, max(least, learned[0] + (wanted - learned[0]) * SMOOTHING))


@jit
def run(
    stream, gap, share, workers, work, latency, law, slowdown, timeout, breaker, start_limit, rules,
    deadline, duration, interval,
):  # fmt: skip
    """Let requests come for `duration` and each be answered, fail or be refused.

    Return what happened to those that came in each interval, how many workers were busy, calls on
    their way and requests in line at its beginning, how many calls were refused and timed out, when
    all workers were busy for the first time since the slowdown, and when the breaker first opened.
    """
    start, end, factor, slow = slowdown
    watched = start if start < math.inf else 0.0
    trips, rest = breaker
    learned = np.array([start_limit, 0.0, 0.0])
    steps = math.ceil(duration / interval - 1e-9)
    counts, seen = np.zeros((steps, 4), np.int64), np.zeros((steps, 3), np.int64)
    births, asks = [0.0], [False]  # the request with number 0 is nobody's
    ends = [(math.inf, 0, 0.0, 0, False)]
    busy, calls, begun, step = 0, 0, 1, 0
    refused, late, exhausted, opened = 0, 0, math.nan, math.nan
    state, failed, since = CLOSED, 0, 0.0
    between, stream = exponential(stream)
    arrival = between * gap
    if arrival >= duration:
        arrival = math.inf

    while True:
        now = min(arrival, ends[0][0])
        while step < steps and step * interval <= now:
            seen[step, BUSY], seen[step, CALLS] = busy, calls
            seen[step, WAITING] = len(births) - begun
            step += 1
        if now == math.inf:
            break
        if now == arrival:
            births.append(now)
            drawn, stream = uniform(stream)
            asks.append(drawn < share)
            counts[int(now / interval), CALLERS if asks[-1] else OTHERS] += 1
            between, stream = exponential(stream)
            arrival = now + between * gap
            if arrival >= duration:
                arrival = math.inf
        else:
            _, k, took, inside, good = heapq.heappop(ends)
            busy -= 1
            if asks[k]:
                calls -= 1
                late += not good
                if state != OPEN:
                    failed = 0 if good else failed + 1
                    if good:
                        state = CLOSED
                    elif state == HALF_OPEN or failed >= trips:
                        state, since = OPEN, now
                        if math.isnan(opened):
                            opened = now
                learn(took, inside, learned, rules)
            if good and now - births[k] <= deadline:
                spot = int(births[k] / interval)
                counts[spot, CALLERS_IN_TIME if asks[k] else OTHERS_IN_TIME] += 1

        while busy < workers and begun < len(births):
            k = begun
            begun += 1
            if not asks[k]:
                busy += 1
                heapq.heappush(ends, (now + work, k, 0.0, 0, True))
                continue
            if calls >= int(learned[0]):
                refused += 1
                continue
            if state == OPEN and now >= since + rest:
                state = HALF_OPEN
            elif state != CLOSED:
                refused += 1
                continue
            length, stream = draw_work(stream, law)
            takes = length * latency
            if start <= now < end:
                drawn, stream = uniform(stream) if slow < 1 else (0.0, stream)
                if drawn < slow:
                    takes *= factor
            busy += 1
            calls += 1
            took = min(takes, timeout)
            heapq.heappush(ends, (now + took, k, took, calls, takes <= timeout))
        if busy == workers and now >= watched and math.isnan(exhausted):
            exhausted = now
    return counts, seen, refused, late, exhausted, opened
