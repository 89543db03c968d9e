"""What is known ahead laid over a point forecast: hours, events and holidays."""

import numpy as np
import pandas as pd

from forecast.days import DayPanel, Floats, FutureDays, Layout, weekdays
from forecast.drivers import drive
from forecast.rehearsal import PointModel
from forecast.series import VolumeHistory
from forecast.special_days import SpecialDays


def under_calendar(
    history: VolumeHistory,
    panel: DayPanel,
    layout: Layout,
    index: pd.DatetimeIndex,
    point: PointModel,
    special: SpecialDays,
) -> tuple[Floats, Floats]:
    """Return the point forecast of each interval, and by how much events make it less certain.

    Parameters
    ----------
    history
        Its calendar states the opening hours.
    panel
        The history as days by slots.
    layout
        Where the intervals of `index` stand.
    index
        The horizon.
    point
        Says of future days what to expect; it sees no calendar.
    special
        What holidays and the days around closed days do.

    Returns
    -------
    tuple of numpy.ndarray
        Contacts/interval, and what is added to the dispersion.
    """
    calendar = history.calendar
    usual = weekdays(layout.days)
    made = layout.spread(point(panel, FutureDays(layout.days, usual)))
    like = calendar.like_weekday(index)
    for weekday in np.unique(like[like >= 0]):
        as_other = FutureDays(layout.days, np.full_like(usual, weekday))
        made = np.where(like == weekday, layout.spread(point(panel, as_other)), made)
    made, doubtful = drive(
        calendar.drivers, index, calendar.timezone, history.cutoff, np.maximum(made, 0.0)
    )
    made = made * calendar.factors(index)
    factor, uncertain = (layout.spread(each) for each in special.of_days_around(layout.days))
    of_holiday, doubt = (layout.spread(each) for each in special.of_holidays(layout.days))
    holiday = calendar.holiday_at(index)
    factor = np.where(holiday, of_holiday, factor)
    uncertain = np.where(holiday, doubt, uncertain)
    return made * factor * calendar.open_at(index), uncertain + doubtful
