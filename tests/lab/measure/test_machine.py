import datetime
import platform

import pytest

from scalelab import measure


def test_the_machine_is_described():
    table = measure.machine("haproxy", "valkey")["this machine"]
    assert list(table.index) == [
        "date", "processor", "cores", "memory", "operating system", "Python",
        "HAProxy", "Valkey or Redis",
    ]  # fmt: skip
    assert table["Python"] == platform.python_version()
    assert datetime.date.fromisoformat(table["date"]) <= datetime.date.today()
    assert int(table["cores"]) >= 1 and float(table["memory"].split()[0]) > 0
    for title, name in (("HAProxy", "haproxy"), ("Valkey or Redis", "valkey")):
        assert (table[title] == "not installed") != measure.available(name)


def test_every_part_is_named_by_one_call():
    titles = [source.title for source in measure.parts.SOURCES.values()]
    assert list(measure.machine().index)[-len(titles) :] == titles
    with pytest.raises(ValueError, match="no part is called 'hapoxy'"):
        measure.machine("hapoxy")


def test_a_missing_part_is_said_so(monkeypatch):
    measure.parts.version.cache_clear()
    monkeypatch.setattr(measure.parts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    assert measure.machine().loc["HAProxy", "this machine"] == "not installed"
    measure.parts.version.cache_clear()
