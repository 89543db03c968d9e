"""The implicit steps follow the exact exponential of the chain and lose no probability."""

import numpy as np
import pytest
from scipy.linalg import expm

from optimizer.staffing.chain import cut, follow

SIZE = 40


def generator(births, deaths):
    """Return Q with rows that sum to 0."""
    matrix = np.diag(births[:-1], 1) + np.diag(deaths[1:], -1)
    return matrix - np.diag(matrix.sum(axis=1))


@pytest.fixture
def chain():
    births = np.full(SIZE, 1.3)
    births[-1] = 0.0
    deaths = 0.15 * np.minimum(np.arange(SIZE), 12)
    return births, deaths


def forward(births, deaths, start, steps):
    return follow(births[:-1], -(births + deaths), deaths[1:], start, steps)


@pytest.mark.parametrize("steps", [8, 24])
def test_steps_follow_the_matrix_exponential(chain, steps):
    """Eight steps an hour are within a thousandth of the exact law, and more are nearer."""
    start = np.zeros(SIZE)
    start[0] = 1.0
    exact = start @ expm(60 * generator(*chain))
    path = forward(*chain, start, cut(60.0, steps, fine=True))
    assert np.abs(path.states[-1] - exact).max() < 1e-3 / steps


def test_no_probability_is_lost_and_what_flows_is_what_changed(chain):
    """Mass is 1 at every instant, and births less deaths over the hour are the change in load."""
    births, deaths = chain
    start = np.full(SIZE, 1 / SIZE)
    path = forward(births, deaths, start, cut(60.0, 8, fine=False))
    np.testing.assert_allclose(path.states.sum(axis=1), 1.0, rtol=1e-12)
    n = np.arange(SIZE)
    change = (path.states[-1] - path.states[0]) @ n
    assert 60 * path.mean @ (births - deaths) == pytest.approx(change, rel=1e-10)


def test_states_between_the_steps_are_near_the_exact_ones(chain):
    """Arrivals shortly before a change of staff are weighed with the load at that instant."""
    start = np.full(SIZE, 1 / SIZE)
    path = forward(*chain, start, cut(60.0, 8, fine=False))
    instants = np.array([31.0, 57.5, 58.9, 60.0])
    for instant, state in zip(instants, path.at(instants), strict=True):
        exact = start @ expm(instant * generator(*chain))
        assert np.abs(state - exact).max() < 2e-4


@pytest.mark.parametrize("fine", [True, False])
def test_an_interval_is_cut_without_rest(fine):
    """The steps fill the interval and the weights make a mean."""
    steps = cut(15.0, 3, fine)
    assert sum(steps.lengths) == pytest.approx(15.0)
    assert steps.times[-1] == pytest.approx(15.0)
    assert (np.diff(steps.times) > 0).all()
    assert steps.weights.sum() == pytest.approx(1.0)
