"""With a team at hand a plan asks for what its people can work, and for no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
from optimizer.eligibility import barrier
from optimizer.patterns import Period
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import IDLE_PRICE, plan_shifts
from optimizer.pools import pools_of_team
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveStatus
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, Site
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Rep, Team

EXACT = SolverSettings(gap=0)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
ZONES = ("Europe/Dublin", "America/Chicago", "Australia/Sydney")


def rep(name: str, **changes: object) -> Rep:
    anybody = Rep(
        rep_id=name,
        name=name.title(),
        email="",
        timezone="UTC",
        site="",
        skills=frozenset(),
        contract=Contract(),
        available=WeeklyHours.always(),
        on_call=True,
    )
    return replace(anybody, **changes)


def requirement(primary, on_call=0, *, queue="live", starts=None, timezone="UTC") -> Requirement:
    if starts is None:
        starts = pd.date_range(MONDAY, periods=len(primary), freq="h").as_unit("us")
    columns = {"rostered_primary": primary, "rostered_on_call": on_call}
    return Requirement(
        pd.DataFrame({"queue": queue, "interval_start": starts, **columns}), timezone, 60
    )


def plan(need: Requirement, *reps: Rep, **kwargs) -> ShiftPlan:
    options = {"shifts": ShiftSettings(), "rules": LabourRules(), "absences": ()} | kwargs
    return plan_shifts(
        need,
        options["shifts"],
        OnCallSettings(),
        EXACT,
        team=Team(reps, tuple(options["absences"])),
        rules=options["rules"],
    )


def hours(made: ShiftPlan, role: str = "primary") -> float:
    return sum(s.reps * s.shift.hours for s in made.shifts if s.shift.role == role)


# An oracle: every roster of two people over two days ---------------------------------------------


def tours(who: Rep, rules: LabourRules) -> list[tuple[tuple[int, int, str], ...]]:
    """Every way to work two days on shifts of 8 or 12 hours from 0, 8 and 16 o'clock."""
    allowed = np.tile(who.available.minutes()[:1440], 2)
    roles = ("primary", "on_call") if who.on_call else ("primary",)
    shifts = [
        (start, start + length, role)
        for start, length, role in product(range(0, 48, 8), (8, 12), roles)
        if start + length <= 48 and allowed[start * 60 : (start + length) * 60].all()
    ]
    days = [[None, *(s for s in shifts if s[0] // 24 == day)] for day in (0, 1)]
    most = min(rules.max_week_hours, who.contract.max_hours)
    found = []
    for first, second in product(*days):
        worked = [shift for shift in (first, second) if shift is not None]
        rested = len(worked) < 2 or second[0] - first[1] >= rules.min_rest_hours
        in_a_row = len(worked) <= rules.max_consecutive_days
        if rested and in_a_row and sum(b - a for a, b, r in worked if r == "primary") <= most:
            found.append(tuple(worked))
    return found


def least_cost(need: Requirement, reps: list[Rep], rules: LabourRules) -> float:
    """Try every roster."""
    options = []
    for who in reps:
        rows = []
        for tour in tours(who, rules):
            present = np.zeros((2, 48))
            for start, end, role in tour:
                present[int(role == "on_call"), start:end] += 1
            rows.append(present)
        options.append(np.array(rows))
    at_work = options[0][:, None] + options[1][None, :]
    primary, both = at_work[:, :, 0], at_work.sum(axis=2)
    wanted = need.table["rostered_primary"].to_numpy()
    guarded = wanted + need.table["rostered_on_call"].to_numpy()
    lacks = np.maximum(0, np.maximum(wanted - primary, guarded - both)).sum(axis=2)
    cost = primary.sum(axis=2) + 0.3 * at_work[:, :, 1].sum(axis=2) + 10 * lacks
    return float(cost.min())


AVAILABLE = ["Mon-Sun 00:00-24:00", "Mon-Sun 08:00-24:00", "Mon-Sun 00:00-20:00"]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    levels=st.lists(st.integers(1, 2), min_size=12, max_size=12),
    guard=st.integers(0, 1),
    available=st.tuples(st.sampled_from(AVAILABLE), st.sampled_from(AVAILABLE)),
    most=st.tuples(st.sampled_from([8, 12, 24]), st.sampled_from([16, 20])),
    standby=st.booleans(),
    rules=st.builds(
        LabourRules,
        min_rest_hours=st.sampled_from([0.0, 8.0, 11.0]),
        max_consecutive_days=st.sampled_from([1, 2]),
        max_week_hours=st.sampled_from([16.0, 40.0]),
    ),
)
def test_no_roster_of_two_people_is_cheaper(levels, guard, available, most, standby, rules):
    """Where nobody is like another, the plan's limits are exactly those of a roster."""
    need = requirement(np.repeat(levels, 4), guard)
    reps = [
        rep(
            f"rep{number}",
            available=WeeklyHours.from_text(available[number]),
            contract=Contract(0, most[number]),
            on_call=standby or number == 0,
        )
        for number in (0, 1)
    ]
    shifts = ShiftSettings(starts_every_minutes=480, lengths_hours=(8, 12))
    made = plan(need, *reps, shifts=shifts, rules=rules)
    assert made.report.status is SolveStatus.OPTIMAL
    assert made.report.objective == pytest.approx(least_cost(need, reps, rules))


# What can be rostered ----------------------------------------------------------------------------


def mixed_team(seed: int, size: int) -> Team:
    """Everybody different: zone, hours, contract, standby, a day away."""
    draw = np.random.default_rng(seed)
    reps, absences = [], []
    for number in range(size):
        first = int(draw.integers(5, 10))
        text = f"Mon-Sun {first:02d}:00-{first + int(draw.integers(9, 14)):02d}:00"
        name = f"rep{number}"
        reps.append(
            rep(
                name,
                timezone=ZONES[number % 3],
                site=ZONES[number % 3].split("/")[1],
                contract=Contract(0, float(draw.choice([20, 32, 40])) + number / 100),
                available=WeeklyHours.from_text(text),
                on_call=bool(draw.random() < 0.7),
            )
        )
        day = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(days=int(draw.integers(0, 6)))
        absences.append(Absence(name, day, day + timedelta(days=1), "holiday"))
    return Team(tuple(reps), tuple(absences))


@pytest.mark.parametrize("monday", ["2026-10-19", "2026-10-26"])
def test_every_shift_finds_a_rep_where_all_are_different(monday):
    """The roster fills a plan: clocks go back in Dublin and in Chicago at the weeks' ends."""
    start = midnight(pd.Timestamp(monday).date(), "Europe/Dublin")
    end = midnight(pd.Timestamp(monday).date() + timedelta(days=7), "Europe/Dublin")
    starts = grid(start, end, 60, "Europe/Dublin")
    need = requirement([2] * len(starts), 1, starts=starts, timezone="Europe/Dublin")
    team = mixed_team(7, 9)
    made = plan_shifts(
        need,
        ShiftSettings(starts_every_minutes=120),
        OnCallSettings(),
        SolverSettings(gap=0.01),
        team=team,
    )
    assert len(made.shifts) > 20
    roster = plan_roster(
        made.shifts,
        made.coverage,
        team,
        LabourRules(),
        SolverSettings(),
        timezone="Europe/Dublin",
        interval_minutes=60,
    )
    assert roster.unfilled == ()


def test_minutes_that_a_pool_may_work_are_those_no_rule_bars():
    """Pools and rosters must agree on who may work when, though they count differently."""
    team = mixed_team(3, 6)
    period = Period(pd.Timestamp("2026-10-19", tz="UTC"), pd.Timestamp("2026-10-28", tz="UTC"))
    by_name = {who.rep_id: who for who in team.reps}
    shifts = ShiftSettings(starts_every_minutes=180, lengths_hours=(4, 9))
    need = requirement(
        [1] * (9 * 24), 1, starts=pd.date_range(period.begin, periods=216, freq="h").as_unit("us")
    )
    for pool in pools_of_team(team, shifts, "UTC", period):
        assert pool.members is not None
        who = by_name[pool.members.rep.rep_id]
        allowed = np.flatnonzero(pool.allowed(period))
        made = plan_shifts(
            need, shifts, OnCallSettings(), EXACT, team=Team((who,), pool.members.absences)
        )
        assert made.shifts
        for staffed in made.shifts:
            assert barrier(who, staffed.shift, pool.members.absences) is None
        away = [a for a in team.absences if a.rep_id == who.rep_id]
        for minute in allowed[:: 7 * 13]:
            at = (period.begin + pd.Timedelta(minutes=int(minute))).to_pydatetime()
            assert not any(absence.start <= at < absence.end for absence in away)
            wall = at.astimezone(ZoneInfo(who.timezone))
            assert who.available.minutes()[wall.weekday() * 1440 + wall.hour * 60 + wall.minute]


# Rule by rule ------------------------------------------------------------------------------------


def test_skills_decide_the_queue():
    """A rep without the skill is no help; one who names no skill has all."""
    both = pd.concat([requirement([1] * 10, queue=q).table for q in ("chat", "phone")])
    need = Requirement(both, "UTC", 60)
    made = plan(need, rep("a", skills=frozenset({"phone"})))
    assert {staffed.shift.queue for staffed in made.shifts} == {"phone"}
    made = plan(need, rep("a", skills=frozenset({"phone"})), rep("b"))
    assert {staffed.shift.queue for staffed in made.shifts} == {"chat", "phone"}


def test_standby_is_left_to_those_who_take_it():
    """Who takes no standby can guard only by being at work."""
    need = requirement([0] * 24, 1)
    assert {s.shift.role for s in plan(need, rep("a", on_call=False)).shifts} == {"primary"}
    assert {s.shift.role for s in plan(need, rep("a")).shifts} == {"on_call"}


def test_one_rep_works_one_shift_a_day_five_days_a_week_forty_hours():
    """Demand without end meets one person: one shift a day and the week's hours."""
    made = plan(requirement([5] * 168), rep("a"))
    days = [staffed.shift.start.date() for staffed in made.shifts]
    assert len(days) == len(set(days))
    assert hours(made) == 40
    longer = LabourRules(max_week_hours=100)
    free = plan(requirement([5] * 168), rep("a", contract=Contract(0, 100)), rules=longer)
    assert len(free.shifts) == 6  # a day off among any six
    assert hours(free) == 60


def test_identical_reps_share_their_limits():
    """Three people alike are one pool: three shifts a day, 120 hours."""
    made = plan(requirement([9] * 168), rep("a"), rep("b"), rep("c"))
    per_day: dict[object, int] = {}
    for staffed in made.shifts:
        day = staffed.shift.start.date()
        per_day[day] = per_day.get(day, 0) + staffed.reps
    assert max(per_day.values()) == 3
    assert hours(made) == 120


def test_rest_keeps_late_and_early_apart():
    """Eleven hours lie between the end of a shift and the next start."""
    made = plan(requirement([1] * 72), rep("a"), rules=LabourRules(max_consecutive_days=7))
    ordered = sorted(made.shifts, key=lambda staffed: staffed.shift.start)
    assert len(ordered) > 1
    for one, other in pairwise(ordered):
        assert other.shift.start - one.shift.end >= timedelta(hours=11)


def test_absence_takes_one_of_two_away():
    """While one of two is away, one is left."""
    away = Absence("b", MONDAY.to_pydatetime(), MONDAY.to_pydatetime() + timedelta(days=1), "sick")
    made = plan(requirement([2] * 48), rep("a"), rep("b"), absences=[away])
    monday = [s.reps for s in made.shifts if s.shift.start < MONDAY + pd.Timedelta(days=1)]
    tuesday = [s.reps for s in made.shifts if s.shift.start >= MONDAY + pd.Timedelta(days=1)]
    assert sum(monday) == 1
    assert sum(tuesday) == 2


def test_employment_bounds_the_shifts():
    """Nobody works before the first day or after the last one, by the rep's own calendar."""
    day = MONDAY.date() + timedelta(days=2)
    made = plan(
        requirement([1] * 168),
        rep("a", timezone="Australia/Sydney", employed_from=day, employed_until=day),
    )
    place = ZoneInfo("Australia/Sydney")
    assert made.shifts
    for staffed in made.shifts:
        assert staffed.shift.start.astimezone(place).date() == day
        last = staffed.shift.end - timedelta(microseconds=1)
        assert last.astimezone(place).date() == day


def test_sites_name_the_shifts_and_set_their_clock():
    """A shift of a site starts on the site's wall clock; one without a table on the calendar's."""
    shifts = ShiftSettings(sites={"Adelaide": Site("Australia/Adelaide")}, lengths_hours=(4,))
    need = requirement([2] * 48)
    made = plan(
        need,
        rep("a", site="Adelaide", timezone="Australia/Adelaide"),
        rep("b", site="Dublin", timezone="Europe/Dublin"),
        shifts=shifts,
    )
    minutes = {(s.shift.site, s.shift.start.minute) for s in made.shifts}
    assert minutes == {("Adelaide", 30), ("Dublin", 0)}


def test_promised_hours_are_planned_or_priced():
    """A contract is paid anyway: its hours are worked before they lie idle."""
    open_week = requirement([1] * 168)
    promised = rep("a", contract=Contract(30, 40))
    quiet = requirement(([0] * 9 + [1] * 4 + [0] * 11) * 7)
    assert hours(plan(quiet, rep("a", contract=Contract(0, 40)))) == 24
    assert hours(plan(quiet, promised)) == 30
    assert hours(plan(open_week, promised)) == 40
    short = LabourRules(max_week_hours=16)
    made = plan(open_week, promised, rules=short)
    assert hours(made) == 16
    missing = made.coverage["understaffing"].sum()
    assert made.report.objective == pytest.approx(16 + 10 * missing + IDLE_PRICE * 14)


def test_work_beyond_the_promised_hours_earns_nothing_back():
    """Ten hours are paid where four are promised; idle hours below none would lower the cost."""
    need = requirement([1] * 10 + [0] * 158)
    made = plan(need, rep("ann", contract=Contract(4, 40)))
    assert made.report.objective == pytest.approx(10)


def test_promised_hours_are_worked_while_the_queue_is_open():
    """Where nobody is required but the queue is open, a rep at work is of more use than idle."""
    opening = WeeklyHours.from_mapping({"Mon-Sun": "09:00-18:00"})
    handling = Handling(1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0)
    made = plan_shifts(
        requirement(([0] * 9 + [1] + [0] * 14) + [0] * 144),
        ShiftSettings(),
        OnCallSettings(),
        EXACT,
        queues={"live": QueueSettings(handling, opening=opening)},
        team=Team((rep("a", contract=Contract(30, 40)),)),
    )
    assert hours(made) == 30
    for staffed in made.shifts:
        assert 9 <= staffed.shift.start.hour < staffed.shift.end.hour <= 18


# Laws --------------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=3)
@given(seed=st.integers(0, 1000))
def test_more_people_and_fewer_rules_never_cost_more(seed):
    """Without promised hours, whoever need not work costs nothing."""
    start = pd.Timestamp("2026-10-19", tz="UTC")
    starts = pd.date_range(start, periods=60, freq="h").as_unit("us")
    need = requirement([2] * 60, 1, starts=starts)
    team = mixed_team(seed, 5)
    fewer = Team(team.reps[:4], tuple(a for a in team.absences if a.rep_id != "rep4"))
    present = Team(team.reps)
    settings_ = ShiftSettings(starts_every_minutes=120)

    def cost(people: Team, rules: LabourRules) -> float:
        made = plan_shifts(need, settings_, OnCallSettings(), EXACT, team=people, rules=rules)
        assert made.report.objective is not None
        return made.report.objective

    rules = LabourRules(max_consecutive_days=3)
    base = cost(team, rules) + 1e-6
    assert cost(fewer, rules) + 1e-6 >= base - 1e-6
    assert cost(present, rules) <= base
    assert cost(team, replace(rules, min_rest_hours=0)) <= base
    assert cost(team, replace(rules, max_consecutive_days=4)) <= base
    nobody = plan_shifts(need, settings_, OnCallSettings(), EXACT).report.objective
    assert nobody is not None
    assert nobody <= base


def test_order_and_names_of_people_change_nothing():
    """A plan is anonymous."""
    need = requirement([2] * 48, 1)
    people = [rep("a"), rep("b", on_call=False), rep("c", contract=Contract(0, 20))]
    renamed = [replace(who, rep_id=f"z{number}") for number, who in enumerate(people)]
    costs = {plan(need, *order).report.objective for order in (people, people[::-1], renamed[::-1])}
    assert len(costs) == 1
