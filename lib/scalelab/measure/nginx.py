"""nginx, a web server and load balancer in wide use, run from its real configuration.

``config`` writes the configuration, which is worth reading; ``run`` starts nginx with it. Names
of policies and modes are those of `scalelab.measure.haproxy`, so that both can be compared.

>>> from collections import namedtuple
>>> App = namedtuple("App", "name address")
>>> text = config([App("app0", "127.0.0.1:20001")], policy="least_connections")
>>> print(text[text.index("    upstream"):text.index("    server {")].rstrip())
    upstream everything {
        least_conn;
        server 127.0.0.1:20001 max_fails=0;  # app0
        keepalive 64;
    }

Notes
-----
nginx without a subscription has no active health checks. It notices failures of real requests
and then leaves the server out for ten seconds; ``max_fails=0`` turns that off here, as
``proxy_next_upstream off`` turns off retries, so that a dead server shows.

Its ``ip_hash`` takes only the first three numbers of an IPv4 address: clients of one /24 network
share a server.

nginx runs as one process without workers of its own, since a second worker would have counters
of its own, and needs no rights. All that it writes is in its temporary folder.
"""

import contextlib

from ._arguments import named
from .haproxy import Balancer
from .launcher import Part, running
from .parts import find

POLICIES = {
    "random": "random",
    "round_robin": None,
    "least_connections": "least_conn",
    "power_of_d": "random two least_conn",
    "ip_hash": "ip_hash",
    "uri_hash": "hash $request_uri consistent",
}
MODES = {"http": "http", "tcp": "stream"}

HEAD = """\
daemon off;
master_process off;
error_log stderr;
pid nginx.pid;
events {
    worker_connections 4096;
}
"""

HTTP = """\
    access_log off;
    client_body_temp_path client_body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_timeout 600s;
    keepalive_requests 1000000;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
"""

HTTP_PASS = """\
        location / {
            proxy_pass http://everything;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_next_upstream off;
        }
"""

STREAM_PASS = """\
        proxy_pass everything;
        proxy_next_upstream off;
"""


def config(apps, policy="round_robin", mode="http"):
    """Text of an nginx configuration that shares requests among app servers.

    Parameters
    ----------
    apps : sequence
        Each with a ``name`` and an ``address``.
    policy : str
        ``"random"``, ``"round_robin"``, ``"least_connections"``, ``"power_of_d"`` (d = 2: the
        less loaded of two different ones), ``"ip_hash"`` or ``"uri_hash"``. ``ip_hash`` hashes
        the header ``X-Forwarded-For`` in ``http`` mode, so that one client can stand for many
        addresses, and the source address in ``tcp`` mode. ``uri_hash`` hashes path and query
        on a consistent ring, in ``http`` mode.
    mode : str
        ``"http"`` (layer 7) chooses a server for each request, ``"tcp"`` (layer 4; nginx calls
        it *stream*) for each connection.

    Returns
    -------
    str
    """
    named("policy", policy, POLICIES)
    named("mode", mode, MODES)
    if not apps:
        raise ValueError("apps is empty: a balancer needs at least one server")
    if policy == "uri_hash" and mode == "tcp":
        raise ValueError("policy 'uri_hash' needs mode 'http': at layer 4 no path is read")
    method = POLICIES[policy]
    if policy == "ip_hash" and mode == "tcp":
        method = "hash $remote_addr"
    lines = [f"        {method};\n"] if method else []
    lines += [f"        server {app.address} max_fails=0;  # {app.name}\n" for app in apps]
    lines += ["        keepalive 64;\n"] if mode == "http" else []
    return (
        f"{HEAD}{MODES[mode]} {{\n"
        f"{HTTP if mode == 'http' else ''}"
        f"    upstream everything {{\n{''.join(lines)}    }}\n"
        "    server {\n"
        "        listen 127.0.0.1:${PORT};\n"
        f"{HTTP_PASS if mode == 'http' else STREAM_PASS}"
        "    }\n}\n"
    )


@contextlib.contextmanager
def run(text):
    """Run nginx with this configuration until the end of the block.

    Parameters
    ----------
    text : str
        The configuration; it listens on ``127.0.0.1:${PORT}``, a free port chosen here.

    Yields
    ------
    Balancer

    Raises
    ------
    MissingPart
        nginx is not installed.
    PartFailed
        It did not start, for instance because of a mistake in ``text``.
    ValueError
        The configuration does not listen on that port.

    Examples
    --------
    ::

        with http.servers([1.0, 0.5]) as apps, nginx.run(nginx.config(apps)) as balancer:
            load.open_loop(balancer.url, rate=50, duration=1, seed=1)
    """
    if "${PORT}" not in text:
        raise ValueError("the configuration does not listen on 127.0.0.1:${PORT}, chosen here")
    program, environment = find("nginx")
    # nginx reads no environment variables in its configuration: write the port in
    start = (
        'sed "s/[$]{PORT}/$PORT/" template > nginx.conf && exec "$0" -e stderr -p . -c nginx.conf'
    )
    part = Part(
        "nginx",
        lambda port: ["/bin/sh", "-c", start, program],
        files={"template": text},
        environment=environment,
    )
    with running([part]):
        yield Balancer(part.port)
