"""Hours of a period, told apart week by week, against the same hours added up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.tours.period_hours import UNBOUNDED, Levels, PeriodHours

UNIT = 120


@st.composite
def bounds(draw):
    """Two reps, two or three weeks, bounds that are multiples of a unit or not."""
    weeks = draw(st.integers(2, 3))
    minutes = st.integers(0, 3 * UNIT * weeks + 60)
    reach = draw(st.lists(st.lists(st.integers(0, 3), min_size=weeks, max_size=weeks),
                          min_size=2, max_size=2))  # fmt: skip
    least = draw(st.lists(minutes, min_size=2, max_size=2))
    most = [draw(st.one_of(st.just(UNBOUNDED), minutes.map(one.__add__))) for one in least]
    over = draw(st.sampled_from([None, 0.0, 7.0]))
    period = PeriodHours(np.array(least), np.array(most), 3.0, over)
    return period, UNIT * np.array(reach)


@given(bounds())
def test_what_is_paid_on_the_way_adds_up_to_what_the_hours_cost(case):
    """Whatever is worked in each week, and though few levels are told apart."""
    period, reach = case
    levels, reps = Levels(period, reach, UNIT), np.arange(2)
    for rep in reps:
        for worked in product(*(range(0, one + 1, UNIT) for one in reach[rep])):
            level, paid = 0, 0.0
            for week, minutes in enumerate(worked):
                after, cost = levels.after(week, reps, np.array([minutes]))
                paid += cost[0, level, rep]
                level = after[0, level, rep]
                assert level < [*levels.counts(reps), 1][week + 1]
            assert paid == pytest.approx(float(period.costs(np.array(rep), np.array(sum(worked)))))


def test_few_levels_are_told_apart_where_bounds_leave_little_room():
    """A month of four weeks of at most 48 h: 160 to be worked at most leave 32 h between weeks."""
    reach = np.full((1, 4), 48 * 60)
    levels = Levels(PeriodHours(np.array([0]), np.array([160 * 60]), 2.0), reach, UNIT)
    assert levels.counts(np.array([0])).tolist() == [1, 17, 17, 17]


def test_bounds_that_nothing_reaches_bind_nobody():
    """Neither a most above all that could be worked nor a least of nothing."""
    period = PeriodHours(np.array([0, 0, 60]), np.array([600, 601, 600]), 2.0)
    levels = Levels(period, np.array([[300, 301], [300, 301], [300, 300]]), 1)
    assert levels.binding.tolist() == [True, False, True]


def test_beside_other_work_its_hours_are_taken_off_and_a_share_is_left():
    """What is bounded stays bounded, never below nothing, and what is not stays free."""
    period = PeriodHours(np.array([600, 60]), np.array([1200, UNBOUNDED]), 2.0, 1.0)
    left = period.beside(np.array([300, 300]))
    assert (left.least.tolist(), left.most.tolist()) == ([300, 0], [900, UNBOUNDED])
    half = period.beside(np.array([300, 0]), 0.5)
    assert (half.least.tolist(), half.most.tolist()) == ([150, 30], [450, UNBOUNDED])
    assert (half.short, half.over) == (2.0, 1.0)


def test_bounds_and_prices_below_nothing_are_refused():
    """They would be taken off the cost."""
    with pytest.raises(ValueError, match="at least 0"):
        PeriodHours(np.array([-1]), np.array([1]), 2.0)
    with pytest.raises(ValueError, match="at least 0"):
        PeriodHours(np.array([0]), np.array([1]), 2.0, -1.0)
