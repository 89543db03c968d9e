"""What ``staffcast backtest`` does."""

from pathlib import Path

import pandas as pd

from data.files import csv_text, write_all
from forecast.models import check_model, model_names
from forecast.tables import backtest_table
from ui import terminal
from ui.options import keep_inputs
from ui.reading import read_histories, warn_of

OK = 0


def backtest(
    source: Path,
    out: Path,
    horizon: int,
    cutoffs: int,
    step: int,
    models: str | None,
    events: Path | None,
    settings: Path | None,
    timezone: str | None,
) -> int:
    """Compare models on the past."""
    # SciPy's distributions take a second to import, which no other command needs at once.
    from forecast.accuracy import leaderboard
    from forecast.backtest import backtest as run_backtest

    names = [name.strip() for name in models.split(",")] if models else list(model_names())
    outs = [out / "leaderboard.csv", out / "backtest.csv"]
    keep_inputs(outs, source, settings, events)
    for name in names:
        check_model(name)
    read = read_histories(source, settings, timezone, events)
    histories = read.histories
    with terminal.progress_bar() as report:
        rows = pd.concat(
            run_backtest(each, horizon, cutoffs, step, names, report) for each in histories
        )
    scores = leaderboard(rows)
    zone_name = histories[0].calendar.timezone
    write_all(
        {
            outs[0]: csv_text(scores),
            outs[1]: csv_text(backtest_table(rows, zone_name)),
        }
    )
    warn_of(read)
    terminal.print_leaderboard(scores)
    terminal.print_lines([f"Written: {outs[0]}, {outs[1]}"])
    return OK
