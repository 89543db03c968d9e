"""The compact roster against enumeration, against the audit, and under laws that must hold."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.week import WeeklyHours
from optimizer.audit import audit
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from tests.optimizer.roster_cases import (
    STANDBY_HOUR,
    STANDBY_STEP,
    ZONE,
    at,
    costs,
    plan,
    rep,
    rules_of,
    shift,
    week_coverage,
)

ZONES = (ZONE, "America/Chicago", "Australia/Sydney")
MONDAYS = (date(2026, 3, 23), date(2026, 10, 19), date(2026, 10, 26), date(2026, 3, 30))

# Toys: few reps, few shifts, every rule in play.

availabilities = st.sampled_from(
    ["", "", "Mon-Fri 06:00-18:00", "Sat-Mon 00:00-24:00", "Mon-Sun 20:00-08:00"]
)


@st.composite
def toys(draw, most_reps=3, most_shifts=4):
    """A week with or without a clock change, a small team and a few shifts."""
    monday = draw(st.sampled_from(MONDAYS))
    names = ["ann", "bob", "cat", "dan"][: draw(st.integers(1, most_reps))]
    reps = []
    for name in names:
        least = draw(st.sampled_from([0, 0, 8, 20]))
        reps.append(
            rep(
                name,
                timezone=draw(st.sampled_from(ZONES)),
                skills=draw(st.sampled_from([frozenset(), frozenset({"live"})])),
                contract=Contract(least, draw(st.sampled_from([20, 40]))),
                available=WeeklyHours.from_text(draw(availabilities)),
                on_call=draw(st.booleans()),
                site=draw(st.sampled_from(["", "", "east"])),
                employed_from=draw(st.sampled_from([None, None, monday + timedelta(days=4)])),
            )
        )
    staffed = {}
    for _ in range(draw(st.integers(1, most_shifts))):
        start = draw(st.integers(0, 23))
        one = shift(
            draw(st.integers(3, 6)),
            start,
            start + draw(st.sampled_from([4, 8, 10])),
            monday=monday,
            queue=draw(st.sampled_from(["live", "live", "normal"])),
            role=draw(st.sampled_from(["primary", "primary", "on_call"])),
            site=draw(st.sampled_from(["", "", "", "west"])),
        )
        staffed[one] = draw(st.integers(1, 2))
    wishes, absences = [], []
    for name in names:
        day = draw(st.integers(3, 6))
        wishes.append(
            Preference(
                name,
                at(day, 6, monday=monday),
                at(day, 30, monday=monday),
                draw(st.sampled_from([-2.0, -0.5, 0.7, 1.5])),
            )
        )
        if draw(st.booleans()):
            away = draw(st.integers(3, 6))
            absences.append(
                Absence(name, at(away, 0, monday=monday), at(away, 12, monday=monday), "")
            )
    rules = LabourRules(
        min_rest_hours=draw(st.sampled_from([0, 11, 14])),
        max_consecutive_days=draw(st.integers(1, 3)),
        max_week_hours=draw(st.sampled_from([12, 40])),
    )
    shifts = tuple(StaffedShift(one, staffed[one]) for one in sorted(staffed))
    return shifts, Team(tuple(reps), tuple(absences), tuple(wishes)), rules, monday


def worth(one, wishes):
    total = 0.0
    for wish in wishes:
        common = (min(one.end, wish.end) - max(one.start, wish.start)).total_seconds()
        total += wish.weight * max(0.0, common) / one.length.total_seconds()
    return total


def violations(person, chosen, shifts, alone, rules, period):
    """Return whether the audit objects to a rep's shifts, and the contract hours that lack."""
    found = audit(
        [Assignment(person.rep_id, one) for one in chosen],
        shifts,
        alone,
        rules,
        timezone=ZONE,
        interval_minutes=60,
        period=period,
    )
    broken = any(one.severity == "violation" for one in found)
    return broken, sum(one.amount for one in found if one.rule == "contract_minimum")


