"""What the days before and after a closed day or a holiday bring: a quiet eve, pent-up demand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecast.closures import Calendar
from forecast.day_effects import Effect, Usual, learn_effect
from forecast.days import DayPanel, Integers, weekdays

DAYS_AFTER = 3
FARTHEST_DAYS = 6
LEAST_SEEN = 2
EFFECT_SD = 0.15


@dataclass(frozen=True)
class Near:
    """How a day stands to a closed day or a holiday.

    Parameters
    ----------
    kind
        ``closed`` or ``holiday``.
    distance
        Open days after it, from 1; -1 is the last open day before it.
    name
        Name of the holiday; empty where it has none.
    """

    kind: str
    distance: int
    name: str

    @property
    def group(self) -> tuple[str, int]:
        """What its effect is learnt with."""
        return self.kind, self.distance


def near_special(
    calendar: Calendar, days: Integers, closed: Mapping[int, str], holidays: Mapping[int, str]
) -> dict[int, Near]:
    """Say which ordinary days lie next to a closed day or a holiday.

    Days are counted by those on which the queue usually opens: the day after a closed Friday is
    the Monday. A day for which a factor, another weekday or nothing to be learnt is stated counts,
    but has no effect besides.

    Parameters
    ----------
    calendar
        States the opening hours and the events.
    days
        Days since 1970-01-01, rising.
    closed, holidays
        Names of closed days and of holidays, by day; what is both is closed.
    """
    hours = calendar.opening
    weekly = np.ones(7, dtype=bool) if hours is None else np.array([bool(d) for d in hours.windows])
    usual = [int(day) for day in days[weekly[weekdays(days)]]]
    special = {day: ("holiday", name) for day, name in holidays.items()}
    special |= {day: ("closed", name) for day, name in closed.items()}
    stated = _stated_otherwise(calendar)
    found = {}
    for place, day in enumerate(usual):
        if day in special or day in stated:
            continue
        near = _after(usual, place, special)
        following = usual[place + 1] if place + 1 < len(usual) else None
        eve = following in special and following - day <= FARTHEST_DAYS
        if following is not None and eve and (near is None or near.distance > 1):
            near = Near(special[following][0], -1, special[following][1])
        if near is not None:
            found[day] = near
    return found


def _after(usual: list[int], place: int, special: Mapping[int, tuple[str, str]]) -> Near | None:
    """Return how many open days ago the last special day was, when that is not long."""
    for back in range(1, min(DAYS_AFTER, place) + 1):
        before = usual[place - back]
        if usual[place] - before > FARTHEST_DAYS:
            return None
        if before in special:
            kind, name = special[before]
            return Near(kind, back, name)
    return None


def _stated_otherwise(calendar: Calendar) -> set[int]:
    """Return the days for which an event says already what they bring."""
    return {
        event.ordinal
        for event in calendar.events
        if event.kind in ("factor", "like") or (event.kind == "ignore" and event.whole_day)
    }


def learn_around(
    panel: DayPanel, usual: Usual, near: Mapping[int, Near]
) -> dict[tuple[str, int], Effect]:
    """Learn what each kind of day next to a special one brings; kinds seen once are left alone.

    Parameters
    ----------
    panel
        Days by slots.
    usual
        What its days lead to expect.
    near
        Which days lie next to a special one.
    """
    effects = {}
    for group in sorted({each.group for each in near.values()}):
        rows = np.array(
            [
                row
                for row, day in enumerate(panel.ordinal)
                if int(day) in near and near[int(day)].group == group
            ],
            dtype=int,
        )
        rows = rows[(~np.isnan(panel.volume[rows])).any(axis=1)]
        if len(rows) >= LEAST_SEEN:
            labels = [near[int(panel.ordinal[row])].name for row in rows]
            effects[group] = learn_effect(
                panel.volume[rows], usual.expected[rows], labels, usual, EFFECT_SD, 0.0
            )
    return effects
