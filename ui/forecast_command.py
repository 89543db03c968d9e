"""What ``staffcast forecast`` does."""

from pathlib import Path

from data.files import csv_text, write_all
from forecast.models import check_model
from forecast.predict import forecast_volume
from forecast.tables import forecast_table
from ui import terminal
from ui.options import keep_inputs, probabilities_of
from ui.reading import read_histories, warn_of

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
) -> int:
    """Forecast volume per queue and interval."""
    keep_inputs([out], source, settings, events, drivers)
    probabilities = probabilities_of(quantiles)
    check_model(model)
    read = read_histories(source, settings, timezone, events, drivers)
    histories = read.histories
    forecasts = []
    with terminal.progress_bar() as report:
        for number, each in enumerate(histories):
            report(f"Forecast {each.queue}", number / len(histories))
            forecasts.append(forecast_volume(each, horizon, model, probabilities))
    write_all({out: csv_text(forecast_table(forecasts))})
    warn_of(read)
    for made in forecasts:
        terminal.warn(made.notes)
        total = made.table["q50"].sum()
        terminal.print_lines(
            [f"{made.queue}: {total:,.0f} contacts expected in {horizon} intervals ({made.model})"]
        )
    terminal.print_lines([f"Written: {out}"])
    return OK
