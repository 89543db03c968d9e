"""Shifts and people chosen together: known answers, the audit, and the compact models beside it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.week import WeeklyHours
from optimizer.breaks import BreakRule
from optimizer.choose_roster import choose_roster, chosen_shifts
from optimizer.cover import plan_cost, required_reps
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.premiums import Premiums
from optimizer.presence import PresenceRule
from optimizer.report import SolveStatus
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.splits import SplitShifts
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from optimizer.tours import engine
from optimizer.tours.people import IDLE_PRICE
from optimizer.tours.team_week import team_week
from optimizer.tours.week import OFF
from tests.optimizer.choice_cases import EIGHT, EXACT, QUICK, choose, kept, requirement, starts
from tests.optimizer.roster_cases import RULES, ZONE, at, rep, rules_of, week_coverage


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """A toy's best roster is found in the first rounds."""
    monkeypatch.setattr(engine, "PATIENCE", 3)


def test_one_block_of_work_goes_to_the_one_who_can_do_it():
    """Skill, then the hour: nine to five on Monday, by ben, and nothing else."""
    ann, ben = rep("ann", skills=frozenset({"chess"})), rep("ben", skills=frozenset({"live"}))
    roster = choose({("live", "primary"): {(0, 9, 17): 1}}, [ann, ben])
    assert starts(roster) == {("ben", at(0, 9))}
    assert roster.report.status is SolveStatus.OPTIMAL
    assert roster.report.objective == pytest.approx(8)
    assert roster.findings == ()


@pytest.mark.parametrize(("night", "begins"), [(0.0, {14, 15, 16, 17, 18}), (0.25, {14})])
def test_hours_at_night_are_left_alone_where_they_are_dearer(night, begins):
    """Four hours until 22:00 are required, and eight are worked; none of them by night."""
    shifts = replace(EIGHT, premiums=Premiums(night=night, night_hours="22:00-06:00"))
    roster = choose({("live", "primary"): {(0, 18, 22): 1}}, [rep("ann")], shifts=shifts)
    (one,) = roster.assignments
    assert one.shift.start in {at(0, hour) for hour in begins}
    assert roster.report.objective >= 8


def test_each_hour_costs_its_premium_and_an_unpaid_break_saves_it():
    """Eight hours from 22:00 at a quarter more, less the half hour of a break at that price."""
    shifts = replace(EIGHT, premiums=Premiums(night=0.25), breaks=(UNPAID,))
    wanted = {("live", "primary"): {(0, 22, 24): 1, (1, 0, 6): 1}}
    roster = choose(wanted, [rep("ann")], shifts=shifts)
    missed = roster.coverage["understaffing"].sum()
    assert roster.report.objective == pytest.approx(1.25 * 7.5 + 10 * missed)
    assert missed == pytest.approx(0.5)


def test_what_nobody_can_work_is_understaffing_at_its_price():
    """A plan short of people is a result: eight hours at ten wages."""
    roster = choose({("live", "primary"): {(0, 9, 17): 1}}, [rep("ann", skills=frozenset({"x"}))])
    assert roster.assignments == ()
    assert roster.report.objective == pytest.approx(80)
    assert roster.coverage["understaffing"].sum() == 8
    assert rules_of(roster, "shortfall") == {"team_skills"}


def test_standby_is_taken_by_who_takes_it_and_costs_its_price():
    """One at work, one on standby, each where they may be."""
    ann, ben = rep("ann", on_call=False), rep("ben")
    wanted = {("live", "primary"): {(0, 9, 17): 1}, ("live", "on_call"): {(0, 9, 17): 1}}
    roster = choose(wanted, [ann, ben])
    roles = {one.rep_id: one.shift.role for one in roster.assignments}
    assert roles == {"ann": "primary", "ben": "on_call"}
    assert roster.report.objective == pytest.approx(8 + 0.3 * 8)


def test_a_wish_decides_among_equals():
    """Both could work; the one who would rather not does not."""
    away = Preference("ann", at(0, 9), at(0, 17), -1.0)
    team = Team((rep("ann"), rep("ben")), preferences=(away,))
    roster = choose({("live", "primary"): {(0, 9, 17): 1}}, team, solver=EXACT)
    assert starts(roster) == {("ben", at(0, 9))}


