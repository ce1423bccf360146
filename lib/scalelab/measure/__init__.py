"""Real parts on this machine: child processes on 127.0.0.1, as context managers.

``http``
    App servers of a speed that you set, each a process of its own.
``haproxy``
    A load balancer, run from its real configuration.
``rollout``
    The same with shares that change while requests flow.
``nginx``
    Another one, with the same policies.
``postgres``
    One server, a primary with standbys, shards.
``redis``
    A server of the Redis protocol; a primary with replicas, Sentinels, a cluster.
``nats``
    A server with queues and a key-value store; a cluster that agrees by consensus.
``broker``
    The same messages in Redis Streams, in the Kafka protocol, in NATS JetStream.
``browser``, ``modsecurity``
    What a page does in a real browser; a firewall that reads requests.
``prometheus``
    The server that asks all others for their counters.
``proxy``, ``mesh``
    A network that is slow or cut: one link, or one between each pair of servers.
``services``
    Your own functions, each run as a process: HTTP, gRPC, workers.
``load``
    A load generator: open loops, free of coordinated omission, and closed loops.

A part that is not installed raises `MissingPart`, which says how to get it;
`available` asks first. A notebook goes on without it: see ``missing``. Nothing stays behind:
see ``launcher``.
"""

from . import (
    broker,
    browser,
    haproxy,
    http,
    load,
    mesh,
    modsecurity,
    nats,
    nginx,
    postgres,
    prometheus,
    proxy,
    redis,
    rollout,
    services,
)
from .launcher import PartFailed
from .machine import machine
from .missing import go_on
from .parts import MissingPart, available

__all__ = [
    "MissingPart",
    "PartFailed",
    "available",
    "broker",
    "browser",
    "haproxy",
    "http",
    "load",
    "machine",
    "mesh",
    "modsecurity",
    "nats",
    "nginx",
    "postgres",
    "prometheus",
    "proxy",
    "redis",
    "rollout",
    "services",
]

go_on()
