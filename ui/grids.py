"""Tables shaped for the eye: the week as days × hours, the roster as reps × days.

No Streamlit and no chart library here, so that what a screen says can be checked by recount.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from data.clock import zone
from data.week import DAYS
from forecast.series import VolumeForecast, VolumeHistory
from optimizer.requirement import Requirement
from optimizer.roster import Assignment
from optimizer.shifts import Role, ShiftPlan, StaffedShift
from optimizer.staff import Team

PROFILE_WEEKS = 8
SERVICE_TITLES = {
    "first_reply": "First reply in time, %",
    "pick_up": "Picked up in time, %",
    "follow_up": "Later replies in time, %",
    "hands_busy": "Hands busy, %",
    "slots_busy": "Slots busy, %",
}
ROLE_MARKS: Mapping[Role, str] = {"primary": "P", "on_call": "C"}


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


def shift_text(assignment: Assignment, timezone: str) -> str:
    """Write a shift as a cell of the roster: wall time and role.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from optimizer.shifts import Shift
    >>> start, end = datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 15, 30, tzinfo=UTC)
    >>> shift_text(Assignment("ann", Shift("live", "", start, end, "primary")), "Europe/Dublin")
    '09–16:30 P'
    """
    wall = zone(timezone)
    times = [
        f"{instant.astimezone(wall):%H:%M}".removesuffix(":00")
        for instant in (assignment.shift.start, assignment.shift.end)
    ]
    return f"{'–'.join(times)} {ROLE_MARKS[assignment.shift.role]}"


def roster_grid(
    assignments: Sequence[Assignment], names: Mapping[str, str], timezone: str
) -> pd.DataFrame:
    """Lay a roster out as reps × days.

    Parameters
    ----------
    assignments
        Of one period.
    names
        What each rep is called, by id; also those with no shift get a row.
    timezone
        Whose wall time days and times follow.

    Returns
    -------
    pandas.DataFrame
        A row per rep, a column per local day from the first to the last, then ``Hours`` of primary
        work and ``On-call hours``. A cell has the shifts that start on the day.
    """
    wall = zone(timezone)
    starts = [assignment.shift.start.astimezone(wall).date() for assignment in assignments]
    days = pd.date_range(min(starts), max(starts), freq="D") if starts else pd.DatetimeIndex([])
    cells: dict[str, dict[str, str]] = {f"{day:%a %d %b}": {} for day in days}
    hours: dict[Role, dict[str, float]] = {"primary": {}, "on_call": {}}
    for assignment, day in zip(assignments, starts, strict=True):
        name, shift = names[assignment.rep_id], assignment.shift
        column, text = cells[f"{day:%a %d %b}"], shift_text(assignment, timezone)
        column[name] = f"{column[name]}, {text}" if name in column else text
        hours[shift.role][name] = hours[shift.role].get(name, 0.0) + shift.hours
    rows = pd.Index(list(names.values()), name="Rep")
    table = pd.DataFrame(cells, index=rows, dtype=object).fillna("")
    return table.assign(
        **{
            "Hours": [hours["primary"].get(name, 0.0) for name in rows],
            "On-call hours": [hours["on_call"].get(name, 0.0) for name in rows],
        }
    )


def gantt_rows(
    assignments: Sequence[Assignment], names: Mapping[str, str], timezone: str
) -> pd.DataFrame:
    """List assignments as bars on an axis of wall time.

    Returns
    -------
    pandas.DataFrame
        A row per assignment: ``rep, queue, role, text, short, reason`` and ``start, end`` as wall
        time that is labelled UTC, which is how a chart shows wall time of any zone unchanged.
    """
    wall = zone(timezone)
    rows = [
        {
            "rep": names[assignment.rep_id],
            "queue": assignment.shift.queue,
            "role": "primary" if assignment.shift.role == "primary" else "on-call",
            "start": assignment.shift.start.astimezone(wall).replace(tzinfo=None),
            "end": assignment.shift.end.astimezone(wall).replace(tzinfo=None),
            "text": shift_text(assignment, timezone),
            # A shorter bar has no room for figures.
            "short": shift_text(assignment, timezone)[:-2] if assignment.shift.hours >= 8 else "",
            "reason": assignment.reason,
        }
        for assignment in assignments
    ]
    columns = ["rep", "queue", "role", "start", "end", "text", "short", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column]).dt.tz_localize("UTC")
    return table


def wall_days(first: date, weeks: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the start and end of a period as wall time that is labelled UTC, as `gantt_rows`."""
    start = pd.Timestamp(first).tz_localize("UTC")
    return start, start + pd.Timedelta(weeks=weeks)


def staffed_rows(shifts: Sequence[StaffedShift], timezone: str) -> pd.DataFrame:
    """List shifts in wall time.

    Returns
    -------
    pandas.DataFrame
        A row per shift: ``Day, From, To, Role, Queue, Site, Reps``, and ``Breaks`` where any has
        one or is split.
    """
    wall = zone(timezone)
    ordered = sorted(shifts, key=lambda one: (one.shift.start, one.shift))
    rows = [
        (
            f"{staffed.shift.start.astimezone(wall):%a %d %b}",
            f"{staffed.shift.start.astimezone(wall):%H:%M}",
            f"{staffed.shift.end.astimezone(wall):%H:%M}",
            staffed.shift.role.replace("_", "-"),
            staffed.shift.queue,
            staffed.shift.site,
            staffed.reps,
        )
        for staffed in ordered
    ]
    table = pd.DataFrame(rows, columns=["Day", "From", "To", "Role", "Queue", "Site", "Reps"])
    breaks = [
        ", ".join(
            f"{each.start.astimezone(wall):%H:%M}–{each.end.astimezone(wall):%H:%M}"
            for each in one.shift.breaks
        )
        for one in ordered
    ]
    return table.assign(Breaks=breaks) if any(breaks) else table


def shift_rows(plan: ShiftPlan, queue: str) -> pd.DataFrame:
    """List the shifts of one queue in wall time, as `staffed_rows`."""
    mine = [staffed for staffed in plan.shifts if staffed.shift.queue == queue]
    return staffed_rows(mine, plan.timezone)


def names_of(team: Team | None) -> dict[str, str]:
    """Return what each rep is called, by id: names, and ids where two share a name."""
    reps = () if team is None else team.reps
    names = [rep.name for rep in reps]
    return {
        rep.rep_id: rep.name if names.count(rep.name) == 1 else f"{rep.name} ({rep.rep_id})"
        for rep in reps
    }
