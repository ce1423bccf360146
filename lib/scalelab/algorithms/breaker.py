"""A switch in front of a dependency that fails."""

from ._arguments import moment, number


class CircuitBreaker:
    """Closed, it lets calls through and counts failures; open, it refuses them for a while.

    After `failures` failures in a row it opens. `reset` seconds later it is half open: one call
    is let through to try, and all others are refused until its answer is recorded. A success
    closes the breaker, a failure opens it for another `reset` seconds.

    Each call that was allowed is to be recorded. Answers that arrive while it is open, from calls
    that were sent before, change nothing.

    Source: Nygard, *Release It!* (2007).

    Parameters
    ----------
    failures : int
        Failures in a row that open it.
    reset : float
        Seconds that it stays open.

    Attributes
    ----------
    state : {"closed", "open", "half_open"}

    Examples
    --------
    >>> breaker = CircuitBreaker(failures=2, reset=10)
    >>> for now in (0, 1):
    ...     breaker.record(False, now)
    >>> breaker.allow(10.9), breaker.allow(11), breaker.allow(11.1)
    (False, True, False)
    >>> breaker.record(True, now=12)
    >>> breaker.state
    'closed'
    """

    def __init__(self, failures=5, reset=30):
        self.failures = number("failures", failures, least=1, whole=True)
        self.reset = number("reset", reset, above=0)
        self.state = "closed"
        self.failed = 0
        self.opened = self.last = 0.0

    def allow(self, now):
        """Return whether a call at `now`, in seconds, may be sent."""
        now = self.last = moment(now, self.last)
        if self.state == "open" and now >= self.opened + self.reset:
            self.state = "half_open"
            return True
        return self.state == "closed"

    def record(self, success, now):
        """Take note at `now` that a call has succeeded (`success` is True) or failed (False)."""
        if success not in (True, False):
            raise ValueError(f"success is {success!r}: it must be True or False")
        now = self.last = moment(now, self.last)
        if self.state == "open":
            return
        self.failed = 0 if success else self.failed + 1
        if success:
            self.state = "closed"
        elif self.state == "half_open" or self.failed >= self.failures:
            self.state, self.opened = "open", now
