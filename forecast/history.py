"""From conversations, or counts of them, to the history of volume of each queue.

The grid begins at the local midnight of a queue's first day and ends, for all queues alike, with
the interval of the last conversation: what is left of that day is not known, and not quiet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import UNIT, check_interval, floor_to_grid, format_times, grid, local_days, midnight
from data.conversations import Conversations
from data.errors import InputError
from data.repairs import Repair
from data.sources import IntervalVolume
from forecast.closures import Calendar, CalendarSettings
from forecast.series import VolumeHistory

_SILENCE = pd.Timedelta(days=14)
_LONGEST = pd.Timedelta(days=366 * 50)


def build_histories(
    source: Conversations | IntervalVolume,
    settings: CalendarSettings,
    calendars: Mapping[str, Calendar] | None = None,
    start: pd.Timestamp | None = None,
) -> tuple[VolumeHistory, ...]:
    """Return the history of each queue from either kind of source; see the two functions below."""
    if isinstance(source, Conversations):
        return count_conversations(source, settings, calendars, start)
    return histories_from_intervals(source, settings, calendars, start)


def count_conversations(
    conversations: Conversations,
    settings: CalendarSettings,
    calendars: Mapping[str, Calendar] | None = None,
    start: pd.Timestamp | None = None,
) -> tuple[VolumeHistory, ...]:
    """Count the conversations that were offered to people, per queue and interval.

    Conversations that a bot resolved are left out, and listed. An interval without a conversation
    is 0; not known are the intervals before a queue's first conversation on its first day, and a
    silence of more than a fortnight in all queues together, which is an export that is missing.

    Parameters
    ----------
    conversations
        What came in.
    settings
        The grid, where `calendars` has no other.
    calendars
        The calendar of a queue; a queue that it does not name has one without opening hours.
    start
        The instant from which nothing may be known. The histories end there when it follows within
        a day of the last conversation, so that a quiet evening counts as quiet.

    Returns
    -------
    tuple of VolumeHistory
        By name of the queue.

    Raises
    ------
    InputError
        When a clock change would cut an interval, or the dates span more than fifty years.
    """
    table, late = _before_start(conversations.table, "created_at", start)
    created = pd.DatetimeIndex(table["created_at"])
    _check_span(created[0], created[-1])
    codes, names = pd.factorize(table["queue"], sort=True)
    people = _reached_people(table)
    silences = _silences(created)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    counted = []
    for queue, mine in zip(names, parts, strict=True):
        calendar = calendar_of(str(queue), settings, calendars)
        offered = created[mine[people[mine]]]
        end = _end(created[-1], start, calendar)
        index = _grid(created[mine][0], end, calendar)
        volume = _count(offered[offered < end], index)
        volume[np.asarray(index < _floor(created[mine][0], calendar))] = np.nan
        volume[_within(index, silences, calendar)] = np.nan
        repairs = (
            *conversations.repairs,
            *late,
            *_silence_repairs(silences, calendar.timezone),
            *_bot_repairs(str(queue), len(mine) - len(offered)),
            *_late_repairs(str(queue), int((offered >= end).sum())),
        )
        series = pd.Series(volume, index=index, name="volume")
        counted.append(VolumeHistory(str(queue), series, calendar, repairs))
    return tuple(counted)


def histories_from_intervals(
    intervals: IntervalVolume,
    settings: CalendarSettings,
    calendars: Mapping[str, Calendar] | None = None,
    start: pd.Timestamp | None = None,
) -> tuple[VolumeHistory, ...]:
    """Lay counts per interval on the grid; what the file does not say is not known, and not 0.

    Parameters
    ----------
    intervals
        What a file says.
    settings, calendars, start
        As for `count_conversations`; histories end with the last interval that any queue states.

    Returns
    -------
    tuple of VolumeHistory
        By name of the queue.

    Raises
    ------
    InputError
        When the file's intervals are longer than the settings', when a clock change would cut one,
        or when the dates span more than fifty years.
    """
    step = pd.Timedelta(minutes=intervals.interval_minutes)
    until = None if start is None else start - step + pd.Timedelta(microseconds=1)
    table, late = _before_start(intervals.table, "interval_start", until)
    last = table["interval_start"].max()
    _check_span(table["interval_start"].min(), last)
    histories = []
    for queue, rows in table.groupby("queue", sort=True):
        calendar = calendar_of(str(queue), settings, calendars)
        if intervals.interval_minutes > calendar.interval_minutes:
            raise InputError(
                f"queue {queue}: volumes per {intervals.interval_minutes} minutes cannot be told "
                f"apart into {calendar.interval_minutes}; "
                f"set interval_minutes to {intervals.interval_minutes}"
            )
        fine = replace(calendar, interval_minutes=intervals.interval_minutes)
        index = _grid(rows["interval_start"].min(), last + fine.step, fine)
        known = pd.Series(rows["volume"].to_numpy(), index=pd.DatetimeIndex(rows["interval_start"]))
        volume = known.reindex(index).rename("volume")
        repairs = (*intervals.repairs, *late, *_gap_repairs(str(queue), volume, known.index[0]))
        history = VolumeHistory(str(queue), volume, fine, repairs)
        histories.append(regrid(history, calendar.interval_minutes))
    return tuple(histories)


def calendar_of(
    queue: str, settings: CalendarSettings, calendars: Mapping[str, Calendar] | None
) -> Calendar:
    """Return the queue's calendar, or one of the settings' grid alone."""
    if calendars is not None and queue in calendars:
        return calendars[queue]
    return Calendar(settings.timezone, settings.interval_minutes)


def regrid(history: VolumeHistory, interval_minutes: int) -> VolumeHistory:
    """Add intervals up to longer ones; one of which a part is not known is not known.

    A last interval of which the end is still to come is left out.

    Raises
    ------
    InputError
        When the new interval is shorter, or would be cut by a clock change.
    """
    calendar = history.calendar
    if interval_minutes == calendar.interval_minutes:
        return history
    if interval_minutes < calendar.interval_minutes:
        raise InputError(
            f"queue {history.queue}: volumes per {calendar.interval_minutes} minutes cannot be "
            f"told apart into {interval_minutes}; count the conversations again"
        )
    coarse = replace(calendar, interval_minutes=interval_minutes)
    index = history.volume.index
    assert isinstance(index, pd.DatetimeIndex)
    _check_clock(coarse, index[0], history.cutoff)
    parts = interval_minutes // calendar.interval_minutes
    starts = floor_to_grid(index, interval_minutes, coarse.timezone)
    groups = history.volume.groupby(starts)
    sums = groups.sum().where(groups.count() == parts)
    if groups.size().iloc[-1] < parts:
        sums = sums.iloc[:-1]
    if sums.empty:
        raise InputError(
            f"queue {history.queue}: there is no whole interval of {interval_minutes} minutes; "
            "give a longer history"
        )
    sums.index = pd.DatetimeIndex(sums.index, name="interval_start").as_unit(UNIT)
    return replace(history, volume=sums.rename("volume"), calendar=coarse)


def history_table(histories: Sequence[VolumeHistory]) -> pd.DataFrame:
    """Return histories as they stand in a file.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval: ``unique_id``; ``ds``, ISO 8601 with the offset of the
        queue's zone; ``y``, text, contacts/interval, empty where not known.
    """
    tables = [
        pd.DataFrame(
            {
                "unique_id": history.queue,
                "ds": format_times(
                    pd.DatetimeIndex(history.volume.index), history.calendar.timezone
                ),
                "y": ["" if pd.isna(value) else f"{value:.10g}" for value in history.volume],
            }
        )
        for history in histories
    ]
    return pd.concat(tables, ignore_index=True)


def _before_start(
    table: pd.DataFrame, column: str, start: pd.Timestamp | None
) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Leave out, and list, what may not be known at the start."""
    early = table if start is None else table[table[column] < start]
    if early.empty:
        raise InputError("there is nothing in the history before the start; choose a later start")
    count = len(table) - len(early)
    sentence = f"{count} rows lie at or after the start and were left out."
    return early, (Repair("after the start", count, sentence),) if count else ()


