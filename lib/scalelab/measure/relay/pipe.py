"""One connection through the proxy: two sockets, and a pipe in each direction between them.

What arrives is put in its pipe's queue with the time at which it is due, never before what came
earlier. So order is kept, and a chunk need not wait for an earlier one to be delivered before its
own delay begins: a delay costs no throughput. The end of a connection travels in the same queue.
"""

import asyncio
import collections
import contextlib
import random
import socket
import struct

WINDOW = 4 * 2**20  # bytes on their way in one pipe before its sender has to wait
STALL = 0.2  # seconds: the shortest time after which Linux sends a lost packet again
END, RESET = object(), object()


class Way:
    """One direction of a link: its settings, and whether anything passes."""

    def __init__(self, seed):
        self.delay = self.jitter = self.stall = 0.0
        self.bandwidth = float("inf")
        self.random = random.Random(seed)
        self.open = True
        self.clear = 0.0  # when the last byte has left, at the link's bandwidth

    def due(self, now, size):
        """When a chunk that came now will have arrived."""
        self.clear = max(self.clear, now) + size / self.bandwidth
        late = self.random.uniform(0, self.jitter) if self.jitter else 0.0
        if self.stall and self.random.random() < self.stall:
            late += STALL
        return self.clear + self.delay + late


class Pipe:
    """Bytes on their way from one end of a connection to the other."""

    def __init__(self, way, source, sink):
        self.way, self.source, self.sink = way, source, sink
        source.out = sink.into = self
        self.queue, self.size, self.last, self.timer = collections.deque(), 0, 0.0, None
        self.full = self.ended = False

    def push(self, item, size=0):
        """Put in line what has come: bytes, the end, or a reset."""
        if self.sink.gone:
            return
        now = asyncio.get_running_loop().time()
        self.last = max(self.last, self.way.due(now, size))
        self.queue.append((self.last, item, size))
        self.size += size
        self.flush()
        if self.size > WINDOW:
            self.source.transport.pause_reading()

    def flush(self):
        """Deliver what is due, and come back for the rest."""
        loop = asyncio.get_running_loop()
        if self.timer:
            self.timer.cancel()
            self.timer = None
        while self.queue and self.way.open and self.sink.transport and not self.full:
            due, item, size = self.queue[0]
            if due > loop.time():
                self.timer = loop.call_at(due, self.flush)
                break
            self.queue.popleft()
            self.size -= size
            self.deliver(item)
        if self.size <= WINDOW and self.source.transport:
            self.source.transport.resume_reading()

    def deliver(self, item):
        """Hand on what is due."""
        if item is RESET:
            self.sink.reset()
        elif item is END:
            self.ended = True
            with contextlib.suppress(OSError):  # the receiver has reset, and will be seen gone
                self.sink.transport.write_eof()
            if self.sink.out.ended:
                self.sink.transport.close()
                self.source.transport.close()
        else:
            self.sink.transport.write(item)

    def discard(self):
        """Nobody is there to receive."""
        self.queue.clear()
        self.size = 0
        self.flush()


class End(asyncio.Protocol):
    """One of the two sockets of a connection."""

    transport = out = into = None  # the pipe for what arrives here, the pipe that ends here
    gone = False

    def __init__(self, begin=None):
        self.begin = begin

    def connection_made(self, transport):
        """Begin, and let through what has waited."""
        self.transport = transport
        if self.begin:
            self.begin()
        self.into.flush()

    def data_received(self, data):
        """Send on what has come."""
        self.out.push(data, len(data))

    def eof_received(self):
        """Send on that no more will come; the other direction stays open."""
        self.out.push(END)
        return not self.out.sink.gone

    def pause_writing(self):
        """Take no more: the peer reads too slowly."""
        self.into.full = True

    def resume_writing(self):
        """Take more again."""
        self.into.full = False
        self.into.flush()

    def connection_lost(self, error):
        """Drop what was to come here, and send on a reset if it was one."""
        self.gone = True
        self.into.discard()
        if error:
            self.out.push(RESET)

    def reset(self):
        """Break this socket: its peer sees a reset, not an orderly end."""
        if self.transport and not self.gone:
            self.gone = True
            with contextlib.suppress(OSError):  # the peer was faster
                sock = self.transport.get_extra_info("socket")
                linger = struct.pack("ii", 1, 0)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.transport.abort()
