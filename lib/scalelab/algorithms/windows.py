"""Two windows that move along with time."""

from collections import deque

from ._arguments import moment, number


class SlidingWindowLog:
    """At most `limit` requests in any `window` seconds, by remembering when each was let in.

    Parameters
    ----------
    limit : int
        How many, at least 1.
    window : float
        Seconds.

    Examples
    --------
    >>> limiter = SlidingWindowLog(limit=2, window=1.0)
    >>> [limiter.admit(now) for now in (0.0, 0.9, 0.95, 1.0, 1.5)]
    [True, True, False, True, False]
    """

    def __init__(self, limit, window):
        self.limit = number("limit", limit, least=1, whole=True)
        self.window = number("window", window, above=0)
        self.admitted = deque()
        self.last = 0.0

    def admit(self, now):
        """Return whether a request at `now`, in seconds, is let in."""
        now = self.last = moment(now, self.last)
        while self.admitted and self.admitted[0] <= now - self.window:
            self.admitted.popleft()
        if len(self.admitted) == self.limit:
            return False
        self.admitted.append(now)
        return True


class SlidingWindowCounter:
    """About `limit` requests in any `window` seconds, from the counts of two fixed windows.

    The requests of the window before are taken to have come evenly: when a quarter of this one is
    over, three quarters of them still count. Where they all came at its end, twice the limit can
    pass within `window` seconds.

    Source: Cloudflare, *How we built rate limiting capable of scaling to millions of domains*
    (2017).

    Parameters
    ----------
    limit : int
        How many, at least 1.
    window : float
        Seconds.

    Examples
    --------
    42 requests in one minute and 18 in the next count as 49.5 when a quarter of it is over.

    >>> limiter = SlidingWindowCounter(limit=50, window=60)
    >>> come = [*range(42), *(70 + i / 4 for i in range(18))]
    >>> all(limiter.admit(now) for now in come), limiter.admit(75), limiter.admit(75)
    (True, True, False)
    """

    def __init__(self, limit, window):
        self.limit = number("limit", limit, least=1, whole=True)
        self.window = number("window", window, above=0)
        self.index = 0
        self.before = self.count = 0
        self.last = 0.0

    def admit(self, now):
        """Return whether a request at `now`, in seconds, is let in."""
        now = self.last = moment(now, self.last)
        index, into = divmod(now, self.window)
        if index > self.index:
            self.before = self.count if index == self.index + 1 else 0
            self.index, self.count = index, 0
        if self.before * (1 - into / self.window) + self.count >= self.limit:
            return False
        self.count += 1
        return True
