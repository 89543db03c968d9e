"""Premiums on the wage by the clock on the wall: nights, weekends and public holidays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import local_days, zone
from data.week import DAY_MINUTES, WeeklyHours
from forecast.closures import CalendarSettings, holiday_events
from optimizer.breaks import Break

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FRIDAY = 4


@dataclass(frozen=True)
class Premiums:
    """The ``[shifts.premiums]`` table: what hours cost beyond the wage, as shares of it.

    Those that fall together add up.

    Parameters
    ----------
    night
        Of an hour within `night_hours`.
    night_hours
        Local hours of the site, such as ``22:00-06:00``, every day of the week.
    weekend
        Of an hour of a local Saturday or Sunday.
    holiday
        Of an hour of a public holiday, from local midnight to midnight.
    holidays
        The country of the public holidays, as in ``[calendar]``.
    """

    night: float = 0.0
    night_hours: str = "22:00-06:00"
    weekend: float = 0.0
    holiday: float = 0.0
    holidays: str = ""

    def __post_init__(self) -> None:
        for name in ("night", "weekend", "holiday"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be at least 0, a share of the wage.")
        if self.holiday and not self.holidays:
            raise ValueError("holiday needs holidays: name a country, such as IE or US-IL.")
        WeeklyHours.from_mapping({"Mon-Sun": self.night_hours})
        holiday_events(CalendarSettings(holidays=self.holidays), range(2026, 2027))

    @property
    def is_none(self) -> bool:
        """Whether every hour costs the wage."""
        return not (self.night or self.weekend or self.holiday)


@dataclass(frozen=True)
class Wages:
    """What time costs where, in hours at the plain wage.

    Parameters
    ----------
    premiums
        On the wage.
    zones
        Of the sites, by name.
    timezone
        Of the calendar, for shifts of no such site.
    """

    premiums: Premiums
    zones: Mapping[str, str]
    timezone: str

    def hours(self, site: str, start: datetime, end: datetime) -> float:
        """Return the hours from start to end, each with its premiums.

        Examples
        --------
        >>> wages = Wages(Premiums(night=0.25), {}, "UTC")
        >>> evening = datetime(2026, 3, 2, 20, tzinfo=UTC)
        >>> wages.hours("", evening, evening + timedelta(hours=8))
        9.5
        """
        if self.premiums.is_none:
            return (end - start) / timedelta(hours=1)
        local = self.zones.get(site, self.timezone)
        total, day = 0.0, start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            rates = _rates_until(self.premiums, local, day)
            first, last = max(start, day) - day, min(end, day + DAY) - day
            total += float(rates[last // MINUTE] - rates[first // MINUTE])
            day += DAY
        return total / 60

    def paid(self, site: str, start: datetime, end: datetime, breaks: Iterable[Break]) -> float:
        """Return the hours of a shift without the breaks that are not paid."""
        unpaid = (self.hours(site, one.start, one.end) for one in breaks if not one.paid)
        return self.hours(site, start, end) - sum(unpaid)


@lru_cache(maxsize=1000)
def _rates_until(premiums: Premiums, timezone: str, day: datetime) -> npt.NDArray[np.float64]:
    """Return what the first 0, 1, … minutes of a UTC day cost, in minutes at the plain wage."""
    minutes = pd.date_range(day, periods=DAY_MINUTES, freq="min")
    wall = minutes.tz_convert(zone(timezone))
    at_night = WeeklyHours.from_mapping({"Mon-Sun": premiums.night_hours}).minutes()
    place = wall.day_of_week * DAY_MINUTES + wall.hour * 60 + wall.minute
    rates = 1.0 + premiums.night * at_night[np.asarray(place)]
    rates += premiums.weekend * np.asarray(wall.day_of_week > FRIDAY)
    if premiums.holiday:
        days = local_days(minutes, timezone)
        free = _public_holidays(premiums.holidays, day.year)
        rates += premiums.holiday * np.array([one in free for one in days])
    found: npt.NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(rates)])
    return found


@lru_cache(maxsize=100)
def _public_holidays(countries: str, year: int) -> frozenset[date]:
    events = holiday_events(CalendarSettings(holidays=countries), range(year - 1, year + 2))
    return frozenset(event.day for event in events)
