"""Sample paths keep the forecast's distribution and hang together as they are told to."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecast.calibration import Calibration, calibrate, intervals_at, past_errors
from forecast.closures import Calendar
from forecast.days import Floats, Integers
from forecast.dependence import TYPICAL, Dependence
from forecast.dependence_learning import learn_dependence
from forecast.distribution import quantile, quantiles
from forecast.paths import normal_scores, sample_paths
from forecast.rehearsal import PastForecasts
from forecast.series import PROBABILITIES, VolumeForecast, quantile_column
from forecast.tables import forecast_table, read_forecast

PATHS = 4000
STRONG = Dependence(week=0.1, day=0.4, next_day=0.3, next_interval=0.6)


def _forecast(
    mean: Floats, dispersion: float = 0.05, start: str = "2026-11-30", zone: str = "UTC"
) -> VolumeForecast:
    first = pd.Timestamp(start, tz=zone).tz_convert("UTC")
    index = pd.date_range(first, periods=len(mean), freq="h", name="interval_start", unit="us")
    columns = {"mean": mean}
    columns |= {quantile_column(p): quantile(p, mean, dispersion) for p in PROBABILITIES}
    return VolumeForecast("q", "m", Calendar(zone), pd.DataFrame(columns, index=index))


@pytest.mark.parametrize("mean", [12.0, 150.0, 30_000.0])
@pytest.mark.parametrize("tail", [0.0, 0.6])
def test_one_interval_of_many_paths_has_the_quantiles_of_the_forecast(
    mean: float, tail: float
) -> None:
    """A copula leaves the marginals alone, in the tails beyond the given quantiles too."""
    dependence = replace(STRONG, tail=tail)
    paths = sample_paths(replace(_forecast(np.full(24, mean)), dependence=dependence), PATHS, 3)
    truth = stats.nbinom(20, 20 / (20 + mean))
    # 24 intervals of a path hang together, so they count as about two.
    for level in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        share = np.mean(paths <= truth.ppf(level))
        assert share == pytest.approx(truth.cdf(truth.ppf(level)), abs=0.018)
    assert paths.mean() == pytest.approx(mean, rel=0.015)
    assert paths.std() == pytest.approx(truth.std(), rel=0.04)


@pytest.mark.parametrize("mean", [0.05, 0.4, 1.5, 4.0])
def test_small_counts_come_as_often_as_their_distribution_says(mean: float) -> None:
    """Between few whole numbers the share of nothing and the mean must still be right."""
    forecast = replace(_forecast(np.full(48, mean), 0.3), dependence=TYPICAL)
    paths = sample_paths(forecast, PATHS, 4)
    truth = stats.nbinom(1 / 0.3, 1 / (1 + 0.3 * mean))
    assert np.mean(paths == 0) == pytest.approx(truth.pmf(0), abs=0.02)
    assert paths.mean() == pytest.approx(mean, rel=0.05)


def test_closed_hours_stay_empty_and_open_ones_are_whole_and_not_negative() -> None:
    """Nothing comes where the forecast is 0 throughout."""
    mean = np.tile(np.where(np.arange(24) < 8, 0.0, 40.0), 3)
    paths = sample_paths(_forecast(mean), 200, 1)
    assert paths.dtype == np.int64
    assert (paths >= 0).all()
    assert (paths[:, mean == 0] == 0).all()
    assert (paths[:, mean > 0].mean(axis=0) > 20).all()


def test_a_seed_draws_the_same_paths_and_another_seed_others() -> None:
    """A plan made again is byte-identical."""
    forecast = _forecast(np.full(30, 25.0))
    assert (sample_paths(forecast, 50, 7) == sample_paths(forecast, 50, 7)).all()
    assert (sample_paths(forecast, 50, 7) != sample_paths(forecast, 50, 8)).any()
    with pytest.raises(ValueError, match="at least 1 path"):
        sample_paths(forecast, 0, 7)


def test_a_thousandfold_forecast_has_thousandfold_paths() -> None:
    """Scale law, up to the rounding to whole contacts."""
    forecast = _forecast(np.linspace(100, 400, 24))
    many = replace(forecast, table=forecast.table * 1000)
    one = sample_paths(forecast, 100, 2)
    assert np.abs(sample_paths(many, 100, 2) / 1000 - one).max() <= 0.5 + 1e-3


def test_planted_correlations_are_in_the_scores() -> None:
    """Oracle: correlations of week, day and neighbours worked out from the shares."""
    day = np.repeat(np.arange(14), 24)
    score = normal_scores(day, STRONG, PATHS, 5)
    assert score.std() == pytest.approx(1.0, abs=0.02)

    def between(one: int, other: int) -> float:
        return float(np.corrcoef(score[:, one], score[:, other])[0, 1])

    own = 1 - STRONG.week - STRONG.day
    close = pytest.approx
    # A correlation of 4000 pairs has a standard error of 0.016.
    assert between(30, 31) == close(0.5 + own * 0.6, abs=0.05)
    assert between(24, 47) == close(0.5 + own * 0.6**23, abs=0.05)
    assert between(0, 47) == close(0.1 + 0.4 * 0.3 + own * 0.6**47, abs=0.05)
    assert between(0, 24 * 6) == close(0.1 + 0.4 * 0.3**6, abs=0.05)
    assert between(0, 24 * 10) == close(0.4 * 0.3**10, abs=0.05)


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("Europe/Dublin", "2026-03-29", 23),
        ("Europe/Dublin", "2026-10-25", 25),
        ("America/New_York", "2026-11-01", 25),
    ],
)
def test_a_day_with_a_clock_change_is_one_day(zone: str, start: str, hours: int) -> None:
    """Days are local: the common part changes at local midnight, after 23 or 25 hours."""
    forecast = _forecast(np.full(72, 5000.0), 0.1, start, zone)
    whole = Dependence(week=0.0, day=0.98, next_day=0.0, next_interval=0.0)
    paths = sample_paths(replace(forecast, dependence=whole), 1500, 6)
    together = np.asarray(np.corrcoef(paths.T))[0]
    assert (together[1:hours] > 0.9).all()
    assert (np.abs(together[hours:]) < 0.15).all()


def test_a_forecast_from_a_file_can_be_sampled(tmp_path: object) -> None:
    """Quantiles are enough: what a planner wrote or another tool made has paths too."""
    from pathlib import Path

    forecast = _forecast(np.linspace(3, 80, 24))
    file = Path(str(tmp_path)) / "f.csv"
    forecast_table([forecast]).to_csv(file, index=False)
    [read] = read_forecast(file)
    assert read.dependence is None
    made = sample_paths(replace(read, dependence=STRONG), 300, 9)
    assert np.abs(made - sample_paths(replace(forecast, dependence=STRONG), 300, 9)).max() <= 1


def _rehearsed(dependence: Dependence, days: int, mean: Floats, seed: int) -> PastForecasts:
    """Return a rehearsal with daily origins whose errors were drawn with a dependence."""
    ahead, slots = 7, len(mean)
    made = np.tile(mean, (days, ahead, 1))
    score = normal_scores(np.repeat(np.arange(ahead), slots), dependence, days, seed)
    share = stats.norm.cdf(score).reshape(days, ahead, slots)
    actual: Floats = np.asarray(stats.nbinom.ppf(share, 25, 25 / (25 + made)))
    seen: Integers = np.arange(days) + 7
    return PastForecasts(seen, seen[:, None] + np.arange(ahead)[None], made, actual)


def test_wild_days_leave_scores_normal_and_make_days_peaked() -> None:
    """Most days are calmer than a normal's and a few wilder; a single interval shows none of it."""
    day = np.repeat(np.arange(7), 24)
    calm, wild = (
        normal_scores(day, Dependence(0.0, 0.5, 0.0, 0.3, tail), PATHS, 8) for tail in (0.0, 0.6)
    )
    for level in (0.01, 0.1, 0.3, 0.5, 0.9, 0.99):
        assert np.quantile(wild, level) == pytest.approx(stats.norm.ppf(level), abs=0.04)

    def peak(score: Floats) -> float:
        of_day = np.abs(score.reshape(PATHS, 7, 24).mean(axis=2))
        return float(np.quantile(of_day, 0.9) / np.quantile(of_day, 0.8))

    # Of a normal it is 1.645 / 1.282; 28,000 days tell it to 1 %.
    assert peak(calm) == pytest.approx(1.284, rel=0.03)
    assert peak(wild) > 1.4


