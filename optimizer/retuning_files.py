"""The advice of a day in words and as a file."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from data.clock import format_times, zone
from optimizer.call_people import Crew
from optimizer.retuned import Advice, Retuned

ADVICE_COLUMNS = (
    "unique_id",
    "action",
    "rep_id",
    "role",
    "start",
    "end",
    "reps",
    "saves",
    "p_short_before",
    "p_short_after",
    "decide_by",
    "reason",
)


def advice_table(retuned: Sequence[Retuned], crew: Crew, timezone: str) -> pd.DataFrame:
    """Return the rows of ``advice.csv``.

    Parameters
    ----------
    retuned
        Queues.
    crew
        For names.
    timezone
        The calendar's zone, in which times are written.

    Returns
    -------
    pandas.DataFrame
        A row per thing to do: ``unique_id, action, rep_id, role, start, end, reps, saves,
        p_short_before, p_short_after, decide_by, reason``; times are text with the zone's offset,
        `saves` is in wages.
    """
    advice = [one for each in retuned for one in each.advice]
    times = {
        name: format_times(
            pd.DatetimeIndex(pd.to_datetime([getattr(one, name) for one in advice], utc=True)),
            timezone,
        )
        for name in ("start", "end", "decide_by")
    }
    plain = ("action", "rep_id", "role", "reps")
    table = {name: [getattr(one, name) for one in advice] for name in plain} | times
    table["unique_id"] = [one.queue for one in advice]
    for name in ("saves", "p_short_before", "p_short_after"):
        table[name] = [round(getattr(one, name), 4) for one in advice]
    table["reason"] = [reason(one, crew, timezone) for one in advice]
    return pd.DataFrame(table, columns=list(ADVICE_COLUMNS))


def reason(advice: Advice, crew: Crew, timezone: str) -> str:
    """Say what to do, and why, in figures.

    Parameters
    ----------
    advice
        One thing to do.
    crew
        For names.
    timezone
        In whose wall time to speak.
    """
    said = _call(advice, crew, timezone)
    if advice.action == "release":
        said = _release(advice, crew, timezone)
    if advice.passed_over:
        said += f" Passed over: {'; '.join(advice.passed_over)}."
    return said


def _call(advice: Advice, crew: Crew, timezone: str) -> str:
    clock = _Clock(timezone)
    standby = f"{_who(advice, crew)} (on call {clock.span(advice.shift.start, advice.shift.end)})"
    what = f"Call in {standby} from {clock.at(advice.start)} to {clock.at(advice.end)}"
    if advice.action == "stay_on":
        what = (
            f"Keep {standby}, called in until {clock.at(advice.start)}, to {clock.at(advice.end)}"
        )
    return (
        f"{what}: {_volume(advice, clock)}; "
        f"without {_them(advice)} {advice.short_before:.1f} reps short on average at "
        f"{clock.at(advice.worst)}, with probability {advice.p_short_before:.2f} at least one; "
        f"saves {advice.saves:.1f} wages of {advice.at_stake:.1f}. "
        f"{'Say so' if advice.action == 'stay_on' else 'Call'} by {clock.at(advice.decide_by)}."
    )


def _release(advice: Advice, crew: Crew, timezone: str) -> str:
    clock = _Clock(timezone)
    hours = advice.reps * (advice.end - advice.start).total_seconds() / 3600
    return (
        f"{_who(advice, crew)} (primary {clock.span(advice.shift.start, advice.shift.end)}) may "
        f"leave at {clock.at(advice.start)}: {_volume(advice, clock)}; without {_them(advice)} "
        f"somebody is missing at {clock.at(advice.worst)} with probability "
        f"{advice.p_short_after:.2f}; frees {hours:g} rep-hours, for "
        f"{abs(min(advice.saves, 0.0)):.2f} wages of shortage and calls."
    )


def _volume(advice: Advice, clock: "_Clock") -> str:
    said = f"{advice.expected:,.0f} contacts an hour now expected at {clock.at(advice.worst)}"
    return said if np.isnan(advice.planned) else f"{said} (planned {advice.planned:,.0f})"


def _who(advice: Advice, crew: Crew) -> str:
    if advice.rep_id:
        return crew.name(advice.rep_id)
    return "1 rep" if advice.reps == 1 else f"{advice.reps} reps"


def _them(advice: Advice) -> str:
    return "this rep" if advice.reps == 1 else "them"


class _Clock:
    """Wall time of a zone, in words."""

    def __init__(self, timezone: str) -> None:
        self._zone = zone(timezone)

    def at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        return f"{self.at(start)}-{self.at(end)}"
