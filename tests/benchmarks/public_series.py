"""Public series as histories: the named ones, and any other that lies beside them."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from data.sources.intervals import read_intervals
from forecast.closures import CalendarSettings, Event
from forecast.history import histories_from_intervals
from forecast.series import VolumeHistory

WEEK = 168
WEEKS_BEFORE = 10
MOST_ORIGINS = 20
ZONES = {
    # Files of local wall clock without offsets and without a gap at clock changes are read as they
    # stand; Melbourne's stamps are in UTC.
    "melbourne_pedestrian_hourly": "Australia/Melbourne",
}
ORIGINS = {"uk_ed_arrivals_hourly": 52, "servicenow_incidents_hourly": 8}
CORE = (
    "bank_calls_hourly",
    "nyc_taxi_hourly",
    "uk_ed_arrivals_hourly",
    "servicenow_incidents_hourly",
)


@dataclass(frozen=True)
class PublicSeries:
    """A queue of a public file.

    Parameters
    ----------
    name
        The file's name without ending; with the queue where there are several.
    history
        Opening hours not stated, no events.
    origins
        Weekly origins to test from at the end of the series.
    """

    name: str
    history: VolumeHistory
    origins: int

    def told(self, events: tuple[Event, ...]) -> "PublicSeries":
        """Return the series with events known."""
        calendar = replace(self.history.calendar, events=events)
        return replace(self, history=replace(self.history, calendar=calendar))


def load(folder: Path, names: tuple[str, ...] | None = None) -> list[PublicSeries]:
    """Read hourly series of ``folder/volume``: those named, else every ``*_hourly.csv``."""
    files = sorted((folder / "volume").glob("*_hourly.csv"))
    found: list[PublicSeries] = []
    for path in files:
        if names is not None and path.stem not in names:
            continue
        settings = CalendarSettings(timezone=ZONES.get(path.stem, "UTC"), interval_minutes=60)
        source = read_intervals(path, timezone=settings.timezone)
        histories = histories_from_intervals(source, settings)
        for history in histories:
            name = path.stem if len(histories) == 1 else f"{path.stem}: {history.queue}"
            found.append(PublicSeries(name, history, _origins(path.stem, history)))
    return found


def closed_days(path: Path) -> tuple[Event, ...]:
    """Return the closed days of the bank's file, which marks them."""
    rows = pd.read_csv(path)
    days = sorted(set(rows.loc[rows["missing_day"] == 1, "ds"].str[:10]))
    return tuple(Event(pd.Timestamp(day).date(), "closed") for day in days)


def _origins(stem: str, history: VolumeHistory) -> int:
    weeks = len(history.volume) // WEEK
    return ORIGINS.get(stem, max(1, min(MOST_ORIGINS, weeks - WEEKS_BEFORE)))
