"""The files of a repair: what changed, who is to be told, and who could stand in."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from data.clock import format_times, zone
from optimizer.repair_substitutes import Substitutes
from optimizer.repair_types import DutyChange, Gap
from optimizer.shifts import Shift
from optimizer.staff import Team

CHANGE_COLUMNS = (
    "rep_id",
    "name",
    "change",
    "queue",
    "role",
    "start",
    "end",
    "new_queue",
    "new_role",
    "new_start",
    "new_end",
    "why",
    "notice_hours",
    "tell",
)
SUBSTITUTE_COLUMNS = (
    "queue",
    "role",
    "start",
    "end",
    "rank",
    "rep_id",
    "name",
    "way",
    "new_start",
    "new_end",
    "covers_hours",
    "cost",
    "overtime_hours",
    "week_hours",
    "rest_hours",
    "turns",
    "wish",
    "reasons",
)


def changes_table(changes: Sequence[DutyChange], team: Team, timezone: str) -> pd.DataFrame:
    """Return the rows of ``changes.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per change, in order of time: who, what is done, the duty as published (empty when
        added) and as it is now (empty when freed or removed), why, the notice in hours, and where
        the rep is to be told: the e-mail address, or the name.
    """
    reps = {rep.rep_id: rep for rep in team.reps}
    rows = [
        {
            "rep_id": one.rep_id,
            "name": reps[one.rep_id].name,
            "change": one.kind,
            **_cells(one.before, "", timezone),
            **_cells(one.after, "new_", timezone),
            "why": one.why,
            "notice_hours": one.notice_hours,
            "tell": reps[one.rep_id].email or reps[one.rep_id].name or one.rep_id,
        }
        for one in changes
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def substitutes_table(found: Sequence[Substitutes], timezone: str) -> pd.DataFrame:
    """Return the rows of ``substitutes.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per freed duty and rep who could take it, the best first: ``queue, role, start, end``
        of the duty, ``rank, rep_id, name, way, new_start, new_end, covers_hours``, ``cost`` in
        wages, ``overtime_hours, week_hours, rest_hours, turns, wish, reasons``.
    """
    rows = []
    for each in found:
        for number, one in enumerate(each.ranked, 1):
            rows.append(
                {
                    **_cells(each.shift, "", timezone),
                    "rank": number,
                    "rep_id": one.rep_id,
                    "name": one.name,
                    "way": one.way,
                    "new_start": _time(one.into.start, timezone),
                    "new_end": _time(one.into.end, timezone),
                    "covers_hours": one.covers_hours,
                    "cost": round(one.cost, 4),
                    "overtime_hours": one.overtime_hours,
                    "week_hours": one.week_hours,
                    "rest_hours": one.rest_hours,
                    "turns": one.turns,
                    "wish": round(one.wish, 4),
                    "reasons": one.reasons,
                }
            )
    return pd.DataFrame(rows, columns=list(SUBSTITUTE_COLUMNS))


def change_sentence(one: DutyChange, team: Team, timezone: str) -> str:
    """Say a change in a line.

    Examples
    --------
    ``Ann: live primary Tue 3 Mar 09:00–17:00 is free (away: sick)``
    """
    name = next((rep.name for rep in team.reps if rep.rep_id == one.rep_id), "") or one.rep_id
    before = "" if one.before is None else shift_words(one.before, timezone)
    after = "" if one.after is None else shift_words(one.after, timezone)
    said = {
        "freed": f"{before} is free",
        "cut": f"{before} ends early: {after}",
        "added": f"takes {after}",
        "removed": f"no longer has {before}",
        "moved": f"{after} instead of {before}",
    }[one.kind]
    return f"{name}: {said} ({one.why})"


def gap_sentence(gap: Gap, timezone: str) -> str:
    """Say what stays open in a line."""
    local = zone(timezone)
    start, end = gap.start.astimezone(local), gap.end.astimezone(local)
    hours = f"{gap.rep_hours:g} rep-hour{'' if gap.rep_hours == 1 else 's'}"
    return (
        f"{gap.queue} {_day(start)} {start:%H:%M}–{end:%H:%M}: {hours}, "
        f"{gap.reps:g} at most at once"
    )


def shift_words(shift: Shift, timezone: str) -> str:
    """Name a duty by queue, role and wall time."""
    local = zone(timezone)
    start, end = shift.start.astimezone(local), shift.end.astimezone(local)
    role = "on call" if shift.role == "on_call" else "primary"
    return f"{shift.queue} {role} {_day(start)} {start:%H:%M}–{end:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"


def _cells(shift: Shift | None, prefix: str, timezone: str) -> dict[str, str]:
    if shift is None:
        return {f"{prefix}{name}": "" for name in ("queue", "role", "start", "end")}
    return {
        f"{prefix}queue": shift.queue,
        f"{prefix}role": shift.role,
        f"{prefix}start": _time(shift.start, timezone),
        f"{prefix}end": _time(shift.end, timezone),
    }


def _time(moment: datetime, timezone: str) -> str:
    return format_times(pd.DatetimeIndex([moment]), timezone)[0]
