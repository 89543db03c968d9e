"""The rosters of earlier weeks: read from plan folders and files, and what follows from them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from data.clock import midnight
from data.errors import InputError
from forecast.closures import Event
from optimizer.burn_out import burn_out, planned_busy
from optimizer.fairness import Ledger, PastRoster, latest, ledger
from optimizer.fairness_aim import Fairness
from optimizer.fairness_score import Score, score_of
from optimizer.local_shifts import local_shift, wall_time
from optimizer.report import Finding
from optimizer.requirement_files import read_requirement
from optimizer.roster import Assignment
from optimizer.roster_files import read_roster
from optimizer.shift_files import read_coverage
from optimizer.staff import Rep, Team
from optimizer.team_files import read_team
from ui.plan_folder import COVERAGE, REPORT, REQUIREMENT, ROSTER, TEAM
from ui.settings import Settings
from ui.workspaces import (
    Workspace,
    public_holidays,
    read_workspace_events,
    read_workspace_team,
)

PLANS = "plans"
HISTORY_WEEKS = 5
"""Before a period whose shifts count for rest, days in a row and weekends, at least."""


@dataclass(frozen=True)
class Before:
    """What a roster has to know of the weeks before it.

    Parameters
    ----------
    history
        Who of the team worked what in the last weeks.
    fairness
        What everybody carried, and how much that weighs.
    """

    history: tuple[Assignment, ...]
    fairness: Fairness


def weeks_before(of: Workspace, team: Team, begin: datetime, end: datetime) -> Before:
    """Return what the plans of a workspace say of the weeks before a period.

    Parameters
    ----------
    team
        Whose roster is to be made.
    begin, end
        The period.

    Raises
    ------
    InputError
        When an earlier plan or the events cannot be read.
    """
    past = tuple(workspace_rosters(of, team).values())
    return before(past, of.settings, read_workspace_events(of), team, begin, end)


def files_before(
    paths: Sequence[Path], known: Settings, team: Team, period: tuple[datetime, datetime]
) -> Before | None:
    """Return what roster files say of the weeks before a period; None when none is given.

    Raises
    ------
    InputError
        When a file cannot be read, or has nothing of the weeks before.
    """
    if not paths:
        return None
    calendar = known.calendar
    past = [file_roster(path, team, calendar.timezone, calendar.interval_minutes) for path in paths]
    for path, one in zip(paths, past, strict=True):
        if one.begin >= period[0]:
            days = [wall_time(each, calendar.timezone).date() for each in (one.begin, period[0])]
            raise InputError(
                f"{path}: begins on {days[0]}, and the roster asked for on {days[1]}; name rosters "
                "of the weeks before"
            )
    return before(past, known, (), team, *period)


def before(
    past: Sequence[PastRoster],
    known: Settings,
    events: Sequence[Event],
    team: Team,
    begin: datetime,
    end: datetime,
) -> Before:
    """Return what earlier rosters mean for the roster of a period; they may overlap.

    Raises
    ------
    InputError
        When the calendar's country is unknown.
    """
    zone = known.calendar.timezone
    names = {rep.rep_id for rep in team.reps}
    weeks = max(HISTORY_WEEKS, known.labour.weekend_weeks + 1)
    history = tuple(
        assignment
        for one in latest(past, begin, weeks, zone)
        for assignment in one.assignments
        if assignment.rep_id in names
    )
    counted = latest(past, begin, known.fairness.weeks, zone)
    holidays = holidays_of(known, events, counted, end)
    made = ledger(counted, known.labour.night, holidays)
    return Before(history, Fairness.of(known.fairness, known.labour.night, holidays, made))


@dataclass(frozen=True)
class Judged:
    """How fair some weeks were, and what wears people out in the newest roster of them.

    Parameters
    ----------
    strain
        Findings; heavy hours only where the plan of the newest roster is at hand.
    """

    ledger: Ledger
    score: Score
    strain: tuple[Finding, ...]


def judge(
    past: Mapping[Path, PastRoster], known: Settings, events: Sequence[Event], until: datetime
) -> Judged | None:
    """Judge the last weeks before an instant; None without any roster in them.

    Parameters
    ----------
    past
        Rosters by plan folder or file; they may overlap.

    Raises
    ------
    InputError
        When the calendar's country is unknown, or the newest plan's requirement cannot be read.
    """
    counted = latest(tuple(past.values()), until, known.fairness.weeks, known.calendar.timezone)
    made = ledger(counted, known.labour.night, holidays_of(known, events, counted, until))
    if made is None:
        return None
    newest = counted[-1]
    places = [path for path, one in past.items() if one.begin == newest.begin]
    worn = burn_out(
        newest.assignments,
        newest.team,
        known.burn_out,
        history=[assignment for one in counted[:-1] for assignment in one.assignments],
        busy=_busy(places[-1] / REQUIREMENT, newest) if places else None,
        interval_minutes=newest.interval_minutes,
    )
    return Judged(made, score_of(made, known.fairness), worn)


def _busy(path: Path, of: PastRoster) -> pd.DataFrame | None:
    if of.coverage is None or not path.is_file():
        return None
    needed = read_requirement(path, "UTC", of.interval_minutes)
    return planned_busy(needed.table, of.coverage)


def holidays_of(
    known: Settings, events: Sequence[Event], past: Sequence[PastRoster], end: datetime
) -> frozenset[date]:
    """Return the holidays from the first of some rosters to an instant."""
    zone = known.calendar.timezone
    first = min((one.begin for one in past), default=end)
    # A day more on both sides, since the clocks of reps may be ahead or behind.
    day = timedelta(days=1)
    return public_holidays(
        known,
        events,
        (wall_time(first, zone) - day).date(),
        (wall_time(end, zone) + day).date(),
    )


def workspace_rosters(of: Workspace, team: Team | None = None) -> dict[Path, PastRoster]:
    """Read the rosters of all plans of a workspace by folder; absences and wishes as of now.

    Parameters
    ----------
    team
        The team now; read where none is given.

    Raises
    ------
    InputError
        When a plan cannot be read.
    """
    now = read_workspace_team(of) if team is None else team
    folder = of.path(PLANS)
    if now is None or not folder.is_dir():
        return {}
    found = sorted(path.parent for path in folder.glob(f"*/{ROSTER}"))
    return {path: plan_roster_of(path, now) for path in found}


def plan_roster_of(folder: Path, now: Team) -> PastRoster:
    """Read the roster of a plan folder; one that was changed by hand is what was worked.

    Parameters
    ----------
    now
        Whose absences and wishes count; a plan folder keeps its reps alone.

    Raises
    ------
    InputError
        When a file of the folder is missing or damaged.
    """
    path = folder / REPORT
    try:
        report = json.loads(path.read_bytes())
        start, weeks = date.fromisoformat(report["start"]), int(report["weeks"])
        timezone, interval = str(report["timezone"]), int(report["interval_minutes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: is missing or damaged; restore it, make the plan again, or remove the folder"
        ) from error
    reps = read_team(folder / TEAM, timezone=timezone).reps
    return PastRoster(
        midnight(start, timezone).to_pydatetime(),
        midnight(start + timedelta(weeks=weeks), timezone).to_pydatetime(),
        read_roster(folder / ROSTER, timezone=timezone),
        plan_team(reps, now),
        read_coverage(folder / COVERAGE, timezone=timezone, interval_minutes=interval),
        interval,
    )


def file_roster(path: Path, team: Team, timezone: str, interval_minutes: int) -> PastRoster:
    """Read the roster of a file; its time is that of the calendar's days on which shifts start.

    A ``coverage.csv`` beside it says what was required.

    Raises
    ------
    InputError
        When the file cannot be read, holds no shift, or nobody of the team.
    """
    worked = read_roster(path, timezone=timezone)
    if not worked:
        raise InputError(f"{path}: found no shift; leave the file out")
    names = {one.rep_id for one in worked}
    if names.isdisjoint(rep.rep_id for rep in team.reps):
        found = ", ".join(sorted(names)[:5])
        raise InputError(f"{path}: found {found}, none of the team; name the team that worked it")
    days = [local_shift(one.shift, timezone).day for one in worked]
    begin = midnight(min(days), timezone).to_pydatetime()
    end = midnight(max(days) + timedelta(days=1), timezone).to_pydatetime()
    beside, coverage = path.with_name(COVERAGE), None
    if beside.exists():
        coverage = read_coverage(beside, timezone=timezone, interval_minutes=interval_minutes)
        starts = coverage["interval_start"]
        begin = min(begin, starts.min().to_pydatetime())
        last = starts.max().to_pydatetime() + timedelta(minutes=interval_minutes)
        end = max(end, last)
    return PastRoster(begin, end, worked, team, coverage, interval_minutes)


def plan_team(reps: Sequence[Rep], now: Team) -> Team:
    """Return the people of a plan with their absences and wishes as they stand now."""
    ids = {rep.rep_id for rep in reps}
    return Team(
        tuple(reps),
        tuple(absence for absence in now.absences if absence.rep_id in ids),
        tuple(wish for wish in now.preferences if wish.rep_id in ids),
    )
