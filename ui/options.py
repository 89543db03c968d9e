"""What the options of commands mean; what cannot be meant is an `InputError`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from data.clock import YEARS, zone
from data.errors import InputError
from data.sources import IntervalVolume
from forecast.series import check_probabilities
from optimizer.staffing.inbox import Waiting
from optimizer.waiting_files import read_waiting
from ui import workspaces
from ui.plan_folder import MANIFEST
from ui.settings import SETTINGS_FILE, Settings, read_settings


def keep_inputs(outs: Sequence[Path], *inputs: Path | None) -> None:
    """Refuse to write over what is read or planned, where a folder is, or into what is none."""
    read = {path.resolve() for path in inputs if path is not None}
    for out in outs:
        if out.is_dir():
            raise InputError(f"{out}: found a folder; name a file")
        if out.resolve() in read:
            raise InputError(f"{out}: is also read; name another place to write to")
        if out.exists() and f'"{out.name}"' in _manifest_beside(out):
            raise InputError(f"{out}: is a part of a plan; name another place to write to")
        above = next(each for each in out.parents if each.exists())
        if not above.is_dir():
            raise InputError(f"{above}: found a file; name a folder to write to")


def _manifest_beside(path: Path) -> str:
    """Return what the plan of a folder lists as its own; nothing where there is no plan."""
    manifest = path.with_name(MANIFEST)
    return manifest.read_text(errors="replace") if manifest.is_file() else ""


def settings_of(path: Path | None) -> Settings | None:
    """Read the settings named, or those of this folder; None when there are none."""
    if path is not None:
        return read_settings(path)
    here = Path(SETTINGS_FILE)
    return read_settings(here) if here.exists() else None


def settings_needed(path: Path | None) -> Settings:
    """Read the settings named, or those of this folder.

    Raises
    ------
    InputError
        When there are none.
    """
    known = settings_of(path)
    if known is None:
        raise InputError(f"{SETTINGS_FILE}: there is none in this folder; name one with --settings")
    return known


def on_grid(
    known: Settings | None, source: workspaces.Source, timezone: str, interval: int | None
) -> Settings:
    """Return the settings with the zone and interval that were asked for, or the file's own."""
    base = known or Settings()
    if interval is None:
        interval = base.calendar.interval_minutes
        if known is None and isinstance(source, IntervalVolume):
            interval = source.interval_minutes
    try:
        calendar = replace(base.calendar, timezone=timezone, interval_minutes=interval)
        return replace(base, calendar=calendar)
    except ValueError as error:
        raise InputError(f"--interval: {error}") from error


def zone_of(stated: str | None, known: Settings | None) -> str:
    """Return the zone that is stated, or the settings', or UTC."""
    if stated is None:
        return known.calendar.timezone if known else "UTC"
    try:
        zone(stated)
    except ValueError as error:
        raise InputError(f"--timezone: {error}") from error
    return stated


def day_of(text: str | None) -> date | None:
    """Read a local day such as 2026-11-30."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--start: found {text!r}; give a day such as 2026-11-30") from None
    check_year(day, "--start")
    return day


def check_year(day: date, option: str) -> None:
    """Refuse a day or time that is centuries away, which is a slip of the pen."""
    if day.year not in YEARS:
        raise InputError(
            f"{option}: found the year {day.year}; give one from {YEARS[0]} to {YEARS[-1]}"
        )


def waiting_of(
    backlog: Path | None, known: Settings, begins: Mapping[str, pd.Timestamp]
) -> dict[str, Waiting]:
    """Read what waits in asynchronous queues when their first intervals begin; nothing by default.

    Parameters
    ----------
    backlog
        The file of ``--backlog``.
    known
        The settings.
    begins
        When the first interval of each queue begins.
    """
    if backlog is None:
        return {}
    return read_waiting(backlog, known.calendar.timezone, dict(begins), known.queues)


def mapping_of(columns: Sequence[str]) -> dict[str, str]:
    """Read ``created_at=Opened on`` pairs."""
    pairs = [column.partition("=") for column in columns]
    for name, equals, given in pairs:
        if not (name and equals and given):
            raise InputError(f"--map: found {name + equals!r}; write created_at=COLUMN")
    return {name.strip(): given.strip() for name, _, given in pairs}


def probabilities_of(text: str) -> tuple[float, ...]:
    """Read levels joined by commas."""
    try:
        return check_probabilities([float(part) for part in text.split(",")])
    except ValueError as error:
        raise InputError(
            f"--quantiles: found {text!r}; give numbers between 0 and 1 joined by commas"
        ) from error
