"""Thirteen weeks of one team: how far apart loads end, with the ledger and without.

Twelve and twenty reps around the clock, a quarter of them part-time and a quarter by day only, one
in five without standby, everybody away for a week and with one wish a week. Each week is rostered
with the compact programme; without the ledger it spreads standby within the week alone.
"""

import pytest

from tests.optimizer.fairness_weeks import season

WEEKS = 13
SEEDS = (1, 2, 3)


@pytest.mark.benchmark
@pytest.mark.parametrize("size", [12, 20])
@pytest.mark.parametrize("seed", SEEDS)
def test_thirteen_weeks_are_shared_evenly_at_the_same_cover(size, seed):
    """Spreads are at most half of those without, no shift more stays open, few more are denied."""
    seasons = {fair: season(size, WEEKS, seed, fair=fair) for fair in (False, True)}
    for fair, made in seasons.items():
        spread = ", ".join(f"{part} {value:.2f}" for part, value in made.spread.items())
        print(
            f"{size} reps, seed {seed}, {'with' if fair else 'without'} ledger: score "
            f"{made.score.total:.1f}; standard deviation of turns beyond due: {spread}; "
            f"{made.missing_hours:g} h open, {made.denied:g} wishes denied, {made.seconds:.1f} s"
        )
    without, with_ledger = seasons[False], seasons[True]
    assert with_ledger.missing_hours <= without.missing_hours
    assert with_ledger.denied <= without.denied + 0.02 * size * WEEKS
    assert with_ledger.score.total > without.score.total
    for part in ("nights", "weekends", "standby"):
        assert with_ledger.spread[part] <= without.spread[part] / 2
