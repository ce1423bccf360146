"""Three buckets that let the same requests in: at most ``rate * t + burst`` in any t seconds."""

from ._arguments import moment, number

SLACK = 1e-6
"""Part of a request that is forgiven: as floats, 0.3 - 0.2 is less than 0.1."""


class TokenBucket:
    """Tokens drip in at `rate` up to `burst`; each request takes one or is refused.

    Parameters
    ----------
    rate : float
        Tokens per second, fractions included: none is lost between two calls.
    burst : float
        The most tokens it holds, at least 1: how many requests may come at once. It starts full.

    Examples
    --------
    >>> bucket = TokenBucket(rate=1, burst=2)
    >>> [bucket.admit(now) for now in (0.0, 0.1, 0.2, 1.0, 1.1)]
    [True, True, False, True, False]
    """

    def __init__(self, rate, burst):
        self.rate = number("rate", rate, above=0)
        self.burst = number("burst", burst, least=1)
        self.tokens = self.burst
        self.last = 0.0

    def admit(self, now):
        """Return whether a request at `now`, in seconds, is let in."""
        now = moment(now, self.last)
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens + SLACK < 1:
            return False
        self.tokens -= 1
        return True


class GCRA:
    """The generic cell rate algorithm: a token bucket that is a single number.

    Each request is expected ``1 / rate`` after the one before; one may come early by as much as
    ``(burst - 1) / rate``. One number per client is what fits into a shared store.

    Source: ITU-T Recommendation I.371, annex A (virtual scheduling).

    Parameters
    ----------
    rate, burst : float
        Requests per second, and how many may come at once, at least 1.

    Examples
    --------
    >>> limiter = GCRA(rate=1, burst=2)
    >>> [limiter.admit(now) for now in (0.0, 0.1, 0.2, 1.0, 1.1)]
    [True, True, False, True, False]
    """

    def __init__(self, rate, burst):
        self.rate = number("rate", rate, above=0)
        self.early = (number("burst", burst, least=1) - 1) / self.rate
        self.expected = 0.0
        self.last = 0.0

    def admit(self, now):
        """Return whether a request at `now`, in seconds, is let in."""
        now = self.last = moment(now, self.last)
        if now < self.expected - self.early - SLACK / self.rate:
            return False
        self.expected = max(now, self.expected) + 1 / self.rate
        return True


class LeakyBucket:
    """A line that is served at an even pace: who is let in waits, and leaves ``1 / rate`` apart.

    It is the leaky bucket as a queue. (As a meter, which lets go at once, it is the token bucket
    seen from the other side.) It lets in whom a token bucket with ``burst = capacity + 1`` does,
    but what comes out has no bursts.

    Parameters
    ----------
    rate : float
        Requests that leave per second.
    capacity : float
        How many may wait, at least 0; one more finds the line full.

    Attributes
    ----------
    leaves : float
        When the request that was let in last leaves, in seconds.

    Examples
    --------
    >>> bucket = LeakyBucket(rate=1, capacity=1)
    >>> [(bucket.admit(now), bucket.leaves) for now in (0.5, 0.6, 0.7, 1.5)]
    [(True, 0.5), (True, 1.5), (False, 1.5), (True, 2.5)]
    """

    def __init__(self, rate, capacity):
        self.rate = number("rate", rate, above=0)
        self.capacity = number("capacity", capacity, least=0)
        self.leaves = -1 / self.rate
        self.last = 0.0

    def admit(self, now):
        """Return whether a request at `now`, in seconds, is let in."""
        now = self.last = moment(now, self.last)
        leaves = max(now, self.leaves + 1 / self.rate)
        if (leaves - now) * self.rate > self.capacity + SLACK:
            return False
        self.leaves = leaves
        return True
