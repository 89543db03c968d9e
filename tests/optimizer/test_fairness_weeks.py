"""Over weeks: what was carried too much is given back, at the same cover."""

from tests.optimizer.fairness_weeks import season


def test_four_weeks_with_the_ledger_are_shared_evenly_at_the_same_cover():
    """Nights, weekends and standby of a small team lie where they belong; nobody is missing more.

    Whoever has the only free hours of a week still works the night in it, so not all is exact.
    """
    without, with_ledger = (season(9, 4, seed=3, fair=fair) for fair in (False, True))
    assert with_ledger.missing_hours == without.missing_hours
    assert with_ledger.denied <= without.denied + 1
    for part in ("nights", "weekends", "standby"):
        assert with_ledger.spread[part] < without.spread[part]
    assert with_ledger.score.total is not None
    assert without.score.total is not None
    assert with_ledger.score.total >= 97 > without.score.total
