"""Rosters of tours must leave no more unfilled than the compact programme, and keep its rules."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.week import WeeklyHours
from optimizer import plan_roster as module
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.solver import SolverSettings, report_of
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from optimizer.tours import engine
from optimizer.tours.labour import WITHOUT_PRICE
from optimizer.tours.people import aims_of
from tests.optimizer.roster_cases import at, plan, rep, rules_of, shift, week_coverage, works
from tests.optimizer.rule_teams import cases as ruled_cases


def unfilled_hours(roster):
    return sum(one.reps * one.shift.hours for one in roster.unfilled)


@st.composite
def cases(draw):
    """A few reps with contracts, skills, hours and wishes of their own, and a few shifts."""
    hours = [WeeklyHours.always(), WeeklyHours.from_text("Mon-Fri 06:00-20:00")]
    reps = [
        rep(
            f"r{number}",
            contract=Contract(draw(st.sampled_from([0, 8, 16])), draw(st.sampled_from([16, 24]))),
            skills=draw(st.sampled_from([frozenset(), frozenset({"live"}), frozenset({"mail"})])),
            available=draw(st.sampled_from(hours)),
            on_call=draw(st.booleans()),
            timezone=draw(st.sampled_from(["Europe/Dublin", "America/New_York"])),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    starts = st.tuples(st.integers(0, 6), st.sampled_from([0, 8, 14, 22]))
    shifts = {}
    for day, start in draw(st.lists(starts, min_size=1, max_size=7)):
        role = draw(st.sampled_from(["primary", "primary", "on_call"]))
        queue = draw(st.sampled_from(["live", "mail"]))
        one = shift(day, start, start + draw(st.sampled_from([6, 8])), queue=queue, role=role)
        shifts[one] = StaffedShift(one, draw(st.integers(1, 2)))
    away = [
        Absence(one.rep_id, at(2, 0), at(3, 0), "holiday") for one in reps if draw(st.booleans())
    ]
    wishes = [
        Preference(one.rep_id, at(1, 0), at(2, 0), draw(st.sampled_from([-2.0, 2.0])))
        for one in reps
        if draw(st.booleans())
    ]
    return [shifts[one] for one in sorted(shifts)], Team(tuple(reps), tuple(away), tuple(wishes))


def _cost(roster, team):
    """What a roster leaves, in wages, counted from the roster alone."""
    price = {"primary": 10.0, "on_call": 5.0}
    left = sum(one.reps * one.shift.hours * price[one.shift.role] for one in roster.unfilled)
    below = sum(one.amount for one in roster.findings if one.rule == "contract_hours")
    return left + 2 * below


@settings(max_examples=40, deadline=None)
@given(cases())
def test_tours_leave_as_little_as_the_compact_programme_can(case):
    """Weighed at once or in turn, an hour without a rep is dearer than all that it is against."""
    shifts, team = case
    rules = LabourRules(max_consecutive_days=3)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, least in (("tours", 0), ("compact", 10**9)):
            patch.setattr(module, "TOURS_FROM", least)
            found[name] = plan(shifts, team, rules=rules)
    tours, compact = found["tours"], found["compact"]
    assert not rules_of(tours)
    assert tours.report.status is SolveStatus.OPTIMAL
    assert _cost(tours, team) <= _cost(compact, team) + 0.1 + 1e-6


def _kept_by_tours(case):
    """The case without the prices of rules that tours leave to the compact programme."""
    prices = {name: price for name, price in case.rules.prices.items() if name not in WITHOUT_PRICE}
    return replace(case, rules=replace(case.rules, prices=prices))


@settings(max_examples=20, deadline=None, suppress_health_check=(HealthCheck.too_slow,))
@given(ruled_cases(weeks=(1, 1, 1, 2), most_shifts=10).map(_kept_by_tours))
def test_no_rule_is_broken_that_can_be_kept(case):
    """Rules at random, hard and soft, in several zones with clock changes and a past."""
    broken = {}
    for least in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "TOURS_FROM", least)
            patch.setattr(engine, "PATIENCE", 3)
            found = case.plan().findings
        broken[least] = sum(one.amount for one in found if one.severity == "violation")
    assert broken[10**9] > 0 or broken[0] == 0


def test_what_is_locked_stays_and_what_was_worked_counts(way):
    """A lock is kept, takes its place, and the rest after last week's night shift is kept."""
    monday, tuesday = shift(0, 6, 14), shift(1, 6, 14)
    night = shift(-1, 18, 26)
    team = [rep("ana"), rep("ben")]
    locked = (Assignment("ben", tuesday, locked=True),)
    roster = plan([monday, tuesday], team, locked=locked, history=(Assignment("ana", night),))
    assert works(roster) == {("ben", monday), ("ben", tuesday)}
    assert not rules_of(roster)


