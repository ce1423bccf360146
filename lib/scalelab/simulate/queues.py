"""One line in front of one server or many, request by request."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..stats import generator
from .draws import begin
from .kernels import one_line
from .responses import Responses
from .work import law, number


@dataclass(frozen=True, eq=False)
class QueueRun(Responses):
    """A run of `queue`.

    Attributes
    ----------
    mean_wait : float
        Mean time in the line, warm-up left out.
    """

    mean_wait: float
    _arguments: tuple = field(repr=False)

    @cached_property
    def waits(self):
        """The wait of each request after the warm-up: the run once more from its seed, kept."""
        *arguments, requests, skip, seed = self._arguments
        waits = np.empty(requests - skip)
        one_line(begin(generator(seed)), *arguments, requests, skip, waits)
        return waits


def queue(
    arrival_rate,
    service_rate,
    servers=1,
    requests=1_000_000,
    seed=0,
    *,
    service="exponential",
    shape=1.5,
    warmup=0.1,
):
    """Simulate one line of requests in front of `servers` servers, first come, first served.

    Parameters
    ----------
    arrival_rate, service_rate : float
        Requests per second: those that come, at random, and those that one busy server answers.
        Where more come than can be answered the line grows as long as the run lasts.
    servers, requests, seed : int
        The same seed gives the same answer.
    service, shape : str, float
        The law of the service time: see `service_scv`.
    warmup : float
        Fraction of the requests, the first, that are left out: the line is empty at the start.

    Returns
    -------
    QueueRun
        ``.mean_wait``, ``.mean_response``, ``.quantile(q)`` of responses, and ``.waits``. Times
        are in seconds.

    Notes
    -----
    One server follows Lindley's recursion (1952), many that of Kiefer and Wolfowitz (1955).

    Examples
    --------
    >>> run = queue(arrival_rate=0.8, service_rate=1.0, requests=1_000_000, seed=1)
    >>> bool(abs(run.mean_response - 5.0) < 0.25)
    True
    """
    arrival_rate = number("arrival_rate", arrival_rate, above=0)
    service_rate = number("service_rate", service_rate, above=0)
    servers = number("servers", servers, least=1, whole=True)
    requests = number("requests", requests, least=1, whole=True)
    skip = int(number("warmup", warmup, least=0, below=1) * requests)
    work = law(service, shape)
    arguments = 1 / arrival_rate, work, 1 / service_rate, servers, requests, skip
    waited, responded, histogram = one_line(begin(generator(seed)), *arguments, np.empty(0))
    measured = requests - skip
    return QueueRun(responded / measured, histogram, waited / measured, (*arguments, seed))
