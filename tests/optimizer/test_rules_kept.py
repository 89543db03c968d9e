"""Rosters keep every rule that is set: judged by the audit, which shares no code with them."""

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.report import SolveStatus
from tests.optimizer.rule_teams import cases

SLOW = (HealthCheck.too_slow,)
MENDED_BY_WORK = {
    "min_consecutive_days", "min_days_off", "max_days_off", "whole_weekends", "must", "mentors",
    "proficiency", "days_off_after_nights",
}  # fmt: skip
SETTINGS = {"rest": "min_rest_hours", "consecutive_days": "max_consecutive_days"}


def cost_of(roster, case):
    """Count the first aim again: hours without a rep, and what soft rules cost in such hours."""
    lacking = sum(
        one.reps * one.shift.hours * (1.0 if one.shift.role == "primary" else 0.5)
        for one in roster.unfilled
    )
    prices = case.rules.prices
    soft = sum(
        one.amount * prices[SETTINGS.get(one.rule, one.rule)]
        for one in roster.findings
        if one.severity == "soft"
    )
    return lacking + soft / 10.0


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(cases(weeks=(1, 1, 2)))
def test_the_audit_finds_nothing_hard_in_a_random_teams_roster(case):
    """What is left of hard rules is what no roster mends, proven and counted alike."""
    roster = case.plan()
    assert roster.report.status is SolveStatus.OPTIMAL
    broken = [one for one in roster.findings if one.severity == "violation"]
    left = {one.aim: one.report.objective for one in roster.aims}
    assert {one.rule for one in broken} <= MENDED_BY_WORK
    assert left.get("rules", 0.0) == pytest.approx(sum(one.amount for one in broken), abs=1e-3)
    assert left["cover"] == pytest.approx(cost_of(roster, case), abs=1e-3)
