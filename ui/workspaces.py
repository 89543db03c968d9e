"""A workspace: the folder of settings, inputs and plans that a team keeps, and how it is read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from data.conversations import Conversations
from data.errors import InputError
from data.files import read_text, write_all
from data.sources import IntervalVolume, is_interval_file, read_conversations, read_intervals
from forecast.closures import Calendar, Event, for_queue, holiday_events
from forecast.driver_files import read_drivers
from forecast.drivers import Driver, drivers_of
from forecast.events import read_events
from forecast.history import build_histories
from forecast.history_folder import read_history_folder
from forecast.history_report import HistoryReport, history_report
from forecast.series import VolumeHistory
from forecast.siblings import Likeness
from optimizer.staff import Team
from optimizer.team_files import read_team
from ui.plan_folder import Plan
from ui.settings import SETTINGS_FILE, Files, Settings, parse_settings


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


def kept_files(workspace: Workspace) -> Iterator[Path]:
    """Yield the files of a workspace that people or their history are in, whether there or not."""
    yield workspace.path(SETTINGS_FILE)
    yield from workspace.folder.glob("*.db")  # the store
    for name in asdict(workspace.settings.files).values():
        path = workspace.path(name)
        yield path
        if path.is_dir():
            yield from path.iterdir()


def read_workspace_events(workspace: Workspace) -> tuple[Event, ...]:
    """Read the events file of a workspace; a workspace without one has none."""
    path = _optional_file(workspace, "events")
    return read_events(path) if path else ()


def read_workspace_drivers(workspace: Workspace) -> tuple[Driver, ...]:
    """Read the drivers of a workspace; a workspace without the file has none."""
    path = _optional_file(workspace, "drivers")
    return read_drivers(path) if path else ()


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
    likeness
        By queue which other one it resembles, where the settings say so.
    """

    source: Source
    histories: tuple[VolumeHistory, ...]
    notes: tuple[str, ...] = ()
    likeness: Mapping[str, Likeness] = field(default_factory=dict)

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
    drivers: Sequence[Driver] = (),
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
    drivers
        What is known ahead to drive volume.
    """
    name = "created_at" if isinstance(source, Conversations) else "interval_start"
    instants = source.table[name]
    years = range(instants.min().year, instants.max().year + 3)
    try:
        known = (*holiday_events(settings.calendar, years), *events)
    except ValueError as error:
        raise InputError(f"{SETTINGS_FILE}, [calendar]: {error}") from error
    calendars = {
        str(queue): calendar_of(str(queue), settings, known, drivers)
        for queue in source.table["queue"].unique()
    }
    histories = build_histories(source, settings.calendar, calendars, start)
    strangers = sorted({event.queue for event in events if event.queue} - set(calendars))
    unknown = sorted({driver.queue for driver in drivers if driver.queue} - set(calendars))
    notes = tuple(
        f"{what} name the queue {queue}, of which there is no volume; there are "
        f"{', '.join(sorted(calendars))}."
        for what, queues in (("Events", strangers), ("Drivers", unknown))
        for queue in queues
    )
    alike = {
        name: Likeness(
            queue.like, queue.expected_per_week, calendar_of(name, settings, known, drivers)
        )
        for name, queue in settings.queues.items()
        if queue.like is not None
    }
    return ReadVolume(source, histories, notes, alike)


def read_workspace_source(workspace: Workspace) -> Source:
    """Read what came in, as the history folder of a workspace keeps it.

    Raises
    ------
    InputError
        When there is no history, or it cannot be read.
    """
    settings = workspace.settings
    folder = workspace.path(settings.files.history)
    if not folder.exists():
        raise InputError(
            f"{folder}: there is no history yet; start with staffcast init DIR --from "
            "conversations.csv, or upload an export on the History screen"
        )
    return read_history_folder(folder, timezone=settings.calendar.timezone)


def read_workspace_history(workspace: Workspace, source: Source | None = None) -> ReadVolume:
    """Read the volume of every queue of a workspace, on its interval and with its calendar.

    Parameters
    ----------
    workspace
        Settings and inputs.
    source
        What came in, where it was read before; the events and drivers are read in any case.

    Raises
    ------
    InputError
        When there is no history, or an input cannot be used.
    """
    if source is None:
        source = read_workspace_source(workspace)
    events, drivers = read_workspace_events(workspace), read_workspace_drivers(workspace)
    return read_volume(source, workspace.settings, events, drivers=drivers)


def calendar_of(
    queue: str, settings: Settings, events: Sequence[Event], drivers: Sequence[Driver] = ()
) -> Calendar:
    """Return the calendar of a queue; one without settings learns its opening hours."""
    stated = settings.queues.get(queue)
    return Calendar(
        settings.calendar.timezone,
        settings.calendar.interval_minutes,
        stated.opening if stated else None,
        for_queue(tuple(events), queue),
        drivers_of(drivers, queue),
    )


def public_holidays(
    settings: Settings, events: Sequence[Event], first: date, last: date
) -> frozenset[date]:
    """Return the public holidays of the calendar, and of events for all queues, between two days.

    Raises
    ------
    InputError
        When the calendar's country is unknown.
    """
    try:
        public = holiday_events(settings.calendar, range(first.year, last.year + 1))
    except ValueError as error:
        raise InputError(f"{SETTINGS_FILE}, [calendar]: {error}") from error
    return frozenset(
        event.day for event in (*public, *events) if event.kind == "holiday" and not event.queue
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
