"""A day of a plan held against what came: which hours missed their target, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.clock import midnight
from data.conversations import Conversations
from data.errors import InputError
from data.progress import Report, silent
from optimizer.calibration import calibrate
from optimizer.concurrency import Handling, as_messages
from optimizer.explanation import add_noise, explain
from optimizer.plan_simulation import on_duty
from optimizer.planned_volume import refuse_too_much
from optimizer.queue_settings import QueueSettings

# What the floor carries over from longer ago, or owes to later staff, is next to nothing.
LEAD_IN, LOOK_AHEAD = pd.Timedelta(hours=12), pd.Timedelta(hours=4)
# Times that are fitted, not recorded, count when throughput is known this well, as a share.
KNOWN_WITHIN = 0.10


@dataclass(frozen=True)
class DayHandling:
    """What conversations of the day asked of reps, and in a sentence where that is known from."""

    handling: Handling
    basis: str


@dataclass(frozen=True)
class ExplainedQueue:
    """A queue's day.

    Parameters
    ----------
    queue, settings
        Which, and as it was planned.
    table
        A row per interval of the day: ``interval_start``, the columns of
        `optimizer.explanation.explain`, those that it was given, and the columns of `add_noise`.
    handling
        Of the day.
    outside
        Contacts that came while the queue was closed; they have no target.
    interval_minutes
        Length of an interval.
    """

    queue: str
    settings: QueueSettings
    table: pd.DataFrame
    handling: DayHandling
    outside: int
    interval_minutes: int

    @property
    def missed(self) -> pd.DataFrame:
        """The rows whose service was below the target."""
        return self.table[self.table["reached"] < self.table["target"]]


def bounds_of(day: date, timezone: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the instants at which a local day begins and ends; 23, 24 or 25 hours lie between."""
    return midnight(day, timezone), midnight(day + timedelta(days=1), timezone)


def handling_of_day(
    conversations: Conversations,
    queues: Mapping[str, QueueSettings],
    begin: pd.Timestamp,
    end: pd.Timestamp,
    source: str,
    seed: int,
) -> dict[str, DayHandling]:
    """Learn the handling of a day from its own conversations, where they tell it well enough.

    Messages, writing and customer reply times are the day's; concurrency and patience stay those
    of the settings: the one is a rule, and of the other a day tells little.

    Parameters
    ----------
    conversations
        Of all queues.
    queues
        Those to learn.
    begin, end
        Of the day; conversations that began in it count.
    source
        Name of the export.
    seed
        Of the resampling that tells how well.
    """
    created = conversations.table["created_at"]
    own = conversations.table[(created >= begin) & (created < end)].reset_index(drop=True)
    return {
        name: _handling_of(Conversations(own), name, settings, source, seed)
        for name, settings in queues.items()
    }


def _handling_of(
    own: Conversations, queue: str, settings: QueueSettings, source: str, seed: int
) -> DayHandling:
    stays = "Handling is that of the settings: the day's own tells too little"
    if queue not in own.queues:
        return DayHandling(settings.handling, f"{stays} (no conversation began on the day)")
    try:
        (found,) = calibrate(own, source, queue=queue, seed=seed).queues
    except InputError as error:
        why = str(error).removeprefix(f"{source}: ").partition(";")[0]
        return DayHandling(settings.handling, f"{stays} ({why})")
    within = (found.ceiling.high - found.ceiling.low) / 2 / found.ceiling.value
    recorded = found.known.all_recorded
    if not recorded and within > KNOWN_WITHIN:
        return DayHandling(
            settings.handling,
            "Handling is that of the settings: writing times are not recorded, and what "
            f"{found.ceiling.n:.0f} conversations show of them is right within {within:.0%} only",
        )
    handling = replace(
        as_messages(settings.handling),
        rep_messages=found.handling.rep_messages,
        writing_minutes=found.handling.writing_minutes,
        customer_reply_minutes=found.handling.customer_reply_minutes,
    )
    how = "recorded" if recorded else f"fitted, right within {within:.0%}"
    return DayHandling(
        handling, f"Handling is that of the day's {found.ceiling.n:.0f} conversations, {how}"
    )


