"""How soon weeks of 50 to 2,000 named reps are rostered, and to what proven gap."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from optimizer.solver import Progress, SolverSettings
from optimizer.tours import engine
from tests.benchmarks.roster_weeks import WeekSettings, draw_week

pytestmark = pytest.mark.benchmark


@dataclass(frozen=True)
class Target:
    """A gap that must be proven within so many seconds of CPU."""

    gap: float
    seconds: float


def cpu_to_gaps(
    reps: int, seed: int, weeks: WeekSettings, gaps: list[float]
) -> tuple[dict[float, float], engine.RosterResult]:
    """Roster a week; return the CPU seconds after which each gap was proven."""
    problem = draw_week(reps, seed, weeks)
    reached: dict[float, float] = {}
    begun = time.process_time()

    def look(progress: Progress) -> None:
        if progress.objective and progress.bound is not None:
            gap = 1 - progress.bound / progress.objective
            for wanted in gaps:
                if gap <= wanted:
                    reached.setdefault(wanted, time.process_time() - begun)

    result = engine.solve(problem, SolverSettings(1200, min(gaps), 1), progress=look)
    return reached, result


@pytest.mark.parametrize("seed", range(1, 6))
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
def test_a_week_is_rostered_to_a_proven_gap(
    record: Callable[[str, str], None],
    reps: int,
    kind: str,
    weeks: WeekSettings,
    targets: list[Target],
    seed: int,
) -> None:
    """Each gap is proven by a bound of the engine itself, within so much CPU."""
    reached, result = cpu_to_gaps(reps, seed, weeks, [target.gap for target in targets])
    times = ", ".join(f"{gap:.1%} after {spent:.1f} s" for gap, spent in reached.items())
    record(
        f"roster of {reps} reps, {kind}, seed {seed}",
        f"{times or 'no gap wanted'} CPU; ended at {result.gap:.3%}",
    )
    for target in targets:
        assert reached[target.gap] <= target.seconds
