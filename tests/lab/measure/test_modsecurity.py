"""The firewall lets ordinary requests through and stops what looks like an attack."""

from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from scalelab import measure
from scalelab.measure import http, modsecurity


def status(port, text):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/search?name={quote(text)}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.skipif(
    not measure.available("modsecurity"), reason="ModSecurity is not installed: NOT run"
)
def test_an_attack_is_stopped_and_a_question_is_not():
    with http.servers([1]) as (app,), modsecurity.run(app.address) as wall:
        assert status(wall.port, "hello") == 200
        assert status(wall.port, "' OR '1'='1") == 403
        assert status(wall.port, "<script>alert(1)</script>") == 403


def test_an_address_elsewhere_is_refused():
    with pytest.raises(ValueError, match="on this machine"), modsecurity.run("example.com:80"):
        pass
