"""Service as the simulator sees it, held against what the formulas say.

Formulas are exact about their model and the model is near the floor; the simulator is the floor
itself, but noisy. So where the two differ by more than `TOLERANCE` beyond noise, the simulated
figure holds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from data.progress import Report, silent
from optimizer.concurrency import Handling, message_times
from optimizer.evaluation import EVALUATION_COLUMNS
from optimizer.queue_settings import QueueSettings
from optimizer.staffing.simulation import SIMULATING, Simulation, simulate
from optimizer.staffing.simulation_draws import Floats, Practice, Work
from optimizer.staffing.simulation_run import Conditions

TOLERANCE = 0.02
MINUTES_A_WEEK = 7 * 24 * 60
# Of a false alarm somewhere in a table.
_ALARM = 0.05


@dataclass(frozen=True)
class Difference:
    """Service in one interval by both, as shares; `noise` is the standard error between them."""

    interval_start: pd.Timestamp
    formula: float
    simulated: float
    noise: float

    @property
    def points(self) -> float:
        """How much more the formulas promise, in points."""
        return 100 * (self.formula - self.simulated)


@dataclass(frozen=True)
class Comparison:
    """Formulas and simulation of a queue, on the event that its clock names.

    Parameters
    ----------
    queue, clock
        Which queue, and which event.
    replications
        How often the stretch of time was simulated.
    formula, simulated, standard_error
        Share of all contacts in time by both, and the noise of the second.
    apart, by_noise
        Mean over contacts of the absolute difference of their interval, and what noise alone
        would make of it.
    worst
        The interval in which the two differ most; None without contacts.
    beyond
        Intervals in which they differ by more than `TOLERANCE` beyond noise.
    """

    queue: str
    clock: str
    replications: int
    formula: float
    simulated: float
    standard_error: float
    apart: float
    by_noise: float
    worst: Difference | None
    beyond: tuple[Difference, ...]


def conditions_of(settings: QueueSettings, interval_minutes: float) -> Conditions:
    """Return the conditions under which a queue's contacts are served."""
    service = settings.service
    practice = Practice(
        shift_end=service.shift_end,
        wind_down_minutes=service.wind_down_minutes,
        routing=service.routing,
        speed_cv=settings.handling.speed_cv,
    )
    return Conditions(
        work_of(settings.handling), interval_minutes, service.within_seconds, practice
    )


def work_of(handling: Handling) -> Work:
    """Return what conversations ask of reps, whichever way the handling was given."""
    times = message_times(handling)
    return Work(
        handling.concurrency,
        times.rep_messages,
        times.writing_minutes,
        times.customer_reply_minutes,
        handling.patience_minutes,
        handling.writing_cv,
        handling.customer_reply_cv,
        handling.patience_cv,
        handling.reply_order,
    )


def replications_in(weeks: float, intervals: int, interval_minutes: float) -> int:
    """Return how often a stretch of time has to be simulated to see so many weeks of it.

    Examples
    --------
    >>> replications_in(200, 168, 60), replications_in(200, 24, 60), replications_in(1, 336, 60)
    (200, 1400, 2)
    """
    return max(2, round(weeks * MINUTES_A_WEEK / (intervals * interval_minutes)))


