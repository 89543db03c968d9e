"""A roster shaped for the eye: reps × days, bars on an axis of time, shifts in wall time.

No Streamlit and no chart library here, so that what a screen says can be checked by recount.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from data.clock import zone
from optimizer.roster import Assignment
from optimizer.shifts import Role, ShiftPlan, StaffedShift
from optimizer.staff import Team

ROLE_MARKS: Mapping[Role, str] = {"primary": "P", "on_call": "C"}


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
