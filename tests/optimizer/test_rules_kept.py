"""Rosters keep every rule that is set: judged by the audit, which shares no code with them."""

from collections import Counter
from dataclasses import fields, replace
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.labour_rules import LabourRules
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.rule_rows import PRICED_AS
from optimizer.staff import Contract
from tests.optimizer.planted_violations import LAX, PLANTED
from tests.optimizer.roster_cases import ZONE, at, costs, plan, rules_of
from tests.optimizer.rule_teams import RULES, cases

SLOW = (HealthCheck.too_slow,)
UNDERSTAFFING = 10.0
UNMENDED = {"must", "max_days_off", "min_consecutive_days", "whole_weekends"}
"""Rules that requests or the weeks before alone may break."""

BOUNDS = ("rules", "cover", "contracts")


def lacking_hours(roster):
    """Count hours without a rep, standby half, from what is unfilled."""
    return sum(
        one.reps * one.shift.hours * (1.0 if one.shift.role == "primary" else 0.5)
        for one in roster.unfilled
    )


def wages(findings, prices):
    """Count what soft rules cost from what the audit found."""
    return sum(
        one.amount * prices[PRICED_AS.get(one.rule, one.rule)]
        for one in findings
        if one.severity == "soft"
    )


def aims_of(roster):
    return {one.aim: one.report.objective for one in roster.aims}


@settings(max_examples=130, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(weeks=(1, 1, 2)))
def test_the_audit_finds_nothing_hard_in_a_random_teams_roster(case):
    """What is left of hard rules is what no roster mends, proven and counted alike."""
    judge_roster(case)


@pytest.mark.benchmark
@settings(max_examples=2_000, deadline=None, suppress_health_check=SLOW)
@given(cases(weeks=(1, 1, 2, 3), share=0.4))
def test_the_audit_finds_nothing_hard_in_thousands_of_rosters(case):
    """Other teams in every run, with more rules at once and over more weeks."""
    judge_roster(case)


def judge_roster(case):
    roster = case.plan()
    assert roster.report.status is SolveStatus.OPTIMAL
    broken = [one for one in roster.findings if one.severity == "violation"]
    left = aims_of(roster)
    assert {one.rule for one in broken} <= UNMENDED
    assert left.get("rules", 0.0) == pytest.approx(sum(one.amount for one in broken), abs=1e-3)
    soft = wages(roster.findings, case.rules.prices)
    assert left["cover"] == pytest.approx(lacking_hours(roster) + soft / UNDERSTAFFING, abs=1e-3)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(most_shifts=10, share=0.4), st.randoms(use_true_random=False))
def test_what_is_locked_is_kept_whatever_it_breaks(case, random):
    """A lock may break any rule, alone or with others; a roster is there all the same."""
    locked = {
        (rep.rep_id, staffed.shift): Assignment(rep.rep_id, staffed.shift)
        for rep in case.team.reps
        for staffed in case.shifts
        if random.random() < 0.2
    }
    roster = case.plan(locked=tuple(locked.values()))
    assert roster.report.status is SolveStatus.OPTIMAL
    assert {(one.rep_id, one.shift) for one in roster.assignments if one.locked} == locked.keys()
    assert "lock" not in rules_of(roster)


@pytest.mark.parametrize(
    "planted", PLANTED, ids=[f"{number}-{one.rule}" for number, one in enumerate(PLANTED)]
)
def test_a_roster_keeps_each_rule_and_would_break_it_without(planted):
    """Each rule binds here: offered what breaks it and what keeps it, it leaves shifts unfilled."""
    offered = {*planted.broken, *planted.kept, *planted.beside}
    given = {"history": planted.history}
    kept = plan(sorted(offered), planted.team, rules=planted.rules, **given)
    assert rules_of(kept) == set()
    free = replace(
        planted,
        rules=replace(LAX, min_rest_hours=0),
        person=replace(planted.person, contract=Contract(0, 168), mentors=()),
        wishes=(),
    )
    loose = plan(sorted({*planted.broken}), free.team, rules=free.rules, **given)
    assert loose.unfilled == ()


def price_of(planted, price):
    name = PRICED_AS.get(planted.rule, planted.rule)
    return replace(planted.rules, prices={name: price})


@pytest.mark.parametrize("planted", [one for one in PLANTED if one.rule != "contract_maximum"])
def test_a_soft_rule_is_broken_where_that_is_cheaper_and_not_where_it_is_dearer(planted):
    """At a wage a gap of hours costs more; at 10,000 nothing that can be kept is broken."""
    offered = sorted({*planted.broken, *planted.kept, *planted.beside})
    given = {"history": planted.history}
    hard = aims_of(plan(offered, planted.team, rules=planted.rules, **given))
    cheap = plan(offered, planted.team, rules=price_of(planted, 1.0), **given)
    dear = plan(offered, planted.team, rules=price_of(planted, 10_000.0), **given)
    loose = lacking_hours(cheap)
    assert aims_of(cheap)["cover"] == pytest.approx(
        loose + wages(cheap.findings, price_of(planted, 1.0).prices) / UNDERSTAFFING, abs=1e-3
    )
    assert aims_of(cheap)["cover"] <= hard["cover"] + 1e-3
    assert aims_of(dear)["cover"] == pytest.approx(hard["cover"], abs=1e-3)


