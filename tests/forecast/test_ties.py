"""Whether a difference between models is more than luck: told when it is, not when it is not."""

import math

import numpy as np
import pandas as pd
import pytest

from forecast.ties import Errors, compare, draw, errors_by_cutoff


def errors(*per_model: list[float], overlap: int = 1) -> Errors:
    """Errors of models by cutoff, best first, over 100 contacts each."""
    table = np.array(per_model, dtype=float)
    names = tuple(f"m{place}" for place in range(len(table)))
    return Errors(names, table, np.where(np.isnan(table), np.nan, 100.0), overlap)


HARD_WEEKS = [10.0, 30.0, 12.0, 45.0, 20.0, 14.0, 33.0, 25.0]


def test_a_model_that_is_worse_every_week_is_told_apart_however_weeks_differ() -> None:
    """Pairing: hard weeks are hard for both, so a steady 10 % shows through them."""
    table = compare(errors(HARD_WEEKS, [1.1 * error for error in HARD_WEEKS]), "m1")
    assert table["rank"].tolist() == [1, 2]
    assert table["tie"].tolist() == [True, False]
    assert table.loc["m1", "ratio_to_best"] == pytest.approx(1.1)
    assert table.loc["m1", "ratio_to_best_low"] == pytest.approx(1.1)
    assert table.loc["m0", "ratio_to_yardstick"] == pytest.approx(1 / 1.1)
    own = table.loc["m0"]
    assert own["wape_low"] < sum(HARD_WEEKS) / 800 < own["wape_high"]
    assert own["wape_high"] > table.loc["m1", "wape_low"]


def test_models_that_win_in_turn_are_tied_and_share_the_first_rank() -> None:
    """A lead of a hair over eight weeks is luck."""
    other = [error + (3.1 if place % 2 else -3.0) for place, error in enumerate(HARD_WEEKS)]
    bad = [2 * error for error in HARD_WEEKS]
    table = compare(errors(HARD_WEEKS, other, bad, [1.001 * error for error in bad]), "none")
    assert table["rank"].tolist() == [1, 1, 3, 4]
    assert table["tie"].tolist() == [True, True, False, False]
    assert table["ratio_to_yardstick"].isna().all()


def test_the_same_model_twice_is_a_tie() -> None:
    """A ratio of exactly 1 tells nothing."""
    assert compare(errors(HARD_WEEKS, HARD_WEEKS), "m0")["rank"].tolist() == [1, 1]


@pytest.mark.parametrize("overlap", [1, 7])
def test_with_few_windows_nothing_is_told(overlap: int) -> None:
    """Five wins out of five come by luck once in sixteen; seven overlapping days are one week."""
    few = [[error] * (5 * overlap) for error in (10.0, 20.0)]
    table = compare(errors(*few, overlap=overlap), "m1")
    assert table["rank"].isna().all()
    assert table["tie"].isna().all()
    assert table["wape_low"].isna().all()
    assert table.loc["m1", "ratio_to_best"] == pytest.approx(2.0)
    assert math.isnan(table.loc["m1", "ratio_to_best_low"])
    enough = [[error] * (6 * overlap) for error in (10.0, 20.0)]
    assert compare(errors(*enough, overlap=overlap), "m1")["rank"].tolist() == [1, 2]


def test_a_model_without_some_cutoffs_is_compared_on_those_it_has() -> None:
    """Weeks that were easy for all must not flatter who was there only then."""
    part = [math.nan] * 2 + HARD_WEEKS[2:]
    table = compare(errors(part, HARD_WEEKS), "m1")
    assert table.loc["m1", "ratio_to_best"] == pytest.approx(1.0)
    assert table["rank"].tolist() == [1, 1]
    absent = compare(errors(HARD_WEEKS, [math.nan] * 4 + HARD_WEEKS[4:]), "m0")
    assert absent["rank"].tolist()[0] == 1
    assert absent["rank"].isna().tolist() == [False, True]


def test_one_in_twenty_equal_pairs_is_called_unequal() -> None:
    """The level holds by simulation, with six windows as with twenty."""
    generator = np.random.default_rng(8)
    for windows in (6, 20):
        boot = draw(windows)
        apart = 0
        for _ in range(400):
            hard = generator.gamma(4.0, 5.0, windows)
            both = hard * generator.lognormal(0.0, 0.2, (2, windows))
            low, high = boot.ratio(errors(*both), 1, 0)
            apart += not low <= 1.0 <= high
        assert 0.02 <= apart / 400 <= 0.08


def test_overlapping_windows_make_intervals_wider() -> None:
    """Seven forecasts of nearly the same week are not seven pieces of evidence."""
    generator = np.random.default_rng(3)
    weeks = generator.gamma(4.0, 5.0, 12)
    daily = np.repeat(weeks, 7)
    apart = [np.ptp(draw(84, overlap).wape(errors(daily), 0)) for overlap in (1, 7)]
    assert apart[1] > 2 * apart[0]


def test_errors_are_summed_per_cutoff_and_models_ordered() -> None:
    """Recount; windows of two days, a day apart, overlap in pairs."""
    cutoffs = pd.to_datetime(["2026-03-02", "2026-03-03"], utc=True)
    rows = pd.DataFrame(
        [
            (model, cutoff, cutoff + pd.Timedelta(days=day), 10.0, 10.0 + off)
            for model, off in (("far", -4.0), ("near", 1.0))
            for cutoff in cutoffs
            for day in range(2)
        ],
        columns=["model", "cutoff", "ds", "y", "q50"],
    )
    rows.loc[0, "y"] = np.nan
    found = errors_by_cutoff(rows)
    assert found.models == ("near", "far")
    assert found.error.tolist() == [[2.0, 2.0], [4.0, 8.0]]
    assert found.volume.tolist() == [[20.0, 20.0], [10.0, 20.0]]
    assert found.overlap == 2
