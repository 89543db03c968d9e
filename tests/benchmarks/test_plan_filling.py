"""How soon the shifts of a plan are filled with named reps, and how near the least cost."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pulp
import pytest

from data.week import WeeklyHours
from optimizer.labour_rules import Proficiency
from optimizer.plan_roster import plan_roster
from optimizer.report import SolveStatus
from optimizer.roster import Roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import SolverSettings, solve
from optimizer.staff import Contract, LabourRules, Preference, Rep, Team
from tests.benchmarks.roster_weeks import LENGTHS, draw_week

pytestmark = pytest.mark.benchmark

SEEDS = range(1, 6)
HOURS = pd.date_range("2026-11-30", periods=168, freq="h", tz="UTC", unit="us")


def cheapest_shifts(required: np.ndarray) -> list[StaffedShift]:
    """Cover what each hour of a week requires with the fewest hours of shifts."""
    programme = pulp.LpProblem("cover", pulp.LpMinimize)
    counts = {
        (start, length): programme.add_variable(f"x_{start}_{length}", 0, None, pulp.LpInteger)
        for start in range(168)
        for length in LENGTHS
        if start + length <= 168
    }
    programme.setObjective(pulp.lpSum(length * one for (_, length), one in counts.items()))
    for hour, needed in enumerate(required):
        there = pulp.lpSum(
            one for (start, length), one in counts.items() if start <= hour < start + length
        )
        programme += there >= int(needed), f"hour_{hour}"
    solve(programme, SolverSettings(30, 0.001, 1))
    return [
        StaffedShift(
            Shift(
                "live",
                "",
                HOURS[start].to_pydatetime(),
                HOURS[start].to_pydatetime() + timedelta(hours=length),
                "primary",
            ),
            round(one.value()),
        )
        for (start, length), one in counts.items()
        if round(one.value())
    ]


def team_of(contracts: np.ndarray, wishes: int, seed: int) -> Team:
    """Make a team of these contracts, in hours, with so many wishes."""
    random = np.random.default_rng(seed)
    reps = tuple(
        Rep(
            f"r{number:03d}",
            "",
            "",
            "UTC",
            "",
            frozenset(),
            Contract(float(hours - 8), float(hours)),
            WeeklyHours.always(),
            on_call=True,
        )
        for number, hours in enumerate(contracts)
    )
    wanted = []
    for _ in range(wishes):
        start = HOURS[int(random.integers(0, 140))].to_pydatetime()
        length = timedelta(hours=int(random.choice([4, 8, 24])))
        weight = float(random.choice([-2, -1, 1, 2]))
        wanted.append(
            Preference(reps[int(random.integers(len(reps)))].rep_id, start, start + length, weight)
        )
    return Team(reps, (), tuple(wanted))


def filled(
    required: np.ndarray, team: Team, levels: tuple[Proficiency, ...] = ()
) -> tuple[Roster, float]:
    """Fill the cheapest shifts that cover a week's hours; return the CPU seconds as well."""
    shifts = cheapest_shifts(required)
    coverage = pd.DataFrame({"queue": "live", "interval_start": HOURS})
    begun = time.process_time()
    roster = plan_roster(
        shifts,
        coverage.assign(required_primary=required, required_on_call=0),
        team,
        LabourRules(proficiency=levels),
        SolverSettings(60, 0.005, 1),
        timezone="UTC",
        interval_minutes=60,
    )
    return roster, time.process_time() - begun


