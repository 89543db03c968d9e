"""Nights, weekends and holidays cost what the clock on the wall says, in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.breaks import BreakRule
from optimizer.cover import plan_cost
from optimizer.plan_shifts import plan_shifts
from optimizer.premiums import Premiums, Wages
from optimizer.shifts import OnCallSettings, ShiftSettings, Site
from optimizer.solver import SolverSettings
from tests.optimizer.break_cases import requirement, rhythm
from ui.settings import parse_settings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)
ALL = Premiums(night=0.25, weekend=0.5, holiday=1.0, holidays="IE")
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28), date(2026, 1, 1)}


def by_the_minute(start, end, timezone, free=()) -> float:
    """Count the price of every minute by its wall time."""
    total, moment = 0.0, start
    while moment < end:
        wall = moment.astimezone(ZoneInfo(timezone))
        total += 1.0 + 0.25 * (wall.hour >= 22 or wall.hour < 6) + 0.5 * (wall.weekday() > 4)
        total += wall.date() in free
        moment += timedelta(minutes=1)
    return total / 60


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    st.sampled_from(["2026-03-28", "2026-10-24", "2026-04-04", "2026-10-03", "2026-12-24"]),
    st.integers(0, 2880),
    st.integers(1, 900),
    st.sampled_from(["Europe/Dublin", "America/Chicago", "Australia/Adelaide", "Asia/Kolkata"]),
)
def test_hours_are_priced_minute_by_minute_across_clock_changes(day, minute, length, timezone):
    """A night with a clock change has seven or nine hours, and so have its premiums."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minute)
    end = start + timedelta(minutes=length)
    free = CHRISTMAS if day == "2026-12-24" else ()
    found = Wages(ALL, {"there": timezone}, "UTC").hours("there", start, end)
    assert found == pytest.approx(by_the_minute(start, end, timezone, free))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9)])
def test_a_night_has_the_hours_that_pass(day, hours):
    """From 22 to 6 in Dublin: 7 hours in spring, 9 in autumn, each a quarter dearer."""
    start = datetime.fromisoformat(f"{day}T22:00").replace(tzinfo=ZoneInfo("Europe/Dublin"))
    end = start.astimezone(UTC) + timedelta(hours=hours)
    wages = Wages(Premiums(night=0.25), {}, "Europe/Dublin")
    assert wages.hours("", start.astimezone(UTC), end) == pytest.approx(1.25 * hours)


def test_plan_costs_what_its_minutes_cost():
    """Wages, standby and unpaid breaks are all paid by the clock of their site."""
    sites = {"Dublin": Site("Europe/Dublin"), "Chicago": Site("America/Chicago")}
    rule = BreakRule(60, 3, 5, from_shift_hours=8)
    shifts = ShiftSettings(240, (8.0,), wage=20.0, sites=sites, breaks=(rule,), premiums=ALL)
    need = rhythm(3, 1, 24, 60)
    plan = plan_shifts(need, shifts, OnCallSettings(), EXACT)
    money = 0.0
    for one in plan.shifts:
        zone = sites[one.shift.site].timezone
        hours = by_the_minute(one.shift.start, one.shift.end, zone)
        hours -= sum(by_the_minute(each.start, each.end, zone) for each in one.shift.breaks)
        money += one.reps * hours * (20 if one.shift.role == "primary" else 6)
    cost = plan_cost(plan.shifts, plan.coverage, 60, shifts, OnCallSettings(), "UTC")
    assert cost.wages + cost.standby == pytest.approx(money)
    assert plan.report.objective == pytest.approx(cost.total)
    assert plan.report.bound == pytest.approx(cost.total)


def test_dear_hours_are_worked_elsewhere():
    """Where it is day costs less: with a night premium the round of the clock follows the sun."""
    sites = {"Dublin": Site("Europe/Dublin"), "Auckland": Site("Pacific/Auckland")}
    need = requirement([1] * 24)
    shifts = ShiftSettings(60, (8.0,), sites=sites, premiums=Premiums(night=0.5))
    plan = plan_shifts(need, shifts, OnCallSettings(), EXACT)
    # Dublin's day, and from 13:00 and 5:00 by the clock of Auckland: one hour is at night.
    assert plan.report.objective == pytest.approx(24.5)


def test_no_premium_is_the_wage():
    """Without premiums nothing changes, to the last digit."""
    need = rhythm(4, 2, 24, 60)
    plain, named = (
        plan_shifts(need, ShiftSettings(premiums=each), OnCallSettings(), EXACT)
        for each in (Premiums(), Premiums(night_hours="20:00-05:00"))
    )
    assert plain.shifts == named.shifts
    assert plain.report.objective == named.report.objective


def test_premiums_never_make_a_plan_cheaper():
    """Every plan costs at least as much when an hour of it does."""
    need = rhythm(4, 3, 30, 60)
    costs = [
        plan_shifts(
            need, ShiftSettings(premiums=Premiums(night=night)), OnCallSettings(), EXACT
        ).report.objective
        for night in (0.0, 0.25, 1.0)
    ]
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("night = -0.1", "night must be at least 0"),
        ('night_hours = "late"', "late"),
        ("holiday = 1.0", "holiday needs holidays"),
        ('holidays = "Atlantis"', "unknown"),
        ("nights = 1", "did you mean night"),
    ],
)
def test_impossible_premiums_are_refused_by_file_and_key(text, message):
    """A misspelt country must not cost nothing."""
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts.premiums\].*{message}"):
        parse_settings(f"[shifts.premiums]\n{text}\n")


def test_the_tables_of_the_documentation_are_read():
    """A week of premiums in four lines."""
    read = parse_settings(
        '[shifts.premiums]\nnight = 0.25\nweekend = 0.5\nholiday = 1.0\nholidays = "IE"\n'
    )
    assert read.shifts.premiums == ALL
    assert pd.Timestamp("2026-12-25").date() in CHRISTMAS
