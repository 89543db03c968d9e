"""Forecasts made again from days of the past, beside what came: what every model is judged by.

A rehearsal sees of each past day only what was known when that day began; so weights, widths and
dependence that are learnt from it hold nothing of the future.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.days import DayPanel, Floats, FutureDays, Integers

PointModel = Callable[[DayPanel, FutureDays], Floats]

ORIGINS = 24
DAYS_BETWEEN_ORIGINS = 5
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
    days, slots = panel.volume.shape
    seen = np.arange(days - 1, LEAST_DAYS - 1, -every)[:origins][::-1]
    seen = np.array([each for each in seen if not np.isnan(panel.volume[:each]).all()], dtype=int)
    made = np.full((len(seen), days_ahead, slots), np.nan)
    actual = made.copy()
    for place, each in enumerate(seen):
        ahead = slice(each, min(each + days_ahead, days))
        future = FutureDays(panel.ordinal[ahead], panel.weekday[ahead])
        count = len(future.ordinal)
        made[place, :count] = point(panel.head(each).tail(MOST_DAYS_SEEN), future)
        actual[place, :count] = panel.volume[ahead]
    first = panel.ordinal[0] if days else 0
    return PastForecasts(seen, first + seen[:, None] + np.arange(days_ahead)[None], made, actual)


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
