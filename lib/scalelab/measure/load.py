"""Load: many clients at once, in an open or a closed loop.

**Open loop**: requests are sent when they are due, whether or not others were answered, as
real users do who do not know of each other. All arrival times are drawn before the start, and
a latency counts from the moment the request was *due*. The same seed gives the same arrivals
and the same work, whatever the server does: two policies are compared on the same requests.

**Closed loop** (`closed_loop`): each client waits for its answer before it sends again. Such a
generator stops asking just when the server is slow, and leaves the worst latencies out:
*coordinated omission*. `Result.corrected` puts them back as far as they can be guessed.

Source: Tene, "How NOT to measure latency", Strange Loop (2015).
"""

import asyncio
import functools
import itertools

import aiohttp
import numpy as np

from . import client, generator
from .closed import closed_loop
from .generator import GeneratorTooSlow, limit
from .result import collected

__all__ = ["GeneratorTooSlow", "closed_loop", "limit", "open_loop", "schedule"]


def schedule(rate, duration, mean_work, seed):
    """Poisson arrivals over ``duration`` seconds and exponential work for each.

    Parameters
    ----------
    rate : float
        Requests per second, on average.
    duration, mean_work : float
        Seconds over which they are due, and the mean of the work that each carries.
    seed : int
        The same seed gives the same arrivals and the same work.

    Returns
    -------
    due, work : array of float, shape (requests,)
        When each is due, in seconds from the start, and its work, in seconds at speed 1.

    Examples
    --------
    >>> due, work = schedule(rate=300, duration=3, mean_work=0.01, seed=1)
    >>> len(due) == len(work), bool(due[-1] < 3)
    (True, True)
    """
    arrivals, works = np.random.default_rng(seed).spawn(2)
    expected = rate * duration
    gaps = arrivals.exponential(1 / rate, int(expected + 10 * expected**0.5 + 50))
    due = np.cumsum(gaps)
    due = due[due < duration]
    return due, works.exponential(mean_work, len(due))


def open_loop(
    url,
    rate,
    duration,
    seed,
    *,
    mean_work=0.0,
    path="/",
    headers=None,
    addresses=None,
    connections=0,
    keep_alive=True,
    timeout=10.0,
):
    """Send requests at the times of a Poisson process and wait for the answers.

    Works in plain Python and in a notebook, where an event loop already runs.

    Parameters
    ----------
    url : str
        ``"http://127.0.0.1:port"``.
    rate : float
        Requests per second, on average.
    duration : float
        Seconds over which they are due.
    seed : int
        Seeds arrivals and work.
    mean_work : float
        Mean of the exponential work that each request carries (``?work=``), in seconds.
    path : str
        Path of each request.
    headers : dict, optional
        Headers of each request.
    addresses : sequence of str, optional
        Client addresses, sent in turn as ``X-Forwarded-For``.
    connections : int
        The most connections open at once; 0 for as many as needed.
    keep_alive : bool
        Whether connections are used again, or each request opens its own.
    timeout : float
        Seconds after which a request is given up.

    Returns
    -------
    Result

    Raises
    ------
    GeneratorTooSlow
        This machine could not send the requests when they were due.
    PartFailed
        The server with which that is found out did not start.
    ValueError
        An argument makes no sense.

    Examples
    --------
    >>> from scalelab.measure import http
    >>> with http.servers([1.0]) as (app,):
    ...     result = open_loop(app.url, rate=50, duration=0.2, seed=1, mean_work=0.002)
    >>> result.requests == len(schedule(rate=50, duration=0.2, mean_work=0.002, seed=1)[0])
    True
    """
    generator.check_arguments(
        {"rate": rate, "duration": duration, "timeout": timeout}, mean_work=mean_work
    )
    if rate > generator.UNQUESTIONED and rate > limit():
        raise GeneratorTooSlow(
            f"{rate:g} requests/s is more than this machine can send: even to an idle server "
            f"it sends {limit():.0f}/s at most, lower the rate"
        )
    due, work = schedule(rate, duration, mean_work, seed)
    requests = [(f"{url}{path}?work={seconds:.6f}", dict(headers or {})) for seconds in work]
    if addresses is not None:
        for (_, sent_headers), address in zip(requests, itertools.cycle(addresses), strict=False):
            sent_headers["X-Forwarded-For"] = str(address)
    connector = functools.partial(
        aiohttp.TCPConnector, limit=connections, force_close=not keep_alive
    )
    lateness, records = client.in_thread(_send(due, requests, connector, timeout))
    result = collected(due, work, lateness, records, duration)
    if result.typical_lateness > generator.BELIEVED:
        raise GeneratorTooSlow(
            f"half of the requests were sent more than {result.typical_lateness * 1000:.0f} ms "
            f"after they were due: {rate:g}/s is more than this machine can send now, lower the "
            "rate"
        )
    return result


async def _send(due, requests, connector, timeout):
    """Send each request when it is due; returns lateness and one record per request."""
    now = asyncio.get_running_loop().time
    lateness, records = np.zeros(len(due)), [None] * len(due)

    async def send(i):
        lateness[i] = now() - start - due[i]
        outcome, name, service = await client.ask(session, *requests[i])
        latency = now() - start - due[i] if outcome == "ok" else np.nan
        records[i] = latency, service, name, outcome

    async with client.session(connector, timeout) as session, client.tasks() as sent:
        start = now() + 0.05
        for i in range(len(due)):
            while (left := start + due[i] - now()) > 0:
                await asyncio.sleep(left)
            generator.give_up_if_hopeless(due[i], -left)
            sent.append(asyncio.create_task(send(i)))
    return lateness, records
