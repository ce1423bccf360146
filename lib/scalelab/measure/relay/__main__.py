"""The program behind `scalelab.measure.proxy`: passes bytes on, late or not at all.

Run as a program: ``python relay PORT SEED ADDRESS...``. It listens once for each address, which
may be empty and come later. On ``PORT`` it takes commands, a line of JSON each, and answers
each with the ports on which its links listen.
"""

import asyncio
import contextlib
import json
import random
import sys

from pipe import END, End, Pipe, Way


class Link:
    """One listening port and where its connections lead."""

    def __init__(self, address, seed):
        self.address, self.drop, self.random = address, 0.0, random.Random(f"{seed} drop")
        self.ways = {"up": Way(f"{seed} up"), "down": Way(f"{seed} down")}
        self.connections, self.dials = [], set()
        self.passable = asyncio.Event()
        self.changed()

    async def listen(self):
        server = await asyncio.get_running_loop().create_server(self.accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def accept(self):
        def begin():
            self.dials.add(task := asyncio.create_task(self.dial(client, target)))
            task.add_done_callback(self.dials.discard)

        client, target = End(begin), End()
        Pipe(self.ways["up"], client, target)
        Pipe(self.ways["down"], target, client)
        self.connections = [pair for pair in self.connections if not all(e.gone for e in pair)]
        self.connections.append((client, target))
        return client

    async def dial(self, client, target):
        """Connect to the target as soon as a handshake could pass both ways."""
        if self.drop and self.random.random() < self.drop:
            return client.reset()
        while not self.passable.is_set():
            await self.passable.wait()
            if any(item is END for _, item, _ in client.out.queue):
                client.reset()  # it gave up before its handshake could have ended
        if client.gone:
            return
        host, port = self.address.rsplit(":", 1)
        try:
            await asyncio.get_running_loop().create_connection(lambda: target, host, int(port))
        except OSError:
            target.gone = True
            client.reset()
        if client.gone:
            target.reset()

    def changed(self):
        """Let pass what may pass now."""
        if self.address and all(way.open for way in self.ways.values()):
            self.passable.set()
        else:
            self.passable.clear()
        for pair in self.connections:
            for end in pair:
                end.out.flush()

    def command(self, do, direction, **values):
        """Carry out one command; see `scalelab.measure.proxy.Link`."""
        ways = ("up", "down") if direction == "both" else (direction,)
        if do == "reset":
            for client, target in self.connections:
                if "up" in ways:
                    target.reset()
                if "down" in ways:
                    client.reset()
        for way in ways:
            if do in ("cut", "heal"):
                self.ways[way].open = do == "heal"
            elif do == "set":
                vars(self.ways[way]).update(values["way"])
        vars(self).update(values.get("link", {}))
        self.changed()


async def main(port, seed, *addresses):
    links = [Link(address, f"{seed} {i}") for i, address in enumerate(addresses)]
    servers = [await link.listen() for link in links]

    async def control(reader, writer):
        async for line in reader:
            request = json.loads(line)
            for i in request.pop("links"):
                links[i].command(**request)
            writer.write(json.dumps([link.port for link in links]).encode() + b"\n")
        writer.close()

    servers.append(await asyncio.start_server(control, "127.0.0.1", int(port)))
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
