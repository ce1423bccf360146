"""Limiters: who may come in now, and who has to be turned away.

A *rate* limiter answers ``admit(now)`` from how many came before.

======================  =====================================================================
`TokenBucket`           at most ``rate * t + burst`` in any t seconds; lets bursts through
`GCRA`                  the same answers from a single number, the next expected arrival
`LeakyBucket`           the same answers, but who is let in waits and leaves at an even pace
`SlidingWindowLog`      at most ``limit`` in any window; remembers each arrival
`SlidingWindowCounter`  about that, from two numbers
======================  =====================================================================

A *concurrency* limiter looks at how many are inside, which is what overload is about: by Little's
law, a dependency that answers ten times slower holds ten times as many requests at the same rate.

=================  ==========================================================================
`Bulkhead`         a fixed number inside, a fixed number in the line before it
`GradientLimit`    finds that number from the latencies, and follows it
=================  ==========================================================================

A clock is passed in as ``now``, in seconds >= 0; going back in time is an error.

In production: the limiters of NGINX, Envoy or HAProxy; in Python, `limits`. All keep their state in
one place, such as Redis, where many servers share a limit.
"""

from .buckets import GCRA, LeakyBucket, TokenBucket
from .concurrency import Bulkhead, GradientLimit
from .windows import SlidingWindowCounter, SlidingWindowLog

__all__ = [
    "GCRA",
    "Bulkhead",
    "GradientLimit",
    "LeakyBucket",
    "SlidingWindowCounter",
    "SlidingWindowLog",
    "TokenBucket",
]