def _grid(first: pd.Timestamp, end: pd.Timestamp, calendar: Calendar) -> pd.DatetimeIndex:
    _check_clock(calendar, first, end)
    day = local_days(pd.DatetimeIndex([first]), calendar.timezone)[0]
    begin = midnight(day, calendar.timezone)
    return grid(begin, end, calendar.interval_minutes, calendar.timezone)


def _check_clock(calendar: Calendar, first: pd.Timestamp, last: pd.Timestamp) -> None:
    try:
        check_interval(calendar.interval_minutes, calendar.timezone, first, last)
    except ValueError as error:
        raise InputError(f"interval_minutes: {error}") from None


def _check_span(first: pd.Timestamp, last: pd.Timestamp) -> None:
    if last - first > _LONGEST:
        raise InputError(
            f"the history runs from {first.date()} to {last.date()}, more than fifty years; "
            "mend the dates"
        )


def _end(last: pd.Timestamp, start: pd.Timestamp | None, calendar: Calendar) -> pd.Timestamp:
    """Return the end of the last interval that counts."""
    if start is not None and start - last <= pd.Timedelta(days=1):
        return _floor(start, calendar)
    return _floor(last, calendar) + calendar.step


def _floor(instant: pd.Timestamp, calendar: Calendar) -> pd.Timestamp:
    index = pd.DatetimeIndex([instant])
    return floor_to_grid(index, calendar.interval_minutes, calendar.timezone)[0]


