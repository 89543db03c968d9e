"""Part-time shifts take no more than their share of the hours."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.plan_shifts import plan_shifts
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from tests.optimizer.break_cases import requirement
from ui.settings import parse_settings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    primary=st.lists(st.integers(1, 2), min_size=6, max_size=6),
    most=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    price=st.sampled_from([1.5, 8.0]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, most, price):
    """Of all plans that keep the share, the cheapest is found."""
    spans = [(a, a + long) for long in (2, 4) for a in range(7 - long)]
    cover = np.array([[a <= t < b for t in range(6)] for a, b in spans])
    x = np.array(list(product(range(3), repeat=len(spans))))
    hours = x * cover.sum(axis=1)
    short = hours[:, cover.sum(axis=1) < 4].sum(axis=1)
    kept = short <= most * hours.sum(axis=1) + 1e-9
    lack = np.maximum(0, primary - x @ cover).sum(axis=1)
    least = (hours.sum(axis=1) + price * lack)[kept].min()
    shifts = ShiftSettings(
        lengths_hours=(2.0, 4.0), understaffing_price=price, part_time_hours=4, most_part_time=most
    )
    plan = plan_shifts(requirement(primary), shifts, OnCallSettings(standby_price=9.0), EXACT)
    assert plan.report.objective == pytest.approx(least)


def test_a_lower_share_never_costs_less():
    """Every plan of a lower share is one of a higher share."""
    need = requirement([1] * 10 + [4, 4, 4] + [1] * 11)
    found = []
    for most in (1.0, 0.4, 0.1, 0.0):
        plan = plan_shifts(need, ShiftSettings(most_part_time=most), OnCallSettings(), EXACT)
        hours = [
            (one.shift.hours, one.reps * one.shift.hours)
            for one in plan.shifts
            if one.shift.role == "primary"
        ]
        assert sum(h for long, h in hours if long < 6) <= most * sum(h for _, h in hours) + 1e-9
        found.append(plan.report.objective)
    assert found == sorted(found)
    assert found[-1] > found[0]


@pytest.mark.parametrize("text", ["most_part_time = 1.5", "part_time_hours = -1"])
def test_impossible_shares_are_refused_by_file_and_key(text):
    """A share is a share."""
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts\].*{text.split(' ')[0]}"):
        parse_settings(f"[shifts]\n{text}\n")
