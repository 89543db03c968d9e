"""Breaks are placed where they cost least, in their windows, and counted wherever reps are."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, pairwise, product
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.errors import InputError
from data.files import csv_text
from optimizer.audit import audit
from optimizer.breaks import Break, BreakRule, breaks_text, read_breaks
from optimizer.cover import plan_cost
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.report import SolveStatus
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.roster import Assignment
from optimizer.roster_files import read_roster, roster_table
from optimizer.shift_files import coverage_table, read_coverage, read_shifts, shifts_table
from optimizer.shifts import OnCallSettings, Shift, ShiftPlan, ShiftSettings
from optimizer.solver import Cancellation, SolverSettings
from optimizer.staff import LabourRules, Team
from tests.optimizer.roster_cases import rep
from ui.roster_grids import staffed_rows
from ui.settings import parse_settings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)
ROUGH = SolverSettings(time_limit_seconds=600, gap=0.05)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=15)
LUNCH = BreakRule(30, 3, 5, from_shift_hours=8)


def requirement(primary, on_call=None, *, starts=None, timezone="UTC", minutes=60) -> Requirement:
    """A requirement from lists of reps, from Monday midnight on."""
    if starts is None:
        starts = pd.date_range(MONDAY, periods=len(primary), freq=f"{minutes}min").as_unit("us")
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": primary,
            "rostered_on_call": 0 if on_call is None else on_call,
        }
    )
    return Requirement(table, timezone, minutes)


def rhythm(peak: int, seed: int, hours: int, minutes: int) -> Requirement:
    """A daily rhythm with noise."""
    draw = np.random.default_rng(seed)
    count = hours * 60 // minutes
    clock = np.arange(count) * minutes / 60 % 24
    shape = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1)
    primary = np.maximum(1, np.round(peak * shape * draw.uniform(0.85, 1.0, count))).astype(int)
    return requirement(primary, np.round(primary * 0.3).astype(int), minutes=minutes)


def present(plan: ShiftPlan, role: str) -> list[float]:
    """Count who is there by the minute, without the product's counting."""
    step = timedelta(minutes=plan.interval_minutes)
    found = []
    for start in plan.coverage["interval_start"]:
        reps = 0.0
        for one in plan.shifts:
            if one.shift.role == role and one.shift.start <= start <= one.shift.end - step:
                away = sum(
                    any(
                        each.start <= start + timedelta(minutes=minute) < each.end
                        for each in one.shift.breaks
                    )
                    for minute in range(plan.interval_minutes)
                )
                reps += one.reps * (1 - away / plan.interval_minutes)
        found.append(reps)
    return found


def check(plan: ShiftPlan, rules: tuple[BreakRule, ...]) -> None:
    """Everybody has the breaks that are due, in their windows; the coverage counts them."""
    for one in plan.shifts:
        due = [rule for rule in rules if rule.is_due(one.shift.hours)]
        assert len(one.shift.breaks) == (len(due) if one.shift.role == "primary" else 0)
        for rule, each in zip(due, one.shift.breaks, strict=False):
            after = (each.start - one.shift.start) / timedelta(hours=1)
            assert rule.earliest_hours <= after <= rule.latest_hours
            assert (each.end - each.start, each.paid) == (rule.length, rule.paid)
    for role in ("primary", "on_call"):
        assert list(plan.coverage[role]) == pytest.approx(present(plan, role), abs=1e-5)


# Oracles: every plan of a toy --------------------------------------------------------------------


def least_cost(primary, on_call, spans, breaks, price, standby) -> float:
    """Try every number of reps on every shift, and every place of each of their breaks."""
    hours = len(primary)
    ways = []
    for first, last in spans:
        cover = np.array([1.0 if first <= t < last else 0.0 for t in range(hours)])
        if last - first < 4:
            ways.append((cover, last - first))
            continue
        for place in breaks:
            away = np.zeros(hours)
            away[first + place] = 1.0
            ways.append((cover - away, last - first - 1))
    most = max(np.add(primary, on_call))
    ready = np.array([[1.0 if a <= t < b else 0.0 for t in range(hours)] for a, b in spans])
    y = np.array(list(product(range(max(on_call) + 1), repeat=len(spans))))
    idle = standby * (y @ ready.sum(axis=1))
    best = np.inf
    for count in range(2 * most + 1):
        for chosen in combinations_with_replacement(ways, count):
            there = sum((cover for cover, _ in chosen), np.zeros(hours))
            wages = sum(paid for _, paid in chosen)
            both = np.add(primary, on_call) - there - y @ ready
            lack = np.maximum(0, np.maximum(np.subtract(primary, there), both))
            best = min(best, float((wages + idle + price * lack.sum(axis=1)).min()))
    return best


