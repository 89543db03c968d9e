"""An independent check of a roster: every rule counted again, from the roster and the inputs alone.

Nothing here is shared with the programme that makes rosters, and no solver is imported: a mistake
there shows as a finding here. Each function judges one rule and has a twin in the programme.

The rules of days, of kinds of shifts, of hours and of who works beside whom each have a module of
their own beside this one.

A rule that is broken is a ``violation``; one that has a price is ``soft`` and says what it costs;
people who are missing (unfilled shifts, requirements
that no shift covers, contract hours that are not reached) are a ``shortfall``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from optimizer.audit_clock import DAY, HOUR, Diary, Period, place, wall
from optimizer.audit_coverage import judge_coverage
from optimizer.audit_days import judge_days
from optimizer.audit_hours import judge_hours
from optimizer.audit_kinds import judge_kinds
from optimizer.audit_people import judge_requests, judge_together
from optimizer.report import Finding
from optimizer.roster import Assignment, Roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import LabourRules, Rep, Team

QUARTER = 15  # minutes; no clock changes within a quarter of an hour
SETTINGS = {"rest": "min_rest_hours", "consecutive_days": "max_consecutive_days"}
"""What the settings call rules that have other names here."""


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
    diaries = _diaries(team, given, history, period)
    for diary in diaries:
        findings += _eligible(diary)
        findings += _pairs(diary, rules)
        findings += judge_days(diary, rules)
        findings += judge_kinds(diary, rules)
        findings += judge_hours(diary, rules)
        findings += judge_requests(diary)
    findings += judge_together(diaries, rules, timezone)
    findings = [_at_its_price(one, rules.prices) for one in findings]
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
        lacking, where = asked[shift] - worked[shift], place(shift, timezone)
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
            where = place(one.shift, timezone)
            sentence = f"{one.rep_id} was locked on {where}, and the roster does not keep it."
            yield Finding("lock", one.rep_id, 1.0, sentence)


def _strangers(given: Sequence[Assignment], team: Team, timezone: str) -> Iterator[Finding]:
    """Everyone on the roster is in the team."""
    names = {rep.rep_id for rep in team.reps}
    for one in given:
        if one.rep_id not in names:
            sentence = f"{one.rep_id} on {place(one.shift, timezone)} is not in the team."
            yield Finding("team", one.rep_id, 1.0, sentence)


def _diaries(
    team: Team, given: Sequence[Assignment], history: Sequence[Assignment], period: Period
) -> list[Diary]:
    """Return what each rep of the team works, in the order of the team."""
    own, past = _shifts_by_rep(given), _shifts_by_rep(history)
    since = min((one.shift.start for one in history), default=None)
    return [
        Diary(
            rep,
            tuple(sorted(own[rep.rep_id])),
            tuple(sorted(past[rep.rep_id])),
            tuple(one for one in team.absences if one.rep_id == rep.rep_id),
            tuple(one for one in team.preferences if one.rep_id == rep.rep_id),
            period,
            since,
        )
        for rep in team.reps
    ]


def _shifts_by_rep(assignments: Sequence[Assignment]) -> defaultdict[str, list[Shift]]:
    shifts: defaultdict[str, list[Shift]] = defaultdict(list)
    for one in assignments:
        shifts[one.rep_id].append(one.shift)
    return shifts


def _at_its_price(finding: Finding, prices: Mapping[str, float]) -> Finding:
    """Make what a soft rule allows a mild finding that says what it costs."""
    price = prices.get(SETTINGS.get(finding.rule, finding.rule))
    if price is None:
        return finding
    sentence = f"{finding.sentence.removesuffix('.')}; it costs {finding.amount * price:g} wages."
    return replace(finding, sentence=sentence, severity="soft")


def _eligible(diary: Diary) -> Iterator[Finding]:
    """Check skill, role, site, employment, absence and available hours of each shift."""
    rep, absences = diary.rep, diary.absences
    for shift in diary.own:
        where = place(shift, rep.timezone)
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


def _pairs(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    """No two shifts of a rep overlap, start on one local day or lie closer than the rest."""
    rep = diary.rep
    everything = sorted(diary.all, key=lambda shift: (shift.start, shift.end))
    judged = set(diary.own)
    for number, one in enumerate(everything):
        for other in everything[number + 1 :]:
            if one not in judged and other not in judged:
                continue
            both = f"{place(one, rep.timezone)} and {place(other, rep.timezone)}"
            common = min(one.end, other.end) - other.start
            if common > timedelta(0):
                yield Finding(
                    "overlap", rep.rep_id, common / HOUR, f"{rep.rep_id} is on {both} at once."
                )
            if wall(one.start, rep).date() == wall(other.start, rep).date():
                yield Finding(
                    "one_shift_a_day", rep.rep_id, 1.0, f"{rep.rep_id} has {both} on one day."
                )
            pause = (wall(other.start, rep) - wall(one.end, rep)) / HOUR
            if common <= timedelta(0) and pause < rules.min_rest_hours:
                sentence = (
                    f"{rep.rep_id} rests {pause:g} h between {both}; "
                    f"{rules.min_rest_hours:g} h are the least."
                )
                yield Finding("rest", rep.rep_id, rules.min_rest_hours - pause, sentence)


def _broken(rule: str, rep: Rep, shift: Shift, text: str) -> Finding:
    return Finding(rule, rep.rep_id, shift.length / HOUR, f"{rep.rep_id} {text}.")


def _touched_days(shift: Shift, rep: Rep) -> list[date]:
    first = wall(shift.start, rep).date()
    last = wall(shift.end.astimezone(UTC) - timedelta.resolution, rep).date()
    return [first + number * DAY for number in range((last - first).days + 1)]


def _minutes_outside(shift: Shift, rep: Rep) -> int:
    """Count the minutes of a shift at which the rep's wall clock is outside the rep's hours."""
    if all(windows == ((0, 1440),) for windows in rep.available.windows):
        return 0
    outside, instant = 0, shift.start.astimezone(UTC)
    while instant < shift.end:
        shown = wall(instant, rep)
        minute = shown.hour * 60 + shown.minute
        step = min(QUARTER - minute % QUARTER, -((instant - shift.end) // timedelta(minutes=1)))
        windows = rep.available.windows[shown.weekday()]
        for passing in range(minute, minute + step):
            outside += not any(start <= passing < end for start, end in windows)
        instant += timedelta(minutes=step)
    return outside


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
