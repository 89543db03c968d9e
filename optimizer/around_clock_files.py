"""The file of a plan around the clock: ``tiers.csv``, with what an automatic reply may say."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from data.clock import format_times, zone
from optimizer.around_clock import AroundClock

DECIMALS = {
    "volume": 3,
    "answered_live": 3,
    "by_phone": 3,
    "told_to_wait": 3,
    "woken": 4,
    "backlog": 3,
}


def tiers_table(plan: AroundClock) -> pd.DataFrame:
    """Return the rows of ``tiers.csv``: a row per interval, times in the calendar's zone.

    ``answer_by`` is empty where nobody waits or no time can be promised; ``expectation`` is what
    the automatic reply may say.
    """
    table = plan.table.round(DECIMALS)
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), plan.timezone)
    table.insert(0, "queue", plan.queue)
    table.insert(1, "ds", times)
    table["answer_by"] = [
        "" if pd.isna(answer) else format_times(pd.DatetimeIndex([answer]), plan.timezone)[0]
        for answer in table["answer_by"]
    ]
    table["expectation"] = list(expectations(plan))
    return table


def expectations(plan: AroundClock) -> Iterator[str]:
    """Yield for each interval what whoever writes in it can be told; empty when it is live.

    Where the day is another than the contact's, it is named, with its date from a week on.
    """
    local = pd.DatetimeIndex(plan.table["interval_start"]).tz_convert(zone(plan.timezone))
    answers = pd.DatetimeIndex(plan.table["answer_by"]).tz_convert(zone(plan.timezone))
    unknown = answers.isna()
    waits = (plan.table["tier"] != "live") & (plan.table["told_to_wait"] > 0)
    for place, is_told in enumerate(waits):
        if not is_told:
            yield ""
        elif unknown[place]:
            yield "We have your message and will answer as soon as we can."
        else:
            yield f"We answer by {_named(answers[place], local[place].date())}."


def _named(answer: pd.Timestamp, today: date) -> str:
    days = (answer.date() - today).days
    if days == 0:
        return f"{answer:%H:%M}"
    return f"{answer:%A %H:%M}" if days < 7 else f"{answer:%A %d %B, %H:%M}"