@settings(DEFAULTS, max_examples=12)
@given(
    primary=st.lists(st.integers(1, 2), min_size=6, max_size=6),
    on_call=st.sampled_from([(0,) * 6, (0, 1, 1, 0, 0, 1)]),
    breaks=st.sampled_from([(1,), (1, 2), (2,), (0, 1, 2, 3)]),
    price=st.sampled_from([0.8, 1.5, 6.0]),
    minutes=st.sampled_from([15, 60]),
)
def test_no_plan_of_a_toy_is_cheaper(primary, on_call, breaks, price, minutes):
    """Waiting in line must lose no placement that naming everybody's break would find."""
    unit = minutes / 60
    primary = [min(each, 1) if place % 2 else each for place, each in enumerate(primary)]
    spans = [(a, a + long) for long in (2, 4) for a in range(7 - long)]
    rule = BreakRule(minutes, breaks[0] * unit, breaks[-1] * unit, from_shift_hours=4 * unit)
    shifts = ShiftSettings(
        starts_every_minutes=minutes,
        lengths_hours=(2 * unit, 4 * unit),
        understaffing_price=price,
        breaks=(rule,),
    )
    need = requirement(primary, on_call, minutes=minutes)
    plan = plan_shifts(need, shifts, OnCallSettings(), EXACT)
    assert plan.report.status is SolveStatus.OPTIMAL
    least = least_cost(primary, on_call, spans, breaks, price, 0.3)
    assert plan.report.objective == pytest.approx(unit * least)
    check(plan, (rule,))


# Recounts ----------------------------------------------------------------------------------------

THREE = (
    BreakRule(15, 1.5, 2.5, paid=True, from_shift_hours=6),
    BreakRule(30, 3, 5, from_shift_hours=8),
    BreakRule(15, 6, 7, paid=True, from_shift_hours=8, below_shift_hours=10),
)


@pytest.mark.parametrize(("minutes", "rules"), [(15, (LUNCH,)), (30, THREE), (60, THREE)])
def test_cost_and_coverage_are_those_recounted_by_the_minute(minutes, rules):
    """What is reported must be what the breaks leave, on every grid."""
    need = rhythm(4, 1, 20, minutes)
    shifts = ShiftSettings(120, (4.0, 8.0, 10.0), wage=20.0, breaks=rules)
    plan = plan_shifts(need, shifts, OnCallSettings(), ROUGH)
    check(plan, rules)
    assert any(one.shift.breaks for one in plan.shifts)
    money = 0.0
    for one in plan.shifts:
        unpaid = sum((e.end - e.start for e in one.shift.breaks if not e.paid), timedelta())
        price = 1.0 if one.shift.role == "primary" else 0.3
        money += one.reps * price * ((one.shift.end - one.shift.start) - unpaid).seconds / 3600
    there, ready = np.array(present(plan, "primary")), np.array(present(plan, "on_call"))
    wanted = plan.coverage["required_primary"].to_numpy()
    both = wanted + plan.coverage["required_on_call"].to_numpy()
    lack = np.maximum(0, np.maximum(wanted - there, both - there - ready)).sum() * minutes / 60
    assert plan.report.objective == pytest.approx(20 * (money + 10 * lack), abs=1e-3)
    cost = plan_cost(plan.shifts, plan.coverage, minutes, shifts, OnCallSettings())
    assert cost.total == pytest.approx(plan.report.objective, abs=1e-3)
    assert plan.report.bound <= plan.report.objective


def test_expected_cost_counts_breaks():
    """The loss function weighs the same reps: a break where nobody calls is free of it."""
    starts = pd.date_range(MONDAY, periods=24, freq="h").as_unit("us")
    reps = np.zeros((24, 2), dtype=np.int64)
    reps[8:16] = 4
    reps[11] = 2  # two of four can be away in this hour alone
    least = np.zeros(24, dtype=np.int64)
    found = RequiredDistribution("live", starts, (0.5, 0.95), reps.astype(float), reps, least)
    table = requirement(reps[:, 0]).table
    need = Requirement(table, "UTC", 60, {"live": found})
    rule = BreakRule(60, 2, 5, paid=True, from_shift_hours=8)
    plan = plan_shifts(
        need, ShiftSettings(lengths_hours=(8,), breaks=(rule,)), OnCallSettings(), EXACT
    )
    check(plan, (rule,))
    at_eleven = [each for one in plan.shifts for each in one.shift.breaks if each.start.hour == 11]
    assert at_eleven
    assert plan.outlook[0].table["short"].sum() == pytest.approx(
        np.maximum(0, reps[:, 0] - plan.coverage["primary"] - plan.coverage["on_call"]).sum()
    )


