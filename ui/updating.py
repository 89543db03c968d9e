"""Forecasts updated by the actuals of a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import InputError
from forecast.actuals import read_actuals
from forecast.intraday import update_day
from forecast.series import VolumeForecast
from forecast.update_file import update_path


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
