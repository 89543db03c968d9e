"""Metrics against small cases worked by hand and the laws that they obey."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecast.accuracy import (
    COLUMNS,
    accuracy_by_lead,
    bias,
    coverage,
    leaderboard,
    mase,
    pinball,
    poisson_floor,
    rmsse,
    wape,
    week_before_errors,
)

ACTUAL = np.array([10.0, 0.0, 30.0, 60.0])
MEDIAN = np.array([12.0, 3.0, 25.0, 70.0])


def test_metrics_of_a_case_worked_by_hand() -> None:
    """Errors 2, 3, -5, 10 over 100 contacts; week-before differences of 4 and, squared, 25."""
    assert wape(ACTUAL, MEDIAN) == pytest.approx(20 / 100)
    assert bias(ACTUAL, MEDIAN) == pytest.approx(10 / 100)
    assert mase(ACTUAL, MEDIAN, 4.0) == pytest.approx(5.0 / 4.0)
    assert rmsse(ACTUAL, MEDIAN, 5.0) == pytest.approx(math.sqrt(138 / 4) / 5)
    assert pinball(ACTUAL, MEDIAN, 0.5) == pytest.approx(2.5)
    assert pinball(ACTUAL, MEDIAN, 0.9) == pytest.approx((0.2 + 0.3 + 4.5 + 1.0) / 4)
    assert coverage(ACTUAL, MEDIAN - 3, MEDIAN + 3) == pytest.approx(0.5)
    past = np.array([1.0, 2.0, 3.0, 6.0, np.nan, 0.0])
    assert week_before_errors(past, 3) == pytest.approx((4.0, math.sqrt(17.0)))


def test_what_is_undefined_is_nan_and_never_a_perfect_score() -> None:
    """A metric that turns trouble into 0 crowns the model that failed."""
    nothing = np.zeros(3)
    none = np.empty(0)
    for value in (
        wape(nothing, nothing + 1),
        bias(nothing, nothing),
        mase(ACTUAL, MEDIAN, 0.0),
        rmsse(ACTUAL, MEDIAN, np.nan),
        mase(none, none, 1.0),
        rmsse(none, none, 1.0),
        pinball(none, none, 0.5),
        coverage(none, none, none),
        poisson_floor(nothing),
        *week_before_errors(np.ones(5), 7),
    ):
        assert math.isnan(value)


counts = st.lists(st.integers(1, 500), min_size=2, max_size=12)


@given(counts, st.integers(0, 10_000), st.floats(0.1, 50))
def test_shares_keep_and_losses_follow_the_unit(values: list[int], seed: int, unit: float) -> None:
    """Counting in dozens must not change a share, and must change a loss by the dozen."""
    actual = np.array(values, dtype=float)
    made = actual + np.random.default_rng(seed).normal(0, 20, len(actual))
    for share in (wape, bias):
        assert share(actual * unit, made * unit) == pytest.approx(share(actual, made), abs=1e-9)
    for scaled in (mase, rmsse):
        assert scaled(actual * unit, made * unit, 3 * unit) == pytest.approx(
            scaled(actual, made, 3.0)
        )
    assert pinball(actual * unit, made * unit, 0.9) == pytest.approx(
        unit * pinball(actual, made, 0.9)
    )
    assert coverage(actual * unit, made * unit, made * unit + unit) == coverage(
        actual, made, made + 1
    )


@given(counts, st.integers(0, 10_000), st.floats(0, 100))
def test_a_shift_of_both_leaves_every_error(values: list[int], seed: int, shift: float) -> None:
    """Errors are differences; only what they are divided by may change."""
    actual = np.array(values, dtype=float)
    made = actual + np.random.default_rng(seed).normal(0, 20, len(actual))
    both = actual + shift, made + shift
    assert mase(*both, 2.0) == pytest.approx(mase(actual, made, 2.0))
    assert rmsse(*both, 2.0) == pytest.approx(rmsse(actual, made, 2.0))
    assert pinball(*both, 0.1) == pytest.approx(pinball(actual, made, 0.1))
    ratio = actual.sum() / (actual + shift).sum()
    assert wape(*both) == pytest.approx(wape(actual, made) * ratio)
    assert bias(*both) == pytest.approx(bias(actual, made) * ratio, abs=1e-9)


@given(counts, st.floats(0.05, 0.95))
def test_no_number_beats_the_quantile_in_pinball(values: list[int], level: float) -> None:
    """The loss is least at the quantile of what came, or it would reward something else."""
    actual = np.array(values, dtype=float)
    best = np.quantile(actual, level, method="inverted_cdf")
    least = pinball(actual, np.full_like(actual, best), level)
    for other in (*actual, best + 1, best - 1):
        assert least <= pinball(actual, np.full_like(actual, other), level) + 1e-9


@pytest.mark.parametrize("mean", [0.3, 1.0, 7.0, 15.0, 939.6])
def test_the_poisson_floor_is_the_mean_absolute_deviation(mean: float) -> None:
    """Known by summing over all counts; 15 an hour leave 20.5 % to chance."""
    count = np.arange(0, 2000)
    by_sum = (np.abs(count - mean) * stats.poisson.pmf(count, mean)).sum() / mean
    assert poisson_floor(np.array([mean])) == pytest.approx(by_sum)


def _rows() -> pd.DataFrame:
    start = pd.Timestamp("2026-03-02", tz="UTC")
    parts = []
    for model, off in (("close", 1.0), ("far", 5.0)):
        for week in range(2):
            cutoff = start + pd.Timedelta(days=7 * week)
            actual = np.array([10.0, 20.0, 0.0, np.nan])
            part = pd.DataFrame({"lead": range(1, 5), "y": actual})
            part["ds"] = cutoff + pd.Timedelta(hours=1) * (part["lead"] - 1)
            middle = np.array([10 + off, 20 - off, 0, 10])
            width = np.array([1.0, 2.0, 0.0, 1.0])
            for name, steps in (("q05", -3), ("q10", -2), ("q50", 0), ("q90", 2), ("q95", 3)):
                part[name] = middle + steps * width
            part = part.assign(unique_id="live", model=model, cutoff=cutoff, mean=middle)
            scales = {"week_before_mae": 2.0 + week, "week_before_rmse": 4.0}
            parts.append(part.assign(cpu_s=1.0 + week, **scales))
    return pd.concat(parts, ignore_index=True)


def test_the_leaderboard_pools_cutoffs_and_leaves_closed_intervals_out_of_coverage() -> None:
    """Recount of two models at two cutoffs, with an unknown and a closed interval."""
    board = leaderboard(_rows())
    assert tuple(board.columns) == COLUMNS
    assert board["model"].tolist() == ["close", "far"]
    near = board.iloc[0]
    assert near["wape"] == pytest.approx(4 / 60)
    assert near["bias"] == pytest.approx(0.0)
    assert near["mase"] == pytest.approx((2 / 2 + 2 / 3) / 6)
    assert near["rmsse"] == pytest.approx(math.sqrt(4 / 16 / 6))
    assert near["coverage_80"] == 1.0
    far = board.iloc[1]
    assert far["wape"] == pytest.approx(20 / 60)
    assert far["coverage_80"] == 0.0
    assert far["coverage_90"] == pytest.approx(0.5)
    assert far["cpu_s"] == pytest.approx(1.5)
    floor = poisson_floor(np.array([13.0, 17.0, 0.0]))
    assert board["poisson_floor"].tolist() == pytest.approx([floor, floor])


def test_accuracy_by_lead_splits_the_same_errors() -> None:
    """The intervals of the stretches add up to those of the board."""
    rows = _rows()
    rows.loc[rows["lead"] == 2, "ds"] += pd.Timedelta(days=4)
    found = accuracy_by_lead(rows)
    close = found[found["model"] == "close"].set_index("leads")
    assert close["intervals"].to_dict() == {"day 1": 4, "days 4-7": 2}
    assert close.loc["days 4-7", "wape"] == pytest.approx(1 / 20)