def test_breaks_shorter_than_an_interval_take_turns_in_it():
    """Half an hour is half an hour's rep; two who break in one hour go one after the other."""
    rule = BreakRule(30, 3, 3.5)
    shifts = ShiftSettings(lengths_hours=(8,), breaks=(rule,))
    reps = [0] * 8 + [2, 2, 2, 1, 2, 2, 2, 2] + [0] * 8
    plan = plan_shifts(requirement(reps), shifts, OnCallSettings(), EXACT)
    check(plan, (rule,))
    assert plan.coverage["primary"].iloc[11] == 1
    starts = Counter(
        each.start.strftime("%H:%M")
        for one in plan.shifts
        for each in one.shift.breaks
        for _ in range(one.reps)
    )
    assert (starts["11:00"], starts["11:30"]) == (1, 1)


# Laws --------------------------------------------------------------------------------------------


def objective(need, shifts) -> float:
    return plan_shifts(need, shifts, OnCallSettings(), EXACT).report.objective


@settings(DEFAULTS, max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_a_larger_catalogue_never_costs_more(seed):
    """The plans of a smaller catalogue, and of narrower windows, are all in the larger one."""
    need = rhythm(2, seed, 16, 30)
    wide = BreakRule(30, 2, 6, from_shift_hours=8)
    costs = [
        objective(need, ShiftSettings(every, lengths, breaks=(rule,)))
        for every, lengths, rule in [
            (240, (8.0,), LUNCH),
            (120, (8.0,), LUNCH),
            (60, (8.0,), LUNCH),
            (60, (8.0,), wide),
            (60, (4.0, 8.0), wide),
        ]
    ]
    assert all(more <= less + 1e-6 for less, more in pairwise(costs))


@settings(DEFAULTS, max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_breaks_cost_and_paid_ones_more(seed):
    """Without breaks a plan does all that one with paid breaks does, and pays no more for it."""
    need = rhythm(2, seed, 16, 60)
    unpaid = objective(need, ShiftSettings(lengths_hours=(8,), breaks=(LUNCH,)))
    paid_rule = BreakRule(30, 3, 5, paid=True, from_shift_hours=8)
    paid = objective(need, ShiftSettings(lengths_hours=(8,), breaks=(paid_rule,)))
    none = objective(need, ShiftSettings(lengths_hours=(8,)))
    assert none <= paid + 1e-6
    assert unpaid <= paid + 1e-6


def test_closed_hours_next_to_open_ones_do_not_shrink_the_catalogue():
    """An early shift reaches its break before a peak that a later one must break in."""
    reps = [0] * 9 + [1, 1, 1, 2, 2, 1, 1, 1, 1] + [0] * 6
    rule = BreakRule(60, 3, 3, paid=True, from_shift_hours=8)
    few, many = (
        objective(requirement(reps), ShiftSettings(every, (8.0,), breaks=(rule,)))
        for every in (240, 60)
    )
    assert many <= few + 1e-6


# The clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Dublin", "2026-03-29"),
        ("Europe/Dublin", "2026-10-25"),
        ("Australia/Adelaide", "2026-04-05"),
        ("Australia/Adelaide", "2026-10-04"),
    ],
)
def test_windows_are_elapsed_time_across_clock_changes(timezone, day, tmp_path):
    """Four hours into a night are four hours, whatever the clock says; the file keeps them."""
    first = midnight((pd.Timestamp(day) - pd.Timedelta(days=1)).date(), timezone)
    last = midnight((pd.Timestamp(day) + pd.Timedelta(days=2)).date(), timezone)
    starts = grid(first, last, 30, timezone)
    assert len(starts) in (142, 146)
    need = requirement([2] * len(starts), starts=starts, timezone=timezone, minutes=30)
    shifts = ShiftSettings(120, (8.0,), breaks=(LUNCH,))
    plan = plan_shifts(need, shifts, OnCallSettings(), ROUGH)
    check(plan, (LUNCH,))
    wall = ZoneInfo(timezone)
    assert any(
        one.shift.start.astimezone(wall).utcoffset() != one.shift.end.astimezone(wall).utcoffset()
        for one in plan.shifts
    )
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(plan)))
    again = read_shifts(
        tmp_path / "shifts.csv", timezone=timezone, interval_minutes=30, settings=shifts
    )
    assert again == plan.shifts


