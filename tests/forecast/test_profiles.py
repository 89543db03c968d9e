"""The parts that models are made of, against brute force and against the models they stand for."""

from dataclasses import replace
from datetime import date, time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from data.week import WeeklyHours
from forecast.anomalies import day_totals, flag_anomalous
from forecast.closures import Calendar, Event, for_queue
from forecast.days import DayPanel, FutureDays, weekdays
from forecast.models import median_of_six, poisson_glm, robust_profile
from forecast.predict import forecast_volume
from forecast.profiles import (
    average_of_latest,
    fill,
    latest,
    level,
    mean_profile,
    median_of_latest,
    median_profile,
    weighted_median,
    without,
)
from forecast.series import VolumeHistory

FIRST = 20_000 - 20_000 % 7 + 4  # a Monday


def panel(volume: np.ndarray) -> DayPanel:
    """A panel that starts on a Monday."""
    ordinal = np.arange(FIRST, FIRST + len(volume))
    nothing = np.full(volume.shape, np.nan)
    return DayPanel(ordinal, weekdays(ordinal), volume.astype(float), nothing)


def weekly(weeks: int, slots: int = 4) -> np.ndarray:
    """A rhythm that repeats: weekday and slot can be read from the number."""
    week = np.add.outer(np.arange(7) * 100.0 + 100.0, np.arange(slots) * 10.0)
    return np.tile(week, (weeks, 1))


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.integers(1, 5)),
        min_size=1,
        max_size=8,
    )
)
def test_a_weighted_median_is_the_median_of_repeated_values(
    pairs: list[tuple[int | None, int]],
) -> None:
    """Oracle: a whole weight is so many copies."""
    values = np.array([[np.nan if value is None else value] for value, _ in pairs], dtype=float)
    weights = np.array([weight for _, weight in pairs], dtype=float)
    copies = [value for value, weight in pairs if value is not None for _ in range(weight)]
    made = weighted_median(values, weights)[0]
    if copies:
        assert made == pytest.approx(np.median(copies))
    else:
        assert np.isnan(made)


def test_the_latest_values_are_the_latest_known_ones() -> None:
    """A closed Monday must not shorten the memory of Mondays."""
    volume = weekly(8)
    volume += np.repeat(np.arange(8), 7)[:, None]
    volume[49] = np.nan
    past = panel(volume)
    newest = latest(past, 3)
    assert newest[0, 0].tolist() == [106.0, 105.0, 104.0]
    assert newest[1, 0].tolist() == [207.0, 206.0, 205.0]
    assert average_of_latest(past, 3)[0, 0] == 105.0
    assert median_of_latest(past, 4)[1, 0] == 205.5
    future = FutureDays(np.arange(FIRST + 56, FIRST + 58), np.array([0, 1]))
    assert median_of_six.predict(past, future)[:, 0].tolist() == [103.5, 204.5]


def test_profiles_of_a_pure_rhythm_are_the_rhythm() -> None:
    """Mean and median agree where nothing varies, and a doubled fortnight is level 2."""
    volume = weekly(10)
    past = panel(volume)
    weights = np.ones(len(volume))
    assert mean_profile(past, weights) == pytest.approx(volume[:7])
    assert median_profile(past, weights) == pytest.approx(volume[:7])
    volume[-14:] *= 2
    assert level(panel(volume), weekly(1), 14) == pytest.approx(2.0)
    assert level(panel(volume), weekly(1), 28) == pytest.approx(1.5)


def test_a_slot_never_seen_takes_the_mean_of_other_weekdays() -> None:
    """New Saturday hours start from what other days bring at that time."""
    profile = weekly(1)
    profile[5] = np.nan
    assert fill(profile)[5] == pytest.approx(np.delete(weekly(1), 5, axis=0).mean(axis=0))
    assert fill(np.full((7, 2), np.nan)).sum() == 0.0


def test_a_day_known_in_part_is_scaled_to_a_whole_one() -> None:
    """Half a day of data must not look like a collapse; less than half is no total."""
    volume = weekly(6)
    volume[20, 3] = np.nan
    volume[21, :3] = np.nan
    total = day_totals(panel(volume))
    whole = day_totals(panel(weekly(6)))
    assert total[20] == pytest.approx(whole[20])
    assert np.isnan(total[21])
    assert np.delete(total, 21) == pytest.approx(np.delete(whole, 21))


def test_single_days_out_of_line_are_flagged_and_a_new_level_is_not() -> None:
    """A closure is forgotten; a product launch that stays is the new normal."""
    rng = np.random.default_rng(9)
    usual = rng.poisson(weekly(16, 24)).astype(float)
    assert not flag_anomalous(panel(usual)).any()
    odd = usual.copy()
    odd[40] = 0.0
    odd[75] *= 2.5
    assert np.flatnonzero(flag_anomalous(panel(odd))).tolist() == [40, 75]
    higher = usual.copy()
    higher[-14:] *= 1.6
    assert not flag_anomalous(panel(higher))[-14:].any()


def test_a_day_that_the_planner_explained_is_not_flagged_on_any_stretch_of_the_past() -> None:
    """Whoever said that a day belongs to the rhythm has the last word on it."""
    rng = np.random.default_rng(9)
    odd = rng.poisson(weekly(16, 24)).astype(float)
    odd[40] = 0.0
    odd[75] *= 2.5
    said = replace(panel(odd), explained=frozenset({FIRST + 75}))
    assert np.flatnonzero(flag_anomalous(said)).tolist() == [40]
    assert np.flatnonzero(flag_anomalous(said.head(90).tail(60))).tolist() == [10]
    kept = without(said, flag_anomalous(said))
    assert np.flatnonzero(flag_anomalous(kept)).tolist() == []