@pytest.mark.parametrize("price", [5.0, 15.0])
def test_prices_of_rules_are_in_wages_whatever_the_currency(price):
    """A second day in a row, or 8 hours short at 10 wages: which pays is the same in any wage."""
    wanted = {("live", "primary"): {(day, 9, 17): 1 for day in range(2)}}
    rules = replace(RULES, max_consecutive_days=1, prices={"max_consecutive_days": 8 * price})
    for wage in (1.0, 50_000.0):
        roster = choose(wanted, [rep("ann")], shifts=replace(EIGHT, wage=wage), rules=rules)
        assert len(roster.assignments) == (2 if price < 9 else 1)
        assert roster.report.objective == pytest.approx(
            wage * (16 + 8 * price if price < 9 else 8 + 80)
        )


def test_where_nothing_is_required_nobody_works():
    """A week of closed queues is an empty roster, proven; contracts do not open them."""
    roster = choose({}, [rep("ann", contract=Contract(0, 40))])
    assert roster.assignments == ()
    assert roster.report.status is SolveStatus.OPTIMAL
    assert roster.report.objective == 0


@pytest.mark.parametrize(("promised", "worked"), [(0, 8), (16, 16)])
def test_a_contract_is_worked_off_before_idling(promised, worked):
    """A gap of an hour at five wages is no reason for eight hours, but hours promised are."""
    ann = rep("ann", contract=Contract(promised, 40))
    wanted = {("live", "primary"): {(0, 9, 17): 1, (1, 12, 13): 1}}
    cheap = replace(EIGHT, understaffing_price=5.0)
    roster = choose(wanted, [ann], shifts=cheap, solver=EXACT, days=7)
    assert sum(one.shift.hours for one in roster.assignments) == worked


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
def test_rest_is_by_the_wall_clock_in_the_night_of_a_change(monday):
    """22:00 to 09:00 is enough and 22:00 to 08:00 is not, though the night has 10 or 12 hours."""
    late = (5, 14, 22)
    enough = choose({("live", "primary"): {late: 1, (6, 9, 17): 1}}, [rep("ann")], days=7,
                    monday=monday)  # fmt: skip
    assert enough.coverage["understaffing"].sum() == 0
    short = choose({("live", "primary"): {late: 1, (6, 8, 16): 1}}, [rep("ann")], days=7,
                   monday=monday)  # fmt: skip
    assert short.coverage["understaffing"].sum() > 0
    assert rules_of(enough) == rules_of(short) == set()


def must(who, day, start, end):
    return Preference(who, at(day, start), at(day, end), 0.0, "must")


def test_a_time_that_must_be_worked_is_worked_by_who_asked():
    """Ann's shift holds it, beyond what is required, and the cost is that of the wages."""
    team = Team((rep("ann"), rep("ben")), preferences=(must("ann", 1, 12, 14),))
    wanted = {("live", "primary"): {(0, 9, 17): 1, (1, 8, 16): 1}}
    roster = choose(wanted, team, solver=EXACT)
    assert len(roster.assignments) == 2
    assert ("ann", at(1, 8)) in starts(roster)
    assert roster.findings == ()
    assert roster.report.objective == pytest.approx(16)


def test_a_time_that_nobody_can_work_is_told_and_not_paid_for():
    """Away on Tuesday: the audit tells, and cost and proof are those of the rest."""
    away = Absence("ann", at(1, 0), at(2, 0), "leave")
    team = Team((rep("ann"),), (away,), (must("ann", 1, 9, 10),))
    roster = choose({("live", "primary"): {(0, 9, 17): 1}}, team, solver=EXACT)
    assert rules_of(roster) == {"must"}
    assert roster.report.status is SolveStatus.OPTIMAL
    assert roster.report.objective == pytest.approx(8)


@pytest.mark.parametrize(("price", "hours"), [(8.0, 0), (9.0, 8)])
def test_a_time_to_be_worked_at_a_price_is_worked_where_that_is_cheaper(price, hours):
    """Eight wages for a shift that nobody requires, or the price of not having it."""
    team = Team((rep("ann"),), preferences=(must("ann", 0, 9, 10),))
    rules = replace(RULES, prices={"must": price})
    roster = choose({}, team, rules=rules, solver=EXACT)
    assert sum(one.shift.hours for one in roster.assignments) == hours
    # Of the seven hours beside the time, all are closed.
    assert roster.report.objective == pytest.approx(8.7 if hours else price)


def test_an_empty_team_is_refused():
    """There is nobody to choose."""
    with pytest.raises(ValueError, match="team is empty"):
        choose({("live", "primary"): {(0, 9, 17): 1}}, [])


LUNCH = replace(EIGHT, breaks=(BreakRule(60, 3, 5),))


