"""Why a rep has a shift, in a few words, counted from the finished roster."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from optimizer.eligibility import barrier
from optimizer.local_shifts import clash, local_shift, owed_minutes, wish_worth
from optimizer.roster import Assignment
from optimizer.rules_asked import rules_asked
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import LabourRules, Team
from optimizer.standing import Person, people_of


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
    people = people_of(team, [*history, *assignments])
    places = {staffed.shift: staffed.reps for staffed in shifts}
    # Only rest, days and hours are looked at here; `optimizer.roster_why` looks at every rule.
    free = "whom rest, days and hours leave free" if rules_asked(rules, team) else "who are free"
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
            person, count = people[one.rep_id], places[one.shift]
            reason = _reason(person, one.shift, count, others, period, free)
        explained.append(replace(one, reason=reason))
    return tuple(explained)


def _reason(
    person: Person,
    shift: Shift,
    places: int,
    others: Sequence[str],
    period: tuple[datetime, datetime],
    who_are_free: str,
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
    rather_not = "rather not, but " if worth < 0 else ""
    return f"{rather_not}one of {free + 1} {who_are_free}"


def _hindrance(person: Person, shift: Shift, rules: LabourRules) -> str:
    """Say what keeps a rep from a shift on top of what they work; empty when nothing does."""
    local = local_shift(shift, person.rep.timezone)
    if any(
        wish.kind == "never" and shift.start < wish.end and wish.start < shift.end
        for wish in person.wishes
    ):
        return "never to work then"
    pause = timedelta(hours=rules.min_rest_hours)
    clashes = {clash(local, other, pause) for other in person.worked}
    if clashes & {"one_shift_a_day", "overlap"}:
        return "on another shift that day"
    if "rest" in clashes:
        return "in need of rest"
    if shift.role == "primary":
        limit = min(rules.max_week_hours, person.rep.contract.max_hours) * 60
        if person.week_minutes(local.week) + local.minutes > limit:
            return "at the week's hours"
    days = {other.day for other in person.worked} | {local.day}
    first = last = local.day
    while first - timedelta(days=1) in days:
        first -= timedelta(days=1)
    while last + timedelta(days=1) in days:
        last += timedelta(days=1)
    return "after days in a row" if (last - first).days >= rules.max_consecutive_days else ""


def _needed_hours(person: Person, shift: Shift, period: tuple[datetime, datetime]) -> float:
    """Return the hours that the contract asks for when they are not met without the shift."""
    if shift.role != "primary":
        return 0.0
    rep, local = person.rep, local_shift(shift, person.rep.timezone)
    owed = owed_minutes(rep.contract, rep, local.week, period, person.absences)
    return owed / 60 if person.week_minutes(local.week) - local.minutes < owed else 0.0
