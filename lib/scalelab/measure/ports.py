"""Ports of 127.0.0.1: which are free, and who listens.

>>> FIRST_PORT <= free_port() <= LAST_PORT
True
"""

import random
import socket

import psutil

FIRST_PORT, LAST_PORT = 20000, 32767
"""Below the range that Linux and macOS give to outgoing connections, so that none takes a
port between our choice and the server's start; and low enough for a Redis cluster's
second port, 10000 higher."""


def free(port):
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have ended
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    """A port of 127.0.0.1 on which nothing listens, drawn at random."""
    draw = random.SystemRandom()
    for _ in range(1000):
        port = draw.randint(FIRST_PORT, LAST_PORT)
        if free(port):
            return port
    raise OSError(f"no port between {FIRST_PORT} and {LAST_PORT} is free: stop other servers")


def listening(pid, port):
    """Whether this very process listens on the port.

    To connect and see would not do: another program may have taken the port, and a
    balancer would pass the connection on and count it.
    """
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
