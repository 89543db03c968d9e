r"""What a forecast's error costs when it is staffed and reality comes.

Each forecast is turned into reps as a plan would have it: primary for the median, on-call up to the
guard quantile, both followed through time (`optimizer.requirement`). What came is turned into reps
in the same way. Where fewer are on duty than it calls for, rep-hours are missing; where more are,
they are to spare. Staff is either the requirement itself, as if shifts could be cut to it, or a
shift plan that covers it.

All reps here are on duty. A missing hour is priced as in a shift plan, at the wage times the
understaffing price; a spare hour costs the wage of an hour on duty, :math:`w / (1 - s)` with
shrinkage :math:`s`. On-call reps are called in where primary ones lack: an hour called in is paid
as one at work, and every hour on standby has its own price.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError
from data.processes import share_in_order
from data.progress import Report, silent
from forecast.closures import Calendar
from forecast.metrics import wape
from forecast.series import VolumeForecast
from optimizer.demand import demand_of
from optimizer.queue_settings import QueueSettings
from optimizer.requirement import Requirement, plan_requirement
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings

Cover = Callable[[Requirement], ShiftPlan]

HINDSIGHT = "hindsight"
HOURS = (
    "needed_hours",
    "understaffed_hours",
    "overstaffed_hours",
    "standby_hours",
    "called_in_hours",
    "understaffed_with_on_call",
)
COLUMNS = ("unique_id", "model", "wape", "staffing", "weeks", *HOURS, "cost", "cost_with_on_call")


def cost_of_error(
    rows: pd.DataFrame,
    calendars: Mapping[str, Calendar],
    queues: Mapping[str, QueueSettings],
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    cover: Cover | None = None,
    progress: Report = silent,
    jobs: int = 1,
) -> pd.DataFrame:
    """Staff every forecast of a backtest, and count what was missing and to spare.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them; queues without settings are left out.
    calendars
        The queues' calendars.
    queues
        Settings by name of the queue.
    shifts, on_call
        Prices and the guard quantile.
    cover
        Chooses shifts for a requirement; None to staff the requirement itself.
    progress
        Told what was staffed last and the share of the whole; what it raises ends the work.
    jobs
        Processes that share the work.

    Returns
    -------
    pandas.DataFrame
        A row per queue and model, within a queue by rising ``cost``: ``unique_id``, ``model``,
        ``wape``, ``staffing`` (``requirement`` or ``shifts``) and ``weeks``, how many were staffed.
        Then rep-hours on duty per week: ``needed_hours`` by what came; ``understaffed_hours`` and
        ``overstaffed_hours`` of primary reps; ``standby_hours``, ``called_in_hours`` and
        ``understaffed_with_on_call``, what is missing even so. ``cost`` and ``cost_with_on_call``
        are what both errors cost a week, in the workspace's currency, with primary reps alone and
        with on-call. With shifts there is also a model ``hindsight``, which knew what came: what
        is missing and to spare then is the shifts' doing. Intervals of which it is not known what
        came are not counted.

    Raises
    ------
    InputError
        When more contacts come in an interval than can be planned for, or the guard lies outside
        the quantiles that were forecast.
    """
    parts = _parts(rows, calendars, queues, on_call.guard, cover)
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    progress("Staff the forecasts", 0.0)
    table = pd.concat(share_in_order(_staff, parts, jobs, _name, progress), ignore_index=True)
    hours = _hours(table, rows, {part.queue: part.calendar for part in parts})
    hours["staffing"] = "requirement" if cover is None else "shifts"
    if cover is None:
        hours = hours[hours["model"] != HINDSIGHT]
    shrinkage = hours["unique_id"].map({name: queues[name].service.shrinkage for name in queues})
    return _priced(hours, shrinkage, shifts, on_call)[list(COLUMNS)]


@dataclass(frozen=True)
class Part:
    """A forecast to staff: one queue, model and cutoff.

    Parameters
    ----------
    queue, model, cutoff
        Which.
    calendar, settings, guard, cover
        With what.
    volume
        Indexed by ``interval_start``: ``q50`` and the guard quantile, contacts/interval.
    """

    queue: str
    model: str
    cutoff: pd.Timestamp
    calendar: Calendar
    settings: QueueSettings
    guard: float
    cover: Cover | None
    volume: pd.DataFrame


def _parts(
    rows: pd.DataFrame,
    calendars: Mapping[str, Calendar],
    queues: Mapping[str, QueueSettings],
    guard: float,
    cover: Cover | None,
) -> list[Part]:
    """Return what is to be staffed: of every cutoff what came, then each model's forecast."""
    parts = []
    quantiles = _quantile_names(rows)
    for (name, cutoff), window in rows.groupby(["unique_id", "cutoff"], sort=False):
        queue = str(name)
        if queue not in queues:
            continue
        by_model = dict(list(window.groupby("model", sort=False)))
        # What is not known to have come is not counted, but the hours around it have neighbours.
        first = next(iter(by_model.values()))
        came = first.assign(**{name: first["y"].fillna(first["q50"]) for name in quantiles})
        for model, of_model in {HINDSIGHT: came, **by_model}.items():
            index = pd.DatetimeIndex(of_model["ds"], name="interval_start")
            volume = of_model[quantiles].set_axis(index)
            known = calendars[queue], queues[queue], guard, cover
            parts.append(Part(queue, str(model), pd.Timestamp(str(cutoff)), *known, volume))
    return parts


