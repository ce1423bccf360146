"""A server with TLS is believed by those who trust its authority, and by nobody else."""

import socket
import ssl
import threading

import pytest

from scalelab.measure import tls


@pytest.mark.parametrize("secure", [False, True])
def test_requests_are_answered_and_nothing_is_left(secure):
    threads = threading.active_count()
    with tls.echo(secure) as server:
        for _ in range(3):
            tls.ask(server.address, server.trust, requests=5)
    assert threading.active_count() == threads
    with pytest.raises(OSError):
        socket.create_connection(server.address, timeout=1).close()


def test_a_stranger_refuses():
    with tls.echo(secure=True) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            tls.ask(server.address, ssl.create_default_context())
        tls.ask(server.address, server.trust)  # the server goes on
