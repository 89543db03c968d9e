"""What a target per day saves and risks survives its file, and what is off in it is refused."""

from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from optimizer.target_comparison import (
    Outcome,
    PlanOutcome,
    QueueTargets,
    read_targets,
    targets_report,
    targets_table,
)


def compared(*, is_expected: bool = True) -> QueueTargets:
    good = Outcome(0.85, 0.84, 0.8, 0.0, 0.0, 0.0)
    less = Outcome(0.79, 0.75, 0.62, 0.25, 0.4, 0.125)
    expected = less if is_expected else None
    return QueueTargets(
        "live",
        "day",
        0.8,
        0.6,
        PlanOutcome(500.0, 30.5, {1.0: good, 1.1: less}, expected),
        PlanOutcome(450.0, 31.25, {1.0: good, 1.1: less}, expected),
    )


@pytest.mark.parametrize("is_expected", [True, False])
def test_the_file_is_read_as_it_was_written(tmp_path: Path, is_expected: bool) -> None:
    """A plan folder is read and written again to the byte."""
    told = (compared(is_expected=is_expected),)
    path = tmp_path / "targets.csv"
    targets_table(told).to_csv(path, index=False)
    assert read_targets(path) == told


def test_the_report_has_both_plans_and_the_saving() -> None:
    """A tenth fewer paid hours, and beside it the days that then fall short of their target."""
    report = targets_report([compared()])["live"]
    assert report["saving"] == pytest.approx(0.1)
    assert report["per_hour"]["paid_hours"] == 500
    assert report["per_day"]["paid_hours"] == 450
    assert report["per_day"]["expected"]["stretches_below"] == 0.25


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table[table["target_per"] == "hour"], "queue live has not two plans"),
        (lambda table: table[table["volume"] != "1.00"], "give the planned volume"),
        (lambda table: table.assign(in_time="much"), "row 2.*column in_time.*much"),
        (lambda table: table.drop(columns="in_time"), "in_time"),
    ],
)
def test_a_file_that_was_damaged_is_refused(tmp_path: Path, change, message: str) -> None:
    """With what is missing, or the row and column that cannot be read."""
    path = tmp_path / "targets.csv"
    table = pd.DataFrame(targets_table((compared(),)))
    change(table).to_csv(path, index=False)
    with pytest.raises(InputError, match=message):
        read_targets(path)
