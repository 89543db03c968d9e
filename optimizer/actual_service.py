"""What an hour was like in fact: contacts, those in time, and reps on duty, from conversations."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import floor_to_grid
from data.errors import InputError
from optimizer.service_policy import Clock, ServicePolicy

# Nobody who is on duty goes without a new conversation for longer, unless few come at all.
LONGEST_IDLE = pd.Timedelta(hours=2)
EVENTS: dict[Clock, str] = {"first_reply": "first_reply_at", "pick_up": "assigned_at"}

Counts = npt.NDArray[np.int64]


def reached_people(conversations: pd.DataFrame) -> pd.DataFrame:
    """Return the conversations that a bot did not resolve: the contacts that volume counts."""
    if "bot_resolved" not in conversations:
        return conversations
    return conversations[~conversations["bot_resolved"].fillna(value=False).astype(bool)]


def service_seen(
    conversations: pd.DataFrame,
    clock: Clock,
    within_seconds: float,
    interval_minutes: int,
    timezone: str,
    source: str,
) -> pd.DataFrame:
    """Count the contacts of every interval, and those in time, by when they arrived.

    Parameters
    ----------
    conversations
        Of one queue, as in `data.conversations.Conversations`; at least one.
    clock, within_seconds
        Which event counts, and how long after arrival it is in time. Who left before it counts
        against, and so does who never got a reply. Of contacts whose time was not over when the
        data end nobody knows; they are not judged.
    interval_minutes, timezone
        The calendar's grid.
    source
        Name of the export, for messages.

    Returns
    -------
    pandas.DataFrame
        By ``interval_start``, intervals with contacts only: ``volume`` (contacts), ``judged`` (of
        them, those of which one knows) and ``in_time``.

    Raises
    ------
    InputError
        When the event's column is missing or empty.
    """
    event = EVENTS[clock]
    if event not in conversations or conversations[event].isna().all():
        raise InputError(
            f"{source}: column {event} is missing or empty, and without it nobody knows who was "
            f"in time; export it, or name it with --map {event}=YOUR_COLUMN"
        )
    rows = reached_people(conversations)
    waited = (rows[event] - rows["created_at"]).dt.total_seconds()
    left = rows["abandoned_at"].notna() if "abandoned_at" in rows else rows[event].isna() & False
    in_time = (waited <= within_seconds) & ~(left & rows[event].isna())
    finish = _end_of(conversations)
    over = (finish - rows["created_at"]).dt.total_seconds() >= within_seconds
    judged = rows[event].notna() | left | over
    starts = floor_to_grid(pd.DatetimeIndex(rows["created_at"]), interval_minutes, timezone)
    counted = pd.DataFrame(
        {
            "volume": 1,
            "judged": judged.to_numpy(dtype=np.int64),
            "in_time": in_time.to_numpy(dtype=np.int64),
        },
        index=pd.DatetimeIndex(starts, name="interval_start"),
    )
    return counted.groupby(level=0).sum()


def _end_of(conversations: pd.DataFrame) -> pd.Timestamp:
    times = conversations.select_dtypes("datetimetz")
    return pd.Timestamp(times.max().max())


def reps_seen(
    conversations: pd.DataFrame,
    queue: str,
    starts: pd.DatetimeIndex,
    interval_minutes: int,
    source: str,
) -> Counts:
    """Count the reps who were on duty, as far as the conversations that they picked up show it.

    A rep is on duty from the interval of one pick-up to that of the next, where no more than
    `LONGEST_IDLE` lie between them. In an interval with pick-ups of several queues a rep counts for
    the one of most; without any, for the queue before. Breaks within do not show, and neither does
    a rep to whom nothing came.

    Parameters
    ----------
    conversations
        Of all queues: a rep's hours are seen from everything they pick up.
    queue
        The queue to count.
    starts
        Interval starts, in order.
    interval_minutes
        Length of an interval.
    source
        Name of the export, for messages.

    Raises
    ------
    InputError
        When the export does not say who picked up.
    """
    for column in ("rep_id", "assigned_at"):
        if column not in conversations or conversations[column].isna().all():
            raise InputError(
                f"{source}: column {column} is missing or empty, so nobody knows who was on duty; "
                "give the reps on duty with --staff unique_id,ds,reps"
            )
    known = conversations["rep_id"].notna() & conversations["assigned_at"].notna()
    rows = conversations.loc[known, ["rep_id", "queue", "assigned_at"]]
    step = pd.Timedelta(minutes=interval_minutes)
    inside = (rows["assigned_at"] >= starts[0] - LONGEST_IDLE) & (
        rows["assigned_at"] < starts[-1] + step + LONGEST_IDLE
    )
    counts = np.zeros(len(starts) + 1, dtype=np.int64)
    for _, own in rows[inside].sort_values(["rep_id", "assigned_at"]).groupby("rep_id", sort=True):
        times = pd.DatetimeIndex(own["assigned_at"])
        places = starts.searchsorted(times, side="right") - 1
        places = np.where(times >= starts[-1] + step, len(starts), places)
        for begin, end in _stretches(times):
            seen = _queue_by_place(places[begin:end], own["queue"].iloc[begin:end].tolist())
            for place, worked in seen.items():
                if worked == queue and 0 <= place < len(starts):
                    counts[place] += 1
    return counts[:-1]


def on_duty_of(seen: Counts, rostered: Counts, planned: Counts, service: ServicePolicy) -> Counts:
    """Return how many of the reps seen at work are on duty.

    Those seen are in the office, so shrinkage there is taken off them. Where the settings do not
    part it from shrinkage out of it, all of it is taken to be there: as many seen as rostered are
    then as many on duty as planned. Whoever is seen is at least one.

    Examples
    --------
    Ten were rostered so that seven are on duty; seven were seen, so five were on duty:

    >>> reps = np.array([10, 7, 1]), np.array([10, 10, 2]), np.array([7, 7, 1])
    >>> on_duty_of(*reps, ServicePolicy(shrinkage=0.3))
    array([7, 5, 1])
    """
    in_office = service.shrinkage_in_office
    if in_office is None:
        on_duty = planned + np.rint((seen - rostered) * (1 - service.shrinkage))
    else:
        on_duty = np.rint(seen * (1 - in_office))
    return np.asarray(np.maximum(on_duty, np.minimum(seen, 1)), dtype=np.int64)


def _stretches(times: pd.DatetimeIndex) -> list[tuple[int, int]]:
    """Part a rep's pick-ups, in order, where nothing came for long."""
    gaps = np.flatnonzero(np.asarray(times[1:] - times[:-1] > LONGEST_IDLE)) + 1
    edges = [0, *gaps.tolist(), len(times)]
    return list(pairwise(edges))


def _queue_by_place(places: npt.NDArray[np.int_], queues: Sequence[str]) -> dict[int, str]:
    """Return the queue that a rep works in every interval from the first pick-up to the last."""
    picked: dict[int, Counter[str]] = {}
    for place, name in zip(places.tolist(), queues, strict=True):
        picked.setdefault(place, Counter())[name] += 1
    worked, current = {}, queues[0]
    for place in range(int(places[0]), int(places[-1]) + 1):
        if place in picked:
            current = max(sorted(picked[place]), key=picked[place].__getitem__)
        worked[place] = current
    return worked
