"""Tables shaped for the eye: the week as days × hours.

No Streamlit and no chart library here, so that what a screen says can be checked by recount.
"""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from data.clock import zone
from data.week import DAYS
from forecast.series import VolumeForecast, VolumeHistory
from optimizer.requirement import Requirement

PROFILE_WEEKS = 8
SERVICE_TITLES = {
    "first_reply": "First reply in time, %",
    "pick_up": "Picked up in time, %",
    "follow_up": "Later replies in time, %",
    "hands_busy": "Hands busy, %",
    "slots_busy": "Slots busy, %",
}


def week_cells(
    table: pd.DataFrame, timezone: str, gather: Mapping[str, str], day_format: str = "%a %d %b"
) -> pd.DataFrame:
    """Lay intervals out as local days × local hours.

    Parameters
    ----------
    table
        A row per interval of one queue, indexed by ``interval_start`` in UTC.
    timezone
        Whose wall time days and hours follow.
    gather
        How each wanted column of quarter- or half-hours becomes an hour: ``sum``, ``max`` or
        ``min``. An hour that is wholly unknown (NaN) stays unknown.
    day_format
        How a day is written.

    Returns
    -------
    pandas.DataFrame
        A row per hour in time order: ``day``, ``hour`` as text, and the columns of `gather`. When
        clocks go back the second of the two hours is marked by a prime, ``01′``.

    Examples
    --------
    >>> index = pd.date_range("2026-10-25", periods=3, freq="h", tz="UTC", name="interval_start")
    >>> night = pd.DataFrame({"volume": [4.0, 5.0, 6.0]}, index=index)
    >>> week_cells(night, "Europe/Dublin", {"volume": "sum"})["hour"].tolist()
    ['01', '01′', '02']
    """
    index = pd.DatetimeIndex(table.index)
    local = index.tz_convert(zone(timezone))
    cells = table[list(gather)].assign(
        day=local.strftime(day_format),
        wall=np.asarray(local.hour),
        offset=np.asarray(local.tz_localize(None) - index.tz_localize(None)),
        date=local.date,
    )
    # In order of appearance, so that the first of two equal hours stays the first.
    groups = cells.groupby(["date", "wall", "offset"], sort=False)
    hours = pd.DataFrame(
        {"day": groups["day"].first()}
        | {column: _gathered(groups[column], how) for column, how in gather.items()}
    ).reset_index()
    again = hours.duplicated(["date", "wall"])
    hours["hour"] = [
        f"{wall:02d}{'′' if second else ''}"
        for wall, second in zip(hours["wall"], again, strict=True)
    ]
    return hours[["day", "hour", *gather]]


def _gathered(parts: Any, how: str) -> pd.Series:
    """Gather what is known of an hour; nothing known is NaN, not 0."""
    gathered: pd.Series = parts.sum(min_count=1) if how == "sum" else parts.agg(how)
    return gathered


def weekly_profile(history: VolumeHistory, weeks: int) -> pd.DataFrame:
    """Average the last weeks by weekday and local hour.

    Returns
    -------
    pandas.DataFrame
        168 rows, Monday first: ``day, hour, volume`` (mean contacts/hour; NaN where nothing is
        known or the queue is closed) and ``start``, the last instant at which that hour began.
    """
    since = history.cutoff - pd.Timedelta(weeks=weeks)
    volume = history.volume[history.volume.index >= since]
    index = pd.DatetimeIndex(volume.index)
    known = volume.where(history.calendar.open_at(index))
    local = index.tz_convert(zone(history.calendar.timezone))
    frame = pd.DataFrame(
        {
            "volume": known.to_numpy() * (60 / history.calendar.interval_minutes),
            "start": index,
            "weekday": np.asarray(local.day_of_week),
            "wall": np.asarray(local.hour),
        }
    )
    hours = frame.groupby(["weekday", "wall"]).agg(
        volume=("volume", "mean"), start=("start", "max")
    )
    every = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "wall"])
    hours = hours.reindex(every).reset_index()
    hours["start"] = pd.DatetimeIndex(hours["start"]).floor("h")
    hours["day"] = [DAYS[weekday] for weekday in hours["weekday"]]
    hours["hour"] = [f"{wall:02d}" for wall in hours["wall"]]
    return hours[["day", "hour", "volume", "start"]]


def hot_spots(profile: pd.DataFrame, timezone: str, count: int = 3) -> list[str]:
    """Name the busiest hours of a weekly profile, in UTC and in the team's own time.

    Examples
    --------
    >>> start = pd.Timestamp("2026-07-07T16:00Z")
    >>> week = pd.DataFrame({"day": ["Tue"], "hour": ["17"], "volume": [31.2], "start": [start]})
    >>> hot_spots(week, "Europe/Dublin")
    ['Tue 16:00 UTC / 17:00 Dublin: 31 contacts/hour']
    """
    city = city_of(timezone)
    busy = profile[profile["volume"] > 0].nlargest(count, "volume")
    names = []
    for row in busy.itertuples():
        start = cast(pd.Timestamp, row.start)
        here = f"{row.hour}:00 {city}"
        if f"{start:%a}" != row.day:
            here = f"{row.day} {here}"
        name = f"{start:%a %H:%M} UTC" + ("" if city == "UTC" else f" / {here}")
        names.append(f"{name}: {float(str(row.volume)):.0f} contacts/hour")
    return names


