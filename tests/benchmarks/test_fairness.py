"""Thirteen weeks of one team: how far apart loads end, with the ledger and without.

Reps around the clock, a quarter of them part-time and a quarter by day only, one in five without
standby, everybody away for a week and with one wish a week. Each week is rostered knowing the two
before. Twelve and twenty reps have the compact programme, which without the ledger spreads standby
within the week alone; eighty have whole tours, which without it spread nothing.
"""

from collections.abc import Callable

import pytest

from tests.optimizer.fairness_weeks import Season, season

WEEKS = 13
SEEDS = (1, 2, 3)
LARGE, LARGE_SECONDS = 80, 4.0

Record = Callable[[str, str], None]


def _seasons(size: int, seed: int, limit: float, record: Record) -> tuple[Season, Season]:
    """Return thirteen weeks without the ledger and with it, and record what they came to."""
    both = []
    for fair in (False, True):
        made = season(size, WEEKS, seed, fair=fair, limit=limit)
        spread = ", ".join(f"{part} {value:.2f}" for part, value in made.spread.items())
        record(
            f"{size} reps, seed {seed}, {'with' if fair else 'without'} ledger: score; standard "
            "deviation of turns beyond due; hours open; wishes denied",
            f"{made.score.total:.1f}; {spread}; {made.missing_hours:g} h; {made.denied:g}",
        )
        both.append(made)
    return both[0], both[1]


@pytest.mark.benchmark
@pytest.mark.parametrize("size", [12, 20])
@pytest.mark.parametrize("seed", SEEDS)
def test_thirteen_weeks_are_shared_evenly_at_the_same_cover(size: int, seed: int, record: Record):
    """Spreads are at most half of those without, no shift more stays open, few more are denied."""
    without, with_ledger = _seasons(size, seed, 20.0, record)
    assert with_ledger.missing_hours <= without.missing_hours
    assert with_ledger.denied <= without.denied + 0.02 * size * WEEKS
    assert with_ledger.score.total > without.score.total
    for part in ("nights", "weekends", "standby"):
        assert with_ledger.spread[part] <= without.spread[part] / 2


@pytest.mark.benchmark
def test_whole_tours_are_shared_more_evenly_at_the_same_cover(record: Record):
    """Where tours are chosen whole and dealt out, spreads are smaller and cover is not."""
    without, with_ledger = _seasons(LARGE, 1, LARGE_SECONDS, record)
    assert with_ledger.missing_hours <= without.missing_hours + 8
    assert with_ledger.score.total > without.score.total
    for part in ("nights", "weekends", "standby"):
        assert with_ledger.spread[part] < without.spread[part]
