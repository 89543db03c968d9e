"""How soon weeks of 50 to 2,000 named reps are rostered, and to what proven gap."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import pytest

from optimizer.solver import Progress, SolverSettings
from optimizer.tours import engine
from optimizer.tours.week import RosterProblem
from tests.benchmarks.full_weeks import draw_full_week
from tests.benchmarks.roster_weeks import WeekSettings, draw_week

pytestmark = pytest.mark.benchmark

SEEDS = range(1, 6)


@dataclass(frozen=True)
class Target:
    """A gap that must be proven within so many seconds of CPU."""

    gap: float
    seconds: float


def cpu_to_gaps(problem: RosterProblem, gaps: list[float]) -> tuple[dict[float, float], float]:
    """Roster a week; return the CPU seconds after which each gap was proven, and the last gap."""
    reached = dict.fromkeys(gaps, math.inf)
    begun = time.process_time()

    def look(progress: Progress) -> None:
        if progress.objective and progress.bound is not None:
            gap = (progress.objective - progress.bound) / progress.objective
            for wanted in gaps:
                if gap <= wanted + 1e-9:
                    reached[wanted] = min(reached[wanted], time.process_time() - begun)

    result = engine.solve(problem, SolverSettings(600, min(gaps), 1), progress=look)
    return reached, result.gap or 0.0


@pytest.mark.parametrize(
    ("reps", "kind", "weeks", "targets"),
    [
        (50, "alike", WeekSettings(), [Target(0.005, 20)]),
        (50, "different", WeekSettings(variety=True), [Target(0.005, 20)]),
        (200, "alike", WeekSettings(), [Target(0.003, 30), Target(0.001, 60)]),
        (200, "different", WeekSettings(variety=True), [Target(0.003, 30), Target(0.001, 60)]),
        (200, "two days off in a row", WeekSettings(min_off=2), [Target(0.005, 60)]),
        (200, "exact contracts", WeekSettings(slack_hours=0), [Target(0.005, 60)]),
        (200, "half-hour starts", WeekSettings(starts_per_hour=2), [Target(0.005, 60)]),
        (500, "alike", WeekSettings(), [Target(0.005, 120)]),
        (500, "different", WeekSettings(variety=True), [Target(0.005, 120)]),
        (2000, "alike", WeekSettings(), [Target(0.01, 600)]),
        (2000, "different", WeekSettings(variety=True), [Target(0.01, 600)]),
    ],
)
def test_weeks_are_rostered_to_a_proven_gap(
    record: Callable[[str, str], None],
    reps: int,
    kind: str,
    weeks: WeekSettings,
    targets: list[Target],
) -> None:
    """In each of five weeks a bound of the engine itself proves the gap within so much CPU."""
    gaps = [target.gap for target in targets]
    runs = [cpu_to_gaps(draw_week(reps, seed, weeks), gaps) for seed in SEEDS]
    for target in targets:
        spent = sorted(reached[target.gap] for reached, _ in runs)
        record(
            f"{reps} reps, {kind}, {len(SEEDS)} seeds: CPU to a proven gap of {target.gap:.1%}",
            f"{spent[0]:.1f} to {spent[-1]:.1f} s, median {median(spent):.1f} s",
        )
    record(
        f"{reps} reps, {kind}, {len(SEEDS)} seeds: gaps at the end",
        ", ".join(f"{gap:.2%}" for _, gap in runs),
    )
    for reached, _ in runs:
        assert all(reached[target.gap] <= target.seconds for target in targets)


@pytest.mark.parametrize("reps", [100, 200])
def test_weeks_with_everything_on_are_rostered_to_a_proven_gap(
    record: Callable[[str, str], None], reps: int
) -> None:
    """On-call, three queues, five zones, four weeks before, fairness, requests, days off in twos."""
    wanted = Target(0.01, 60)
    runs = [cpu_to_gaps(draw_full_week(reps, seed), [0.02, wanted.gap]) for seed in SEEDS]
    for gap in (0.02, wanted.gap):
        spent = ", ".join(f"{reached[gap]:.1f}" for reached, _ in runs)
        record(f"{reps} reps, everything on: CPU seconds to a proven gap of {gap:.0%}", spent)
    gaps = ", ".join(f"{gap:.2%}" for _, gap in runs)
    record(f"{reps} reps, everything on: gaps at the end", gaps)
    if reps == 200:
        assert all(reached[wanted.gap] <= wanted.seconds for reached, _ in runs)