@pytest.mark.parametrize(
    ("model", "events", "taken_in"),
    [
        ("auto", [], False),
        ("auto", [Event(date(2026, 3, 19), "factor")], True),
        ("mean_profile", [Event(date(2026, 3, 19), "factor")], True),
        ("mean_profile", [Event(date(2026, 3, 19), "factor", start=time(9), end=time(12))], True),
        ("mean_profile", [Event(date(2026, 3, 19), "factor", queue="mail")], False),
        ("mean_profile", [Event(date(2026, 3, 20), "factor")], False),
        ("mean_profile", [Event(date(2026, 3, 19), "ignore")], False),
    ],
)
def test_an_odd_day_counts_once_its_queue_is_told_that_it_was_ordinary(
    model: str, events: list[Event], taken_in: bool
) -> None:
    """An answer that changes nothing teaches planners not to answer."""
    rng = np.random.default_rng(9)
    index = pd.date_range("2026-01-05", periods=12 * 168, freq="h", tz="UTC", unit="us")
    usual = pd.Series(rng.poisson(40, len(index)).astype(float), index)
    there = np.asarray(index.date == date(2026, 3, 19))
    odd = usual.where(~there, usual * 3.0)
    calendar = Calendar(opening=WeeklyHours.always(), events=for_queue(tuple(events), "live"))
    made = [
        forecast_volume(VolumeHistory("live", volume, calendar), 168, model).table["mean"]
        for volume in (usual, odd)
    ]
    thursday = [each[pd.DatetimeIndex(each.index).day_of_week == 3].sum() for each in made]
    assert (thursday[1] / thursday[0] > 1.05) == taken_in


def test_a_quiet_queue_is_not_full_of_anomalies() -> None:
    """Three contacts instead of one is chance."""
    rng = np.random.default_rng(9)
    assert flag_anomalous(panel(rng.poisson(0.1, (140, 24)))).mean() < 0.03


def test_the_robust_profile_forgets_a_surge() -> None:
    """A tenfold day three weeks ago leaves next week's forecast where it was."""
    rng = np.random.default_rng(9)
    usual = rng.poisson(weekly(12, 24)).astype(float)
    surge = usual.copy()
    surge[-21] *= 10
    future = FutureDays(np.arange(FIRST + 84, FIRST + 91), np.arange(7))
    calm = robust_profile.predict(panel(usual), future)
    assert robust_profile.predict(panel(surge), future) == pytest.approx(calm, rel=0.08)


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_day_totals_and_shares_are_the_regression_on_every_slot(seed: int) -> None:
    """Oracle: statsmodels on a level per slot of the week and the same trend and weights."""
    rng = np.random.default_rng(seed)
    slots, days = 3, 10 * 7
    growth = np.exp(np.arange(days) / 400)[:, None]
    volume = rng.poisson(np.tile(rng.uniform(30, 60, (7, slots)), (10, 1)) * growth)
    past = panel(volume)
    future = FutureDays(np.arange(FIRST + days, FIRST + days + 7), np.arange(7))
    made = poisson_glm.predict(past, future)

    slot_of_week = (past.weekday[:, None] * slots + np.arange(slots)).ravel()
    trend = np.repeat((past.ordinal - past.ordinal[-1]) / 365.25, slots)
    terms = np.column_stack([slot_of_week[:, None] == np.arange(7 * slots), trend]).astype(float)
    weights = 0.5 ** ((past.ordinal[-1] - past.ordinal) / poisson_glm.HALF_LIFE_DAYS)
    kept = np.repeat(~flag_anomalous(past), slots)
    fitted = sm.GLM(
        volume.ravel()[kept].astype(float),
        terms[kept],
        family=sm.families.Poisson(),
        freq_weights=np.repeat(weights, slots)[kept],
    ).fit()
    expected = np.exp(fitted.params[:-1]).reshape(7, slots)
    assert made == pytest.approx(expected, rel=1e-5)


def test_a_holiday_ahead_has_fewer_contacts_and_a_wider_band() -> None:
    """Through the whole forecast: the learnt factor, and less certainty."""
    index = pd.date_range(
        "2026-01-05", periods=24 * 7 * 12, freq="h", tz="UTC", unit="us", name="interval_start"
    )
    volume = pd.Series(np.random.default_rng(3).poisson(50, len(index)) * 1.0, index=index)
    past_day, next_day = date(2026, 2, 10), date(2026, 4, 1)
    volume[index.date == past_day] *= 0.5
    events = (Event(past_day, "holiday"), Event(next_day, "holiday"))
    made = forecast_volume(
        VolumeHistory("live", volume, Calendar("UTC", 60, None, events)), 168, "mean_profile"
    ).table
    on_day = made.index.date == next_day
    assert made.loc[on_day, "mean"].mean() / made.loc[~on_day, "mean"].mean() == pytest.approx(
        0.75, abs=0.05
    )
    width = (made["q95"] - made["q05"]) / made["mean"]
    assert width[on_day].mean() > 1.5 * width[~on_day].mean()
