"""Totals of days and weeks say the same volume as the intervals that they add up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.closures import Calendar
from forecast.dependence import Dependence
from forecast.distribution import quantile
from forecast.series import PROBABILITIES, VolumeForecast, quantile_column
from forecast.totals import totals, totals_table

INDEPENDENT = Dependence(week=0.0, day=0.0, next_day=0.0, next_interval=0.0)
HELD_TOGETHER = Dependence(week=0.0, day=0.9, next_day=0.0, next_interval=0.0)


def _forecast(
    mean: np.ndarray, start: str, zone: str, minutes: int = 60, dispersion: float = 0.04
) -> VolumeForecast:
    first = pd.Timestamp(start, tz=zone).tz_convert("UTC")
    step = pd.Timedelta(minutes=minutes)
    index = pd.date_range(first, periods=len(mean), freq=step, name="interval_start", unit="us")
    columns = {"mean": mean}
    columns |= {quantile_column(p): quantile(p, mean, dispersion) for p in PROBABILITIES}
    return VolumeForecast("q", "m", Calendar(zone, minutes), pd.DataFrame(columns, index=index))


@given(
    st.sampled_from(["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.sampled_from(["2026-03-26 09:00", "2026-10-22", "2026-10-30 17:00", "2026-04-02"]),
    st.sampled_from([15, 30]),
)
def test_means_of_days_and_of_weeks_add_up_to_the_whole(
    zone: str, start: str, minutes: int
) -> None:
    """Every interval is in one day and one week, through both clock changes."""
    mean = np.linspace(0.0, 9.0, 10 * 1440 // minutes)
    made = totals(_forecast(mean, start, zone, minutes), np.zeros((2, len(mean)), dtype=np.int64))
    for _, part in made.groupby("period"):
        assert part["mean"].sum() == pytest.approx(mean.sum())
        assert part["intervals"].sum() == len(mean)
        assert part["start"].is_monotonic_increasing
    later = made["start"].dt.tz_convert(zone)[1:]
    of_day = later[made["period"][1:] == "day"]
    assert (of_day.dt.hour + of_day.dt.minute == 0).all()
    weeks = made[made["period"] == "week"]["start"].dt.tz_convert(zone)[1:]
    assert (weeks.dt.day_of_week == 0).all()


@pytest.mark.parametrize(("start", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_23_or_25_hours_has_them_all(start: str, hours: int) -> None:
    """A local day ends at local midnight, not after 24 hours."""
    made = totals(_forecast(np.full(72, 10.0), start, "Europe/Dublin"))
    assert made["intervals"].iloc[0] == hours
    assert made["mean"].iloc[0] == pytest.approx(10.0 * hours)


def test_independent_hours_make_a_narrow_day_and_dependent_ones_a_wide_one() -> None:
    """Known widths: the variance of a sum, and nearly the sum of quantiles."""
    mean = np.full(24, 100.0)
    forecast = _forecast(mean, "2026-11-30", "UTC")
    variance = 24 * (100 + 0.04 * 100**2)
    narrow = totals(replace(forecast, dependence=INDEPENDENT)).iloc[0]
    expected = 2 * 1.645 * np.sqrt(variance)
    assert narrow["q95"] - narrow["q05"] == pytest.approx(expected, rel=0.08)
    wide = totals(replace(forecast, dependence=HELD_TOGETHER)).iloc[0]
    most = (forecast.table["q95"] - forecast.table["q05"]).sum()
    assert 0.85 * most < wide["q95"] - wide["q05"] < most


def test_quantiles_of_totals_rise_and_lie_around_the_mean() -> None:
    """Quantiles do not cross; the median of a sum is near its mean."""
    made = totals(_forecast(np.linspace(1, 60, 24 * 9), "2026-11-28", "UTC"))
    names = [quantile_column(level) for level in PROBABILITIES]
    assert (np.diff(made[names].to_numpy(), axis=1) >= 0).all()
    assert np.allclose(made["q50"], made["mean"], rtol=0.05)


def test_a_file_of_totals_has_local_times_and_every_queue() -> None:
    """Contract of the columns, with the offset of the queue's zone."""
    one = _forecast(np.full(48, 5.0), "2026-07-06", "Europe/Dublin")
    table = totals_table([one, replace(one, queue="other")])
    assert list(table.columns) == [
        "unique_id", "period", "start", "intervals", "mean",
        *(quantile_column(level) for level in PROBABILITIES),
    ]  # fmt: skip
    assert table["start"].iloc[0] == "2026-07-06T00:00:00+01:00"
    assert table.groupby("unique_id").size().to_dict() == {"q": 3, "other": 3}