# Files -------------------------------------------------------------------------------------------


def test_files_keep_breaks_and_shares(tmp_path):
    """What is written is read again: breaks of every shift, parts of reps in the coverage."""
    shifts = ShiftSettings(lengths_hours=(4, 8), breaks=THREE)
    plan = plan_shifts(rhythm(4, 2, 20, 60), shifts, OnCallSettings(), ROUGH)
    assert (plan.coverage["primary"] % 1 > 0).any()
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(plan)))
    (tmp_path / "coverage.csv").write_text(csv_text(coverage_table(plan.coverage, "UTC")))
    assert read_shifts(tmp_path / "shifts.csv") == plan.shifts
    again = read_coverage(tmp_path / "coverage.csv", interval_minutes=60)
    pd.testing.assert_frame_equal(again, plan.coverage, check_dtype=False)


times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda time: time.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(DEFAULTS, max_examples=100)
@given(
    st.lists(st.tuples(times, st.integers(1, 300), st.booleans()), max_size=3),
    st.sampled_from(["UTC", "Europe/Dublin", "Asia/Kolkata", "America/St_Johns"]),
)
def test_breaks_survive_their_text(parts, timezone):
    """Instants are kept in any zone, repeated hours included."""
    breaks = tuple(Break(start, start + timedelta(minutes=m), paid) for start, m, paid in parts)
    assert read_breaks(breaks_text(breaks, timezone)) == breaks


@settings(DEFAULTS, max_examples=200)
@given(st.text(max_size=60) | st.from_regex(r"[0-9T:+/|Z -]{0,60}(paid|unpaid)?", fullmatch=True))
def test_other_text_is_refused_in_words(text):
    """A cell is read or refused; nothing is guessed."""
    try:
        found = read_breaks(text)
    except ValueError as error:
        assert "give breaks such as" in str(error)
    else:
        assert len(found) == (text.count("|") + 1 if text else 0)


@pytest.mark.parametrize(
    ("breaks", "message"),
    [
        ("lunch", "give breaks such as"),
        ("2026-11-30T12:30:00+00:00/2026-11-30T12:00:00+00:00 unpaid", "give breaks such as"),
        ("2026-11-30T07:30:00+00:00/2026-11-30T08:30:00+00:00 unpaid", "lie within their shift"),
    ],
)
def test_faulty_breaks_name_file_row_and_column(tmp_path, breaks, message):
    """A planner who edits the file is told where."""
    path = tmp_path / "shifts.csv"
    row = "live,,2026-11-30T08:00:00+00:00,2026-11-30T16:00:00+00:00,primary,2"
    path.write_text(f"queue,site,start,end,role,reps,breaks\n{row},{breaks}\n")
    with pytest.raises(InputError, match=rf"shifts.csv.*row 2.*breaks.*{message}"):
        read_shifts(path)


# Rosters -----------------------------------------------------------------------------------------


def team(size: int) -> Team:
    return Team(tuple(rep(f"r{number}") for number in range(size)))


def roster_of(plan: ShiftPlan, people: Team, **kwargs):
    return plan_roster(
        plan.shifts, plan.coverage, people, LabourRules(), ROUGH,
        timezone="UTC", interval_minutes=plan.interval_minutes, **kwargs,
    )  # fmt: skip


def lunch_plan() -> ShiftPlan:
    reps = [0] * 16 + [3] * 16 + [0] * 16
    shifts = ShiftSettings(lengths_hours=(8,), breaks=(LUNCH,))
    tiers = OnCallSettings()
    return plan_shifts(requirement(reps, minutes=30), shifts, tiers, EXACT)


def test_roster_keeps_the_breaks_that_the_plan_places(tmp_path):
    """Who is named for a shift takes one of its breaks, and the coverage stays the plan's."""
    plan = lunch_plan()
    roster = roster_of(plan, team(8))
    assert roster.unfilled == ()
    assert roster.findings == ()
    worked = Counter(one.shift for one in roster.assignments)
    assert worked == {one.shift: one.reps for one in plan.shifts}
    pd.testing.assert_frame_equal(roster.coverage, plan.coverage)
    (tmp_path / "roster.csv").write_text(csv_text(roster_table(roster)))
    again = read_roster(tmp_path / "roster.csv")
    assert [one.shift for one in again] == [one.shift for one in roster.assignments]


