"""Demands of a chat queue, made of volume that is given."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from data.clock import grid, midnight
from forecast.closures import Calendar
from optimizer.concurrency import Handling
from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
LIVE = QueueSettings(CHAT, ServicePolicy(max_hands_busy=1.0))
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


def demand_of_volume(volume, calendar=None, queue="live", start="2026-11-30", spread=0.2):
    """Make a demand whose median is `volume` and whose quantiles are normal around it."""
    calendar = calendar or Calendar()
    first = midnight(pd.Timestamp(start).date(), calendar.timezone)
    end = first + len(volume) * calendar.step
    index = grid(first, end, calendar.interval_minutes, calendar.timezone)
    median = pd.Series(volume, index=index, dtype=float)
    columns = {
        f"q{round(100 * level):02d}": median * max(1 + spread * norm.ppf(level), 0)
        for level in LEVELS
    }
    return Demand(queue, calendar, pd.DataFrame({"mean": median, **columns}))


def a_day(peak, hours=24):
    """Return contacts per hour with a hump at 14:00."""
    return peak * (0.15 + np.exp(-0.5 * ((np.arange(hours) - 14) / 3.5) ** 2))