def test_nobody_is_put_where_the_plan_has_no_place(way):
    """Contracts are no reason for a second rep on a shift for one."""
    only = shift(0, 9, 17)
    team = [rep(name, contract=Contract(40, 40)) for name in ("ana", "ben", "cleo")]
    roster = plan([only], team)
    assert len(works(roster)) == 1
    assert not roster.unfilled


def test_a_time_never_to_work_is_kept_free_or_paid_for(way):
    """Hard it leaves the shift open; at less than an hour without a rep it gives way."""
    monday = shift(0, 9, 17)
    team = Team((rep("ana"),), (), (Preference("ana", at(0, 16), at(0, 20), 0.0, "never"),))
    assert not works(plan([monday], team))
    cheap, dear = (LabourRules(prices={"never": price}) for price in (5.0, 500.0))
    assert works(plan([monday], team, rules=cheap)) == {("ana", monday)}
    assert not works(plan([monday], team, rules=dear))


def test_shifts_that_end_after_the_period_are_filled(way):
    """A Sunday night ends on Monday, and whoever is away on Monday cannot work it."""
    sunday = shift(6, 22, 30)
    team = Team(
        (rep("ana"), rep("ben")),
        (Absence("ana", at(7, 0), at(8, 0), "holiday"),),
    )
    assert works(plan([sunday], team)) == {("ben", sunday)}


@pytest.mark.parametrize("monday", ["2026-03-23", "2026-10-19"])
def test_rest_is_kept_by_the_wall_clock_in_the_night_of_a_clock_change(way, monday):
    """A Saturday night that ends at 07:00 leaves 11 hours before 18:00, however long it was."""
    first = date.fromisoformat(monday)
    saturday = shift(5, 23, 31, monday=first)
    early, late = shift(6, 17, 21, monday=first), shift(6, 18, 22, monday=first)
    coverage = week_coverage("live", monday=first)
    for second, reps in ((early, 2), (late, 1)):
        team = [rep("ana"), rep("ben")]
        roster = plan([saturday, second], team, coverage=coverage)
        assert not roster.unfilled
        one = plan([saturday, second], [rep("ana")], coverage=coverage)
        assert len(works(one)) == 3 - reps
        assert not rules_of(one)


def test_hundreds_of_reps_are_rostered_to_a_proof():
    """860 places for 200 people are filled, which the compact programme does not do in minutes."""
    random = np.random.default_rng(1)
    team = Team(
        tuple(
            rep(f"r{number:03d}", contract=Contract(hours - 8, hours))
            for number, hours in enumerate(random.choice([40, 32, 20], 200, p=[0.5, 0.3, 0.2]))
        )
    )
    shifts = [
        StaffedShift(shift(day, start, start + 8), reps)
        for day in range(7)
        for start, reps in ((0, 8), (6, 20), (8, 35), (12, 30), (16, 15))
    ]
    roster = plan(shifts, team, solver=SolverSettings(60, 0.005, 1))
    assert roster.report.status is SolveStatus.OPTIMAL
    assert not roster.unfilled
    assert not rules_of(roster)
    assert {one.aim for one in roster.aims} == {"cost"}
    longest = max(timedelta(hours=one.shift.hours) for one in roster.assignments)
    assert longest == timedelta(hours=8)


def must(name, day, start, end):
    return Preference(name, at(day, start), at(day, end), 0.0, "must")


def test_a_time_that_must_be_worked_is_worked_whatever_it_costs(way):
    """A wish of weight 100 against it, and a colleague who would like it, are no reasons."""
    monday = shift(0, 9, 17)
    rather = Preference("ben", at(0, 9), at(0, 17), 100.0)
    never = Preference("ana", at(0, 9), at(0, 17), -100.0)
    team = Team((rep("ana"), rep("ben")), (), (rather, never, must("ana", 0, 10, 12)))
    assert works(plan([monday], team)) == {("ana", monday)}


