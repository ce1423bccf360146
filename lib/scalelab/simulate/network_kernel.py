"""The compiled loop of `network`: one heap of events, and no event where the order is known.

Timeouts come in the order in which attempts were sent, so they stand in a list and not in the
heap; an answer takes its attempt out of the middle. The heap holds only the ends of services, one
per busy server, and retries that wait for their turn.

An attempt has a number, used again when it has left the last tier. Number 0 is nobody's: there the
list of attempts whose client waits begins and ends, and the list of unused numbers begins.
"""

import math

import numpy as np

from ..jit import jit, whole
from .heaps import heappop, heappush, heapreplace
from .kernels import BUCKETS, bucket

RETRY = -1
ARRIVED, SENT, ANSWERED, FAILED = range(4)


@jit
def next_arrival(rng, now, gap, spike):
    """Return the next time of a Poisson process that is `factor` times as fast in the spike."""
    start, end, factor = spike
    left = rng.standard_exponential() * gap
    for until, speed in (start, 1.0), (end, factor):
        if now < until:
            if now + left / speed <= until:
                return now + left / speed
            left -= (until - now) * speed
            now = until
    return now + left


@jit
def enroll(born, request, tried, calls):
    """Return the number of a new attempt, not yet sent, for a request."""
    births, sent, owner, tries, after, older, newer = calls
    call = after[0]
    if call == 0:
        call = len(births)
        for times in births, sent:
            times.append(0.0)
        for numbers in owner, tries, after, older, newer:
            numbers.append(0)
    else:
        after[0] = after[call]
    births[call], owner[call], tries[call] = born, request, tried
    return call


@jit
def turn_away(call, older, newer):
    """Take an attempt out of the list of those whose client waits."""
    newer[older[call]], older[newer[call]] = newer[call], older[call]
    newer[call] = call


@jit
def serve(rng, now, tier, call, means, slowdown, events, over):
    """Let a free server of `tier` begin with an attempt; the first event makes way if `over`."""
    start, end, factor = slowdown
    work = rng.standard_exponential() * means[tier]
    if start <= now < end:
        work *= factor
    if over:
        heapreplace(events, (now + work, tier, call))
    else:
        heappush(events, (now + work, tier, call))


@jit
def count(what, now, interval, counts):
    """Add one to the timeline."""
    spot = 4 * int(now / interval) + what
    while len(counts) <= spot:
        counts.append(0)
    counts[spot] += 1


@jit
def run(rng, gap, servers, means, requests, skip, client, breaker, spike, slowdown, interval):
    """Let all requests come and each be answered or fail.

    Return how many were answered, their responses' sum and histogram, the attempts sent, served to
    the end and served for nobody, between which times the requests came, and the timeline.
    """
    timeout, attempts, base, cap, jitter, ratio, reserve = client
    trips, rest = breaker
    tiers = len(servers)
    histogram = whole(BUCKETS)
    counts, busy, first, last = [0], [0] * tiers, [0] * tiers, [0] * tiers
    births, sent = [0.0], [0.0]
    owner, tries, after, older, newer = [0], [0], [0], [0], [0]
    calls = births, sent, owner, tries, after, older, newer
    events = [(math.inf, RETRY, 0)]
    responded, since, latest = 0.0, 0.0, 0.0
    arrived, unresolved, answered, taken, done, wasted = 0, 0, 0, 0, 0, 0
    tokens, failures, reopens, probe = reserve, 0, -1.0, 0
    arrival = next_arrival(rng, 0.0, gap, spike)

    while arrived < requests or unresolved > 0:
        oldest = newer[0]
        deadline = sent[oldest] + timeout if oldest else math.inf
        now = min(arrival, deadline, events[0][0])
        # An attempt to send, one that comes to a tier, and whether the heap's first event is over.
        send, join, tier, over = 0, 0, 0, False

        if now == arrival:
            if arrived == skip:
                since = latest
            latest = now
            count(ARRIVED, now, interval, counts)
            send = enroll(now, arrived, 0, calls)
            tokens = min(tokens + ratio, reserve)
            arrived += 1
            unresolved += 1
            arrival = next_arrival(rng, now, gap, spike) if arrived < requests else math.inf
        elif now == deadline:
            turn_away(oldest, older, newer)
            failures += 1
            if oldest == probe or (reopens < 0 and failures >= trips):
                reopens, probe = now + rest, 0
            if tries[oldest] < attempts and tokens + 1e-6 >= 1:
                tokens -= 1
                send = enroll(births[oldest], owner[oldest], tries[oldest], calls)
                pause = min(base * 2.0 ** (tries[oldest] - 1), cap)
                if jitter > 0:
                    pause *= 1 - jitter * rng.random()
                if pause > 0:
                    heappush(events, (now + pause, RETRY, send))
                    send = 0
            else:
                count(FAILED, now, interval, counts)
                unresolved -= 1
        else:
            _, tier, call = events[0]
            over = True
            if tier == RETRY:
                send = call
            else:
                follower = first[tier]
                if follower:
                    first[tier] = after[follower]
                    serve(rng, now, tier, follower, means, slowdown, events, over)
                    over = False
                else:
                    busy[tier] -= 1
                tier += 1
                if tier < tiers:
                    join = call
                else:
                    done += arrived > skip
                    if newer[call] == call:
                        wasted += arrived > skip
                    else:
                        turn_away(call, older, newer)
                        count(ANSWERED, now, interval, counts)
                        unresolved -= 1
                        if reopens < 0 or call == probe:
                            failures, reopens, probe = 0, -1.0, 0
                        if owner[call] >= skip:
                            answered += 1
                            responded += now - births[call]
                            histogram[bucket(now - births[call])] += 1
                    after[call], after[0] = after[0], call

        if send:
            if reopens >= 0 and (probe or now < reopens):
                count(FAILED, now, interval, counts)
                unresolved -= 1
                after[send], after[0] = after[0], send
            else:
                if reopens >= 0:
                    probe = send
                sent[send] = now
                tries[send] += 1
                taken += owner[send] >= skip
                count(SENT, now, interval, counts)
                newer[older[0]], older[send], newer[send], older[0] = send, older[0], 0, send
                join, tier = send, 0

        if join:
            if busy[tier] < servers[tier]:
                busy[tier] += 1
                serve(rng, now, tier, join, means, slowdown, events, over)
                over = False
            else:
                if first[tier]:
                    after[last[tier]] = join
                else:
                    first[tier] = join
                last[tier], after[join] = join, 0
        if over:
            heappop(events)
    counted = np.asarray(histogram), np.array(counts)
    return answered, responded, counted[0], taken, done, wasted, since, latest, counted[1]
