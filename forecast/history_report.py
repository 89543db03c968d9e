"""What was found in the input, for the planner who has to trust what is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.clock import format_times
from data.conversations import Conversations
from data.repairs import Repair
from data.sources import IntervalVolume
from forecast.series import VolumeHistory


@dataclass(frozen=True)
class QueueReport:
    """What is known of one queue.

    Parameters
    ----------
    queue
        Its name.
    total
        Contacts in all known intervals.
    intervals, unknown
        Intervals of the history, and those of them whose volume is not known.
    first, cutoff
        Start of the first interval and end of the last, ISO 8601 wall time with offset.
    """

    queue: str
    total: float
    intervals: int
    unknown: int
    first: str
    cutoff: str


@dataclass(frozen=True)
class HistoryReport:
    """What was found in the input, and what was mended.

    Parameters
    ----------
    rows
        Conversations or intervals that were kept.
    timezone, interval_minutes
        The grid.
    queues
        A report of each queue.
    repairs
        Every repair once.
    """

    rows: int
    timezone: str
    interval_minutes: int
    queues: tuple[QueueReport, ...]
    repairs: tuple[Repair, ...]

    def lines(self) -> tuple[str, ...]:
        """Word the report, a sentence a line."""
        first = min(queue.first for queue in self.queues)
        last = max(queue.cutoff for queue in self.queues)
        head = (
            f"{self.rows} rows, {first} to {last}, {len(self.queues)} queues, "
            f"intervals of {self.interval_minutes} minutes in {self.timezone}."
        )
        return (
            head,
            *(
                f"{queue.queue}: {queue.total:.0f} contacts in {queue.intervals} intervals"
                + (f", {queue.unknown} not known." if queue.unknown else ".")
                for queue in self.queues
            ),
            *(f"{repair.kind}: {repair.sentence}" for repair in self.repairs),
        )


def history_report(
    source: Conversations | IntervalVolume, histories: Sequence[VolumeHistory]
) -> HistoryReport:
    """Say what was found in a source, what became of it, and what was mended."""
    queues = tuple(_queue_report(history) for history in histories)
    repairs = dict.fromkeys(
        [*source.repairs, *(repair for history in histories for repair in history.repairs)]
    )
    calendar = histories[0].calendar
    return HistoryReport(
        len(source.table), calendar.timezone, calendar.interval_minutes, queues, tuple(repairs)
    )


def _queue_report(history: VolumeHistory) -> QueueReport:
    ends = pd.DatetimeIndex([history.volume.index[0], history.cutoff])
    first, cutoff = format_times(ends, history.calendar.timezone)
    unknown = int(history.volume.isna().sum())
    total = float(history.volume.sum())
    return QueueReport(history.queue, total, len(history.volume), unknown, first, cutoff)