def _count(created: pd.DatetimeIndex, index: pd.DatetimeIndex) -> npt.NDArray[np.float64]:
    places = np.searchsorted(index.asi8, created.asi8, side="right") - 1
    return np.bincount(places, minlength=len(index)).astype(float)


def _reached_people(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "bot_resolved" not in table:
        return np.ones(len(table), dtype=bool)
    return ~table["bot_resolved"].fillna(value=False).to_numpy(dtype=bool)


def _silences(created: pd.DatetimeIndex) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the stretches of more than a fortnight between two conversations."""
    long = np.flatnonzero(np.diff(created.asi8) > _SILENCE // pd.Timedelta(microseconds=1))
    return list(zip(created[long], created[long + 1], strict=True))


def _within(
    index: pd.DatetimeIndex,
    silences: Sequence[tuple[pd.Timestamp, pd.Timestamp]],
    calendar: Calendar,
) -> npt.NDArray[np.bool_]:
    """Say which intervals lie wholly between the two ends of a silence."""
    hit = np.zeros(len(index), dtype=bool)
    for first, last in silences:
        hit |= np.asarray((index > first) & (index + calendar.step <= last))
    return hit


def _silence_repairs(
    silences: Sequence[tuple[pd.Timestamp, pd.Timestamp]], timezone: str
) -> list[Repair]:
    repairs = []
    for first, last in silences:
        ends = format_times(pd.DatetimeIndex([first, last]), timezone)
        repairs.append(
            Repair(
                "silence",
                (last - first).days,
                f"No conversation in any queue from {ends[0]} to {ends[1]}, {(last - first).days} "
                "days: taken as not known, as if an export were missing.",
            )
        )
    return repairs


def _bot_repairs(queue: str, count: int) -> list[Repair]:
    sentence = (
        f"Queue {queue}: {count} conversations that a bot resolved are not counted: they were "
        "not offered to people."
    )
    return [Repair("resolved by a bot", count, sentence)] if count else []


def _late_repairs(queue: str, count: int) -> list[Repair]:
    sentence = (
        f"Queue {queue}: {count} conversations lie in the interval that the start cuts; "
        "the history ends before it."
    )
    return [Repair("cut interval", count, sentence)] if count else []


def _gap_repairs(queue: str, volume: pd.Series, first: pd.Timestamp) -> list[Repair]:
    """List the intervals after the first stated one that a file does not state."""
    gaps = volume.isna() & (volume.index >= first)
    count = int(gaps.sum())
    if not count:
        return []
    runs = int((gaps & ~gaps.shift(fill_value=False)).sum())
    sentence = f"Queue {queue}: {count} intervals in {runs} gaps are not known; they are not 0."
    return [Repair("gap", count, sentence)]
