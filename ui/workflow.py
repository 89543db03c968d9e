"""The pipeline as a few functions: conversations → history → forecast → … → plan.

The commands and the screens call these and nothing deeper, so a plan made by a click and a plan
made by a script are the same to the byte. Nothing here knows Streamlit or the command line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from data.clock import grid, local_days, midnight, week_start, zone
from data.conversations import Conversations
from data.errors import InputError
from data.files import read_text, write_all
from data.sources import IntervalVolume, is_interval_file, read_conversations, read_intervals
from forecast.closures import Calendar, Event, for_queue, holiday_events
from forecast.events import read_events
from forecast.history import (
    HistoryReport,
    build_histories,
    history_report,
    read_history_folder,
)
from forecast.predict import forecast_volume
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory
from forecast.tables import forecast_table
from optimizer.demand import Demand, demand_of
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.requirement import Requirement, plan_requirement
from optimizer.roster import Assignment, Roster
from optimizer.shifts import ShiftPlan, StaffedShift
from optimizer.solver import Cancellation
from optimizer.staff import Team
from optimizer.team_files import read_team
from ui.plan_folder import Plan
from ui.progress import Report, silent
from ui.settings import SETTINGS_FILE, Files, Settings, parse_settings

MOST_WEEKS_BRIDGED = 6


@dataclass(frozen=True)
class Workspace:
    """A folder with settings, inputs and plans.

    Parameters
    ----------
    folder
        Where it lies.
    text
        The settings file as it stands, comments included.
    settings
        What it says.
    """

    folder: Path
    text: str
    settings: Settings

    def path(self, name: str) -> Path:
        """Return a file of the workspace, by a name relative to the settings."""
        return self.folder / name


@dataclass(frozen=True)
class Period:
    """The planned stretch of time.

    Parameters
    ----------
    start, end
        Local midnights, in UTC.
    cutoff
        End of the data that the plan may know: what stands for "now".
    """

    start: pd.Timestamp
    end: pd.Timestamp
    cutoff: pd.Timestamp

    def of(self, forecast: VolumeForecast) -> VolumeForecast:
        """Return the part of a forecast that lies in the period."""
        index = forecast.table.index
        return replace(forecast, table=forecast.table[(index >= self.start) & (index < self.end)])


def open_workspace(folder: Path) -> Workspace:
    """Read the settings of a workspace.

    Raises
    ------
    InputError
        When there is no settings file in `folder`, or it is not valid.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise InputError(
            f"{folder}: there is no {SETTINGS_FILE}; make a workspace with "
            "staffcast init DIR --from conversations.csv, or see one with staffcast demo"
        )
    text = read_text(path)
    return Workspace(folder, text, parse_settings(text, str(path)))


def read_workspace_events(workspace: Workspace) -> tuple[Event, ...]:
    """Read the events file of a workspace; a workspace without one has none."""
    path = _optional_file(workspace, "events")
    return read_events(path) if path else ()


def read_workspace_team(workspace: Workspace) -> Team | None:
    """Read the team of a workspace; None when it has no team file."""
    team = _optional_file(workspace, "team")
    if team is None:
        return None
    return read_team(
        team,
        _optional_file(workspace, "absences"),
        _optional_file(workspace, "preferences"),
        timezone=workspace.settings.calendar.timezone,
    )


def _optional_file(workspace: Workspace, key: str) -> Path | None:
    """Return a file of the ``[files]`` table; None when the usual one is not there.

    Raises
    ------
    InputError
        When a file of another name is not there: the planner counts on it.
    """
    name = getattr(workspace.settings.files, key)
    path = workspace.path(name)
    if path.exists():
        return path
    if name != getattr(Files(), key):
        raise InputError(
            f"{workspace.folder / SETTINGS_FILE}, [files], key {key}: found {name!r}; "
            "there is no such file in the workspace"
        )
    return None


Source = Conversations | IntervalVolume


