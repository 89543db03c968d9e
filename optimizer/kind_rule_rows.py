"""Rules about weekends, standby and the kinds of shifts on days that follow one another."""

from datetime import date, timedelta
from functools import partial

import pulp

from data.clock import week_start
from optimizer.labour_rules import LabourRules
from optimizer.local_shifts import LocalShift
from optimizer.members import DAY, Member, Work
from optimizer.rule_rows import RuleRows
from optimizer.shift_kinds import kinds_of

WEEK = timedelta(weeks=1)


def max_weekends(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """In `weekend_weeks` ISO weeks in a row, that many weekends have a shift at most."""
    if rules.max_weekends is None:
        return
    work = Work.of(member)
    last = week_start(member.days.first)
    while last <= member.days.last:
        weeks = [last - number * WEEK for number in range(rules.weekend_weeks)]
        worked = [_weekend(rows, member, work, week) for week in weeks]
        if any(work.is_planned(day) for week in weeks for day in _days(week)):
            past = sum(bool(work.past.intersection(_days(week))) for week in weeks)
            # What the weeks before have beyond the most already is not this period's.
            excess = pulp.lpSum(worked) - max(rules.max_weekends, past)
            rows.hold("max_weekends", member, f"{last:%Y%m%d}", excess)
        last += WEEK


def _weekend(rows: RuleRows, member: Member, work: Work, week: date) -> object:
    """Return 1 or 0, or what is 1 when a shift is chosen on a weekend."""
    days = _days(week)
    if work.fixed.intersection(days):
        return pulp.LpAffineExpression(constant=1)
    works = [one for day in days for one in work.chosen.get(day, ())]
    if not works:
        return pulp.LpAffineExpression()
    return rows.whether(f"weekend_{member.number}_{week:%Y%m%d}", works)


def _days(week: date) -> tuple[date, date]:
    """Return Saturday and Sunday of a week."""
    return week + 5 * DAY, week + 6 * DAY


def whole_weekends(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Ask for a shift on both days of a weekend or on none, as far as the other one is known."""
    if not rules.whole_weekends:
        return
    work, days = Work.of(member), member.days
    week = week_start(days.first)
    while week <= days.last:
        saturday, sunday = _days(week)
        if sunday >= days.first and saturday <= days.last:
            for one, other in ((saturday, sunday), (sunday, saturday)):
                if work.may(one) and days.known(other):
                    excess = work.on(one) - work.on(other)
                    rows.hold("whole_weekends", member, f"{one:%Y%m%d}", excess)
        week += WEEK


def max_standby_per_week(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """At most so many standbys start in an ISO week."""
    if rules.max_standby_per_week is None:
        return
    week = week_start(member.days.first)
    while week <= member.days.last:
        works = [
            one.work
            for one in member.candidates
            if one.local.week == week and one.local.shift.role == "on_call"
        ]
        past, locked = (
            sum(local.week == week and local.shift.role == "on_call" for local in shifts)
            for shifts in (member.history, member.locked)
        )
        if works or locked:
            most = max(rules.max_standby_per_week, past)
            excess = pulp.lpSum(works) + past + locked - most
            rows.hold("max_standby_per_week", member, f"{week:%Y%m%d}", excess)
        week += WEEK


def min_days_between_standby(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Of any two days too close to each other, one has no standby."""
    work = Work.of(member, lambda local: local.shift.role == "on_call")
    for day in member.days.since(work.past):
        for number in range(1, rules.min_days_between_standby + 1):
            then = day + number * DAY
            if work.may(day) and work.is_planned(then):
                excess = work.on(day) + work.on(then) - 1
                key = f"{day:%Y%m%d}_{number}"
                rows.hold("min_days_between_standby", member, key, excess)


def forbidden_successions(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """After a shift of the first kind of a pair, none of the second starts on the next day."""
    for place, (first, second) in enumerate(rules.forbidden_successions):
        before, after = (Work.of(member, partial(_is_of, kind, rules)) for kind in (first, second))
        for day in member.days.since(before.past):
            if before.may(day) and after.is_planned(day + DAY):
                excess = before.on(day) + after.on(day + DAY) - 1
                rows.hold("forbidden_successions", member, f"{place}_{day:%Y%m%d}", excess)


def _is_of(kind: str, rules: LabourRules, local: LocalShift) -> bool:
    return kind in kinds_of(local, rules)
