import csv
import math
import urllib.request
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor

import pytest

from scalelab.measure import PartFailed, available, haproxy, http, load

App = namedtuple("App", "name address")
SAMPLE = [App("app0", "127.0.0.1:20001"), App("app1", "127.0.0.1:20002")]
real = pytest.mark.skipif(not available("haproxy"), reason="HAProxy is not installed")


@pytest.fixture(scope="module")
def apps():
    with http.servers([1, 1, 1, 1]) as apps:
        yield apps


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        ("random", "balance random(1)"),
        ("round_robin", "balance roundrobin"),
        ("least_connections", "balance leastconn"),
        ("power_of_d", "balance random(2)"),
        ("ip_hash", "balance hdr(X-Forwarded-For)"),
    ],
)
def test_policies_in_haproxys_words(policy, line):
    text = haproxy.config(SAMPLE, policy)
    assert f"    {line}\n" in text
    assert "    server app1 127.0.0.1:20002" in text
    assert ("weight 256\n" in text) == ("random" in line)
    assert "retries 0\n" in text


def test_hashing():
    assert "balance source\n" in haproxy.config(SAMPLE, "ip_hash", "tcp")
    assert "hash-type map-based" in haproxy.config(SAMPLE, "ip_hash")
    consistent = haproxy.config(SAMPLE, "ip_hash", hash_type="consistent")
    assert "hash-type consistent" in consistent
    assert "weight 256" in consistent


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": "fastest"}, "policy is 'fastest'; known are random, round_robin"),
        ({"mode": "udp"}, "mode is 'udp'; known are http, tcp"),
        ({"hash_type": "jump"}, "known are map-based, consistent"),
        ({"apps": []}, "apps is empty"),
        ({"mode": "tcp", "routes": {"/a": SAMPLE}}, "routes need mode 'http'"),
        ({"routes": {"/a }\nuser x": SAMPLE}}, "neither a path"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        haproxy.config(**{"apps": SAMPLE} | arguments)


def test_a_configuration_must_leave_the_port_open():
    message = r"does not bind 127.0.0.1:\${PORT}"
    with pytest.raises(ValueError, match=message), haproxy.run("global\n"):
        pass


@real
def test_a_mistake_in_the_configuration_is_shown():
    text = haproxy.config(SAMPLE).replace("roundrobin", "fastest")
    with (
        pytest.raises(
            PartFailed, match=r"(?s)HAProxy did not start: exit code 1.*balance only supports"
        ),
        haproxy.run(text),
    ):
        pass


@real
def test_round_robin_is_exactly_even(apps, ask):
    with haproxy.run(haproxy.config(apps)) as lb:
        names = ask(lb.port, 40)
        assert Counter(names) == {f"app{i}": 10 for i in range(4)}
        assert all(names[i] == names[i - 4] for i in range(4, 40))
        result = load.open_loop(lb.url, rate=300, duration=1, seed=1, mean_work=0.002)
    counts = result.requests_by_server.values()
    assert result.errors == 0
    assert max(counts) - min(counts) <= 1


@real
def test_random_is_even_by_chance_only(apps, ask):
    requests = 1600
    with haproxy.run(haproxy.config(apps, "random")) as lb:
        names = ask(lb.port, requests)
    chance = 5.5 * math.sqrt(requests * 1 / 4 * 3 / 4)  # 4 in a hundred million
    ring = 0.08 * requests / 4  # uneven shares of the hash ring
    for i in range(4):
        assert abs(names.count(f"app{i}") - requests / 4) < chance + ring
    assert any(names[i] != names[i - 4] for i in range(4, requests))


@real
def test_least_connections_counts_requests_that_wait_in_the_app(apps, ask, eventually):
    text = haproxy.config(apps[:2], "least_connections")
    text = text.replace("frontend door\n", "frontend door\n    stats uri /stats\n")
    apps[0].pause()
    try:
        with haproxy.run(text) as lb, ThreadPoolExecutor(1) as pool:
            stuck = pool.submit(ask, lb.port, 4)  # sooner or later one meets app0
            eventually(lambda: sessions(lb, "app0") == 1, "app0 has no request")
            rest = ask(lb.port, 20)
            apps[0].resume()
            assert "app0" in stuck.result()
    finally:
        apps[0].resume()
    assert set(rest) == {"app1"}


def sessions(lb, name):
    """Requests that HAProxy counts as being at a server now."""
    with urllib.request.urlopen(f"{lb.url}/stats;csv", timeout=30) as page:
        rows = csv.DictReader(page.read().decode().lstrip("# ").splitlines())
        return next(int(row["scur"]) for row in rows if row["svname"] == name)


@real
def test_layer_4_pins_a_connection_and_layer_7_does_not(apps, ask):
    with haproxy.run(haproxy.config(apps, mode="tcp")) as lb:
        assert len(set(ask(lb.port, 20))) == 1
        assert {ask(lb.port)[0] for _ in range(4)} == {app.name for app in apps}
        pinned = load.open_loop(lb.url, rate=100, duration=0.5, seed=1, connections=1)
        spread = load.open_loop(lb.url, rate=100, duration=0.5, seed=1, keep_alive=False)
    assert len(pinned.requests_by_server) == 1
    assert len(spread.requests_by_server) == 4
    with haproxy.run(haproxy.config(apps, mode="http")) as lb:
        assert len(set(ask(lb.port, 20))) == 4


@real
@pytest.mark.parametrize("hash_type", haproxy.HASH_TYPES)
def test_ip_hash_keeps_an_address_on_its_server(apps, hash_type, ask):
    addresses = [f"203.0.113.{i}" for i in range(64)]
    with haproxy.run(haproxy.config(apps, "ip_hash", hash_type=hash_type)) as lb:
        homes = [ask(lb.port, headers={"X-Forwarded-For": a})[0] for a in addresses]
        result = load.open_loop(lb.url, rate=200, duration=1, seed=1, addresses=addresses)
    assert len(set(homes)) == 4
    assert all(name == homes[i % 64] for i, name in enumerate(result.servers))


@real
def test_routes_by_path_and_header(apps, ask):
    routes = {"/images": [apps[3]], "X-Device: phone": [apps[2]]}
    with haproxy.run(haproxy.config(apps[:2], routes=routes)) as lb:
        assert set(ask(lb.port, 6)) == {"app0", "app1"}
        assert set(ask(lb.port, 6, "/images/cat.png?work=0")) == {"app3"}
        assert set(ask(lb.port, 6, headers={"X-Device": "phone"})) == {"app2"}
        assert set(ask(lb.port, 6, headers={"X-Device": "desk"})) == {"app0", "app1"}
        result = load.open_loop(lb.url, rate=100, duration=0.3, seed=1, path="/images")
        assert set(result.requests_by_server) == {"app3"}
        result = load.open_loop(lb.url, 100, 0.3, seed=1, headers={"X-Device": "phone"})
        assert set(result.requests_by_server) == {"app2"}


@real
def test_a_client_that_gives_up_leaves_the_queue_behind_the_balancer(apps, ask):
    with haproxy.run(haproxy.config(apps[:1])) as lb:
        gone = load.open_loop(lb.url, rate=50, duration=0.2, seed=1, mean_work=300, timeout=0.3)
        assert set(gone.outcomes) == {"timeout"}
        assert ask(lb.port) == ["app0"]


@real
def test_a_dead_server_is_an_error_and_not_a_retry(ask):
    with http.servers([1, 1]) as apps, haproxy.run(haproxy.config(apps)) as lb:
        apps[1].part.stop()
        assert Counter(ask(lb.port, 10)) == {"app0": 5, "503": 5}
