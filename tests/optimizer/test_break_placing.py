"""Breaks of a roster lie where they are missed least: held against all placements of toys."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.break_placing import place_breaks
from optimizer.breaks import Break, BreakRule
from optimizer.cover import count_coverage
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import SolverSettings
from tests.optimizer.roster_cases import at, shift, week_coverage

EXACT = SolverSettings(gap=0.0)


def missing(required, shifts):
    staffed = [StaffedShift(one, 1) for one in shifts]
    return count_coverage(required, staffed, 60)["understaffing"].sum()


def placements(one: Shift, rule: BreakRule):
    """Every shift with its break somewhere; as it is when none is due."""
    if one.role != "primary" or not rule.is_due(one.hours):
        return [one]
    starts = [one.start + after for after in rule.starts(60)]
    return [
        Shift(one.queue, one.site, one.start, one.end, one.role, (Break(s, s + rule.length),))
        for s in starts
    ]


@st.composite
def cases(draw):
    """A day of a few shifts, some on call, and what is required of it."""
    rule = BreakRule(
        draw(st.sampled_from([30, 60, 90])), 1, draw(st.integers(1, 3)), from_shift_hours=6
    )
    shifts = [
        shift(0, start, start + draw(st.sampled_from([5, 6, 8])), role=role)
        for start, role in draw(
            st.lists(
                st.tuples(st.integers(6, 9), st.sampled_from(["primary", "primary", "on_call"])),
                min_size=1,
                max_size=4,
            )
        )
    ]
    required = week_coverage("live", days=1)
    required["required_primary"] = draw(st.lists(st.integers(0, 3), min_size=24, max_size=24))
    required["required_on_call"] = draw(st.integers(0, 1))
    return shifts, required, rule


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_placement_leaves_less_missing(case):
    """All ways to place the breaks are tried, and none is better."""
    shifts, required, rule = case
    people = [Assignment(f"r{number}", one) for number, one in enumerate(shifts)]
    placed = place_breaks(people, [], required, [rule], 60, EXACT)
    assert [(one.rep_id, one.shift.plain) for one in placed] == [
        (one.rep_id, one.shift) for one in sorted(people, key=lambda one: (one.rep_id, one.shift))
    ]
    least = min(
        missing(required, chosen) for chosen in product(*(placements(one, rule) for one in shifts))
    )
    assert missing(required, [one.shift for one in placed]) == pytest.approx(least, abs=1e-6)


def test_those_who_are_locked_are_counted_and_left_alone():
    """With a lock on the other break at noon, this one is not at noon."""
    noon = Break(at(0, 12), at(0, 13))
    locked = Assignment(
        "ben", Shift("live", "", at(0, 8), at(0, 16), "primary", (noon,)), locked=True
    )
    required = week_coverage("live", days=1)
    required.loc[8:15, "required_primary"] = 1
    ann = Assignment("ann", shift(0, 8, 16))
    [placed] = place_breaks([ann], [locked], required, [BreakRule(60, 4, 5)], 60, EXACT)
    assert placed.shift.breaks == (Break(at(0, 13), at(0, 14)),)


def test_shifts_without_a_break_stay_as_they_are():
    """Nothing is due, so nothing is asked of the solver."""
    ann = Assignment("ann", shift(0, 8, 12))
    rule = BreakRule(30, 2, 4, from_shift_hours=6)
    required = week_coverage("live", days=1)
    assert place_breaks([ann], [], required, [rule], 60, EXACT) == [ann]
    assert ann.shift.length == timedelta(hours=4)
