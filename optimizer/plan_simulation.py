"""How a plan holds up in weeks that the forecast thinks possible.

Each week is a path of the forecast: whole contacts in every interval, with errors that hang
together as in the past. Every week is played twice with the same contacts: with the primary reps
alone, and with those on call called in where more contacts come than primary was planned for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from data.progress import Report, silent
from forecast.paths import sample_paths
from forecast.series import VolumeForecast
from optimizer.queue_settings import QueueSettings
from optimizer.simulated_service import conditions_of, tell_part
from optimizer.staffing.simulation import Simulation, simulate_counts
from optimizer.staffing.simulation_draws import Floats, Integers
from optimizer.staffing.simulation_run import Booleans, Seen


@dataclass(frozen=True)
class Tier:
    """A queue's weeks with some of its reps.

    Parameters
    ----------
    service_level, service_level_se
        Share of all contacts that the clock's event reached in time, and its standard error.
    missed, missed_se
        Mean number of intervals of a run with fewer contacts in time than the target, of those with
        any contact, and its standard error.
    """

    service_level: float
    service_level_se: float
    missed: float
    missed_se: float


@dataclass(frozen=True)
class PlanSimulation:
    """What simulated weeks say of a queue's part of a plan.

    Parameters
    ----------
    queue
        Its name.
    table
        A row per interval: ``queue, interval_start, volume`` (mean contacts), ``primary`` (reps on
        duty after shrinkage), ``on_call`` (on standby), ``called_in`` (their mean), and then for
        ``primary_`` alone and ``with_on_call_``: ``service_level``, ``abandonment``, ``misses`` and
        their ``_se``; ``misses`` is the share of runs with contacts in the interval in which fewer
        than the target were in time. NaN where no run had contacts.
    primary, with_on_call
        The whole of it, by tier.
    runs
        How many were simulated.
    """

    queue: str
    table: pd.DataFrame
    primary: Tier
    with_on_call: Tier
    runs: int


def simulate_plan(
    forecasts: Sequence[VolumeForecast],
    requirement: pd.DataFrame,
    coverage: pd.DataFrame,
    queues: Mapping[str, QueueSettings],
    guard: float,
    runs: int,
    seed: int,
    progress: Report = silent,
) -> tuple[PlanSimulation, ...]:
    """Simulate the weeks of a plan.

    Parameters
    ----------
    forecasts
        What may come, a queue each; asynchronous ones are left out.
    requirement
        As of `optimizer.requirement.Requirement`: what primary and on-call were planned for.
    coverage
        ``queue, interval_start, primary, on_call``: reps rostered and on standby.
    queues
        Settings by name of the queue.
    guard
        Probability of the volume that both tiers together were planned for.
    runs
        How many paths of each queue to play; each is as long as the plan.
    seed
        The same seed draws the same weeks.
    progress
        Told the queue and the share that is done.
    """
    made = []
    answered = [each for each in forecasts if not queues[each.queue].is_asynchronous]
    for place, forecast in enumerate(answered):
        told = partial(tell_part, progress, f"Simulate {forecast.queue}", place, len(answered))
        staffed = _staffed(forecast, requirement, coverage)
        made.append(
            _simulate_queue(forecast, staffed, queues[forecast.queue], guard, runs, seed, told)
        )
    return tuple(made)


def on_duty(rostered: Integers, shrinkage: float) -> Integers:
    """Return how many of so many rostered reps are on duty, the inverse of `rostered`.

    Examples
    --------
    >>> on_duty(np.array([0, 1, 2, 10]), 0.3)
    array([0, 0, 1, 7])
    """
    return np.asarray(np.floor(rostered * (1 - shrinkage) + 1e-9), dtype=np.int64)


def called_in(
    counts: Integers, staffed: pd.DataFrame, planned: Floats, guarded: Floats, primary: Integers
) -> Integers:
    """Return how many reps on call are called in, runs by intervals.

    Primary was required for the planned volume and both tiers together for the guarded one; in
    between as many are called in as the volume calls for, in proportion, less what primary has
    beyond its requirement, and never more than are on standby.
    """
    room = np.maximum(guarded - planned, 1e-9)
    share = np.maximum(counts - planned, 0.0) / room
    extra = np.ceil(share * staffed["required_on_call"].to_numpy() - 1e-9)
    needed = staffed["required_primary"].to_numpy() + extra
    lacking = np.where(extra > 0, needed - primary, 0.0)
    standby = staffed["on_call"].to_numpy()
    return np.asarray(np.clip(lacking, 0, standby), dtype=np.int64)


def _staffed(
    forecast: VolumeForecast, requirement: pd.DataFrame, coverage: pd.DataFrame
) -> pd.DataFrame:
    """Return what is required on duty and what is planned, in the forecast's intervals."""
    needed = requirement[requirement["queue"] == forecast.queue].set_index("interval_start")
    planned = coverage[coverage["queue"] == forecast.queue].set_index("interval_start")
    both = pd.DataFrame(
        {
            "required_primary": needed["primary"],
            "required_on_call": needed["on_call"],
            "primary": planned["primary"],
            "on_call": planned["on_call"],
        }
    )
    return both.reindex(forecast.table.index).fillna(0).astype(np.int64)


