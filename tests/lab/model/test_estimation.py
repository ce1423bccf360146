"""Estimates with units: published arithmetic done again, and mix-ups refused."""

import numpy as np
import pint
import pytest

from scalelab.model import estimation
from scalelab.model.estimation import quantity


def close(value, expected):
    """Return whether a quantity is about `expected`, a text with its unit."""
    expected = quantity(expected)
    return value.to(expected.units).magnitude == pytest.approx(expected.magnitude, rel=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 day", "86400 s"),
        ("1 month", "30 day"),
        ("1 year", "365 day"),
        ("1 week", "168 h"),
        ("90 min", "1.5 h"),
        ("1 B", "8 bit"),
        ("1 kB", "1000 B"),
        ("1 KiB", "1024 B"),
        ("1 MiB", "1024 KiB"),
        ("1 GiB", "1024 MiB"),
        ("1 TiB", "1024 GiB"),
        ("1 PiB", "1024 TiB"),
        ("1 EB", "1000 PB"),
        ("1 PB", "1000 TB"),
        ("1 TB", "1000 GB"),
        ("1 GB", "1000 MB"),
        ("1 MB", "1000 kB"),
        ("1 s", "1000 ms"),
        ("1 ms", "1000 us"),
        ("1 us", "1000 ns"),
        ("1 USD", "1 dollar"),
        ("25 %", "0.25"),
    ],
)
def test_units_are_what_they_say(one, other):
    assert close(quantity(one), other)


def test_what_does_not_fit_is_not_added():
    with pytest.raises(pint.DimensionalityError, match="Cannot convert from 'second'"):
        quantity("3 s") + quantity("4 B")
    for one, other in [("1 user", "1 request"), ("1 B", "1"), ("1 machine", "1 dollar")]:
        with pytest.raises(pint.DimensionalityError):
            quantity(one) + quantity(other)
    with pytest.raises(ValueError, match=r"^stay is 4 B: it must be in units of s$"):
        estimation.workload("1 user/s", "1 request/user", stay="4 B")


def test_a_workload_by_hand():
    load = estimation.workload(
        "8.64e6 user/day", "5 request/user", visits=2, stay="10 min", response="40 kB/request",
        kept="100 B/request", peak_factor=3,
    )  # fmt: skip
    assert close(load.concurrent, "120000 user")
    assert close(load.peak_concurrent, "360000 user")
    assert close(load.rate, "1000 request/s")
    assert close(load.peak_rate, "3000 request/s")
    assert close(load.egress, "40 MB/s")
    assert close(load.peak_egress, "960 Mbit/s")
    assert close(load.growth, "8.64 GB/day")
    assert close(load.storage("10 day", copies=3), "259.2 GB")
    assert str(load.rate) == "1000.0 request / s"
    assert f"{load.growth:.0f}" == "8640000000 B / d"


def test_little_and_the_defaults():
    load = estimation.workload("5e6 user/day", "1 request/user", visits=6, stay="8 min")
    assert load.concurrent.magnitude == pytest.approx(166_666.7, abs=0.1)
    assert load.peak_rate == load.rate
    assert load.egress.magnitude == load.growth.magnitude == 0
    once = estimation.workload("5e6 user/day", "1 request/user", stay="8 min")
    assert close(6 * once.concurrent, f"{load.concurrent.magnitude} user")


def test_the_traps_computed():
    # A billion views a day of 100 MB leave at 1,157 GB/s.
    views = estimation.workload(
        "1e9 user/day", "1 request/user", stay="1 h", response="100 MB/request"
    )
    assert views.egress.to("GB/s").magnitude == pytest.approx(1157.4, abs=0.05)
    # 3,500 records a second of 1,204 B: 364 GB a day, 664 TB in five years.
    records = estimation.workload(
        "3500 user/s", "1 request/user", stay="1 s", kept="1204 B/request"
    )
    assert records.growth.to("GB/day").magnitude == pytest.approx(364.1, abs=0.05)
    assert records.storage("5 year").to("TB").magnitude == pytest.approx(664.5, abs=0.05)


def test_who_waits_longer_asks_less():
    assert close(estimation.interactive_rate("1000 user", "9 s", "1 s"), "100 request/s")
    assert close(estimation.interactive_rate("1000 user", "0 s", "500 ms"), "2000 request/s")
    with pytest.raises(ValueError, match="response_time is 0, and so is think_time"):
        estimation.interactive_rate("1000 user", "0 s", "0 s")