def weeks_of_one(person, shifts, team, rules, coverage):
    """Yield every set of shifts that the audit lets a rep work, with what it costs."""
    period = (
        coverage["interval_start"].min().to_pydatetime(),
        coverage["interval_start"].max().to_pydatetime() + timedelta(hours=1),
    )
    alone = Team(
        (person,),
        tuple(one for one in team.absences if one.rep_id == person.rep_id),
    )
    wishes = [one for one in team.preferences if one.rep_id == person.rep_id]
    singles = [
        one.shift
        for one in shifts
        if not violations(person, (one.shift,), shifts, alone, rules, period)[0]
    ]
    days = {}
    for one in singles:
        day = one.start.astimezone(ZoneInfo(person.timezone)).date()
        days[day] = max(worth(one, wishes), days.get(day, 0.0))
    for count in range(len(shifts) + 1):
        for chosen in combinations([one.shift for one in shifts], count):
            broken, short = violations(person, chosen, shifts, alone, rules, period)
            if broken:
                continue
            standbys = sum(one.role == "on_call" for one in chosen)
            spread = STANDBY_STEP * standbys * (standbys - 1) / 2
            wished = sum(days.values())
            yield chosen, short, spread + wished - sum(worth(one, wishes) for one in chosen)


def enumerate_best(shifts, team, rules, coverage):
    """Return the lexicographic optimum (cover, contracts, wishes) over all rosters."""
    weeks = [list(weeks_of_one(one, shifts, team, rules, coverage)) for one in team.reps]
    best = None
    for choice in product(*weeks):
        count = Counter(one for chosen, _, _ in choice for one in chosen)
        if any(count[one.shift] > one.reps for one in shifts):
            continue
        cover = sum(
            (one.reps - count[one.shift])
            * one.shift.hours
            * (1.0 if one.shift.role == "primary" else STANDBY_HOUR)
            for one in shifts
        )
        cost = tuple(
            round(value, 6)
            for value in (cover, sum(one[1] for one in choice), sum(one[2] for one in choice))
        )
        best = cost if best is None else min(best, cost)
    return best


@settings(max_examples=50, deadline=None, derandomize=True)
@given(toys())
def test_no_roster_of_a_toy_is_better(toy):
    """Aims in their order, over every roster that the independent audit lets pass."""
    shifts, team, rules, monday = toy
    coverage = week_coverage("live", "normal", monday=monday)
    roster = plan(shifts, team, rules=rules, coverage=coverage)
    assert roster.report.status is SolveStatus.OPTIMAL
    best = enumerate_best(shifts, team, rules, coverage)
    assert costs(roster) == pytest.approx(best, abs=1e-5)


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(toys(most_reps=4, most_shifts=14))
def test_no_roster_has_a_violation(toy):
    """The audit judges by other code, over both clock changes and three zones."""
    shifts, team, rules, monday = toy
    roster = plan(
        shifts, team, rules=rules, coverage=week_coverage("live", "normal", monday=monday)
    )
    assert rules_of(roster) == set()
    missing = sum(one.reps for one in roster.unfilled)
    assert len(roster.assignments) + missing == sum(one.reps for one in shifts)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(toys(most_reps=4, most_shifts=8), st.randoms(use_true_random=False))
def test_permuting_the_reps_never_changes_the_cost(toy, random):
    """Nobody is served first for standing first in the file."""
    shifts, team, rules, monday = toy
    coverage = week_coverage("live", "normal", monday=monday)
    reps = list(team.reps)
    random.shuffle(reps)
    other = plan(shifts, replace(team, reps=tuple(reps)), rules=rules, coverage=coverage)
    assert costs(other) == costs(plan(shifts, team, rules=rules, coverage=coverage))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(toys(most_reps=3, most_shifts=10))
def test_dropping_a_rule_never_raises_the_cost(toy):
    """Fewer rules leave more rosters, so the first aim cannot become worse."""
    shifts, team, rules, monday = toy
    coverage = week_coverage("live", "normal", monday=monday)

    def lacking(people=team, kept=rules):
        return costs(plan(shifts, people, rules=kept, coverage=coverage))[0]

    strict = lacking()
    assert lacking(kept=replace(rules, min_rest_hours=0)) <= strict
    assert lacking(kept=replace(rules, max_consecutive_days=31)) <= strict
    assert lacking(kept=replace(rules, max_week_hours=168)) <= strict
    assert lacking(replace(team, absences=())) <= strict
    everywhere = tuple(replace(one, available=WeeklyHours.always()) for one in team.reps)
    assert lacking(replace(team, reps=everywhere)) <= strict
