"""The laws of accuracy tables on public series: a thousandth as unit, a year of weeks later."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.public_series import WEEK, load
from tests.forecast.accuracy_laws import a_year_later, board_of, check_later, check_scaled, scaled

MODELS = ("seasonal_naive", "median_of_six", "auto")
WEEKS = 30
# Widths follow each day's misses: in a single odd week a few hours decide how wide the next is.
WINDOWS = 4


@pytest.mark.benchmark
def test_tables_follow_unit_and_date(public_data: Path, record: Callable[[str, str], None]) -> None:
    """Of every series the tables change as the laws say, whatever its size and shape."""
    moved = []
    series = load(public_data)
    for each in series:
        # By a clock without changes: a year of whole weeks later they fall on other days.
        calendar = replace(each.history.calendar, timezone="UTC")
        volume = each.history.volume.iloc[-WEEKS * WEEK :]
        history = replace(each.history, volume=volume, calendar=calendar)
        board = board_of(history, MODELS, windows=WINDOWS)
        print(each.name, board["wape"].round(4).to_dict())
        larger, later = (
            board_of(other, MODELS, windows=WINDOWS)
            for other in (scaled(history), a_year_later(history))
        )
        check_scaled(board, larger)
        check_later(board, later, MODELS[:-1])
        moved += [abs(other["wape"] / board["wape"] - 1).max() for other in (larger, later)]
    record(
        "Largest change of a WAPE under scale by 1000 or a shift by 52 weeks",
        f"{max(moved):.2%} of it, {len(series)} series",
    )
