"""The HTTP client of the load generator, and the thread in which it runs.

A notebook's cells already run inside an event loop, where no other can be started; so the
generator's loop gets a thread of its own, and its caller waits.
"""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import numpy as np

__all__ = ["in_thread"]


def session(connector, timeout):
    """A client session without cookies; ``timeout`` seconds for each whole request."""
    return aiohttp.ClientSession(
        connector=connector(),
        timeout=aiohttp.ClientTimeout(total=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def ask(session, url, headers):
    """Outcome, server and service time of one request."""
    try:
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            await answer.read()
    except TimeoutError:
        return "timeout", "", np.nan
    except (aiohttp.ClientError, OSError) as error:
        return type(error).__name__, "", np.nan
    name = answer.headers.get("X-Server", "")
    service = float(answer.headers.get("X-Service-Time", "nan"))
    return "ok" if answer.ok else str(answer.status), name, service


@contextlib.asynccontextmanager
async def tasks():
    """A list of tasks that all have ended with the block, cancelled where need be."""
    running = []
    try:
        yield running
        await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def flood(url, clients, duration):
    """Answers per second to ``clients`` that each ask as fast as they can."""
    now = asyncio.get_running_loop().time
    answers = 0

    async def ask_on():
        nonlocal answers
        while now() < end:
            outcome, _, _ = await ask(one, url, None)
            answers += outcome == "ok"

    async with session(aiohttp.TCPConnector, 10.0) as one:
        await ask(one, url, None)
        start = now()
        end = start + duration
        await asyncio.gather(*(ask_on() for _ in range(clients)))
        return answers / (now() - start)


def in_thread(coroutine):
    """Run a coroutine in an event loop and a thread of its own; Ctrl-C cancels it.

    Parameters
    ----------
    coroutine : coroutine
        What calling an ``async def`` gives.

    Returns
    -------
    object
        What the coroutine returns; what it raises is raised here.

    Examples
    --------
    >>> in_thread(asyncio.sleep(0.01, "awake"))
    'awake'
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(coroutine)
    try:
        with ThreadPoolExecutor(1) as pool:
            try:
                return pool.submit(loop.run_until_complete, task).result()
            except KeyboardInterrupt:
                loop.call_soon_threadsafe(task.cancel)
                raise
    finally:
        loop.close()