def city_of(timezone: str) -> str:
    """Shorten a zone to what people call it.

    Examples
    --------
    >>> city_of("America/New_York"), city_of("UTC")
    ('New York', 'UTC')
    """
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def coverage_cells(coverage: pd.DataFrame, queue: str, timezone: str) -> pd.DataFrame:
    """Lay one queue's coverage out as days × hours, the worst part of an hour standing for it.

    Returns
    -------
    pandas.DataFrame
        As `week_cells`, with ``required_primary, required_on_call, primary, on_call, net``; net is
        reps beyond need, or minus the reps missing. All NaN where nothing is required or planned.
    """
    rows = coverage[coverage["queue"] == queue].set_index("interval_start")
    rows = rows.assign(net=rows["overstaffing"] - rows["understaffing"])
    rows = rows.astype({column: float for column in rows.columns if column != "queue"})
    idle = (rows[["required_primary", "required_on_call", "primary", "on_call"]] == 0).all(axis=1)
    columns = ["required_primary", "required_on_call", "primary", "on_call", "net"]
    rows.loc[idle, columns] = np.nan
    gather = dict.fromkeys(columns[:2], "max") | dict.fromkeys(columns[2:], "min")
    return week_cells(rows, timezone, gather)


def requirement_cells(needed: Requirement, queue: str) -> pd.DataFrame:
    """Lay one queue's requirement out as days × hours, the busiest part of an hour standing for it.

    Returns
    -------
    pandas.DataFrame
        As `week_cells`, with ``rostered_primary, rostered_on_call, primary, volume`` and, in per
        cent, the columns of `SERVICE_TITLES`. All NaN where nothing is required.
    """
    gather = {
        "rostered_primary": "max",
        "rostered_on_call": "max",
        "primary": "max",
        "volume": "sum",
        **{column: "max" if column.endswith("busy") else "min" for column in SERVICE_TITLES},
    }
    rows = needed.table[needed.table["queue"] == queue].set_index("interval_start")
    rows = rows[list(gather)].astype(float)
    rows[list(SERVICE_TITLES)] = (100 * rows[list(SERVICE_TITLES)]).round(1)
    idle = (rows[["rostered_primary", "rostered_on_call", "volume"]] == 0).all(axis=1)
    rows[idle] = np.nan
    return week_cells(rows, needed.timezone, gather)


def outlook_cells(outlook: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Lay what a queue's shifts lead to out as days × hours, the worst part of an hour for it.

    Returns
    -------
    pandas.DataFrame
        As `week_cells`, with ``p_short`` and ``p_activated`` in per cent, ``called_for`` and
        ``short`` in reps. All NaN where nobody is called for.
    """
    rows = outlook.set_index("interval_start")
    rows = rows.assign(p_short=100 * rows["p_short"], p_activated=100 * rows["p_activated"])
    rows = rows[["p_short", "p_activated", "called_for", "short"]].round(2)
    rows[rows["called_for"] == 0] = np.nan
    return week_cells(rows, timezone, dict.fromkeys(rows.columns, "max"))


def forecast_cells(forecast: VolumeForecast) -> pd.DataFrame:
    """Lay the mean of a forecast out as days × hours.

    Returns
    -------
    pandas.DataFrame
        As `week_cells`, with ``mean``, contacts/hour; NaN where the queue is closed.
    """
    table = forecast.table[["mean"]]
    is_open = forecast.calendar.open_at(pd.DatetimeIndex(table.index))
    known = table.where((is_open & (table["mean"].to_numpy() > 0))[:, None])
    return week_cells(known, forecast.calendar.timezone, {"mean": "sum"})


def short_hours(coverage: pd.DataFrame, timezone: str, count: int = 4) -> list[str]:
    """Name the stretches in which reps are missing, those with most missing rep-hours first.

    Parameters
    ----------
    coverage
        As in a shift plan.
    timezone
        Whose wall time is named.
    count
        How many stretches are named; how many more there are is said in a last entry.
    """
    wall, stretches = zone(timezone), []
    for queue, rows in coverage.groupby("queue", sort=True):
        rows = rows.sort_values("interval_start")
        step = rows["interval_start"].diff().min()
        short = rows["understaffing"] > 0
        for _, run in rows[short].groupby((~short).cumsum()[short]):
            first = run["interval_start"].iloc[0].tz_convert(wall)
            last = (run["interval_start"].iloc[-1] + step).tz_convert(wall)
            most, least = float(run["understaffing"].max()), float(run["understaffing"].min())
            name = f"{first:%a %H:%M}–{last:%H:%M} {queue}: {'up to ' * (most > least)}{most:.0f}"
            stretches.append((-float(run["understaffing"].sum()), first, f"{name} missing"))
    named = [name for *_, name in sorted(stretches)]
    more = len(named) - count
    return named[:count] + ([f"and {more} more"] if more > 0 else [])
