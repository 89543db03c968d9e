"""What an update needs to know, kept as JSON beside a forecast's file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data.clock import zone
from data.errors import InputError
from data.files import read_text
from forecast.day_update import DayUpdate
from forecast.dependence import Dependence
from forecast.series import VolumeForecast

FORMAT = 1
DECIMALS = 9


def update_path(forecast: Path) -> Path:
    """Return where the update of a forecast's file is kept.

    Examples
    --------
    >>> print(update_path(Path("F.csv")))
    F.update.json
    """
    return forecast.with_name(f"{forecast.stem}.update.json")


def update_text(forecasts: Sequence[VolumeForecast]) -> str:
    """Render what the forecasts know of the way their errors hang together, stable to the byte."""
    queues = {
        forecast.queue: {
            "timezone": forecast.calendar.timezone,
            "update": None if forecast.update is None else asdict(forecast.update),
            "dependence": None if forecast.dependence is None else asdict(forecast.dependence),
        }
        for forecast in forecasts
    }
    text = json.dumps({"format": FORMAT, "queues": queues}, sort_keys=True)
    # The last digits of a matrix depend on the machine that multiplied it.
    rounded = json.loads(text, parse_float=lambda digits: round(float(digits), DECIMALS))
    return json.dumps(rounded, sort_keys=True) + "\n"


def with_updates(path: Path, forecasts: Sequence[VolumeForecast]) -> tuple[VolumeForecast, ...]:
    """Give forecasts that were read from a file what is kept beside it; nothing where it is not.

    Parameters
    ----------
    path
        The forecast's file.
    forecasts
        Its queues; one that the file beside it does not name stays as it is.

    Raises
    ------
    InputError
        When the file beside it was damaged or written by another version.
    """
    beside = update_path(path)
    if not beside.exists():
        return tuple(forecasts)
    mend = "make the forecast again"
    try:
        found = json.loads(read_text(beside))
        if found["format"] != FORMAT:
            raise InputError(
                f"{beside}: found format {found['format']!r}, this Staffcast reads {FORMAT}; {mend}"
            )
        parts = {queue: _parts(entry) for queue, entry in found["queues"].items()}
    except InputError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{beside}: it was damaged or changed ({error}); {mend}") from error
    return tuple(
        _with_parts(forecast, *parts[forecast.queue]) if forecast.queue in parts else forecast
        for forecast in forecasts
    )


def _with_parts(
    forecast: VolumeForecast,
    timezone: str,
    update: DayUpdate | None,
    dependence: Dependence | None,
) -> VolumeForecast:
    calendar = replace(forecast.calendar, timezone=timezone)
    return replace(forecast, calendar=calendar, update=update, dependence=dependence)


def _parts(entry: dict[str, Any]) -> tuple[str, DayUpdate | None, Dependence | None]:
    timezone, update, dependence = entry["timezone"], entry["update"], entry["dependence"]
    zone(timezone)
    return (
        timezone,
        None if update is None else _day_update(update),
        None if dependence is None else Dependence(**dependence),
    )


def _day_update(entry: dict[str, Any]) -> DayUpdate:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    rows = tuple(tuple(row) for row in entry["correlation"])
    return DayUpdate(**{**entry, **lists, "correlation": rows})
