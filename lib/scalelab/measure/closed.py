"""Closed-loop load: each client sends, waits for the answer, thinks, and sends again.

The number of clients is fixed, and so is the most that can wait at the server; when it is
slow, less is asked of it. That is right for a batch job's workers or a pool of connections,
and wrong for users who do not know of each other: see `scalelab.measure.load`.
"""

import asyncio
import operator
import resource
from functools import partial

import aiohttp
import numpy as np
import psutil

from .. import stats
from . import client, generator
from .generator import GeneratorTooSlow
from .result import collected

SPARE = 32
"""Descriptors that a process needs besides its connections."""

HONEST = 0.5
"""Fraction of the generator's limit above which its own time is too much of a latency."""


def closed_loop(
    url,
    clients,
    duration,
    seed,
    *,
    think=0.0,
    mean_work=0.0,
    path="/",
    headers=None,
    keep_alive=True,
    timeout=10.0,
):
    """Let clients send one request each at a time, until the time is over.

    Every client thinks before its first request too, so that they do not all begin at once.
    The same seed gives each client the same thinking times and the same work.

    Parameters
    ----------
    url : str
        ``"http://127.0.0.1:port"``.
    clients : int
        How many clients there are, each with a connection of its own.
    duration : float
        Seconds in which requests are sent; those on their way are waited for.
    seed : int
        Seeds thinking times and work.
    think : float
        Mean of the exponential time between an answer and the client's next request, in
        seconds.
    mean_work : float
        Mean of the exponential work that each request carries (``?work=``), in seconds.
    path : str
        Path of each request.
    headers : dict, optional
        Headers of each request.
    keep_alive : bool
        Whether a client uses its connection again, or opens one for each request.
    timeout : float
        Seconds after which a request is given up.

    Returns
    -------
    Result
        A request is due when its client has finished thinking.

    Raises
    ------
    GeneratorTooSlow
        This process may not open that many connections, it sent the requests late, or so many
        were answered that the generator was what had been measured.
    PartFailed
        The server with which that is found out did not start.
    ValueError
        An argument makes no sense.

    Examples
    --------
    >>> from scalelab.measure import http
    >>> with http.servers([1.0]) as (app,):
    ...     result = closed_loop(app.url, clients=2, duration=0.2, seed=1, mean_work=0.01)
    >>> result.errors
    0
    """
    generator.check_arguments(
        {"clients": clients, "duration": duration, "timeout": timeout},
        think=think,
        mean_work=mean_work,
    )
    if clients % 1:
        raise ValueError(f"clients is {clients}: it must be a whole number")
    if clients > (room := _room()):
        raise GeneratorTooSlow(
            f"{clients} clients need as many connections, and this process may open {room} more: "
            "use fewer clients or start it with a higher 'ulimit -n'"
        )
    connector = partial(aiohttp.TCPConnector, limit=0, force_close=not keep_alive)
    streams = stats.generator(seed).spawn(2 * int(clients))
    draws = [
        (partial(thinks.exponential, think), partial(works.exponential, mean_work))
        for thinks, works in zip(streams[::2], streams[1::2], strict=True)
    ]
    sent = client.in_thread(
        _ask_on(f"{url}{path}", dict(headers or {}), draws, duration, connector, timeout)
    )
    columns = zip(*sorted(sent, key=operator.itemgetter(0)), strict=True) if sent else [()] * 4
    result = collected(*columns, duration)
    _believe(result, clients)
    return result


def _room():
    """How many more files and connections this process may open."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return float("inf")
    return max(0, allowed - psutil.Process().num_fds() - SPARE)


def _believe(result, clients):
    """Refuse a run in which the generator was the bottleneck."""
    if result.typical_lateness > generator.BELIEVED:
        raise GeneratorTooSlow(
            f"half of the requests were sent more than {result.typical_lateness * 1000:.0f} ms "
            f"after they were due: {clients} clients are more than this machine can run now, "
            "use fewer or let them think longer"
        )
    rate = result.offered
    if rate > generator.UNQUESTIONED and rate > HONEST * generator.limit():
        raise GeneratorTooSlow(
            f"{clients} clients sent {rate:.0f} requests/s, and this generator can send "
            f"{generator.limit():.0f}/s at most: it has measured itself, use fewer clients or "
            "let them think longer"
        )


async def _ask_on(url, headers, draws, duration, connector, timeout):
    """Run all clients; returns when each request was due, its work, lateness and record."""
    now = asyncio.get_running_loop().time
    sent = []

    async def one(think, work):
        due = think()
        while due < duration:
            await asyncio.sleep(0)  # the others' turn: what that takes is lateness
            while (lateness := now() - start - due) < 0:
                await asyncio.sleep(-lateness)
            generator.give_up_if_hopeless(due, lateness)
            seconds = work()
            request = f"{url}?work={seconds:.6f}"
            outcome, name, service = await client.ask(session, request, headers)
            answered = now() - start
            latency = answered - due if outcome == "ok" else np.nan
            sent.append((due, seconds, lateness, (latency, service, name, outcome)))
            due = answered + think()

    async with client.session(connector, timeout) as session, client.tasks() as running:
        start = now()
        running += [asyncio.create_task(one(*draw)) for draw in draws]
    return sent
