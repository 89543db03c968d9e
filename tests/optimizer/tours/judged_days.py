"""The rules of days, judged from written-out days without the engine's automaton.

Days are text: ``.`` for off and a letter for each kind of shift, history first.
"""

import re
from itertools import pairwise


def at_work(rules, letters):
    """Days with a shift that is no standby."""
    return sum(
        0 < letter <= len(rules.kinds) and "standby" not in rules.kinds[letter - 1]
        for letter in letters
    )


def broken(rules, past, letters, week, most_shifts=-1):
    """Units by which days break each rule, those that lie wholly in the past left out.

    Parameters
    ----------
    past, letters
        Letters of the days before the period, all of them known, and of its own.
    week
        The week of each day of the period.
    most_shifts
        Of the period; below 0 for any number.
    """
    days = [*past, *letters]
    begun = len(past)
    works = "".join("x" if 0 < letter <= len(rules.kinds) else "." for letter in days)
    rests = "".join("o" if letter == 0 else "." for letter in days)
    weekday = [(rules.first_weekday + place - begun) % 7 for place in range(len(days))]
    nights = _marks(rules, days, "night")
    standby = _marks(rules, days, "standby")
    found = {
        "max_consecutive_days": _excess(works, "x", rules.max_run, begun),
        "max_days_off": _excess(rests, "o", rules.max_off, begun),
        "max_consecutive_nights": _excess(nights, "x", rules.max_nights, begun),
        "min_days_off": _gaps(works, works, rules.min_off, begun),
        "days_off_after_nights": _near_ends(nights, works, rules.off_after_nights, begun),
        "min_consecutive_days": _short_runs(works, rules.min_run, begun),
        "max_days": _in_weeks(works, week, weekday, rules.max_days, begun),
        "max_standby_per_week": _in_weeks(standby, week, weekday, rules.max_standby, begun),
        "max_weekends": _weekends(works, weekday, rules, begun),
        "whole_weekends": _halves(works, weekday, rules, begun),
        "min_days_between_standby": _close(standby, rules.standby_spacing, begun),
        "forbidden_successions": _follows(rules, days, begun),
        "max_shifts": max(0, at_work(rules, letters) - most_shifts) if most_shifts >= 0 else 0,
    }
    return {name: units for name, units in found.items() if units}


def _marks(rules, days, kind):
    return "".join(
        "x" if 0 < letter <= len(rules.kinds) and kind in rules.kinds[letter - 1] else "."
        for letter in days
    )


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


def _near_ends(nights, works, days, begun):
    """Days worked in the period among those after each run of nights."""
    return sum(
        works[place : place + 1] == "x" and place >= begun
        for one in re.finditer("x+", nights)
        for place in range(one.end(), one.end() + days)
    )


def _weekends(works, weekday, rules, begun):
    """Weekends worked beyond the most in the weeks up to each that has a weekend in the period."""
    if rules.max_weekends is None:
        return 0
    number, worked, before, judged = 0, set(), set(), set()
    for place, mark in enumerate(works):
        if weekday[place] >= 5 and mark == "x":
            worked.add(number)
            (before if place < begun else judged).add(number)
        if place >= begun and weekday[place] == 6:
            judged.add(number)
        number += weekday[place] == 6
    window = range(rules.weekend_weeks)
    return sum(
        max(
            0,
            sum(one - back in worked for back in window)
            - max(rules.max_weekends, sum(one - back in before for back in window)),
        )
        for one in judged
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
    return sum(
        one < other and other - one - 1 < least and other >= begun for one in at for other in at
    )


def _follows(rules, days, begun):
    if not rules.successions:
        return 0
    count = len(rules.kinds)
    return sum(
        first in rules.kinds[one - 1] and second in rules.kinds[other - 1]
        for place, (one, other) in enumerate(pairwise(days))
        if place + 1 >= begun and 0 < one <= count and 0 < other <= count
        for first, second in rules.successions
    )
