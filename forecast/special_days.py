"""What special days do to volume: holidays, and the days around holidays and closed days.

All of it is learnt from the history alone, and applied to both sides of the cutoff alike: what a
past day brought for its place in the calendar is divided out before a rhythm is learnt, and what a
future day will bring for its own is multiplied in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from forecast.around_closures import Near, learn_around, near_special
from forecast.closures import EPOCH, Calendar
from forecast.day_effects import Effect, usual_days
from forecast.days import DayPanel, Floats, Integers, weekdays
from forecast.public_holidays import HolidayEffect, closed_holidays, holiday_effect

REACH = 14


@dataclass(frozen=True)
class SpecialDays:
    """What was learnt of the special days of a history.

    Parameters
    ----------
    calendar
        Its events, and its opening hours as stated or learnt.
    holiday
        What a public holiday does.
    around
        What days do that lie a number of open days from a closed day or a holiday.
    closed_on
        Past holidays on which nothing came, as days since 1970-01-01.
    """

    calendar: Calendar
    holiday: HolidayEffect
    around: Mapping[tuple[str, int], Effect]
    closed_on: frozenset[int]

    def of_holidays(self, days: Integers) -> tuple[Floats, Floats]:
        """Return the factor of each slot of each day if it is a holiday, and its dispersion.

        Returns
        -------
        tuple of numpy.ndarray
            Days by slots: 1 and 0 on days that are none.
        """
        factor = np.ones((len(days), self.holiday.towards_sunday.shape[1]))
        uncertain = np.zeros(factor.shape)
        names = holiday_names(self.calendar)
        for row, day in enumerate(days):
            if int(day) in names:
                weekday = int(weekdays(days[row : row + 1])[0])
                factor[row] = self.holiday.factor(weekday, names[int(day)])
                uncertain[row] = self.holiday.effect.dispersion
        return factor, uncertain

    def of_days_around(self, days: Integers) -> tuple[Floats, Floats]:
        """Return the same of the days next to closed days and holidays."""
        near = _near(self.calendar, days, self._closed)
        return _laid(self.around, near, days, self.holiday.towards_sunday.shape[1])

    def notes(self, queue: str, days: Integers) -> tuple[str, ...]:
        """Say which holidays among some days are taken for closed: nobody stated that."""
        stated = {event.ordinal for event in self.calendar.events if event.kind == "closed"}
        sentences = []
        for day, name in sorted(holiday_names(self.calendar).items()):
            ahead = days[0] <= day <= days[-1] and day not in stated
            if ahead and day not in self.closed_on and self._closed(day, name):
                called = f" ({name})" if name else ""
                sentences.append(
                    f"Queue {queue}: {date.fromordinal(EPOCH + day)}{called} is taken for closed, "
                    "as nothing came on such holidays; if it opens, state a factor in the events."
                )
        return tuple(sentences)

    def _closed(self, day: int, name: str) -> bool:
        """Say whether a holiday was closed, or will be by what is known."""
        weekday = int(weekdays(np.array([day]))[0])
        return day in self.closed_on or not self.holiday.factor(weekday, name).any()

    def settle(self, panel: DayPanel) -> DayPanel:
        """Return the panel as it would have been without closed days and holidays around."""
        factor, _ = self.of_days_around(panel.ordinal)
        return _divided(panel, factor)


def learn_special_days(calendar: Calendar, panel: DayPanel) -> SpecialDays:
    """Learn what special days do from the days of a history.

    Parameters
    ----------
    calendar
        States the opening hours and the events.
    panel
        The history as days by slots, holidays apart.
    """
    names = holiday_names(calendar)
    closed_on = frozenset(int(day) for day in closed_holidays(panel))
    near = _near(calendar, panel.ordinal, lambda day, _: day in closed_on)
    usual = usual_days(panel, np.isin(panel.ordinal, list(near)))
    around = learn_around(panel, usual, near)
    factor, _ = _laid(around, near, panel.ordinal, panel.volume.shape[1])
    settled = _divided(panel, factor)
    holiday = holiday_effect(settled, usual_days(settled), names)
    return SpecialDays(calendar, holiday, around, closed_on)


def holiday_names(calendar: Calendar) -> dict[int, str]:
    """Return the names of whole holidays, by days since 1970-01-01.

    A day for which a factor or another weekday is stated is none: the planner has said what it is.
    """
    stated = {e.ordinal for e in calendar.events if e.kind in ("factor", "like") and e.whole_day}
    return {
        event.ordinal: event.name
        for event in calendar.events
        if event.kind == "holiday" and event.ordinal not in stated
    }


def _near(
    calendar: Calendar, days: Integers, is_closed: Callable[[int, str], bool]
) -> dict[int, Near]:
    """Say which of some days lie next to closed days and holidays, also just outside of them."""
    reached = np.arange(days[0] - REACH, days[-1] + REACH + 1)
    holidays = {
        day: name
        for day, name in holiday_names(calendar).items()
        if reached[0] <= day <= reached[-1]
    }
    shut = {day: name for day, name in holidays.items() if is_closed(day, name)}
    closed = {e.ordinal: e.name for e in calendar.events if e.kind == "closed" and e.whole_day}
    return near_special(calendar, reached, shut | closed, holidays)


def _laid(
    around: Mapping[tuple[str, int], Effect], near: Mapping[int, Near], days: Integers, slots: int
) -> tuple[Floats, Floats]:
    """Return the factor and the dispersion of each slot of each day next to a special one."""
    factor, uncertain = np.ones((len(days), slots)), np.zeros((len(days), slots))
    for row, day in enumerate(days):
        where = near.get(int(day))
        effect = around.get(where.group) if where else None
        if where and effect:
            factor[row] = effect.of(where.name)
            uncertain[row] = effect.dispersion
    return factor, uncertain


def _divided(panel: DayPanel, factor: Floats) -> DayPanel:
    volume = np.divide(
        panel.volume, factor, out=np.full_like(panel.volume, np.nan), where=factor > 0
    )
    return replace(panel, volume=volume)
