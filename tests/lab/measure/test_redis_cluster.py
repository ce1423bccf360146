"""A cluster: who owns a slot, what a wrong node answers, and slots that move under traffic."""

import signal
import threading

import numpy as np
import pytest
from redis.exceptions import AskError, ClusterCrossSlotError, MovedError

from scalelab.algorithms import sharding
from scalelab.measure import available, redis

pytestmark = pytest.mark.skipif(not available("valkey"), reason="no server of the Redis protocol")


@pytest.fixture(scope="module")
def cluster():
    with redis.cluster() as three:
        yield three


def home(cluster, key):
    """Index of the node that owns a key's slot."""
    return int(cluster.slots()[sharding.redis_slot(key)])


def test_slots_are_shared_evenly_and_every_node_agrees(cluster):
    for node in range(3):
        assert np.bincount(cluster.slots(seen_by=node)).tolist() == [5461, 5461, 5462]


def test_a_wrong_node_says_where_to_go(cluster):
    other = cluster.nodes[(home(cluster, "moved") + 1) % 3]
    with other.client() as client, pytest.raises(MovedError) as refusal:
        client.get("moved")
    assert refusal.value.port == cluster.nodes[home(cluster, "moved")].port
    with cluster.client() as client:
        assert client.set("moved", 1)


def test_keys_of_two_slots_need_a_tag(cluster):
    with cluster.nodes[home(cluster, "{7}")].client() as client:
        with pytest.raises(ClusterCrossSlotError):
            client.mset({"cart:7": 1, "orders:7": 2})
        assert client.mset({"{7}cart": 1, "{7}orders": 2})


def test_half_way_the_source_answers_for_what_it_still_has(cluster):
    keys = [f"{{half}}{number}" for number in range(4)]
    old = home(cluster, "{half}")
    with cluster.nodes[old].client() as client:
        client.mset(dict.fromkeys(keys, 1))
        move = cluster.move(sharding.redis_slot("{half}"), to=(old + 1) % 3)
        move.begin()
        assert move.transfer(keys=3) == 3
        answers = [asked(client, key) for key in keys]
        assert sorted(map(str, answers)) == ["ASK", "ASK", "ASK", "b'1'"]
        assert move.transfer() == 1 and move.transfer() == 0
        move.finish()
        assert {asked(client, key) for key in keys} == {"MOVED"}
    assert home(cluster, "{half}") == (old + 1) % 3


def asked(client, key):
    try:
        return client.get(key)
    except MovedError:  # an AskError too, to redis-py
        return "MOVED"
    except AskError:
        return "ASK"


@pytest.mark.parametrize(
    ("slots", "to", "words"),
    [
        ([0, 16383], 1, "slots have 2 owners: a move has one source"),
        (16384, 1, "slots holds 16384: a slot is a whole number, 0 to 16383"),
        (0.5, 1, r"slots holds 0\.5"),
        (0, 3, "to is 3: it must be the index of another node"),
        (0, 0, "to is 0"),
    ],
)
def test_a_move_that_cannot_be_is_refused(cluster, slots, to, words):
    with pytest.raises(ValueError, match=words):
        cluster.move(slots, to=to)


def test_a_node_joins_under_traffic_and_nothing_is_lost():
    with redis.cluster() as nodes, nodes.client() as client:
        going, acknowledged, failed = threading.Event(), {}, []

        def write():
            number = 0
            while not going.is_set():
                number += 1
                try:
                    client.set(f"key:{number % 500}", number)
                    acknowledged[number % 500] = number
                except Exception as error:
                    failed.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            new = nodes.add_node()
            nodes.move_slot(0, to=new)
            client.nodes_manager.initialize()
            nodes.reshard(to=new, slots=16384 // 12)
        finally:
            going.set()
            writer.join()
        assert not failed
        assert len(acknowledged) == 500
        assert all(int(client.get(f"key:{key}")) == acknowledged[key] for key in acknowledged)
        assert np.bincount(nodes.slots()).min() > 4000
        with nodes.nodes[new].client() as fourth:
            assert fourth.dbsize() > 50


def test_a_replica_takes_over_for_its_primary(eventually):
    with redis.cluster(primaries=3, replicas=1, cluster_node_timeout=1000) as six:
        with six.client() as client:
            client.set("key", 1)
        lost = home(six, "key")
        six.nodes[lost].kill()
        seen_by = (lost + 1) % 3
        eventually(
            lambda: six.slots(seen_by)[sharding.redis_slot("key")] >= 3, "nobody takes over", 30
        )


def test_kill_9_leaves_nothing(reader):
    kernel = reader("""
import time
from scalelab.measure import redis
with redis.cluster() as nodes:
    print(*(node.port for node in nodes.nodes), flush=True)
    time.sleep(600)
""")
    kernel.send(signal.SIGKILL)
    kernel.leaves_nothing()
