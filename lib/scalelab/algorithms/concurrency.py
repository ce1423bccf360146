"""Limits on how many requests are inside at the same time."""

from ._arguments import number


class Bulkhead:
    """A compartment: `limit` requests inside, at most `queue` in line, the rest turned away.

    One slow dependency fills its own compartment and not the ship. Nygard, *Release It!* (2007).

    Parameters
    ----------
    limit, queue : int
        How many may be inside, and how many may wait.

    Attributes
    ----------
    inside, waiting : int
        How many are, and do.

    Examples
    --------
    >>> bulkhead = Bulkhead(limit=1, queue=1)
    >>> bulkhead.enter(), bulkhead.enter(), bulkhead.enter()
    ('inside', 'waiting', 'refused')
    >>> bulkhead.leave()
    >>> bulkhead.inside, bulkhead.waiting
    (1, 0)
    """

    def __init__(self, limit, queue=0):
        self.limit = number("limit", limit, least=1, whole=True)
        self.queue = number("queue", queue, least=0, whole=True)
        self.inside = self.waiting = 0

    def enter(self):
        """Return where a request finds itself: "inside", "waiting" or "refused"."""
        if self.inside < self.limit:
            self.inside += 1
            return "inside"
        if self.waiting < self.queue:
            self.waiting += 1
            return "waiting"
        return "refused"

    def leave(self):
        """Let one request out; the first of those in line takes its place.

        Raises
        ------
        ValueError
            Nobody is inside.
        """
        if not self.inside:
            raise ValueError("inside is 0: nobody is there to leave")
        if self.waiting:
            self.waiting -= 1
        else:
            self.inside -= 1


class GradientLimit:
    """A concurrency limit that is found from latencies: Netflix's Gradient2.

    Where requests take `tolerance` times as long as they do on the long run, they wait for each
    other: the limit shrinks by their ratio, at most by half. Otherwise it grows by the `queue`
    that is allowed. A change is taken over by a fifth.

    In front of a server that can do ``n`` at once without waiting, it settles near
    ``tolerance * n + queue``, then creeps up: the long run becomes used to the wait. It sees a
    change for the worse, not how bad things are.

    Source: Netflix, concurrency-limits, ``Gradient2Limit`` (2018), whose defaults these are.

    Parameters
    ----------
    start, least, most : float
        How many may be inside at first, and the bounds of that.
    queue : float
        How many more requests are allowed in while latencies are low.
    tolerance : float
        Ratio of latencies, >= 1, below which nothing is done.
    window : int
        Length of the long run, in requests.

    Attributes
    ----------
    limit : float
        How many may be inside.

    Examples
    --------
    It grows while requests take 0.1 s, and seven that take ten times as long bring it down to half.

    >>> limit = GradientLimit(start=20)
    >>> print(f"{[limit.update(latency=0.1, inside=100) for _ in range(100)][-1]:.0f}")
    100
    >>> print(f"{[limit.update(latency=1.0, inside=100) for _ in range(7)][-1]:.0f}")
    52
    """

    SMOOTHING = 0.2
    WARMUP = 10

    def __init__(self, start=20, least=20, most=200, queue=4, tolerance=1.5, window=600):
        self.least = number("least", least, least=1)
        self.most = number("most", most, least=self.least)
        self.limit = number("start", start, least=1)
        if not self.least <= self.limit <= self.most:
            raise ValueError(f"start is {start}: it must lie from {self.least:g} to {self.most:g}")
        self.queue = number("queue", queue, least=0)
        self.tolerance = number("tolerance", tolerance, least=1)
        self.window = number("window", window, least=1, whole=True)
        self.long, self.samples = 0.0, 0

    def admit(self, inside):
        """Return whether one more may come in while `inside` are there."""
        return number("inside", inside, least=0, whole=True) < int(self.limit)

    def update(self, latency, inside):
        """Return the limit after a request took `latency` seconds while `inside` were there."""
        latency = number("latency", latency, above=0)
        inside = number("inside", inside, least=0, whole=True)
        self.samples = min(self.samples + 1, self.WARMUP + 1)
        weight = 1 / self.samples if self.samples <= self.WARMUP else 2 / (self.window + 1)
        self.long += (latency - self.long) * weight
        long = self.long
        if long > 2 * latency:
            self.long *= 0.95
        if inside >= self.limit / 2:
            gradient = min(1.0, max(0.5, self.tolerance * long / latency))
            wanted = self.limit * gradient + self.queue
            smooth = self.limit + (wanted - self.limit) * self.SMOOTHING
            self.limit = min(self.most, max(self.least, smooth))
        return self.limit
