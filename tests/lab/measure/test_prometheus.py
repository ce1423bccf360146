import http.server
import re
import threading
import time

import pytest

from scalelab.measure import MissingPart, PartFailed, available, parts, prometheus

TARGETS = ["127.0.0.1:20001", "127.0.0.1:20002"]
real = pytest.mark.skipif(not available("prometheus"), reason="Prometheus is not installed")


@pytest.fixture
def target():
    """A server whose counter has been asked for: its address, and how often it was."""

    class Counting(http.server.BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self):
            Counting.asked += 1
            text = f'jobs_total{{kind="a"}} {10 * Counting.asked}\njobs_total{{kind="b"}} 7\n'
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}", lambda: Counting.asked
        server.shutdown()
        thread.join()


def test_a_configuration_names_targets_intervals_and_rules():
    text = prometheus.config(TARGETS, interval=0.25, rules=["alerts.yml"])
    assert 'targets: ["127.0.0.1:20001", "127.0.0.1:20002"]' in text
    assert re.findall(r"(\w+): 250ms", text) == [
        "scrape_interval", "scrape_timeout", "evaluation_interval",
    ]  # fmt: skip
    assert 'rule_files: ["alerts.yml"]\n' in text
    assert "rule_files" not in prometheus.config(TARGETS)
    assert "scrape_interval: 1000ms" in prometheus.config(TARGETS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"targets": []}, "targets is empty"),
        ({"targets": "127.0.0.1:20001"}, "targets is '127.0.0.1:20001': give a list of texts"),
        ({"targets": [20001]}, r"targets is \[20001\]: give a list of texts"),
        ({"interval": 0}, "interval is 0: it must be 0.001 s or more"),
        ({"interval": "1s"}, "interval is '1s'"),
        ({"interval": float("nan")}, "interval is nan"),
        ({"rules": "alerts.yml"}, "rules is 'alerts.yml'"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        prometheus.config(**{"targets": TARGETS} | arguments)


def test_a_configuration_is_a_text():
    with pytest.raises(ValueError, match="text is None: give what config"), prometheus.run(None):
        pass


def test_a_missing_prometheus_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parts, "_folder", lambda wheel: None)
    monkeypatch.setenv("PATH", "")
    message = "Prometheus is not installed: 'apt install prometheus'"
    with pytest.raises(MissingPart, match=message), prometheus.run(prometheus.config(TARGETS)):
        pass


@real
def test_a_mistake_in_the_configuration_is_shown():
    text = prometheus.config(TARGETS).replace("scrape_configs", "scrape_config")
    message = "(?s)Prometheus did not start: exit code .*field scrape_config not found"
    with pytest.raises(PartFailed, match=message), prometheus.run(text):
        pass


@real
def test_it_asks_its_targets_and_answers_questions(target, eventually):
    address, asked = target
    silent = "127.0.0.1:9"  # nobody listens there
    with prometheus.run(prometheus.config([address, silent], interval=0.2)) as server:
        server.scraped()
        eventually(lambda: asked() >= 3, "it does not go on asking")
        up = server.query("up").set_index("instance")["value"]
        assert up.to_dict() == {address: 1.0, silent: 0.0}
        jobs = server.query("sum by (kind) (jobs_total)").set_index("kind")["value"]
        assert jobs["b"] == 7 and jobs["a"] % 10 == 0 and jobs["a"] >= 10
        assert server.query("1 + 1")["value"].tolist() == [2.0]
        assert server.query("scalar(vector(3))")["value"].tolist() == [3.0]
        empty = server.query("nothing_like_it")
        assert len(empty) == 0 and list(empty.columns) == ["value"]
        assert len(server.query("up", at=time.time() - 3600)) == 0
        with pytest.raises(ValueError, match=r"expression is 'sum\(': .*parse error"):
            server.query("sum(")
        with pytest.raises(ValueError, match="ask for one moment, not for a range"):
            server.query("up[5s]")


@real
def test_rules_become_series_and_alerts(target, eventually):
    address, _ = target
    rules = """groups: [{name: book, rules: [
        {record: jobs, expr: sum(jobs_total)}, {alert: Working, expr: jobs_total > 0}]}]"""
    text = prometheus.config([address], interval=0.2, rules=["rules.yml"])
    with prometheus.run(text, files={"rules.yml": rules}) as server:
        server.scraped()
        eventually(lambda: len(server.query("jobs")) == 1, "the rule records nothing")
        eventually(lambda: len(server.query("ALERTS")) == 2, "the alert does not fire")
        assert set(server.query("ALERTS")["alertname"]) == {"Working"}


@real
def test_a_prometheus_that_asks_nobody_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(prometheus, "LIMIT", 0.2)
    slow = pytest.raises(PartFailed, match=r"did not ask all its targets within 0\.2 s")
    with prometheus.run(prometheus.config(TARGETS)) as server, slow:
        server.scraped()
