"""Which duties a repair may give: those of the plan, and what settings allow beside them."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from optimizer.breaks import Break, due_breaks
from optimizer.patterns import Period, shift_times
from optimizer.period import span
from optimizer.pools import pools_without_team
from optimizer.repair_types import Published
from optimizer.shifts import ROLES, Shift, ShiftSettings


def known_shifts(of: Published) -> tuple[Shift, ...]:
    """Return the shifts of the plan and of the roster that have not begun."""
    known = {staffed.shift for staffed in of.shifts} | {one.shift for one in of.assignments}
    return tuple(sorted(shift for shift in known if shift.start >= of.now))


def further_shifts(of: Published) -> tuple[Shift, ...]:
    """Return the shifts that the settings allow from now on; none without settings."""
    settings = of.settings
    if settings is None:
        return ()
    begin, end = span(of.coverage, of.interval_minutes)
    if of.now >= end:
        return ()
    period = Period(pd.Timestamp(begin), pd.Timestamp(end))
    found = []
    for pool in pools_without_team(settings, of.timezone):
        every, lengths = settings.starts_every_minutes, settings.lengths_hours
        for times in shift_times(period, every, lengths, pool.timezone, pool.allowed(period)):
            if times.start < of.now:
                continue
            for queue in of.coverage["queue"].unique():
                found += [
                    _with_breaks(
                        Shift(str(queue), pool.site, times.start, times.end, role),
                        settings,
                        of.interval_minutes,
                    )
                    for role in ROLES
                ]
    return tuple(found)


def at_site(of: Published, shift: Shift, site: str) -> Shift:
    """Return a further shift of no site as one of a rep's site, where the plan's name theirs.

    Where the settings name no sites, those of the plan are its reps' own.
    """
    if shift.site or not site:
        return shift
    known = [*(staffed.shift for staffed in of.shifts), *(one.shift for one in of.assignments)]
    if shift in known or not any(one.site for one in known):
        return shift
    return replace(shift, site=site)


def _with_breaks(shift: Shift, settings: ShiftSettings, interval_minutes: int) -> Shift:
    """Place the breaks of a primary shift in the middle of their windows."""
    if shift.role != "primary" or not settings.breaks:
        return shift
    breaks = []
    for rule in due_breaks(settings.breaks, shift.hours):
        starts = rule.starts(interval_minutes)
        start = shift.start + starts[len(starts) // 2]
        breaks.append(Break(start, start + timedelta(minutes=rule.minutes), rule.paid))
    return Shift(shift.queue, shift.site, shift.start, shift.end, shift.role, tuple(breaks))
