"""What ``staffcast forecast F.csv --actuals`` does: the rest of today, from how it began."""

from pathlib import Path

from data.errors import InputError
from data.sources.delimited import read_header
from forecast.tables import read_forecast
from forecast.update_file import update_path, with_updates
from ui.after_forecast import After, tell
from ui.options import keep_inputs, settings_of, zone_of

OK = 0


def is_forecast_file(path: Path) -> bool:
    """Say whether a file has the columns of a forecast; one that is not there has none."""
    return path.is_file() and path.stat().st_size > 0 and "q50" in read_header(path)[0]


def update_file(
    source: Path, out: Path, settings: Path | None, timezone: str | None, after: After
) -> int:
    """Update a forecast's file with what came since; no model is fitted."""
    if after.actuals is None:
        raise InputError(
            f"{source}: found a forecast; give a history of unique_id,ds,y, or update the "
            "forecast with --actuals"
        )
    keep_inputs(after.outs(out), source, update_path(source), settings, *after.inputs)
    after.check(out, settings)
    zone_name = zone_of(timezone, settings_of(settings))
    forecasts = with_updates(source, read_forecast(source, None, zone_name))
    made, notes = after.apply(forecasts, source)
    tell(made, notes, after.write(out, made, settings))
    return OK
