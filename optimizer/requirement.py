"""Reps that every interval calls for, primary and on-call, and the service that they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from data.errors import InputError
from forecast.closures import Calendar
from optimizer.asynchronous import SparedHands, require_asynchronous, spare_hands
from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings, order_of_filling
from optimizer.real_time import require_real_time
from optimizer.required_distribution import RequiredDistribution, required_distributions
from optimizer.staffing.inbox import NOTHING, Waiting


@dataclass(frozen=True)
class Requirement:
    """What every queue and interval calls for.

    Parameters
    ----------
    table
        A row per queue and interval, sorted by both: ``queue, interval_start, volume, primary,
        on_call, rostered_primary, rostered_on_call, service_level, pick_up, first_reply,
        abandonment, hands_busy, slots_busy, follow_up``. Volume is the median in contacts/interval;
        the next two are reps on duty; ``rostered_*`` are reps to roster after shrinkage (standby
        has none); the rest are fractions with ``primary`` on duty at the median volume; NaN while
        the queue is closed and nobody is on duty, for there is no service to speak of.
    timezone, interval_minutes
        The calendar's zone and grid.
    distributions
        By queue how many reps its intervals call for, whatever comes; empty where only the median
        and the guard are known.
    """

    table: pd.DataFrame
    timezone: str
    interval_minutes: int
    distributions: Mapping[str, RequiredDistribution] = field(default_factory=dict)


def plan_requirement(
    demands: Sequence[Demand],
    queues: Mapping[str, QueueSettings],
    guard: float,
    waiting: Mapping[str, Waiting] | None = None,
) -> Requirement:
    """Find the fewest reps that keep every queue's promise in every interval.

    Primary reps serve the median of the volume; on-call reps are those it further takes to serve
    the guard quantile. Both are searched forward from an empty floor, backlog and open
    conversations carried from interval to interval. A closed interval (no volume, and closed by
    the calendar) has nobody on duty. Of asynchronous queues the reps are those of their own, beside
    what the real-time queues among `demands` spare.

    Parameters
    ----------
    demands
        One per queue, on the same grid.
    queues
        Settings by name of the queue.
    guard
        Probability of the volume that primary and on-call serve together.
    waiting
        By asynchronous queue what waits for a reply when the first interval begins.

    Raises
    ------
    InputError
        When a queue has no settings, a quantile lies outside those given, grids differ, more
        contacts come in an interval than can be planned for, or no number of reps keeps a promise.
    """
    calendar = _common_calendar(demands, queues)
    by_queue = {demand.queue: demand for demand in demands}
    order = [name for name in order_of_filling(queues) if name in by_queue]
    real_time = [demand for demand in demands if demand.queue not in order]
    tables = [require_real_time(demand, queues[demand.queue], guard) for demand in real_time]
    if order:
        spared = SparedHands(queues), SparedHands(queues)
        for demand, table in zip(real_time, tables, strict=True):
            spare_hands(demand, table, queues[demand.queue], guard, spared)
        for name in order:
            waits = (waiting or {}).get(name, NOTHING)
            tables.append(require_asynchronous(by_queue[name], queues[name], guard, spared, waits))
    table = pd.concat(tables, ignore_index=True)
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return Requirement(table, calendar.timezone, calendar.interval_minutes)


def with_distributions(
    requirement: Requirement,
    demands: Sequence[Demand],
    queues: Mapping[str, QueueSettings],
    guard: float,
) -> Requirement:
    """Return a requirement that also knows how many reps each interval calls for, whatever comes.

    Parameters
    ----------
    requirement
        Of these demands, as `plan_requirement` returns it.
    demands, queues, guard
        As it was made with.

    Raises
    ------
    InputError
        As `plan_requirement`.
    """
    found = required_distributions(demands, queues, requirement.table, guard)
    return replace(requirement, distributions=found)


def _common_calendar(demands: Sequence[Demand], queues: Mapping[str, QueueSettings]) -> Calendar:
    """Return the calendar that all queues share as to zone and grid; refuse what is apart."""
    if not demands:
        raise InputError("There is no queue to plan for; give a forecast with at least one row.")
    calendar = demands[0].calendar
    for demand in demands:
        other = demand.calendar
        if (other.timezone, other.interval_minutes) != (
            calendar.timezone,
            calendar.interval_minutes,
        ):
            raise InputError(
                f"Queue {demand.queue} is on another grid ({other.interval_minutes} minutes, "
                f"{other.timezone}) than {demands[0].queue} ({calendar.interval_minutes} minutes, "
                f"{calendar.timezone}); plan them apart or on one grid."
            )
        if demand.queue not in queues:
            raise InputError(
                f"Queue {demand.queue} of the forecast has no settings; "
                f"add a table [queues.{demand.queue}] with its handling to the settings."
            )
    return calendar
