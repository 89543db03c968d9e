"""Times as people and tools write them, read as instants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import UNIT, zone

_SUFFIX = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_ISO = re.compile(
    r"^(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)$"
)
_DATES = {
    "day first": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y"),
    "month first": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%b %d %Y", "%B %d %Y"),
    "year first": ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d"),
}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H%M%S")
_UNIX_UNITS = ((1e8, 1e11, 1_000_000), (1e11, 1e14, 1_000), (1e14, 1e17, 1))
NOT_A_TIME = np.iinfo(np.int64).min
# A few days inside what a calendar date can say, for the sake of every zone.
_EARLIEST, _LATEST = np.array(["0001-01-03", "9999-12-29"], dtype="datetime64[us]").astype(np.int64)

_MARGIN = 3 * 86_400_000_000


@dataclass(frozen=True)
class ReadTimes:
    """Times of one column, an element per text.

    Parameters
    ----------
    micros
        Microseconds since 1970-01-01, of the instant or, for a naive time, of the wall clock as
        if it were UTC; 0 where not readable.
    naive, readable
        Whether the text names no offset, and whether it is a time at all.
    """

    micros: npt.NDArray[np.int64]
    naive: npt.NDArray[np.bool_]
    readable: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Localised:
    """Naive wall times set into a zone.

    Parameters
    ----------
    instants
        Instants in UTC; NaT where the wall time does not exist.
    repeated, nonexistent
        Whether the wall time happens twice (the first is taken), or never.
    """

    instants: pd.DatetimeIndex
    repeated: npt.NDArray[np.bool_]
    nonexistent: npt.NDArray[np.bool_]


def to_instants(micros: npt.NDArray[np.int64]) -> pd.DatetimeIndex:
    """Return microseconds since 1970-01-01 as instants in UTC; `NOT_A_TIME` is NaT."""
    return pd.DatetimeIndex(micros.view("datetime64[us]"), tz="UTC")


def localise(wall: pd.DatetimeIndex, timezone: str) -> Localised:
    """Read naive wall times in a zone; a repeated hour takes its first offset.

    Examples
    --------
    >>> wall = pd.DatetimeIndex(["2026-10-25 01:30", "2026-03-29 01:30"])
    >>> read = localise(wall, "Europe/Dublin")
    >>> read.instants[0], read.repeated[0], read.nonexistent[1]
    (Timestamp('2026-10-25 00:30:00+0000', tz='UTC'), np.True_, np.True_)
    """
    place = zone(timezone)
    first, second = (
        wall.tz_localize(place, ambiguous=np.full(len(wall), is_first), nonexistent="NaT")
        .tz_convert("UTC")
        .as_unit(UNIT)
        for is_first in (True, False)
    )
    missing = np.asarray(first.isna())
    return Localised(first, np.asarray(first != second) & ~missing, missing)


def second_offset(wall: pd.DatetimeIndex, timezone: str) -> pd.DatetimeIndex:
    """Read naive wall times in a zone; a repeated hour takes its second offset."""
    late = np.zeros(len(wall), dtype=bool)
    local = wall.tz_localize(zone(timezone), ambiguous=late, nonexistent="NaT")
    return local.tz_convert("UTC").as_unit(UNIT)


def read_other_times(texts: Sequence[str]) -> ReadTimes:
    """Read times that are not ISO 8601: unix seconds to microseconds, and usual local formats.

    The order of day and month is decided by all the texts together; where they leave it open,
    none that depends on it is readable.

    Examples
    --------
    >>> read_other_times(["1764000000", "31/12/2026 17:00"]).micros
    array([1764000000000000, 1798736400000000])
    >>> read_other_times(["01/02/2026 17:00"]).readable
    array([False])
    """
    series = pd.Series(list(texts), dtype="str").str.strip()
    micros, readable = _unix(series)
    naive = np.zeros(len(series), dtype=bool)
    rest = series[~readable].str.replace(",", "", regex=False).str.replace(r"\s+", " ", regex=True)
    if len(rest):
        offset, bare = _split_offset(rest)
        parsed = _calendar(bare)
        known = parsed.notna().to_numpy()
        values = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)
        places = np.flatnonzero(~readable)
        shift = np.nan_to_num(offset).astype(np.int64) * 60_000_000
        micros[places] = np.where(known, values - shift, 0)
        naive[places] = np.isnan(offset)
        readable[places] = known
    return ReadTimes(micros, naive, readable & in_range(micros))


def read_times(texts: Sequence[str]) -> ReadTimes:
    """Read times, ISO 8601 or not.

    Examples
    --------
    >>> read_times(["2026-03-29 01:00", "2026-03-29T01:00:00+01:00", "soon"]).readable
    array([ True,  True, False])
    """
    series = pd.Series(list(texts), dtype="str").str.strip()
    shape = series.str.extract(_ISO)
    iso = shape[0].notna().to_numpy()
    naive = iso & shape[1].isna().to_numpy()
    # Read as if in UTC, a naive time keeps its wall clock.
    parsed = pd.to_datetime(series.where(iso), format="ISO8601", utc=True, errors="coerce")
    micros = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)
    readable = parsed.notna().to_numpy().copy()
    others = np.flatnonzero(~readable)
    if len(others):
        read = read_other_times(series.iloc[others].tolist())
        micros[others], naive[others] = read.micros, read.naive
        readable[others] = read.readable
    return ReadTimes(micros, naive, readable & in_range(micros))


def mend_of_time(text: str) -> str:
    """Say how to mend a text that is not readable as a time."""
    parts = re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b", text)
    if parts and max(int(part) for part in parts.groups()) <= 12:
        return (
            "ambiguous: day and month may be either way round, and no other row decides it; "
            "write the year first, such as 2026-11-30T09:15:00+00:00"
        )
    return "write a time such as 2026-11-30T09:15:00+00:00"


def clip_ends(micros: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Move the last days of 9999 and the first of year 1 to where every zone can say them."""
    near = (micros > _EARLIEST - _MARGIN) & (micros < _LATEST + _MARGIN)
    return np.where(near, np.clip(micros, _EARLIEST, _LATEST), micros)


