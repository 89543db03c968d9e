"""Scoring models on past weeks, and keeping the leaderboard."""

from collections.abc import Sequence

import pandas as pd

from forecast.series import VolumeHistory
from optimizer.solver import Cancellation
from ui.drafts import Drafts
from ui.jobs import Tell, check
from ui.sums import moment

KIND = "leaderboard"
CUTOFFS = 6
SHOWN = {
    "model": "Model",
    "wape": "WAPE",
    "poisson_floor": "Noise floor",
    "mase": "MASE",
    "bias": "Bias",
    "coverage_80": "80 % band held",
    "coverage_90": "90 % band held",
}
FRACTIONS = ("wape", "poisson_floor", "bias", "coverage_80", "coverage_90")


def score(
    history: VolumeHistory,
    models: Sequence[str],
    drafts: Drafts,
    cancel: Cancellation,
    tell: Tell,
    *,
    cutoffs: int = CUTOFFS,
) -> None:
    """Forecast the last weeks of a queue with each model and keep how well each did.

    Raises
    ------
    Cancelled
        When it was stopped.
    InputError
        When the history is too short.
    """
    from forecast.accuracy import leaderboard
    from forecast.backtest import backtest

    week = history.calendar.intervals_per_week

    def report(stage: str, share: float) -> None:
        check(cancel)
        tell(stage, share)

    rows = backtest(history, week, cutoffs, week, list(models), progress=report)
    check(cancel)
    board = leaderboard(rows)
    columns = [column for column in SHOWN if column in board]
    drafts.save(
        KIND,
        history.queue,
        {
            "rows": [
                {column: _plain(row[column]) for column in columns}
                for _, row in board.sort_values("wape").iterrows()
            ],
            "cutoffs": cutoffs,
            "until": moment(history.cutoff, history.calendar.timezone, "%a %d %b %Y %H:%M"),
        },
    )


def shown(board: pd.DataFrame) -> pd.DataFrame:
    """Name the columns of a leaderboard for people; fractions become per cent."""
    # The store keeps no order of columns.
    table = board[[column for column in SHOWN if column in board]].copy()
    for column in FRACTIONS:
        if column in table:
            table[column] = 100 * table[column].astype(float)
    return table.rename(columns=SHOWN)


def _plain(value: object) -> object:
    """Return what JSON can say; what could not be computed is empty, not 0."""
    if isinstance(value, str):
        return value
    number = float(str(value))
    return None if number != number or abs(number) == float("inf") else number
