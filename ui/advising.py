"""What the staffing model advises a planner, in words and tables that command and screen share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.advice import (
    ConcurrencyAdvice,
    RelativePace,
    advise_concurrency,
    ceiling_per_hour,
    level_table,
    relative_pace,
)
from optimizer.concurrency import as_throughput, message_times
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import Clock

# What teams assume of live work by that of the inbox, until they measure it.
USUAL_SHARE = 0.60
# Of the customers: fewer who give up are not worth a sentence.
_FEW = 0.02
_EVENTS: Mapping[Clock, str] = {"pick_up": "pick-up", "first_reply": "the first reply"}


@dataclass(frozen=True)
class Advice:
    """What is advised for one queue.

    Parameters
    ----------
    queue, settings
        Its name, and what it states.
    contacts_per_hour
        What it is advised for, hour after hour.
    concurrency
        How many conversations at once pay; None where a rep holds one, on the phone, and where
        replies may wait for hours.
    levels
        As `optimizer.advice.level_table`; None where replies may wait for hours.
    pace
        Beside the fastest other queue; None where there is none.
    """

    queue: str
    settings: QueueSettings
    contacts_per_hour: float
    concurrency: ConcurrencyAdvice | None
    levels: pd.DataFrame | None
    pace: RelativePace | None


def advise(queue: str, queues: Mapping[str, QueueSettings], contacts_per_hour: float) -> Advice:
    """Work out what is advised for a queue.

    Parameters
    ----------
    queue
        Which one.
    queues
        Settings by name of every queue.
    contacts_per_hour
        Above 0, such as those of the queue's busiest hour.

    Raises
    ------
    InputError
        When no number of reps keeps the queue's promise.
    """
    settings = queues[queue]
    return Advice(
        queue,
        settings,
        contacts_per_hour,
        advise_concurrency(queue, settings, contacts_per_hour)
        if settings.channel == "chat"
        else None,
        None if settings.is_asynchronous else level_table(settings.handling),
        None if settings.is_asynchronous else relative_pace(queue, queues, contacts_per_hour),
    )


def span(seconds: float) -> str:
    """Write a stretch of time as people say it.

    Examples
    --------
    >>> span(120), span(900), span(14400), span(5430)
    ('120 s', '15 min', '4 h', '5430 s')
    """
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= max(unit, 600) and seconds % unit == 0:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"


def busiest(rows: pd.DataFrame, interval_minutes: int) -> tuple[pd.Timestamp, float]:
    """Return when the busiest interval starts, UTC, and its contacts/hour.

    Parameters
    ----------
    rows
        ``interval_start, volume`` of one queue, the volume in contacts/interval.
    interval_minutes
        Length of an interval.
    """
    most = int(rows["volume"].to_numpy().argmax())
    start: pd.Timestamp = rows["interval_start"].iloc[most]
    return start, float(rows["volume"].iloc[most]) * 60 / interval_minutes


def recommendation(advice: Advice, when: str) -> str:
    """Say in a sentence how many conversations at once pay.

    Parameters
    ----------
    advice
        Of a queue.
    when
        Which hour it is about, such as "the busiest hour".
    """
    found, service = advice.concurrency, advice.settings.service
    at = f"{advice.contacts_per_hour:,.3g} contacts an hour ({when})"
    if found is None:
        why = "one message at a time and in turn"
        if advice.settings.channel == "phone":
            why = "one call at a time"
        return f"Reps work {why}: conversations at once are no question on {advice.queue}."
    best = found.recommended(found.clock)
    if best is None:
        return f"At {at} no number of reps keeps the promise."
    promise = (
        f"{service.target:.0%} within {span(service.within_seconds)} by {_EVENTS[found.clock]}"
    )
    here = f"At {at}, {_reps(found.reps(best, found.clock))} keep the promise ({promise})"
    stated, now = found.stated, _reps(found.reps(found.stated, found.clock))
    if best == stated:
        return f"{here} with the {stated} conversations at once that are set, and more do not pay."
    if best < stated and found.reps(stated, found.clock) <= found.reps(best, found.clock):
        return f"{here} with {best} conversations at once; the {stated} that are set save nobody."
    most = ", the most that was tried" if best == int(found.curve["concurrency"].max()) else ""
    return f"{here} with {best} conversations at once{most}; the {stated} that are set take {now}."


def leavers(advice: Advice) -> str:
    """Say how many customers give up as advised; empty where nobody is advised or they are few."""
    found = advice.concurrency
    best = found.recommended(found.clock) if found is not None else None
    if found is None or best is None or found.abandonment(best) < _FEW:
        return ""
    return f"{found.abandonment(best):.0%} of the customers give up before a rep takes them."


def contrast(advice: Advice) -> str:
    """Say what the clock that the promise does not count would advise; empty where it agrees."""
    found = advice.concurrency
    if found is None:
        return ""
    other: Clock = "pick_up" if found.clock == "first_reply" else "first_reply"
    best, theirs = found.recommended(found.clock), found.recommended(other)
    if theirs is None:
        return f"Counted by {_EVENTS[other]} no number of reps would keep it."
    if best is None or (
        theirs == best and found.reps(best, other) == found.reps(best, found.clock)
    ):
        return ""
    return (
        f"Counted by {_EVENTS[other]} it would take {_reps(found.reps(theirs, other))} with "
        f"{theirs} at once."
    )


def pace_lines(advice: Advice, share: float) -> list[str]:
    """Say what a rep completes by the other queue, and what the planner's own share would mean.

    Parameters
    ----------
    advice
        Of a queue.
    share
        What the planner takes the pace to be, of the other queue's; above 0.
    """
    pace = advice.pace
    if pace is None:
        return []
    volume = advice.contacts_per_hour
    own = share * pace.other
    return [
        f"A rep on {pace.queue} completes {pace.own:.1f} contacts an hour, {pace.ratio:.0%} of the "
        f"{pace.other:.1f} that a rep on {pace.beside} would at the same volume: × "
        f"{pace.by_promise:.2f} by what is promised, × {pace.by_conversations:.2f} by what the "
        "conversations take.",
        f"At {share:.0%} it would be {own:.1f}: {volume / own:.1f} reps in that hour, where "
        f"{volume / pace.own:.1f} just keep the promise.",
    ]


def translation_lines(advice: Advice) -> list[str]:
    """Say the handling in both ways that settings know, and the ceiling of one pair of hands."""
    handling, times = advice.settings.handling, message_times(advice.settings.handling)
    by_messages = (
        f"{times.rep_messages:.3g} messages of {times.writing_minutes:.3g} min, "
        f"{times.customer_reply_minutes:.3g} min until the customer answers"
    )
    lines = [
        f"By messages: {by_messages}. One pair of hands completes at most "
        f"{ceiling_per_hour(handling):.3g} conversations an hour."
    ]
    real_time = not advice.settings.is_asynchronous
    if real_time and handling.concurrency > 1 and times.rep_messages > 1 and times.away_minutes > 0:
        other = as_throughput(handling)
        lines.append(
            f"The same by throughput: conversations_per_hour = "
            f"{other.conversations_per_hour:.4g} at {handling.concurrency} at once, solo_minutes = "
            f"{other.solo_minutes:.4g}."
        )
    return lines


def curve_table(advices: Sequence[Advice]) -> pd.DataFrame:
    """Return the curves as they stand in a file.

    Returns
    -------
    pandas.DataFrame
        A row per queue and number of conversations at once: ``unique_id, contacts_per_hour,
        concurrency, pick_up, first_reply`` (reps on duty by each clock), ``abandonment`` (share of
        customers, by the queue's own clock), ``recommended`` (1 in one row of each queue, by it).
    """
    tables = []
    for advice in advices:
        found = advice.concurrency
        if found is None:
            continue
        table = found.curve.copy()
        table.insert(0, "unique_id", advice.queue)
        table.insert(1, "contacts_per_hour", round(advice.contacts_per_hour, 4))
        best = found.recommended(found.clock)
        table["abandonment"] = table["abandonment"].round(6)
        table["recommended"] = (table["concurrency"] == best).astype(int)
        tables.append(table)
    names = [
        "unique_id",
        "contacts_per_hour",
        "concurrency",
        "pick_up",
        "first_reply",
        "abandonment",
    ]
    empty = pd.DataFrame(columns=[*names, "recommended"])
    return pd.concat(tables, ignore_index=True) if tables else empty


def _reps(count: float) -> str:
    return "1 rep" if count == 1 else f"{count:.0f} reps"
