"""What ``staffcast backtest`` does."""

from pathlib import Path

import pandas as pd

from data.clock import format_times
from data.errors import InputError
from data.files import csv_text, write_all
from data.processes import cores
from forecast.models import ALWAYS_COMPARED, check_model, load_model, model_names
from forecast.published import with_published
from forecast.series import PROBABILITIES
from forecast.tables import backtest_table
from ui import scoring, terminal, workflow
from ui.options import keep_inputs, settings_needed
from ui.publishing import kept_snapshots
from ui.reading import read_histories, warn_of

OK = 0
COST_FILE = "cost.csv"
FILES = (
    "leaderboard.csv",
    "backtest.csv",
    "by_lead.csv",
    "by_hour_of_week.csv",
    "hour_by_weekday.csv",
    "by_cutoff.csv",
    "over_queues.csv",
)


def backtest(
    source: Path,
    out: Path,
    horizon: int,
    cutoffs: int,
    step: int,
    models: str | None,
    events: Path | None,
    drivers: Path | None,
    settings: Path | None,
    timezone: str | None,
    jobs: int | None,
    cost: bool,
    shifts: bool,
) -> int:
    """Compare models on the past."""
    # SciPy's distributions take a second to import, which no other command needs at once.
    from forecast.accuracy import leaderboard, over_queues
    from forecast.backtest import backtest_queues

    names = [name.strip() for name in models.split(",")] if models else _installed()
    for name in names:
        check_model(name)
    priced = settings_needed(settings) if cost or shifts else None
    keep_inputs([out / name for name in (*FILES, COST_FILE)], source, settings, events, drivers)
    read = read_histories(source, settings, timezone, events, drivers)
    histories, processes = read.histories, jobs or cores()
    if priced:
        scoring.check_priced(priced, histories)
    everyone = list(dict.fromkeys([*names, *ALWAYS_COMPARED]))
    levels = workflow.levels(priced) if priced else PROBABILITIES
    tested = (histories, horizon, cutoffs, step, everyone)
    with terminal.progress_bar() as report:
        rows = backtest_queues(*tested, report, probabilities=levels, jobs=processes)
        rows = with_published(rows, kept_snapshots(settings.parent if settings else Path()))
        zone_name = histories[0].calendar.timezone
        scores = leaderboard(rows, zone_name)
        average = over_queues(scores)
        tables = [scores, backtest_table(rows, zone_name), *_where(rows, zone_name), average]
        written = dict(zip(FILES, tables, strict=True))
        if priced:
            written[COST_FILE] = scoring.cost_of_error(
                rows, histories, priced, report, on_shifts=shifts, jobs=processes
            )
    write_all({out / name: csv_text(table) for name, table in written.items()})
    warn_of(read)
    terminal.print_leaderboard(scores)
    if len(histories) > 1:
        terminal.print_over_queues(average)
    if priced:
        terminal.print_cost(written[COST_FILE])
    names = list(written)
    terminal.print_lines(
        [
            scoring.told_sentence(
                scoring.events_told(histories, rows), scoring.drivers_told(histories)
            ),
            f"Written: {out / names[0]}; {', '.join(names[1:])} beside it",
        ]
    )
    return OK


def _installed() -> list[str]:
    """Return the models that can be used here, and tell of those whose library is missing."""
    names = []
    for name in model_names():
        try:
            load_model(name)
        except InputError as missing:
            terminal.warn([f"{missing}; it is left out of the comparison"])
        else:
            names.append(name)
    return names


def _where(rows: pd.DataFrame, timezone: str) -> tuple[pd.DataFrame, ...]:
    """Return where errors lie: by lead, by hour of the week, the same as weeks, by cutoff."""
    from forecast import accuracy

    by_cutoff = accuracy.accuracy_by_cutoff(rows)
    by_cutoff["cutoff"] = format_times(by_cutoff["cutoff"], timezone)
    by_hour = accuracy.accuracy_by_hour_of_week(rows, timezone)
    return (
        accuracy.accuracy_by_lead(rows),
        by_hour,
        accuracy.hour_by_weekday(by_hour),
        by_cutoff,
    )
