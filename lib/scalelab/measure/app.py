"""A small app server: one worker, requests served one at a time in order of arrival.

Run as a program: ``python app.py PORT NAME SPEED``. Every path but two serves a request:

``/?work=0.0123``
    Waits for its turn, works for ``work / speed`` seconds and answers with its name
    (header ``X-Server`` and body) and the seconds that the worker was really busy with
    it (header ``X-Service-Time``; their sum over a run is the true utilization).
``/health``
    Answers at once, outside the queue.
``/control``
    Takes JSON with a new ``speed`` or fraction of ``failures``; answers with both.

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

from aiohttp import web

SLACK = 0.005


class Worker:
    """The one worker and the queue before it.

    Parameters
    ----------
    name : str
        Sent with each answer; also seeds the failures.
    speed : float
        Seconds of work done in a second.
    """

    def __init__(self, name, speed):
        self.name = name
        self.settings = {"speed": speed, "failures": 0.0}
        self.random = random.Random(name)
        self.turn = asyncio.Lock()  # first come, first served
        self.free = 0.0  # when the worker was done, on the loop's clock

    async def handle(self, request):
        if request.path == "/health":
            return web.Response(text=self.name)
        if request.path == "/control":
            self.settings |= await request.json()
            return web.json_response(self.settings)
        try:
            work = float(request.query.get("work", 0))
        except ValueError:
            return web.Response(status=400, text="work is not a number of seconds")
        arrived = asyncio.get_running_loop().time()
        async with self.turn:
            failed = self.random.random() < self.settings["failures"]
            busy = 0.0 if failed else await self.serve(arrived, work / self.settings["speed"])
        headers = {"X-Server": self.name, "X-Service-Time": f"{busy:.6f}"}
        return web.Response(status=503 if failed else 200, text=self.name, headers=headers)

    async def serve(self, arrived, service):
        """Keep the worker busy for ``service`` seconds; returns how long it really was."""
        now = asyncio.get_running_loop().time
        start = max(arrived, self.free)
        finish = start + service
        try:
            while (left := finish - now()) > 0:
                await asyncio.sleep(left)
        finally:  # also when the client went away
            self.free = max(min(finish, now()), now() - SLACK)
        return self.free - start


async def main(port, name, speed):
    worker = Worker(name, float(speed))
    runner = web.ServerRunner(
        web.Server(worker.handle, access_log=None, handler_cancellation=True, keepalive_timeout=600)
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(port), backlog=4096).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
