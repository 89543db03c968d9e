"""A published roster to be mended: read from a plan folder or a roster's file, with what is new."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pandas as pd

from data.clock import format_times, zone
from data.errors import InputError
from optimizer.cover import required_reps
from optimizer.period import span
from optimizer.repair_types import Published
from optimizer.requirement_files import read_requirement
from optimizer.roster import Assignment
from optimizer.shifts import Shift
from optimizer.standing import Standing
from ui.options import check_year, settings_needed
from ui.past_rosters import files_before, weeks_before
from ui.plan_folder import MANIFEST, SETTINGS
from ui.settings import SETTINGS_FILE, Settings, read_settings
from ui.whys import Beside, read_standing
from ui.workspaces import open_workspace


def read_published(
    path: Path, beside: Beside, now: str | None, history: list[Path], option: str = "--now"
) -> tuple[Published, Settings]:
    """Read a roster and what it was made from.

    Parameters
    ----------
    path
        A plan folder, a folder with a roster.csv, or a roster.csv.
    now
        Duties that have begun by then are history; None for the beginning of the period.
    history
        Rosters of earlier weeks; those of a plan in a workspace are found by themselves.
    option
        Where `now` was stated.

    Raises
    ------
    InputError
        When something cannot be read.
    """
    settings = settings_of_roster(path, beside)
    standing = read_standing(path, beside)
    period = span(standing.coverage, standing.interval_minutes)
    past: tuple[Assignment, ...] = ()
    workspace = path.resolve().parent.parent
    if history:
        known = files_before(history, settings, standing.team, period)
        past = known.history if known else ()
    elif (path / MANIFEST).is_file() and (workspace / SETTINGS_FILE).is_file():
        past = weeks_before(open_workspace(workspace), standing.team, *period).history
    begins = period[0] if now is None else instant(now, option, standing.timezone)
    return published(standing, settings, begins, past), settings


def published(
    standing: Standing, settings: Settings, now: datetime, history: tuple[Assignment, ...] = ()
) -> Published:
    """Return a roster as it stands as one that was published."""
    return Published(
        assignments=standing.assignments,
        shifts=standing.shifts,
        coverage=standing.coverage,
        team=standing.team,
        rules=standing.rules,
        timezone=standing.timezone,
        interval_minutes=standing.interval_minutes,
        now=now,
        history=history,
        settings=settings.shifts,
        on_call=settings.on_call,
    )


def settings_of_roster(path: Path, beside: Beside) -> Settings:
    """Return the settings that a roster was made with: those of its plan, or those named."""
    if (path / MANIFEST).is_file():
        return read_settings(path / SETTINGS)
    return settings_needed(beside.settings)


def newly_required(of: Published, path: Path) -> pd.DataFrame:
    """Return what a newer requirement calls for, in the rows of a roster's coverage.

    Raises
    ------
    InputError
        When it lacks a queue or an interval of the roster.
    """
    newer = required_reps(read_requirement(path, of.timezone, of.interval_minutes))
    keys = ["queue", "interval_start"]
    merged = of.coverage[keys].merge(newer, how="left", on=keys)
    missing = merged["required_primary"].isna()
    if missing.any():
        row = merged[missing].iloc[0]
        start = format_times(pd.DatetimeIndex([row["interval_start"]]), of.timezone)[0]
        raise InputError(
            f"{path}: found nothing of {row['queue']} {start}, which is in the roster; give a "
            "requirement that holds all of it"
        )
    tiers = ["required_primary", "required_on_call"]
    return merged.astype(dict.fromkeys(tiers, "int64"))


def instant(text: str, option: str, timezone: str, *, ends: bool = False) -> datetime:
    """Read a time, in a zone where it has no offset; of a day alone its beginning, or its end.

    Raises
    ------
    InputError
        When it is no time.
    """
    local = zone(timezone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{option}: found {text!r}; give a time such as 2026-11-30T09:00, or a day"
        ) from None
    check_year(moment, option)
    if len(text) == len("2026-11-30"):
        day = moment.date() + timedelta(days=1 if ends else 0)
        return datetime.combine(day, time(), tzinfo=local).astimezone(UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=local)).astimezone(UTC)


def rep_of(of: Published, rep_id: str, option: str) -> str:
    """Return a rep_id of the team.

    Raises
    ------
    InputError
        When nobody has it.
    """
    names = [rep.rep_id for rep in of.team.reps]
    if rep_id not in names:
        raise InputError(
            f"{option}: found no rep {rep_id!r}; the team has {', '.join(sorted(names)[:10])}"
            f"{' and more' if len(names) > 10 else ''}"
        )
    return rep_id


def duty_of(of: Published, rep_id: str, start: str, option: str) -> Shift:
    """Return the duty of a rep that starts at a time, or the only one of a day.

    Raises
    ------
    InputError
        When there is none, or a day has several.
    """
    begins = instant(start, option, of.timezone)
    ends = instant(start, option, of.timezone, ends=True)
    own = sorted(one.shift for one in of.assignments if one.rep_id == rep_id)
    found = [one for one in own if begins == one.start or begins <= one.start < ends]
    if len(found) == 1:
        return found[0]
    what = "several duties" if found else "no duty"
    local = zone(of.timezone)
    known = ", ".join(f"{one.start.astimezone(local):%Y-%m-%dT%H:%M}" for one in found or own)
    mend = f"they start {known}" if known else f"{rep_id} is not on the roster"
    raise InputError(f"{option}: found {what} of {rep_id} at {start}; {mend}")


def locks_of(of: Published, texts: list[str]) -> frozenset[tuple[str, Shift]]:
    """Read locks: REP for all duties of a rep, REP=START for one or those of a day.

    Raises
    ------
    InputError
        When there is no such rep or duty.
    """
    locked = set()
    for text in texts:
        name, _, start = text.partition("=")
        rep_id = rep_of(of, name, "--lock")
        if start:
            locked.add((rep_id, duty_of(of, rep_id, start, "--lock")))
        else:
            locked |= {(rep_id, one.shift) for one in of.assignments if one.rep_id == rep_id}
    return frozenset(locked)


def without_absences(of: Published) -> Published:
    """Return a roster as if nobody were known to be away."""
    return replace(of, team=replace(of.team, absences=()))
