"""What ``staffcast forecast`` does."""

from pathlib import Path

from forecast.models import check_model
from forecast.predict import forecast_volume
from forecast.series import VolumeForecast
from ui import terminal
from ui.after_forecast import After, tell
from ui.options import keep_inputs, probabilities_of
from ui.questions_command import open_notes
from ui.reading import read_histories, warn_of
from ui.update_command import is_forecast_file, update_file

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
    after: After,
) -> int:
    """Forecast volume per queue and interval."""
    if is_forecast_file(source):
        return update_file(source, out, settings, timezone, after)
    keep_inputs(after.outs(out), source, settings, events, drivers, *after.inputs)
    after.check(settings)
    probabilities = probabilities_of(quantiles)
    check_model(model)
    read = read_histories(source, settings, timezone, events, drivers)
    histories = read.histories
    forecasts: tuple[VolumeForecast, ...] = ()
    with terminal.progress_bar() as report:
        for number, each in enumerate(histories):
            report(f"Forecast {each.queue}", number / len(histories))
            forecasts = (*forecasts, forecast_volume(each, horizon, model, probabilities))
    made, notes = after.apply(forecasts, source)
    written = after.write(out, made, settings)
    warn_of(read)
    tell(made, notes, written)
    terminal.warn(open_notes(histories))
    return OK
