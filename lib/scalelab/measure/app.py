"""A small app server, in two kinds that differ in who waits.

Run as a program: ``python app.py PORT NAME SPEED KIND WORKERS``. A request costs *work*, which
keeps its server busy, and perhaps a *delay*, the time that it waits for something else (a slow
database). Connections are held by an event loop in both kinds; what serves a request is

``async``
    the event loop itself: it works for one request at a time, in order of arrival, and any
    number of others may be in their delay meanwhile;
``sync``
    a pool of threads, as under a servlet or a ``def`` endpoint: a request holds its thread
    while it works *and* while it waits, so at most ``WORKERS`` are served at once.

``/?work=0.0123``
    Waits for its turn, works for ``work / speed`` seconds and answers with its name
    (header ``X-Server`` and body) and the seconds that it really held its worker
    (header ``X-Service-Time``; their sum over a run is the true utilization). So do all paths
    but two.
``/health``
    Answers without work or delay: at once if async, from a free thread if sync.
``/control``
    Takes JSON with new settings and answers with all of them, always at once.

Work is a timer and not a busy loop, so that servers do not compete for the machine's few
cores and the server with half the speed takes twice as long, whatever else runs.

A timer always rings a little late. The next request therefore begins when the last one
*should* have ended, so that lateness does not add up in a busy period; lateness beyond
``SLACK`` is a real stall and is not made up for.
"""

import asyncio
import contextlib
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

SLACK = 0.005


class Async:
    """One worker, the event loop; a delayed request does not keep it."""

    def __init__(self):
        self.turn = asyncio.Lock()  # first come, first served
        self.free = 0.0  # when the worker was done

    async def health(self):
        """Answer at once."""

    async def serve(self, cost):
        """Serve one request of ``cost()``: work and delay, asked at its turn.

        Returns how long the worker was held.
        """
        arrived = time.monotonic()
        async with self.turn:
            work, delay = cost()
            start = max(arrived, self.free)
            finish = start + work
            try:
                while (left := finish - time.monotonic()) > 0:
                    await asyncio.sleep(left)
            finally:  # also when the client went away
                now = time.monotonic()
                self.free = max(min(finish, now), now - SLACK)
            held = self.free - start
        await asyncio.sleep(delay)
        return held


class Sync:
    """A pool of threads; each is blocked by its request until that is answered.

    A client that gives up leaves the queue, but a thread that has begun can't be called back.
    """

    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(workers)
        self.mine = threading.local()  # when this thread was done

    async def health(self):
        """Answer when a thread is free."""
        await self.serve(lambda: (0.0, 0.0))

    async def serve(self, cost):
        """Serve one request in a thread; returns how long the thread was held."""
        arrived = time.monotonic()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self.block, arrived, cost)

    def block(self, arrived, cost):
        """Hold this thread for the cost of a request that arrived then."""
        start = max(arrived, getattr(self.mine, "free", 0.0))
        finish = start + sum(cost())
        while (left := finish - time.monotonic()) > 0:
            time.sleep(left)
        self.mine.free = max(finish, time.monotonic() - SLACK)
        return self.mine.free - start


class Server:
    """What both kinds answer.

    Parameters
    ----------
    name : str
        Sent with each answer; also seeds failures and slowness.
    speed : float
        Seconds of work done in a second.
    workers : Async or Sync
        Who serves the requests.
    """

    def __init__(self, name, speed, workers):
        self.name, self.workers = name, workers
        self.settings = {"speed": speed, "failures": 0.0, "delay": 0.0, "slow": 1.0}
        self.random = random.Random(name)

    async def handle(self, request):
        """Answer one request; see the module."""
        if request.path == "/health":
            await self.workers.health()
            return web.Response(text=self.name)
        if request.path == "/control":
            self.settings |= await request.json()
            return web.json_response(self.settings)
        try:
            work = float(request.query.get("work", 0))
        except ValueError:
            return web.Response(status=400, text="work is not a number of seconds")
        failed = False

        def cost():
            nonlocal failed
            failed, slow = (self.random.random() < self.settings[s] for s in ("failures", "slow"))
            delay = self.settings["delay"] if slow else 0.0
            return (0.0, 0.0) if failed else (work / self.settings["speed"], delay)

        held = await self.workers.serve(cost)
        headers = {"X-Server": self.name, "X-Service-Time": f"{held:.6f}"}
        return web.Response(status=503 if failed else 200, text=self.name, headers=headers)


async def main(port, name, speed, kind, workers):
    """Serve on a port of 127.0.0.1 until the process ends."""
    server = Server(name, float(speed), Async() if kind == "async" else Sync(int(workers)))
    runner = web.ServerRunner(
        web.Server(server.handle, access_log=None, handler_cancellation=True, keepalive_timeout=600)
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(port), backlog=4096).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
