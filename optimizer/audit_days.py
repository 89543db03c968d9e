"""The part of the audit that judges days in a row: worked, off, with nights, and weekends.

Every rule is counted from the runs of days in a rep's diary. A run or spell that the period cuts is
judged only where more days could not mend it.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from data.week import read_window
from optimizer.audit_clock import DAY, Diary, named, runs, wall
from optimizer.labour_rules import LabourRules
from optimizer.report import Finding
from optimizer.shifts import Shift
from optimizer.staff import Rep

NIGHT_MINUTES = 120


def judge_days(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    """Judge the days of one rep."""
    now, everything = diary.by_day(diary.own), diary.by_day(diary.all)
    for excess, sentence in _too_many(now, everything, rules.max_consecutive_days, "day"):
        yield Finding("consecutive_days", diary.name, excess, f"{diary.name} {sentence}")
    yield from _short_runs(diary, everything, rules.min_consecutive_days)
    yield from _short_spells(diary, now, everything, rules.min_days_off)
    if rules.max_days_off is not None:
        yield from _long_spells(diary, everything, rules.max_days_off)
    yield from _weekends(diary, now, everything, rules)
    if rules.whole_weekends:
        yield from _half_weekends(diary, everything)
    yield from _nights(diary, now, rules)


def _too_many(
    now: Collection[date], everything: Collection[date], most: int, thing: str
) -> Iterator[tuple[float, str]]:
    """Yield how many days of the period are beyond the most in a row, for each run of days."""
    for first, last in runs(everything):
        beyond = [day for day in now if first <= day <= last and (day - first).days >= most]
        if beyond:
            excess = (last - min(beyond)).days + 1
            length = named((last - first).days + 1, thing)
            limit = f"{most} {'is' if most == 1 else 'are'} the most"
            yield float(excess), f"works {length} in a row from {first} to {last}; {limit}."


def _short_runs(diary: Diary, everything: Collection[date], least: int) -> Iterator[Finding]:
    for first, last in runs(everything):
        length = (last - first).days + 1
        is_whole = diary.is_told(first - DAY) and diary.is_told(last + DAY)
        if length < least and is_whole and last + DAY >= diary.begins:
            sentence = (
                f"{diary.name} works {named(length, 'day')} in a row from {first} to {last}; "
                f"{least} are the least."
            )
            yield Finding("min_consecutive_days", diary.name, float(least - length), sentence)


def _short_spells(
    diary: Diary, now: Collection[date], everything: Collection[date], least: int
) -> Iterator[Finding]:
    worked = runs(everything)
    for (_, before), (after, _) in pairwise(worked):
        length = (after - before).days - 1
        if length < least and after in now:
            sentence = (
                f"{diary.name} has {named(length, 'day')} off between {before} and {after}; "
                f"{least} are the least."
            )
            yield Finding("min_days_off", diary.name, float(least - length), sentence)


def _long_spells(diary: Diary, everything: Collection[date], most: int) -> Iterator[Finding]:
    first, last = diary.told
    off = [
        first + number * DAY
        for number in range((last - first).days + 1)
        if first + number * DAY not in everything and first + number * DAY not in diary.away
    ]
    for begin, end in runs(off):
        beyond = (end - max(begin + most * DAY, diary.begins)).days + 1
        if beyond > 0:
            length = named((end - begin).days + 1, "day")
            spell = f"{diary.name} has {length} off in a row from {begin} to {end}"
            sentence = f"{spell}; {most} {'is' if most == 1 else 'are'} the most."
            yield Finding("max_days_off", diary.name, float(beyond), sentence)


def _weekends(
    diary: Diary, now: Collection[date], everything: Collection[date], rules: LabourRules
) -> Iterator[Finding]:
    if rules.max_weekends is None:
        return
    past = diary.by_day(diary.past)
    for last in diary.mondays():
        weeks = [last - 7 * number * DAY for number in range(rules.weekend_weeks)]
        worked = [week for week in weeks if _weekend(week) & set(everything)]
        before = [week for week in weeks if _weekend(week) & set(past)]
        excess = len(worked) - max(rules.max_weekends, len(before))
        if excess > 0 and any(_weekend(week) & set(now) for week in weeks):
            sentence = (
                f"{diary.name} works {named(len(worked), 'weekend')} in the "
                f"{named(rules.weekend_weeks, 'week')} until {last + 6 * DAY}; "
                f"{rules.max_weekends} are the most."
            )
            yield Finding("max_weekends", diary.name, float(excess), sentence)


def _weekend(week: date) -> set[date]:
    return {week + 5 * DAY, week + 6 * DAY}


def _half_weekends(diary: Diary, everything: Collection[date]) -> Iterator[Finding]:
    for week in diary.mondays():
        saturday, sunday = sorted(_weekend(week))
        if saturday > diary.ends or sunday < diary.begins:
            continue
        for worked, free in ((saturday, sunday), (sunday, saturday)):
            if worked in everything and free not in everything and diary.is_told(free):
                sentence = f"{diary.name} works on {worked} and not on {free}, half a weekend."
                yield Finding("whole_weekends", diary.name, 1.0, sentence)


def _nights(diary: Diary, now: Collection[date], rules: LabourRules) -> Iterator[Finding]:
    tonight, nights = (
        {
            day
            for day, started in diary.by_day(shifts).items()
            if any(holds_night(shift, diary.rep, rules.night) for shift in started)
        }
        for shifts in (diary.own, diary.all)
    )
    if rules.max_consecutive_nights is not None:
        most = rules.max_consecutive_nights
        for excess, sentence in _too_many(tonight, nights, most, "night"):
            yield Finding("max_consecutive_nights", diary.name, excess, f"{diary.name} {sentence}")
    for _, last in runs(nights):
        free = [last + number * DAY for number in range(1, rules.days_off_after_nights + 1)]
        worked = [day for day in free if day in now]
        if worked:
            days = " and ".join(map(str, worked))
            sentence = (
                f"{diary.name} works on {days} after the night of {last}; "
                f"{named(rules.days_off_after_nights, 'day')} off must follow."
            )
            yield Finding("days_off_after_nights", diary.name, float(len(worked)), sentence)


def holds_night(shift: Shift, rep: Rep, night: str) -> bool:
    """Whether two hours of a shift by the wall clock lie within the window of the night."""
    opens, closes = read_window(night)
    begin, end = wall(shift.start, rep), wall(shift.end, rep)
    minutes, day = 0, datetime.combine(begin.date(), time())
    while day < end:
        # The night of a day is its morning until the window closes and its evening from then on.
        parts = [(opens, closes)] if opens < closes else [(0, closes), (opens, 1440)]
        for first, last in parts:
            start = max(begin, day + timedelta(minutes=first))
            stop = min(end, day + timedelta(minutes=last))
            minutes += max(0, (stop - start) // timedelta(minutes=1))
        day += DAY
    return minutes >= NIGHT_MINUTES
