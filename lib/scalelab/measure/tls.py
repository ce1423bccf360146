"""A server that sends back what it gets, with TLS or without: what a handshake costs.

The certificate comes from an authority that exists for this one server and that nobody else
trusts. It needs trustme.

>>> with echo(secure=True) as server:
...     ask(server.address, server.trust, requests=3)
"""

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass

import trustme


@dataclass(frozen=True)
class Echo:
    """A running server.

    Attributes
    ----------
    address : tuple
        Host and port.
    trust : ssl.SSLContext or None
        That of a client who trusts its authority; None where there is no TLS.
    """

    address: tuple
    trust: ssl.SSLContext | None


@contextlib.contextmanager
def echo(secure=False):
    """Run the server in a thread until the end of the block; it serves one client at a time.

    Parameters
    ----------
    secure : bool
        Whether it speaks TLS.

    Yields
    ------
    Echo
    """
    trust = context = None
    if secure:
        authority = trustme.CA()
        trust = ssl.create_default_context()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.configure_trust(trust)
        authority.issue_cert("localhost").configure_cert(context)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(door, context, stop))
        thread.start()
        try:
            yield Echo(door.getsockname(), trust)
        finally:
            stop.set()
            thread.join()


def ask(address, trust=None, requests=1):
    """Open one connection and send requests of 100 bytes over it, each answered.

    Parameters
    ----------
    address : tuple
        Host and port.
    trust : ssl.SSLContext, optional
        Speak TLS, and trust whom this context trusts.
    requests : int

    Raises
    ------
    ssl.SSLCertVerificationError
        The server's authority is not trusted.
    """
    with socket.create_connection(address, timeout=10) as link:
        wrapped = trust.wrap_socket(link, server_hostname="localhost") if trust else link
        with wrapped:
            for _ in range(requests):
                wrapped.sendall(b"x" * 100)
                wrapped.recv(1000)


def _serve(door, context, stop):
    while not stop.is_set():
        with contextlib.suppress(OSError):  # nobody came, or the client hung up
            _answer(door.accept()[0], context)


def _answer(link, context):
    link.settimeout(10)
    # Without this the first answer waits until the client has acknowledged TLS' session tickets.
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with link:
        wrapped = context.wrap_socket(link, server_side=True) if context else link
        with wrapped:
            while data := wrapped.recv(1000):
                wrapped.sendall(data)
