"""What ``staffcast around-the-clock`` does: live, by phone, or an automatic reply."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.files import csv_text, write_all
from forecast.series import VolumeForecast
from forecast.tables import read_forecast
from optimizer.around_clock import AroundClock
from optimizer.around_clock_files import tiers_table
from optimizer.cover import count_coverage
from optimizer.plan_around_clock import ClockTerms, plan_around_clock
from optimizer.report import SolveReport
from optimizer.shift_files import coverage_table, shifts_table
from optimizer.shifts import ShiftPlan
from optimizer.team_files import read_team
from ui import terminal, workflow, workspaces
from ui.around_clock_lines import stretch_lines, summary_lines, tier_map
from ui.options import keep_inputs, settings_needed
from ui.plan_report import report_text
from ui.settings import Settings

OK, NO_PLAN = 0, 1
NAMES = ("tiers.csv", "shifts.csv", "coverage.csv", "report.json")


def around_the_clock(
    source: Path,
    out: Path,
    team: Path,
    absences: Path | None,
    queue: str | None,
    settings: Path | None,
) -> int:
    """Plan around the clock for a small team."""
    keep_inputs([out / name for name in NAMES], source, team, absences, settings)
    known = settings_needed(settings)
    calendars = {name: workspaces.calendar_of(name, known, ()) for name in known.queues}
    forecasts = read_forecast(source, calendars, known.calendar.timezone)
    chosen = _queue(forecasts, queue, source)
    people = read_team(team, absences, timezone=known.calendar.timezone)
    with terminal.progress_bar() as report:
        report("Work out the reps", 0.0)
        needed = workflow.require(forecasts, known)
        report("Choose what every hour gets", 0.3)
        terms = ClockTerms(
            known.around_the_clock, known.shifts, known.on_call, known.labour, known.solver
        )
        made = plan_around_clock(chosen, needed, known.queues[chosen.queue], people, terms)
    if isinstance(made, SolveReport):
        terminal.print_lines([f"{made.status}: no plan was found in {made.seconds:.1f} s"])
        return NO_PLAN
    write_all({out / name: text for name, text in _files(made, known).items()})
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


def _files(made: AroundClock, known: Settings) -> dict[str, str]:
    """Return the files of a plan; the shifts and their coverage are what `roster` reads."""
    required = pd.DataFrame(
        {
            "queue": made.queue,
            "interval_start": made.table["interval_start"],
            "required_primary": made.table["required"].where(made.table["tier"] == "live", 0),
            "required_on_call": 0,
        }
    )
    plan = ShiftPlan(
        made.shifts,
        count_coverage(required, made.shifts, made.interval_minutes),
        made.timezone,
        made.interval_minutes,
        replace(made.report, seconds=0.0),
    )
    return {
        "tiers.csv": csv_text(tiers_table(made)),
        "shifts.csv": csv_text(shifts_table(plan)),
        "coverage.csv": csv_text(coverage_table(plan.coverage, known.calendar.timezone)),
        "report.json": report_text(_record(made)),
    }


def _record(made: AroundClock) -> dict[str, object]:
    shares = ("answered_live", "by_phone", "told_to_wait")
    return {
        **made.report.record(),
        "hours": {tier: made.hours(tier) for tier in ("live", "phone", "auto")},
        "shares": {name: round(made.share(name), 6) for name in shares},
        "mean_wait_hours": _rounded(made.mean_wait_hours),
        "most_wait_hours": _rounded(made.most_wait_hours),
        "lost": round(made.lost, 6),
        "cost_without_phone": _rounded(made.cost_without_phone),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