def without(case, random):
    """Drop one rule of a case that is set."""
    neutral = {one.name: getattr(LabourRules(), one.name) for one in fields(LabourRules)}
    is_set = [name for name in RULES if getattr(case.rules, name) != neutral[name]]
    drops = [replace(case, rules=replace(case.rules, **{name: neutral[name]})) for name in is_set]
    drops.append(replace(case, rules=replace(case.rules, max_week_hours=168)))
    drops.append(replace(case, rules=replace(case.rules, max_consecutive_days=14)))
    drops.append(replace(case, rules=replace(case.rules, min_rest_hours=0)))
    kept = tuple(one for one in case.team.preferences if one.kind == "wish")
    drops.append(replace(case, team=replace(case.team, preferences=kept)))
    alone = tuple(replace(one, mentors=()) for one in case.team.reps)
    drops.append(replace(case, team=replace(case.team, reps=alone)))
    return random.choice(drops)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(share=0.4), st.integers(0, 99))
def test_dropping_a_rule_never_raises_the_cost(case, seed):
    """Fewer rules leave more rosters: less is left broken, and of equals less is uncovered."""
    strict = aims_of(case.plan())
    loose = aims_of(without(case, Random(seed)).plan())
    assert loose.get("rules", 0.0) <= strict.get("rules", 0.0) + 1e-3
    if loose.get("rules", 0.0) >= strict.get("rules", 0.0) - 1e-3:
        assert loose["cover"] <= strict["cover"] + 1e-3


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(share=0.4), st.randoms(use_true_random=False))
def test_permuting_the_reps_never_changes_the_cost(case, random):
    """Nobody is served first for standing first in the file."""
    reps = list(case.team.reps)
    random.shuffle(reps)
    other = replace(case, team=replace(case.team, reps=tuple(reps)))
    assert costs(other.plan()) == pytest.approx(costs(case.plan()), abs=1e-3)


def audited(case, given):
    return audit(
        given,
        case.shifts,
        case.team,
        case.rules,
        timezone=ZONE,
        interval_minutes=60,
        period=(at(0, 0, monday=case.monday), at(case.days, 0, monday=case.monday)),
        history=case.history,
    )


def judged(case, choice, nobody):
    """Return (what is left broken, hours lacking, hours below contracts), None when forbidden.

    Left broken may be what the history or a request asks for, as it is when nobody works.
    """
    given = [Assignment(rep_id, one) for rep_id, shifts in choice.items() for one in shifts]
    count = Counter(one.shift for one in given)
    if any(count[one.shift] > one.reps for one in case.shifts):
        return None
    found = audited(case, given)
    broken = [one for one in found if one.severity == "violation"]
    if any(one.rule not in ("must", "max_days_off") and one not in nobody for one in broken):
        return None
    lacking = sum(
        (one.reps - count[one.shift])
        * one.shift.hours
        * (1.0 if one.shift.role == "primary" else 0.5)
        for one in case.shifts
    )
    weights = {"contract_minimum": 1.0, "min_period_hours": 1.0, "min_shifts": 8.0}
    return (
        round(sum(one.amount for one in broken), 4),
        round(lacking + wages(found, case.rules.prices) / UNDERSTAFFING, 4),
        round(sum(one.amount * weights.get(one.rule, 0.0) for one in found), 4),
    )


def best_of(case):
    """Return the least of all rosters, judged by the audit alone."""
    shifts = [one.shift for one in case.shifts]
    subsets = [
        [shifts[place] for place in range(len(shifts)) if mask >> place & 1]
        for mask in range(2 ** len(shifts))
    ]
    reps = tuple(replace(one, mentors=()) for one in case.team.reps)
    apart = replace(
        case, team=replace(case.team, reps=reps), rules=replace(case.rules, proficiency=())
    )
    names, nobody = [rep.rep_id for rep in case.team.reps], audited(case, [])
    alone = [
        # Who lacks others beside them alone may have them in a roster.
        [own for own in subsets if judged(apart, {name: own}, nobody)]
        for name in names
    ]
    every = (dict(zip(names, choice, strict=True)) for choice in product(*alone))
    return min(filter(None, (judged(case, choice, nobody) for choice in every)))


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(most_reps=2, most_shifts=4, share=0.35))
def test_no_roster_of_a_toy_is_better(case):
    """Every roster of two reps and four shifts, all rules in play, in the order of the aims."""
    left = aims_of(case.plan())
    found = tuple(left.get(aim, 0.0) for aim in BOUNDS)
    assert found == pytest.approx(best_of(case), abs=2e-3)
