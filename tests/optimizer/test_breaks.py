"""Breaks are placed where they cost least, in their windows, and counted wherever reps are."""

from collections import Counter
from datetime import timedelta
from itertools import combinations_with_replacement, pairwise, product
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.files import csv_text
from optimizer.breaks import BreakRule
from optimizer.cover import plan_cost
from optimizer.plan_shifts import plan_shifts
from optimizer.report import SolveStatus
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.shift_files import read_shifts, shifts_table
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings
from optimizer.solver import Cancellation
from tests.optimizer.break_cases import (
    DEFAULTS,
    EXACT,
    LUNCH,
    MONDAY,
    ROUGH,
    THREE,
    present,
    requirement,
    rhythm,
)


def check(plan: ShiftPlan, rules: tuple[BreakRule, ...]) -> None:
    """Everybody has the breaks that are due, in their windows; the coverage counts them."""
    for one in plan.shifts:
        due = [rule for rule in rules if rule.is_due(one.shift.hours)]
        assert len(one.shift.breaks) == (len(due) if one.shift.role == "primary" else 0)
        for rule, each in zip(due, one.shift.breaks, strict=False):
            after = (each.start - one.shift.start) / timedelta(hours=1)
            assert rule.earliest_hours <= after <= rule.latest_hours
            assert (each.end - each.start, each.paid) == (rule.length, rule.paid)
    for role in ("primary", "on_call"):
        assert list(plan.coverage[role]) == pytest.approx(present(plan, role), abs=1e-5)


# Oracles: every plan of a toy --------------------------------------------------------------------


def least_cost(primary, on_call, spans, breaks, price, standby) -> float:
    """Try every number of reps on every shift, and every place of each of their breaks."""
    hours = len(primary)
    ways = []
    for first, last in spans:
        cover = np.array([1.0 if first <= t < last else 0.0 for t in range(hours)])
        if last - first < 4:
            ways.append((cover, last - first))
            continue
        for place in breaks:
            away = np.zeros(hours)
            away[first + place] = 1.0
            ways.append((cover - away, last - first - 1))
    most = max(np.add(primary, on_call))
    ready = np.array([[1.0 if a <= t < b else 0.0 for t in range(hours)] for a, b in spans])
    y = np.array(list(product(range(max(on_call) + 1), repeat=len(spans))))
    idle = standby * (y @ ready.sum(axis=1))
    best = np.inf
    for count in range(2 * most + 1):
        for chosen in combinations_with_replacement(ways, count):
            there = sum((cover for cover, _ in chosen), np.zeros(hours))
            wages = sum(paid for _, paid in chosen)
            both = np.add(primary, on_call) - there - y @ ready
            lack = np.maximum(0, np.maximum(np.subtract(primary, there), both))
            best = min(best, float((wages + idle + price * lack.sum(axis=1)).min()))
    return best


