"""What a tree may ask of a day to come: only what was known on the day it is forecast from.

Everything is a ratio or a place in the calendar, so that queues of any size are learnt from
at once.
"""

from dataclasses import dataclass

import numpy as np

from forecast.anomalies import without_anomalies
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers
from forecast.profiles import fill

HALF_LIFE_WEEKS = 8.0
LAGS = 4
LEVELS_DAYS = (3, 10, 28)
GAPS = (1, 3, 7, 14, 28)
HIGHEST_RATIO = 4.0
LOWEST_SHARE = 0.02
LEVEL_OF_BASE = 1


@dataclass(frozen=True)
class Known:
    """What was known of one queue at the end of each of its days.

    Parameters
    ----------
    panel
        Days by slots, anomalous days unknown.
    profile
        Usual contacts/interval, days by weekdays by slots; every older week weighs less.
    lags
        The newest values of a slot of the week, days by weekdays by slots by `LAGS`.
    level
        How high the last 3, 10 and 28 days were in units of the profile, days by 3.
    of_slot
        How high the same slot was over the last week in units of the profile, days by slots.
    """

    panel: DayPanel
    profile: Floats
    lags: Floats
    level: Floats
    of_slot: Floats


def known_by_day(panel: DayPanel) -> Known:
    """Walk through a panel and keep what was known at the end of every day.

    Parameters
    ----------
    panel
        Days by slots; at least one value is known.
    """
    usual = without_anomalies(panel)
    days, slots = usual.volume.shape
    total, count = np.zeros((DAYS_OF_WEEK, slots)), np.zeros((DAYS_OF_WEEK, slots))
    newest = np.full((DAYS_OF_WEEK, slots, LAGS), np.nan)
    profile = np.zeros((days, DAYS_OF_WEEK, slots))
    lags = np.zeros((days, DAYS_OF_WEEK, slots, LAGS))
    level = np.ones((days, len(LEVELS_DAYS)))
    of_slot = np.ones((days, slots))
    fade = 0.5 ** (1.0 / HALF_LIFE_WEEKS)
    for day in range(days):
        weekday, values = usual.weekday[day], usual.volume[day]
        seen = ~np.isnan(values)
        total[weekday, seen] = fade * total[weekday, seen] + values[seen]
        count[weekday, seen] = fade * count[weekday, seen] + 1.0
        newest[weekday, seen, 1:] = newest[weekday, seen, :-1]
        newest[weekday, seen, 0] = values[seen]
        unseen = np.full_like(total, np.nan)
        profile[day] = fill(np.divide(total, count, out=unseen, where=count > 0))
        lags[day] = newest
        for place, back in enumerate(LEVELS_DAYS):
            actual, expected = _recent(usual, profile[day], day, back)
            level[day, place] = _ratio(actual.sum(), expected.sum())
        of_slot[day] = _ratio(*_recent(usual, profile[day], day, DAYS_OF_WEEK))
    return Known(usual, profile, lags, level, of_slot)


def terms(known: Known, seen: Integers, ahead: FutureDays, gap: Integers) -> tuple[Floats, Floats]:
    """Return what may be asked of days ahead, and what is expected of them without asking.

    Parameters
    ----------
    known
        What was known of the queue.
    seen
        For each day ahead, the row of the last day that is known.
    ahead
        Days.
    gap
        For each, how many days after the last one known it lies, one of `GAPS`.

    Returns
    -------
    tuple of numpy.ndarray
        Days by slots by terms; and contacts/interval, days by slots, above 0 wherever the queue
        ever had a contact.
    """
    slots = known.panel.volume.shape[1]
    usual = known.profile[seen, ahead.weekday]
    level = known.level[seen]
    base = np.maximum(usual, LOWEST_SHARE * usual.mean(axis=1, keepdims=True))
    share = _ratio(base, base.mean(axis=1, keepdims=True) * np.ones(slots))
    lags = known.lags[seen, ahead.weekday] / np.where(base > 0, base, np.inf)[:, :, None]
    by_day = [ahead.weekday, gap, *level.T, level[:, 0] / np.maximum(level[:, 2], 0.1)]
    columns = [np.repeat(np.asarray(each, dtype=float)[:, None], slots, axis=1) for each in by_day]
    time = np.tile(np.arange(slots) * (24.0 / slots), (len(seen), 1))
    columns += [time, share, known.of_slot[seen], *np.moveaxis(lags, 2, 0)]
    return np.stack(columns, axis=2), base * level[:, LEVEL_OF_BASE][:, None]


def gap_group(days: Integers) -> Integers:
    """Return the least of `GAPS` that is as long, the longest one beyond it."""
    place = np.minimum(np.searchsorted(GAPS, days), len(GAPS) - 1)
    return np.asarray(GAPS, dtype=np.int64)[place]


def _recent(panel: DayPanel, profile: Floats, day: int, back: int) -> tuple[Floats, Floats]:
    """Return what came and what was usual in each slot over the last days, `day` included."""
    rows = slice(max(0, day - back + 1), day + 1)
    known = ~np.isnan(panel.volume[rows])
    actual = np.where(known, panel.volume[rows], 0.0).sum(axis=0)
    return actual, np.where(known, profile[panel.weekday[rows]], 0.0).sum(axis=0)


def _ratio(actual: Floats, expected: Floats) -> Floats:
    """Return how high something was, 1 where nothing was expected, kept within reason."""
    ratio = np.divide(actual, expected, out=np.ones_like(expected), where=expected > 0)
    return np.clip(ratio, 1.0 / HIGHEST_RATIO, HIGHEST_RATIO)
