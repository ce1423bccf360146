"""The supermarket model and balls in bins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from scalelab.model import queueing
from scalelab.model.balancing import max_load, supermarket


@pytest.mark.parametrize(("choices", "mean"), [(1, 10.0), (2, 2.6141), (3, 2.0279)])
def test_the_mean_is_the_published_one(choices, mean):
    assert supermarket(0.9, choices).mean_response == pytest.approx(mean, abs=5e-5)


@given(st.floats(0.05, 0.99), st.integers(1, 5))
def test_the_tail_is_the_fixed_point(rho, d):
    # As many servers get an i-th request as finish one: Mitzenmacher (2001), equation 2.
    s = supermarket(rho, d).tail(np.arange(12))
    arriving = rho * (s[:-2] ** d - s[1:-1] ** d)
    np.testing.assert_allclose(arriving, s[1:-1] - s[2:], atol=1e-12)
    assert s[0] == 1
    assert s[1] == pytest.approx(rho)


@pytest.mark.parametrize("choices", [1, 2, 3, 10])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.99])
def test_the_responses_fit_their_mean(rho, choices):
    model = supermarket(rho, choices)
    area, _ = quad(model.response_tail, 0, 4000, limit=500, points=[1, 10, 100])
    assert area == pytest.approx(model.mean_response, rel=1e-6)
    assert model.response_tail(model.response_quantile(0.99)) == pytest.approx(0.01)


@given(st.floats(0.01, 0.999))
def test_one_choice_is_a_queue_at_each_server(rho):
    model, queue = supermarket(rho, 1), queueing.mm1(rho, 1)
    assert model.mean_response == pytest.approx(queue.mean_response)
    assert model.response_quantile(0.99) == pytest.approx(queue.response_quantile(0.99))


@given(st.floats(0.01, 0.99), st.integers(1, 6))
def test_another_choice_is_never_slower(rho, d):
    fewer, more = supermarket(rho, d), supermarket(rho, d + 1)
    assert more.mean_response <= fewer.mean_response
    assert more.response_quantile(0.99) <= fewer.response_quantile(0.99) * (1 + 1e-9)


def test_sweeps_are_the_single_answers():
    rho = np.array([0.0, 0.5, 0.99])
    sweep = supermarket(rho, 2)
    for k in range(3):
        one = supermarket(rho[k], 2)
        assert sweep.mean_response[k] == pytest.approx(one.mean_response)
        assert sweep.response_quantile(0.5)[k] == pytest.approx(one.response_quantile(0.5))
        assert sweep.tail(3)[k] == pytest.approx(one.tail(3))


def test_the_leading_terms_of_the_fullest_bin():
    n = np.array([1e3, 1e6, 1e9])
    np.testing.assert_allclose(max_load(n), np.log(n) / np.log(np.log(n)))
    np.testing.assert_allclose(max_load(n, 3), np.log(np.log(n)) / np.log(3))
    with pytest.raises(ValueError, match="balls is 2: it must be a whole number of at least 3"):
        max_load(2)


def test_a_full_system_has_no_steady_state():
    with pytest.raises(ValueError, match=r"utilization is 1: .* no steady state"):
        supermarket(1.0)
