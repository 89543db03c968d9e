"""What a new queue borrows from an older one: the shape of its weeks, at the new queue's level.

Weeks of the sibling, scaled to what the queue itself has had at the same times, stand before the
queue's own first day. Every model then learns from both, and as own weeks come in they take the
place of borrowed ones: of a window of eight weeks, n own weeks are n parts in eight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.clock import minute_of_week
from data.errors import InputError
from forecast.days import Floats
from forecast.drivers import drivers_of
from forecast.series import VolumeForecast, VolumeHistory, quantile_column

OWN_DAYS = 21.0
BORROWED_WEEKS = 8
SIBLING_WEEKS = 4
LEVEL_ERROR = 0.3
SHAPE_ERROR = 0.15
_NORMAL_80 = 2.563


@dataclass(frozen=True)
class Likeness:
    """What a planner says of a new queue.

    Parameters
    ----------
    queue
        The queue whose weeks its own will resemble.
    per_week
        Contacts/week to expect; None when its own history is to say.
    """

    queue: str
    per_week: float | None = None


@dataclass(frozen=True)
class Borrowed:
    """A history with the weeks of a sibling before its own.

    Parameters
    ----------
    history
        To forecast from.
    sibling
        Whose weeks they are.
    own_days
        Days of its own.
    """

    history: VolumeHistory
    sibling: str
    own_days: float

    @property
    def doubt(self) -> float:
        """What the borrowing adds to the dispersion: an uncertain level and a foreign shape."""
        own = max(self.own_days, 0.5)
        foreign = max(0.0, 1.0 - self.own_days / (7 * BORROWED_WEEKS))
        return LEVEL_ERROR**2 / own + SHAPE_ERROR**2 * foreign

    @property
    def note(self) -> str:
        """What the planner should know of it."""
        queue = self.history.queue
        if self.own_days == 0:
            return (
                f"Queue {queue}: it has no history of its own; its weeks are those of "
                f"{self.sibling} at the volume stated, and the quantiles are wide."
            )
        return (
            f"Queue {queue}: {self.own_days:.0f} days of its own are few; the shape of its week "
            f"leans on {self.sibling}, and the quantiles are wide."
        )


def borrow(
    histories: Sequence[VolumeHistory], likeness: Mapping[str, Likeness] | None = None
) -> dict[str, Borrowed]:
    """Lend to queues with less than three weeks of their own the weeks of a sibling.

    Parameters
    ----------
    histories
        The queues, each with its own end.
    likeness
        By queue which other one it resembles, where a planner says so; otherwise the one whose
        weeks explain its own days best, if they do better than a flat line.

    Returns
    -------
    dict
        By queue, for those that borrow.

    Raises
    ------
    InputError
        When the queue that is to be resembled is not there or is itself too young.
    """
    stated = likeness or {}
    by_name = {history.queue: history for history in histories}
    found: dict[str, Borrowed] = {}
    for history in histories:
        days = own_days(history)
        if not 0 < days < OWN_DAYS or not (history.volume > 0).any():
            continue
        others = [each for each in histories if _can_lend(each, history)]
        if history.queue in stated:
            sibling: VolumeHistory | None = _named(by_name, history, stated[history.queue].queue)
        else:
            sibling = _most_alike(history, others)
        if sibling is not None:
            found[history.queue] = Borrowed(_before(history, sibling), sibling.queue, days)
    return found


def unborn(
    histories: Sequence[VolumeHistory], likeness: Mapping[str, Likeness]
) -> dict[str, Borrowed]:
    """Return histories of queues that have none: a sibling's weeks at the stated volume.

    Raises
    ------
    InputError
        When the queue to resemble is not there, or the volume is not stated.
    """
    by_name = {history.queue: history for history in histories}
    found: dict[str, Borrowed] = {}
    for name, alike in likeness.items():
        if name in by_name:
            continue
        if alike.per_week is None:
            raise InputError(
                f"queue {name}: it has no history and is to be like {alike.queue}; "
                "state expected_per_week in its settings as well"
            )
        sibling = by_name.get(alike.queue)
        if sibling is None or own_days(sibling) < 7 * SIBLING_WEEKS:
            raise _no_sibling(name, alike.queue, by_name)
        recent = sibling.volume.iloc[-sibling.calendar.intervals_per_week * BORROWED_WEEKS :]
        weeks = recent.notna().sum() / sibling.calendar.intervals_per_week
        usual = float(recent.sum() / weeks)
        if usual == 0:
            raise InputError(f"queue {name}: {alike.queue} has had no contact to be like")
        volume = recent * (alike.per_week / usual)
        calendar = replace(sibling.calendar, drivers=drivers_of(sibling.calendar.drivers, name))
        found[name] = Borrowed(VolumeHistory(name, volume, calendar), alike.queue, 0.0)
    return found


def own_days(history: VolumeHistory) -> float:
    """Return the days from the first known interval to the end; 0 where none is known."""
    known = history.volume.index[history.volume.notna()]
    return float((history.cutoff - known[0]) / pd.Timedelta(days=1)) if len(known) else 0.0


def widened(forecast: VolumeForecast, doubt: float) -> VolumeForecast:
    """Return the forecast with quantiles as wide as a further relative variance makes them."""
    table = forecast.table
    mean = table["mean"].to_numpy(dtype=float)
    low, high = max(forecast.probabilities[0], 0.1), min(forecast.probabilities[-1], 0.9)
    if low >= high:
        return forecast
    spread = (forecast.quantile(high) - forecast.quantile(low)).to_numpy(dtype=float) / _NORMAL_80
    variance = np.maximum(spread**2, np.maximum(mean, 1e-9))
    stretch = np.sqrt(1.0 + doubt * mean**2 / variance)
    wide = table.copy()
    middle = table["q50"].to_numpy(dtype=float)
    for level in forecast.probabilities:
        name = quantile_column(level)
        wide[name] = np.maximum(middle + (table[name].to_numpy(dtype=float) - middle) * stretch, 0)
    return replace(forecast, table=wide)


def _can_lend(other: VolumeHistory, history: VolumeHistory) -> bool:
    ours, theirs = history.calendar, other.calendar
    return (
        other.queue != history.queue
        and own_days(other) >= 7 * SIBLING_WEEKS
        and (ours.timezone, ours.interval_minutes) == (theirs.timezone, theirs.interval_minutes)
        and bool((other.volume > 0).any())
    )


def _named(
    by_name: Mapping[str, VolumeHistory], history: VolumeHistory, name: str
) -> VolumeHistory:
    sibling = by_name.get(name)
    if sibling is None or not _can_lend(sibling, history):
        raise _no_sibling(history.queue, name, by_name)
    return sibling


def _no_sibling(queue: str, name: str, by_name: Mapping[str, VolumeHistory]) -> InputError:
    return InputError(
        f"queue {queue}: it is to be like {name}, which has no four weeks of volume on the same "
        f"grid; there are {', '.join(sorted(by_name))}"
    )


def _most_alike(history: VolumeHistory, others: Sequence[VolumeHistory]) -> VolumeHistory | None:
    """Return the queue whose weeks explain the own days best, by the deviance of a Poisson."""
    known = history.volume.notna().to_numpy()
    own = history.volume.to_numpy(dtype=float)[known]
    best, least = None, _deviance(own, np.ones(len(own)))
    for other in sorted(others, key=lambda each: each.queue):
        expected = _usual(other, pd.DatetimeIndex(history.volume.index))[known]
        deviance = _deviance(own, expected)
        if deviance < least:
            best, least = other, deviance
    return best


def _deviance(own: Floats, expected: Floats) -> float:
    """Return the Poisson deviance of volume, given its expectation up to a factor."""
    floor = max(float(expected.mean()), 1e-9) * 0.01
    shape = np.maximum(expected, floor)
    mean = shape * own.sum() / shape.sum()
    logs = np.log(np.where(own > 0, own, 1.0) / np.maximum(mean, 1e-12))
    return 2.0 * float((np.where(own > 0, own * logs, 0.0) - (own - mean)).sum())


def _before(history: VolumeHistory, sibling: VolumeHistory) -> VolumeHistory:
    """Return the history with the sibling's weeks before its first known interval, scaled."""
    index = pd.DatetimeIndex(history.volume.index)
    known = history.volume.notna().to_numpy()
    first = index[known][0]
    step = history.calendar.step
    count = BORROWED_WEEKS * history.calendar.intervals_per_week
    before = pd.date_range(end=first - step, periods=count, freq=step, name=index.name)
    alike = _at_same_times(sibling, index)[known]
    own = float(history.volume.to_numpy(dtype=float)[known].sum())
    scale = own / float(alike.sum()) if alike.sum() > 0 else 0.0
    lent = pd.Series(
        _at_same_times(sibling, before.as_unit("us")) * scale, index=before.as_unit("us")
    )
    return replace(history, volume=pd.concat([lent, history.volume[index >= first]]))


def _at_same_times(sibling: VolumeHistory, index: pd.DatetimeIndex) -> Floats:
    """Return the sibling's volume at these times; where it is not known, its usual one."""
    actual = sibling.volume.reindex(index).to_numpy(dtype=float)
    return np.where(np.isnan(actual), _usual(sibling, index), actual)


def _usual(sibling: VolumeHistory, index: pd.DatetimeIndex) -> Floats:
    """Return what the sibling's week usually has at these times.

    Nothing of the sibling from after the last of these times is looked at.
    """
    volume = sibling.volume[sibling.volume.index <= index[-1]]
    recent = volume.iloc[-BORROWED_WEEKS * sibling.calendar.intervals_per_week :].dropna()
    zone_name = sibling.calendar.timezone
    usual = recent.groupby(np.asarray(minute_of_week(pd.DatetimeIndex(recent.index), zone_name)))
    expected = pd.Series(np.asarray(minute_of_week(index, zone_name))).map(usual.mean())
    level = float(recent.mean()) if len(recent) else 0.0
    return expected.fillna(level).to_numpy(dtype=float)
