"""The response times of a run: their mean, and quantiles from a histogram."""

from dataclasses import dataclass, field

import numpy as np

from ..stats import quantile
from .kernels import BUCKETS, LOWEST

EDGES = (np.arange(LOWEST, LOWEST + BUCKETS + 1) << 44).view(float)


@dataclass(frozen=True, eq=False)
class Responses:
    """What a simulation tells of its response times.

    Attributes
    ----------
    mean_response : float
        Mean time from a request's arrival to its answer, warm-up left out; in seconds, but for a
        `balancer` in mean service times.
    """

    mean_response: float
    _histogram: np.ndarray = field(repr=False)

    def quantile(self, q):
        """Return the time within which a fraction `q` of the requests was answered.

        Times are counted and not kept, so memory does not grow with the requests; the answer is
        within 0.2 % of the exact one.

        Parameters
        ----------
        q : float or array
            0 <= q <= 1.
        """
        quantile([0], q)
        counted = np.cumsum(self._histogram)
        rank = np.maximum(np.ceil(np.asarray(q) * counted[-1]), 1)
        spot = np.searchsorted(counted, rank)
        return ((EDGES[spot] + EDGES[spot + 1]) / 2)[()]
