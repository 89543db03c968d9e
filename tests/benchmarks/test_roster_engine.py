"""How soon weeks of 50 to 2,000 named reps are rostered, and to what proven gap.

Beside it, what other solvers make of the same weeks as a compact model, in one thread each.
"""

import json
import math
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from optimizer.solver import Progress, SolverSettings
from optimizer.tours import engine
from optimizer.tours.tiers import OneTier
from optimizer.tours.week import DAY, RosterProblem
from tests.benchmarks.full_weeks import draw_full_week
from tests.benchmarks.peer_environment import PEERS, peer_python
from tests.benchmarks.roster_weeks import WeekSettings, draw_week

pytestmark = pytest.mark.benchmark

SEEDS = range(1, 6)
PEER_SOLVERS = ("highs", "cbc", "cp_sat")
PATIENCE = 60.0
"""Of processor time, for each of the others."""
PEER_GAP = 0.001


@dataclass(frozen=True)
class Target:
    """A gap that must be proven within so many seconds of CPU."""

    gap: float
    seconds: float


def cpu_to_gaps(
    problem: RosterProblem, gaps: list[float], limit: float = 600.0
) -> tuple[dict[float, float], float]:
    """Roster a week; return the CPU seconds after which each gap was proven, and the last gap."""
    reached = dict.fromkeys(gaps, math.inf)
    begun = time.process_time()

    def look(progress: Progress) -> None:
        if progress.objective and progress.bound is not None:
            gap = (progress.objective - progress.bound) / progress.objective
            for wanted in gaps:
                if gap <= wanted + 1e-9:
                    reached[wanted] = min(reached[wanted], time.process_time() - begun)

    result = engine.solve(problem, SolverSettings(limit, min(gaps), 1), progress=look)
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
    """On-call, three queues, five zones, four weeks before, fairness, wishes, days off in twos."""
    sure = Target(0.02, 60)
    gaps_asked = [sure.gap, 0.01]
    runs = [cpu_to_gaps(draw_full_week(reps, seed), gaps_asked, 90.0) for seed in SEEDS]
    for gap in gaps_asked:
        spent = ", ".join(f"{reached[gap]:.1f}" for reached, _ in runs)
        record(f"{reps} reps, everything on: CPU seconds to a proven gap of {gap:.0%}", spent)
    gaps = ", ".join(f"{gap:.2%}" for _, gap in runs)
    record(f"{reps} reps, everything on: gaps at the end", gaps)
    if reps == 200:
        assert all(reached[sure.gap] <= sure.seconds for reached, _ in runs)


@pytest.mark.parametrize("reps", [50, 200])
@pytest.mark.parametrize("kind", ["alike", "different"])
def test_other_solvers_roster_the_same_week(
    tmp_path: Path, record: Callable[[str, str], None], reps: int, kind: str
) -> None:
    """No roster of theirs is below our bound, and ours is at least as good as each of theirs."""
    problem = draw_week(reps, 1, WeekSettings(variety=kind == "different"))
    begun = time.process_time()
    ours = engine.solve(problem, SolverSettings(PATIENCE, PEER_GAP, 1))
    spent = time.process_time() - begun
    assert ours.bound is not None
    told = [f"ours {ours.objective:.0f}, bound {ours.bound:.0f}, {spent:.1f} s CPU"]
    path = tmp_path / "week.npz"
    save(problem, path)
    for solver in PEER_SOLVERS:
        found = asked(solver, path)
        if "cost" in found:
            assert found["cost"] >= ours.bound - 1e-6 * abs(ours.bound)
            assert ours.objective <= found["cost"] * (1 + PEER_GAP)
        cost, bound = (f"{found[key]:.0f}" if key in found else "none" for key in ("cost", "bound"))
        told.append(f"{solver} {cost}, bound {bound}, {found['cpu']:.1f} s CPU")
    record(
        f"{reps} reps, {kind}, seed 1, to {PEER_GAP:.1%} or {PATIENCE:g} s of CPU; others: compact",
        "; ".join(told),
    )


def save(problem: RosterProblem, path: Path) -> None:
    """Write what the compact model needs; hours and prices are whole."""
    [view], crew, cover = problem.views, problem.crew, problem.cover
    assert isinstance(cover, OneTier)
    is_ready = view.day * DAY + view.start >= crew.ready[:, None]
    np.savez(
        path,
        allowed=crew.allowed & is_ready,
        day=view.day,
        start=view.start,
        free=view.free,
        hours=view.minutes // 60,
        first=problem.shifts.first,
        last=problem.shifts.last,
        cost=problem.shifts.cost,
        required=cover.required,
        under=cover.under[0],
        over=cover.over[0],
        short=problem.short,
        least=crew.least[:, 0] // 60,
        most=crew.most[:, 0] // 60,
        run=crew.run,
        max_run=problem.rules.max_run or 0,
        max_days=problem.rules.max_days or len(problem.week),
    )


def asked(solver: str, path: Path) -> dict[str, float]:
    words = [peer_python("roster_requirements.txt"), PEERS / "roster_peers.py"]
    done = subprocess.run(
        [*words, solver, path, str(PATIENCE), str(PEER_GAP)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
