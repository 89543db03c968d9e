"""How instants, shifts and text stand in a cell."""

from datetime import datetime

import pandas as pd

from data.clock import zone
from optimizer.shifts import ROLES, Role

ROLE_LETTERS: dict[Role, str] = dict(zip(ROLES, ("P", "C"), strict=True))
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def escape_cell(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula, by an apostrophe before it.

    Text comes from people and exports, and a cell that begins like a formula is run by whoever
    opens the file (OWASP, CSV injection).

    Examples
    --------
    >>> escape_cell("=1+1"), escape_cell("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def escape_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with every text in it escaped."""
    return table.map(lambda cell: escape_cell(cell) if isinstance(cell, str) else cell)


def local(instant: datetime, timezone: str) -> datetime:
    """Return an instant as wall time of a zone, with its offset."""
    return instant.astimezone(zone(timezone))


def wall_span(start: datetime, end: datetime, timezone: str) -> str:
    """Write a span of time by the wall clock, minutes only where there are any.

    Examples
    --------
    >>> from datetime import UTC
    >>> wall_span(datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 16, 30, tzinfo=UTC),
    ...           "Europe/Dublin")
    '09–17:30'
    """
    return "–".join(_wall(local(instant, timezone)) for instant in (start, end))


def _wall(instant: datetime) -> str:
    return f"{instant:%H:%M}" if instant.minute else f"{instant:%H}"
