"""The plan of a day held against what is known of it by now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import format_times, local_days, midnight, zone
from data.errors import InputError
from forecast.series import VolumeForecast
from forecast.tables import read_forecast
from forecast.update_file import with_updates
from optimizer.call_people import Crew, staff_of
from optimizer.required_distribution import RequiredDistribution
from optimizer.retuned import Retuned
from optimizer.retuning import retune
from optimizer.rotation_ledger import Activation
from optimizer.shifts import tier_prices
from ui import workflow, workspaces
from ui.plan_folder import Plan
from ui.settings import Settings

WARM_UP = pd.Timedelta(hours=4)
"""Before the time in question, so that what is open from earlier is carried into it."""


@dataclass(frozen=True)
class RetunedPlan:
    """What to change of a plan on a day.

    Parameters
    ----------
    begin, end
        The time in question, in UTC.
    queues
        Real-time queues.
    crew
        Who is planned.
    notes
        Sentences on what could not be advised, and why.
    """

    begin: pd.Timestamp
    end: pd.Timestamp
    queues: tuple[Retuned, ...]
    crew: Crew
    notes: tuple[str, ...]


def read_forecasts(path: Path, settings: Settings) -> tuple[VolumeForecast, ...]:
    """Read a forecast, with what is kept beside it for its update.

    Raises
    ------
    InputError
        When it cannot be used.
    """
    calendars = {name: workspaces.calendar_of(name, settings, ()) for name in settings.queues}
    return with_updates(path, read_forecast(path, calendars, settings.calendar.timezone))


def crew_of(
    made: Plan, settings: Settings, called: Sequence[Activation], absent: Collection[str]
) -> Crew:
    """Return who is planned, without those who are away after all.

    Raises
    ------
    InputError
        When somebody who is away is not on the roster.
    """
    assignments = None if made.roster is None else made.roster.assignments
    staff = staff_of(made.shift_plan.shifts, assignments)
    strangers = sorted(set(absent) - {one.rep_id for one in staff if one.rep_id})
    if strangers:
        raise InputError(
            f"--without: found {strangers[0]!r}, who is not on the roster of {made.plan_id}"
        )
    staff = tuple(one for one in staff if one.rep_id not in absent)
    return Crew(staff, made.team, settings.labour, tuple(called))


def retune_plan(
    made: Plan,
    settings: Settings,
    own: Sequence[VolumeForecast],
    known: Sequence[VolumeForecast],
    before: Sequence[VolumeForecast],
    begin: pd.Timestamp,
    crew: Crew,
) -> RetunedPlan:
    """Advise what to change of a plan from an instant to the end of its local day.

    Shifts that reach beyond midnight are judged to their end.

    Parameters
    ----------
    made, settings
        The plan, and the settings that it was made with.
    own
        The forecast that the plan was made from.
    known
        The newest forecast, of the time from `begin` on.
    before
        Of the time before it; what came, where that is known.
    begin
        In UTC, on the grid.
    crew
        Who is planned.

    Raises
    ------
    InputError
        When the newest forecast lacks a queue or part of the time.
    """
    names = sorted(made.requirement.table["queue"].unique())
    real_time = [name for name in names if not settings.queues[name].is_asynchronous]
    notes = [
        f"Queue {name} is worked within hours, so nobody is called in for it on the day."
        for name in names
        if name not in real_time
    ]
    end = _end_of(made, crew, begin)
    chosen = [_joined(_of(known, name, begin, end, made), before, begin) for name in real_time]
    needed = _distributions(chosen, settings)
    planned = made.requirement.distributions or (
        workflow.distributed(made.requirement, own, settings).distributions
    )
    queues = []
    for name in real_time:
        prices = tier_prices(
            settings.shifts, settings.on_call, settings.queues[name].service.shrinkage
        )
        filled = settings.queues[name].fill_with
        found = retune(
            _from(needed[name], begin),
            planned.get(name),
            crew,
            begin,
            made.interval_minutes,
            prices,
            settings.on_call,
            may_release=not filled,
        )
        queues.append(found)
        notes += _notes(found, filled, made, begin, end)
    return RetunedPlan(begin, end, tuple(queues), crew, tuple(notes))


def plan_days(made: Plan) -> tuple[date, date]:
    """Return the first and the last local day of a plan."""
    return made.start, made.start + timedelta(days=7 * made.weeks - 1)


def _end_of(made: Plan, crew: Crew, begin: pd.Timestamp) -> pd.Timestamp:
    """Return the end of the local day, or of the last shift that begins before it."""
    today = local_days(pd.DatetimeIndex([begin]), made.timezone)[0]
    end = midnight(today + timedelta(days=1), made.timezone)
    ends = [one.shift.end for one in crew.staff if begin < one.shift.end and one.shift.start < end]
    last = midnight(plan_days(made)[1] + timedelta(days=1), made.timezone)
    return min(max([end, *map(pd.Timestamp, ends)]), last)


def _of(
    known: Sequence[VolumeForecast],
    queue: str,
    begin: pd.Timestamp,
    end: pd.Timestamp,
    made: Plan,
) -> VolumeForecast:
    """Return the part of a queue's forecast that lies in a stretch of time; it must hold it all."""
    forecast = next((each for each in known if each.queue == queue), None)
    if forecast is None:
        raise InputError(f"The forecast has nothing of the queue {queue}; make it for every queue")
    index = forecast.table.index
    table = forecast.table[(index >= begin) & (index < end)]
    if len(table) != (end - begin) / forecast.calendar.step:
        first, last = format_times(pd.DatetimeIndex([begin, end]), made.timezone)
        raise InputError(
            f"The forecast of the queue {queue} does not hold all of {first} to {last}; make one "
            "that does"
        )
    return replace(forecast, table=table, update=None)


