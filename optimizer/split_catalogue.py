"""Which split shifts there could be, and how many of their hours lie in closed ones."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from optimizer.breaks import Break
from optimizer.cover import Counts
from optimizer.patterns import Period, shift_times
from optimizer.pools import Pool
from optimizer.shift_needs import Need
from optimizer.shifts import Shift, ShiftSettings


def split_catalogue(
    pool: Pool, needs: tuple[Need, ...], settings: ShiftSettings, period: Period
) -> dict[Shift, float]:
    """List the split shifts of a pool, and the closed hours in their parts.

    Both parts, and the time between them, lie in the hours of the pool. A shift that is of use to
    no open interval in either part is left out.
    """
    if settings.split is None:
        return {}
    step, allowed = settings.starts_every_minutes, pool.allowed(period)
    found: dict[Shift, float] = {}
    for length, first, gap in settings.split.cuts(step):
        spans = shift_times(period, step, [(length + gap) / 60], pool.timezone, allowed)
        for need in needs:
            if not pool.can_work(need.queue):
                continue
            opened = _opened(need, period)
            for span in spans:
                apart = Break(
                    span.start + timedelta(minutes=first),
                    span.start + timedelta(minutes=first + gap),
                    splits=True,
                )
                parts = (span.start, apart.start), (apart.end, span.end)
                minutes = [
                    int(opened[_minute(until, period)] - opened[_minute(since, period)])
                    for since, until in parts
                ]
                if all(minutes):
                    shift = Shift(need.queue, pool.site, span.start, span.end, "primary", (apart,))
                    found[shift] = (length - sum(minutes)) / 60
    return found


def _opened(need: Need, period: Period) -> Counts:
    """Return how many of the first 0, 1, … minutes of a period are open."""
    minutes = np.zeros(len(period.minutes) + 1, dtype=np.int64)
    first = _minute(need.starts[0], period)
    flags = np.repeat(need.is_open, need.interval_minutes)
    minutes[first + 1 : first + 1 + len(flags)] = flags
    return np.cumsum(minutes)


def _minute(moment: datetime, period: Period) -> int:
    return int((pd.Timestamp(moment) - period.begin) / pd.Timedelta(minutes=1))
