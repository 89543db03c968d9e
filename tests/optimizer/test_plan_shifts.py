"""Shift plans are the cheapest there are, say what they cost, and obey the clock and the laws."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.week import WeeklyHours
from optimizer.concurrency import Handling
from optimizer.cover import plan_cost
from optimizer.plan_shifts import plan_shifts
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveStatus
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, Site
from optimizer.solver import Cancellation, SolverSettings

EXACT = SolverSettings(gap=0)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
HANDLING = Handling(concurrency=1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=20)


def requirement(
    primary, on_call=None, *, queue="live", starts=None, timezone="UTC", minutes=60
) -> Requirement:
    """A requirement from lists of reps, from Monday midnight on."""
    if starts is None:
        starts = pd.date_range(MONDAY, periods=len(primary), freq=f"{minutes}min").as_unit("us")
    table = pd.DataFrame(
        {
            "queue": queue,
            "interval_start": starts,
            "rostered_primary": primary,
            "rostered_on_call": 0 if on_call is None else on_call,
        }
    )
    return Requirement(table, timezone, minutes)


def week(peak: int, seed: int = 1, hours: int = 168) -> Requirement:
    """A week with a daily rhythm and some noise."""
    draw = np.random.default_rng(seed)
    clock = np.arange(hours) % 24
    shape = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1)
    primary = np.round(peak * shape * draw.uniform(0.85, 1.0, hours)).astype(int)
    return requirement(primary, np.round(primary * 0.3).astype(int))


def count_reps(plan: ShiftPlan) -> int:
    return sum(staffed.reps for staffed in plan.shifts)


def cost_of(plan: ShiftPlan, shifts: ShiftSettings, on_call: OnCallSettings) -> float:
    return plan_cost(plan.shifts, plan.coverage, plan.interval_minutes, shifts, on_call).total


# An oracle: every plan of a toy ------------------------------------------------------------------


def least_cost(primary, on_call, lengths, shifts: ShiftSettings, standby: OnCallSettings) -> float:
    """Try every number of reps on every shift of a few hours."""
    hours = len(primary)
    spans = [(a, a + length) for a in range(hours) for length in lengths if a + length <= hours]
    cover = np.array([[a <= t < b for t in range(hours)] for a, b in spans])
    # An hour in which nobody is required counts as closed and is dearer by a tenth.
    hourly = np.where(np.add(primary, on_call) > 0, 1.0, 1.1)
    length = cover @ hourly
    most_primary, most_on_call = max(np.add(primary, on_call)), max(on_call)
    x = np.array(list(product(range(most_primary + 1), repeat=len(spans))))
    y = np.array(list(product(range(most_on_call + 1), repeat=len(spans))))
    at_work, ready = (x @ cover)[:, None, :], (y @ cover)[None, :, :]
    lacks = np.maximum(primary - at_work, np.add(primary, on_call) - at_work - ready)
    cost = (
        (x @ length)[:, None]
        + standby.standby_price * (y @ length)[None, :]
        + shifts.understaffing_price * np.maximum(0, lacks).sum(axis=2)
    )
    return float(shifts.wage * cost.min())


@DEFAULTS
@given(
    primary=st.lists(st.integers(0, 2), min_size=4, max_size=4),
    on_call=st.lists(st.integers(0, 1), min_size=4, max_size=4),
    lengths=st.sampled_from([(2, 3), (1, 3), (2, 4), (3,)]),
    price=st.sampled_from([0.5, 1.5, 3.0, 10.0]),
    standby=st.sampled_from([0.0, 0.3, 1.0]),
    wage=st.sampled_from([1.0, 30.0]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, on_call, lengths, price, standby, wage):
    """The programme is right only if it finds the least cost of all plans there are."""
    shifts = ShiftSettings(lengths_hours=lengths, understaffing_price=price, wage=wage)
    tiers = OnCallSettings(standby_price=standby)
    plan = plan_shifts(requirement(primary, on_call), shifts, tiers, EXACT)
    assert plan.report.status is SolveStatus.OPTIMAL
    assert plan.report.objective == pytest.approx(
        least_cost(primary, on_call, lengths, shifts, tiers)
    )


# Recounts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_objective_is_the_cost_recounted_by_hand(minutes):
    """What is reported must be what the plan costs, on every grid."""
    reps = np.repeat([2, 5, 9, 7, 3, 1], 4 * 60 // minutes)
    need = requirement(reps, reps // 3, minutes=minutes)
    shifts, tiers = ShiftSettings(wage=20.0), OnCallSettings()
    plan = plan_shifts(need, shifts, tiers, EXACT)
    money = missing = 0.0
    for row in need.table.itertuples():
        begin, end = row.interval_start, row.interval_start + pd.Timedelta(minutes=minutes)
        present = {"primary": 0, "on_call": 0}
        for staffed in plan.shifts:
            if staffed.shift.start <= begin and end <= staffed.shift.end:
                present[staffed.shift.role] += staffed.reps
        lack = row.rostered_primary - present["primary"]
        both = row.rostered_primary + row.rostered_on_call - sum(present.values())
        missing += max(0, lack, both) * minutes / 60
    for staffed in plan.shifts:
        price = 1.0 if staffed.shift.role == "primary" else 0.3
        money += staffed.reps * price * (staffed.shift.end - staffed.shift.start).seconds / 3600
    assert plan.report.objective == pytest.approx(20 * (money + 10 * missing))


def test_week_is_proven_and_fully_covered():
    """At the default prices a missing rep-hour costs more than the shift that fills it."""
    plan = plan_shifts(week(40), ShiftSettings(), OnCallSettings(), EXACT)
    assert plan.report.status is SolveStatus.OPTIMAL
    assert plan.report.gap == pytest.approx(0, abs=1e-6)
    assert plan.coverage["understaffing"].sum() == 0
    assert not ((plan.coverage["understaffing"] > 0) & (plan.coverage["overstaffing"] > 0)).any()


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_understaffing_below_the_break_even_is_left_and_shown(minutes):
    """A second rep for one interval is worth a four-hour shift from four hours' wages on."""
    need = requirement([1] * (240 // minutes - 1) + [2], minutes=minutes)
    least = ShiftSettings().break_even(minutes)
    assert least == 240 / minutes
    below, above = (
        plan_shifts(need, ShiftSettings(understaffing_price=price), OnCallSettings(), EXACT)
        for price in (least - 0.1, least + 0.1)
    )
    assert (count_reps(below), below.coverage["understaffing"].sum()) == (1, 1)
    assert (count_reps(above), above.coverage["understaffing"].sum()) == (2, 0)


# Laws --------------------------------------------------------------------------------------------


def objective(need, shifts=ShiftSettings(), tiers=OnCallSettings(), **kwargs) -> float:  # noqa: B008
    return plan_shifts(need, shifts, tiers, EXACT, **kwargs).report.objective


@settings(DEFAULTS, max_examples=8)
@given(seed=st.integers(0, 10_000), hour=st.integers(0, 47), tier=st.sampled_from([0, 1]))
def test_more_required_never_costs_less(seed, hour, tier):
    """A plan for more is also a plan for less."""
    need = week(5, seed, hours=48)
    more = need.table.copy()
    more.loc[hour, ("rostered_primary", "rostered_on_call")[tier]] += 2
    assert objective(replace(need, table=more)) >= objective(need) - 1e-6


@settings(DEFAULTS, max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_more_lengths_or_starts_never_cost_more(seed):
    """The plans of a smaller catalogue are all in the larger one."""
    need = week(5, seed, hours=48)
    costs = [
        objective(need, ShiftSettings(starts_every_minutes=every, lengths_hours=lengths))
        for every, lengths in [(240, (8,)), (60, (8,)), (60, (4, 8)), (60, (4, 6, 8, 10))]
    ]
    assert all(more <= less + 1e-6 for less, more in pairwise(costs))


@settings(DEFAULTS, max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_cheaper_standby_is_never_used_less(seed):
    """In an optimum the quantity bought never falls when its price does."""
    need = week(5, seed, hours=48)
    hours = []
    for price in (1.0, 0.6, 0.3, 0.05):
        plan = plan_shifts(need, ShiftSettings(), OnCallSettings(standby_price=price), EXACT)
        on_call = (s for s in plan.shifts if s.shift.role == "on_call")
        hours.append(sum(staffed.reps * staffed.shift.hours for staffed in on_call))
    assert hours == sorted(hours)


def test_twice_the_wage_costs_twice():
    """Prices are in wages, so the wage is a unit."""
    need = week(6, hours=48)
    assert objective(need, ShiftSettings(wage=2)) == pytest.approx(2 * objective(need))


def test_queues_do_not_mix():
    """A shift belongs to one queue: two queues cost what each costs alone, in any order."""
    one, two = week(5, 1, hours=48), week(8, 2, hours=48)
    chat = one.table.assign(queue="chat")
    phone = two.table.assign(queue="phone")
    both = replace(one, table=pd.concat([phone, chat], ignore_index=True))
    again = replace(one, table=pd.concat([chat, phone], ignore_index=True))
    plan = plan_shifts(both, ShiftSettings(), OnCallSettings(), EXACT)
    assert plan.report.objective == pytest.approx(objective(one) + objective(two))
    other = plan_shifts(again, ShiftSettings(), OnCallSettings(), EXACT)
    assert other.shifts == plan.shifts
    assert list(plan.coverage["queue"].unique()) == ["chat", "phone"]


def test_same_input_same_plan():
    """A plan folder is made again to the byte."""
    one, two = (plan_shifts(week(30), ShiftSettings(), OnCallSettings(), EXACT) for _ in range(2))
    assert one.shifts == two.shifts
    assert one.report.record() == two.report.record()
    pd.testing.assert_frame_equal(one.coverage, two.coverage)


# Edges -------------------------------------------------------------------------------------------


def test_nobody_required_needs_no_shift():
    """An all-zero queue is answered with an empty plan, not with an error."""
    plan = plan_shifts(requirement([0] * 24), ShiftSettings(), OnCallSettings(), EXACT)
    assert (plan.shifts, plan.report.status, plan.report.objective) == ((), SolveStatus.OPTIMAL, 0)


def test_period_shorter_than_a_shift_is_understaffed_not_infeasible():
    """The programme is elastic: there is always an answer, and it shows what is missing."""
    plan = plan_shifts(requirement([2, 2]), ShiftSettings(), OnCallSettings(), EXACT)
    assert plan.shifts == ()
    assert plan.report.objective == 40
    assert list(plan.coverage["understaffing"]) == [2, 2]


def test_cancelled_has_no_plan_and_says_so():
    """Nothing is invented for a planner who pressed cancel."""
    cancel = Cancellation()
    cancel.cancel()
    plan = plan_shifts(week(5), ShiftSettings(), OnCallSettings(), EXACT, cancel=cancel)
    assert (plan.shifts, plan.report.status) == ((), SolveStatus.NO_PLAN)
    assert plan.coverage["understaffing"].equals(
        plan.coverage["required_primary"] + plan.coverage["required_on_call"]
    )


@pytest.mark.parametrize(
    ("need", "message"),
    [
        (requirement([1.5, 1]), "whole numbers"),
        (requirement([-1, 1]), "whole numbers"),
        (requirement([1, 1], starts=[MONDAY, MONDAY + timedelta(hours=2)]), "evenly spaced"),
    ],
)
def test_impossible_requirement_is_refused(need, message):
    """A gap or half a rep would silently change what is covered."""
    with pytest.raises(ValueError, match=message):
        plan_shifts(need, ShiftSettings(), OnCallSettings(), EXACT)


def test_shifts_shorter_than_an_interval_are_refused():
    """They cover no interval wholly, so every plan would be empty."""
    with pytest.raises(ValueError, match="at least an interval, 60 minutes"):
        plan_shifts(requirement([1]), ShiftSettings(lengths_hours=(0.5,)), OnCallSettings(), EXACT)


# Opening hours -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [False, True])
def test_closed_hours_are_not_staffed_when_avoidable(stated):
    """Nobody waits in an empty office: open 09 to 18, every shift lies within."""
    reps = [0] * 9 + [3, 1, 4, 1, 5, 2, 6, 5, 3] + [0] * 6
    opening = WeeklyHours.from_mapping({"Mon-Sun": "09:00-18:00"}) if stated else None
    queues = {"live": QueueSettings(HANDLING, opening=opening)}
    plan = plan_shifts(
        requirement(reps * 2), ShiftSettings(), OnCallSettings(), EXACT, queues=queues
    )
    for staffed in plan.shifts:
        assert 9 <= staffed.shift.start.hour < staffed.shift.end.hour <= 18
    assert plan.coverage["understaffing"].sum() == 0


def test_stated_opening_is_preferred_to_closed_hours():
    """Nobody is required from 12 on, but the queue is open: there a rep is of more use."""
    reps = [0] * 9 + [1, 1, 1] + [0] * 12
    opening = WeeklyHours.from_mapping({"Mon-Sun": "09:00-18:00"})
    queues = {"live": QueueSettings(HANDLING, opening=opening)}
    plan = plan_shifts(requirement(reps), ShiftSettings(), OnCallSettings(), EXACT, queues=queues)
    assert [staffed.shift.start.hour for staffed in plan.shifts] == [9]


def test_opening_shorter_than_any_shift_is_still_served():
    """Closed hours are staffed where no shift avoids them."""
    plan = plan_shifts(
        requirement([0] * 9 + [2, 2] + [0] * 13), ShiftSettings(), OnCallSettings(), EXACT
    )
    assert plan.coverage["understaffing"].sum() == 0
    assert sum(staffed.reps * staffed.shift.hours for staffed in plan.shifts) == 8


# The clock ---------------------------------------------------------------------------------------

CHANGES = [
    (zone, day)
    for zone, days in {
        "Europe/Dublin": ("2026-03-29", "2026-10-25"),
        "America/Chicago": ("2026-03-08", "2026-11-01"),
        "Australia/Sydney": ("2026-04-05", "2026-10-04"),
    }.items()
    for day in days
]


@pytest.mark.parametrize(("timezone", "day"), CHANGES)
@pytest.mark.parametrize("minutes", [15, 60])
def test_clock_change_keeps_lengths_elapsed_and_starts_on_the_wall_clock(timezone, day, minutes):
    """A day has 23, 24 or 25 hours; a shift of 8 hours has 8 of them on each."""
    first = midnight((pd.Timestamp(day) - pd.Timedelta(days=1)).date(), timezone)
    last = midnight((pd.Timestamp(day) + pd.Timedelta(days=2)).date(), timezone)
    starts = grid(first, last, minutes, timezone)
    hours = len(starts) * minutes // 60
    assert hours in (71, 73)
    draw = np.random.default_rng(3)
    reps = np.repeat(draw.integers(1, 6, hours), 60 // minutes)
    need = requirement(reps, reps // 2, starts=starts, timezone=timezone, minutes=minutes)
    settings_ = ShiftSettings(starts_every_minutes=120, lengths_hours=(1, 5, 8))
    plan = plan_shifts(need, settings_, OnCallSettings(), EXACT)
    for staffed in plan.shifts:
        wall = staffed.shift.start.astimezone(ZoneInfo(timezone))
        assert (wall.hour % 2, wall.minute, wall.second) == (0, 0, 0)
        assert staffed.shift.hours in (1, 5, 8)
        assert first <= staffed.shift.start < staffed.shift.end <= last
    assert len(plan.coverage) == len(starts)
    assert plan.report.objective == pytest.approx(cost_of(plan, settings_, OnCallSettings()))


def test_sites_start_by_their_own_clock_within_their_hours():
    """Following the sun: each site works its own day, and together they cover the round."""
    day = WeeklyHours.from_mapping({"Mon-Sun": "07:00-19:00"})
    sites = {
        "Dublin": Site("Europe/Dublin", day),
        "Chicago": Site("America/Chicago", day),
        "Adelaide": Site("Australia/Adelaide", day),
    }
    shifts = ShiftSettings(sites=sites, starts_every_minutes=60, lengths_hours=(4, 6, 8, 10))
    need = requirement([2] * 288, minutes=15)
    plan = plan_shifts(need, shifts, OnCallSettings(), SolverSettings(gap=0.001))
    assert {staffed.shift.site for staffed in plan.shifts} == set(sites)
    for staffed in plan.shifts:
        place = ZoneInfo(sites[staffed.shift.site].timezone)
        start, end = staffed.shift.start.astimezone(place), staffed.shift.end.astimezone(place)
        assert start.minute == 0
        assert 7 <= start.hour < end.hour <= 19
