"""What forecasts' errors cost in rep-hours beside their WAPE, and how fast a backtest is."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from data.files import csv_text
from data.progress import silent
from forecast.backtest import backtest_queues
from forecast.history import history_table
from forecast.models import model_names
from forecast.series import VolumeHistory
from tests.benchmarks.public_series import WEEK, load
from ui import scoring
from ui.settings import Settings, read_settings
from ui.starting import copy_sample
from ui.workspaces import read_workspace_history

BANK = Path(__file__).parents[1] / "fixtures" / "bank" / "staffcast.toml"
MODELS = ("auto", "seasonal_naive", "average_8_weeks", "median_of_six", "prophet")
CUTOFFS = 6
Record = Callable[[str, str], None]


def bank(folder: Path) -> tuple[Sequence[VolumeHistory], Settings]:
    """The bank's calls with the settings of its call centre."""
    [found] = load(folder, ("bank_calls_hourly",))
    return [found.history], read_settings(BANK)


def sample(folder: Path) -> tuple[Sequence[VolumeHistory], Settings]:
    """The sample team's queues, its holidays and special days known."""
    of = copy_sample(folder / "sample")
    return read_workspace_history(of).histories, of.settings


def price(
    histories: Sequence[VolumeHistory], settings: Settings, *, on_shifts: bool
) -> pd.DataFrame:
    rows = backtest_queues(histories, WEEK, CUTOFFS, WEEK, MODELS)
    return scoring.cost_of_error(rows, histories, settings, silent, on_shifts=on_shifts)


def check(cost: pd.DataFrame, record: Record) -> None:
    """Record WAPE beside cost, and hold the best forecast against last week's values."""
    print(cost.round(3).to_string())
    for queue, rows in cost.groupby("unique_id"):
        by_model = rows.set_index("model")
        for model, row in by_model.iterrows():
            record(
                f"{queue}, {model}, staffed by {row['staffing']}: WAPE; rep-hours a week missing, "
                "to spare, missing with on-call; cost, with on-call",
                f"{row['wape']:.1%}; {row['understaffed_hours']:.1f}, "
                f"{row['overstaffed_hours']:.1f}, {row['understaffed_with_on_call']:.1f}; "
                f"{row['cost']:.0f}, {row['cost_with_on_call']:.0f}",
            )
        assert by_model.loc["auto", "cost"] < by_model.loc["seasonal_naive", "cost"]
        assert (rows["understaffed_with_on_call"] <= rows["understaffed_hours"]).all()


@pytest.mark.benchmark
def test_cost_of_error_of_bank_calls(public_data: Path, record: Record) -> None:
    """A better forecast of the bank's calls saves rep-hours, with the requirement staffed."""
    check(price(*bank(public_data), on_shifts=False), record)


@pytest.mark.benchmark
@pytest.mark.parametrize("on_shifts", [False, True])
def test_cost_of_error_of_the_sample_team(tmp_path: Path, record: Record, on_shifts: bool) -> None:
    """So it does for a team of a dozen, where a single rep weighs more."""
    check(price(*sample(tmp_path), on_shifts=on_shifts), record)


@pytest.mark.benchmark
def test_speed_of_a_backtest_of_all_models(
    public_data: Path, tmp_path: Path, record: Record
) -> None:
    """Six cutoffs of every model on the bank's calls: as a planner runs it, on all cores."""
    histories, _ = bank(public_data)
    source = tmp_path / "history.csv"
    source.write_text(csv_text(history_table(histories)))
    command = [Path(sys.executable).parent / "staffcast", "backtest", source]
    words = ["--cutoffs", str(CUTOFFS), "--out", tmp_path / "scores"]
    before = time.monotonic()
    subprocess.run([*command, *words], check=True, capture_output=True, cwd=tmp_path)
    seconds = time.monotonic() - before
    scores = pd.read_csv(tmp_path / "scores" / "leaderboard.csv")
    cpu_s = scores["cpu_s"].sum() * CUTOFFS
    assert set(model_names()) <= set(scores["model"])
    record(
        f"staffcast backtest, bank_calls, {len(scores)} models × {CUTOFFS} cutoffs",
        f"{seconds:.0f} s of wall clock, {cpu_s:.0f} s CPU in models, "
        f"dearest {scores['cpu_s'].max():.1f} s a forecast",
    )
