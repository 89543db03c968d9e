"""The customers of the sample team: who writes when, by the clocks they live by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import midnight, zone
from data.week import WeeklyHours

STEP_MINUTES = 15
CHRISTMAS_FACTOR = 0.55
SEGMENTS = ("trial", "starter", "business", "enterprise")
TOPICS = ("how-to", "setup", "billing", "bug", "account", "integration")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """Customers who live by one clock.

    Parameters
    ----------
    timezone
        Whose wall time `by_hour` follows.
    country
        Whose public holidays they keep, as the holidays library names it.
    by_hour
        Relative volume in each of the 24 local hours.
    by_weekday
        Relative volume of each local weekday, Monday first.
    on_holidays
        What a public holiday multiplies the volume by.
    """

    timezone: str
    country: str
    by_hour: tuple[float, ...]
    by_weekday: tuple[float, ...]
    on_holidays: float

    def rhythm(self, instants: pd.DatetimeIndex) -> Floats:
        """Return the relative volume at each instant; 1 is a busy hour of an ordinary day."""
        import holidays

        local = instants.tz_convert(zone(self.timezone))
        years = range(local[0].year, local[-1].year + 1)
        kept = holidays.country_holidays(self.country, years=years)
        days, day_of = np.unique(np.asarray(local.date), return_inverse=True)
        of_day = np.array([self.on_holidays if day in kept else 1.0 for day in days])
        of_day *= [CHRISTMAS_FACTOR if at_christmas(day) else 1.0 for day in days]
        hours = np.asarray(self.by_hour)[np.asarray(local.hour)]
        weekdays = np.asarray(self.by_weekday)[np.asarray(local.day_of_week)]
        return np.asarray(hours * weekdays * of_day[day_of])


@dataclass(frozen=True)
class SpecialDay:
    """A day, or hours of one by the team's wall clock, with `factor` times the usual volume."""

    day: date
    factor: float
    kind: str
    queue: str = ""
    start: time = time(0)
    end: time | None = None

    def multiplies(self, queue: str, local: pd.DatetimeIndex) -> Floats:
        """Return what the volume of `queue` is multiplied by at each local instant."""
        hit = np.asarray(local.date == self.day) & (self.queue in ("", queue))
        hit &= np.asarray(local.time >= self.start)
        if self.end is not None:
            hit &= np.asarray(local.time < self.end)
        return np.where(hit, self.factor, 1.0)


@dataclass(frozen=True)
class Customers:
    """Everyone who writes to the team.

    Parameters
    ----------
    regions
        By name.
    peaks
        Contacts/hour of each queue and region in a busy hour of the last week.
    opening
        Of each queue, in the team's zone; nobody can write when it is closed.
    special_days
        What happened beyond the rhythm.
    timezone
        The team's.
    last_week
        A day of the week from which growth is counted back.
    growth_per_year
        What the volume is multiplied by from one year to the next.
    day_noise
        Coefficient of variation of a whole day's volume beyond Poisson noise.
    """

    regions: Mapping[str, Region]
    peaks: Mapping[str, Mapping[str, float]]
    opening: Mapping[str, WeeklyHours]
    special_days: tuple[SpecialDay, ...]
    timezone: str
    last_week: date
    growth_per_year: float = 1.25
    day_noise: float = 0.08

    def rate(self, queue: str, instants: pd.DatetimeIndex) -> Floats:
        """Return the expected contacts/hour of a queue at each instant, without the day's noise."""
        total = np.zeros(len(instants))
        for name, region in self.regions.items():
            total += self.peaks[queue][name] * region.rhythm(instants)
        local = instants.tz_convert(zone(self.timezone))
        for special in self.special_days:
            total *= special.multiplies(queue, local)
        age = (instants - midnight(self.last_week, self.timezone)) / pd.Timedelta(days=365.25)
        total *= self.growth_per_year ** np.asarray(age, dtype=float)
        return np.where(self.is_open(queue, instants), total, 0.0)

    def is_open(self, queue: str, instants: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Say of each instant whether customers can write to a queue."""
        local = instants.tz_convert(zone(self.timezone))
        minute = np.asarray(local.day_of_week * 1440 + local.hour * 60 + local.minute)
        return np.asarray(self.opening[queue].minutes()[minute])

    def arrivals(
        self, start: pd.Timestamp, end: pd.Timestamp, rng: np.random.Generator
    ) -> pd.DataFrame:
        """Draw everyone who writes from `start` to `end`.

        Returns
        -------
        pandas.DataFrame
            A row per contact in order of arrival: ``created`` in seconds since the epoch,
            ``queue``, ``segment``, ``topic``.
        """
        steps = pd.date_range(start, end, freq=f"{STEP_MINUTES}min", inclusive="left")
        local = steps.tz_convert(zone(self.timezone))
        _, day_of = np.unique(np.asarray(local.date), return_inverse=True)
        shape = self.day_noise**-2
        noise = rng.gamma(shape, 1 / shape, size=day_of.max() + 1)[day_of]
        first = np.asarray((steps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1))
        parts = []
        for queue in self.peaks:
            counts = rng.poisson(self.rate(queue, steps) * noise * STEP_MINUTES / 60)
            created = np.repeat(first, counts) + rng.uniform(0, STEP_MINUTES * 60, counts.sum())
            parts.append(pd.DataFrame({"created": created, "queue": queue}))
        table = pd.concat(parts).sort_values("created", ignore_index=True)
        is_new = (table["queue"] == "live").to_numpy()
        segments = rng.choice(SEGMENTS[1:], len(table), p=(0.45, 0.4, 0.15))
        table["segment"] = np.where(is_new, SEGMENTS[0], segments)
        table["topic"] = rng.choice(TOPICS, len(table), p=(0.3, 0.2, 0.15, 0.15, 0.1, 0.1))
        return table


def at_christmas(day: date) -> bool:
    """Say whether half the world is away, working days or not."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
