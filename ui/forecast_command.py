"""What ``staffcast forecast`` does."""

from pathlib import Path

from forecast.models import check_model
from forecast.predict import forecast_volume
from forecast.series import VolumeForecast
from forecast.update_file import update_path
from ui import terminal
from ui.options import keep_inputs, probabilities_of
from ui.questions_command import open_notes
from ui.reading import read_histories, warn_of
from ui.update_command import is_forecast_file, tell, update_file, updated, write_forecast

OK = 0


def forecast(
    source: Path,
    out: Path,
    horizon: int,
    model: str,
    events: Path | None,
    drivers: Path | None,
    quantiles: str,
    settings: Path | None,
    timezone: str | None,
    actuals: Path | None = None,
    totals: Path | None = None,
) -> int:
    """Forecast volume per queue and interval."""
    if is_forecast_file(source):
        return update_file(source, out, actuals, settings, timezone, totals)
    outs = [out, update_path(out), *([totals] if totals else [])]
    keep_inputs(outs, source, actuals, settings, events, drivers)
    probabilities = probabilities_of(quantiles)
    check_model(model)
    read = read_histories(source, settings, timezone, events, drivers)
    histories = read.histories
    forecasts: tuple[VolumeForecast, ...] = ()
    with terminal.progress_bar() as report:
        for number, each in enumerate(histories):
            report(f"Forecast {each.queue}", number / len(histories))
            made = forecast_volume(each, horizon, model, probabilities)
            forecasts = (*forecasts, made)
    notes: tuple[str, ...] = ()
    if actuals is not None:
        forecasts, notes = updated(forecasts, actuals, source)
    write_forecast(out, forecasts, totals)
    warn_of(read)
    tell(out, forecasts, notes, totals)
    terminal.warn(open_notes(histories))
    return OK
