"""Rules of days as an automaton, against the rules themselves."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.tours.days import NOWHERE, DayRules, unfold

LIMITS = st.one_of(st.none(), st.integers(1, 4))


def keeps(rules, pattern, run, week):
    """Judge days worked (1) and off (0), one after the other, from a run of days before them."""
    text = "1" * run + "".join(map(str, pattern))
    spells = [spell for spell in text.split("0") if spell]
    if rules.max_run is not None and any(len(spell) > max(rules.max_run, 0) for spell in spells):
        return False
    gaps = [len(gap) for gap in text.strip("0").split("1")[1:-1] if gap]
    if any(gap < rules.min_off for gap in gaps):
        return False
    return rules.max_days is None or all(
        sum(works for works, at in zip(pattern, week, strict=True) if at == one) <= rules.max_days
        for one in set(week)
    )


@given(LIMITS, st.integers(1, 3), LIMITS, st.integers(0, 4), st.integers(1, 7))
def test_the_automaton_allows_what_the_rules_allow(max_run, min_off, max_days, run, first_week):
    """Every pattern of seven days, two weeks included, is judged by both."""
    rules = DayRules(max_run, min_off, max_days)
    week = np.array([0] * first_week + [1] * (7 - first_week))
    run = run if max_run is None else min(run, max_run)
    layers = unfold(rules, np.array([run, 0]), week)
    for pattern in product((0, 1), repeat=7):
        layer = layers.initial[0]
        for day, works in enumerate(pattern):
            layer = (layers.work if works else layers.rest)[day][layer]
            if layer == NOWHERE:
                break
        assert (layer != NOWHERE) == keeps(rules, pattern, run, week.tolist())


def test_a_rule_that_cannot_bind_makes_no_layers():
    """Without rules all days are alike, so there is one layer a day."""
    layers = unfold(DayRules(), np.zeros(3, dtype=int), np.zeros(7, dtype=int))
    assert [len(layer) for layer in layers.work] == [1] * 7


def test_somebody_past_the_most_days_must_rest_first():
    """A run that is already too long ends with the period's first day."""
    layers = unfold(DayRules(max_run=3), np.array([6]), np.zeros(2, dtype=int))
    assert layers.work[0][layers.initial[0]] == NOWHERE
    rested = layers.rest[0][layers.initial[0]]
    assert layers.work[1][rested] != NOWHERE
