"""A second request for those that take long."""

import math
from collections import deque

from ._arguments import number


class Hedge:
    """When to send the same request a second time: once it takes longer than most others did.

    With the 95th percentile one request in twenty is sent twice, however slow the slowest are.
    Only for requests that may be done twice, and best to another replica.

    Source: Dean and Barroso, *The tail at scale* (CACM 2013).

    Parameters
    ----------
    q : float
        The quantile of the latencies after which to send again, 0 < q < 1.
    window : int
        How many of the last latencies are kept, in which `q` is found. Nothing is sent twice
        before there are that many.

    Examples
    --------
    >>> hedge = Hedge(q=0.95, window=100)
    >>> for ms in range(1, 101):
    ...     hedge.observe(ms / 1000)
    >>> hedge.delay, hedge.due(0.09), hedge.due(0.1)
    (0.095, False, True)
    """

    def __init__(self, q=0.95, window=100):
        self.q = number("q", q, above=0, below=1)
        self.latencies = deque(maxlen=number("window", window, least=1, whole=True))

    @property
    def delay(self):
        """How long to wait for the first answer, in seconds; infinite until enough are known."""
        if len(self.latencies) < self.latencies.maxlen:
            return math.inf
        rank = math.ceil(self.q * len(self.latencies) - 1e-9)
        return sorted(self.latencies)[rank - 1]

    def observe(self, latency):
        """Take note that an answer took `latency` seconds."""
        self.latencies.append(number("latency", latency, least=0))

    def due(self, elapsed):
        """Return whether a request that waits for `elapsed` seconds is to be sent again."""
        return number("elapsed", elapsed, least=0) > self.delay