def _joined(
    forecast: VolumeForecast, before: Sequence[VolumeForecast], begin: pd.Timestamp
) -> VolumeForecast:
    """Put what came before in front of a forecast."""
    earlier = next((each.table for each in before if each.queue == forecast.queue), None)
    if earlier is None:
        return forecast
    index = earlier.index
    warm = earlier[(index >= begin - WARM_UP) & (index < begin)]
    return replace(forecast, table=pd.concat([warm[forecast.table.columns], forecast.table]))


def came(
    forecasts: Sequence[VolumeForecast], actuals: Mapping[str, "pd.Series[float]"]
) -> tuple[VolumeForecast, ...]:
    """Return forecasts in which what came stands in the place of what was expected."""
    found = []
    for forecast in forecasts:
        table = forecast.table.copy()
        known = actuals.get(forecast.queue, pd.Series(dtype=float)).dropna()
        values = np.repeat(known.to_numpy(dtype=float)[:, None], len(table.columns), axis=1)
        table.loc[known.index] = values
        found.append(replace(forecast, table=table))
    return tuple(found)


def _distributions(
    forecasts: Sequence[VolumeForecast], settings: Settings
) -> Mapping[str, RequiredDistribution]:
    if not forecasts:
        return {}
    required = workflow.require(forecasts, settings)
    return workflow.distributed(required, forecasts, settings).distributions


def _from(distribution: RequiredDistribution, begin: pd.Timestamp) -> RequiredDistribution:
    rows = distribution.starts >= begin
    return replace(
        distribution,
        starts=distribution.starts[rows],
        volume=distribution.volume[rows],
        reps=distribution.reps[rows],
        least=distribution.least[rows],
    )


def _notes(
    found: Retuned,
    filled: Collection[str],
    made: Plan,
    begin: pd.Timestamp,
    end: pd.Timestamp,
) -> list[str]:
    first, last = format_times(pd.DatetimeIndex([begin, end]), made.timezone)
    notes = []
    if not found.standby:
        notes.append(
            f"Queue {found.queue}: nobody is on standby from {first} to {last} who could still be "
            "called in."
        )
    elif found.likeliest and all(one.action == "release" for one in found.advice):
        at = found.likeliest.astimezone(zone(made.timezone))
        notes.append(
            f"Queue {found.queue}: nobody need be called in ahead; {found.standby} on standby, "
            f"needed most probably at {at:%H:%M} ({found.p_needed:.2f}), and soon enough when the "
            "need shows."
        )
    if filled:
        notes.append(
            f"Queue {found.queue}: nobody is sent home early, since spare hands work "
            f"{', '.join(sorted(filled))}."
        )
    return notes
