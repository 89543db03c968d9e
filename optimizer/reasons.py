"""Why a rep has a shift, in a few words, counted from the finished roster."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from optimizer.eligibility import barrier
from optimizer.local_shifts import LocalShift, clash, local_shift, owed_minutes, wish_worth
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, LabourRules, Preference, Rep, Team


@dataclass(frozen=True)
class _Person:
    """A rep, what they work (shifts before the period included), their absences and wishes."""

    rep: Rep
    worked: tuple[LocalShift, ...]
    absences: tuple[Absence, ...]
    wishes: tuple[Preference, ...]


def explain(
    assignments: Sequence[Assignment],
    shifts: Sequence[StaffedShift],
    team: Team,
    rules: LabourRules,
    *,
    history: Sequence[Assignment] = (),
    period: tuple[datetime, datetime],
) -> tuple[Assignment, ...]:
    """Give each assignment its reason.

    Parameters
    ----------
    assignments
        The whole roster.
    shifts
        The plan that it fills.
    history
        Assignments before the period.
    period
        First instant that is planned and the one after the last.

    Returns
    -------
    tuple of Assignment
        Sorted by rep and start.
    """
    people = _people(team, [*history, *assignments])
    places = {staffed.shift: staffed.reps for staffed in shifts}
    able = {
        shift: [one for one in people.values() if not barrier(one.rep, shift, one.absences)]
        for shift in {assignment.shift for assignment in assignments}
    }
    hindered = {
        shift: {other.rep.rep_id: _hindrance(other, shift, rules) for other in known}
        for shift, known in able.items()
    }
    explained = []
    for one in sorted(assignments, key=lambda one: (one.rep_id, one.shift.start, one.shift)):
        reason = "locked"
        if not one.locked:
            others = [text for rep, text in hindered[one.shift].items() if rep != one.rep_id]
            reason = _reason(people[one.rep_id], one.shift, places[one.shift], others, period)
        explained.append(replace(one, reason=reason))
    return tuple(explained)


def _people(team: Team, assignments: Sequence[Assignment]) -> dict[str, _Person]:
    zones = {rep.rep_id: rep.timezone for rep in team.reps}
    worked: dict[str, list[LocalShift]] = defaultdict(list)
    for one in assignments:
        worked[one.rep_id].append(local_shift(one.shift, zones[one.rep_id]))
    return {
        rep.rep_id: _Person(
            rep,
            tuple(worked[rep.rep_id]),
            tuple(one for one in team.absences if one.rep_id == rep.rep_id),
            tuple(one for one in team.preferences if one.rep_id == rep.rep_id),
        )
        for rep in team.reps
    }


def _reason(
    person: _Person,
    shift: Shift,
    places: int,
    others: Sequence[str],
    period: tuple[datetime, datetime],
) -> str:
    """Say why a person has a shift; `others` is what keeps each who could work it from it."""
    role = "standby" if shift.role == "on_call" else "shift"
    if not others:
        return f"the only rep who can work this {role}"
    if len(others) < places:
        return f"all {len(others) + 1} reps who can work this {role} are needed"
    hindrances = Counter(others)
    free = hindrances.pop("", 0)
    worth = wish_worth(shift, person.wishes)
    if worth > 0:
        return "prefers this time"
    if not free:
        busy = "nobody else is free: " + ", ".join(
            f"{count} {text}" for text, count in sorted(hindrances.items())
        )
        return f"rather not, but {busy}" if worth < 0 else busy
    owed = _needed_hours(person, shift, period)
    if owed:
        return f"needed for the contract's {owed:g} h"
    also = "1 other" if free == 1 else f"{free} others"
    return f"rather not; {also} could" if worth < 0 else f"one of {free + 1} who are free"


def _hindrance(person: _Person, shift: Shift, rules: LabourRules) -> str:
    """Say what keeps a rep from a shift on top of what they work; empty when nothing does."""
    local = local_shift(shift, person.rep.timezone)
    pause = timedelta(hours=rules.min_rest_hours)
    clashes = {clash(local, other, pause) for other in person.worked}
    if clashes & {"one_shift_a_day", "overlap"}:
        return "on another shift that day"
    if "rest" in clashes:
        return "in need of rest"
    if shift.role == "primary":
        limit = min(rules.max_week_hours, person.rep.contract.max_hours) * 60
        if _week_minutes(person, local) + local.minutes > limit:
            return "at the week's hours"
    days = {other.day for other in person.worked} | {local.day}
    first = last = local.day
    while first - timedelta(days=1) in days:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in days:
        last += timedelta(days=1)
    return "after days in a row" if (last - first).days >= rules.max_consecutive_days else ""


def _needed_hours(person: _Person, shift: Shift, period: tuple[datetime, datetime]) -> float:
    """Return the hours that the contract asks for when they are not met without the shift."""
    if shift.role != "primary":
        return 0.0
    rep, local = person.rep, local_shift(shift, person.rep.timezone)
    owed = owed_minutes(rep.contract, rep, local.week, period, person.absences)
    return owed / 60 if _week_minutes(person, local) - local.minutes < owed else 0.0


def _week_minutes(person: _Person, local: LocalShift) -> int:
    return sum(
        other.minutes
        for other in person.worked
        if other.week == local.week and other.shift.role == "primary"
    )
