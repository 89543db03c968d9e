"""What shifts cost on paths of the volume: reps called for, called in and missing.

A path is drawn through the forecast's own distribution, its errors hanging together as in the past
(`forecast.paths`), and turned into reps on duty that each interval calls for. What primary lack is
called in, as far as somebody is on standby and it pays (`optimizer.recourse`); the rest is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.days import Flags, Floats, Integers
from forecast.paths import sample_paths
from forecast.series import VolumeForecast
from optimizer.cover import plan_cost
from optimizer.queue_settings import QueueSettings
from optimizer.recourse import recourse_cost
from optimizer.required_distribution import RequiredDistribution
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, tier_prices

TINY = 1e-9


@dataclass(frozen=True)
class CalledFor:
    """What paths call for of one queue.

    Parameters
    ----------
    queue
        Its name.
    starts
        Of the intervals, in UTC.
    reps
        On duty, paths by intervals.
    is_open
        In which intervals anybody may be called for.
    """

    queue: str
    starts: pd.DatetimeIndex
    reps: Integers
    is_open: Flags


def called_for_on_paths(
    distributions: Mapping[str, RequiredDistribution],
    forecasts: Sequence[VolumeForecast],
    paths: int,
    seed: int,
) -> tuple[CalledFor, ...]:
    """Draw paths of forecasts, and return the reps on duty that they call for.

    Parameters
    ----------
    distributions
        By queue what volumes call for.
    forecasts
        A queue each, of the same intervals; those without distribution are left out.
    paths
        How many.
    seed
        The same seed draws the same paths; queues differ in theirs by their place.

    Raises
    ------
    ValueError
        When a forecast and its distribution are not of the same intervals.
    """
    found = []
    for place, forecast in enumerate(forecasts):
        if forecast.queue not in distributions:
            continue
        distribution = distributions[forecast.queue]
        if not distribution.starts.equals(pd.DatetimeIndex(forecast.table.index)):
            raise ValueError(
                f"Queue {forecast.queue}: forecast and requirement are of different intervals; "
                "make the requirement from this forecast."
            )
        own = int(np.random.SeedSequence([seed, place]).generate_state(1)[0])
        reps = distribution.of_volume(sample_paths(forecast, paths, own))
        is_open = np.asarray(distribution.draws.any(axis=0))
        found.append(CalledFor(forecast.queue, distribution.starts, reps, is_open))
    return tuple(found)


def path_costs(
    plan: ShiftPlan,
    called_for: Sequence[CalledFor],
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    queues: Mapping[str, QueueSettings],
) -> pd.DataFrame:
    """Return what a plan comes to on paths.

    Parameters
    ----------
    plan
        Its shifts of queues that are not among `called_for` count for nothing.
    called_for
        What the paths call for, a queue each, at least one.
    shifts, on_call
        Prices, for how long somebody is called in at the least, and after which notice.
    queues
        For their shrinkage; none where a queue is not named.

    Returns
    -------
    pandas.DataFrame
        A row per path, for the whole period: ``cost``, in the workspace's currency, and what it is
        the sum of: ``wages`` and ``standby`` of the shifts, ``activation``, which is paid to who is
        called in, and ``shortage``, the price put on who is missing; ``activated_hours``,
        from the call on, and ``short_hours`` of reps; ``calls``, how often somebody is called in,
        where who is needed for longer is called once; ``p_short``, the share of open intervals, of
        all queues, in which somebody is missing, if only until who is called in works.
    """
    hours = plan.interval_minutes / 60
    block = on_call.activation_intervals(plan.interval_minutes)
    notice = on_call.notice_intervals(plan.interval_minutes)
    activation, shortage, activated, missing, calls, short = np.zeros((6, len(called_for[0].reps)))
    for each in called_for:
        shrinkage = queues[each.queue].service.shrinkage if each.queue in queues else 0.0
        prices = tier_prices(shifts, on_call, shrinkage)
        primary, standby = present(plan, each)
        on_duty = (1 - shrinkage) * primary
        met = recourse_cost(each.reps, on_duty, standby, prices, hours, block, notice)
        activated += hours * met.activated.sum(axis=1)
        missing += hours * met.short.sum(axis=1)
        activation += prices.activation * hours * met.activated.sum(axis=1)
        shortage += prices.shortage * hours * met.short.sum(axis=1)
        at_once = np.ceil(met.activated - TINY)
        calls += np.maximum(np.diff(at_once, axis=1, prepend=0.0), 0.0).sum(axis=1)
        short += (met.short > TINY)[:, each.is_open].sum(axis=1)
    named = {each.queue for each in called_for}
    own = [staffed for staffed in plan.shifts if staffed.shift.queue in named]
    paid = plan_cost(own, plan.coverage, plan.interval_minutes, shifts, on_call, plan.timezone)
    costs = {
        "wages": paid.wages,
        "standby": paid.standby,
        "activation": shifts.wage * activation,
        "shortage": shifts.wage * shortage,
    }
    table = pd.DataFrame(
        costs
        | {
            "activated_hours": activated,
            "short_hours": missing,
            "calls": calls,
            "p_short": short / max(sum(int(each.is_open.sum()) for each in called_for), 1),
        }
    )
    table.insert(0, "cost", table[list(costs)].sum(axis=1))
    return table


def present(plan: ShiftPlan, called_for: CalledFor) -> tuple[Floats, Integers]:
    """Return the reps rostered and on standby in the intervals of a queue."""
    rows = plan.coverage[plan.coverage["queue"] == called_for.queue].set_index("interval_start")
    rows = rows.loc[called_for.starts]
    return rows["primary"].to_numpy(dtype=np.float64), rows["on_call"].to_numpy()
