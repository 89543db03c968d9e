"""Plan around the clock: what every interval gets, who is at work, and what is promised."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import zone
from data.errors import InputError
from forecast.paths import sample_paths
from forecast.series import VolumeForecast
from optimizer.answer_times import AnswerTimes, answer_times, backlog_after
from optimizer.around_clock import AroundClock, AroundClockSettings
from optimizer.around_clock_programme import ClockPlan, ClockTask, choose_tiers
from optimizer.concurrency import throughput_per_hour
from optimizer.cover import covered
from optimizer.pools import pools_of_team
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveReport
from optimizer.requirement import Requirement
from optimizer.requirement_rows import rostered
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import Cancellation, SolverSettings, in_currency
from optimizer.staff import LabourRules, Team

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PATHS = 300
"""Of the volume, from which times to state are taken."""


@dataclass(frozen=True)
class ClockTerms:
    """The settings that a plan around the clock goes by."""

    around: AroundClockSettings
    shifts: ShiftSettings
    on_call: OnCallSettings
    rules: LabourRules
    solver: SolverSettings


def plan_around_clock(
    forecast: VolumeForecast,
    requirement: Requirement,
    queue: QueueSettings,
    team: Team,
    terms: ClockTerms,
    cancel: Cancellation | None = None,
) -> AroundClock | SolveReport:
    """Choose what every interval of a forecast gets.

    Parameters
    ----------
    forecast
        Of one chat or phone queue, over the period to plan.
    requirement
        What its intervals call for to keep the queue's promise.
    queue
        The queue's settings.
    team
        Who can work.
    terms
        Prices, catalogue and rules.
    cancel
        Ends the search early; the best plan so far is returned.

    Returns
    -------
    AroundClock or SolveReport
        The report alone when no plan was found.

    Raises
    ------
    InputError
        When the queue is asynchronous, or nobody of the team can work it.
    """
    if queue.is_asynchronous:
        raise InputError(
            f"Queue {forecast.queue} is worked within hours anyway; around the clock is planned "
            "for chat and phone queues"
        )
    counts = sample_paths(forecast, PATHS, terms.solver.seed)
    task = task_of(forecast, counts, requirement, queue, team, terms)
    pools = [
        pool
        for pool in pools_of_team(team, terms.shifts, requirement.timezone, task.period)
        if pool.can_work(forecast.queue)
    ]
    if not pools:
        raise InputError(f"Nobody of the team has the skill {forecast.queue}; mend the team's file")
    given = (task, pools, terms.around, terms.shifts, terms.on_call, terms.rules, terms.solver)
    chosen = choose_tiers(*given, cancel=cancel)
    if isinstance(chosen, SolveReport):
        return chosen
    without = (
        choose_tiers(*given, with_phone=False, cancel=cancel) if chosen.phone.any() else chosen
    )
    wage = terms.shifts.wage
    return _read_off(
        task,
        chosen,
        counts,
        terms.around,
        requirement.timezone,
        in_currency(chosen.report, wage),
        None if isinstance(without, SolveReport) else wage * _cost(without),
    )


def task_of(
    forecast: VolumeForecast,
    counts: Integers,
    requirement: Requirement,
    queue: QueueSettings,
    team: Team,
    terms: ClockTerms,
) -> ClockTask:
    """Set out what the programme needs to know.

    Parameters
    ----------
    counts
        Sample paths of the forecast, from which comes how many contacts lie beyond the threshold
        of waking and how often.
    """
    around, minutes = terms.around, requirement.interval_minutes
    starts = pd.DatetimeIndex(forecast.table.index)
    rows = requirement.table[requirement.table["queue"] == forecast.queue]
    needed = rows.set_index("interval_start")["primary"].reindex(starts).fillna(0)
    on_duty = 1 - queue.service.shrinkage
    pace = queue.service.max_hands_busy * float(throughput_per_hour(queue.handling).max())
    volume = forecast.table["mean"].to_numpy(dtype=float)
    urgent = around.urgent_share * volume
    beyond, often = _beyond(counts, around)
    woken_an_hour = (urgent + often) * 60 / minutes
    held = woken_an_hour * terms.on_call.min_activation_hours
    return ClockTask(
        queue=forecast.queue,
        starts=starts,
        interval_minutes=minutes,
        timezone=requirement.timezone,
        volume=volume,
        phoned=np.minimum(volume, urgent + (1 - around.urgent_share) * beyond),
        busy=held / (1 + held),
        required=np.maximum(needed.to_numpy(dtype=np.int64), max(1, queue.service.min_reps)),
        on_duty=on_duty,
        pace=on_duty * pace,
        can_phone=any(rep.on_call for rep in team.reps),
    )


def _beyond(counts: Integers, around: AroundClockSettings) -> tuple[Floats, Floats]:
    """Return contacts beyond the threshold of waking, and how likely there are any."""
    if around.wake_above is None:
        return np.zeros(counts.shape[1]), np.zeros(counts.shape[1])
    beyond = np.maximum(counts - around.wake_above, 0)
    return beyond.mean(axis=0), (beyond > 0).mean(axis=0)


def _cost(plan: ClockPlan) -> float:
    return float(plan.report.objective or 0.0)


def _read_off(
    task: ClockTask,
    chosen: ClockPlan,
    counts: Integers,
    around: AroundClockSettings,
    timezone: str,
    report: SolveReport,
    cost_without_phone: float | None,
) -> AroundClock:
    reps = np.zeros(len(task.starts), dtype=np.int64)
    for staffed in chosen.shifts:
        reps[covered(task.starts, task.interval_minutes, staffed.shift)] += staffed.reps
    lacking = np.maximum(0, task.required - task.on_duty * reps) / task.required
    at_once = np.where(chosen.live, 1 - lacking, 0.0)
    capacity = np.maximum(0, task.pace * task.hours * reps - task.held * at_once)
    by_phone = np.where(chosen.phone, task.phoned, 0.0)
    told = task.volume * (1 - at_once) - by_phone
    # On a path the phone takes the same share of the contacts as it is expected to.
    waits = np.divide(told, task.volume, out=np.zeros_like(told), where=task.volume > 0)
    times = answer_times(counts * waits, capacity, task.hours, around.promise)
    tier = np.where(chosen.live, "live", np.where(chosen.phone, "phone", "auto"))
    table = pd.DataFrame(
        {
            "interval_start": task.starts,
            "tier": tier,
            "volume": task.volume,
            "required": rostered(task.required, 1 - task.on_duty),
            "reps": reps,
            "answered_live": task.volume * at_once,
            "by_phone": by_phone,
            "told_to_wait": told,
            "woken": np.where(chosen.phone, task.busy, 0.0),
            "backlog": backlog_after(told, capacity),
            "answer_by": _answer_by(task, times, told, around.round_to_minutes, timezone),
        }
    )
    return AroundClock(
        queue=task.queue,
        table=table,
        shifts=chosen.shifts,
        timezone=timezone,
        interval_minutes=task.interval_minutes,
        mean_wait_hours=_known(times.mean_wait),
        most_wait_hours=_known(times.most_wait),
        lost=chosen.lost,
        report=report,
        cost_without_phone=cost_without_phone,
    )


def _answer_by(
    task: ClockTask, times: AnswerTimes, told: Floats, round_to_minutes: int, timezone: str
) -> pd.DatetimeIndex:
    """Return the times to state, rounded up by the wall clock."""
    hours = np.where(told > 0, times.hours, np.nan)
    exact = task.starts[0] + pd.to_timedelta(hours, unit="h")
    wall = exact.tz_convert(zone(timezone)).tz_localize(None).ceil(f"{round_to_minutes}min")
    local = wall.tz_localize(zone(timezone), ambiguous=np.zeros(len(wall), dtype=bool),
                             nonexistent="shift_forward")  # fmt: skip
    return local.tz_convert("UTC").as_unit("us")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
