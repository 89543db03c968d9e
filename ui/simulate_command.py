"""What simulations say in the terminal, beside the formulas and of a plan."""

import pandas as pd

from data.clock import zone
from optimizer.simulated_service import Comparison, Difference, simulate_evaluation
from ui import terminal
from ui.settings import Settings

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
    return table, [line for each in comparisons for line in comparison_lines(each, timezone)]


def comparison_lines(comparison: Comparison, timezone: str) -> list[str]:
    """Say how far formulas and simulation are apart, and where the simulation holds."""
    clock = comparison.clock
    if comparison.worst is None:
        return [f"{comparison.queue}: no contacts, so nothing to simulate."]
    noise = WITHIN * comparison.standard_error
    lines = [
        f"{comparison.queue}: {clock} is {comparison.formula:.1%} by the formulas and "
        f"{comparison.simulated:.1%} (± {100 * noise:.1f} points) in "
        f"{comparison.replications:,} simulated runs.",
        f"{comparison.queue}: an interval's contacts see them {100 * comparison.apart:.1f} points "
        f"apart (noise alone: {100 * comparison.by_noise:.1f}); most at "
        f"{_at(comparison.worst, timezone)}.",
    ]
    if comparison.beyond:
        lines.append(
            f"{comparison.queue}: in {len(comparison.beyond)} intervals they differ by more than "
            "2 points beyond noise; there the simulated figures hold:"
        )
        worst = sorted(comparison.beyond, key=lambda each: -abs(each.points))
        lines += [f"  {_at(each, timezone)}" for each in worst[:SHOWN]]
        if len(worst) > SHOWN:
            lines.append(f"  and {len(worst) - SHOWN} more")
    return lines


def _at(difference: Difference, timezone: str) -> str:
    local = difference.interval_start.tz_convert(zone(timezone))
    return (
        f"{local:%Y-%m-%d %H:%M}: {difference.formula:.1%} by the formulas, "
        f"{difference.simulated:.1%} (± {100 * WITHIN * difference.noise:.1f}) simulated"
    )
