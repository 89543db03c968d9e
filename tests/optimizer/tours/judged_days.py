"""The rules of days, judged from written-out days without the engine's automaton.

Days are text: ``.`` for off and a letter for each kind of shift, history first.
"""

import re
from itertools import pairwise


def broken(rules, past, letters, week):
    """Units by which days break each rule, those that lie wholly in the past left out.

    Parameters
    ----------
    past, letters
        Letters of the days before the period, all of them known, and of its own.
    week
        The week of each day of the period.
    """
    days = [*past, *letters]
    begun = len(past)
    works = "".join("x" if letter else "." for letter in days)
    weekday = [(rules.first_weekday + place - begun) % 7 for place in range(len(days))]
    nights = _marks(rules, days, "night")
    standby = _marks(rules, days, "standby")
    found = {
        "max_consecutive_days": _excess(works, "x", rules.max_run, begun),
        "max_days_off": _excess(works, r"\.", rules.max_off, begun),
        "max_consecutive_nights": _excess(nights, "x", rules.max_nights, begun),
        "min_days_off": _gaps(works, works, rules.min_off, begun),
        "days_off_after_nights": _gaps(nights, works, rules.off_after_nights, begun),
        "min_consecutive_days": _short_runs(works, rules.min_run, begun),
        "max_days": _in_weeks(works, week, weekday, rules.max_days, begun),
        "max_standby_per_week": _in_weeks(standby, week, weekday, rules.max_standby, begun),
        "max_weekends": _weekends(works, weekday, rules, begun),
        "whole_weekends": _halves(works, weekday, rules, begun),
        "min_days_between_standby": _close(standby, rules.standby_spacing, begun),
        "forbidden_successions": _follows(rules, days, begun),
    }
    return {name: units for name, units in found.items() if units}


def _marks(rules, days, kind):
    return "".join("x" if letter and kind in rules.kinds[letter - 1] else "." for letter in days)


def _excess(text, mark, most, begun):
    """Days of the period beyond the most in a row."""
    if most is None:
        return 0
    return sum(
        max(0, one.end() - max(one.start() + most, begun)) for one in re.finditer(f"{mark}+", text)
    )


def _gaps(before, works, least, begun):
    """Days lacking between a run and the next work, where that work lies in the period."""
    lacking = 0
    for one in re.finditer("x+", before):
        onward = works.find("x", one.end())
        if onward >= begun:
            lacking += max(0, least - (onward - one.end()))
    return lacking


def _short_runs(works, least, begun):
    """Days lacking of runs whose begin and end are known, and whose end lies in the period."""
    return sum(
        max(0, least - (one.end() - one.start()))
        for one in re.finditer("x+", works)
        if one.start() > 0 and begun <= one.end() < len(works)
    )


def _in_weeks(marks, week, weekday, most, begun):
    if most is None:
        return 0
    counts, number, units = {}, 0, 0
    for place, mark in enumerate(marks):
        counts[number] = counts.get(number, 0) + (mark == "x")
        units += mark == "x" and counts[number] > most and place >= begun
        inside = place - begun
        known = 0 <= inside < len(week) - 1
        number += week[inside + 1] != week[inside] if known else weekday[place] == 6
    return units


def _weekends(works, weekday, rules, begun):
    """Weekends whose first work lies in the period, with too many worked in the weeks up to it."""
    if rules.max_weekends is None:
        return 0
    number, first = 0, {}
    for place, mark in enumerate(works):
        if weekday[place] >= 5 and mark == "x":
            first.setdefault(number, place)
        number += weekday[place] == 6
    return sum(
        place >= begun
        and sum(one - rules.weekend_weeks < other <= one for other in first) > rules.max_weekends
        for one, place in first.items()
    )


def _halves(works, weekday, rules, begun):
    if not rules.whole_weekends:
        return 0
    return sum(
        weekday[place] == 6 and works[place] != works[place - 1]
        for place in range(max(1, begun), len(works))
    )


def _close(standby, least, begun):
    at = [place for place, mark in enumerate(standby) if mark == "x"]
    return sum(max(0, least - (other - one - 1)) for one, other in pairwise(at) if other >= begun)


def _follows(rules, days, begun):
    if not rules.successions:
        return 0
    pairs = pairwise(days)
    return sum(
        place + 1 >= begun
        and bool(one and other)
        and any(
            first in rules.kinds[one - 1] and second in rules.kinds[other - 1]
            for first, second in rules.successions
        )
        for place, (one, other) in enumerate(pairs)
    )
