"""An independent check of a roster: every rule counted again, from the roster and the inputs alone.

Nothing here is shared with the programme that makes rosters, and no solver is imported: a mistake
there shows as a finding here. Each function judges one rule and has a twin in the programme.

A rule that is broken is a ``violation``; people who are missing (unfilled shifts, requirements
that no shift covers, contract hours that are not reached) are a ``shortfall``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from optimizer.audit_coverage import judge_coverage
from optimizer.report import Finding
from optimizer.roster import Assignment, Roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, LabourRules, Rep, Team

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = 15  # minutes; no clock changes within a quarter of an hour
Period = tuple[datetime, datetime]


def audit(
    roster: Roster | Sequence[Assignment],
    shifts: Sequence[StaffedShift],
    team: Team,
    rules: LabourRules,
    *,
    timezone: str | None = None,
    interval_minutes: int | None = None,
    period: Period | None = None,
    locked: Sequence[Assignment] = (),
    history: Sequence[Assignment] = (),
) -> tuple[Finding, ...]:
    """Judge a roster.

    Parameters
    ----------
    roster
        A roster, or its assignments.
    shifts
        The plan that it fills.
    timezone, interval_minutes
        The calendar's zone and grid; a roster brings its own.
    period
        First instant that is planned and the one after the last, for the contracts' minima: by
        default the span of the roster's coverage, else the calendar's local days of the shifts.
    locked
        Assignments that had to be kept.
    history
        Assignments before the period: they count for rest, days and hours, and findings that
        concern them alone are not told.

    Returns
    -------
    tuple of Finding
        Sorted; empty when there is nothing to say.

    Raises
    ------
    ValueError
        When assignments come without the calendar's zone.
    """
    given = tuple(roster.assignments) if isinstance(roster, Roster) else tuple(roster)
    if isinstance(roster, Roster):
        timezone, interval_minutes = roster.timezone, roster.interval_minutes
    if timezone is None or interval_minutes is None:
        raise ValueError("Name timezone and interval_minutes to audit bare assignments.")
    if period is None:
        period = _period(roster, given, shifts, timezone, interval_minutes)
    findings = [
        *_filling(given, shifts, timezone),
        *_locks(given, locked, timezone),
        *_strangers(given, team, timezone),
    ]
    for rep in team.reps:
        own = sorted(one.shift for one in given if one.rep_id == rep.rep_id)
        past = sorted(one.shift for one in history if one.rep_id == rep.rep_id)
        absences = [absence for absence in team.absences if absence.rep_id == rep.rep_id]
        findings += _eligible(rep, own, absences)
        findings += _pairs(rep, own, past, rules)
        findings += _days_in_a_row(rep, own, past, rules)
        findings += _most_hours(rep, own, past, rules)
        findings += _least_hours(rep, own, absences, period)
    if isinstance(roster, Roster):
        findings += judge_coverage(roster, shifts, team)
    return tuple(sorted(findings))


def _filling(
    given: Sequence[Assignment], shifts: Sequence[StaffedShift], timezone: str
) -> Iterator[Finding]:
    """Each shift of the plan has the reps that it asks for, and no other shift is worked.

    When its reps break is judged by the coverage that is left.
    """
    worked = Counter(one.shift.plain for one in given)
    asked = Counter[Shift]()
    for staffed in shifts:
        asked[staffed.shift.plain] += staffed.reps
    for shift in sorted(asked.keys() | worked.keys()):
        lacking, where = asked[shift] - worked[shift], _place(shift, timezone)
        if lacking > 0:
            who = "1 rep is" if lacking == 1 else f"{lacking} reps are"
            sentence = f"{who} missing on {where}."
            yield Finding("unfilled", where, float(lacking), sentence, "shortfall")
        elif lacking < 0:
            sentence = f"{where} has {worked[shift]} reps; the plan asks for {asked[shift]}."
            yield Finding("overfilled", where, float(-lacking), sentence)


def _locks(
    given: Sequence[Assignment], locked: Sequence[Assignment], timezone: str
) -> Iterator[Finding]:
    """Check that what a person fixed is in the roster, marked as such."""
    kept = {(one.rep_id, one.shift) for one in given if one.locked}
    for one in locked:
        if (one.rep_id, one.shift) not in kept:
            where = _place(one.shift, timezone)
            sentence = f"{one.rep_id} was locked on {where}, and the roster does not keep it."
            yield Finding("lock", one.rep_id, 1.0, sentence)


def _strangers(given: Sequence[Assignment], team: Team, timezone: str) -> Iterator[Finding]:
    """Everyone on the roster is in the team."""
    names = {rep.rep_id for rep in team.reps}
    for one in given:
        if one.rep_id not in names:
            sentence = f"{one.rep_id} on {_place(one.shift, timezone)} is not in the team."
            yield Finding("team", one.rep_id, 1.0, sentence)


def _eligible(rep: Rep, own: Sequence[Shift], absences: Sequence[Absence]) -> Iterator[Finding]:
    """Check skill, role, site, employment, absence and available hours of each shift."""
    for shift in own:
        where = _place(shift, rep.timezone)
        if len(rep.skills) > 0 and shift.queue not in rep.skills:
            yield _broken("skills", rep, shift, f"lacks the skill {shift.queue} for {where}")
        if shift.role == "on_call" and rep.on_call is False:
            yield _broken("on_call", rep, shift, f"takes no standby but has {where}")
        if "" not in (shift.site, rep.site) and shift.site != rep.site:
            text = f"is at site {rep.site} but has {where} of site {shift.site}"
            yield _broken("site", rep, shift, text)
        days = _touched_days(shift, rep)
        if any(
            (rep.employed_from is not None and day < rep.employed_from)
            or (rep.employed_until is not None and rep.employed_until < day)
            for day in days
        ):
            yield _broken("employment", rep, shift, f"is not employed during {where}")
        for absence in absences:
            common = min(shift.end, absence.end) - max(shift.start, absence.start)
            if common > timedelta(0):
                text = f"is away ({absence.kind or 'absence'}) during {where}"
                yield Finding("absence", rep.rep_id, common / HOUR, f"{rep.rep_id} {text}.")
        outside = _minutes_outside(shift, rep)
        if outside:
            text = f"is not available for {outside} minutes of {where}"
            yield Finding("availability", rep.rep_id, outside / 60, f"{rep.rep_id} {text}.")


def _pairs(
    rep: Rep, own: Sequence[Shift], past: Sequence[Shift], rules: LabourRules
) -> Iterator[Finding]:
    """No two shifts of a rep overlap, start on one local day or lie closer than the rest."""
    everything = sorted([*own, *past], key=lambda shift: (shift.start, shift.end))
    judged = set(own)
    for number, one in enumerate(everything):
        for other in everything[number + 1 :]:
            if one not in judged and other not in judged:
                continue
            both = f"{_place(one, rep.timezone)} and {_place(other, rep.timezone)}"
            common = min(one.end, other.end) - other.start
            if common > timedelta(0):
                yield Finding(
                    "overlap", rep.rep_id, common / HOUR, f"{rep.rep_id} is on {both} at once."
                )
            if _wall(one.start, rep).date() == _wall(other.start, rep).date():
                yield Finding(
                    "one_shift_a_day", rep.rep_id, 1.0, f"{rep.rep_id} has {both} on one day."
                )
            pause = (_wall(other.start, rep) - _wall(one.end, rep)) / HOUR
            if common <= timedelta(0) and pause < rules.min_rest_hours:
                sentence = (
                    f"{rep.rep_id} rests {pause:g} h between {both}; "
                    f"{rules.min_rest_hours:g} h are the least."
                )
                yield Finding("rest", rep.rep_id, rules.min_rest_hours - pause, sentence)


def _days_in_a_row(
    rep: Rep, own: Sequence[Shift], past: Sequence[Shift], rules: LabourRules
) -> Iterator[Finding]:
    """Shifts, standby included, start on at most so many local days in a row."""
    judged = {_wall(shift.start, rep).date() for shift in own}
    days = judged | {_wall(shift.start, rep).date() for shift in past}
    for first in sorted(days):
        if first - DAY in days:
            continue
        last = first
        while last + DAY in days:
            last += DAY
        length = (last - first).days + 1
        if length > rules.max_consecutive_days and any(first <= day <= last for day in judged):
            sentence = (
                f"{rep.rep_id} works {length} days in a row from {first} to {last}; "
                f"{rules.max_consecutive_days} are the most."
            )
            excess = float(length - rules.max_consecutive_days)
            yield Finding("consecutive_days", rep.rep_id, excess, sentence)


def _most_hours(
    rep: Rep, own: Sequence[Shift], past: Sequence[Shift], rules: LabourRules
) -> Iterator[Finding]:
    """Primary hours in an ISO week are within the contract's maximum and the law's."""
    now, everything = _hours_by_week(rep, own), _hours_by_week(rep, [*own, *past])
    for week in sorted(now):
        for rule, limit in (
            ("contract_maximum", rep.contract.max_hours),
            ("max_week_hours", rules.max_week_hours),
        ):
            excess = everything[week] - limit
            if excess > 1e-9:
                sentence = (
                    f"{rep.rep_id} works {everything[week]:g} h in the week of {week}; "
                    f"{limit:g} h are the most."
                )
                yield Finding(rule, rep.rep_id, excess, sentence)


def _least_hours(
    rep: Rep, own: Sequence[Shift], absences: Sequence[Absence], period: Period
) -> Iterator[Finding]:
    """Primary hours in an ISO week reach the contract's minimum, or its share of the week."""
    worked = _hours_by_week(rep, own)
    monday = _monday(_wall(period[0], rep).date())
    while datetime.combine(monday, time()) < _wall(period[1], rep):
        whole, present = _minutes_present(rep, monday, absences, period)
        owed = rep.contract.min_hours if present == whole > 0 else 0.0
        if present < whole and 2 * present >= whole:
            owed = (round(rep.contract.min_hours * 60) * present // whole) // QUARTER * QUARTER / 60
        lacking = owed - worked[monday]
        if lacking > 1e-9:
            share = "" if present == whole else f", the share of {present / whole:.0%} present"
            sentence = (
                f"{rep.rep_id} works {worked[monday]:g} h in the week of {monday}; "
                f"the contract asks for {owed:g} h{share}."
            )
            yield Finding("contract_minimum", rep.rep_id, lacking, sentence, "shortfall")
        monday += 7 * DAY


def _broken(rule: str, rep: Rep, shift: Shift, text: str) -> Finding:
    return Finding(rule, rep.rep_id, shift.length / HOUR, f"{rep.rep_id} {text}.")


def _place(shift: Shift, timezone: str) -> str:
    """Name a shift by queue, role and wall time."""
    start, end = (moment.astimezone(ZoneInfo(timezone)) for moment in (shift.start, shift.end))
    role = "on call" if shift.role == "on_call" else "primary"
    return f"{shift.queue} {role} {start:%Y-%m-%d %H:%M}–{end:%H:%M}"


def _wall(instant: datetime, rep: Rep) -> datetime:
    return instant.astimezone(ZoneInfo(rep.timezone)).replace(tzinfo=None)


def _monday(day: date) -> date:
    return date.fromisocalendar(day.isocalendar().year, day.isocalendar().week, 1)


def _hours_by_week(rep: Rep, shifts: Iterable[Shift]) -> defaultdict[date, float]:
    """Return primary hours by the Monday of the ISO week in which a shift starts."""
    hours: defaultdict[date, float] = defaultdict(float)
    for shift in shifts:
        if shift.role == "primary":
            apart = sum((one.end - one.start for one in shift.breaks if one.splits), timedelta())
            worked = shift.end - shift.start - apart
            hours[_monday(_wall(shift.start, rep).date())] += worked / HOUR
    return hours


def _touched_days(shift: Shift, rep: Rep) -> list[date]:
    first = _wall(shift.start, rep).date()
    last = _wall(shift.end.astimezone(UTC) - timedelta.resolution, rep).date()
    return [first + number * DAY for number in range((last - first).days + 1)]


def _minutes_outside(shift: Shift, rep: Rep) -> int:
    """Count the minutes of a shift at which the rep's wall clock is outside the rep's hours."""
    if all(windows == ((0, 1440),) for windows in rep.available.windows):
        return 0
    outside, instant = 0, shift.start.astimezone(UTC)
    while instant < shift.end:
        wall = _wall(instant, rep)
        minute = wall.hour * 60 + wall.minute
        step = min(QUARTER - minute % QUARTER, -((instant - shift.end) // timedelta(minutes=1)))
        windows = rep.available.windows[wall.weekday()]
        for passing in range(minute, minute + step):
            outside += not any(start <= passing < end for start, end in windows)
        instant += timedelta(minutes=step)
    return outside


def _minutes_present(
    rep: Rep, monday: date, absences: Sequence[Absence], period: Period
) -> tuple[int, int]:
    """Return a week's available wall-clock minutes, and those in which the rep can be planned."""
    away = [(_wall(absence.start, rep), _wall(absence.end, rep)) for absence in absences]
    away += [(datetime.min, _wall(period[0], rep)), (_wall(period[1], rep), datetime.max)]
    if rep.employed_from is not None:
        away.append((datetime.min, datetime.combine(rep.employed_from, time())))
    if rep.employed_until is not None:
        away.append((datetime.combine(rep.employed_until + DAY, time()), datetime.max))
    whole = present = 0
    for number, windows in enumerate(rep.available.windows):
        begins = datetime.combine(monday + number * DAY, time())
        for opens, closes in windows:
            present += _minutes_left(begins, opens, closes, away)
            whole += closes - opens
    return whole, present


def _minutes_left(
    begins: datetime, opens: int, closes: int, away: Iterable[tuple[datetime, datetime]]
) -> int:
    """Count the minutes of a day's window that no absence touches."""
    left, reached = closes - opens, opens
    for leave, back in sorted(away):
        first = max(reached, (leave - begins) // timedelta(minutes=1))
        last = min(closes, -((begins - back) // timedelta(minutes=1)))
        left -= max(0, last - first)
        reached = max(reached, last)
    return left


def _period(
    roster: Roster | Sequence[Assignment],
    given: Sequence[Assignment],
    shifts: Sequence[StaffedShift],
    timezone: str,
    interval_minutes: int,
) -> Period:
    if isinstance(roster, Roster) and len(roster.coverage):
        starts = roster.coverage["interval_start"]
        end = starts.max() + pd.Timedelta(minutes=interval_minutes)
        return starts.min().to_pydatetime(), end.to_pydatetime()
    known = [staffed.shift for staffed in shifts] + [one.shift for one in given]
    if not known:
        return datetime(2000, 1, 3, tzinfo=UTC), datetime(2000, 1, 3, tzinfo=UTC)
    local = ZoneInfo(timezone)
    first = min(shift.start.astimezone(local) for shift in known).date()
    last = max(shift.end.astimezone(local) for shift in known) - timedelta.resolution
    return tuple(  # type: ignore[return-value]
        datetime.combine(day, time(), tzinfo=local).astimezone(UTC)
        for day in (first, last.date() + DAY)
    )
