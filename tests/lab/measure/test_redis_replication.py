"""A primary, its replicas, and the sentinels that replace it."""

import time

import pytest
from redis.exceptions import RedisError, ResponseError

from scalelab.measure import available, proxy, redis

pytestmark = pytest.mark.skipif(not available("valkey"), reason="no server of the Redis protocol")


def test_replicas_are_in_sync_and_lag_is_counted_in_bytes(eventually):
    with redis.replicated(replicas=2) as group, group.primary.client() as client:
        assert group.lag() == (0, 0)
        client.set("key", "x" * 1000)
        assert client.wait(2, 2000) == 2
        for replica in group.replicas:
            with replica.client() as reader:
                assert reader.get("key") == b"x" * 1000
        group.replicas[0].pause()
        client.set("key", "y" * 10_000)
        with group.replicas[1].client() as reader:
            eventually(lambda: reader.get("key") == b"y" * 10_000, "the other replica is stuck too")
        assert client.wait(2, 200) == 1
        group.replicas[0].resume()
        group.wait()
        assert group.lag() == (0, 0)


def test_two_primaries_forget_the_writes_of_one(eventually):
    with redis.replicated() as group:
        primary, replica = group.members
        with proxy.to(primary.address) as link:
            replica.follow(link.address)
            group.wait()
            link.cut()
            replica.promote()
            with primary.client() as old, replica.client() as new:
                old.set("mine", 1)
                assert old.wait(1, 100) == 0
                new.set("yours", 1)
                primary.follow(replica.address)
                eventually(lambda: old.get("yours") == b"1", "the old primary does not follow")
                assert old.get("mine") is None


def test_min_replicas_to_write_refuses_when_the_replica_is_gone(eventually):
    settings = {"min_replicas_to_write": 1, "min_replicas_max_lag": 1}
    with redis.replicated(**settings) as group, group.primary.client() as client:
        client.set("key", 1)
        group.replicas[0].pause()

        def refused():
            try:
                client.set("key", 2)
            except ResponseError as error:
                return "NOREPLICAS" in str(error)

        eventually(refused, "it goes on accepting writes")
        group.replicas[0].resume()


def test_sentinels_replace_a_dead_primary(eventually):
    with redis.sentinel(replicas=2, down_after=0.5) as watched:
        first = watched.primary()
        client = watched.master_for()
        client.set("key", 1)
        assert client.wait(2, 2000) == 2
        first.kill()
        eventually(lambda: elsewhere(watched, first), "nobody takes over", limit=30)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                assert client.get("key") == b"1"
                client.set("key", 2)
                break
            except RedisError:
                time.sleep(0.1)
        assert client.get("key") == b"2"
        client.close()


def elsewhere(watched, first):
    try:
        return watched.primary().port != first.port
    except RedisError:
        return False
