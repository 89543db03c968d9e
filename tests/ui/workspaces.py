"""Small inputs that the tests of commands and screens share."""

import numpy as np
import pandas as pd

SETTINGS = """
[calendar]
timezone = "Europe/Dublin"

[queues.live]
opening = { Mon-Fri = "08:00-18:00" }

[queues.live.handling]
concurrency = 3
rep_messages = 6
writing_minutes = 1.0
customer_reply_minutes = 3.0

[shifts]
lengths_hours = [4, 6, 8]
"""

TEAM = """rep_id,name,email,timezone,site,skills,min_hours,max_hours,available,on_call,from,until
ana,Ana,ana@example.org,Europe/Dublin,,live,0,40,Mon-Fri 07:00-19:00,yes,,
ben,Ben,ben@example.org,Europe/Dublin,,live,0,40,Mon-Fri 07:00-19:00,yes,,
cleo,Cleo,cleo@example.org,Europe/Dublin,,live,0,40,Mon-Fri 07:00-19:00,yes,,
dan,Dan,dan@example.org,Europe/Dublin,,live,0,40,Mon-Fri 07:00-19:00,yes,,
"""


def volumes(weeks: int, peak: float = 12.0, queue: str = "live") -> pd.DataFrame:
    """Return the rows of an interval file that ends on Sunday 2026-03-15 in Dublin."""
    end = pd.Timestamp("2026-03-16", tz="Europe/Dublin")
    hours = pd.date_range(end - pd.Timedelta(weeks=weeks), end, freq="h", inclusive="left")
    day_shape = np.clip(np.sin((hours.hour - 8) / 10 * np.pi), 0, None)
    open_hours = (hours.day_of_week < 5) & (hours.hour >= 8) & (hours.hour < 18)
    mean = np.where(open_hours, peak * (0.3 + day_shape), 0.0)
    drawn = np.random.default_rng(1).poisson(mean)
    times = [hour.isoformat() for hour in hours]
    return pd.DataFrame({"unique_id": queue, "ds": times, "y": drawn})