def explain_day(
    requirement: pd.DataFrame,
    coverage: pd.DataFrame,
    actual: Mapping[str, pd.DataFrame],
    queues: Mapping[str, QueueSettings],
    handling: Mapping[str, DayHandling],
    begin: pd.Timestamp,
    end: pd.Timestamp,
    interval_minutes: int,
    runs: int | None,
    seed: int,
    progress: Report = silent,
) -> tuple[ExplainedQueue, ...]:
    """Explain the hours of a day.

    Parameters
    ----------
    requirement, coverage
        Of the plan, as in `optimizer.requirement.Requirement` and `optimizer.cover`.
    actual
        By queue and ``interval_start``: ``volume``, ``judged`` (contacts), ``reached`` (share of
        them in time) and ``on_duty`` (reps). Missing rows and NaN are not known: before and after
        the day things are then taken to have gone as planned; on the day ``volume`` and
        ``on_duty`` must be known.
    queues
        Settings of the queues to explain, by name.
    handling
        Of the day, by queue.
    begin, end
        Of the day.
    interval_minutes
        Length of an interval.
    runs, seed
        How often, and from which seed, the day is played to see how far chance goes.
    progress
        Told the queue and the share that is done.

    Raises
    ------
    InputError
        When more contacts came in an interval than can be planned for.
    """
    explained = []
    for place, (queue, settings) in enumerate(queues.items()):
        progress(f"Explain {queue}", place / len(queues))
        hours = _hours(requirement, coverage, actual[queue], queue, settings, begin, end)
        refuse_too_much(queue, pd.DatetimeIndex(hours.index), hours["volume"].to_numpy(dtype=float))
        of_day = handling[queue]
        given = settings, of_day.handling, interval_minutes
        parts = add_noise(explain(hours, *given), hours, *given, runs, seed)
        inputs = hours.rename(columns={"volume": "contacts"})
        on_day = (hours.index >= begin) & (hours.index < end)
        table = pd.concat([inputs, parts], axis=1)[on_day].reset_index()
        outside = int(table.loc[table["closed"], "contacts"].sum())
        explained.append(ExplainedQueue(queue, settings, table, of_day, outside, interval_minutes))
    return tuple(explained)


def _hours(
    requirement: pd.DataFrame,
    coverage: pd.DataFrame,
    actual: pd.DataFrame,
    queue: str,
    settings: QueueSettings,
    begin: pd.Timestamp,
    end: pd.Timestamp,
) -> pd.DataFrame:
    """Lay what was planned and what came side by side, the day and what is around it."""
    needed = requirement[requirement["queue"] == queue].set_index("interval_start").sort_index()
    brought = coverage[coverage["queue"] == queue].set_index("interval_start")["primary"]
    around = (needed.index >= begin - LEAD_IN) & (needed.index < end + LOOK_AHEAD)
    needed = needed[around]
    starts = pd.DatetimeIndex(needed.index)
    rostered = brought.reindex(starts).fillna(0).to_numpy(dtype=np.int64)
    planned = on_duty(rostered, settings.service.shrinkage)
    came = actual.reindex(starts)
    closed = needed["service_level"].isna() & (needed["volume"] == 0) & (needed["primary"] == 0)
    explained = (starts >= begin) & (starts < end) & (came["judged"] > 0) & ~closed
    return pd.DataFrame(
        {
            "planned_volume": needed["volume"],
            "volume": came["volume"].fillna(needed["volume"]),
            "required": needed["primary"],
            "planned": planned,
            "on_duty": came["on_duty"].fillna(pd.Series(planned, index=starts)).astype(np.int64),
            "judged": came["judged"].fillna(0),
            "reached": came["reached"].where(explained),
            "closed": closed,
        },
        index=starts,
    )
