"""A day of users: against Little's law, against counting by hand, and across midnight."""

import numpy as np
import pytest

from scalelab import simulate, stats


def by_hand(visits, seed, requests, pause, interval):
    """Return arrivals, asked and inside, from lists of when each visit began, asked and ended."""
    rng, steps = stats.generator(seed), round(86_400 / interval)
    begun, asked, ended = [], [], []
    for _ in range(visits):
        begun.append(rng.random() * 86_400)
        now = begun[-1]
        for _ in range(1 + int(rng.standard_exponential() / -np.log1p(-1 / requests))):
            now += rng.standard_exponential() * pause
            asked.append(now)
        ended.append(now)
    arrivals = np.histogram(begun, steps, (0, 86_400))[0]
    rate = np.histogram(np.mod(asked, 86_400), steps, (0, 86_400))[0]
    inside = [
        sum(b < k * interval + day <= e for b, e in zip(begun, ended, strict=True) for day in DAYS)
        for k in range(steps)
    ]
    return arrivals / interval, rate / interval, inside


DAYS = 86_400.0 * np.arange(5)


@pytest.mark.parametrize(("pause", "interval"), [(300.0, 3600.0), (9000.0, 7200.0)])
def test_each_request_is_where_counting_puts_it(pause, interval):
    run = simulate.day(300, seed=3, requests=5, pause=pause, interval=interval)
    arrivals, rate, inside = by_hand(300, 3, 5, pause, interval)
    np.testing.assert_array_equal(run.arrivals, arrivals)
    np.testing.assert_array_equal(run.rate, rate)
    np.testing.assert_array_equal(run.concurrent, inside)
    np.testing.assert_array_equal(run.time, np.arange(len(rate)) * interval)


def test_littles_law_and_the_interactive_law(agree):
    def run(seed):
        day = simulate.day(100_000, seed, requests=4, pause=90)
        return day.concurrent.mean(), day.rate.mean()

    inside = 100_000 / 86_400 * 4 * 90
    agree(run, (inside, inside / 90))


def test_concurrency_follows_its_arrivals_late(agree):
    # Arrivals stop at noon: then those inside leave, a fraction e of them in each mean stay.
    def run(seed):
        day = simulate.day(500_000, seed, requests=6, pause=600, shape=[1, 0], interval=3600)
        return day.concurrent[[12, 13, 14]] + 1.0

    full = 500_000 / 43_200 * 3600
    agree(run, 1 + full * np.exp([0, -1, -2]), within=0.02)


def test_visits_begin_when_the_shape_says():
    run = simulate.day(40_000, seed=1, shape=[1, 0, 3, 0], interval=21_600)
    assert run.arrivals[[1, 3]].tolist() == [0, 0]
    assert run.arrivals[0] * 21_600 == pytest.approx(10_000, rel=0.03)
    assert run.arrivals.sum() * 21_600 == 40_000


def test_a_visit_of_one_request():
    run = simulate.day(1000, seed=1, requests=1, pause=1)
    assert run.rate.sum() * 60 == pytest.approx(1000)


def test_the_peak_factor_grows_where_chance_can_be_seen():
    factors = [simulate.day(visits, 1, interval=1).peak_factor for visits in (1000, 100_000)]
    assert factors[0] > 10 > factors[1] > 1
    run = simulate.day(1000, 1, shape=[1, 1, 2])
    assert run.peak_factor == run.rate.max() / run.rate.mean()


def test_same_seed_same_day():
    one, two, other = (simulate.day(1000, seed).rate for seed in (1, 1, 2))
    assert (one == two).all() and (one != other).any()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"interval": 7}, "interval is 7: no whole number of them makes a day"),
        ({"interval": 90_000}, "interval is 90000: no whole number"),
        ({"requests": 0.9}, "requests is 0.9: it must be a number of at least 1"),
        ({"shape": [1, -1]}, "shape holds a weight that is below 0"),
        ({"shape": [0, 0]}, "shape holds .* only zeros"),
        ({"shape": [[1, 2]]}, "shape has shape"),
        ({"shape": []}, "shape has shape"),
        ({"visits": 0}, "visits is 0: it must be a whole number"),
        ({"pause": 0}, "pause is 0"),
    ],
)
def test_an_error_says_what_to_do(arguments, words):
    with pytest.raises(ValueError, match=words):
        simulate.day(**{"visits": 10, **arguments})
