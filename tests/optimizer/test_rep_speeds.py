"""Speeds of reps are those that were asked for, in the formulas and in the simulation alike."""

import numpy as np
import pytest

from optimizer.rep_speeds import draw_speeds, speeds_of


@pytest.mark.parametrize("uneven", [0.1, 0.25, 0.5])
def test_few_speeds_stand_for_all(uneven):
    """Mean, spread and mean slowness of the lognormal law with median 1."""
    speeds, shares = speeds_of(uneven)
    mean = shares @ speeds
    assert shares.sum() == pytest.approx(1)
    assert mean == pytest.approx(np.sqrt(1 + uneven**2), rel=1e-4)
    assert shares @ (1 / speeds) == pytest.approx(mean)
    assert shares @ speeds**2 / mean**2 - 1 == pytest.approx(uneven**2, rel=1e-2)


def test_speeds_are_drawn_as_they_are_computed():
    """The share of drawn speeds below some is that of the law: half below 1, by symmetry."""
    drawn = draw_speeds(0.25, 100_000, np.random.default_rng(1))
    speeds, shares = speeds_of(0.25)
    for power in (-1, 1, 2):
        assert (drawn**power).mean() == pytest.approx(shares @ speeds**power, rel=5e-3)
    assert (drawn < 1).mean() == pytest.approx(0.5, abs=5e-3)


def test_alike_is_one_speed():
    """Nothing is mixed where there is nothing to mix."""
    assert speeds_of(0.0)[0].tolist() == [1.0]
    assert draw_speeds(0.0, 3, np.random.default_rng(1)).tolist() == [1.0] * 3
