"""Forecasts made again from days of the past, beside what came: what every model is judged by.

A rehearsal sees of each past day only what was known when that day began; so weights, widths and
dependence that are learnt from it hold nothing of the future.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.days import DayPanel, Floats, FutureDays, Integers, weekdays

PointModel = Callable[[DayPanel, FutureDays], Floats]

ORIGINS = 182
DAYS_BETWEEN_ORIGINS = 1
LEAST_DAYS = 7
MOST_DAYS_SEEN = 364


@dataclass(frozen=True)
class PastForecasts:
    """Forecasts made from several days of the past.

    Parameters
    ----------
    seen
        Days of the panel that each origin knew, rising.
    ordinal
        The day forecast, since 1970-01-01: origins by days ahead, the first ahead in column 0.
    made, actual
        Contacts/interval forecast and come, origins by days ahead by slots; NaN where a day lies
        beyond the panel, nothing is known, or nothing can be learnt.
    """

    seen: Integers
    ordinal: Integers
    made: Floats
    actual: Floats


@dataclass(frozen=True)
class Learnt:
    """A model after learning: how it forecasts now, and how it would have forecast before.

    Parameters
    ----------
    point
        Forecasts days from the panel that it was learnt from.
    past
        Its rehearsal.
    """

    point: PointModel
    past: PastForecasts


# From what is known and how many days ahead are wanted, to a model with its rehearsal.
Learner = Callable[[DayPanel, int], Learnt]


def rehearse(
    panel: DayPanel,
    point: PointModel,
    days_ahead: int,
    origins: int = ORIGINS,
    every: int = DAYS_BETWEEN_ORIGINS,
) -> PastForecasts:
    """Forecast from days in the past with what was known then.

    Parameters
    ----------
    panel
        Days by slots.
    point
        The model.
    days_ahead
        Longest lead that is wanted, in days.
    origins
        How many days in the past to forecast from, at most.
    every
        Days from one origin to the next.
    """
    seen = past_origins(panel, origins, every)
    ordinal, weekday, actual = past_days(panel, seen, days_ahead)
    made = np.full(actual.shape, np.nan)
    for place, each in enumerate(seen):
        count = min(days_ahead, len(panel.ordinal) - each)
        future = FutureDays(ordinal[place, :count], weekday[place, :count])
        made[place, :count] = point(panel.head(each).tail(MOST_DAYS_SEEN), future)
    return PastForecasts(seen, ordinal, made, actual)


def past_origins(panel: DayPanel, origins: int, every: int = 1) -> Integers:
    """Return how many days each origin knew, rising: the last of them all but one.

    An origin knows a week at least, and some volume.
    """
    known = np.cumsum((~np.isnan(panel.volume)).any(axis=1))
    seen = np.arange(len(panel.ordinal) - 1, LEAST_DAYS - 1, -every, dtype=np.int64)
    rising: Integers = seen[:origins][::-1]
    return rising[known[rising - 1] > 0]


def past_days(
    panel: DayPanel, seen: Integers, days_ahead: int
) -> tuple[Integers, Integers, Floats]:
    """Return the days that lay ahead of each origin.

    Parameters
    ----------
    panel
        Days by slots.
    seen
        Days of the panel that each origin knew.
    days_ahead
        How many days.

    Returns
    -------
    tuple of numpy.ndarray
        Days since 1970-01-01 and weekdays, origins by days ahead; contacts/interval that came,
        origins by days ahead by slots, NaN beyond the panel.
    """
    row = seen[:, None] + np.arange(days_ahead)[None]
    inside = row < len(panel.ordinal)
    held = np.minimum(row, max(len(panel.ordinal) - 1, 0))
    ordinal: Integers = panel.ordinal[:1] + row
    weekday = np.where(inside, panel.weekday[held], weekdays(ordinal))
    actual = np.where(inside[:, :, None], panel.volume[held], np.nan)
    return ordinal, weekday, actual


def learner(
    point: PointModel,
    *,
    errors_of: PointModel | None = None,
    origins: int = ORIGINS,
    every: int = DAYS_BETWEEN_ORIGINS,
) -> Learner:
    """Return the learner of a model that needs no more than the panel it forecasts from.

    Parameters
    ----------
    point
        The model.
    errors_of
        A quicker model whose past errors stand for those of `point`.
    origins, every
        As for `rehearse`.
    """

    def learn(panel: DayPanel, days_ahead: int) -> Learnt:
        past = rehearse(panel, errors_of or point, days_ahead, origins, every)
        return Learnt(point, past)

    return learn
