"""What is known before any model runs: opening hours, holidays, closed days and events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import INTERVALS_MINUTES, minute_of_week, zone
from data.week import DAY_MINUTES, DAYS, WeeklyHours
from forecast.drivers import Driver

# Else the library takes the names from the machine's locale, and no two machines would agree.
NAMES_IN = "en_US"
EventKind = Literal["closed", "holiday", "factor", "like", "ignore"]
EPOCH = date(1970, 1, 1).toordinal()
_NO_ACCIDENT = 20.0
_WORKING_DAYS, _WEEKEND = [0, 1, 2, 3, 4], [5, 6]


@dataclass(frozen=True)
class CalendarSettings:
    """The ``[calendar]`` table.

    Parameters
    ----------
    timezone
        IANA name of the zone whose midnight anchors the grid and whose wall time profiles follow.
    interval_minutes
        15, 30 or 60.
    holidays
        A country of the holidays library, with an optional subdivision: ``IE``, ``US-IL``; several
        joined by commas; empty for none.
    """

    timezone: str = "UTC"
    interval_minutes: int = 60
    holidays: str = ""

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.interval_minutes not in INTERVALS_MINUTES:
            raise ValueError(f"interval_minutes must be 15, 30 or 60, not {self.interval_minutes}.")


@dataclass(frozen=True)
class Event:
    """A row of ``events.csv``: something known about a day that the weekly rhythm does not say.

    Parameters
    ----------
    day
        Local day.
    kind
        ``closed``: no volume. ``holiday``: a public holiday. ``factor``: volume times `factor`.
        ``like``: the day follows the rhythm of weekday `like_day`. ``ignore``: history not to
        learn from.
    factor
        For ``factor``: what the volume is multiplied by, at least 0.
    like_day
        For ``like``: 0 for Monday to 6 for Sunday.
    queue
        The queue it concerns; empty for all.
    start, end
        Local wall time for part of a day; `end` is exclusive and None is the end of the day.
    name
        What the day is called; days of one name are learnt from together.
    """

    day: date
    kind: EventKind
    factor: float = 1.0
    like_day: int | None = None
    queue: str = ""
    start: time = time(0)
    end: time | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(EventKind):
            raise ValueError(f"kind must be one of {', '.join(get_args(EventKind))}.")
        if not 0 <= self.factor < float("inf"):
            raise ValueError("factor must be a finite number of at least 0.")
        if (self.kind == "like") != (self.like_day is not None):
            raise ValueError(f"like_day ({', '.join(DAYS)}) goes with kind like, and only with it.")
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must be after start, on the same day.")

    @property
    def whole_day(self) -> bool:
        """Whether the event lasts from midnight to midnight."""
        return self.start == time(0) and self.end is None

    @property
    def ordinal(self) -> int:
        """The day, in days since 1970-01-01."""
        return self.day.toordinal() - EPOCH


@dataclass(frozen=True)
class Calendar:
    """The calendar of one queue.

    Parameters
    ----------
    timezone, interval_minutes
        The grid.
    opening
        Stated opening hours; None when they are not stated and are learnt from the history.
    events
        Events of this queue, public holidays among them.
    drivers
        What is known ahead to drive this queue's volume.
    """

    timezone: str = "UTC"
    interval_minutes: int = 60
    opening: WeeklyHours | None = None
    events: tuple[Event, ...] = ()
    drivers: tuple[Driver, ...] = ()

    @property
    def step(self) -> pd.Timedelta:
        """Length of an interval."""
        return pd.Timedelta(minutes=self.interval_minutes)

    @property
    def intervals_per_week(self) -> int:
        """Intervals in a week without a clock change."""
        return 7 * 24 * 60 // self.interval_minutes

    def open_at(self, starts: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Say of each interval whether the queue is open, as far as hours and events are stated.

        A day that is like another weekday has the hours of that weekday.
        """
        if self.opening is None:
            is_open = np.ones(len(starts), dtype=bool)
        else:
            is_open = self.opening.covers(starts, self.interval_minutes, self.timezone)
            like = self.like_weekday(starts)
            wall = np.asarray(minute_of_week(starts, self.timezone)) % DAY_MINUTES
            for weekday in np.unique(like[like >= 0]):
                minutes = self.opening.minutes()[weekday * DAY_MINUTES :][:DAY_MINUTES]
                by_slot = np.asarray(minutes.reshape(-1, self.interval_minutes).any(axis=1))
                as_other = by_slot[wall // self.interval_minutes]
                is_open = np.where(like == weekday, as_other, is_open)
        return is_open & ~self.during(starts, "closed")

    def holiday_at(self, starts: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Say of each interval whether a holiday leaves its volume to be learnt.

        A factor that is stated for the same time says it already and goes before.
        """
        stated = self.during(starts, "factor") | self.during(starts, "like")
        return self.during(starts, "holiday") & ~stated

    def during(self, starts: pd.DatetimeIndex, kind: EventKind) -> npt.NDArray[np.bool_]:
        """Say of each interval whether it starts within an event of this kind."""
        hit = np.zeros(len(starts), dtype=bool)
        for _, within in self._having(starts, kind):
            hit |= within
        return hit

    def factors(self, starts: pd.DatetimeIndex) -> npt.NDArray[np.float64]:
        """Return what each interval's volume is multiplied by; overlapping events multiply."""
        factor = np.ones(len(starts))
        for event, within in self._having(starts, "factor"):
            factor[within] *= event.factor
        return factor

    def like_weekday(self, starts: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
        """Return the weekday that each interval resembles by an event; -1 where there is none."""
        weekday = np.full(len(starts), -1, dtype=np.int64)
        for event, within in self._having(starts, "like"):
            if event.like_day is not None:
                weekday[within] = event.like_day
        return weekday

    def _having(
        self, starts: pd.DatetimeIndex, kind: EventKind
    ) -> Iterator[tuple[Event, npt.NDArray[np.bool_]]]:
        """Yield the events of a kind, and of each interval whether it starts within, by the clock.

        Events of days that `starts` does not reach are passed over.
        """
        events = [event for event in self.events if event.kind == kind]
        if not events or len(starts) == 0:
            return
        local = starts.tz_convert(zone(self.timezone)).tz_localize(None)
        wall = np.asarray(local.hour * 60 + local.minute)
        day = local.to_numpy().astype("datetime64[D]").astype(np.int64)
        first, last = day.min(), day.max()
        for event in events:
            if first <= event.ordinal <= last:
                begin = event.start.hour * 60 + event.start.minute
                end = 1440 if event.end is None else event.end.hour * 60 + event.end.minute
                yield event, (day == event.ordinal) & (begin <= wall) & (wall < end)


def learn_opening(volume: pd.Series, calendar: Calendar) -> WeeklyHours:
    """Tell the opening hours from the volume: times of the week that never had any are closed.

    Times are taken for closed only when seeing nothing is no accident: had they the volume that
    others lead to expect, they would have been empty throughout with a probability of at most
    exp(-20), and they were seen at least twice. A slot alone is held against the same time of
    other days of its kind; where that says too little, slots that are empty together speak
    together: whole days, the same times of all working days or of the weekend, and parts of a
    day. Half a year is looked at, so that hours given up long ago are closed.

    Parameters
    ----------
    volume
        Contacts/interval, indexed by ``interval_start`` in UTC; NaN where it is not known.
    calendar
        Days that are closed, ignored or holidays say nothing about the hours.

    Returns
    -------
    WeeklyHours
        Around the clock when there was no volume at all.
    """
    recent = volume.iloc[-26 * calendar.intervals_per_week :]
    index = pd.DatetimeIndex(recent.index)
    unusual = calendar.factors(index) == 0
    for kind in ("closed", "ignore"):
        unusual |= calendar.during(index, kind)
    unusual |= calendar.holiday_at(index)
    unusual |= calendar.like_weekday(index) >= 0
    usual = recent[~unusual].dropna()
    slot = minute_of_week(pd.DatetimeIndex(usual.index), calendar.timezone)
    slots = len(DAYS) * DAY_MINUTES // calendar.interval_minutes
    place = np.asarray(slot) // calendar.interval_minutes
    seen = np.bincount(place, minlength=slots).reshape(len(DAYS), -1)
    volume_at = np.bincount(place, usual.to_numpy(dtype=float), slots).astype(np.float64)
    total = volume_at.reshape(len(DAYS), -1)
    if not total.any():
        return WeeklyHours.always()
    closed = _never_by_accident(total, seen)
    return _weekly_hours(np.repeat(~closed, calendar.interval_minutes, axis=1))


def _never_by_accident(
    total: npt.NDArray[np.float64], seen: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Say which slots are empty by no accident, given contacts and sightings by day and slot."""
    rate = float(total.sum() / seen[total > 0].sum())
    empty = (total == 0) & (seen >= 2)
    closed = np.zeros(empty.shape, dtype=bool)
    for days in (*([day] for day in range(len(DAYS))), _WEEKEND):
        if not total[days].any() and seen[days].sum() * rate >= _NO_ACCIDENT:
            closed[days] |= empty[days]
    for days in (_WORKING_DAYS, _WEEKEND):
        volume, times = total[days].sum(axis=0), seen[days].sum(axis=0)
        by_time = np.divide(volume, times, out=np.zeros(len(volume)), where=times > 0)
        # One slot is held against the same time of its fellows: a night is quieter than a day.
        closed[days] |= empty[days] & (seen[days] * np.minimum(by_time, rate) >= _NO_ACCIDENT)
        for run in _runs(volume == 0):
            # At the edges of a quiet night little is expected of the hours between.
            edges = (by_time[run[0] - 1] + by_time[(run[-1] + 1) % len(by_time)]) / 2
            if times[run].sum() * min(edges, rate) >= _NO_ACCIDENT:
                there = np.ix_(np.array(days), run)
                closed[there] |= empty[there]
    by_time = total.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    by_day = total.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    for day, row in enumerate(empty):
        for run in _runs(row):
            expected = seen[day, run] * np.minimum(by_time[run], by_day[day])
            if expected.sum() >= _NO_ACCIDENT:
                closed[day, run] = True
    return closed


def _runs(hit: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.intp]]:
    """Return the places of every run of hits; midnight does not end a run."""
    misses = np.flatnonzero(~hit)
    if not len(misses):
        return []
    turned = (misses[0] + np.arange(len(hit))) % len(hit)
    parts = np.split(turned, np.flatnonzero(~hit[turned]))
    return [part[1:] for part in parts if len(part) > 1]


def for_queue(events: tuple[Event, ...], queue: str) -> tuple[Event, ...]:
    """Return the events that concern a queue."""
    return tuple(event for event in events if event.queue in ("", queue))


def holiday_events(settings: CalendarSettings, years: range) -> tuple[Event, ...]:
    """Return the public holidays of the settings' countries as events.

    Raises
    ------
    ValueError
        When the holidays library knows no such country or subdivision.
    """
    import holidays

    days: Mapping[date, str]
    events: dict[date, Event] = {}
    for region in filter(None, (part.strip() for part in settings.holidays.split(","))):
        country, _, subdivision = region.partition("-")
        try:
            days = holidays.country_holidays(
                country, subdiv=subdivision or None, years=years, language=NAMES_IN
            )
        except NotImplementedError:
            raise ValueError(
                f"holidays: {region!r} is unknown; give a country code such as IE or US-IL."
            ) from None
        events |= {day: Event(day, "holiday", name=name) for day, name in days.items()}
    return tuple(events[day] for day in sorted(events))


def _weekly_hours(minutes: npt.NDArray[np.bool_]) -> WeeklyHours:
    days = []
    for day in minutes:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], day.astype(int), [0]])))
        days.append(tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2)))
    return WeeklyHours(tuple(days))