def in_range(micros: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say which instants lie in years that a calendar knows, 1 to 9999."""
    return np.asarray((micros >= _EARLIEST) & (micros <= _LATEST))


def _unix(series: pd.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    digits = series.str.fullmatch(r"\d{9,17}(\.\d+)?").to_numpy(dtype=bool)
    numbers = pd.to_numeric(series.where(digits), errors="coerce").to_numpy(dtype=float)
    micros = np.zeros(len(series), dtype=np.int64)
    readable = np.zeros(len(series), dtype=bool)
    for low, high, factor in _UNIX_UNITS:
        hit = (numbers >= low) & (numbers < high)
        micros[hit] = np.round(numbers[hit] * factor).astype(np.int64)
        readable |= hit
    return micros, readable


def _split_offset(texts: pd.Series) -> tuple[npt.NDArray[np.float64], pd.Series]:
    """Return minutes east of UTC, NaN without an offset, and the texts without it."""
    offsets = np.full(len(texts), np.nan)
    bare = []
    for place, text in enumerate(texts):
        match = _SUFFIX.search(text) if ":" in text or "T" in text else None
        if match is None:
            bare.append(text)
            continue
        bare.append(text[: match.start()])
        sign = match.group(1)
        if sign[0] in "+-":
            minutes = int(sign[1:3]) * 60 + int(sign[-2:])
            offsets[place] = minutes if sign[0] == "+" else -minutes
        else:
            offsets[place] = 0
    return offsets, pd.Series(bare, index=texts.index, dtype="str")


def _calendar(texts: pd.Series) -> pd.Series:
    """Read wall times in the one order of day and month that fits, NaT elsewhere."""
    orders = [_in_order(texts, formats) for formats in _DATES.values()]
    day_first, month_first, year_first = orders
    by_day, by_month = int(day_first.notna().sum()), int(month_first.notna().sum())
    clear = ~_contradict(day_first, month_first)
    if by_day == by_month:
        chosen = day_first.where(clear).fillna(month_first.where(clear))
    else:
        chosen = day_first if by_day > by_month else month_first
    return chosen.fillna(year_first)


def _contradict(day_first: pd.Series, month_first: pd.Series) -> pd.Series:
    return day_first.notna() & month_first.notna() & (day_first != month_first)


def _in_order(texts: pd.Series, formats: Sequence[str]) -> pd.Series:
    result = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for day in formats:
        for clock in _CLOCKS:
            left = result.isna()
            if not left.any():
                return result
            parsed = pd.to_datetime(texts[left], format=day + clock, errors="coerce")
            result[left] = parsed.astype("datetime64[us]")
    return result