def test_people_of_a_shift_break_one_after_the_other():
    """Two in the first hour, then one: who stands in for whom shows in both breaks."""
    wanted = {("live", "primary"): {(0, 9, 10): 2, (0, 10, 17): 1}}
    roster = choose(wanted, [rep("ann"), rep("ben")], shifts=LUNCH, days=1)
    first, second = (one.shift.breaks[0] for one in roster.assignments)
    assert first.end <= second.start or second.end <= first.start
    for one in roster.assignments:
        assert at(0, 12) <= one.shift.breaks[0].start <= at(0, 14)
    assert roster.coverage["understaffing"].sum() == 0
    assert roster.findings == ()


def test_a_break_that_nobody_covers_is_missing_and_paid_for():
    """Seven paid hours and the price of an hour missing; the bound knows of no break."""
    roster = choose({("live", "primary"): {(0, 9, 17): 1}}, [rep("ann")], shifts=LUNCH, days=1)
    assert roster.coverage["understaffing"].sum() == 1
    assert roster.report.objective == pytest.approx(7 + 10)
    assert roster.report.bound <= 7 + 1e-6
    assert roster.report.status is SolveStatus.FEASIBLE


def test_a_lock_keeps_the_breaks_that_it_has():
    """Who is locked without a break has none; the others break around it."""
    locked = [kept("ann", 0, 9, 17)]
    team = [rep("ann"), rep("ben")]
    roster = choose(
        {("live", "primary"): {(0, 9, 17): 2}}, team, shifts=LUNCH, days=1, locked=locked
    )
    breaks = {one.rep_id: len(one.shift.breaks) for one in roster.assignments}
    assert breaks == {"ann": 0, "ben": 1}


@pytest.mark.parametrize(
    ("rules", "past", "first"),
    [
        (LabourRules(min_days_off=2), [-2], 0),
        (LabourRules(max_consecutive_nights=1, days_off_after_nights=2), [], 2),
        (LabourRules(kinds={"early": "05:00-10:00"}, forbidden_successions=(("night", "early"),)),
         [], 1),
        (LabourRules(max_weekends=0), [], 7),
    ],
)  # fmt: skip
def test_rules_of_days_are_kept(rules, past, first):
    """One rep, a night and mornings wanted on all days: the audit finds nothing broken."""
    wanted = {("live", "primary"): {(day, 9, 17): 1 for day in range(first, 7)}}
    wanted["live", "primary"][0, 22, 24] = 1
    team = Team((rep("ann"), rep("ben")))
    roster = choose_roster(requirement(wanted, days=7), team, rules, EIGHT, OnCallSettings(), QUICK,
                           history=[kept("ann", day) for day in past])  # fmt: skip
    assert roster.assignments
    assert rules_of(roster) == set()


ZONES = st.sampled_from(["Europe/Dublin", "America/Chicago", "Asia/Kolkata", "Australia/Sydney"])
MONDAYS = st.sampled_from([date(2026, 3, 2), date(2026, 3, 23), date(2026, 10, 19)])
HOURS = ["Mon-Sun 06:00-22:00", "Mon-Fri 08:00-18:00; Sat 09:00-13:00"]


