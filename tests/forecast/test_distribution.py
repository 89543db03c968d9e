"""The negative binomial against SciPy, and quantiles that are read from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecast.calibration import LEVELS
from forecast.distribution import (
    dispersion_for,
    distribution_function,
    mid_distribution,
    quantile,
    quantiles,
)

means = st.floats(0.01, 5000)
levels = st.floats(0.01, 0.99)
spreads = st.one_of(st.just(0.0), st.floats(1e-4, 4.0))


def scipy_distribution(mean: float, dispersion: float) -> stats.rv_discrete:
    if dispersion == 0.0:
        return stats.poisson(mean)
    return stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean))


@given(means, spreads, levels)
def test_a_quantile_is_within_one_contact_of_scipys(
    mean: float, dispersion: float, level: float
) -> None:
    """Reading between counts moves a quantile by no more than the step it smooths."""
    made = quantile(level, np.array([mean]), dispersion)[0]
    whole = scipy_distribution(mean, dispersion).ppf(level)
    assert made >= 0
    assert abs(made - whole) <= 1.0 + 1e-6


@given(st.floats(0.5, 500), spreads, levels)
def test_the_mid_distribution_at_a_quantile_is_its_level(
    mean: float, dispersion: float, level: float
) -> None:
    """Between two counts the mid-distribution function is linear, which is what is inverted."""
    made = quantile(level, np.array([mean]), dispersion)[0]
    truth = scipy_distribution(mean, dispersion)
    below = np.floor(made)
    at = [truth.cdf(count) - truth.pmf(count) / 2 for count in (below, below + 1)]
    reached = at[0] + (made - below) * (at[1] - at[0])
    if made > 0:
        assert reached == pytest.approx(level, abs=1e-6)
    else:
        assert level <= at[0] + 1e-9


@given(means, means, spreads, levels)
def test_more_volume_never_lowers_a_quantile(
    one: float, other: float, dispersion: float, level: float
) -> None:
    """Counts of a larger mean are stochastically larger at the same dispersion."""
    low, high = sorted((one, other))
    made = quantile(level, np.array([low, high]), dispersion)
    assert made[0] <= made[1] + 1e-9


def test_variance_is_mean_plus_dispersion_times_its_square() -> None:
    """The definition, recounted by summing the distribution."""
    count = np.arange(0, 4000, dtype=float)
    for mean, dispersion in ((3.0, 0.0), (3.0, 0.7), (40.0, 0.2)):
        below = distribution_function(count, np.full_like(count, mean), dispersion)
        weight = np.diff(np.concatenate([[0.0], below]))
        assert (count * weight).sum() == pytest.approx(mean, rel=1e-6)
        variance = ((count - mean) ** 2 * weight).sum()
        assert variance == pytest.approx(mean + dispersion * mean**2, rel=1e-4)
        middle = mid_distribution(count, np.full_like(count, mean), dispersion)
        assert np.allclose(middle, below - weight / 2)


def test_closed_is_zero_at_every_level() -> None:
    """No volume is expected, so none can come."""
    for level in (0.01, 0.5, 0.99):
        assert quantile(level, np.zeros(3), 0.4).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("truth", [0.002, 0.05, 0.4])
def test_the_dispersion_that_made_the_counts_is_found(truth: float) -> None:
    """Oracle: counts drawn with a known dispersion give it back, from either interval."""
    rng = np.random.default_rng(5)
    mean = rng.uniform(50, 400, 4000)
    actual = rng.poisson(mean * rng.gamma(1 / truth, truth, 4000)).astype(float)
    for level in LEVELS:
        assert dispersion_for(actual, mean, level) == pytest.approx(truth, rel=0.45)


def test_quantiles_do_not_cross_where_dispersions_differ() -> None:
    """An 80 % interval wider than the 90 % one in the past must not turn the quantiles round."""
    mean = np.array([0.2, 5.0, 300.0])
    wide_inside = [
        (level, np.full(3, dispersion), np.ones(3))
        for level, dispersion in ((0.5, 0.5), (0.8, 0.4), (0.9, 0.001))
    ]
    made = np.stack(quantiles(mean, wide_inside, (0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95, 0.99)))
    assert (np.diff(made, axis=0) >= 0).all()
