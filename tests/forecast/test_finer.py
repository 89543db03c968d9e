"""Forecasts per 15, 30 and 60 minutes of one history tell one volume."""

from dataclasses import replace
from datetime import date, time

import numpy as np
import pandas as pd
import pytest

from data.week import WeeklyHours
from forecast.closures import Calendar, Event
from forecast.finer import learn_parts, on_hours
from forecast.history import regrid
from forecast.predict import forecast_volume
from forecast.series import VolumeHistory
from forecast.totals import totals

WEEKS = 8


def _history(
    zone: str = "Europe/Dublin",
    end: str = "2026-03-27",
    opening: WeeklyHours | None = None,
    cut: int = 0,
) -> VolumeHistory:
    """Return quarter hours with a rhythm of the week, and most at the start of an hour."""
    last = pd.Timestamp(end, tz=zone).tz_convert("UTC")
    first = (pd.Timestamp(end, tz=zone) - pd.DateOffset(weeks=WEEKS)).tz_convert("UTC")
    index = pd.date_range(
        first, last, freq="15min", inclusive="left", name="interval_start", unit="us"
    )
    wall = index.tz_convert(zone)
    rate = 6 + 4 * np.sin(wall.hour / 24 * 2 * np.pi) + (wall.day_of_week < 5) * 4
    rate = rate * np.where(wall.minute == 0, 1.6, 0.8)
    calendar = Calendar(zone, 15, opening)
    rate = rate * calendar.open_at(index)
    counts = np.random.default_rng(4).poisson(rate).astype(float)
    volume = pd.Series(counts, index=index, name="volume")
    return VolumeHistory("q", volume[: len(volume) - cut], calendar)


def _by_hour(table: pd.DataFrame) -> pd.Series:
    """Return sums of hours that are whole."""
    groups = table["mean"].groupby(table.index.floor("h"))
    return groups.sum()[groups.size() == groups.size().max()]


@pytest.mark.parametrize("model", ["auto", "robust_profile", "poisson_glm"])
@pytest.mark.parametrize("end", ["2026-03-27", "2026-10-23"])
def test_means_agree_on_every_grid(model: str, end: str) -> None:
    """Quarter and half hours add up to the hour, the day and the week, through a clock change."""
    quarter = _history(end=end)
    made = {
        minutes: forecast_volume(regrid(quarter, minutes), 7 * 24 * 60 // minutes, model)
        for minutes in (15, 30, 60)
    }
    for minutes in (15, 30):
        summed = _by_hour(made[minutes].table)
        assert np.allclose(summed, made[60].table["mean"], rtol=1e-9)
    days = [totals(each)["mean"].to_numpy() for each in made.values()]
    assert np.allclose(days[0], days[1])
    assert np.allclose(days[0], days[2])


def test_totals_are_alike_in_distribution_on_every_grid() -> None:
    """Widths of a day come from the same past errors, whatever the grid they are drawn on."""
    quarter = _history()
    widths = []
    for minutes in (15, 60):
        of_day = totals(forecast_volume(regrid(quarter, minutes), 24 * 60 // minutes)).iloc[0]
        widths.append((of_day["q90"] - of_day["q10"]) / of_day["mean"])
    assert widths[0] == pytest.approx(widths[1], rel=0.25)


def test_shares_of_an_hour_are_those_of_the_past_and_add_up_to_one() -> None:
    """The first quarter brings twice as much as each of the others: 0.4 against 0.2."""
    parts = learn_parts(_history())
    share = parts.share.reshape(7, 24, 4)
    assert np.allclose(share.sum(axis=2), 1.0)
    assert share.mean(axis=(0, 1)) == pytest.approx([0.4, 0.2, 0.2, 0.2], abs=0.02)


def test_a_queue_that_opens_at_half_past_has_the_hour_in_its_second_half() -> None:
    """Closed quarters are exactly 0, and the hour keeps its volume."""
    opening = WeeklyHours.from_mapping({"Mon-Sun": "08:30-18:00"})
    quarter = _history("UTC", opening=opening)
    table = forecast_volume(quarter, 4 * 24, "robust_profile").table
    hourly = forecast_volume(regrid(quarter, 60), 24, "robust_profile").table
    assert (table["q95"].iloc[:34] == 0).all()
    assert (table["mean"].iloc[34:72] > 0).all()
    assert table["mean"].iloc[32:36].sum() == pytest.approx(hourly["mean"].iloc[8])


def test_an_hour_that_is_closed_from_half_past_loses_what_was_to_come_then() -> None:
    """Volume of closed quarters does not move into the open ones."""
    quarter = _history("UTC", end="2026-03-27")
    closed = Event(date(2026, 3, 27), "closed", start=time(10, 30), end=time(12))
    told = replace(quarter, calendar=replace(quarter.calendar, events=(closed,)))
    usual = forecast_volume(quarter, 96, "robust_profile").table["mean"].to_numpy()
    made = forecast_volume(told, 96, "robust_profile").table["mean"].to_numpy()
    assert (made[42:48] == 0).all()
    assert np.allclose(made[:42], usual[:42])
    assert np.allclose(made[48:], usual[48:])


def test_a_history_that_ends_within_an_hour_goes_on_from_there() -> None:
    """The forecast starts at the end of the last interval seen, on its own grid."""
    quarter = _history(cut=3)
    made = forecast_volume(quarter, 30, "robust_profile")
    assert made.table.index[0] == quarter.cutoff
    assert len(made.table) == 30
    assert (made.table["mean"] > 0).all()


def test_a_zone_whose_clocks_change_by_half_an_hour_keeps_its_grid() -> None:
    """Lord Howe: an hour would be cut, so quarter hours are forecast as they are."""
    quarter = _history("Australia/Lord_Howe", end="2026-04-10")
    assert on_hours(quarter) is quarter
    made = forecast_volume(quarter, 96, "robust_profile")
    assert len(made.table) == 96


def test_the_yardstick_repeats_each_interval_of_the_week_before() -> None:
    """A yardstick is what it says on every grid."""
    quarter = _history("UTC")
    made = forecast_volume(quarter, 96, "seasonal_naive").table["q50"].to_numpy()
    assert (made == quarter.volume.to_numpy()[-7 * 96 : -6 * 96]).all()
