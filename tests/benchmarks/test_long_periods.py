"""How full periods of several weeks become within a minute, and what is proven of them."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from optimizer.plan_roster import plan_roster
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, LabourRules, Preference, Team
from tests.benchmarks.roster_weeks import WeekSettings, draw_week
from tests.benchmarks.test_plan_filling import HOURS, cheapest_shifts, team_of

pytestmark = pytest.mark.benchmark

SEEDS = range(1, 4)
ZONES = ("Europe/Dublin", "Europe/Berlin", "America/New_York", "America/Chicago", "Asia/Tokyo")
SETTINGS = WeekSettings(load=0.85)
RULES = LabourRules(
    max_consecutive_days=5,
    min_days_off=2,
    max_weekends=2,
    weekend_weeks=4,
    max_consecutive_nights=4,
    days_off_after_nights=1,
)
MONDAY = HOURS[0].to_pydatetime()
DAY = timedelta(days=1)


def long_shifts(weeks: int, count: int, seed: int) -> tuple[list[StaffedShift], pd.DataFrame]:
    """Draw a demand for each week, and the fewest hours of shifts that cover it."""
    shifts, required = [], []
    for number in range(weeks):
        week = draw_week(count, 1000 * number + seed, SETTINGS)
        required.append(week.cover.sides.astype(int))
        for one in cheapest_shifts(required[-1]):
            start, end = one.shift.start + 7 * number * DAY, one.shift.end + 7 * number * DAY
            shifts.append(StaffedShift(replace(one.shift, start=start, end=end), one.reps))
    hours = pd.date_range(HOURS[0], periods=168 * weeks, freq="h", unit="us")
    coverage = pd.DataFrame({"queue": "live", "interval_start": hours})
    return shifts, coverage.assign(required_primary=np.concatenate(required), required_on_call=0)


def long_team(weeks: int, count: int, seed: int) -> tuple[Team, list[Assignment]]:
    """Draw people in five time zones and what they worked in the four weeks before.

    A wish per rep and week; a tenth of the reps in four weeks is away for up to a week.
    """
    random = np.random.default_rng(seed)
    contracts = draw_week(count, seed, SETTINGS).crew.most[:, 0] // 60
    plain = team_of(contracts, 0, seed).reps
    reps = tuple(replace(rep, timezone=str(random.choice(ZONES))) for rep in plain)
    away, wishes, history = [], [], []
    for rep in reps:
        if random.random() < weeks / 40:
            first = MONDAY + int(random.integers(0, 7 * weeks)) * DAY
            last = first + int(random.integers(1, 8)) * DAY
            away.append(Absence(rep.rep_id, first, last, "vacation"))
        for _ in range(weeks):
            start = MONDAY + timedelta(hours=int(random.integers(0, 168 * weeks - 24)))
            length = timedelta(hours=int(random.choice([8, 24])))
            weight = float(random.choice([-2, -1, 1, 2]))
            wishes.append(Preference(rep.rep_id, start, start + length, weight))
        history += [Assignment(rep.rep_id, one) for one in _worked(random)]
    return Team(reps, tuple(away), tuple(wishes)), history


def _worked(random: np.random.Generator) -> list[Shift]:
    """Draw four weeks of runs of up to five days, every other weekend free."""
    shifts, day, odd = [], -28 + int(random.integers(0, 4)), int(random.integers(2))
    while day < 0:
        for number in range(day, min(0, day + int(random.integers(3, 6)))):
            if number % 7 >= 5 and number // 7 % 2 == odd:
                break
            start = MONDAY + number * DAY + timedelta(hours=9)
            shifts.append(Shift("live", "", start, start + timedelta(hours=6), "primary"))
            day = number + 1
        day += int(random.integers(2, 4))
    return shifts


@pytest.mark.parametrize(("weeks", "count"), [(2, 60), (4, 60), (8, 60), (4, 200)])
def test_several_weeks_are_filled(
    record: Callable[[str, str], None], weeks: int, count: int
) -> None:
    """Within a minute nearly every place has somebody, and no rule is broken between the weeks."""
    open_places, costs, spent = [], [], []
    for seed in SEEDS:
        shifts, coverage = long_shifts(weeks, count, seed)
        team, history = long_team(weeks, count, seed)
        begun = time.process_time()
        roster = plan_roster(
            shifts,
            coverage,
            team,
            RULES,
            SolverSettings(60, 0.005, 1),
            timezone="UTC",
            interval_minutes=60,
            history=history,
        )
        spent.append(time.process_time() - begun)
        places = sum(one.reps for one in shifts)
        open_places.append(sum(one.reps for one in roster.unfilled) / places)
        costs.append(f"{roster.report.objective:.0f} ({roster.report.bound:.0f})")
        assert not [one for one in roster.findings if one.severity == "violation"]
    record(
        f"{weeks} weeks of {count} reps in five zones with history, {len(spent)} seeds: "
        "places left open after 60 s",
        f"{', '.join(f'{100 * share:.1f}' for share in open_places)} %; cost (bound) "
        f"{', '.join(costs)}; {min(spent):.0f} to {max(spent):.0f} CPU s",
    )
    assert max(open_places) < 0.05
