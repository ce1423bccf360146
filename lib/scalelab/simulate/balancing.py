"""A line at each server and a balancer before them: who gets the next request?"""

from dataclasses import dataclass, field

import numpy as np

from ..jit import given
from ..stats import generator
from .addresses import alias, shares
from .balancing_kernel import (
    RANDOM,
    ROUND_ROBIN,
    SHORTEST_OF_ALL,
    SHORTEST_OF_SOME,
    WEIGHTED,
    lines,
)
from .draws import begin
from .kernels import throw
from .responses import Responses
from .shortest_kernel import shortest_line
from .work import fleet, law, named, number, speed_of_each

POLICIES = {
    "random": RANDOM,
    "round_robin": ROUND_ROBIN,
    "least_connections": SHORTEST_OF_ALL,
    "power_of_d": SHORTEST_OF_SOME,
    "ip_hash": WEIGHTED,
}


@dataclass(frozen=True, eq=False)
class BalancerRun(Responses):
    """A run of `balancer`.

    Attributes
    ----------
    requests_by_server : int array, shape (servers,)
        All requests, those of the warm-up too.
    queue_tail : float array
        ``queue_tail[i]`` is the fraction of servers that hold at least i requests, as arriving
        requests find them. They come at random, so they see what is true on average over time.
    max_queue : int
        The most requests that one server ever held.
    responses : float array, shape (requests after the warm-up,), or None
        Times, in order of arrival; only where `keep` asked for them.
    """

    requests_by_server: np.ndarray = field(repr=False)
    queue_tail: np.ndarray = field(repr=False)
    max_queue: int
    responses: np.ndarray | None = field(repr=False)


def balancer(
    policy,
    servers,
    utilization,
    requests=1_000_000,
    seed=0,
    choices=2,
    *,
    speeds=None,
    service="exponential",
    shape=1.5,
    update_interval=0.0,
    addresses=None,
    zipf_exponent=1.0,
    warmup=0.1,
    keep=False,
):
    """Simulate a load balancer; requests come at random and each server has its own line.

    Parameters
    ----------
    policy : {"random", "round_robin", "least_connections", "power_of_d", "ip_hash"}
        "power_of_d" looks at `choices` different servers and takes the one with the fewest
        requests, waiting or in service; "least_connections" looks at all. Ties go to any of the
        least, at random.
    servers : int
        How many.
    utilization : float
        Arrival rate over the sum of all speeds, 0 < utilization < 1. One server alone may get more
        than it can answer; its line then grows as long as the run lasts.
    requests, seed : int
        The same seed gives the same answer.
    choices : int
        For "power_of_d": 1 to `servers`.
    speeds : array_like, shape (servers,), optional
        A request of work w takes w / speed. All 1 if not given.
    service, shape : str, float
        The law of the work, of mean 1: see `service_scv`.
    update_interval : float
        The balancer sees the lines as they were at the last bulletin, and this is the time between
        two of them; with 0 it always sees them as they are. Policies that do not look do not mind.
    addresses : int, optional
        For "ip_hash": so many client addresses, the k-th of which sends a share of the requests
        proportional to k**-zipf_exponent, each hashed to a server by the seed. If not given,
        every request has an address of its own.
    zipf_exponent : float
        How unequal the shares are; 0 where all are alike.
    warmup : float
        Fraction of the requests, the first, that are left out: all lines are empty at the start.
    keep : bool
        Keep all response times, 8 bytes each.

    Returns
    -------
    BalancerRun
        ``.mean_response``, ``.quantile(q)``, ``.requests_by_server``, ``.queue_tail``,
        ``.max_queue`` and ``.responses``. Times are in mean service times at speed 1.

    Notes
    -----
    Two choices: Vvedenskaya, Dobrushin and Karpelevich (1996), Mitzenmacher (2001),
    doi:10.1109/71.963420, who also has the bulletins (2000), doi:10.1109/71.824633.

    Examples
    --------
    >>> for policy in ("random", "round_robin", "power_of_d", "least_connections"):
    ...     run = balancer(policy, servers=100, utilization=0.9, requests=1_000_000, seed=1)
    ...     print(f"{policy:17} {run.mean_response:4.1f}")
    random            10.3
    round_robin        5.4
    power_of_d         2.6
    least_connections  1.1
    """
    kind = POLICIES[named("policy", policy, POLICIES)]
    servers, utilization, requests, choices = fleet(policy, servers, utilization, requests, choices)
    speeds = speed_of_each(speeds, servers)
    interval = number("update_interval", update_interval, least=0)
    skip = int(number("warmup", warmup, least=0, below=1) * requests)
    zipf_exponent = number("zipf_exponent", zipf_exponent, least=0)
    if addresses is not None and kind != WEIGHTED:
        raise ValueError(
            f"addresses is given: policy {policy!r} does not look at them, only 'ip_hash'"
        )
    work = law(service, shape)
    gap = 1 / (utilization * float(speeds.sum()))
    rng = generator(seed)
    kept = np.empty(requests - skip if keep else 0)

    if kind == SHORTEST_OF_ALL and interval == 0:
        answer = shortest_line(begin(rng), gap, work, given(speeds), requests, skip, kept)
    else:
        odds, other = alias(shares(rng, servers, addresses, zipf_exponent))
        answer = lines(
            begin(rng), kind, choices, given(odds), given(other), gap, work, given(speeds),
            interval, requests, skip, kept,
        )  # fmt: skip
    responded, histogram, placed, found, longest = answer
    tail = np.cumsum(found[::-1])[::-1]
    return BalancerRun(
        responded / (requests - skip),
        histogram,
        placed,
        tail[tail > 0] / tail[0],
        int(longest),
        kept if keep else None,
    )


def balls_in_bins(bins, choices=1, seed=0):
    """Throw as many balls as bins, each into the emptiest of `choices` random bins.

    Parameters
    ----------
    bins, choices : int
        How many there are, and how many each ball looks at.
    seed : int
        The same seed gives the same answer.

    Returns
    -------
    loads : int array, shape (bins,)

    Notes
    -----
    Azar, Broder, Karlin and Upfal (1999), doi:10.1137/S0097539795288490.

    Examples
    --------
    >>> print(balls_in_bins(100_000, 1, seed=1).max(), balls_in_bins(100_000, 2, seed=1).max())
    8 4
    """
    bins = number("bins", bins, least=1, whole=True)
    choices = number("choices", choices, least=1, whole=True)
    return throw(begin(generator(seed)), bins, choices)
