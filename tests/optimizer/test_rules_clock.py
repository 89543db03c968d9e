"""Rest, hours and days recounted by another calculation, in five zones through both clock changes.

What the product counts with `zoneinfo` is counted here from each zone's own rule, written out: the
offset that holds at an instant, found from the month's Sundays.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from optimizer.audit import audit
from optimizer.labour_rules import LabourRules
from optimizer.local_shifts import local_shift
from optimizer.roster import Assignment
from optimizer.shift_kinds import kinds_of
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Contract, Team
from tests.optimizer.roster_cases import ZONE, costs, plan, rep, week_coverage

HOUR = timedelta(hours=1)


def sunday(year, month, which):
    """Return the first, second, … or (-1) last Sunday of a month."""
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=after.weekday() + 1)


def instant(day, hour):
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + hour * HOUR


def changes(year):
    """Return, for each zone, winter's offset and the instants between which summer's holds.

    Sources: EU directive 2000/84/EC; US Energy Policy Act of 2005; Australian states' acts of
    2007-2008. India and Japan have no summer time.
    """
    return {
        "Europe/Dublin": (0, instant(sunday(year, 3, -1), 1), instant(sunday(year, 10, -1), 1)),
        "America/Chicago": (-6, instant(sunday(year, 3, 2), 8), instant(sunday(year, 11, 1), 7)),
        "Australia/Sydney": (
            10,
            instant(sunday(year, 10, 1), -8),
            instant(sunday(year + 1, 4, 1), -8),
        ),
        "Asia/Kolkata": (5.5, None, None),
        "Asia/Tokyo": (9, None, None),
    }


def offset(zone, moment):
    """Return the hours by which a zone is ahead of UTC at an instant."""
    for year in (moment.year - 1, moment.year):
        winter, begins, ends = changes(year)[zone]
        if begins is not None and begins <= moment < ends:
            return winter + 1
    return changes(moment.year)[zone][0]


def wall(zone, moment):
    return moment.replace(tzinfo=None) + offset(zone, moment) * HOUR


NIGHTS = {
    "Europe/Dublin": (date(2026, 3, 28), date(2026, 10, 24)),
    "America/Chicago": (date(2026, 3, 7), date(2026, 10, 31)),
    "Australia/Sydney": (date(2026, 4, 4), date(2026, 10, 3)),
    "Asia/Kolkata": (date(2026, 3, 28), date(2026, 10, 24)),
    "Asia/Tokyo": (date(2026, 3, 28), date(2026, 10, 31)),
}
CASES = [(zone, night) for zone, nights in NIGHTS.items() for night in nights]


def shifts_around(night):
    """Return shifts of 4 and 9 hours, one of each every 3 hours on the days around a night."""
    first = datetime(night.year, night.month, night.day, tzinfo=UTC) - 20 * HOUR
    return [
        Shift("live", "", start, start + length * HOUR, "primary")
        for start in (first + number * 3 * HOUR for number in range(24))
        for length in (4, 9)
    ]


@pytest.mark.parametrize(("zone", "night"), CASES)
def test_days_walls_and_nights_of_shifts_are_those_of_the_zones_rule(zone, night):
    """A shift belongs to the local day on which it starts, and holds the night its wall shows."""
    for shift in shifts_around(night):
        local, start, end = (
            local_shift(shift, zone),
            wall(zone, shift.start),
            wall(zone, shift.end),
        )
        assert (local.wall_start, local.wall_end, local.day) == (start, end, start.date())
        minutes = int((end - start) / timedelta(minutes=1))
        held = sum(
            (start + number * timedelta(minutes=1)).hour in (23, 0, 1, 2, 3, 4, 5)
            for number in range(minutes)
        )
        assert ("night" in kinds_of(local, LabourRules())) == (held >= 120)


@pytest.mark.parametrize(("zone", "night"), CASES)
def test_the_audit_counts_rest_and_hours_by_the_zones_rule(zone, night):
    """Of every two shifts around the night of a change, 11 hours of rest, 15 hours of a week."""
    rules = LabourRules(min_rest_hours=11, max_week_hours=15)
    ann = rep("ann", timezone=zone, contract=Contract(0, 168))
    pool = shifts_around(night)
    seen = set()
    pairs = [pair for step in (3, 7, 14) for pair in zip(pool, pool[step:], strict=False)]
    for one, other in pairs:
        starts = wall(zone, one.start), wall(zone, other.start)
        rest = (starts[1] - wall(zone, one.end)) / HOUR
        hours = [(shift.end - shift.start) / HOUR for shift in (one, other)]
        same_week = starts[0].isocalendar()[:2] == starts[1].isocalendar()[:2]
        expected = {}
        if other.start < one.end:
            expected["overlap"] = (one.end - other.start) / HOUR
        elif rest < 11:
            expected["rest"] = 11 - rest
        if starts[0].date() == starts[1].date():
            expected["one_shift_a_day"] = 1.0
        if same_week and sum(hours) > 15:
            expected["max_week_hours"] = sum(hours) - 15
        found = audit(
            [Assignment("ann", one), Assignment("ann", other)],
            [StaffedShift(one, 1), StaffedShift(other, 1)],
            Team((ann,)),
            rules,
            timezone=ZONE,
            interval_minutes=60,
        )
        assert {finding.rule: finding.amount for finding in found} == pytest.approx(expected)
        seen.add(frozenset(expected))
    assert {frozenset(), frozenset({"rest"})} <= seen
    assert any("overlap" in rules for rules in seen)


@pytest.mark.parametrize(("zone", "night"), CASES)
def test_a_roster_gives_two_shifts_exactly_when_the_zones_rule_allows_it(zone, night):
    """The programme and the recount agree on the night of a change, overnight shifts included."""
    ann = rep("ann", timezone=zone, contract=Contract(0, 168))
    start = datetime(night.year, night.month, night.day, tzinfo=UTC)
    monday = night - timedelta(days=night.weekday() + 7)
    evening = Shift("live", "", start + 4 * HOUR, start + 12 * HOUR, "primary")
    for pause in (9, 10, 11, 12, 13):
        later = evening.end + pause * HOUR
        pair = [evening, Shift("live", "", later, later + 4 * HOUR, "primary")]
        roster = plan(
            pair, [ann], rules=LabourRules(), coverage=week_coverage(days=21, monday=monday)
        )
        rest = (wall(zone, later) - wall(zone, evening.end)) / HOUR
        days = {wall(zone, shift.start).date() for shift in pair}
        allowed = rest >= 11 and len(days) == 2
        assert (roster.unfilled == ()) == allowed, (zone, night, pause, rest, costs(roster))
