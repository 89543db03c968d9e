"""What is counted as covered decides what is called short: the plan and the roster share it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.cover import (
    COVERAGE_COLUMNS,
    count_coverage,
    covered,
    overstaffing,
    plan_cost,
    required_reps,
    understaffing,
)
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def required(hours: int, primary: int = 2, on_call: int = 1, queue: str = "live") -> pd.DataFrame:
    starts = pd.date_range(MONDAY, periods=hours, freq="h").as_unit("us")
    return pd.DataFrame(
        {
            "queue": queue,
            "interval_start": starts,
            "required_primary": primary,
            "required_on_call": on_call,
        }
    )


def staffed(start: float, end: float, role="primary", reps: int = 1, queue: str = "live"):
    begin, stop = (MONDAY + timedelta(hours=hours) for hours in (start, end))
    return StaffedShift(Shift(queue, "", begin, stop, role), reps)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    start=st.integers(-300, 900),
    length=st.integers(1, 700),
    minutes=st.sampled_from([15, 30, 60]),
)
def test_covered_intervals_are_those_that_lie_within_the_shift(start, length, minutes):
    """An interval that a rep leaves early is not served by the rep."""
    starts = pd.date_range(MONDAY, periods=600 // minutes, freq=f"{minutes}min").as_unit("us")
    begin = MONDAY + timedelta(minutes=start)
    end = begin + timedelta(minutes=length)
    span = covered(starts, minutes, Shift("live", "", begin, end, "primary"))
    step = timedelta(minutes=minutes)
    inside = [i for i, at in enumerate(starts) if begin <= at and at + step <= end]
    assert list(range(span.start, span.stop)) == inside


def test_tiers_are_counted_by_queue_and_role():
    """A rep of another queue or tier is no help to this one's count."""
    need = pd.concat([required(4), required(4, 0, 0, "phone")], ignore_index=True)
    shifts = [
        staffed(0, 2, reps=3),
        staffed(1, 4, "on_call", 2),
        staffed(1, 3, reps=1, queue="phone"),
        staffed(10, 14, reps=9),
    ]
    coverage = count_coverage(need, shifts, 60)
    assert tuple(coverage.columns) == COVERAGE_COLUMNS
    assert list(coverage["primary"]) == [3, 3, 0, 0, 0, 1, 1, 0]
    assert list(coverage["on_call"]) == [0, 2, 2, 2, 0, 0, 0, 0]
    assert list(coverage["understaffing"]) == [0, 0, 2, 2, 0, 0, 0, 0]
    assert list(coverage["overstaffing"]) == [0, 0, 0, 0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("primary", "on_call", "short", "over"),
    [
        (2, 1, 0, 0),
        (3, 0, 0, 0),  # surplus primary counts towards on-call
        (1, 2, 1, 0),  # on-call does not count towards primary
        (0, 0, 3, 0),
        (2, 0, 1, 0),
        (5, 0, 0, 2),
        (2, 9, 0, 0),  # standby beyond need is no overstaffing
    ],
)
def test_two_required_and_one_on_call(primary, on_call, short, over):
    """The definition, case by case."""
    two, one, here, ready = (np.array([number]) for number in (2, 1, primary, on_call))
    assert understaffing(two, one, here, ready) == [short]
    assert overstaffing(two, one, here) == [over]


counts = st.lists(st.integers(0, 5), min_size=4, max_size=4).map(np.array)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(need=counts, guard=counts, primary=counts, on_call=counts)
def test_one_more_rep_never_leaves_more_missing(need, guard, primary, on_call):
    """Understaffing falls with reps of either tier, and never goes with overstaffing."""
    short = understaffing(need, guard, primary, on_call)
    assert (understaffing(need, guard, primary + 1, on_call) <= short).all()
    assert (understaffing(need, guard, primary, on_call + 1) <= short).all()
    assert not ((short > 0) & (overstaffing(need, guard, primary) > 0)).any()


def test_shift_of_an_unknown_queue_is_refused():
    """Counting it nowhere would hide it."""
    with pytest.raises(ValueError, match="'mail', for which nothing is required; there are live"):
        count_coverage(required(4), [staffed(0, 2, queue="mail")], 60)


def test_cost_is_wages_standby_and_missing_hours():
    """On half-hour intervals a missing rep is half a rep-hour."""
    shifts = [staffed(0, 4, reps=2), staffed(0, 4, "on_call", 3)]
    coverage = pd.DataFrame({"understaffing": [1, 4, 0]})
    cost = plan_cost(
        shifts, coverage, 30, ShiftSettings(wage=20.0), OnCallSettings(standby_price=0.25)
    )
    assert (cost.wages, cost.standby, cost.understaffing) == (160.0, 60.0, 500.0)
    assert cost.total == 720.0


def test_requirement_is_sorted_and_whole():
    """Shifts cover what is to be rostered, after shrinkage, in the order of the files."""
    table = required(3).rename(
        columns={"required_primary": "rostered_primary", "required_on_call": "rostered_on_call"}
    )
    table["rostered_primary"] = [3.0, 2.0, 1.0]
    shuffled = Requirement(table.iloc[[2, 0, 1]], "UTC", 60)
    need = required_reps(shuffled)
    assert list(need["required_primary"]) == [3, 2, 1]
    assert need["required_primary"].dtype == np.int64
    assert need["interval_start"].is_monotonic_increasing
