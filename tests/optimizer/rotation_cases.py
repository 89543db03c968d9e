"""Small teams and an independent count of what a rotation does."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from data.week import WeeklyHours
from optimizer.rotation import RotationSettings
from optimizer.rotation_weeks import RotationWeeks
from optimizer.staff import Absence, Contract, Rep, Team

MONDAY = date(2026, 11, 30)
NAMES = ("ada", "ben", "cy", "dee", "eve", "fay", "gus", "hal", "ida")
PLAIN = RotationSettings()


def rep(rep_id, timezone="UTC", **given):
    fields = {
        "name": rep_id.title(), "email": "", "timezone": timezone, "site": "", "on_call": True,
        "skills": frozenset(), "contract": Contract(), "available": WeeklyHours.always(),
    }  # fmt: skip
    return Rep(rep_id, **(fields | given))


def away(rep_id, first, days=7, kind="vacation", timezone="UTC"):
    """Return an absence of whole days of a zone."""
    tz = ZoneInfo(timezone)
    begin = datetime(first.year, first.month, first.day, tzinfo=tz)
    last = first + timedelta(days=days)
    end = datetime(last.year, last.month, last.day, tzinfo=tz)
    return Absence(rep_id, begin.astimezone(UTC), end.astimezone(UTC), kind)


def team(size, absences=(), timezone="UTC"):
    return Team(tuple(rep(name, timezone) for name in NAMES[:size]), tuple(absences))


def weeks(count, first=MONDAY, timezone="UTC", handover=time(0)):
    return RotationWeeks(first, count, handover, timezone)


def monday(week):
    return MONDAY + timedelta(weeks=week)


def check(made, people, absences):
    """Recount a rotation: nobody on call while away, every seat taken by one person at a time."""
    edges = made.weeks.instants()
    for duty in made.duties:
        for absence in absences:
            if absence.rep_id == duty.rep_id:
                assert absence.end <= duty.start or duty.end <= absence.start, duty
    missing = timedelta(0)
    for seat in range(1, people + 1):
        spans = sorted((d.start, d.end) for d in made.duties if d.seat == seat)
        assert all(start >= end for (_, end), (start, _) in pairwise(spans))
        missing += edges[-1] - edges[0] - sum((e - s for s, e in spans), timedelta(0))
    for one in made.duties:
        for other in made.duties:
            if one is not other and one.rep_id == other.rep_id:
                assert one.end <= other.start or other.end <= one.start, (one, other)
    return missing


def on_call(made, seat=1):
    """Return who has each week, swaps and stand-ins undone."""
    owners = {
        duty.week: duty.instead_of or duty.rep_id
        for duty in made.duties
        if duty.seat == seat and duty.kind != "part_cover"
    }
    return [owners.get(week, "-") for week in made.weeks.names]


def vacations_of_a_year():
    """Return five weeks for each of seven people, some of them at the same time."""
    blocks = [(2, 14), (9, 7), (30, 14)]
    return [
        away(name, MONDAY + timedelta(weeks=(begin + 3 * place) % 50, days=place % 3), days)
        for place, name in enumerate(NAMES[:7])
        for begin, days in blocks
    ]