@pytest.mark.parametrize(("count", "wishes"), [(60, 60), (200, 200), (500, 500)])
def test_the_shifts_of_a_plan_are_filled(
    record: Callable[[str, str], None], count: int, wishes: int
) -> None:
    """In each of five weeks every shift that can be is filled, proven within half a minute."""
    spent, proven, left = [], [], []
    for seed in SEEDS:
        week = draw_week(count, seed)
        required = week.cover.sides.astype(int)
        team = team_of(week.crew.most[:, 0] // 60, wishes, seed)
        roster, seconds = filled(required, team)
        spent.append(seconds)
        proven.append(roster.report.status is SolveStatus.OPTIMAL)
        left.append(sum(one.reps * one.shift.hours for one in roster.unfilled))
        assert not [one for one in roster.findings if one.severity == "violation"]
    record(
        f"{count} reps with {wishes} wishes, {len(spent)} weeks: CPU to fill the shifts of a plan",
        f"{min(spent):.1f} to {max(spent):.1f} s; {sum(proven)} within 0.1 wage of the least cost; "
        f"rep-hours unfilled {', '.join(f'{hours:g}' for hours in left)}",
    )
    assert all(proven)
    assert max(spent) < 30


def bound_team(team: Team, seed: int) -> Team:
    """Bind hours and shifts of the period, and have every other rep work at a time of theirs."""
    random = np.random.default_rng(100 + seed)
    reps, asked = [], list(team.preferences)
    for one in team.reps:
        hours = one.contract.max_hours
        shifts = int(hours // 10) - 1, int(hours // 8) + 1
        reps.append(replace(one, contract=Contract(0, hours, hours - 8, hours, *shifts)))
        if random.random() < 0.5:
            start = HOURS[int(random.integers(0, 150))].to_pydatetime()
            end = start + timedelta(hours=2)
            asked.append(Preference(one.rep_id, start, end, 0.0, "must"))
    return Team(tuple(reps), (), tuple(asked))


def test_times_to_be_worked_and_bounds_of_the_period_are_kept_at_scale(
    record: Callable[[str, str], None],
) -> None:
    """As above, with 200 reps; no time is missed that the proof does not say must be."""
    spent, missed, gaps = [], [], []
    for seed in SEEDS:
        week = draw_week(200, seed)
        required = week.cover.sides.astype(int)
        team = bound_team(team_of(week.crew.most[:, 0] // 60, 200, seed), seed)
        roster, seconds = filled(required, team)
        spent.append(seconds)
        missed.append(sum(one.severity == "violation" for one in roster.findings))
        gaps.append(roster.aims[-1].report.gap)
        assert {one.rule for one in roster.findings if one.severity == "violation"} <= {"must"}
        assert all(one.report.gap == 0.0 for one in roster.aims if one.aim == "rules")
    record(
        f"200 reps, bounds of the period and a must for every other, {len(spent)} weeks: CPU",
        f"{', '.join(f'{one:.1f}' for one in spent)} s; gaps "
        f"{', '.join(f'{gap:.3%}' for gap in gaps)}; "
        f"times missed {', '.join(map(str, missed))}",
    )
    assert max(gaps) < 0.01


def learning_team(team: Team) -> Team:
    """Give every tenth rep two mentors, and every fourth level 3."""
    names = [one.rep_id for one in team.reps]
    reps = tuple(
        replace(
            one,
            mentors=tuple(names[place + 1 : place + 3]) if place % 10 == 0 else (),
            levels=(("live", 3 if place % 4 == 1 else 1),),
        )
        for place, one in enumerate(team.reps)
    )
    return Team(reps, (), team.preferences)


@pytest.mark.parametrize("asked", ["mentors", "one of level 3", "both"])
@pytest.mark.parametrize("count", [30, 60, 200, 500])
def test_rules_that_bind_people_together_are_kept_at_scale(
    record: Callable[[str, str], None], count: int, asked: str
) -> None:
    """As above, the lack of levels and mentors being forbidden; the bound knows nothing of them."""
    levels = () if asked == "mentors" else (Proficiency("live", 3),)
    spent, gaps, left = [], [], []
    for seed in SEEDS:
        week = draw_week(count, seed)
        required = week.cover.sides.astype(int)
        team = learning_team(team_of(week.crew.most[:, 0] // 60, count, seed))
        if asked == "one of level 3":
            team = replace(team, reps=tuple(replace(one, mentors=()) for one in team.reps))
        roster, seconds = filled(required, team, levels)
        spent.append(seconds)
        assert roster.report.gap is not None
        gaps.append(roster.report.gap)
        left.append(sum(one.reps * one.shift.hours for one in roster.unfilled))
        assert not [one for one in roster.findings if one.severity == "violation"]
    record(
        f"{count} reps, {asked}, {len(spent)} weeks: CPU to fill the shifts of a plan",
        f"{', '.join(f'{one:.1f}' for one in spent)} s; gaps "
        f"{', '.join(f'{gap:.3%}' for gap in gaps)}; "
        f"rep-hours unfilled {', '.join(f'{hours:g}' for hours in left)}",
    )
