"""Hours of the week by the wall clock: opening hours of a queue, availability of a rep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import zone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 1440
_LONG_DAYS = {
    "Monday": "Mon",
    "Tuesday": "Tue",
    "Wednesday": "Wed",
    "Thursday": "Thu",
    "Friday": "Fri",
    "Saturday": "Sat",
    "Sunday": "Sun",
}
_NEVER = "never"
_DASH = re.compile("[-–]")
_WINDOW = re.compile(r"^([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})$")


@dataclass(frozen=True)
class WeeklyHours:
    """Windows of wall time for each weekday, Monday first.

    Each window is a pair of minutes since midnight, start before end; one past midnight is kept as
    two, on both days.
    """

    windows: tuple[tuple[tuple[int, int], ...], ...]

    def __post_init__(self) -> None:
        if len(self.windows) != len(DAYS):
            raise ValueError(f"A week has 7 days, not {len(self.windows)}.")
        for day, windows in zip(DAYS, self.windows, strict=True):
            for start, end in windows:
                if not 0 <= start < end <= DAY_MINUTES:
                    raise ValueError(f"{day}: a window must start before it ends, within a day.")

    @classmethod
    def always(cls) -> "WeeklyHours":
        """Return around the clock, every day."""
        return cls((((0, DAY_MINUTES),),) * len(DAYS))

    @classmethod
    def from_mapping(cls, hours: Mapping[str, str]) -> "WeeklyHours":
        """Read ``{"Mon-Fri": "09:00-12:00, 13:00-17:00", "Sat": "10:00-14:00"}``.

        Days that are not named have no hours. A window that ends before it starts runs past
        midnight.

        Raises
        ------
        ValueError
            When a day or a window cannot be read.

        Examples
        --------
        >>> WeeklyHours.from_mapping({"Fri-Sat": "22:00-02:00"}).windows[4:]
        (((1320, 1440),), ((0, 120), (1320, 1440)), ((0, 120),))
        """
        minutes = np.zeros((len(DAYS), DAY_MINUTES), dtype=bool)
        for days, windows in hours.items():
            for day in _days(days):
                for window in windows.split(","):
                    start, end = read_window(window)
                    if start < end:
                        minutes[day, start:end] = True
                    else:
                        minutes[day, start:] = True
                        minutes[(day + 1) % len(DAYS), :end] = True
        return cls(tuple(_runs(day) for day in minutes))

    @classmethod
    def from_text(cls, text: str) -> "WeeklyHours":
        """Read ``Mon-Fri 07:00-19:00; Sat 09:00-13:00``.

        Empty text is around the clock; ``never`` is no hour of the week.

        Raises
        ------
        ValueError
            When a day or a window cannot be read.
        """
        if not text.strip():
            return cls.always()
        if text.strip().lower() == _NEVER:
            return cls(((),) * len(DAYS))
        hours: dict[str, str] = {}
        for part in filter(str.strip, text.split(";")):
            days, _, windows = part.strip().partition(" ")
            hours[days] = f"{hours[days]}, {windows}" if days in hours else windows
        return cls.from_mapping(hours)

    def to_text(self) -> str:
        """Write the hours so that `from_text` reads them again.

        Examples
        --------
        >>> WeeklyHours.from_text("Mon-Wed 07:00-19:00; Sat 09:00-13:00").to_text()
        'Mon-Wed 07:00-19:00; Sat 09:00-13:00'
        """
        parts: list[tuple[int, int, str]] = []
        for day, windows in enumerate(self.windows):
            text = ", ".join(f"{_wall(start)}-{_wall(end)}" for start, end in windows)
            if parts and parts[-1][2] == text and parts[-1][1] == day - 1:
                parts[-1] = (parts[-1][0], day, text)
            else:
                parts.append((day, day, text))
        if not any(self.windows):
            return _NEVER
        return "; ".join(
            f"{DAYS[first]}{'' if first == last else '-' + DAYS[last]} {text}"
            for first, last, text in parts
            if text
        )

    def minutes(self) -> npt.NDArray[np.bool_]:
        """Return whether each of the week's 10080 wall-clock minutes is in a window."""
        covered = np.zeros((len(DAYS), DAY_MINUTES), dtype=bool)
        for day, windows in enumerate(self.windows):
            for start, end in windows:
                covered[day, start:end] = True
        return covered.reshape(-1)

    def covers(
        self, starts: pd.DatetimeIndex, interval_minutes: int, timezone: str
    ) -> npt.NDArray[np.bool_]:
        """Say of each interval whether any minute of it lies in a window.

        Parameters
        ----------
        starts
            Interval starts, tz-aware.
        interval_minutes
            Length of an interval.
        timezone
            The zone in whose wall time the windows are given.
        """
        counted = np.concatenate([[0], np.cumsum(np.tile(self.minutes(), 2))])
        local = starts.tz_convert(zone(timezone))
        first = np.asarray(local.day_of_week * DAY_MINUTES + local.hour * 60 + local.minute)
        return np.asarray(counted[first + interval_minutes] > counted[first])


def _days(text: str) -> list[int]:
    names = [
        _LONG_DAYS.get(name.strip().title(), name.strip().title()) for name in _DASH.split(text)
    ]
    if len(names) > 2 or not set(names) <= set(DAYS):
        raise ValueError(f"{text!r} is no day or range of days; write Mon or Mon-Fri.")
    start, end = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1)]


def read_window(text: str) -> tuple[int, int]:
    """Read a window of wall time as minutes since midnight; past midnight the end is the smaller.

    Raises
    ------
    ValueError
        When it cannot be read.

    Examples
    --------
    >>> read_window("23:00-06:00")
    (1380, 360)
    """
    match = _WINDOW.match(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} is no window of time; write 09:00-17:00.")
    hours = [int(part) for part in match.groups()]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if start >= DAY_MINUTES or end > DAY_MINUTES or hours[1] > 59 or hours[3] > 59 or start == end:
        raise ValueError(f"{text.strip()!r} is no window of time; write 09:00-17:00.")
    return start, end


def _runs(minutes: npt.NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], minutes, [False]]).astype(int)))
    return tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def _wall(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