def test_a_shift_that_holds_a_part_of_the_time_does_not_hold_it(way):
    """Of two shifts that touch the time, the one that holds the whole of it is hers."""
    early, late = shift(0, 6, 14), shift(0, 10, 18)
    team = Team((rep("ana"), rep("ben")), (), (must("ana", 0, 12, 15),))
    assert works(plan([early, late], team)) == {("ben", early), ("ana", late)}


def test_a_night_that_began_the_day_before_holds_the_time(way):
    """Monday 02:00 to 04:00 is held by Sunday's night shift or by what was worked before."""
    night, day = shift(0, 22, 30), shift(1, 9, 17)
    team = Team((rep("ana"), rep("ben")), (), (must("ana", 1, 2, 4),))
    assert works(plan([night, day], team)) == {("ana", night), ("ben", day)}
    past = Team((rep("ana"), rep("ben")), (), (must("ana", 0, 2, 4),))
    held = plan([day], past, history=(Assignment("ana", shift(-1, 22, 30)),))
    assert not rules_of(held)


def test_two_who_must_work_where_there_is_place_for_one(way):
    """One of them does, nobody is put beyond the plan's places, and the audit tells."""
    monday = shift(0, 9, 17)
    team = Team((rep("ana"), rep("ben")), (), (must("ana", 0, 9, 10), must("ben", 0, 9, 10)))
    roster = plan([monday], team)
    assert len(works(roster)) == 1
    assert [one.rule for one in roster.findings] == ["must"]
    reached = {one.aim: one.report.objective for one in roster.aims}
    assert reached["rules"] == pytest.approx(1)
    assert roster.report.status is SolveStatus.OPTIMAL
    assert reached.get("cost", 8.0) == pytest.approx(8)


@pytest.mark.parametrize(
    ("objective", "bound", "told"),
    [
        (49.0, 48.9, [("cost", 49.0, 48.9, "OPTIMAL")]),
        (2e5 + 49, 2e5 + 48.9, [("rules", 2, 2, "OPTIMAL"), ("cost", 49.0, 48.9, "OPTIMAL")]),
        (2e5 + 49, 2e5 + 9, [("rules", 2, 2, "OPTIMAL"), ("cost", 49.0, 9.0, "FEASIBLE")]),
        (2e5 + 49, 1e5 + 60, [("rules", 2, 1, "FEASIBLE"), ("cost", 49.0, None, "FEASIBLE")]),
        (1e5 - 3, None, [("rules", 1, 0, "FEASIBLE"), ("cost", -3.0, None, "FEASIBLE")]),
    ],
)
def test_rules_left_broken_are_told_apart_from_the_cost(objective, bound, told):
    """Each is proven for itself, and with fewer rules broken the rest could cost anything."""
    is_near = bound is not None and objective - bound < 1
    units = round(objective / 1e5)
    aims = aims_of(report_of(objective, bound, 1.0, is_proven=is_near), units, 0.01)
    reports = [(one.aim, one.report) for one in aims]
    found = [
        (aim, round(one.objective, 6), one.bound and round(one.bound, 6), one.status.name)
        for aim, one in reports
    ]
    assert found == told


def test_a_time_that_must_be_worked_breaks_no_rule_that_forbids(way):
    """Without rest after the week before, the time is missed and counted, and the rest is kept."""
    early, late = shift(0, 6, 14), shift(0, 14, 22)
    team = Team((rep("ana"), rep("ben")), (), (must("ana", 0, 6, 8),))
    past = (Assignment("ana", shift(-1, 16, 24)),)
    roster = plan([early, late], team, history=past)
    assert rules_of(roster) == {"must"}
    assert works(roster) >= {("ben", early)}


@pytest.mark.parametrize(("price", "end"), [(20.0, 17), (60.0, 6)])
def test_a_time_to_be_worked_at_a_price_is_weighed_against_hours_without_a_rep(way, price, end):
    """The short shift that holds it leaves four hours more without a rep, at 10 wages each."""
    del way
    shifts = [shift(0, 2, 6), shift(0, 9, 17)]
    team = Team((rep("ana"),), (), (must("ana", 0, 3, 5),))
    roster = plan(shifts, team, rules=LabourRules(prices={"must": price}))
    assert works(roster) == {("ana", next(one for one in shifts if one.end == at(0, end)))}


