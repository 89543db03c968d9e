"""Overrides as a screen shows and takes them: in local time, with their units. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pandas as pd

from data.clock import midnight, zone
from data.errors import InputError
from forecast.override_files import read_instant
from forecast.overrides import Kind, Override, apply_overrides, touches
from forecast.series import VolumeForecast

KIND_LABELS: dict[Kind, str] = {
    "multiply": "Multiply",
    "add": "Add contacts",
    "total": "Set the total",
    "set": "Set every interval",
}
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class Entered:
    """A change as it was entered.

    Parameters
    ----------
    kind, value, who, why, exactly
        As in `forecast.overrides.Override`.
    first, begin
        Local day and time from which it counts.
    last, end
        Local day and time until which it counts; midnight is the end of the last day.
    """

    kind: Kind
    value: float
    first: date
    begin: time
    last: date
    end: time
    who: str
    why: str
    exactly: bool = False


def unit(kind: Kind, interval_minutes: int) -> str:
    """Say what the value of a kind of change counts.

    Examples
    --------
    >>> unit("multiply", 60), unit("set", 15)
    ('times the forecast', 'contacts per 15 minutes')
    """
    units = {
        "multiply": "times the forecast",
        "add": "contacts more in all (below 0: fewer)",
        "total": "contacts in all",
        "set": f"contacts per {interval_minutes} minutes",
    }
    return units[kind]


def to_override(entered: Entered, queue: str, timezone: str, at: datetime) -> Override:
    """Make an override of what was entered, yet without an id of its own.

    Parameters
    ----------
    entered
        What was entered.
    queue
        The queue.
    timezone
        The zone of its times; of an hour that comes twice the first is meant.
    at
        When it is made.

    Raises
    ------
    InputError
        With what to mend, when a part is missing, out of range, or a time that the clocks skip.
    """
    for what, text in (("why", entered.why), ("your name", entered.who)):
        if not text.strip():
            raise InputError(f"Say {what}: a change has a reason and an author")
    last = entered.last + timedelta(days=1) if entered.end == _MIDNIGHT else entered.last
    start = _instant("From", entered.first, entered.begin, timezone)
    end = _instant("Until", last, entered.end, timezone)
    if end <= start:
        raise InputError("Until: the change ends before it begins; give a later day or time")
    try:
        return Override(
            override_id="new",
            kind=entered.kind,
            queue=queue,
            start=start,
            end=end,
            value=entered.value,
            who=entered.who.strip(),
            why=entered.why.strip(),
            at=at,
            exactly=entered.exactly and entered.kind == "set",
        )
    except ValueError as error:
        raise InputError(f"The change cannot be made: {error}") from error


def check_effect(own: VolumeForecast, kept: Sequence[Override], new: Override) -> str:
    """Say what a change does to a forecast beside those that are there.

    Parameters
    ----------
    own
        The model's forecast of the queue.
    kept
        The overrides that there are.
    new
        The one to come.

    Returns
    -------
    str
        A sentence with the expected contacts in the span, before and after.

    Raises
    ------
    InputError
        When contacts are put where nothing is open.
    """
    if not touches(new, own):
        return "It lies outside the week that is shown, and counts when that week is forecast."
    after = apply_overrides(own, [*kept, new])
    inside = (own.table.index >= new.start) & (own.table.index < new.end)
    before = apply_overrides(own, kept).table.loc[inside, "mean"].sum()
    now = after.table.loc[inside, "mean"].sum()
    count = int(inside.sum())
    intervals = "1 interval" if count == 1 else f"{count} intervals"
    return f"Expected in these {intervals}: {before:,.0f} → {now:,.0f} contacts."


def split(
    overrides: Sequence[Override], forecast: VolumeForecast
) -> tuple[list[Override], list[Override]]:
    """Part the overrides of a forecast's queue into those of its time and the others.

    Those that are switched off are among them.
    """
    mine = [each for each in overrides if each.queue == forecast.queue]
    here = [each for each in mine if touches(replace(each, on=True), forecast)]
    return here, [each for each in mine if each not in here]


def value_text(override: Override, interval_minutes: int) -> str:
    """Write what an override does, with its unit."""
    words = {
        "multiply": f"× {override.value:g}",
        "add": f"{override.value:+,g} contacts in all".replace("-", "−"),
        "total": f"{override.value:,g} contacts in all",
        "set": f"{override.value:,g} contacts per {interval_minutes} minutes",
    }
    return words[override.kind] + (", exactly" if override.exactly else "")


def span_text(override: Override, timezone: str) -> str:
    """Write when an override counts, in local time; the end is not part of it."""
    start, end = (each.tz_convert(zone(timezone)) for each in (override.start, override.end))
    begins, ends = (each == midnight(each.date(), timezone) for each in (start, end))
    if begins and ends:
        last = (end - pd.Timedelta(hours=12)).date()
        if last == start.date():
            return f"{start:%a %d %b %Y}"
        return f"{start:%a %d %b} – {last:%a %d %b %Y}"
    if (end - pd.Timedelta(microseconds=1)).date() == start.date():
        until = "24:00" if ends else f"{end:%H:%M}"
        return f"{start:%a %d %b %Y %H:%M} – {until}"
    return f"{start:%a %d %b %H:%M} – {end:%a %d %b %Y %H:%M}"


def _instant(what: str, day: date, wall: time, timezone: str) -> pd.Timestamp:
    if wall == _MIDNIGHT:
        # Where clocks go forward at midnight there is no 00:00, but the day begins all the same.
        return midnight(day, timezone)
    text = datetime.combine(day, wall).isoformat("T", "minutes")
    try:
        return read_instant(text, timezone)
    except ValueError as error:
        raise InputError(f"{what}: found {text}; {error}") from error
