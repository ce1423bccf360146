"""Budgets, burn rates and alerts against the Workbook; RED and USE against tables by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.model import slo

HOUR = 3600


def test_the_identities_of_the_workbook():
    # 14.4 for an hour, 6 for six, 1 for 72 spend 2, 5 and 10 % of a budget of 30 days.
    np.testing.assert_allclose(
        slo.budget_spent([14.4, 6, 1], [HOUR, 6 * HOUR, 72 * HOUR]), [0.02, 0.05, 0.10]
    )
    assert slo.time_to_exhaust(14.4) == pytest.approx(50 * HOUR)
    assert slo.time_to_exhaust(1) == 30 * 24 * HOUR
    assert slo.time_to_exhaust(2, left=0.5, window=100) == 25
    np.testing.assert_array_equal(slo.time_to_exhaust([0, 0, 3], [1, 0, 0]), [np.inf, 0, 0])
    numbers = [(each.burn, each.long, each.short) for each in slo.WORKBOOK]
    expected = [(14.4, HOUR, 300), (6, 6 * HOUR, 1800), (1, 72 * HOUR, 6 * HOUR)]
    np.testing.assert_allclose(numbers, expected)


def test_budgets_and_burn_rates():
    assert slo.error_budget(0.999, 30 * 24 * 60) == pytest.approx(43.2)
    assert slo.burn_rate(1, 0.999) == pytest.approx(1000)
    np.testing.assert_allclose(slo.burn_rate([0, 0.001, 0.01], [0.9, 0.999, 0.95]), [0, 1, 0.2])
    assert slo.budget_spent(2, 30, window=120) == 0.5


def test_nothing_asked_for_and_nothing_spent():
    assert slo.error_budget(0.9, 0) == slo.budget_spent(0, 5) == slo.budget_spent(5, 0) == 0
    assert slo.error_budget(0, 7) == 7
    burn = slo.trailing_burn([0, 1], [0.5, 0.5], step=0.5, objective=0, duration=0.5)
    np.testing.assert_allclose(burn, [1, 1 / 3])
    assert slo.WORKBOOK[2].detection_time(0.5) == np.inf
    sparse = slo.Rule(burn=0.25, long=1.0, short=0.5)
    assert slo.alerts([1], [1], step=0.5, objective=0, rules=[sparse]).tolist() == [[True]]
    assert slo.red(EVENTS, 0.5)["rate"].item() == 10
    assert slo.use(EVENTS, 0.5)["errors"].item() == 1


@given(st.floats(0.01, 1000), st.floats(1, 1e6))
def test_the_time_to_exhaust_spends_all(burn, window):
    assert slo.budget_spent(burn, slo.time_to_exhaust(burn, 1, window), window) == pytest.approx(1)


def test_a_rule_is_made_from_its_budget():
    rule = slo.rule(0.5, 10, 2, window=100)
    assert (rule.burn, rule.long, rule.short) == (5, 10, 2)
    assert slo.rule(0.02, 24).short == 2
    assert slo.rule(1, 100, 100, window=100).burn == 1


def test_detection_and_reset_by_hand():
    page = slo.WORKBOOK[0]
    # All fail at 99.9 %: a burn of 1000 fills 14.4 in 1/69 of the hour, and needs 14.4/1000 of the
    # five minutes to be forgotten.
    assert page.detection_time(1000) == pytest.approx(51.84)
    assert page.reset_time(1000) == pytest.approx(300 * (1 - 0.0144))
    np.testing.assert_array_equal(page.detection_time([0, 14.4]), np.inf)
    assert page.detection_time(28.8) == pytest.approx(1800)


def test_a_trailing_burn_rate_by_hand():
    good, bad = [8, 10, 0, 5, 0], [2, 0, 0, 5, 0]
    burn = slo.trailing_burn(good, bad, step=10, objective=0.9, duration=20)
    np.testing.assert_allclose(burn, [2, 1, 0, 5, 5])
    burn = slo.trailing_burn(good, bad, step=10, objective=0.8, duration=10)
    np.testing.assert_allclose(burn, [1, 0, 0, 2.5, 0])
    burn = slo.trailing_burn(good, bad, step=10, objective=0.9, duration=1000)
    np.testing.assert_allclose(burn, [2, 1, 1, 7 / 3, 7 / 3])


@pytest.mark.parametrize("ratio", [0.02, 0.05, 0.2, 1.0])
def test_alerts_fire_and_end_when_the_closed_form_says(ratio):
    quiet, bad_for, step = 80 * HOUR, 2 * HOUR, 10
    ratios = np.repeat([0, ratio, 0], np.array([quiet, bad_for, 8 * HOUR]) // step)
    bad = 1e4 * ratios
    firing = slo.alerts(1e4 - bad, bad, step=step, objective=0.999)
    assert firing.shape == (3, len(ratios))
    assert not firing[:, : quiet // step].any()
    page, burn = slo.WORKBOOK[0], slo.burn_rate(ratio, 0.999)
    on = firing[0].nonzero()[0]
    began, ended = on[0] + 1 - quiet // step, on[-1] + 1 - (quiet + bad_for) // step
    assert 0 <= began * step - page.detection_time(burn) <= step
    assert 0 <= page.reset_time(burn) - ended * step <= step
    assert (np.diff(on) == 1).all()


def test_a_slow_leak_is_a_ticket_and_a_blip_is_nothing():
    step = 300
    leak = np.full(96 * HOUR // step, 0.0015)
    firing = slo.alerts(1 - leak, leak, step=step, objective=0.999)
    assert firing.any(axis=1).tolist() == [False, False, True]
    blip = np.zeros(96 * HOUR // step)
    blip[900] = 0.1
    assert not slo.alerts(1 - blip, blip, step=step, objective=0.999)[:, 880:].any()


def test_exactly_the_rule_does_not_fire():
    rule = slo.Rule(burn=2.0, long=20.0, short=10.0)
    numbers = dict(step=10, objective=0.5, rules=[rule])
    assert not slo.alerts([0, 0, 0], [9, 9, 9], **numbers).any()
    rule = slo.Rule(burn=1.0, long=20.0, short=10.0)
    firing = slo.alerts([0, 9, 0], [9, 0, 9], step=10, objective=0.5, rules=[rule])
    # Both windows must burn: at the second step the short one is quiet, at the third the long one
    # burns at the rule's rate and not above.
    assert firing.tolist() == [[True, False, False]]


EVENTS = pd.DataFrame(
    {
        "route": ["a", "a", "a", "b", "a"],
        "arrival": [0.0, 1.0, 2.0, 2.0, 6.0],
        "start": [0.0, 1.5, 3.0, 2.5, 6.0],
        "end": [1.0, 3.0, 4.0, 3.0, 9.0],
        "ok": [True, True, False, True, True],
    }
)


def test_red_by_hand():
    table = slo.red(EVENTS, 10, by="route", quantiles=[0, 0.5, 1])
    assert table.index.tolist() == ["a", "b"]
    assert table.columns.tolist() == ["rate", "errors", "error_ratio", "p0", "p50", "p100"]
    np.testing.assert_allclose(table.loc["a"], [0.4, 0.1, 0.25, 1, 2, 3])
    np.testing.assert_allclose(table.loc["b"], [0.1, 0, 0, 1, 1, 1])
    whole = slo.red(EVENTS, 5)
    assert whole.columns.tolist()[3:] == ["p50", "p95", "p99"]
    np.testing.assert_allclose(whole.iloc[0, :4], [1, 0.2, 0.2, 2])
    assert list(slo.red(EVENTS, 5, quantiles=0.999))[-1] == "p99.9"


def test_use_by_hand():
    table = slo.use(EVENTS, 10)
    np.testing.assert_allclose(table.iloc[0], [0.7, 0.2, 1])
    table = slo.use(EVENTS, 10, servers=2, by="route")
    np.testing.assert_allclose(table.loc["a"], [0.325, 0.15, 1])
    np.testing.assert_allclose(table.loc["b"], [0.025, 0.05, 0])


def test_a_quiet_service_has_no_errors():
    table = slo.red(EVENTS[:0], 10)
    assert table[["rate", "errors", "error_ratio"]].iloc[0].tolist() == [0, 0, 0]
    assert slo.use(EVENTS[:0], 10).iloc[0].tolist() == [0, 0, 0]


def test_truth_may_be_told_in_numbers():
    events = EVENTS.assign(ok=EVENTS["ok"].astype(int))
    pd.testing.assert_frame_equal(slo.red(events, 10), slo.red(EVENTS, 10))
    assert events["ok"].dtype != bool


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: slo.burn_rate(0.1, 1), "objective is 1: it must be .* below 1"),
        (lambda: slo.burn_rate(1.1, 0.9), "error_ratio is 1.1: it must be .* at most 1"),
        (lambda: slo.budget_spent(1, 1, 0), "window is 0: it must be a number above 0"),
        (lambda: slo.time_to_exhaust(1, 1, 0), "window is 0: it must be a number above 0"),
        (lambda: slo.time_to_exhaust(1, 1.5), "left is 1.5: it must be .* at most 1"),
        (lambda: slo.rule(0, 10), "budget is 0: it must be .* above 0"),
        (lambda: slo.rule(1.5, 10), "budget is 1.5: it must be .* at most 1"),
        (lambda: slo.rule(0.1, 0), "long is 0: it must be .* above 0"),
        (lambda: slo.rule(0.1, 10, 0), "short is 0: it must be .* above 0"),
        (lambda: slo.alerts([1], [0], step=0, objective=0.9), "step is 0: it must be .* above 0"),
        (lambda: slo.red(EVENTS, 0), "seconds is 0: it must be a number above 0"),
        (lambda: slo.use(EVENTS, 0), "seconds is 0: it must be a number above 0"),
        (lambda: slo.red(EVENTS, 1, quantiles=1.5), "quantiles is 1.5: it must be .* at most 1"),
        (
            lambda: slo.trailing_burn([1], [0], step=0, objective=0.9, duration=1),
            "step is 0: it must be a number above 0",
        ),
        (lambda: slo.rule(0.02, 10, 11), "short is 11: it must be .* at most 10"),
        (lambda: slo.rule(0.02, 101, window=100), "long is 101: it must be .* at most 100"),
        (lambda: slo.WORKBOOK[0].reset_time(14.4), "burn is 14.4: it must be a number above 14.4"),
        (
            lambda: slo.alerts([1], [0], step=301, objective=0.9),
            "step is 301: the shortest window of the rules is 300 s",
        ),
        (lambda: slo.alerts([1], [0], step=1, objective=0.9, rules=[1]), r"rules is \[1\]: give"),
        (lambda: slo.alerts([1], [0], step=1, objective=0.9, rules=[]), r"rules is \[\]: give"),
        (
            lambda: slo.trailing_burn([1, 2], [0], step=1, objective=0.9, duration=2),
            r"bad has shape \(1,\), good \(2,\): give one count per step",
        ),
        (
            lambda: slo.trailing_burn([1], [0], step=3, objective=0.9, duration=2),
            "duration is 2: it must be a number of at least 3",
        ),
        (lambda: slo.red(EVENTS.drop(columns="ok"), 1), "events lacks ok: it must be a table with"),
        (lambda: slo.red("x", 1), "events is 'x': it must be a table with the columns arrival"),
        (lambda: slo.red(EVENTS, 1, by="host"), "by is 'host': known are route, arrival"),
        (
            lambda: slo.use(EVENTS.assign(start=-1.0), 1),
            "events has a row whose start comes before its arrival",
        ),
        (lambda: slo.red(EVENTS.assign(end=np.nan), 1), "events, column end, is nan"),
        (lambda: slo.use(EVENTS, 1, servers=0), "servers is 0: it must be a whole number of"),
    ],
)
def test_a_wrong_objective_says_so(call, words):
    with pytest.raises(ValueError, match=words):
        call()
