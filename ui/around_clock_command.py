"""What ``staffcast around-the-clock`` does: live, by phone, or an automatic reply."""

from pathlib import Path

from data.errors import InputError
from data.files import write_all
from forecast.series import VolumeForecast
from forecast.tables import read_forecast
from optimizer.plan_around_clock import plan_around_clock
from optimizer.report import SolveReport
from optimizer.team_files import read_team
from ui import terminal, workflow, workspaces
from ui.around_clock_lines import stretch_lines, summary_lines, tier_map
from ui.around_clock_plans import FILES, clock_files, terms_of
from ui.options import keep_inputs, settings_needed

OK, NO_PLAN = 0, 1


def around_the_clock(
    source: Path,
    out: Path,
    team: Path,
    absences: Path | None,
    queue: str | None,
    settings: Path | None,
) -> int:
    """Plan around the clock for a small team."""
    keep_inputs([out / name for name in FILES], source, team, absences, settings)
    known = settings_needed(settings)
    calendars = {name: workspaces.calendar_of(name, known, ()) for name in known.queues}
    forecasts = read_forecast(source, calendars, known.calendar.timezone)
    chosen = _queue(forecasts, queue, source)
    people = read_team(team, absences, timezone=known.calendar.timezone)
    with terminal.progress_bar() as report:
        report("Work out the reps", 0.0)
        needed = workflow.require(forecasts, known)
        report("Choose what every hour gets", 0.3)
        queue_settings = known.queues[chosen.queue]
        made = plan_around_clock(chosen, needed, queue_settings, people, terms_of(known))
    if isinstance(made, SolveReport):
        terminal.print_lines([f"{made.status}: no plan was found in {made.seconds:.1f} s"])
        return NO_PLAN
    write_all({out / name: text for name, text in clock_files(made).items()})
    terminal.console().print(tier_map(made))
    gap = "no bound" if made.report.gap is None else f"gap {made.report.gap:.2%}"
    terminal.print_lines(
        [
            *summary_lines(made),
            *stretch_lines(made),
            f"{made.report.status}, cost {made.report.objective:,.2f}, {gap}, "
            f"{made.report.seconds:.1f} s",
            f"Written: {out / 'tiers.csv'}, shifts.csv, coverage.csv and report.json beside it",
        ]
    )
    return OK


def _queue(
    forecasts: tuple[VolumeForecast, ...], queue: str | None, source: Path
) -> VolumeForecast:
    names = [forecast.queue for forecast in forecasts]
    if queue is None and len(names) == 1:
        return forecasts[0]
    for forecast in forecasts:
        if forecast.queue == queue:
            return forecast
    found = "several queues" if queue is None else f"{queue!r}"
    raise InputError(f"--queue: found {found}; {source} has {', '.join(names)}: name one of them")
