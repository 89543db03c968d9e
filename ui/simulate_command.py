"""What simulations say in the terminal, beside the formulas and of a plan."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from data.clock import format_times, zone
from data.errors import InputError
from data.files import csv_text, write_all
from forecast.series import VolumeForecast
from forecast.tables import read_forecast
from forecast.update_file import with_updates
from optimizer.plan_simulation import PlanSimulation, Tier, simulate_plan
from optimizer.queue_settings import QueueSettings
from optimizer.simulated_service import Comparison, Difference, simulate_evaluation
from ui import terminal, workspaces
from ui.clock_names import CLOCK_NAMES
from ui.options import keep_inputs
from ui.plan_folder import FORECAST, Plan, read_plan, write_exports
from ui.settings import Settings, parse_settings

# Of a normal distribution, 95 % lie within so many standard errors.
WITHIN = 1.96
SHOWN = 5


def simulated_beside(
    evaluation: pd.DataFrame,
    volume: pd.DataFrame,
    staff: pd.DataFrame,
    settings: Settings,
    weeks: int,
    seed: int,
) -> tuple[pd.DataFrame, list[str]]:
    """Simulate what was evaluated; return it with the simulated columns, and what to say of it."""
    with terminal.progress_bar() as report:
        table, comparisons = simulate_evaluation(
            evaluation,
            volume,
            staff,
            settings.queues,
            settings.calendar.interval_minutes,
            weeks,
            seed,
            report,
        )
    timezone = settings.calendar.timezone
    told = [line for each in comparisons for line in comparison_lines(each, timezone)]
    left_out = sorted(set(table["queue"]) - {each.queue for each in comparisons})
    return table, [*told, *(f"{name}: worked within hours, not simulated." for name in left_out)]


def comparison_lines(comparison: Comparison, timezone: str) -> list[str]:
    """Say how far formulas and simulation are apart, and where the simulation holds."""
    if comparison.worst is None:
        return [f"{comparison.queue}: no contacts, so nothing to simulate."]
    return [
        agreement_line(comparison),
        f"{comparison.queue}: a contact's interval has them {100 * comparison.apart:.1f} points "
        f"apart on average (noise alone: {100 * comparison.by_noise:.1f}), and at most at "
        f"{_at(comparison.worst, timezone)}.",
        *beyond_lines(comparison, timezone),
    ]


def agreement_line(comparison: Comparison) -> str:
    """Say what service a queue has, by the formulas and simulated."""
    noise = WITHIN * comparison.standard_error
    return (
        f"{comparison.queue}: {CLOCK_NAMES[comparison.clock]} in time "
        f"{comparison.formula:.1%} by the formulas, "
        f"{comparison.simulated:.1%} (± {100 * noise:.1f} points) in "
        f"{comparison.replications:,} simulated runs."
    )


def beyond_lines(comparison: Comparison, timezone: str) -> list[str]:
    """Name the intervals in which the simulated figures hold; none when there is none."""
    if not comparison.beyond:
        return []
    worst = sorted(comparison.beyond, key=lambda each: -abs(each.points))
    lines = [
        f"{comparison.queue}: {len(worst)} intervals differ by more than 2 points beyond noise; "
        "there the simulated figures hold:",
        *(f"  {_at(each, timezone)}" for each in worst[:SHOWN]),
    ]
    return lines if len(worst) <= SHOWN else [*lines, f"  and {len(worst) - SHOWN} more"]


def _at(difference: Difference, timezone: str) -> str:
    local = difference.interval_start.tz_convert(zone(timezone))
    return (
        f"{local:%Y-%m-%d %H:%M}: {difference.formula:.1%} by the formulas, "
        f"{difference.simulated:.1%} (± {100 * WITHIN * difference.noise:.1f}) simulated"
    )


def simulate(folder: Path, weeks: int, seed: int, out: Path | None) -> int:
    """Try a plan out on sample paths of its forecast."""
    if out is not None:
        keep_inputs([out], *folder.glob("*"))
    made = read_plan(folder)
    settings = parse_settings(made.settings, str(folder / "settings.toml"))
    with terminal.progress_bar() as report:
        report("Read the plan", 0.0)
        simulations = simulate_plan(
            plan_forecasts(folder, made, settings),
            made.requirement.table,
            made.coverage,
            settings.queues,
            settings.on_call.guard,
            max(2, round(weeks / made.weeks)),
            seed,
            report,
        )
    if not simulations:
        raise InputError(f"{folder}: only chat and phone are simulated, and the plan has neither")
    text = csv_text(simulation_table(simulations, made.timezone))
    if out is None:
        (out,) = write_exports(folder, {"simulation.csv": text.encode()})
    else:
        write_all({out: text})
    for each in simulations:
        terminal.print_lines(plan_lines(each, settings.queues, made))
    terminal.print_lines([f"Written: {out}"])
    return 0


def simulation_table(simulations: Sequence[PlanSimulation], timezone: str) -> pd.DataFrame:
    """Return simulated weeks as they stand in a file: ``unique_id``, ``ds`` in local wall time."""
    table = pd.concat([each.table for each in simulations], ignore_index=True)
    table = table.rename(columns={"queue": "unique_id"})
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), timezone)
    table.insert(1, "ds", times)
    return table.round(6)


def plan_lines(
    simulation: PlanSimulation, queues: Mapping[str, QueueSettings], made: Plan
) -> list[str]:
    """Say how a queue's part of a plan holds up."""
    service, table = queues[simulation.queue].service, simulation.table
    told = int(table["primary_misses"].notna().sum())
    hours = table["called_in"].sum() * made.interval_minutes / 60
    weeks = simulation.runs * made.weeks
    lines = [
        f"{simulation.queue}: {CLOCK_NAMES[service.clock]} within {service.within_seconds:g} s, "
        f"target {service.target:.0%}, in {weeks:,} simulated weeks of the forecast:",
        f"  primary alone {_tier_line(simulation.primary, told)}",
        f"  with on-call  {_tier_line(simulation.with_on_call, told)}; "
        f"{hours / made.weeks:.1f} rep-hours a week are called in",
    ]
    worst = table.sort_values("with_on_call_misses", ascending=False, kind="stable").head(SHOWN)
    worst = worst[worst["with_on_call_misses"] > 0]
    if len(worst):
        lines.append("  most likely to miss it, with on-call: " + "; ".join(_missed(worst, made)))
    return lines


