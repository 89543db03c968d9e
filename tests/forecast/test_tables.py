"""Forecasts in files: read as written through clock changes, refused naming the cell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from forecast.backtest import backtest
from forecast.closures import Calendar
from forecast.series import VolumeForecast, VolumeHistory, quantile_column
from forecast.tables import backtest_table, forecast_table, read_forecast


def forecast(
    queue: str = "live",
    start: str = "2026-10-24",
    timezone: str = "Europe/Dublin",
    minutes: int = 60,
    count: int = 60,
    levels: tuple[float, ...] = (0.05, 0.5, 0.95),
) -> VolumeForecast:
    """Contacts that grow by the interval, quantiles around them."""
    first = pd.Timestamp(start, tz=timezone).tz_convert("UTC").as_unit("us")
    index = pd.date_range(first, periods=count, freq=f"{minutes}min", name="interval_start")
    mean = np.arange(count) / 3
    columns = {"mean": mean} | {quantile_column(p): mean * 2 * p for p in levels}
    table = pd.DataFrame(columns, index=index)
    return VolumeForecast(queue, "auto", Calendar(timezone, minutes), table)


@settings(max_examples=12)
@given(
    st.sampled_from(["Europe/Dublin", "America/New_York", "Australia/Sydney", "UTC"]),
    st.sampled_from(["2026-10-24", "2026-10-31", "2026-03-28", "2026-03-07", "2026-10-03"]),
    st.sampled_from([15, 30, 60]),
    st.lists(st.sampled_from([0.01, 0.05, 0.1, 0.9, 0.975]), unique=True, max_size=4),
)
def test_a_forecast_is_read_as_it_is_written(
    timezone: str, start: str, minutes: int, levels: list[float]
) -> None:
    """Stages meet in this file; an hour lost at a clock change would shift every shift."""
    probabilities = tuple(sorted({*levels, 0.5}))
    made = [forecast(queue, start, timezone, minutes, 130, probabilities) for queue in ("b", "a")]
    path = Path(_folder) / "forecast.csv"
    path.write_text(csv_text(forecast_table(made)))
    read = read_forecast(path, timezone=timezone)
    assert [each.queue for each in read] == ["b", "a"]
    for before, after in zip(made, read, strict=True):
        assert after.calendar == before.calendar
        assert after.probabilities == before.probabilities
        assert after.table.index.equals(before.table.index)
        assert np.abs(after.table - before.table).max(axis=None) <= 0.5001e-4
    text = path.read_text()
    path.write_text(csv_text(forecast_table(read)))
    assert path.read_text() == text


_folder = ""


@pytest.fixture(autouse=True, scope="module")
def _one_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _folder  # noqa: PLW0603 - Hypothesis allows no fixture that is made anew per example
    _folder = str(tmp_path_factory.mktemp("tables"))


def test_naive_times_are_read_in_the_zone_given(tmp_path: Path) -> None:
    """A repeated hour comes twice in a row; the second is the later one."""
    path = tmp_path / "naive.csv"
    times = ["2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 01:00", "2026-10-25 02:00"]
    path.write_text("unique_id,ds,q50\n" + "".join(f"live,{time},3\n" for time in times))
    [read] = read_forecast(path, timezone="Europe/Dublin")
    assert read.cutoff == pd.Timestamp("2026-10-24 23:00", tz="UTC")
    assert len(read.table) == 4
    assert (read.table["mean"] == 3).all()


GOOD = ["2026-03-28T22:00:00+00:00,4,5", "2026-03-28T23:00:00+00:00,4,5"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["soon,4,5"], "row 4, column ds: found 'soon'"),
        (["2026-03-29 01:00,4,5"], "row 4, column ds: found '2026-03-29 01:00'; the clocks"),
        (["2026-03-29T01:00:00+00:00,4,5"], "row 4, column ds: found '2026-03-29T01:00:00"),
        (["2026-03-28T22:00:00+00:00,4,5"], "every 60 minutes of Europe/Dublin has one row"),
        (["2026-03-29T00:00:00+00:00,4,-1"], "row 4, column q95: found '-1'"),
        (["2026-03-29T00:00:00+00:00,inf,5"], "row 4, column q50: found 'inf'"),
        (
            ["2026-03-29T00:00:00+00:00,6,5"],
            "row 4, column q95: found '5'; must be at least q50, 6",
        ),
        (["2026-03-29T00:00:00+00:00,6"], "row 4: found '3 cells'"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(
    tmp_path: Path, rows: list[str], words: str
) -> None:
    """Forecasts are edited by hand; the cell that went wrong must be found at once."""
    path = tmp_path / "forecast.csv"
    lines = ["unique_id,ds,q50,q95", *(f"live,{row}" for row in [*GOOD, *rows])]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        read_forecast(path, timezone="Europe/Dublin")
    assert words in str(caught.value)


def test_a_file_without_median_or_rows_is_refused(tmp_path: Path) -> None:
    """Primary shifts are planned for the median."""
    path = tmp_path / "forecast.csv"
    path.write_text("unique_id,ds,q05,q95\n")
    with pytest.raises(InputError, match="q50 is missing"):
        read_forecast(path)
    path.write_text("unique_id,ds,q50\n")
    with pytest.raises(InputError, match="no row below the header"):
        read_forecast(path)


def test_another_interval_than_the_settings_is_refused(tmp_path: Path) -> None:
    """Hourly rows must not be taken for quarter hours."""
    path = tmp_path / "forecast.csv"
    path.write_text(csv_text(forecast_table([forecast()])))
    calendar = Calendar("Europe/Dublin", 15)
    with pytest.raises(InputError, match=r"row 3, column ds.*every 15 minutes"):
        read_forecast(path, {"live": calendar})
    path.write_text("unique_id,ds,q50\nlive,2026-01-01T00:00Z,1\nlive,2026-01-01T00:20Z,1\n")
    with pytest.raises(InputError, match="20 minutes after the row before"):
        read_forecast(path)


def test_backtests_are_written_with_local_times_and_the_promised_columns() -> None:
    """The columns are a contract, and the same forecasts give the same file."""
    index = pd.date_range(
        "2026-09-21", periods=24 * 42, freq="h", tz="UTC", unit="us", name="interval_start"
    )
    volume = pd.Series(np.random.default_rng(1).poisson(20, len(index)) * 1.0, index=index)
    history = VolumeHistory("live", volume, Calendar("Europe/Dublin"))
    rows = backtest(history, 24, 2, 24, ["seasonal_naive"])
    table = backtest_table(rows, "Europe/Dublin")
    assert table.columns.tolist() == [
        "unique_id", "model", "cutoff", "ds", "lead", "y",
        "mean", "q05", "q10", "q25", "q50", "q75", "q90", "q95",
    ]  # fmt: skip
    assert table["ds"].iloc[0] == "2026-10-31T00:00:00+00:00"
    again = backtest_table(backtest(history, 24, 2, 24, ["seasonal_naive"]), "Europe/Dublin")
    assert csv_text(again) == csv_text(table)