def _simulate_queue(
    forecast: VolumeForecast,
    staffed: pd.DataFrame,
    settings: QueueSettings,
    guard: float,
    runs: int,
    seed: int,
    progress: Report,
) -> PlanSimulation:
    how = conditions_of(settings, forecast.calendar.interval_minutes)
    counts = sample_paths(forecast, runs, seed)
    primary = on_duty(staffed["primary"].to_numpy(), settings.service.shrinkage)
    planned, guarded = (forecast.quantile(level).to_numpy() for level in (0.5, guard))
    extra = called_in(counts, staffed, planned, guarded, primary)
    table = pd.DataFrame(
        {
            "queue": forecast.queue,
            "interval_start": forecast.table.index,
            "volume": counts.mean(axis=0),
            "primary": primary,
            "on_call": staffed["on_call"].to_numpy(),
            "called_in": extra.mean(axis=0),
        }
    )
    tiers = {}
    for place, (name, reps) in enumerate((("primary", primary), ("with_on_call", primary + extra))):
        misses = _Misses(settings)
        result = simulate_counts(
            counts,
            reps,
            how,
            seed,
            progress=partial(_half, progress, place),
            watch=misses.add,
        )
        columns = _columns(result, misses, settings.service.clock)
        table[[f"{name}_{column}" for column in columns]] = columns.to_numpy()
        tiers[name] = _tier(result, misses, settings.service.clock)
    return PlanSimulation(forecast.queue, table, tiers["primary"], tiers["with_on_call"], runs)


class _Misses:
    """In which intervals of which runs fewer than the target were in time."""

    def __init__(self, settings: QueueSettings) -> None:
        self._service = settings.service
        self.missed: list[Booleans] = []
        self.told: list[Booleans] = []

    def add(self, seen: Seen) -> None:
        """Take in a run."""
        in_time, among = seen.happened[self._service.clock], seen.among[self._service.clock]
        self.told.append(among > 0)
        self.missed.append(in_time < self._service.target * among)


def _columns(result: Simulation, misses: _Misses, clock: str) -> pd.DataFrame:
    runs = np.sum(misses.told, axis=0)
    missed = np.sum(misses.missed, axis=0)
    share = np.divide(missed, runs, out=np.full(len(runs), np.nan), where=runs > 0)
    noise = np.sqrt(share * (1 - share) / np.maximum(runs, 1))
    return pd.DataFrame(
        {
            "service_level": result.table[clock],
            "service_level_se": result.table[f"{clock}_se"],
            "abandonment": result.table["abandonment"],
            "abandonment_se": result.table["abandonment_se"],
            "misses": share,
            "misses_se": noise,
        }
    )


def _tier(result: Simulation, misses: _Misses, clock: str) -> Tier:
    missed = np.sum(misses.missed, axis=1)
    noise = missed.std(ddof=1) / np.sqrt(len(missed)) if len(missed) > 1 else np.nan
    return Tier(
        float(result.whole[clock]),
        float(result.whole[f"{clock}_se"]),
        float(missed.mean()),
        float(noise),
    )


def _half(progress: Report, place: int, stage: str, share: float) -> None:
    progress(stage, (place + share) / 2)
