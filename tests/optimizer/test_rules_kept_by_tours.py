"""Rosters of whole tours keep the rules that they do not refuse, judged by the audit."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import optimizer.plan_roster as module
from optimizer.choose_roster import choose_roster
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import LabourRules
from optimizer.tours import engine
from optimizer.tours.labour import WITHOUT_PRICE
from tests.optimizer.roster_cases import ZONE
from tests.optimizer.rule_teams import cases

SLOW = (HealthCheck.too_slow,)
QUICK = SolverSettings(gap=0.2, time_limit_seconds=2)
NEEDED = ("queue", "interval_start", "rostered_primary", "rostered_on_call")
UNMENDED = {"max_days_off", "min_consecutive_days", "whole_weekends", "must"}
"""Rules that the weeks before, too few shifts or the hours of a contract may break."""


def for_tours(case):
    """Leave out the prices that tours do not weigh."""
    prices = {name: price for name, price in case.rules.prices.items() if name not in WITHOUT_PRICE}
    return replace(case, rules=replace(case.rules, prices=prices))


@pytest.fixture(autouse=True, scope="module")
def _always_tours():
    before = module.TOURS_FROM, engine.PATIENCE
    module.TOURS_FROM, engine.PATIENCE = -1, 3
    yield
    module.TOURS_FROM, engine.PATIENCE = before


def broken(roster):
    return [one for one in roster.findings if one.severity == "violation"]


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(weeks=(1, 1, 2), share=0.4).map(for_tours))
def test_shifts_that_are_given_are_filled_within_the_rules(case):
    """Small teams and large ones are judged alike.

    Where the weeks before leave somebody no way to keep all rules, tours may choose which to break.
    """
    found = broken(case.plan(solver=QUICK))
    if not {one.rule for one in found} <= UNMENDED:
        module.TOURS_FROM = 10**9
        least = {one.where for one in broken(case.plan()) if one.rule != "max_days_off"}
        module.TOURS_FROM = -1
        assert {one.where for one in found if one.rule not in UNMENDED} <= least, found


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(most_reps=3, share=0.4).map(for_tours), st.randoms(use_true_random=False))
def test_shifts_and_people_are_chosen_within_the_rules(case, random):
    """Shifts are free here, so that every rule of days can be met or is asked for in vain."""
    wanted = case.coverage
    wanted["rostered_primary"] = [random.choice([0, 0, 1, 1, 2]) for _ in range(len(wanted))]
    wanted["rostered_on_call"] = [random.choice([0, 0, 1]) for _ in range(len(wanted))]
    roster = choose_roster(
        Requirement(wanted[list(NEEDED)], ZONE, 60),
        case.team,
        case.rules,
        ShiftSettings(starts_every_minutes=240, lengths_hours=(4.0, 8.0)),
        OnCallSettings(),
        QUICK,
        history=case.history,
    )
    assert {one.rule for one in broken(roster)} <= UNMENDED, broken(roster)


def with_musts(case):
    """Ask without fail for whatever anybody asked for, under rest, days in a row and hours only."""
    asked = tuple(replace(one, kind="must", weight=0.0) for one in case.team.preferences)
    rules = LabourRules(case.rules.min_rest_hours, case.rules.max_consecutive_days)
    return replace(case, rules=rules, team=replace(case.team, preferences=asked))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(weeks=(1, 1, 2), most_shifts=10).map(for_tours).map(with_musts))
def test_no_more_times_are_missed_than_must_be(case):
    """The compact programme misses as few as can be before it looks at anything else."""
    missed = {}
    for least in (10**9, -1):
        module.TOURS_FROM = least
        missed[least] = [one.rule for one in broken(case.plan())]
    assert missed[-1].count("must") == missed[10**9].count("must")
    assert set(missed[-1]) <= {"must"}
