"""Comparing models on past weeks: forecasts, scores and what errors cost; and keeping them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from data.clock import local_days
from data.errors import InputError
from data.progress import Report
from forecast.models import ALWAYS_COMPARED
from forecast.published import with_published
from forecast.series import PROBABILITIES, VolumeHistory
from forecast.snapshots import Snapshot
from optimizer.solver import Cancellation
from ui import workflow
from ui.drafts import Drafts
from ui.jobs import Tell, check
from ui.settings import Settings
from ui.sums import moment

KIND = "accuracy"
WEEKS = 6
MOST_WEEKS = 52
TABLES = ("leaderboard", "by_lead", "by_hour_of_week", "by_cutoff", "cost")
_PRICING = 0.2


def most_weeks(history: VolumeHistory) -> int:
    """Return how many weeks of a queue can be tested; the first one is only looked back to."""
    known = history.volume.notna()
    first = history.volume.index[known][0] if known.any() else history.cutoff
    weeks = int((history.cutoff - first) / pd.Timedelta(weeks=1))
    return min(max(weeks - 1, 0), MOST_WEEKS)


def score(
    history: VolumeHistory,
    models: Sequence[str],
    drafts: Drafts,
    cancel: Cancellation,
    tell: Tell,
    settings: Settings,
    snapshots: Sequence[Snapshot] = (),
    *,
    weeks: int = WEEKS,
) -> None:
    """Forecast the last weeks of a queue with each model, and keep how good that was.

    What a planner could do by hand is always among the models, and where whole weeks of the queue
    were published (`snapshots`) so is that. Where the settings say what the queue's conversations
    ask for, errors are also priced.

    Raises
    ------
    Cancelled
        When it was stopped.
    InputError
        When the history is too short.
    """
    from forecast.accuracy import (
        accuracy_by_cutoff,
        accuracy_by_hour_of_week,
        accuracy_by_lead,
        leaderboard,
    )
    from forecast.backtest import backtest

    calendar = history.calendar
    is_priced = history.queue in settings.queues
    share = 1 - _PRICING if is_priced else 1.0

    def report(stage: str, done: float) -> None:
        check(cancel)
        tell(stage, share * done)

    def price(stage: str, done: float) -> None:
        check(cancel)
        tell(stage, share + (1 - share) * done)

    everyone = list(dict.fromkeys([*models, *ALWAYS_COMPARED]))
    levels = workflow.levels(settings) if is_priced else PROBABILITIES
    ahead = calendar.intervals_per_week
    rows = backtest(history, ahead, weeks, ahead, everyone, report, probabilities=levels)
    rows = with_published(rows, snapshots)
    by_cutoff = accuracy_by_cutoff(rows)
    by_cutoff["cutoff"] = [moment(each, calendar.timezone) for each in by_cutoff["cutoff"]]
    tables = {
        "leaderboard": leaderboard(rows, calendar.timezone),
        "by_lead": accuracy_by_lead(rows),
        "by_hour_of_week": accuracy_by_hour_of_week(rows, calendar.timezone),
        "by_cutoff": by_cutoff,
    }
    if is_priced:
        tables["cost"] = cost_of_error(rows, [history], settings, price)
    check(cancel)
    kept: dict[str, object] = {name: _payload(table) for name, table in tables.items()}
    kept["weeks"] = weeks
    kept["until"] = moment(history.cutoff, calendar.timezone, "%a %d %b %Y %H:%M")
    kept["told"] = events_told([history], rows)
    kept["drivers"] = drivers_told([history])
    drafts.save(KIND, history.queue, kept)


def kept_table(kept: Mapping[str, Any], name: str) -> pd.DataFrame:
    """Return a table that `score` kept; empty when there is none."""
    table = pd.DataFrame(**kept.get(name, {}))
    # JSON has no NaN: a column of which nothing could be computed comes back without a type.
    unknown = [column for column in table if table[column].isna().all()]
    return table.astype(dict.fromkeys(unknown, "float"))


def events_told(histories: Sequence[VolumeHistory], rows: pd.DataFrame) -> int:
    """Count the events and holidays of the tested days, which the models were told ahead."""
    told = 0
    for history in histories:
        tested = rows.loc[rows["unique_id"] == history.queue, "ds"]
        days = set(local_days(pd.DatetimeIndex(tested.unique()), history.calendar.timezone))
        told += sum(event.day in days for event in history.calendar.events)
    return told


def drivers_told(histories: Sequence[VolumeHistory]) -> list[str]:
    """Name the drivers that the models were given, with their values in the tested weeks."""
    return sorted({driver.name for history in histories for driver in history.calendar.drivers})


def told_sentence(told: int, drivers: Iterable[str] = ()) -> str:
    """Say what of the tested weeks the models knew: events and drivers, as a planner knows them.

    Parameters
    ----------
    told
        Events of the tested days.
    drivers
        Names of the drivers that were given with their values in the tested weeks.
    """
    events = "No event or holiday of the tested weeks was known"
    if told:
        events = (
            f"Events known in advance were given to all models: {told} of the tested weeks, "
            "holidays included"
        )
    names = ", ".join(sorted(set(drivers)))
    given = f"; so were the values of {names} in those weeks" if names else ""
    return f"{events}{given}. Of the volume after a cutoff nothing was seen."


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


def _payload(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return what JSON can say of a table; what could not be computed is empty, not 0."""
    values = table.astype(object).where(table.notna(), None)
    return {"columns": list(table.columns), "data": values.to_numpy().tolist()}