PERIODS = [
    (Contract(0, 40, max_shifts=2), 2),
    (Contract(0, 40, max_period_hours=23.0), 2),
    (Contract(0, 16, max_shifts=3), 3),
    (Contract(0, 40), 6),
]


@pytest.mark.parametrize(("contract", "most"), PERIODS)
def test_bounds_of_the_period_hold_over_two_weeks(way, contract, most):
    """Six shifts of eight hours in two weeks, and a standby, which counts for neither bound."""
    shifts = [shift(day) for day in (0, 1, 2, 7, 8, 9)]
    standby = shift(4, role="on_call")
    team = [rep("ana", contract=contract)]
    roster = plan([*shifts, standby], team, coverage=week_coverage("live", days=14))
    assert len(works(roster) - {("ana", standby)}) == most
    assert ("ana", standby) in works(roster)
    assert not rules_of(roster)


@pytest.mark.parametrize(
    "contract", [Contract(0, 40, 24.0), Contract(0, 40, min_shifts=3), Contract(0, 40, 17.0)]
)
def test_who_is_short_of_the_period_gets_the_shifts(way, contract):
    """Three shifts in two weeks for two reps, one of whom has worked none and wants none."""
    shifts = [shift(day) for day in (0, 4, 8)]
    rather = [Preference("ana", one.start, one.end, -2.0) for one in shifts]
    team = Team((rep("ana", contract=contract), rep("ben")), (), tuple(rather))
    roster = plan(shifts, team, coverage=week_coverage("live", days=14))
    assert works(roster) == {("ana", one) for one in shifts}
    assert not roster.findings


def test_what_is_locked_counts_towards_bounds_and_what_was_worked_before_does_not(way):
    """Two of three shifts are locked, one was worked on the Sunday before: one is left."""
    contract = Contract(0, 40, max_shifts=3)
    locked = tuple(Assignment("ana", shift(day), locked=True) for day in (0, 3))
    history = (Assignment("ana", shift(-1)),)
    shifts = [shift(day) for day in range(5)]
    roster = plan(shifts, [rep("ana", contract=contract)], locked=locked, history=history)
    assert len(works(roster)) == 3
    assert not rules_of(roster)


@pytest.mark.parametrize(
    ("name", "contract"),
    [("max_shifts", Contract(0, 40, max_shifts=1)),
     ("max_period_hours", Contract(0, 40, max_period_hours=8.0))],
)  # fmt: skip
@pytest.mark.parametrize("is_cheap", [True, False])
def test_bounds_at_a_price_give_way_to_hours_without_a_rep(way, name, contract, is_cheap):
    """Eight hours at 10 wages each against one shift, or eight hours, too many."""
    units = 1 if name == "max_shifts" else 8
    rules = LabourRules(prices={name: (70.0 if is_cheap else 90.0) / units})
    roster = plan([shift(0), shift(1)], [rep("ana", contract=contract)], rules=rules)
    assert len(works(roster)) == (2 if is_cheap else 1)


RUNS, SPELLS = LabourRules(min_consecutive_days=2), LabourRules(min_days_off=2)


@pytest.mark.parametrize(
    ("who", "rules", "days"),
    [
        ({"employed_from": at(3, 0).date()}, RUNS, {3, 5, 6}),
        ({"employed_from": at(3, 0).date()}, SPELLS, {3, 6}),
        ({"employed_until": at(3, 0).date()}, RUNS, {3}),
        ({"timezone": "Australia/Sydney"}, RUNS, {5, 6}),
        ({"timezone": "Australia/Sydney"}, SPELLS, {3, 6}),
    ],
)
def test_what_is_not_known_of_days_breaks_no_rule(way, who, rules, days):
    """Runs may begin before employment and go on after it, or on a day that ends elsewhere."""
    listed = [shift(3), shift(5), shift(6)]
    roster = plan(listed, [rep("ann", **who)], rules=rules)
    assert len(works(roster)) == len(days)
    assert {(one.shift.start - at(0, 0)).days for one in roster.assignments} == days
    assert not rules_of(roster)