def _tier_line(tier: Tier, told: int) -> str:
    return (
        f"{tier.service_level:.1%} (± {100 * WITHIN * tier.service_level_se:.1f} points), "
        f"{tier.missed:.1f} (± {WITHIN * tier.missed_se:.1f}) of {told} intervals miss it"
    )


def _missed(rows: pd.DataFrame, made: Plan) -> list[str]:
    local = pd.DatetimeIndex(rows["interval_start"]).tz_convert(zone(made.timezone))
    return [
        f"{start:%a %d %H:%M} in {share:.0%} of runs"
        for start, share in zip(local, rows["with_on_call_misses"], strict=True)
    ]


def plan_forecasts(folder: Path, made: Plan, settings: Settings) -> tuple[VolumeForecast, ...]:
    """Read the forecast of a plan, with how its errors hang together.

    Parameters
    ----------
    folder
        Of the plan.
    made, settings
        As they were read from it.

    Raises
    ------
    InputError
        When a queue has no settings, or the guard lies outside the quantiles.
    """
    path = folder / FORECAST
    calendars = {name: workspaces.calendar_of(name, settings, ()) for name in settings.queues}
    forecasts = with_updates(path, read_forecast(path, calendars, made.timezone))
    guard = settings.on_call.guard
    for forecast in forecasts:
        if forecast.queue not in settings.queues:
            raise InputError(
                f"{path}: queue {forecast.queue} has no settings in the plan; make the plan again"
            )
        if not forecast.probabilities[0] <= guard <= forecast.probabilities[-1]:
            raise InputError(
                f"{path}: the guard {guard:g} lies outside the quantiles of {forecast.queue}; "
                "make the plan again"
            )
    return forecasts
