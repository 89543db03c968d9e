"""What ``staffcast forecast`` does."""

from pathlib import Path

from data.errors import InputError
from forecast.models import check_model
from forecast.queues import forecast_queues, total_forecast, usual_jobs
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
    jobs: int | None = None,
    *,
    total: bool = False,
) -> int:
    """Forecast volume per queue and interval."""
    if total and any(after.inputs):
        raise InputError(
            "--total: actuals and overrides change queues and not their total; forecast without "
            "them, or leave --total out"
        )
    if is_forecast_file(source):
        for name, given in (("--events", events), ("--drivers", drivers)):
            if given is not None:
                raise InputError(
                    f"{name}: {source} is a forecast, which is updated without a fit; give the "
                    f"history to take {given.name} in"
                )
        return update_file(source, out, settings, timezone, after)
    keep_inputs(after.outs(out), source, settings, events, drivers, *after.inputs)
    after.check(out, settings)
    probabilities = probabilities_of(quantiles)
    check_model(model)
    read = read_histories(source, settings, timezone, events, drivers)
    histories = read.histories
    after.read(histories[0].calendar)
    with terminal.progress_bar() as report:
        forecasts = forecast_queues(
            histories,
            horizon,
            model,
            probabilities,
            jobs=jobs or usual_jobs(len(histories)),
            progress=report,
            likeness=read.likeness,
        )
        if total:
            forecasts = (*forecasts, total_forecast(histories, forecasts, model))
    made, notes = after.apply(forecasts, source)
    written = after.write(out, made, settings)
    warn_of(read)
    tell(made, notes, written)
    terminal.warn(open_notes(histories))
    return OK