@pytest.mark.parametrize(
    "planted",
    [
        STRONG,
        Dependence(week=0.0, day=0.05, next_day=0.0, next_interval=0.1),
        Dependence(week=0.3, day=0.2, next_day=0.0, next_interval=0.8),
        Dependence(week=0.0, day=0.6, next_day=0.0, next_interval=0.3, tail=0.6),
    ],
)
def test_a_planted_dependence_is_found_in_what_totals_do(planted: Dependence) -> None:
    """Oracle: widths of day and week totals come out as planted, from twice 400 weeks."""
    mean = np.linspace(40, 200, 24)
    true = _forecast(np.tile(mean, 7), 0.04)
    learnt = []
    for seed in range(2):
        past = _rehearsed(planted, 400, mean, seed)
        calibration = calibrate(past_errors(past), 400)
        made = _calibrated(true, calibration)
        learnt.append(_widths(made, learn_dependence(past, calibration)))
    # With a half-life of 56 days some 80 weeks count, and 560 days: such quantiles have standard
    # errors of 11 and 4 %. Following totals adds 10 %; two rehearsals make it 0.7 of that, twice
    # which is allowed. A typical queue counts for 7 % beside half a year, which draws narrow days
    # wider by another 5 %. Widths win over the correlation of neighbours where not both can be had.
    found, told = np.mean(learnt, axis=0), _widths(true, planted)
    assert found[:2] == pytest.approx(told[:2], rel=0.05 + 1.4 * np.hypot(0.04, 0.1))
    assert found[2:4] == pytest.approx(told[2:4], rel=0.05 + 1.4 * np.hypot(0.11, 0.1))
    assert found[4] == pytest.approx(told[4], abs=0.1)


