"""Forecasts made again from the past: what each origin saw, and what it is held against."""

import numpy as np
import pytest

from forecast.days import DayPanel, Floats, FutureDays, weekdays
from forecast.models import average_4_weeks, median_of_six, robust_profile
from forecast.rehearsal import PointModel, learner, past_days, past_origins, rehearse

FIRST = 20_000 - 20_000 % 7 + 4  # a Monday


def panel_of(volume: Floats) -> DayPanel:
    ordinal = np.arange(FIRST, FIRST + len(volume))
    return DayPanel(ordinal, weekdays(ordinal), volume.astype(float), np.full(volume.shape, np.nan))


def days_seen(panel: DayPanel, future: FutureDays) -> Floats:
    """Say how many days were seen, and how far ahead each day is."""
    lead = future.ordinal - panel.ordinal[-1]
    return np.stack([np.full(len(lead), float(len(panel.ordinal))), lead], axis=1)


def test_each_origin_sees_the_days_before_it_and_no_more() -> None:
    """The record of an origin is what was known when its day began."""
    panel = panel_of(np.arange(60.0).reshape(30, 2))
    past = rehearse(panel, days_seen, 3, origins=4, every=2)
    assert past.seen.tolist() == [23, 25, 27, 29]
    assert past.made[0].tolist() == [[23.0, 1.0], [23.0, 2.0], [23.0, 3.0]]
    assert past.actual[0].tolist() == [[46.0, 47.0], [48.0, 49.0], [50.0, 51.0]]
    assert (past.ordinal == FIRST + past.seen[:, None] + np.arange(3)).all()
    assert past.made[3, 0].tolist() == [29.0, 1.0]
    assert np.isnan(past.made[3, 1:]).all()
    assert np.isnan(past.actual[3, 1:]).all()


def test_an_origin_knows_a_week_and_some_volume() -> None:
    """Nothing can be forecast from nothing, and an unknown beginning is no history."""
    volume = np.ones((20, 2))
    assert past_origins(panel_of(volume), 100).tolist() == list(range(7, 20))
    volume[:12] = np.nan
    assert past_origins(panel_of(volume), 100).tolist() == list(range(13, 20))
    assert past_origins(panel_of(volume[:12]), 100).tolist() == []
    assert past_origins(panel_of(volume[:0]), 100).tolist() == []


def test_days_ahead_run_on_beyond_the_panel() -> None:
    """Where nothing came yet the day and its weekday are known all the same."""
    panel = panel_of(np.ones((10, 2)))
    ordinal, weekday, actual = past_days(panel, np.array([8]), 4)
    assert (ordinal[0] - FIRST).tolist() == [8, 9, 10, 11]
    assert weekday[0].tolist() == [1, 2, 3, 4]
    assert np.isnan(actual[0]).all(axis=1).tolist() == [False, False, True, True]


def test_a_day_like_another_is_rehearsed_as_the_other() -> None:
    """What the planner said of a past day was known when it was forecast."""
    panel = panel_of(np.ones((20, 2)))
    panel.weekday[15] = 6
    _, weekday, _ = past_days(panel, np.array([14]), 3)
    assert weekday[0].tolist() == [0, 6, 2]


@pytest.mark.parametrize(
    "model", [robust_profile.predict, median_of_six.predict, average_4_weeks.predict]
)
def test_what_came_later_changes_no_forecast_of_the_past(model: PointModel) -> None:
    """No future: volume planted after an origin leaves what that origin said as it was."""
    volume = np.random.default_rng(2).poisson(40, (80, 4)).astype(float)
    planted = volume.copy()
    planted[60:] = 1e6
    learn = learner(model)
    before, after = learn(panel_of(volume), 7).past, learn(panel_of(planted), 7).past
    early = before.seen <= 60
    assert early.sum() > 40
    assert (before.made[early] == after.made[early]).all()


def test_errors_may_be_those_of_a_quicker_model() -> None:
    """A slow model forecasts itself, and rehearses by its stand-in."""

    def slow(panel: DayPanel, future: FutureDays) -> Floats:
        return np.full((len(future.ordinal), 2), 7.0)

    panel = panel_of(np.ones((30, 2)))
    learnt = learner(slow, errors_of=days_seen, origins=3)(panel, 2)
    assert learnt.past.made[-1, 0].tolist() == [29.0, 1.0]
    assert (learnt.point(panel, FutureDays(panel.ordinal[:1], panel.weekday[:1])) == 7.0).all()