def _staff(part: Part) -> pd.DataFrame:
    """Return the reps on duty of every interval: ``required``, ``primary``, ``on_call``."""
    forecast = VolumeForecast(part.queue, part.model, part.calendar, part.volume)
    required = plan_requirement([demand_of(forecast)], {part.queue: part.settings}, part.guard)
    table = required.table
    primary, on_call = table["primary"], table["on_call"]
    if part.cover is not None:
        plan = part.cover(required)
        if not plan.report.has_plan:
            raise InputError(
                f"Queue {part.queue}: the solver found no shifts for the forecast of {part.model} "
                "in its time; raise time_limit_seconds in [solver]"
            )
        coverage = plan.coverage.set_index("interval_start")
        present = coverage.loc[table["interval_start"]].reset_index()
        primary = present["primary"] * (1 - part.settings.service.shrinkage)
        on_call = present["on_call"]
    return pd.DataFrame(
        {
            "unique_id": part.queue,
            "model": part.model,
            "cutoff": part.cutoff,
            "ds": table["interval_start"],
            "required": table["primary"],
            "primary": primary,
            "on_call": on_call,
        }
    )


def _hours(
    staffed: pd.DataFrame, rows: pd.DataFrame, calendars: Mapping[str, Calendar]
) -> pd.DataFrame:
    """Return hours per week of every queue and model, beside its WAPE."""
    which = ["unique_id", "cutoff", "ds"]
    came = staffed[staffed["model"] == HINDSIGHT].set_index(which)["required"]
    volume = rows[["model", *which, "y", "q50"]]
    table = staffed.merge(volume, "left", ["model", *which])
    actual = rows.drop_duplicates(which).set_index(which)["y"]
    table = table.join(came.rename("needed"), on=which).join(actual.rename("came"), on=which)
    table = table[table["came"].notna()]
    table["q50"] = table["q50"].fillna(table["came"])
    lacks = (table["needed"] - table["primary"]).clip(lower=0)
    called = np.minimum(lacks, table["on_call"])
    counted = table.assign(
        needed_hours=table["needed"],
        understaffed_hours=lacks,
        overstaffed_hours=(table["primary"] - table["needed"]).clip(lower=0),
        standby_hours=table["on_call"],
        called_in_hours=called,
        understaffed_with_on_call=lacks - called,
    )
    found = []
    for (queue, model), part in counted.groupby(["unique_id", "model"], sort=False):
        weeks = len(part) / calendars[str(queue)].intervals_per_week
        per_week = part[list(HOURS)].sum() * calendars[str(queue)].interval_minutes / 60 / weeks
        error = wape(part["came"].to_numpy(dtype=float), part["q50"].to_numpy(dtype=float))
        found.append(
            {"unique_id": queue, "model": model, "wape": error, "weeks": weeks, **per_week}
        )
    return pd.DataFrame(found)


def _priced(
    hours: pd.DataFrame, shrinkage: pd.Series, shifts: ShiftSettings, on_call: OnCallSettings
) -> pd.DataFrame:
    """Return the table with what both errors cost, queues as they were and cheapest first."""
    wage, missing = shifts.wage, shifts.wage * shifts.understaffing_price
    spare = wage / (1 - shrinkage) * hours["overstaffed_hours"]
    standby = wage * on_call.standby_price * hours["standby_hours"]
    priced = hours.assign(
        cost=missing * hours["understaffed_hours"] + spare,
        cost_with_on_call=missing * hours["understaffed_with_on_call"]
        + spare
        + wage * hours["called_in_hours"]
        + standby,
        place=pd.factorize(hours["unique_id"])[0],
    )
    return priced.sort_values(["place", "cost"], kind="stable", ignore_index=True)


def _quantile_names(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name[0] == "q" and name[1:].isdigit()]


def _name(part: Part) -> str:
    return f"{part.queue}: staff {part.model}"
