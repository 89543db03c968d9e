"""Somebody is there in any case where a rule asks for it, and nobody beyond the seats."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.week import WeeklyHours
from optimizer.breaks import BreakRule
from optimizer.plan_shifts import plan_shifts
from optimizer.presence import PresenceRule
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftSettings, Site
from optimizer.solver import SolverSettings
from tests.optimizer.break_cases import requirement
from ui.settings import parse_settings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)
AFTERNOON = WeeklyHours.from_text("Mon-Sun 02:00-05:00")


def least_cost(primary, spans, least, most, price) -> float:
    """Try every number of reps on every shift of a few hours, without standby."""
    cover = np.array([[a <= t < b for t in range(len(primary))] for a, b in spans])
    x = np.array(list(product(range(4), repeat=len(spans))))
    there = x @ cover
    watched = np.array([2 <= t < 5 for t in range(len(primary))])
    opened = (np.array(primary) > 0) | (watched & (least > 0))
    paid = x @ (cover @ np.where(opened, 1.0, 1.1))
    lack = np.maximum(0, primary - there).sum(axis=1)
    absent = np.maximum(0, least - there)[:, watched].sum(axis=1)
    seated = (there[:, watched] <= most).all(axis=1)
    return float((paid + price * lack + 2 * price * absent)[seated].min())


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    primary=st.lists(st.integers(0, 2), min_size=6, max_size=6).filter(any),
    least=st.integers(0, 2),
    most=st.integers(0, 3),
    price=st.sampled_from([0.6, 1.5, 8.0]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, least, most, price):
    """Rules are rows like others: the least cost of all plans that keep the seats is found."""
    most = max(least, most, 1)
    spans = [(a, a + long) for long in (2, 3) for a in range(7 - long)]
    shifts = ShiftSettings(
        lengths_hours=(2.0, 3.0),
        understaffing_price=price,
        presence=(PresenceRule("live", hours=AFTERNOON, least=least, most=most),),
    )
    plan = plan_shifts(requirement(primary), shifts, OnCallSettings(standby_price=9.0), EXACT)
    assert plan.report.objective == pytest.approx(least_cost(primary, spans, least, most, price))
    watched = plan.coverage["primary"].to_numpy()[2:5]
    assert (watched <= most).all()
    assert bool(plan.notes) == bool((watched < least).any())


def test_somebody_is_there_while_the_queue_is_open_though_nobody_calls():
    """Whatever volume says, two are there, with breaks that take turns."""
    rule = BreakRule(60, 2, 5, paid=True, from_shift_hours=8)
    shifts = ShiftSettings(
        lengths_hours=(4, 8), breaks=(rule,), presence=(PresenceRule(least=2),),
        understaffing_price=20,
    )  # fmt: skip
    reps = [0] * 6 + [1] * 12 + [0] * 6
    plan = plan_shifts(requirement(reps), shifts, OnCallSettings(), EXACT)
    assert (plan.coverage["primary"].to_numpy()[6:18] >= 2).all()
    assert plan.notes == ()


def test_seats_count_whoever_is_on_a_break_and_all_queues():
    """A desk is taken all shift long, whichever queue its rep works."""
    rule = BreakRule(60, 1, 6, paid=True, from_shift_hours=8)
    table = pd.concat([requirement([3] * 24).table.assign(queue=name) for name in ("chat", "live")])
    need = Requirement(table.reset_index(drop=True), "UTC", 60)
    shifts = ShiftSettings(
        lengths_hours=(8,), breaks=(rule,), presence=(PresenceRule(most=4),),
    )  # fmt: skip
    plan = plan_shifts(need, shifts, OnCallSettings(standby_price=50), EXACT)
    starts = need.table["interval_start"].drop_duplicates()
    seated = [
        sum(
            one.reps for one in plan.shifts
            if one.shift.role == "primary" and one.shift.start <= start < one.shift.end
        )
        for start in starts
    ]  # fmt: skip
    assert max(seated) == 4


def test_where_nobody_can_be_there_the_plan_says_so():
    """Two hours are too short for any shift: there is a plan all the same, and a note."""
    shifts = ShiftSettings(lengths_hours=(8,), presence=(PresenceRule(queue="live", least=2),))
    plan = plan_shifts(requirement([1, 1]), shifts, OnCallSettings(), EXACT)
    assert plan.shifts == ()
    assert plan.notes == (
        "live lack 4 rep-hours of the least of 2, first at 2026-11-30 00:00: no shift fits there, "
        "or too many would.",
    )
    assert plan.report.objective == pytest.approx(2 * 10 + 4 * 20)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_hours_of_a_rule_follow_the_clock_of_its_site(day):
    """From 8 to 12 in Dublin on the days on which clocks change, one hour in UTC apart."""
    hours = WeeklyHours.from_text("Sun 08:00-12:00")
    sites = {"Dublin": Site("Europe/Dublin")}
    shifts = ShiftSettings(
        lengths_hours=(4,), sites=sites, presence=(PresenceRule("", "Dublin", hours, least=1),)
    )
    starts = pd.date_range(day, periods=24, freq="h", tz="UTC").as_unit("us")
    plan = plan_shifts(requirement([0] * 24, starts=starts), shifts, OnCallSettings(), EXACT)
    first = 7 if day.startswith("2026-03") else 8
    assert [(one.shift.start.hour, one.reps) for one in plan.shifts] == [(first, 1)]


def test_a_queue_that_there_is_not_is_refused():
    """A misspelt queue would be nobody's rule."""
    shifts = ShiftSettings(presence=(PresenceRule(queue="lvie", least=1),))
    with pytest.raises(InputError, match="found queue lvie, and there are live"):
        plan_shifts(requirement([1] * 8), shifts, OnCallSettings(), EXACT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("least = -1", "at least 0"),
        ("least = 3\nmost = 2", "most must be at least least"),
        ('queue = "live"', "needs least or most"),
        ('least = 1\nsite = "Cork"', "names site Cork; the sites are none"),
    ],
)
def test_impossible_rules_are_refused_by_file_and_key(text, message):
    """What cannot bear is told when the settings are read."""
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts.*{message}"):
        parse_settings(f"[[shifts.presence]]\n{text}\n")


def test_the_table_of_the_documentation_is_read():
    """Hours are written as a team's are."""
    read = parse_settings(
        '[shifts.sites.Dublin]\ntimezone = "Europe/Dublin"\n[[shifts.presence]]\nqueue = "live"\n'
        'site = "Dublin"\nhours = "Mon-Fri 08:00-18:00"\nleast = 2\nmost = 12\n'
    )
    hours = WeeklyHours.from_text("Mon-Fri 08:00-18:00")
    assert read.shifts.presence == (PresenceRule("live", "Dublin", hours, 2, 12),)
