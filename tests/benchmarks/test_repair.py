"""How soon a published roster of 200 reps is mended, and how many duties change for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

import numpy as np
import pytest

from optimizer.repair import replan
from optimizer.repair_sick import sick_call
from optimizer.repair_swaps import apply_swap, swap_partners
from optimizer.repair_types import Published, Repair
from optimizer.roster import Assignment
from optimizer.staff import Absence
from tests.benchmarks.published_weeks import WeekSettings, publish

pytestmark = pytest.mark.benchmark

SICK_CALLS, SWAPS, ADDED = 24, 20, 8
SECONDS, CHANGES = 5.0, 3
SEED = 11


@dataclass(frozen=True)
class Took:
    """What one repair took."""

    cpu: float
    wall: float
    others: int
    freed: int
    missing: float


def taken(run: Callable[[], Repair]) -> Took:
    """Mend, and check that nothing is broken by it."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = run()
    spent = time.process_time() - cpu, time.perf_counter() - wall
    assert made.broken == ()
    freed = len(made.changes) - len(made.chosen)
    return Took(*spent, len(made.chosen), freed, made.missing_hours)


def figures(took: list[Took]) -> str:
    """Say the median and the worst."""
    parts = [
        (name, [getattr(one, field) for one in took], form)
        for name, field, form in (
            ("CPU s", "cpu", ".1f"),
            ("wall s", "wall", ".1f"),
            ("duties of others changed", "others", ".0f"),
            ("freed", "freed", ".0f"),
            ("rep-hours open", "missing", ".1f"),
        )
    ]
    return "; ".join(
        f"{name} {format(median(values), form)}, worst {format(max(values), form)}"
        for name, values, form in parts
    )


def some(of: Published, random: np.random.Generator) -> tuple[Assignment, Published]:
    """Draw a duty, and the roster as it stands half a day before the day of the duty."""
    one = of.assignments[int(random.integers(len(of.assignments)))]
    day = one.shift.start.replace(hour=0)
    return one, replace(of, now=day - timedelta(hours=12))


@pytest.mark.parametrize(
    ("kind", "week"),
    [
        ("load 92 %", WeekSettings()),
        ("load 92 %, three on call", WeekSettings(standby=3)),
        ("load 90 %, three queues, two on call each", WeekSettings(0.9, standby=2, queues=3)),
        ("load 100 %, nobody has an hour to spare", WeekSettings(load=1.0)),
    ],
)
def test_published_rosters_of_200_are_mended_within_five_seconds(
    record: Callable[[str, str], None], kind: str, week: WeekSettings
) -> None:
    """Sick calls of one to three days, swaps and added volume, on a roster chosen whole."""
    of = publish(200, SEED, week)
    random = np.random.default_rng(SEED)
    calls = []
    for number in range(SICK_CALLS):
        one, then = some(of, random)
        day = one.shift.start.replace(hour=0)
        away = Absence(one.rep_id, day, day + timedelta(days=1 + number % 3), "sick")
        calls.append(taken(lambda then=then, away=away: sick_call(then, away).repair))
    record(f"200 reps, {kind}: {SICK_CALLS} sick calls of 1 to 3 days", figures(calls))
    swaps, offered = [], []
    for _ in range(SWAPS):
        one, then = some(of, random)

        def swapped(then: Published = then, one: Assignment = one) -> Repair:
            found = swap_partners(then, one.rep_id, one.shift)
            offered.append(len(found))
            return apply_swap(then, found[0]) if found else replan(then)

        swaps.append(taken(swapped))
    record(
        f"200 reps, {kind}: {SWAPS} swaps, partners looked for among all",
        f"{figures(swaps)}; partners offered {median(offered):.0f}, least {min(offered)}",
    )
    more = []
    for _ in range(ADDED):
        one, then = some(of, random)
        rows = of.coverage["interval_start"].between(
            one.shift.start, one.shift.start + timedelta(hours=3), inclusive="left"
        ) & (of.coverage["queue"] == one.shift.queue)
        wanted = of.coverage.assign(required_primary=of.coverage["required_primary"] + 2 * rows)
        more.append(taken(lambda then=then, wanted=wanted: replan(then, coverage=wanted)))
    record(f"200 reps, {kind}: {ADDED} times 2 more required for 3 hours", figures(more))
    # CPU is what the wall clock shows on a machine with nothing else to do.
    assert max(one.cpu for one in calls + swaps) < SECONDS
    assert median(one.others for one in calls + swaps) <= CHANGES
