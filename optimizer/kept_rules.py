"""How far the shifts of a plan break the rules that bind a plan as a whole.

These are the rules of `optimizer.presence_rules` and `optimizer.part_time`, counted without a
solver, so that a change can be refused that would break one further.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from data.clock import zone
from data.week import DAY_MINUTES
from forecast.days import Floats
from optimizer.patterns import Flags
from optimizer.plan_changes import Change, QueuePlan, presence
from optimizer.presence import PresenceRule
from optimizer.shifts import Shift, ShiftSettings

Shifts = Mapping[Shift, int]


def binds(settings: ShiftSettings) -> bool:
    """Whether there is any such rule."""
    return bool(settings.presence) or settings.most_part_time < 1


def changed(shifts: Shifts, change: Change) -> dict[Shift, int]:
    """Return how many reps each shift has after a change."""
    after = dict(shifts)
    for shift, reps in ((change.before, -1), (change.after, 1)):
        if shift is not None:
            after[shift] = after.get(shift, 0) + reps
    return {shift: reps for shift, reps in after.items() if reps}


def broken(
    shifts: Shifts, queues: Sequence[QueuePlan], settings: ShiftSettings, timezone: str
) -> Floats:
    """Return by how much each rule is broken, in reps and hours summed over the plan.

    Parameters
    ----------
    shifts
        How many reps each shift has.
    queues
        On one grid.
    settings
        The rules.
    timezone
        Of the calendar.

    Returns
    -------
    numpy.ndarray
        Of each presence rule what lacks of its least and what exceeds its most, then the hours
        that part-time shifts have beyond their share.
    """
    primary = {shift: reps for shift, reps in shifts.items() if shift.role == "primary"}
    found: list[float] = []
    for rule in settings.presence:
        found += _presence(rule, primary, queues, settings, timezone)
    hours = {shift: reps * shift.hours for shift, reps in primary.items()}
    part = sum(spent for shift, spent in hours.items() if shift.hours < settings.part_time_hours)
    found.append(max(part - settings.most_part_time * sum(hours.values()), 0.0))
    return np.array(found)


def _presence(
    rule: PresenceRule,
    primary: Shifts,
    queues: Sequence[QueuePlan],
    settings: ShiftSettings,
    timezone: str,
) -> tuple[float, float]:
    """Return what lacks of a rule's least and what exceeds its most."""
    starts, minutes = queues[0].starts, queues[0].interval_minutes
    there, seated, is_open = (
        np.zeros(len(starts)),
        np.zeros(len(starts)),
        np.zeros_like(starts, bool),
    )
    step = timedelta(minutes=minutes)
    for of in queues:
        if rule.queue not in ("", of.queue):
            continue
        is_open |= of.is_open
        for shift, reps in primary.items():
            if shift.queue == of.queue and rule.site in ("", shift.site):
                span, shares = presence(of, shift)
                there[span] += reps * shares
                first = int(starts.searchsorted(pd.Timestamp(shift.start - step), side="right"))
                seated[first : int(starts.searchsorted(pd.Timestamp(shift.end)))] += reps
    bears = _hours(rule, starts, settings, timezone)
    least = bears & (is_open if rule.hours is None else True)
    lacking = np.maximum(rule.least - there, 0.0)[least].sum()
    beyond = 0.0 if rule.most is None else np.maximum(seated - rule.most, 0.0)[bears].sum()
    return float(lacking), float(beyond)


def _hours(
    rule: PresenceRule, starts: pd.DatetimeIndex, settings: ShiftSettings, timezone: str
) -> Flags:
    """Say of each interval whether it begins in the hours of a rule."""
    if rule.hours is None:
        return np.ones(len(starts), dtype=bool)
    site = settings.sites.get(rule.site)
    local = starts.tz_convert(zone(site.timezone if site else timezone))
    minute = local.day_of_week * DAY_MINUTES + local.hour * 60 + local.minute
    return np.asarray(rule.hours.minutes()[np.asarray(minute)])