@dataclass(frozen=True)
class ReadVolume:
    """What came in: the source, the volume of each queue, and a report of both.

    Parameters
    ----------
    source
        What was read.
    histories
        A queue each.
    notes
        Sentences about what was given and concerns nothing.
    """

    source: Source
    histories: tuple[VolumeHistory, ...]
    notes: tuple[str, ...] = ()

    @property
    def report(self) -> HistoryReport:
        """What was found and what was repaired."""
        return history_report(self.source, self.histories)


def read_source(
    paths: Sequence[Path],
    timezone: str = "UTC",
    start: pd.Timestamp | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Source:
    """Read exports of conversations, or one file of volume per interval.

    Parameters
    ----------
    paths
        The files.
    timezone
        The zone of times without an offset.
    start
        Nothing from this instant on may be known; later dates are dropped and listed.
    mapping
        Which column of the export is which of a conversation's.

    Raises
    ------
    InputError
        When a file cannot be used, or the two kinds are mixed.
    """
    kinds = [is_interval_file(path) for path in paths]
    if any(kinds) and (len(paths) > 1 or mapping):
        raise InputError(
            f"{paths[kinds.index(True)]}: found volume per interval; "
            "give it alone and without a column mapping"
        )
    if any(kinds):
        return read_intervals(paths[0], timezone=timezone)
    return read_conversations(paths, mapping=mapping, timezone=timezone, start=start)


def read_volume(
    source: Source,
    settings: Settings,
    events: Sequence[Event] = (),
    start: pd.Timestamp | None = None,
) -> ReadVolume:
    """Lay a source on the grid of the settings, every queue with its calendar.

    Parameters
    ----------
    source
        What was read.
    settings
        Grid, holidays, and the opening hours of the queues that it names.
    events
        What is known of single days.
    start
        Nothing from this instant on may be known.
    """
    name = "created_at" if isinstance(source, Conversations) else "interval_start"
    instants = source.table[name]
    years = range(instants.min().year, instants.max().year + 3)
    try:
        known = (*holiday_events(settings.calendar, years), *events)
    except ValueError as error:
        raise InputError(f"{SETTINGS_FILE}, [calendar]: {error}") from error
    calendars = {
        str(queue): calendar_of(str(queue), settings, known)
        for queue in source.table["queue"].unique()
    }
    histories = build_histories(source, settings.calendar, calendars, start)
    strangers = sorted({event.queue for event in events if event.queue} - set(calendars))
    notes = tuple(
        f"Events name the queue {queue}, of which there is no volume; there are "
        f"{', '.join(sorted(calendars))}."
        for queue in strangers
    )
    return ReadVolume(source, histories, notes)


def read_workspace_history(workspace: Workspace) -> ReadVolume:
    """Read the volume of every queue of a workspace, on its interval and with its calendar.

    Raises
    ------
    InputError
        When there is no history, or it has a queue that the settings do not name.
    """
    settings = workspace.settings
    folder = workspace.path(settings.files.history)
    if not folder.exists():
        raise InputError(
            f"{folder}: there is no history yet; start with staffcast init DIR --from "
            "conversations.csv, or upload an export on the History screen"
        )
    source = read_history_folder(folder, timezone=settings.calendar.timezone)
    return read_volume(source, settings, read_workspace_events(workspace))


def calendar_of(queue: str, settings: Settings, events: Sequence[Event]) -> Calendar:
    """Return the calendar of a queue; one without settings learns its opening hours."""
    stated = settings.queues.get(queue)
    return Calendar(
        settings.calendar.timezone,
        settings.calendar.interval_minutes,
        stated.opening if stated else None,
        for_queue(tuple(events), queue),
    )


def next_period(cutoff: pd.Timestamp, timezone: str, start: date | None, weeks: int) -> Period:
    """Return the period to plan.

    Parameters
    ----------
    cutoff
        End of the data.
    timezone
        The calendar's zone.
    start
        First local day; None for the first local Monday that does not lie before the cutoff.
    weeks
        How many weeks.

    Examples
    --------
    >>> period = next_period(pd.Timestamp("2026-11-22T10:00Z"), "Europe/Dublin", None, 1)
    >>> print(period.start, period.end)
    2026-11-23 00:00:00+00:00 2026-11-30 00:00:00+00:00
    """
    if weeks < 1:
        raise InputError(f"--weeks: found {weeks}; give at least 1")
    if start is None:
        day = cutoff.tz_convert(zone(timezone)).date()
        start = week_start(day)
        if midnight(start, timezone) < cutoff:
            start += timedelta(days=7)
    first = midnight(start, timezone)
    last = midnight(start + timedelta(weeks=weeks), timezone)
    return Period(first, last, min(cutoff, first))


def forecast_period(
    histories: Sequence[VolumeHistory],
    period: Period,
    model: str = "auto",
    probabilities: Sequence[float] = PROBABILITIES,
    progress: Report = silent,
) -> tuple[VolumeForecast, ...]:
    """Forecast every queue for a period, bridging the gap from the end of its data.

    Raises
    ------
    InputError
        When a queue has no data before the period.
    """
    forecasts = []
    for number, history in enumerate(histories):
        progress(f"Forecast {history.queue}", number / len(histories))
        if history.volume.index[0] >= period.start:
            raise InputError(
                f"queue {history.queue}: there is no volume before the start of the period, "
                f"{period.start}; plan a later week"
            )
        known = history.until(period.start)
        calendar = known.calendar
        ahead = grid(known.cutoff, period.end, calendar.interval_minutes, calendar.timezone)
        forecasts.append(period.of(forecast_volume(known, len(ahead), model, probabilities)))
    return tuple(forecasts)


def levels(settings: Settings) -> tuple[float, ...]:
    """Return the quantiles to forecast: the usual ones, and the guard where it lies beyond them."""
    guard = settings.on_call.guard
    return (*PROBABILITIES, guard) if guard > max(PROBABILITIES) else PROBABILITIES


def require(
    forecasts: Sequence[VolumeForecast],
    settings: Settings,
    factors: Mapping[str, float] | None = None,
) -> Requirement:
    """Work out the reps that every interval calls for.

    Parameters
    ----------
    forecasts
        One for each queue.
    settings
        Handling, service and guard.
    factors
        The planner's volume multiplier by queue; 1 where none is given.
    """
    return plan_requirement(demands(forecasts, factors), settings.queues, settings.on_call.guard)


def demands(
    forecasts: Sequence[VolumeForecast], factors: Mapping[str, float] | None = None
) -> tuple[Demand, ...]:
    """Turn forecasts into the contacts that reach people."""
    factors = factors or {}
    return tuple(demand_of(forecast, factors.get(forecast.queue, 1.0)) for forecast in forecasts)


def cover(
    requirement: Requirement,
    settings: Settings,
    team: Team | None = None,
    cancel: Cancellation | None = None,
) -> ShiftPlan:
    """Choose primary and on-call shifts for a requirement."""
    return plan_shifts(
        requirement,
        settings.shifts,
        settings.on_call,
        settings.solver,
        queues=settings.queues,
        team=team,
        rules=settings.labour,
        cancel=cancel,
    )


def name_reps(
    shifts: Sequence[StaffedShift],
    coverage: pd.DataFrame,
    team: Team,
    settings: Settings,
    locked: Sequence[Assignment] = (),
    cancel: Cancellation | None = None,
) -> Roster:
    """Fill the shifts of a plan, whose coverage says what is required, with the reps of a team."""
    return plan_roster(
        shifts,
        coverage,
        team,
        settings.labour,
        settings.solver,
        timezone=settings.calendar.timezone,
        interval_minutes=settings.calendar.interval_minutes,
        locked=locked,
        cancel=cancel,
    )


def break_even_line(settings: Settings) -> str:
    """Say from which price on a gap of one rep in one interval is worth a shift."""
    price = settings.shifts.understaffing_price
    least = settings.shifts.break_even(settings.calendar.interval_minutes)
    verdict = "fills" if price > least else "leaves"
    return (
        f"understaffing_price {price:g} {verdict} short gaps: the break-even of one rep missing "
        f"in one interval is {least:g} wages"
    )


def plan_path(workspace: Workspace, plan: Plan) -> Path:
    """Return the folder of a plan in its workspace, named by the first day."""
    return workspace.folder / "plans" / plan.start.isoformat()


def write_run(workspace: Workspace, plan: Plan) -> None:
    """Keep what must not stand in a plan folder, since it never repeats: how long solves took."""
    seconds = {"shifts": round(plan.shift_plan.report.seconds, 3)}
    if plan.roster is not None:
        seconds["roster"] = round(plan.roster.report.seconds, 3)
    path = workspace.folder / "runs" / f"{plan.plan_id}.json"
    write_all({path: json.dumps({"seconds": seconds}, indent=1) + "\n"})


def make_plan(
    workspace: Workspace,
    start: date | None = None,
    weeks: int = 1,
    *,
    progress: Report = silent,
    cancel: Cancellation | None = None,
) -> Plan:
    """Plan a period of a workspace, from its history to its roster.

    Parameters
    ----------
    workspace
        Settings and inputs.
    start
        First local day; None for the first local Monday after the last interval.
    weeks
        How many weeks.
    progress
        Told the stage and the share of the whole.
    cancel
        Ends the solves; what was found by then stands.

    Raises
    ------
    InputError
        When an input cannot be used.
    """
    settings = workspace.settings
    progress("Read history", 0.0)
    read = read_workspace_history(workspace)
    cutoff = max(history.cutoff for history in read.histories)
    period = next_period(cutoff, settings.calendar.timezone, start, weeks)
    part = _part(progress, 0.05, 0.3)
    forecasts = forecast_period(
        read.histories, period, probabilities=levels(settings), progress=part
    )
    progress("Work out the requirement", 0.3)
    requirement = require(forecasts, settings)
    plan = finish_plan(workspace, period, forecasts, requirement, progress=progress, cancel=cancel)
    return replace(plan, notes=(*plan.notes, *read.notes, *bridge_notes(period)))


def bridge_notes(period: Period) -> tuple[str, ...]:
    """Say when a period lies so far ahead that little is known of it."""
    weeks = (period.start - period.cutoff) / pd.Timedelta(weeks=1)
    if weeks <= MOST_WEEKS_BRIDGED:
        return ()
    return (
        f"The plan starts {weeks:.0f} weeks after the data ends; that far ahead the forecast "
        "repeats the latest weeks.",
    )


def finish_plan(
    workspace: Workspace,
    period: Period,
    forecasts: Sequence[VolumeForecast],
    requirement: Requirement,
    *,
    progress: Report = silent,
    cancel: Cancellation | None = None,
) -> Plan:
    """Turn a requirement into shifts and, with a team at hand, a roster."""
    settings = workspace.settings
    team = read_workspace_team(workspace)
    progress("Choose shifts", 0.4)
    shifts = cover(requirement, settings, team, cancel)
    roster = None
    if team is not None and shifts.report.has_plan:
        progress("Name reps", 0.7)
        roster = name_reps(shifts.shifts, shifts.coverage, team, settings, cancel=cancel)
    progress("Write", 0.95)
    first_day = local_days(pd.DatetimeIndex([period.start]), settings.calendar.timezone)[0]
    return Plan(
        plan_id=first_day.isoformat(),
        start=first_day,
        weeks=round((period.end - period.start) / pd.Timedelta(weeks=1)),
        timezone=settings.calendar.timezone,
        interval_minutes=settings.calendar.interval_minutes,
        cutoff=period.cutoff,
        settings=workspace.text,
        forecast=forecast_table(forecasts),
        requirement=requirement,
        shift_plan=shifts,
        roster=roster,
        team=team,
        notes=tuple(note for each in forecasts for note in each.notes),
    )


def _part(progress: Report, low: float, high: float) -> Report:
    """Return a report whose 0 to 1 is `low` to `high` of the whole."""
    return lambda stage, share: progress(stage, low + (high - low) * share)
