"""Three brokers of one shape: Redis Streams, the Kafka protocol, NATS JetStream.

Each gives an address and the clients that everybody uses; nothing stands between.

>>> with streams() as broker, broker.client() as client:
...     _ = client.xadd("orders", {"id": 1})
...     client.xlen("orders")
1
"""

import contextlib
from dataclasses import dataclass, field

import aiokafka
import aiokafka.admin

from . import nats, redis
from ._arguments import count
from .handles import Listener
from .launcher import Part, running
from .parts import find


def streams(**settings):
    """Run Redis Streams until the end of the block: `scalelab.measure.redis.single`.

    Parameters
    ----------
    **settings
        Lines of its configuration.

    Yields
    ------
    scalelab.measure.redis.Server

    Raises
    ------
    MissingPart, PartFailed
        As there.
    """
    return redis.single(**settings)


def jetstream():
    """Run NATS JetStream until the end of the block: `scalelab.measure.nats.single`.

    Yields
    ------
    scalelab.measure.nats.Server

    Raises
    ------
    MissingPart, PartFailed
        As there.
    """
    return nats.single()


@dataclass(frozen=True)
class Kafka(Listener):
    """A running broker of the Kafka protocol; its address is that of a bootstrap server.

    Attributes
    ----------
    part : Part
        Its process.
    """

    part: Part = field(repr=False)

    def producer(self, **options):
        """A new ``AIOKafkaProducer`` with these `options`; use it in ``async with``."""
        return aiokafka.AIOKafkaProducer(bootstrap_servers=self.address, **options)

    def consumer(self, *topics, **options):
        """A new ``AIOKafkaConsumer`` of `topics` with these `options`; use it in ``async with``."""
        return aiokafka.AIOKafkaConsumer(*topics, bootstrap_servers=self.address, **options)

    async def create(self, topic, partitions=3):
        """Create a `topic` of so many `partitions`."""
        count("partitions", partitions)
        admin = aiokafka.admin.AIOKafkaAdminClient(bootstrap_servers=self.address)
        await admin.start()
        try:
            await admin.create_topics([aiokafka.admin.NewTopic(topic, partitions, 1)])
        finally:
            await admin.close()


@contextlib.contextmanager
def kafka():
    """Run one broker of the Kafka protocol, which keeps everything in memory.

    Yields
    ------
    Kafka

    Raises
    ------
    MissingPart
        Tansu is not installed.
    PartFailed
        It did not start.

    Examples
    --------
    In a notebook, where ``await`` needs no more than this::

        with kafka() as broker:
            await broker.create("orders", partitions=3)
            async with broker.producer() as producer:
                await producer.send_and_wait("orders", b"1")
    """
    program, environment = find("kafka")

    def command(port):
        url = f"tcp://127.0.0.1:{port}"
        listen = ["--listener-url", url, "--advertised-listener-url", url]
        return [program, "broker", "--silent", *listen, "--storage-engine", "memory://tansu/"]

    part = Part("Tansu", command, environment=environment)
    with running([part]):
        yield Kafka(part)