def test_roster_that_lacks_reps_counts_who_is_there():
    """Two of four places are filled; the coverage and the audit agree on who is away when."""
    plan = lunch_plan()
    roster = roster_of(plan, team(2))
    assert sum(one.reps for one in roster.unfilled) + 2 == sum(one.reps for one in plan.shifts)
    assert {finding.rule for finding in roster.findings} == {"unfilled"}
    assert all(len(one.shift.breaks) == 1 for one in roster.assignments)


def test_a_locked_rep_keeps_the_break_that_the_plan_has_moved():
    """What a person fixed stays, and fills a place of the shift wherever the others break."""
    plan = lunch_plan()
    base = plan.shifts[0].shift.plain
    other = base.start + timedelta(hours=4, minutes=15)
    own = Shift("live", "", base.start, base.end, "primary",
                (Break(other, other + timedelta(minutes=30)),))  # fmt: skip
    roster = roster_of(plan, team(8), locked=(Assignment("r0", own),))
    assert roster.unfilled == ()
    assert own in {one.shift for one in roster.assignments}
    assert {finding.rule for finding in roster.findings} <= {"understaffing"}
    assert len(roster.assignments) == sum(one.reps for one in plan.shifts)


def test_coverage_of_fewer_reps_than_are_there_is_found():
    """The audit counts breaks by itself: coverage that forgets one is no coverage."""
    plan = lunch_plan()
    roster = roster_of(plan, team(8))
    told = roster.coverage.assign(primary=roster.coverage["primary"] + 0.5)
    found = audit(replace(roster, coverage=told), plan.shifts, team(8), LabourRules())
    assert "coverage" in {finding.rule for finding in found}


# Refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("minutes = 0", "minutes of a break must be above 0"),
        ("earliest_hours = 5\nlatest_hours = 4", "earliest_hours <= latest_hours"),
        ("latest_hours = 7.75", "ends after a shift of 8 hours"),
        ("from_shift_hours = 4", "ends after a shift of 4 hours"),
        ("below_shift_hours = 6", "below_shift_hours must be above"),
        ("earliest_hours = 3.001", "whole minutes"),
        ("length = 30", "unknown key length"),
    ],
)
def test_impossible_breaks_are_refused_by_file_and_key(table, message):
    """A break that cannot be taken is told when the settings are read, not when a plan fails."""
    given = {"minutes": "30", "earliest_hours": "3", "latest_hours": "5", "from_shift_hours": "8"}
    given |= dict(line.split(" = ") for line in table.split("\n"))
    text = "[[shifts.breaks]]\n" + "\n".join(f"{key} = {value}" for key, value in given.items())
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts.*{message}"):
        parse_settings(text)


def test_breaks_that_could_meet_are_refused():
    """Whoever comes late from the first would miss the second."""
    with pytest.raises(ValueError, match="may meet the one before"):
        ShiftSettings(breaks=(LUNCH, BreakRule(15, 5, 6, from_shift_hours=8)))


def test_settings_file_names_breaks():
    """The table of the documentation is the one that is read."""
    read = parse_settings(
        "[[shifts.breaks]]\nminutes = 30\nearliest_hours = 3\nlatest_hours = 5\n"
        "from_shift_hours = 8\n"
    )
    assert read.shifts.breaks == (LUNCH,)


def test_cancelled_has_no_plan_and_says_so():
    """Nothing is invented for a planner who pressed cancel."""
    cancel = Cancellation()
    cancel.cancel()
    shifts = ShiftSettings(breaks=(LUNCH,))
    plan = plan_shifts(rhythm(5, 1, 24, 30), shifts, OnCallSettings(), EXACT, cancel=cancel)
    assert (plan.shifts, plan.report.status) == ((), SolveStatus.NO_PLAN)


def test_screens_tell_reps_apart_whose_breaks_differ():
    """Two rows of one shift would otherwise look like a mistake."""
    rows = staffed_rows(lunch_plan().shifts, "Europe/Berlin")
    assert rows["Breaks"].str.fullmatch(r"\d\d:\d\d–\d\d:\d\d").all()
    assert "Breaks" not in staffed_rows([], "UTC")