@st.composite
def team_cases(draw):
    """A team of up to six in any zones, some away or with wishes, and a week with two queues."""
    monday, queues = draw(MONDAYS), ("chat", "live")
    numbers = np.random.default_rng(draw(st.integers(0, 10**6)))
    reps = []
    for number in range(draw(st.integers(1, 6))):
        hours = int(numbers.choice([40, 32, 20]))
        reps.append(
            rep(
                f"rep{number}",
                timezone=draw(ZONES),
                skills=frozenset(numbers.choice(queues, numbers.integers(0, 3))),
                contract=Contract(hours - numbers.choice([0, 8, 20]), hours),
                available=WeeklyHours.always()
                if numbers.random() < 0.6
                else WeeklyHours.from_text(str(numbers.choice(HOURS))),
                on_call=bool(numbers.random() < 0.7),
                employed_until=monday + timedelta(days=4) if numbers.random() < 0.1 else None,
            )
        )
    days = {one.rep_id: int(numbers.integers(7)) for one in reps if numbers.random() < 0.3}
    place = {"monday": monday}
    team = Team(
        tuple(reps),
        tuple(Absence(who, at(day, 0, **place), at(day + 1, 0, **place), "leave")
              for who, day in days.items()),
        tuple(Preference(one.rep_id, at(2, 0, **place), at(3, 12, **place), -1.0)
              for one in reps if numbers.random() < 0.3),
    )  # fmt: skip
    table = week_coverage(*queues, **place)
    table["rostered_primary"] = numbers.integers(0, 3, len(table) // 6 + 1).repeat(6)[: len(table)]
    standby = numbers.integers(0, 2) * (table["interval_start"].dt.hour < 12)
    table["rostered_on_call"] = standby.astype(np.int64)
    columns = ["queue", "interval_start", "rostered_primary", "rostered_on_call"]
    return Requirement(table[columns], ZONE, 60), team


COARSE = ShiftSettings(starts_every_minutes=120, lengths_hours=(4.0, 8.0))


@given(team_cases())
@settings(max_examples=12, deadline=None)
def test_the_audit_finds_no_violation(case):
    """In any zones, also in weeks with a clock change."""
    needed, team = case
    rules = LabourRules(max_consecutive_days=4)
    roster = choose_roster(needed, team, rules, COARSE, OnCallSettings(), SolverSettings(gap=0.1))
    assert rules_of(roster) == set()
    assert rules_of(roster, "shortfall") <= {"contract_minimum", "understaffing", "team_skills"}


DEAR = Premiums(night=0.25, weekend=0.5)
UNPAID = BreakRule(30, 1.0, 5.0, from_shift_hours=6.0)


@given(
    team_cases(),
    st.sampled_from(
        [COARSE, replace(COARSE, premiums=DEAR), replace(COARSE, premiums=DEAR, breaks=(UNPAID,))]
    ),
)
@settings(max_examples=15, deadline=None)
def test_the_cost_is_that_of_the_roster(case, shifts):
    """Wages, standby and understaffing, hours below contracts, and a little for closed hours."""
    needed, team = case
    team, on_call = replace(team, preferences=()), OnCallSettings()
    roster = choose_roster(needed, team, RULES, shifts, on_call, SolverSettings(gap=0.1))
    worked = chosen_shifts(roster.assignments)
    cost = plan_cost(worked, roster.coverage, 60, shifts, on_call, ZONE)
    assert roster.report.bound <= roster.report.objective + 1e-6
    lacking = sum(one.amount for one in roster.findings if one.rule == "contract_minimum")
    closed = roster.report.objective - cost.total - IDLE_PRICE * lacking
    assert -1e-6 <= closed <= 0.1 * (cost.wages + cost.standby) + 1e-6


@given(team_cases())
@settings(max_examples=6, deadline=None)
def test_the_compact_models_in_turn_are_never_below_the_bound(case):
    """A shift plan for the team, filled with its people, is one of the rosters."""
    needed, team = case
    team = replace(team, preferences=())
    shifts, on_call, rules = COARSE, OnCallSettings(), RULES
    planned = plan_shifts(needed, shifts, on_call, QUICK, team=team, rules=rules)
    named = plan_roster(
        planned.shifts, planned.coverage, team, rules, QUICK, timezone=ZONE, interval_minutes=60
    )
    week = team_week(required_reps(needed), 60, ZONE, team, rules, shifts, on_call, {})
    result = engine.solve(week.problem, SolverSettings(gap=0.05))
    place = {shift: number for number, shift in enumerate(week.shifts)}
    tours = np.full((len(team.reps), week.problem.days), OFF)
    number = {one.rep_id: row for row, one in enumerate(team.reps)}
    for one in named.assignments:
        row, shift = number[one.rep_id], place[one.shift]
        day = week.problem.views[week.problem.crew.view[row]].day[shift]
        assert week.problem.crew.allowed[row, shift]
        tours[row, day] = shift
    assert result.bound <= week.problem.cost(tours) + 1e-6


@pytest.mark.parametrize(
    ("rules", "name"),
    [
        ({"presence": (PresenceRule(most=3),)}, "shifts.presence"),
        ({"split": SplitShifts((4.0,), 2, 2, 2)}, "shifts.split"),
        ({"most_part_time": 0.5}, "most_part_time"),
    ],
)
def test_rules_of_shifts_are_refused_rather_than_left_out(rules, name):
    """A plan that quietly forgets seats or night pay would be taken for one that keeps them."""
    with pytest.raises(InputError, match=f"{name}.*do not keep to it yet"):
        choose({("live", "primary"): {(0, 9, 17): 1}}, [rep("ann")], shifts=replace(EIGHT, **rules))


@pytest.mark.parametrize("name", ["min_rest_hours", "max_week_hours"])
def test_a_price_that_is_not_weighed_is_refused(name):
    """Rest and hours of a week hold without fail, so that no price may promise otherwise."""
    rules = replace(RULES, prices={name: 5.0})
    with pytest.raises(InputError, match=f"{name} in .*do not weigh this rule"):
        choose({("live", "primary"): {(0, 9, 17): 1}}, [rep("ann")], rules=rules)
