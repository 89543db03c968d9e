"""From a point forecast of days to a distribution of every interval, under the calendar."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from data.clock import UNIT
from data.errors import InputError
from forecast.anomalies import flag_anomalous
from forecast.calibration import calibrate, intervals_at, past_errors
from forecast.closures import Calendar
from forecast.day_learning import learn_day_update
from forecast.days import DayPanel, Floats, FutureDays, day_panel, lay_out, with_opening
from forecast.dependence_learning import learn_dependence
from forecast.distribution import quantile, quantiles
from forecast.driver_effects import effect_notes, with_effects
from forecast.drivers import check_stated
from forecast.finer import hours_of, learn_parts, on_hours
from forecast.known_ahead import under_calendar
from forecast.profiles import latest, repeat
from forecast.rehearsal import Learner, learner
from forecast.series import VolumeForecast, VolumeHistory, check_probabilities, quantile_column
from forecast.special_days import learn_special_days

WEEK = 7.0

MedianFrom = Literal["distribution", "point", "counts"]


def assemble(
    history: VolumeHistory,
    horizon: int,
    probabilities: Sequence[float],
    model: str,
    learn: Learner,
    *,
    median_from: MedianFrom = "distribution",
) -> VolumeForecast:
    """Put calendar and distribution around a point model.

    A model sees hours; a finer grid has their parts, so that all grids tell one volume. A yardstick
    sees the grid itself.

    Parameters
    ----------
    history
        What is known.
    horizon
        Intervals to forecast.
    probabilities
        Levels of the quantiles; the median is always among them.
    model
        Name of the model.
    learn
        Learns to say of future days, as days by slots, the contacts/interval to expect; it sees no
        calendar.
    median_from
        Where the median is taken from. ``distribution``: the distribution whose mean is the point.
        ``point``: it is exactly the point, as for a yardstick. ``counts``: the point lies in the
        middle of the likely rates, as where medians and means are combined, and the median is that
        of counts at this rate; it differs from the point where counts are small.

    Raises
    ------
    InputError
        When no volume is known at all.
    ValueError
        When `horizon` is not positive.
    """
    levels = check_probabilities(probabilities)
    index = _future(history, horizon)
    if history.volume.isna().all():
        raise InputError(f"Queue {history.queue}: no volume is known; give at least one day of it.")
    stated, asked = history.calendar, history
    coarse = history if median_from == "point" else on_hours(history)
    history = with_effects(with_opening(coarse))
    check_stated(stated.drivers, history.queue, index, stated.timezone)
    hours = index if coarse is asked else hours_of(index, stated)
    panel, layout = day_panel(history), lay_out(hours, history.calendar)
    special = learn_special_days(history.calendar, panel)
    panel = special.settle(panel)
    days = _days_known(history)
    notes = (
        *_notes(history, panel, days),
        *effect_notes(history.queue, history.calendar.drivers),
        *special.notes(history.queue, layout.days),
    )
    if days < 2 * WEEK or panel.known_days == 0:
        learn = learner(last_week if days >= WEEK else time_of_day)
    learnt = learn(panel, len(layout.days) + 1)
    past = learnt.past
    mean, uncertain = under_calendar(history, panel, layout, hours, learnt.point, special)
    if coarse is not asked:
        parts = learn_parts(replace(asked, calendar=_on_grid(history.calendar, stated)))
        mean, uncertain = parts.split(hours, mean, uncertain, index)
        past = parts.split_past(past)
    ahead = np.floor(np.asarray((index - index[0]) / pd.Timedelta(days=1))) + 1
    odd_days = panel.ordinal[flag_anomalous(panel)]
    calibration = calibrate(past_errors(past), days, odd_days)
    spread = intervals_at(calibration, ahead, mean, uncertain)
    columns = {"mean": mean}
    for level, values in zip(levels, quantiles(mean, spread, levels), strict=True):
        columns[quantile_column(level)] = values
    if median_from != "distribution":
        _pin_median(columns, levels, mean if median_from == "point" else quantile(0.5, mean, 0.0))
    table = pd.DataFrame(columns, index=index)
    update = learn_day_update(past)
    dependence = learn_dependence(past, calibration)
    return VolumeForecast(history.queue, model, stated, table, notes, dependence, update)


def _on_grid(calendar: Calendar, stated: Calendar) -> Calendar:
    """Return a calendar on the grid of the one that was stated."""
    return replace(calendar, interval_minutes=stated.interval_minutes)


def _pin_median(columns: dict[str, Floats], levels: Sequence[float], median: Floats) -> None:
    """Put the model's own median in the middle, and the other quantiles not across it."""
    for level in levels:
        name = quantile_column(level)
        if level < 0.5:
            columns[name] = np.minimum(columns[name], median)
        else:
            columns[name] = np.maximum(columns[name], median) if level > 0.5 else median


def last_week(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the last known value of each slot of the week."""
    return repeat(latest(panel, 1)[:, :, 0], future)


def time_of_day(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the mean of each slot of the day, the same for every weekday."""
    known = ~np.isnan(panel.volume)
    total = np.where(known, panel.volume, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    overall = total.sum() / max(int(count.sum()), 1)
    profile = np.where(count > 0, total / np.maximum(count, 1), overall)
    return np.tile(profile, (len(future.ordinal), 1))


def _future(history: VolumeHistory, horizon: int) -> pd.DatetimeIndex:
    if horizon < 1:
        raise ValueError(f"A horizon has at least 1 interval, not {horizon}.")
    start, step = history.cutoff, history.calendar.step
    return pd.date_range(start, periods=horizon, freq=step, name="interval_start", unit=UNIT)


def _days_known(history: VolumeHistory) -> float:
    first = history.volume.index[history.volume.notna()][0]
    return float((history.cutoff - first) / pd.Timedelta(days=1))


def _notes(history: VolumeHistory, panel: DayPanel, days: float) -> tuple[str, ...]:
    notes = []
    queue = f"Queue {history.queue}"
    if not (history.volume > 0).any():
        notes.append(f"{queue}: no contact in the whole history; the forecast is 0 throughout.")
    if panel.known_days == 0:
        notes.append(f"{queue}: the calendar leaves no day to learn from; check events and hours.")
    if days < WEEK:
        notes.append(
            f"{queue}: {days:.1f} days of history are less than a week; every weekday gets the "
            "same profile of the day, and the quantiles are wide."
        )
    elif days < 2 * WEEK:
        notes.append(
            f"{queue}: {days:.0f} days of history are less than two weeks; the last week is "
            "repeated, and the quantiles are wide."
        )
    elif days < 4 * WEEK:
        notes.append(
            f"{queue}: {days:.0f} days of history are less than four weeks; the quantiles are wide."
        )
    return tuple(notes)
