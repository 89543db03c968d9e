"""Labour rules: each a function that adds one family of named constraints for one rep.

A rule binds what may still be chosen. Shifts that are fixed (locked by a person, or worked before
the period) count, but a rule that they break among themselves is left to the audit to tell.
Every rule has a twin in `optimizer.audit` that judges a roster without this code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pulp

from optimizer.day_rule_rows import (
    consecutive_days,
    days_off_after_nights,
    max_consecutive_nights,
    max_days_off,
    min_consecutive_days,
    min_days_off,
)
from optimizer.kind_rule_rows import (
    forbidden_successions,
    max_standby_per_week,
    max_weekends,
    min_days_between_standby,
    whole_weekends,
)
from optimizer.labour_rules import LabourRules
from optimizer.local_shifts import LocalShift, clash
from optimizer.members import Candidate as Candidate
from optimizer.members import Member as Member
from optimizer.request_rule_rows import max_period_hours, max_shifts, must, never
from optimizer.rule_rows import RuleRows
from optimizer.team_rule_rows import mentors, proficiency

LONGEST_CLOCK_CHANGE_HOURS = 3
HOUR = timedelta(hours=1)

LabourRule = Callable[[RuleRows, Member, LabourRules], None]
TeamRule = Callable[[RuleRows, Sequence[Member], LabourRules], None]


def one_shift_a_day(rows: RuleRows, member: Member, _: LabourRules) -> None:
    """At most one shift starts on each local day."""
    for day, candidates in _by(member.candidates, lambda local: local.day).items():
        if len(candidates) > 1:
            chosen = pulp.lpSum(candidate.work for candidate in candidates)
            rows.hold("one_shift_a_day", member, f"{day:%Y%m%d}", chosen - 1)


def overlap(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Nobody is in two places at any instant; a rest longer than any clock change implies it."""
    if rules.min_rest_hours > LONGEST_CLOCK_CHANGE_HOURS and rows.price("rest") is None:
        return
    spans = [
        (candidate.local.shift.start, candidate.local.shift.end, candidate.work)
        for candidate in member.candidates
    ]
    _one_at_a_time(rows, member, "overlap", spans)


def rest(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """By the wall clock, no shift starts while an earlier one still lasts or its rest runs.

    A shift and its rest are an interval of wall time, and pairs that exclude each other are
    intervals that overlap. In such a graph the instants at which intervals start give all cliques,
    which bind tighter than pairs (Gupta, Lee and Leung 1982, doi:10.1002/net.3230120410). At a
    price, each pair is weighed by the hours of rest that it lacks.
    """
    pause = timedelta(hours=rules.min_rest_hours)
    if rows.price("rest") is not None:
        _priced_rest(rows, member, pause)
        return
    spans = [
        (
            candidate.local.wall_start,
            max(
                candidate.local.wall_end + pause, candidate.local.wall_start + timedelta.resolution
            ),
            candidate.work,
        )
        for candidate in member.candidates
    ]
    _one_at_a_time(rows, member, "rest", spans)


def _priced_rest(rows: RuleRows, member: Member, pause: timedelta) -> None:
    one = pulp.LpAffineExpression(constant=1)
    shifts = [(candidate.local, candidate.work) for candidate in member.candidates]
    shifts += [(local, one) for local in member.fixed]
    shifts.sort(key=lambda entry: (entry[0].shift.start, entry[0].shift.end))
    past = set(member.history)
    for place, (first, works) in enumerate(shifts):
        for number, (then, works_then) in enumerate(shifts[place + 1 :]):
            if then.wall_start - first.wall_end >= pause + timedelta(days=1):
                break  # later ones start later still, whatever the clocks do meanwhile
            if clash(first, then, pause) == "rest" and not {first, then} <= past:
                lacking = (pause - (then.wall_start - first.wall_end)) / HOUR
                rows.hold("rest", member, f"{place}_{number}", works + works_then - 1, lacking)


def week_hours(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Primary hours in an ISO week stay within the contract and the law."""
    limits = {
        "max_week_hours": rules.max_week_hours,
        "contract_maximum": member.rep.contract.max_hours,
    }
    if rows.price("max_week_hours") is None:
        least = min(limits, key=lambda rule: limits[rule])
        limits = {least: limits[least]}
    by_week = _by(member.candidates, lambda local: local.week)
    weeks = {*by_week, *(local.week for local in member.locked)}
    for week in sorted(weeks):
        primary = [one for one in by_week.get(week, ()) if one.local.shift.role == "primary"]
        past, locked = (
            sum(
                local.minutes / 60
                for local in fixed
                if local.week == week and local.shift.role == "primary"
            )
            for fixed in (member.history, member.locked)
        )
        hours = pulp.lpSum(one.local.minutes / 60 * one.work for one in primary) + past + locked
        for rule, limit in limits.items():
            # What was worked before beyond the limit already is not this period's.
            rows.hold(rule, member, f"{week:%Y%m%d}", hours - max(limit, past))


LABOUR_RULES: Mapping[str, LabourRule] = {
    "one_shift_a_day": one_shift_a_day,
    "overlap": overlap,
    "rest": rest,
    "consecutive_days": consecutive_days,
    "week_hours": week_hours,
    "min_consecutive_days": min_consecutive_days,
    "min_days_off": min_days_off,
    "max_days_off": max_days_off,
    "max_weekends": max_weekends,
    "whole_weekends": whole_weekends,
    "max_consecutive_nights": max_consecutive_nights,
    "days_off_after_nights": days_off_after_nights,
    "forbidden_successions": forbidden_successions,
    "max_standby_per_week": max_standby_per_week,
    "min_days_between_standby": min_days_between_standby,
    "max_period_hours": max_period_hours,
    "max_shifts": max_shifts,
    "never": never,
    "must": must,
}
"""What binds each rep, by name."""

TEAM_RULES: Mapping[str, TeamRule] = {"proficiency": proficiency, "mentors": mentors}
"""What binds reps together, by name."""


def _by(
    candidates: Iterable[Candidate], key: Callable[[LocalShift], date]
) -> dict[date, list[Candidate]]:
    groups: dict[date, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate.local)].append(candidate)
    return dict(groups)


def _one_at_a_time(
    rows: RuleRows, member: Member, rule: str, spans: Sequence[tuple[datetime, datetime, Any]]
) -> None:
    """At most one is chosen of the spans that hold any instant; only largest sets are written."""
    ordered = sorted(spans, key=lambda span: (span[0], span[1]))
    for number, (start, _, _) in enumerate(ordered):
        held = [span for span in ordered[: number + 1] if span[1] > start]
        last = number + 1 == len(ordered)
        grows = not last and all(span[1] > ordered[number + 1][0] for span in held)
        if len(held) > 1 and not grows:
            chosen = pulp.lpSum(work for _, _, work in held)
            rows.hold(rule, member, str(number), chosen - 1)
