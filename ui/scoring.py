"""Scoring models on past weeks, and keeping the leaderboard."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from data.errors import InputError
from forecast.series import VolumeHistory
from optimizer.solver import Cancellation
from ui import workflow
from ui.drafts import Drafts
from ui.jobs import Tell, check
from ui.progress import Report
from ui.settings import Settings
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


def cost_of_error(
    rows: pd.DataFrame,
    histories: Sequence[VolumeHistory],
    settings: Settings,
    progress: Report,
    *,
    on_shifts: bool = False,
    jobs: int = 1,
) -> pd.DataFrame:
    """Price what forecasts of the past were off by, as `optimizer.forecast_cost` does.

    Parameters
    ----------
    rows
        Of a backtest.
    histories
        The queues that it tested.
    settings
        What a queue's conversations ask for, what is promised, and prices.
    progress
        Told what is done; what it raises ends the work.
    on_shifts
        Whether shift plans are staffed, and not the requirement itself.
    jobs
        Processes that share the work.
    """
    from optimizer import forecast_cost

    return forecast_cost.cost_of_error(
        rows,
        {history.queue: history.calendar for history in histories},
        settings.queues,
        settings.shifts,
        settings.on_call,
        partial(workflow.cover, settings=settings) if on_shifts else None,
        progress,
        jobs,
    )


def check_priced(settings: Settings, histories: Sequence[VolumeHistory]) -> None:
    """Refuse to price errors where the settings say of no queue what it asks for.

    Raises
    ------
    InputError
        When the settings name no queue of the history.
    """
    found = [history.queue for history in histories]
    if not any(queue in settings.queues for queue in found):
        raise InputError(
            f"--cost: the settings name no queue of the history ({', '.join(found)}); add a table "
            f"[queues.{found[0]}] with its handling"
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