@settings(DEFAULTS, max_examples=12)
@given(
    primary=st.lists(st.integers(1, 2), min_size=6, max_size=6),
    on_call=st.sampled_from([(0,) * 6, (0, 1, 1, 0, 0, 1)]),
    breaks=st.sampled_from([(1,), (1, 2), (2,), (0, 1, 2, 3)]),
    price=st.sampled_from([0.8, 1.5, 6.0]),
    minutes=st.sampled_from([15, 60]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, on_call, breaks, price, minutes):
    """Waiting in line must lose no placement that naming everybody's break would find."""
    unit = minutes / 60
    primary = [min(each, 1) if place % 2 else each for place, each in enumerate(primary)]
    spans = [(a, a + long) for long in (2, 4) for a in range(7 - long)]
    rule = BreakRule(minutes, breaks[0] * unit, breaks[-1] * unit, from_shift_hours=4 * unit)
    shifts = ShiftSettings(
        starts_every_minutes=minutes,
        lengths_hours=(2 * unit, 4 * unit),
        understaffing_price=price,
        breaks=(rule,),
    )
    need = requirement(primary, on_call, minutes=minutes)
    plan = plan_shifts(need, shifts, OnCallSettings(), EXACT)
    assert plan.report.status is SolveStatus.OPTIMAL
    least = least_cost(primary, on_call, spans, breaks, price, 0.3)
    assert plan.report.objective == pytest.approx(unit * least)
    check(plan, (rule,))


@pytest.mark.parametrize(("minutes", "rules"), [(15, (LUNCH,)), (30, THREE), (60, THREE)])
def test_cost_and_coverage_are_those_recounted_by_the_minute(minutes, rules):
    """What is reported must be what the breaks leave, on every grid."""
    need = rhythm(4, 1, 20, minutes)
    shifts = ShiftSettings(120, (4.0, 8.0, 10.0), wage=20.0, breaks=rules)
    plan = plan_shifts(need, shifts, OnCallSettings(), ROUGH)
    check(plan, rules)
    assert any(one.shift.breaks for one in plan.shifts)
    money = 0.0
    for one in plan.shifts:
        unpaid = sum((e.end - e.start for e in one.shift.breaks if not e.paid), timedelta())
        price = 1.0 if one.shift.role == "primary" else 0.3
        money += one.reps * price * ((one.shift.end - one.shift.start) - unpaid).seconds / 3600
    there, ready = np.array(present(plan, "primary")), np.array(present(plan, "on_call"))
    wanted = plan.coverage["required_primary"].to_numpy()
    both = wanted + plan.coverage["required_on_call"].to_numpy()
    lack = np.maximum(0, np.maximum(wanted - there, both - there - ready)).sum() * minutes / 60
    assert plan.report.objective == pytest.approx(20 * (money + 10 * lack), abs=1e-3)
    cost = plan_cost(plan.shifts, plan.coverage, minutes, shifts, OnCallSettings())
    assert cost.total == pytest.approx(plan.report.objective, abs=1e-3)
    assert plan.report.bound <= plan.report.objective


def test_expected_cost_counts_breaks():
    """The loss function weighs the same reps: a break where nobody calls is free of it."""
    starts = pd.date_range(MONDAY, periods=24, freq="h").as_unit("us")
    reps = np.zeros((24, 2), dtype=np.int64)
    reps[8:16] = 4
    reps[11] = 2  # two of four can be away in this hour alone
    least = np.zeros(24, dtype=np.int64)
    found = RequiredDistribution("live", starts, (0.5, 0.95), reps.astype(float), reps, least)
    table = requirement(reps[:, 0]).table
    need = Requirement(table, "UTC", 60, {"live": found})
    rule = BreakRule(60, 2, 5, paid=True, from_shift_hours=8)
    plan = plan_shifts(
        need, ShiftSettings(lengths_hours=(8,), breaks=(rule,)), OnCallSettings(), EXACT
    )
    check(plan, (rule,))
    at_eleven = [each for one in plan.shifts for each in one.shift.breaks if each.start.hour == 11]
    assert at_eleven
    assert plan.outlook[0].table["short"].sum() == pytest.approx(
        np.maximum(0, reps[:, 0] - plan.coverage["primary"] - plan.coverage["on_call"]).sum()
    )


def test_breaks_shorter_than_an_interval_take_turns_in_it():
    """Half an hour is half an hour's rep; two who break in one hour go one after the other."""
    rule = BreakRule(30, 3, 3.5)
    shifts = ShiftSettings(lengths_hours=(8,), breaks=(rule,))
    reps = [0] * 8 + [2, 2, 2, 1, 2, 2, 2, 2] + [0] * 8
    plan = plan_shifts(requirement(reps), shifts, OnCallSettings(), EXACT)
    check(plan, (rule,))
    assert plan.coverage["primary"].iloc[11] == 1
    starts = Counter(
        each.start.strftime("%H:%M")
        for one in plan.shifts
        for each in one.shift.breaks
        for _ in range(one.reps)
    )
    assert (starts["11:00"], starts["11:30"]) == (1, 1)


# Laws --------------------------------------------------------------------------------------------


def objective(need, shifts) -> float:
    return plan_shifts(need, shifts, OnCallSettings(), EXACT).report.objective


@settings(DEFAULTS, max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_a_larger_catalogue_never_costs_more(seed):
    """The plans of a smaller catalogue, and of narrower windows, are all in the larger one."""
    need = rhythm(2, seed, 16, 30)
    wide = BreakRule(30, 2, 6, from_shift_hours=8)
    costs = [
        objective(need, ShiftSettings(every, lengths, breaks=(rule,)))
        for every, lengths, rule in [
            (240, (8.0,), LUNCH),
            (120, (8.0,), LUNCH),
            (60, (8.0,), LUNCH),
            (60, (8.0,), wide),
            (60, (4.0, 8.0), wide),
        ]
    ]
    assert all(more <= less + 1e-6 for less, more in pairwise(costs))


@settings(DEFAULTS, max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_breaks_cost_and_paid_ones_more(seed):
    """Without breaks a plan does all that one with paid breaks does, and pays no more for it."""
    need = rhythm(2, seed, 16, 60)
    unpaid = objective(need, ShiftSettings(lengths_hours=(8,), breaks=(LUNCH,)))
    paid_rule = BreakRule(30, 3, 5, paid=True, from_shift_hours=8)
    paid = objective(need, ShiftSettings(lengths_hours=(8,), breaks=(paid_rule,)))
    none = objective(need, ShiftSettings(lengths_hours=(8,)))
    assert none <= paid + 1e-6
    assert unpaid <= paid + 1e-6


def test_closed_hours_next_to_open_ones_do_not_shrink_the_catalogue():
    """An early shift reaches its break before a peak that a later one must break in."""
    reps = [0] * 9 + [1, 1, 1, 2, 2, 1, 1, 1, 1] + [0] * 6
    rule = BreakRule(60, 3, 3, paid=True, from_shift_hours=8)
    few, many = (
        objective(requirement(reps), ShiftSettings(every, (8.0,), breaks=(rule,)))
        for every in (240, 60)
    )
    assert many <= few + 1e-6


# The clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Dublin", "2026-03-29"),
        ("Europe/Dublin", "2026-10-25"),
        ("Australia/Adelaide", "2026-04-05"),
        ("Australia/Adelaide", "2026-10-04"),
    ],
)
def test_windows_are_elapsed_time_across_clock_changes(timezone, day, tmp_path):
    """Four hours into a night are four hours, whatever the clock says; the file keeps them."""
    first = midnight((pd.Timestamp(day) - pd.Timedelta(days=1)).date(), timezone)
    last = midnight((pd.Timestamp(day) + pd.Timedelta(days=2)).date(), timezone)
    starts = grid(first, last, 30, timezone)
    assert len(starts) in (142, 146)
    need = requirement([2] * len(starts), starts=starts, timezone=timezone, minutes=30)
    shifts = ShiftSettings(120, (8.0,), breaks=(LUNCH,))
    plan = plan_shifts(need, shifts, OnCallSettings(), ROUGH)
    check(plan, (LUNCH,))
    wall = ZoneInfo(timezone)
    assert any(
        one.shift.start.astimezone(wall).utcoffset() != one.shift.end.astimezone(wall).utcoffset()
        for one in plan.shifts
    )
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(plan)))
    again = read_shifts(
        tmp_path / "shifts.csv", timezone=timezone, interval_minutes=30, settings=shifts
    )
    assert again == plan.shifts


def test_cancelled_has_no_plan_and_says_so():
    """Nothing is invented for a planner who pressed cancel."""
    cancel = Cancellation()
    cancel.cancel()
    shifts = ShiftSettings(breaks=(LUNCH,))
    plan = plan_shifts(rhythm(5, 1, 24, 30), shifts, OnCallSettings(), EXACT, cancel=cancel)
    assert (plan.shifts, plan.report.status) == ((), SolveStatus.NO_PLAN)
