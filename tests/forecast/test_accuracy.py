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
    accuracy_by_cutoff,
    accuracy_by_hour_of_week,
    accuracy_by_lead,
    hour_by_weekday,
    leaderboard,
    over_queues,
)
from forecast.metrics import (
    bias,
    coverage,
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
    assert tuple(board.columns[: len(COLUMNS)]) == COLUMNS
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


def weeks_of_rows(weeks: int = 6, queue: str = "live", seed: int = 5) -> pd.DataFrame:
    """Rows of two models over whole weeks, a cutoff a week, with gaps and closed nights."""
    generator = np.random.default_rng(seed)
    parts = []
    for week in range(weeks):
        cutoff = pd.Timestamp("2026-03-02", tz="UTC") + pd.Timedelta(weeks=week)
        ds = pd.date_range(cutoff, periods=168, freq="h")
        mean = np.where(ds.hour < 6, 0.0, 20.0 + 3 * ds.day_of_week)
        actual = generator.poisson(mean).astype(float)
        actual[generator.random(168) < 0.02] = np.nan
        for model, spread in (("near", 1.0), ("far", 8.0)):
            middle = np.maximum(mean + generator.normal(0, spread, 168), 0) * (mean > 0)
            part = pd.DataFrame({"ds": ds, "lead": range(1, 169), "y": actual, "mean": middle + 1})
            for name, steps in (("q05", -2), ("q10", -1.5), ("q50", 0), ("q90", 1.5), ("q95", 2)):
                part[name] = np.maximum(middle + steps * np.sqrt(middle), 0)
            part = part.assign(unique_id=queue, model=model, cutoff=cutoff, cpu_s=1.0)
            parts.append(part.assign(week_before_mae=5.0 + week, week_before_rmse=7.0))
    return pd.concat(parts, ignore_index=True)


def _recounted(part: pd.DataFrame) -> dict[str, float]:
    """Score rows by the functions, one number at a time."""
    part = part[part["y"].notna()]
    value = {name: part[name].to_numpy() for name in part}
    open_ = part[(part["q95"] > 0) | (part["y"] > 0)]
    actual, median = value["y"], value["q50"]
    levels = {"q05": 0.05, "q10": 0.1, "q50": 0.5, "q90": 0.9, "q95": 0.95}
    return {
        "wape": wape(actual, median),
        "mase": mase(actual, median, value["week_before_mae"]),
        "rmsse": rmsse(actual, median, value["week_before_rmse"]),
        "bias": bias(actual, median),
        "pinball": np.mean([pinball(actual, value[q], p) for q, p in levels.items()]),
        "coverage_80": coverage(*(open_[name].to_numpy() for name in ("y", "q10", "q90"))),
        "coverage_90": coverage(*(open_[name].to_numpy() for name in ("y", "q05", "q95"))),
        "intervals": len(part),
    }


def test_every_table_recounts_the_same_rows() -> None:
    """Scores of a group are those of its rows alone, found by the functions one by one."""
    rows = weeks_of_rows()
    local = rows["ds"].dt.tz_convert("America/New_York")
    keyed = rows.assign(
        weekday=local.dt.strftime("%a"), hour=local.dt.hour, leads=rows["lead"].map(_stretch)
    )
    tables = (
        (leaderboard(rows), []),
        (accuracy_by_lead(rows), ["leads"]),
        (accuracy_by_cutoff(rows), ["cutoff"]),
        (accuracy_by_hour_of_week(rows, "America/New_York"), ["weekday", "hour"]),
    )
    for table, keys in tables:
        groups = dict(list(keyed.groupby(["model", *keys])))
        assert len(table) == len(groups)
        for _, row in table.iloc[::7].iterrows():
            group = groups[tuple(row[["model", *keys]])]
            expected = _recounted(group)
            found = row[list(expected)].astype(float).to_numpy()
            np.testing.assert_allclose(found, list(expected.values()))


def _stretch(lead: int) -> str:
    return "day 1" if lead <= 24 else "days 2-3" if lead <= 72 else "days 4-7"


def test_totals_are_scored_by_local_day_and_by_week_ahead() -> None:
    """Recount: of the means, for they add up; errors of hours cancel within a total."""
    rows = weeks_of_rows()
    board = leaderboard(rows, "America/New_York").set_index("model")
    near = rows[(rows["model"] == "near") & rows["y"].notna()]
    day = near["ds"].dt.tz_convert("America/New_York").dt.date
    for name, keys in (("day", ["cutoff", day]), ("week", ["cutoff"])):
        totals = near.groupby(keys)[["y", "mean"]].sum()
        expected = wape(totals["y"].to_numpy(), totals["mean"].to_numpy())
        assert board.loc["near", f"wape_{name}"] == pytest.approx(expected)
    assert (
        board.loc["near", "wape_week"] < board.loc["near", "wape_day"] < board.loc["near", "wape"]
    )
    assert board.loc["near", "poisson_floor_week"] < board.loc["near", "poisson_floor_day"]


def test_the_shares_of_error_of_a_week_add_up_and_lie_in_a_grid() -> None:
    """All errors fall somewhere; closed hours have a cell without a WAPE, not a perfect one."""
    found = accuracy_by_hour_of_week(weeks_of_rows())
    assert len(found) == 2 * 168
    assert found.groupby("model")["share_of_error"].sum().to_numpy() == pytest.approx([1.0, 1.0])
    near = found[found["model"] == "near"]
    both = hour_by_weekday(found)
    assert len(both) == 2 * 24
    grid = both[both["model"] == "near"].set_index("hour").drop(columns=["unique_id", "model"])
    assert list(grid.columns) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert grid.loc[:5].isna().all(axis=None)
    cell = near[(near["weekday"] == "Wed") & (near["hour"] == 9)]["wape"].iloc[0]
    assert grid.loc[9, "Wed"] == cell > 0


def test_over_queues_every_queue_counts_the_same() -> None:
    """A giant must not decide for the small ones: means of shares, a geometric mean of ratios."""
    small = weeks_of_rows(seed=6)
    large = weeks_of_rows(queue="large", seed=7)
    numbers = ["y", "mean", "q05", "q10", "q50", "q90", "q95", "week_before_mae"]
    large[numbers] *= 1000
    board = leaderboard(pd.concat([small, large], ignore_index=True), yardstick="far")
    table = over_queues(board).set_index("model")
    assert table.index.tolist() == ["near", "far"]
    near = board[board["model"] == "near"]
    assert table.loc["near", "queues"] == 2
    assert table.loc["near", "wape"] == pytest.approx(near["wape"].mean())
    ratio = math.sqrt(near["ratio_to_yardstick"].prod())
    assert table.loc["near", "ratio_to_yardstick"] == pytest.approx(ratio)
    assert table["first"].tolist() == [2, 0]
    assert table["told"].tolist() == [2, 2]
    part = board.drop(index=near.index[:1])
    assert over_queues(part).set_index("model").loc["near", "queues"] == 1


def test_a_board_of_nothing_known_is_empty() -> None:
    """No volume is known: there is nothing to score, and nothing is scored."""
    rows = weeks_of_rows(1).assign(y=np.nan)
    assert leaderboard(rows).empty
    assert accuracy_by_cutoff(rows).empty
