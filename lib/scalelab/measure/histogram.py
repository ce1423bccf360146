"""Latencies in an HDR histogram: small, mergeable, with quantiles of a bounded error.

A list of all latencies grows with the traffic, and quantiles of different machines cannot be
averaged. An HDR histogram counts latencies in buckets that widen with the value, so that
each is known to three digits whatever its size; and counts can be added.

>>> morning, evening = Histogram([0.010, 0.020]), Histogram([0.030] * 2)
>>> day = morning + evening
>>> round(day.quantile(0.5), 3), round(day.quantile(1), 3)
(0.02, 0.03)

Source: Tene, HdrHistogram, https://hdrhistogram.github.io/HdrHistogram/.
"""

from hdrh.histogram import HdrHistogram

HIGHEST = 3_600_000_000  # one hour, in microseconds
DIGITS = 3


class Histogram(HdrHistogram):
    """Counts of latencies between 1 µs and 1 h, each known to 0.1 % or half a microsecond.

    Parameters
    ----------
    latencies : iterable of float
        In seconds; what is longer than an hour counts as an hour.
    expected_interval : float, optional
        Seconds in which a client would have sent its next request. For each latency above it,
        the latencies of the requests that the client did *not* send meanwhile are counted too:
        one interval less, two intervals less and so on, down to above 0.
    """

    def __init__(self, latencies=(), expected_interval=None):
        super().__init__(1, HIGHEST, DIGITS)
        interval = 0 if expected_interval is None else max(1, round(expected_interval * 1e6))
        for latency in latencies:
            value = min(max(1, round(latency * 1e6)), HIGHEST)
            self.record_corrected_value(value, interval)

    def quantile(self, q):
        """Latency that a fraction ``q`` of those counted stayed within, in seconds.

        The latency of rank ``q`` × count, rounded, and at least 1; nan where none was counted.

        Raises
        ------
        ValueError
            ``q`` is not between 0 and 1.
        """
        if not 0 <= q <= 1:
            raise ValueError(f"q is {q}: a quantile's fraction is between 0 and 1")
        if not self.total_count:
            return float("nan")
        return self.get_value_at_percentile(100 * q) / 1e6

    def __add__(self, other):
        both = Histogram()
        both.add(self)
        both.add(other)
        return both
