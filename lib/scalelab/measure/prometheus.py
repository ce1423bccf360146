"""Prometheus, which asks every server for its counters and answers questions about them.

``config`` writes the configuration, which is worth reading; ``run`` starts Prometheus with it.

>>> print(config(["127.0.0.1:20001"], interval=0.5), end="")
global:
  scrape_interval: 500ms
  scrape_timeout: 500ms
scrape_configs:
  - job_name: book
    static_configs:
      - targets: ["127.0.0.1:20001"]

Notes
-----
Prometheus looks for its targets every five seconds: nothing is known of them before, so
`Prometheus.scraped` waits. It has no wheel; Debian, Ubuntu and Homebrew have a package.
All that it stores is in its temporary folder.
"""

import contextlib
import http.client
import json
import math
import time
import urllib.parse
from numbers import Real

from .handles import Site
from .launcher import Part, PartFailed, running
from .parts import find

LIMIT = 30.0
"""Seconds within which it must have asked all its targets."""


def config(targets, interval=1.0, rules=()):
    """Text of a Prometheus configuration that asks each target for ``/metrics``.

    Parameters
    ----------
    targets : sequence of str
        ``"127.0.0.1:port"``.
    interval : float
        Seconds between two scrapes of a target, at least a millisecond.
    rules : sequence of str
        Names of files with alerts and recorded series, evaluated once an interval: see `run`.

    Returns
    -------
    str
    """
    targets = _texts("targets", targets)
    if not targets:
        raise ValueError("targets is empty: name the address of at least one server")
    if not (isinstance(interval, Real) and 0.001 <= interval < math.inf):
        raise ValueError(f"interval is {interval!r}: it must be 0.001 s or more")
    every = f"{round(interval * 1000)}ms"
    lines = ["global:", f"  scrape_interval: {every}", f"  scrape_timeout: {every}"]
    if names := _texts("rules", rules):
        lines += [f"  evaluation_interval: {every}", f"rule_files: {json.dumps(names)}"]
    lines += ["scrape_configs:", "  - job_name: book", "    static_configs:"]
    return "\n".join([*lines, f"      - targets: {json.dumps(targets)}", ""])


class Prometheus(Site):
    """A running Prometheus."""

    def query(self, expression, at=None):
        """Answer a question in PromQL.

        Parameters
        ----------
        expression : str
            ``'sum by (route) (rate(requests_total[5s]))'``.
        at : float, optional
            The moment, in seconds since 1970 (``time.time()``); now if not given.

        Returns
        -------
        pandas.DataFrame
            A row for each series: a column for each of its labels, and its ``value``.

        Raises
        ------
        ValueError
            Prometheus does not understand the expression; its message says why.
        """
        import pandas as pd

        asked = {"query": expression} if at is None else {"query": expression, "time": at}
        answer = self._get(f"/api/v1/query?{urllib.parse.urlencode(asked)}")
        if answer["status"] != "success":
            raise ValueError(f"expression is {expression!r}: {answer['error']}")
        found = answer["data"]["result"]
        if answer["data"]["resultType"] in ("scalar", "string"):
            found = [{"metric": {}, "value": found}]
        elif answer["data"]["resultType"] == "matrix":
            raise ValueError(f"expression is {expression!r}: ask for one moment, not for a range")
        rows = [{**one["metric"], "value": float(one["value"][1])} for one in found]
        return pd.DataFrame(rows, columns=None if rows else ["value"])

    def scraped(self):
        """Wait until each target has been asked once, also those that did not answer.

        Raises
        ------
        PartFailed
            That took longer than half a minute.
        """
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            active = self._get("/api/v1/targets")["data"]["activeTargets"]
            if active and all(target["health"] != "unknown" for target in active):
                return
            time.sleep(0.05)
        raise PartFailed(f"Prometheus did not ask all its targets within {LIMIT:g} s")

    def _get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())


class _Server(Part):
    def answers(self):
        if not super().answers():
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        return False


@contextlib.contextmanager
def run(text, files=None):
    """Run Prometheus with this configuration until the end of the block.

    Parameters
    ----------
    text : str
        The configuration.
    files : dict of str to str, optional
        Name and text of further files beside it: rules.

    Yields
    ------
    Prometheus

    Raises
    ------
    MissingPart
        Prometheus is not installed.
    PartFailed
        It did not start, for instance because of a mistake in ``text``.

    Examples
    --------
    ::

        with run(config([app.address for app in apps], interval=0.5)) as prometheus:
            prometheus.scraped()
            prometheus.query("sum(rate(requests_total[5s]))")
    """
    if not isinstance(text, str):
        raise ValueError(f"text is {text!r}: give what config(...) returns")
    program, environment = find("prometheus")
    part = _Server(
        "Prometheus",
        lambda port: [
            program,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ],
        files={**(files or {}), "prometheus.yml": text},
        environment=environment,
    )
    with running([part]):
        yield Prometheus(part.port)


def _texts(what, values):
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{what} is {values!r}: give a list of texts")
    return list(values)
