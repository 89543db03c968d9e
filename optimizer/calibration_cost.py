"""What it costs to plan with the time that conversations stay open, not the time they take."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.clock import local_days, minute_of_week, week_start
from data.conversations import Conversations
from forecast.closures import Calendar
from optimizer.calibration import QueueCalibration
from optimizer.concurrency import Handling, as_messages
from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings
from optimizer.requirement import plan_requirement
from optimizer.service_policy import ServicePolicy

_HOURS = 168


@dataclass(frozen=True)
class ElapsedCost:
    """Rep-hours on duty in a typical week.

    Parameters
    ----------
    adjusted, elapsed
        Planned with the handling as it is, and as if all times were longer by as much as the
        elapsed time of a conversation is longer than its adjusted one.
    volume
        Contacts in that week.
    """

    adjusted: float
    elapsed: float
    volume: float


def typical_week(
    conversations: Conversations, found: QueueCalibration, timezone: str
) -> pd.Series | None:
    """Return mean contacts in each hour of a local week, by the whole weeks that were learnt from.

    Returns
    -------
    pandas.Series or None
        168 values from Monday 00:00 on; None when there is no whole week.
    """
    table = conversations.table
    own = table[table["queue"] == found.queue]
    if "bot_resolved" in own:
        own = own[~own["bot_resolved"].fillna(value=False).astype(bool)]
    weeks = int((found.end - found.begin) / pd.Timedelta(weeks=1) + 0.1)
    own = own[own["created_at"] > found.end - pd.Timedelta(weeks=weeks)]
    if not weeks or own.empty:
        return None
    hour = np.asarray(minute_of_week(pd.DatetimeIndex(own["created_at"]), timezone)) // 60
    counts = np.bincount(hour, minlength=_HOURS).astype(float)
    return pd.Series(counts / weeks, name=found.queue)


def price_elapsed(
    found: QueueCalibration, week: pd.Series, service: ServicePolicy, timezone: str
) -> ElapsedCost:
    """Staff a typical week with adjusted and with elapsed handling time.

    Parameters
    ----------
    found
        The queue.
    week
        From `typical_week`.
    service
        What is promised to its customers; its target and time are held against pick-up.
    timezone
        The calendar's zone.
    """
    ratio = found.elapsed_minutes.value / found.adjusted_minutes.value
    # A scale of all times divides throughput at every level: what a planner does who divides an
    # hour by the elapsed time.
    longer = as_messages(found.handling)
    longer = replace(
        longer,
        writing_minutes=(longer.writing_minutes or 0.0) * ratio,
        customer_reply_minutes=(longer.customer_reply_minutes or 0.0) * ratio,
    )
    hours = [
        _rep_hours(handling, found, week, service, timezone)
        for handling in (found.handling, longer)
    ]
    return ElapsedCost(hours[0], hours[1], float(week.sum()))


def _rep_hours(
    handling: Handling,
    found: QueueCalibration,
    week: pd.Series,
    service: ServicePolicy,
    timezone: str,
) -> float:
    last = local_days(pd.DatetimeIndex([found.end]), timezone)[0]
    # Hours of an ordinary week: where clocks change does not matter to what two figures cost.
    start = pd.Timestamp(week_start(last), tz="UTC")
    index = pd.date_range(start, periods=_HOURS, freq="h", name="interval_start", unit="us")
    table = pd.DataFrame({"mean": week.to_numpy(), "q50": week.to_numpy()}, index=index)
    demand = Demand(found.queue, Calendar("UTC", 60), table)
    # Handling time as one number knows nothing of first replies; closed hours bring nobody, and
    # then nobody has to be there.
    policy = replace(service, clock="pick_up", min_reps=0)
    queues = {found.queue: QueueSettings(handling, policy)}
    return float(plan_requirement([demand], queues, 0.5).table["primary"].sum())