def _calibrated(forecast: VolumeForecast, calibration: Calibration) -> VolumeForecast:
    """Return a forecast with the quantiles that a calibration gives it."""
    mean = forecast.table["mean"].to_numpy(dtype=float)
    lead = np.repeat(np.arange(1.0, 8.0), 24)
    spread = intervals_at(calibration, lead, mean, np.zeros(len(lead)))
    columns = {"mean": mean}
    for level, values in zip(PROBABILITIES, quantiles(mean, spread, PROBABILITIES), strict=True):
        columns[quantile_column(level)] = values
    return replace(forecast, table=pd.DataFrame(columns, index=forecast.table.index))


def _widths(forecast: VolumeForecast, dependence: Dependence) -> Floats:
    """Return widths of 80 and 90 % intervals of days, of weeks, and neighbours' correlation."""
    paths = sample_paths(replace(forecast, dependence=dependence), PATHS, 12).reshape(PATHS, 7, 24)
    tails = [0.1, 0.9, 0.05, 0.95]
    of_day = np.quantile(paths.sum(axis=2), tails, axis=0).mean(axis=1)
    of_week = np.quantile(paths.sum(axis=(1, 2)), tails)
    near = np.corrcoef(paths[:, :, 12].ravel(), paths[:, :, 13].ravel())[0, 1]
    return np.array([*np.diff(of_day)[::2], *np.diff(of_week)[::2], near])


def test_without_a_past_a_queue_is_typical() -> None:
    """Nothing known must not be taken for independent errors: those make totals far too sure."""
    empty = np.empty((0, 7, 24))
    past = PastForecasts(np.empty(0, dtype=int), np.empty((0, 7), dtype=int), empty, empty)
    assert learn_dependence(past, calibrate(past_errors(past), 10)) == TYPICAL
