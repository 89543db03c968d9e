"""What ``staffcast forecast --actuals`` does: the rest of today, from how it began."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import InputError
from data.files import csv_text, write_all
from data.sources.delimited import read_header
from forecast.actuals import read_actuals
from forecast.intraday import update_day
from forecast.series import VolumeForecast
from forecast.tables import forecast_table, read_forecast
from forecast.totals import totals_table
from forecast.update_file import update_path, update_text, with_updates
from ui import terminal
from ui.options import keep_inputs, settings_of, zone_of

OK = 0


def is_forecast_file(path: Path) -> bool:
    """Say whether a file has the columns of a forecast; one that is not there has none."""
    return path.is_file() and path.stat().st_size > 0 and "q50" in read_header(path)[0]


def update_file(
    source: Path,
    out: Path,
    actuals: Path | None,
    settings: Path | None,
    timezone: str | None,
    totals: Path | None = None,
) -> int:
    """Update a forecast's file with what came since; no model is fitted."""
    if actuals is None:
        raise InputError(
            f"{source}: found a forecast; give a history of unique_id,ds,y, or update the "
            "forecast with --actuals"
        )
    outs = [out, update_path(out), *([totals] if totals else [])]
    keep_inputs(outs, source, update_path(source), actuals, settings)
    zone_name = zone_of(timezone, settings_of(settings))
    forecasts = with_updates(source, read_forecast(source, None, zone_name))
    made, notes = updated(forecasts, actuals, source)
    write_forecast(out, made, totals)
    tell(out, made, notes, totals)
    return OK


def updated(
    forecasts: Sequence[VolumeForecast], actuals: Path, source: Path
) -> tuple[tuple[VolumeForecast, ...], tuple[str, ...]]:
    """Update every queue that actuals name, and let all begin where the actuals end.

    Parameters
    ----------
    forecasts
        The morning's.
    actuals
        A file of ``unique_id,ds,y``.
    source
        Where the forecasts come from, for faults.

    Raises
    ------
    InputError
        When the actuals cannot be used, or a forecast does not say how to update it.
    """
    came, notes = read_actuals(actuals, forecasts)
    now = max(actual.index[-1] for actual in came.values()) + forecasts[0].calendar.step
    made = []
    for forecast in forecasts:
        if forecast.queue in came:
            if forecast.update is None:
                raise InputError(
                    f"{source}: the forecast of the queue {forecast.queue} cannot be updated: "
                    f"{update_path(source).name} beside it, which staffcast forecast writes, is "
                    "missing or is that of a forecast that was updated already; give the "
                    "morning's forecast or the history"
                )
            forecast = update_day(forecast, came[forecast.queue])
        else:
            notes += (f"Queue {forecast.queue}: {actuals.name} has nothing of it; not updated.",)
        table = forecast.table[forecast.table.index >= now]
        if table.empty:
            raise InputError(
                f"{actuals}: the actuals reach the end of the forecast of the queue "
                f"{forecast.queue}; make a forecast that reaches further"
            )
        made.append(replace(forecast, table=table, update=None))
    return tuple(made), notes


def write_forecast(
    out: Path, forecasts: Sequence[VolumeForecast], totals: Path | None = None
) -> None:
    """Write a forecast's file with what its update needs beside it, and its totals."""
    files = {out: csv_text(forecast_table(forecasts)), update_path(out): update_text(forecasts)}
    if totals in files:
        raise InputError(f"--totals: {totals} is written by --out; name another file")
    if totals is not None:
        files[totals] = csv_text(totals_table(forecasts))
    write_all(files)


def tell(
    out: Path,
    forecasts: Sequence[VolumeForecast],
    notes: Sequence[str],
    totals: Path | None = None,
) -> None:
    """Say what was forecast and what should be known of it."""
    terminal.warn(notes)
    for made in forecasts:
        terminal.warn(made.notes)
        total = made.table["q50"].sum()
        terminal.print_lines(
            [
                f"{made.queue}: {total:,.0f} contacts expected in {len(made.table)} intervals "
                f"({made.model})"
            ]
        )
    terminal.print_lines([f"Written: {path}" for path in (out, totals) if path is not None])
