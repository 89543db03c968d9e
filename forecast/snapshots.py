"""Forecasts as they were published, so that later it can be told who was right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.clock import UNIT
from forecast.closures import Calendar
from forecast.override_files import from_payload as override_from_payload
from forecast.override_files import to_payload as override_to_payload
from forecast.overrides import Override
from forecast.series import VolumeForecast, quantile_column

FORMAT = 1
DECIMALS = 3


@dataclass(frozen=True)
class Snapshot:
    """A forecast at the moment it was published.

    Parameters
    ----------
    cutoff
        End of the data that the models knew, UTC.
    published
        By queue what was published, overrides included.
    own
        By queue what the models said, in the same order and for the same intervals.
    overrides
        Those that are in `published`.

    Raises
    ------
    ValueError
        When it is of no queue, or the two sides do not match.
    """

    cutoff: pd.Timestamp
    published: tuple[VolumeForecast, ...]
    own: tuple[VolumeForecast, ...]
    overrides: tuple[Override, ...] = ()

    def __post_init__(self) -> None:
        sides = (self.published, self.own)
        seen = [[(each.queue, len(each.table), each.cutoff) for each in side] for side in sides]
        if not self.published or seen[0] != seen[1]:
            raise ValueError("A snapshot has the same queues and intervals on both its sides.")


def forecasts_from_table(
    table: pd.DataFrame, timezone: str, interval_minutes: int, model: str
) -> tuple[VolumeForecast, ...]:
    """Read forecasts back from their table, queues in its order.

    Parameters
    ----------
    table
        As `forecast.tables.forecast_table` returns it.
    timezone, interval_minutes
        Of the queues' calendars.
    model
        Name of the model that made them.
    """
    made = []
    for queue, rows in table.groupby("unique_id", sort=False):
        index = pd.DatetimeIndex(pd.to_datetime(rows["ds"], utc=True), name="interval_start")
        values = rows.drop(columns=["unique_id", "ds"]).set_index(index.as_unit(UNIT))
        calendar = Calendar(timezone, interval_minutes)
        made.append(VolumeForecast(str(queue), model, calendar, values))
    return tuple(made)


def to_payload(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as JSON can say it, numbers to three places."""
    queues = []
    for published, own in zip(snapshot.published, snapshot.own, strict=True):
        said, heard = (_columns(each) for each in (published, own))
        queues.append(
            {
                "queue": published.queue,
                "model": own.model,
                "timezone": published.calendar.timezone,
                "interval_minutes": published.calendar.interval_minutes,
                "start": published.cutoff.isoformat(),
                "levels": list(published.probabilities),
                "published": said,
                "own": None if heard == said else heard,
            }
        )
    return {
        "format": FORMAT,
        "cutoff": snapshot.cutoff.tz_convert("UTC").isoformat(),
        "queues": queues,
        "overrides": [override_to_payload(override) for override in snapshot.overrides],
    }


def from_payload(payload: Mapping[str, Any]) -> Snapshot:
    """Read a snapshot back.

    Raises
    ------
    ValueError
        When it is none, as when a newer Staffcast wrote it.
    """
    try:
        if payload["format"] != FORMAT:
            raise ValueError(f"found format {payload['format']!r}, this Staffcast reads {FORMAT}.")
        queues = payload["queues"]
        return Snapshot(
            cutoff=pd.Timestamp(payload["cutoff"]).as_unit(UNIT),
            published=tuple(_forecast(each, each["published"]) for each in queues),
            own=tuple(_forecast(each, each["own"] or each["published"]) for each in queues),
            overrides=tuple(override_from_payload(each) for each in payload["overrides"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no snapshot of this Staffcast: {error}.") from error


def _columns(forecast: VolumeForecast) -> list[list[float]]:
    """Return mean and quantiles, a list each."""
    names = _names(forecast.probabilities)
    table = forecast.table[names].round(DECIMALS)
    return [table[name].tolist() for name in names]


def _forecast(entry: Mapping[str, Any], columns: Sequence[Sequence[float]]) -> VolumeForecast:
    calendar = Calendar(entry["timezone"], entry["interval_minutes"])
    names = _names(entry["levels"])
    index = pd.date_range(
        pd.Timestamp(entry["start"]), periods=len(columns[0]), freq=calendar.step,
        name="interval_start", unit=UNIT,
    )  # fmt: skip
    table = pd.DataFrame(dict(zip(names, columns, strict=True)), index=index, dtype=float)
    return VolumeForecast(entry["queue"], entry["model"], calendar, table)


def _names(levels: Sequence[float]) -> list[str]:
    return ["mean", *(quantile_column(level) for level in levels)]
