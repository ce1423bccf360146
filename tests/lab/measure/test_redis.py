import pytest
from redis.exceptions import ConnectionError

from scalelab.measure import PartFailed, available, ports, redis

pytestmark = pytest.mark.skipif(not available("valkey"), reason="no server of the Redis protocol")


def test_single_stores_and_is_gone_afterwards():
    with redis.single() as server, server.client(decode_responses=True) as client:
        client.set("key", "value")
        assert client.get("key") == "value"
        assert client.info("server")["process_id"] == server.part.pid
    assert ports.free(server.port)
    with server.client(retry=None) as client, pytest.raises(ConnectionError):
        client.ping()


def test_settings_are_passed_on():
    settings = {"maxmemory": "2mb", "maxmemory_policy": "allkeys-lfu"}
    with redis.single(**settings) as server, server.client(decode_responses=True) as client:
        assert client.config_get("maxmemory*")["maxmemory"] == str(2 * 2**20)
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lfu"}
        assert client.config_get("save") == {"save": ""}


def test_an_unknown_setting_is_named():
    message = r"(?s)Valkey did not start.*maxmemori"
    with pytest.raises(PartFailed, match=message), redis.single(maxmemori="1mb"):
        pass