def simulate_evaluation(
    evaluation: pd.DataFrame,
    volume: pd.DataFrame,
    staff: pd.DataFrame,
    queues: Mapping[str, QueueSettings],
    interval_minutes: int,
    weeks: float,
    seed: int,
    progress: Report = silent,
) -> tuple[pd.DataFrame, tuple[Comparison, ...]]:
    """Simulate what was evaluated.

    Parameters
    ----------
    evaluation
        As `optimizer.evaluation.evaluate_staff` returned it.
    volume, staff, queues, interval_minutes
        What it was evaluated from.
    weeks
        How many weeks to see of each queue.
    seed
        The same seed simulates the same weeks.
    progress
        Told the queue and the share that is done.

    Returns
    -------
    tuple
        The evaluation with ``simulated_…`` and ``simulated_…_se`` added of each of
        `optimizer.evaluation.EVALUATION_COLUMNS`, and a comparison for every queue; those of
        asynchronous queues, which are not simulated, stay empty.
    """
    on = ["queue", "interval_start"]
    rows = evaluation[on].merge(volume[[*on, "volume"]], on=on).merge(staff[[*on, "reps"]], on=on)
    tables, comparisons = [], []
    told = rows["queue"].nunique()
    for place, (name, part) in enumerate(rows.groupby("queue", sort=True)):
        queue, settings = str(name), queues[str(name)]
        if settings.is_asynchronous:
            tables.append(evaluation[evaluation["queue"] == name])
            continue
        result = simulate(
            part["volume"].to_numpy(dtype=float),
            part["reps"].to_numpy(dtype=int),
            conditions_of(settings, interval_minutes),
            replications_in(weeks, len(part), interval_minutes),
            seed,
            progress=partial(tell_part, progress, f"Simulate {queue}", place, told),
        )
        predicted = evaluation[evaluation["queue"] == name]
        comparisons.append(compare(queue, settings, predicted, part["volume"].to_numpy(), result))
        tables.append(_beside(predicted, result, settings.service.clock))
    added = [f"simulated_{name}{end}" for name in EVALUATION_COLUMNS for end in ("", "_se")]
    whole = pd.concat(tables, ignore_index=True)
    return whole.reindex(columns=[*evaluation.columns, *added]), tuple(comparisons)


def compare(
    queue: str,
    settings: QueueSettings,
    predicted: pd.DataFrame,
    volume: Floats,
    result: Simulation,
) -> Comparison:
    """Hold what was predicted for a queue against a simulation of the same.

    Parameters
    ----------
    queue, settings
        Whose clock decides which event is compared.
    predicted
        ``interval_start`` and the event's column; a row per interval.
    volume
        Contacts of each interval.
    result
        The simulation.
    """
    clock = settings.service.clock
    formula = predicted[clock].to_numpy(dtype=float)
    simulated = result.table[clock].to_numpy(dtype=float)
    seen = result.table["arrivals"].to_numpy() * result.replications
    told = (volume > 0) & (seen > 0)
    # Where everyone or nobody was in time the spread over replications shows no noise.
    by_chance = np.sqrt(formula * (1 - formula) / np.maximum(seen, 1))
    noise = np.fmax(result.table[f"{clock}_se"].to_numpy(), by_chance)
    apart = np.where(told, np.abs(formula - simulated), 0.0)
    weight = np.where(told, volume, 0.0)
    sure = stdtrit(result.replications - 1, 1 - _ALARM / 2 / max(int(told.sum()), 1))
    places = np.flatnonzero(told & (apart > TOLERANCE + sure * np.where(told, noise, 0.0)))

    def difference(place: int) -> Difference:
        start = pd.Timestamp(predicted["interval_start"].iloc[place])
        return Difference(
            start, float(formula[place]), float(simulated[place]), float(noise[place])
        )

    return Comparison(
        queue=queue,
        clock=clock,
        replications=result.replications,
        formula=_mean(formula, weight),
        simulated=float(result.whole[clock]),
        standard_error=float(result.whole[f"{clock}_se"]),
        apart=_mean(apart, weight),
        by_noise=_mean(noise * math.sqrt(2 / math.pi), weight),
        worst=difference(int(np.argmax(apart))) if told.any() else None,
        beyond=tuple(difference(int(place)) for place in places),
    )


def _beside(predicted: pd.DataFrame, result: Simulation, clock: str) -> pd.DataFrame:
    """Put the simulated columns beside those of the formulas."""
    named = {"service_level": clock}
    added = {
        f"simulated_{name}{end}": result.table[f"{named.get(name, name)}{end}"].to_numpy()
        for name in EVALUATION_COLUMNS
        for end in ("", "_se")
    }
    return pd.concat([predicted, pd.DataFrame(added, index=predicted.index)], axis=1)


def _mean(values: Floats, weight: Floats) -> float:
    kept = weight > 0
    return float(np.average(values[kept], weights=weight[kept])) if kept.any() else math.nan


def tell_part(
    progress: Report, name: str, place: int, stages: int, stage: str, share: float
) -> None:
    """Tell the share of one of several simulations, under its name, as a share of the whole."""
    progress(name if stage == SIMULATING else stage, (place + share) / stages)
