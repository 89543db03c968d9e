r"""What is known ahead to drive volume: customers, messages to be sent, launches, shares.

A driver has stated values by time and an effect on volume, part of it known by its kind:

- ``exposure``: volume is proportional to the value, as to active customers or to the share of them
  that may write;
- ``share``: that part of the queue's volume goes to another queue instead;
- ``level``: volume goes with the value to a power that is learnt (its elasticity);
- ``pulse``: while a value is stated, volume is :math:`e^{b \cdot value}` times as high, b learnt;
- ``burst``: every unit, such as a message sent, brings b further contacts, which fade with a
  half-life; both are learnt.

With them volume is :math:`base \cdot factor + addition`. Models see the base alone, in units of the
driver's last value before the cutoff; what is stated of the horizon is laid over what they say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import zone
from data.errors import InputError

DriverKind = Literal["exposure", "share", "level", "pulse", "burst"]
Floats = npt.NDArray[np.float64]

ALWAYS_STATED = ("exposure", "share", "level")
LEARNT = ("level", "pulse", "burst")
HALF_LIVES_SEEN = 12
MOST_EXPONENT = 5.0
MOST_PARTS = 2000
MOST_DOUBT = 1.0
_HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class DriverValue:
    """What a driver is for a stretch of local time.

    Parameters
    ----------
    start, end
        Local wall time without offset; `end` is exclusive.
    value
        At least 0. For ``burst`` the units of the whole stretch, spread evenly over it; for the
        others the value at every time in it.
    """

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True)
class Effect:
    """What was learnt of a driver up to a cutoff.

    Parameters
    ----------
    size
        ``level``: elasticity; ``pulse``: logarithm of the factor per unit; ``burst``:
        contacts per unit. 0 where there is no evidence.
    error
        Standard error of the size.
    half_life_hours
        ``burst``: after which time half of its contacts have come.
    """

    size: float
    error: float
    half_life_hours: float = 1.0


@dataclass(frozen=True)
class Driver:
    """A driver of one queue, or of all.

    Parameters
    ----------
    name
        As in ``drivers.csv``.
    kind
        What its value does.
    values
        By start; of the kinds ``exposure``, ``share`` and ``level`` no two overlap.
    queue
        The queue it concerns; empty for all.
    to
        ``share``: the queue to which that part of the volume goes.
    effect
        None until it is learnt, and for kinds of which nothing is to be learnt.

    Raises
    ------
    ValueError
        When there is no such kind, or a share is not between 0 and 1 of a queue to another.
    """

    name: str
    kind: DriverKind
    values: tuple[DriverValue, ...]
    queue: str = ""
    to: str = ""
    effect: Effect | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(DriverKind):
            raise ValueError(f"kind must be one of {', '.join(get_args(DriverKind))}.")
        if (self.kind == "share") != bool(self.to):
            raise ValueError("to goes with kind share, and only with it.")
        if self.kind == "share" and (not self.queue or self.queue == self.to):
            raise ValueError("a share goes from a named queue to another.")
        for value in self.values:
            if not 0 <= value.value < float("inf") or not value.start < value.end:
                raise ValueError(f"driver {self.name}: a value is finite, at least 0, and lasts.")
            if self.kind == "share" and value.value > 1:
                raise ValueError(f"a share lies between 0 and 1, not at {value.value:g}.")


def drivers_of(drivers: Sequence[Driver], queue: str) -> tuple[Driver, ...]:
    """Return the drivers that concern a queue; a share stands with the queue that gives it."""
    return tuple(each for each in drivers if each.queue in ("", queue))


def stated(driver: Driver, index: pd.DatetimeIndex, timezone: str) -> Floats:
    """Return the driver's value at each interval.

    Returns
    -------
    numpy.ndarray
        Units sent in the interval for ``burst``; else the value, and where none is stated NaN,
        but 0 for ``pulse`` and, before its first value, for ``share``.
    """
    if driver.kind == "burst":
        return _spread(driver, index, timezone)
    blank = np.nan if driver.kind in ALWAYS_STATED else 0.0
    values = np.full(len(index), blank)
    starts, ends = _instants(driver, timezone)
    moments = _microseconds(index)
    first, last = np.searchsorted(moments, starts), np.searchsorted(moments, ends)
    for begin, end, value in zip(first, last, driver.values, strict=True):
        if driver.kind == "pulse":
            values[begin:end] += value.value
        else:
            values[begin:end] = value.value
    if driver.kind == "share" and len(starts):
        values[: first[0]] = 0.0
    return values


def factors(
    drivers: Sequence[Driver], index: pd.DatetimeIndex, timezone: str, cutoff: pd.Timestamp
) -> Floats:
    """Return what drivers multiply volume by, relative to their last values before the cutoff.

    Parameters
    ----------
    drivers
        Of one queue; those whose effect is not learnt count for nothing.
    index
        Intervals.
    timezone
        In which the drivers' values are stated.
    cutoff
        Where the forecast starts.

    Returns
    -------
    numpy.ndarray
        NaN where a value that must be known is not.
    """
    factor = np.ones(len(index))
    for driver in drivers:
        if driver.kind == "burst":
            continue
        values = stated(driver, index, timezone)
        if driver.kind == "exposure":
            factor *= values / reference(driver, timezone, cutoff)
        elif driver.kind == "share":
            factor *= 1.0 - values
        elif driver.effect is not None:
            exponent = driver.effect.size * regressor(driver, index, timezone, cutoff)
            factor *= np.exp(np.clip(exponent, -MOST_EXPONENT, MOST_EXPONENT))
    return factor


def regressor(
    driver: Driver, index: pd.DatetimeIndex, timezone: str, cutoff: pd.Timestamp
) -> Floats:
    """Return what the learnt size of a ``level`` or ``pulse`` is multiplied by in the exponent."""
    values = stated(driver, index, timezone)
    if driver.kind == "pulse":
        return values
    ratio: Floats = np.log(np.maximum(values, 1e-9) / reference(driver, timezone, cutoff))
    return ratio


def additions(drivers: Sequence[Driver], index: pd.DatetimeIndex, timezone: str) -> Floats:
    """Return the contacts/interval that bursts bring."""
    total = np.zeros(len(index))
    for driver in drivers:
        if driver.kind == "burst" and driver.effect is not None and driver.effect.size > 0:
            faded = fading(driver, index, timezone, driver.effect.half_life_hours)
            total += driver.effect.size * faded
    return total


def drive(
    drivers: Sequence[Driver],
    index: pd.DatetimeIndex,
    timezone: str,
    cutoff: pd.Timestamp,
    base: Floats,
) -> tuple[Floats, Floats]:
    """Lay what is stated of the horizon over what a model says.

    Parameters
    ----------
    drivers, index, timezone, cutoff
        As for `factors`.
    base
        Contacts/interval at the drivers' last values, and without bursts.

    Returns
    -------
    tuple of numpy.ndarray
        Contacts/interval, and by how much not knowing the effects exactly adds to the dispersion.
    """
    if not drivers:
        return base, np.zeros(len(index))
    made = base * factors(drivers, index, timezone, cutoff) + additions(drivers, index, timezone)
    doubt = np.zeros(len(index))
    for driver in drivers:
        if driver.effect is None:
            continue
        if driver.kind == "burst":
            faded = fading(driver, index, timezone, driver.effect.half_life_hours)
            relative = np.divide(faded, made, out=np.zeros(len(index)), where=made > 0)
        else:
            relative = regressor(driver, index, timezone, cutoff)
        doubt += (driver.effect.error * relative) ** 2
    return made, np.minimum(doubt, MOST_DOUBT)


def fading(
    driver: Driver, index: pd.DatetimeIndex, timezone: str, half_life_hours: float
) -> Floats:
    """Return what part of a contact per unit falls into each interval, times the units.

    Each moment's units fade from there on, so the parts of all intervals after a sending add up to
    its units; sendings before the first interval still echo in it.
    """
    faded = np.zeros(len(index))
    if len(index) == 0:
        return faded
    hours = _microseconds(index) / _HOUR_US
    length = float(hours[1] - hours[0]) if len(hours) > 1 else 1.0
    edges = np.append(hours, hours[-1] + length)
    for moment, units in _sendings(driver, timezone):
        first = max(int(np.searchsorted(edges, moment, side="right")) - 1, 0)
        last = int(np.searchsorted(edges, moment + HALF_LIVES_SEEN * half_life_hours)) + 1
        ages = np.maximum(edges[first:last] - moment, 0.0)
        if len(ages) > 1:
            left = 0.5 ** (ages / half_life_hours)
            faded[first : first + len(ages) - 1] += units * (left[:-1] - left[1:])
    return faded


def check_stated(
    drivers: Sequence[Driver], queue: str, index: pd.DatetimeIndex, timezone: str
) -> None:
    """Refuse a horizon in which a driver that must be known is not.

    Raises
    ------
    InputError
        Naming the driver and the first local time without a value.
    """
    for driver in drivers:
        if driver.kind not in ALWAYS_STATED:
            continue
        missing = np.flatnonzero(np.isnan(stated(driver, index, timezone)))
        if len(missing):
            local = index[missing[0]].tz_convert(zone(timezone))
            raise InputError(
                f"driver {driver.name}: queue {queue} has no value at {local:%Y-%m-%d %H:%M}; the "
                "forecast needs it to the end of the horizon, add rows to the drivers' file"
            )


def reference(driver: Driver, timezone: str, cutoff: pd.Timestamp) -> float:
    """Return the last positive value that holds before the cutoff, else the first later one."""
    starts, _ = _instants(driver, timezone)
    positive = np.array([value.value > 0 for value in driver.values], dtype=bool)
    known = np.flatnonzero(positive & (starts < cutoff.as_unit("us").value))
    later = np.flatnonzero(positive)
    if len(later) == 0:
        return 1.0
    return driver.values[int(known[-1] if len(known) else later[0])].value


def _sendings(driver: Driver, timezone: str) -> list[tuple[float, float]]:
    """Return moments (hours since 1970) and units; a long sending is cut into quarter hours."""
    starts, ends = _instants(driver, timezone)
    found: list[tuple[float, float]] = []
    for start, end, value in zip(starts, ends, driver.values, strict=True):
        begin, length = start / _HOUR_US, (end - start) / _HOUR_US
        parts = min(max(1, round(length * 4)), MOST_PARTS)
        middles = begin + (np.arange(parts) + 0.5) / parts * length
        found.extend((float(middle), value.value / parts) for middle in middles)
    return found


def _spread(driver: Driver, index: pd.DatetimeIndex, timezone: str) -> Floats:
    """Return the units sent in each interval."""
    sent = np.zeros(len(index))
    moments = _microseconds(index) / _HOUR_US
    length = float(moments[1] - moments[0]) if len(moments) > 1 else 1.0
    for moment, units in _sendings(driver, timezone):
        place = int(np.searchsorted(moments, moment, side="right")) - 1
        if place >= 0 and moment < moments[place] + length:
            sent[place] += units
    return sent


def _instants(driver: Driver, timezone: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return starts and ends as microseconds since 1970 UTC."""
    walls = [[getattr(value, side) for value in driver.values] for side in ("start", "end")]
    starts, ends = (_utc(wall, timezone) for wall in walls)
    return starts, ends


def _utc(walls: Sequence[datetime], timezone: str) -> npt.NDArray[np.int64]:
    """Return instants: a repeated hour is its first, a skipped time the next that exists."""
    local = pd.DatetimeIndex(pd.to_datetime(list(walls))).tz_localize(
        zone(timezone),
        ambiguous=np.ones(len(walls), dtype=bool),
        nonexistent="shift_forward",
    )
    return _microseconds(local)


def _microseconds(index: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    instants: npt.NDArray[np.int64] = np.asarray(
        index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]"), dtype="int64"
    )
    return instants
