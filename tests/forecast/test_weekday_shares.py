"""Hours of weekdays that are alike are learnt together, of those that differ apart."""

import numpy as np
import pytest

from forecast.days import DayPanel, Floats, weekdays
from forecast.profiles import mean_profile
from forecast.weekday_shares import profile_with_shared_shares

FIRST = 20_000 - 20_000 % 7 + 4  # a Monday
WORKING = np.array([1.0, 4.0, 6.0, 5.0, 3.0, 1.0])
SATURDAY = np.array([6.0, 5.0, 4.0, 3.0, 1.0, 1.0])


def drawn(weeks: int, seed: int, per_day: float = 60.0) -> tuple[DayPanel, Floats]:
    """Counts around a rhythm in which Monday to Friday differ in size alone; and the rhythm."""
    shape = np.array([*[WORKING] * 5, SATURDAY, SATURDAY])
    size = per_day * np.array([1.5, 1.2, 1.0, 1.0, 1.1, 0.4, 0.4])
    rhythm = shape / shape.sum(axis=1, keepdims=True) * size[:, None]
    ordinal = np.arange(FIRST, FIRST + 7 * weeks)
    weekday = weekdays(ordinal)
    volume = np.random.default_rng(seed).poisson(rhythm[weekday]).astype(float)
    return DayPanel(ordinal, weekday, volume, np.full(volume.shape, np.nan)), rhythm


def test_sharing_brings_the_profile_nearer_to_the_truth() -> None:
    """Oracle: over many draws of a known rhythm the error falls, also that of the Saturday."""
    alone, shared = [], []
    for seed in range(30):
        panel, rhythm = drawn(6, seed)
        weights = np.ones(len(panel.ordinal))
        alone.append(np.abs(mean_profile(panel, weights) - rhythm).sum(axis=1))
        shared.append(np.abs(profile_with_shared_shares(panel, weights) - rhythm).sum(axis=1))
    before, after = np.mean(alone, axis=0), np.mean(shared, axis=0)
    assert (after[:5] < 0.85 * before[:5]).all()
    assert (after[5:] < before[5:]).all()


def test_days_that_truly_differ_are_left_as_they_are() -> None:
    """With much volume the difference is plain, and hardly anything is borrowed."""
    panel, rhythm = drawn(12, 1, per_day=1e6)
    made = profile_with_shared_shares(panel, np.ones(len(panel.ordinal)))
    assert made == pytest.approx(rhythm, rel=0.02)


def test_totals_of_weekdays_stay_their_own() -> None:
    """Only the hours are shared: how busy a Monday is, Mondays say."""
    panel, _ = drawn(8, 2)
    weights = 0.98 ** np.arange(len(panel.ordinal))[::-1]
    made = profile_with_shared_shares(panel, weights)
    assert made.sum(axis=1) == pytest.approx(mean_profile(panel, weights).sum(axis=1))


def test_it_scales_with_the_volume() -> None:
    """Law: shares have no unit."""
    panel, _ = drawn(5, 3)
    large = DayPanel(panel.ordinal, panel.weekday, panel.volume * 1e3, panel.holiday_volume)
    weights = np.ones(len(panel.ordinal))
    made = profile_with_shared_shares(panel, weights)
    assert profile_with_shared_shares(large, weights) == pytest.approx(1e3 * made)


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_week_or_two_are_enough_for_an_answer(weeks: int) -> None:
    """A weekday seen once keeps its own hours; nothing fails and nothing is lost."""
    panel, _ = drawn(weeks, 4)
    weights = np.ones(len(panel.ordinal))
    made = profile_with_shared_shares(panel, weights)
    assert np.isfinite(made).all()
    assert made.sum() == pytest.approx(panel.volume.sum() / weeks)
    if weeks == 1:
        assert made == pytest.approx(panel.volume)


def test_nothing_known_is_nothing() -> None:
    """An empty panel has an empty profile."""
    panel, _ = drawn(2, 1)
    for value in (np.nan, 0.0):
        panel.volume[:] = value
        assert not profile_with_shared_shares(panel, np.ones(len(panel.ordinal))).any()
