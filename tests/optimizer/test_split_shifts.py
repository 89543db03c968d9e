"""Split shifts: two parts of one rep, nothing paid or covered in between."""

from collections import Counter
from datetime import timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.errors import InputError
from data.files import csv_text
from optimizer.breaks import Break
from optimizer.cover import plan_cost
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.presence import PresenceRule
from optimizer.shift_files import read_shifts, shifts_table
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.splits import SplitShifts
from optimizer.staff import Contract, LabourRules, Team
from tests.optimizer.break_cases import LUNCH, present, requirement
from tests.optimizer.roster_cases import rep
from ui.settings import parse_settings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)
DEAR = OnCallSettings(standby_price=9.0)
TWO_PEAKS = [0] * 7 + [3, 3, 3, 1, 1, 1, 1, 3, 3, 3] + [0] * 7


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    primary=st.lists(st.integers(1, 2), min_size=5, max_size=5),
    price=st.sampled_from([0.8, 1.5, 8.0]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, price):
    """Of all plans with whole and split shifts, the cheapest is found."""
    cover = [[float(a <= t < a + 3) for t in range(5)] for a in range(3)]
    for first, gap in product((1, 2), (1, 2)):
        for a in range(5 - 3 - gap + 1):
            back = a + first + gap
            cover.append([float(a <= t < a + first or back <= t < a + 3 + gap) for t in range(5)])
    x = np.array(list(product(range(3), repeat=len(cover))), dtype=float)
    there = x @ np.array(cover)
    least = (3 * x.sum(axis=1) + price * np.maximum(0, primary - there).sum(axis=1)).min()
    shifts = ShiftSettings(
        lengths_hours=(3.0,), understaffing_price=price, split=SplitShifts((3.0,), 1, 1, 2)
    )
    plan = plan_shifts(requirement(primary), shifts, DEAR, EXACT)
    assert plan.report.objective == pytest.approx(least)
    assert list(plan.coverage["primary"]) == pytest.approx(present(plan, "primary"))


def split_plan(**given):
    shifts = ShiftSettings(lengths_hours=(4, 6, 8), split=SplitShifts((6.0,), 3, 4, 4), **given)
    return shifts, plan_shifts(requirement(TWO_PEAKS), shifts, DEAR, EXACT)


def test_two_peaks_are_worked_by_the_same_people():
    """Three hours each at both ends of a day: a whole shift would pay for the middle too."""
    shifts, plan = split_plan()
    gaps = [one for one in plan.shifts if one.shift.breaks]
    assert gaps
    for one in gaps:
        (gap,) = one.shift.breaks
        assert (gap.length, gap.splits, gap.paid) == (timedelta(hours=4), True, False)
        assert (one.shift.hours, one.shift.paid_hours) == (6, 6)
    assert list(plan.coverage["primary"]) == present(plan, "primary")
    whole = ShiftSettings(lengths_hours=(4, 6, 8))
    without = plan_shifts(requirement(TWO_PEAKS), whole, DEAR, EXACT)
    assert plan.report.objective < without.report.objective
    cost = plan_cost(plan.shifts, plan.coverage, 60, shifts, DEAR)
    assert cost.total == pytest.approx(plan.report.objective)


def test_breaks_of_whole_shifts_and_gaps_stand_side_by_side():
    """Who works in two parts has no other break; whoever works eight hours in a row has one."""
    _, plan = split_plan(breaks=(LUNCH,))
    for one in plan.shifts:
        kinds = [each.splits for each in one.shift.breaks]
        assert kinds in ([], [True], [False])
        assert (kinds == [False]) == (one.shift.length == timedelta(hours=8))
    assert list(plan.coverage["primary"]) == pytest.approx(present(plan, "primary"))


def test_nobody_keeps_a_seat_while_away():
    """Between the parts a desk is free for somebody else."""
    _, plan = split_plan(presence=(PresenceRule(most=3),), understaffing_price=50)
    assert plan.coverage["understaffing"].sum() == 0
    assert plan.coverage["primary"].max() == 3


def test_files_and_rosters_keep_gaps(tmp_path):
    """The gap is read again, counts for no contract hours and passes the audit."""
    shifts, plan = split_plan()
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(plan)))
    again = read_shifts(
        tmp_path / "shifts.csv", timezone="UTC", interval_minutes=60, settings=shifts
    )
    assert again == plan.shifts
    team = Team(tuple(rep(f"r{n}", timezone="UTC", contract=Contract(0, 6)) for n in range(9)))
    split = [one for one in plan.shifts if one.shift.breaks]
    roster = plan_roster(
        split, plan.coverage, team, LabourRules(), SolverSettings(gap=0),
        timezone="UTC", interval_minutes=60,
    )  # fmt: skip
    assert Counter(one.shift for one in roster.assignments) == {s.shift: s.reps for s in split}
    assert {one.rule for one in roster.findings} <= {"understaffing"}


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_gaps_are_elapsed_time_when_clocks_change(day):
    """Four hours off are four hours, also in the night in which clocks change."""
    first = midnight(pd.Timestamp(day).date(), "Europe/Dublin")
    last = midnight((pd.Timestamp(day) + pd.Timedelta(days=1)).date(), "Europe/Dublin")
    starts = grid(first, last, 60, "Europe/Dublin")
    reps = [2] * 4 + [0] * 3 + [2] * (len(starts) - 7)
    shifts = ShiftSettings(120, (8.0,), split=SplitShifts((8.0,), 3, 2, 4))
    need = requirement(reps, starts=starts, timezone="Europe/Dublin")
    plan = plan_shifts(need, shifts, DEAR, EXACT)
    assert list(plan.coverage["primary"]) == present(plan, "primary")
    assert any(one.shift.breaks for one in plan.shifts)
    assert all(one.shift.hours == 8 for one in plan.shifts)


def test_more_ways_to_split_never_cost_more():
    """The plans of a smaller catalogue are all in the larger one."""
    rules = (None, SplitShifts((6.0,), 3, 4, 4), SplitShifts((6.0, 8.0), 2, 2, 4))
    found = [
        plan_shifts(
            requirement(TWO_PEAKS), ShiftSettings(lengths_hours=(4, 8), split=rule), DEAR, EXACT
        ).report.objective
        for rule in rules
    ]
    assert found == sorted(found, reverse=True)


def test_a_gap_is_not_paid():
    """A break is the one or the other."""
    start = pd.Timestamp("2026-11-30T12:00Z").to_pydatetime()
    with pytest.raises(ValueError, match="not paid"):
        Break(start, start + timedelta(hours=1), paid=True, splits=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lengths_hours = []", "lengths_hours must name"),
        ("least_gap_hours = 5", "least_gap_hours <= most_gap_hours"),
        ("most_gap_hours = 20", "at most 24 hours together"),
        ("least_part_hours = 4.5", "at most half of every length"),
        ("least_gap_hours = 2.0001", "whole minutes"),
        ("parts = 2", "unknown key parts"),
    ],
)
def test_impossible_splits_are_refused_by_file_and_key(text, message):
    """A shift that cannot be is told when the settings are read."""
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts.split\].*{message}"):
        parse_settings(f"[shifts.split]\n{text}\n")