def test_machines_come_whole():
    each = "500 request/s/machine"
    assert close(estimation.machines("3000 request/s", each, utilization=0.6), "10 machine")
    assert close(estimation.machines("3001 request/s", each, utilization=0.6), "11 machine")
    assert close(estimation.machines("3001 request/s", each, utilization=1), "7 machine")
    assert close(estimation.machines("180000 request/min", each, utilization=0.6), "10 machine")
    spare = estimation.machines("3000 request/s", each, utilization=0.6, spare=2)
    assert close(spare, "12 machine")


def test_a_bill_by_hand():
    month = estimation.bill(
        "10 machine", "2 TB", "1 MB/s", machine_price="876 dollar/machine/year",
        storage_price="0.02 dollar/GB/month", egress_price="0.05 dollar/GB",
    )  # fmt: skip
    assert close(month.machines, "720 dollar/month")
    assert close(month.storage, "40 dollar/month")
    assert close(month.egress, "129.6 dollar/month")
    assert close(month.total, "889.6 dollar/month")
    assert f"{month.total:.1f}" == "889.6 USD / month"


def test_estimates_are_swept():
    users = np.array([1e6, 2e6, 4e6]) * quantity("1 user/day")
    load = estimation.workload(users, "8.64 request/user", stay="1 min", peak_factor=[[1], [2]])
    rates = [[100, 200, 400], [200, 400, 800]]
    np.testing.assert_allclose(load.peak_rate.to("request/s").magnitude, rates)
    fleet = estimation.machines(load.peak_rate, "30 request/s/machine", utilization=1)
    np.testing.assert_array_equal(fleet.magnitude, [[4, 7, 14], [7, 14, 27]])


def test_one_window_for_all_nines():
    table = estimation.nines_table()
    assert table["downtime"].tolist() == ["7.2 h", "43.2 min", "21.6 min", "4.32 min", "25.9 s"]
    np.testing.assert_allclose(table["downtime_s"], [25920, 2592, 1296, 259.2, 25.92])
    year = estimation.nines_table([0.99, 0.999, 1], "1 year")
    assert year["downtime"].tolist() == ["3.65 d", "8.76 h", "0 s"]
    assert year["availability"].tolist() == [0.99, 0.999, 1]
    assert estimation.nines_table([0], "1 day")["downtime"].tolist() == ["1 d"]
    assert estimation.nines_table([0], "1 h")["downtime"].tolist() == ["1 h"]
    assert estimation.nines_table([0], "1 min")["downtime"].tolist() == ["1 min"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quantity("5", "s"), "value is 5: it must be in units of s"),
        (lambda: quantity(5), "value is 5: give a text such as '5 MB'"),
        (lambda: quantity(""), "value is '': give a text such as '5 MB'"),
        (lambda: quantity("5 parsec"), "value is '5 parsec', which is no known unit: try '5 MB'"),
        (lambda: quantity("5 B", "parsec"), "unit is 'parsec', which is no known unit"),
        (lambda: quantity("5 B", "s"), "value is 5 B: it must be in units of s"),
        (
            lambda: estimation.workload("5e6 user", "1 request/user", stay="1 s"),
            "users is 5e6 user: it must be in units of user/s",
        ),
        (
            lambda: estimation.workload("1 user/s", "1 request/user", stay="1 s", peak_factor=0.5),
            "peak_factor is 0.5: it must be a number of at least 1",
        ),
        (
            lambda: estimation.workload("1 user/s", "1 request/user", stay="1 s", visits=0),
            "visits is 0: it must be a number above 0",
        ),
        (lambda: estimation.nines_table([1.5]), "availabilities is 1.5: it must be .* at most 1"),
        (
            lambda: estimation.workload("-1 user/s", "1 request/user", stay="1 s"),
            "users is -1: it must be a number of at least 0",
        ),
        (
            lambda: estimation.machines("1 request/s", "0 request/s/machine", utilization=0.5),
            "capacity is 0: no number of such machines is enough",
        ),
        (
            lambda: estimation.machines("1 request/s", "9 request/s/machine", utilization=1.1),
            "utilization is 1.1: it must be .* at most 1",
        ),
    ],
)
def test_a_wrong_estimate_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()
