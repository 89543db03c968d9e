"""What a new queue borrows from an older one: the shape of its weeks, at the new queue's level.

The sibling's usual week is bent to what the queue itself has had so far: to its level, its times of
day, its weekdays and its single slots, each as far as own contacts are more than noise (empirical
Bayes with gamma and Poisson). Eight such weeks, departing from the usual one as the sibling's did,
stand before the queue's own first day, for every model to learn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import UNIT, midnight, minute_of_week
from data.errors import InputError
from forecast.closures import Calendar
from forecast.days import Floats
from forecast.drivers import drivers_of
from forecast.series import VolumeForecast, VolumeHistory, quantile_column

OWN_DAYS = 21.0
BORROWED_WEEKS = 8
SIBLING_WEEKS = 4
LEVEL_ERROR = 0.3
SHAPE_ERROR = 0.3
SHAPE_DAYS = 14.0
MOST_DEPARTURE = 3.0
MONDAY = date(2024, 1, 1)
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
    calendar
        Of a queue without history; None for that of the queue it resembles.
    """

    queue: str
    per_week: float | None = None
    calendar: Calendar | None = None


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
        foreign = max(0.0, 1.0 - self.own_days / SHAPE_DAYS)
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
            alike = [_named(by_name, history, stated[history.queue].queue)]
        else:
            alike = _alike(history, others)
        if alike:
            found[history.queue] = Borrowed(_before(history, alike), alike[0].queue, days)
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
        drivers = drivers_of(sibling.calendar.drivers, name)
        calendar = alike.calendar or replace(sibling.calendar, drivers=drivers)
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


def _alike(history: VolumeHistory, others: Sequence[VolumeHistory]) -> list[VolumeHistory]:
    """Return the queues whose weeks explain the own days better than a flat line, best first.

    Compared by the deviance of a Poisson.
    """
    known = history.volume.notna().to_numpy()
    own = history.volume.to_numpy(dtype=float)[known]
    index = pd.DatetimeIndex(history.volume.index)
    flat = _deviance(own, np.ones(len(own)))
    by_fit = {
        (_deviance(own, _usual(other, index, until=index[-1])[known]), other.queue): other
        for other in others
    }
    return [by_fit[key] for key in sorted(by_fit) if key[0] < flat]


def _deviance(own: Floats, expected: Floats) -> float:
    """Return the Poisson deviance of volume, given its expectation up to a factor."""
    floor = max(float(expected.mean()), 1e-9) * 0.01
    shape = np.maximum(expected, floor)
    mean = shape * own.sum() / shape.sum()
    logs = np.log(np.where(own > 0, own, 1.0) / np.maximum(mean, 1e-12))
    return 2.0 * float((np.where(own > 0, own * logs, 0.0) - (own - mean)).sum())


def _before(history: VolumeHistory, alike: Sequence[VolumeHistory]) -> VolumeHistory:
    """Return the history with weeks before its first known interval, as it may have had them.

    They are the queue's own usual week as far as it is known, and depart from it as the sibling
    departed from its own.
    """
    index = pd.DatetimeIndex(history.volume.index)
    first = index[history.volume.notna().to_numpy()][0]
    step, sibling = history.calendar.step, alike[0]
    count = BORROWED_WEEKS * history.calendar.intervals_per_week
    before = pd.date_range(end=first - step, periods=count, freq=step, name=index.name).as_unit(
        UNIT
    )
    week = _usual_week(history, alike)
    usual = _usual(sibling, before, until=index[-1])
    actual = sibling.volume.reindex(before).to_numpy(dtype=float)
    departure = np.divide(actual, usual, out=np.ones(count), where=(usual > 0) & ~np.isnan(actual))
    lent = week[_slots(before, history)] * np.minimum(departure, MOST_DEPARTURE)
    volume = pd.concat([pd.Series(lent, index=before), history.volume[index >= first]])
    return replace(history, volume=volume)


def _usual_week(history: VolumeHistory, alike: Sequence[VolumeHistory]) -> Floats:
    """Return the queue's usual week, contacts/interval by slot of the week.

    The week of the most similar queue is given the weekdays that similar queues have on average,
    since a few own days do not tell which of them has the right ones. It is then brought to the
    queue's level, to its times of day, to its weekdays and to its single slots.
    """
    minutes = history.calendar.interval_minutes
    own = history.volume[history.volume.notna()]
    index = pd.DatetimeIndex(own.index)
    slot = _slots(index, history)
    per_day = 1440 // minutes
    monday = midnight(MONDAY, history.calendar.timezone)
    whole = pd.date_range(monday, periods=7 * per_day, freq=history.calendar.step).as_unit(UNIT)
    until = pd.DatetimeIndex(history.volume.index)[-1]
    weeks = np.stack([_usual(each, whole, until=until) for each in alike]).reshape(-1, 7, per_day)
    days = weeks.sum(axis=2) / np.maximum(weeks.sum(axis=(1, 2)), 1e-9)[:, None]
    known = days[0] > 0
    usual_day = np.divide(days.mean(axis=0), days[0], out=np.ones(7), where=known)
    week = weeks[0] * usual_day[:, None]
    seen = np.bincount(slot, minlength=7 * per_day).astype(float).reshape(7, per_day)
    came = np.bincount(slot, own.to_numpy(dtype=float), 7 * per_day).reshape(7, per_day)
    for cells in ((0, 1), (0,), (1,), ()):
        week = week * _bent(came.sum(axis=cells, keepdims=True), seen * week, cells)
    laid: Floats = np.asarray(week).ravel()
    return laid


def _bent(came: Floats, expected: Floats, cells: tuple[int, ...]) -> Floats:
    """Return by what the expectation is multiplied, for each sum over `cells`.

    Contacts are Poisson about a mean whose ratio to the expectation has mean 1 and a variance v
    over the sums, as a gamma distribution has it; v is what they scatter by beyond a Poisson. The
    ratio expected after seeing y contacts where x were expected is (1 + v y) / (1 + v x). A single
    sum is taken as it is.
    """
    usual = expected.sum(axis=cells, keepdims=True)
    if usual.size == 1:
        ratio: Floats = came / usual if usual.item() > 0 else np.ones_like(usual)
        return ratio
    square = float((usual**2).sum())
    scatter = float((((came - usual) ** 2 - usual) * (usual > 0)).sum())
    variance = max(scatter / square, 0.0) if square > 0 else 0.0
    bent: Floats = (1.0 + variance * came) / (1.0 + variance * usual)
    return bent


def _slots(index: pd.DatetimeIndex, history: VolumeHistory) -> npt.NDArray[np.int64]:
    """Return the slot of the week of each interval."""
    calendar = history.calendar
    minute = np.asarray(minute_of_week(index, calendar.timezone), dtype=np.int64)
    return minute // calendar.interval_minutes


def _usual(sibling: VolumeHistory, index: pd.DatetimeIndex, *, until: pd.Timestamp) -> Floats:
    """Return what the sibling's week usually had at these times, over eight weeks.

    Nothing of the sibling from after `until` is looked at.
    """
    volume = sibling.volume[sibling.volume.index <= until]
    recent = volume.iloc[-BORROWED_WEEKS * sibling.calendar.intervals_per_week :].dropna()
    mean = recent.groupby(_slots(pd.DatetimeIndex(recent.index), sibling)).mean()
    level = float(recent.mean()) if len(recent) else 0.0
    expected = pd.Series(_slots(index, sibling)).map(mean).fillna(level)
    return expected.to_numpy(dtype=float)
