r"""Rules about days in a row: worked, off, and with night shifts.

With :math:`W_d` 1 when a shift starts on local day d and :math:`N_d` when a night shift does, a run
of s < m days worked is too short when :math:`W_{d-1} = W_{d+s} = 0` and the days between are
worked, which :math:`\sum_{i<s} W_{d+i} - W_{d-1} - W_{d+s} \le s - 1` forbids (Curtois and Qu 2014,
technical report, University of Nottingham); days off are told apart in the same way.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pulp

from optimizer.labour_rules import LabourRules
from optimizer.members import DAY, Member, Work
from optimizer.rule_rows import RuleRows
from optimizer.shift_kinds import is_night


def consecutive_days(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Any `max_consecutive_days` + 1 local days have a day without a shift."""
    _at_most(rows, member, "consecutive_days", Work.of(member), rules.max_consecutive_days)


def max_consecutive_nights(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Any `max_consecutive_nights` + 1 local days have a day without a night shift."""
    if rules.max_consecutive_nights is not None:
        nights = Work.of(member, lambda local: is_night(local, rules.night))
        _at_most(rows, member, "max_consecutive_nights", nights, rules.max_consecutive_nights)


def min_consecutive_days(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """No run of days worked that is known from end to end is shorter."""
    work, days = Work.of(member), member.days
    for day in days.since(work.past):
        for length in range(1, rules.min_consecutive_days):
            before, after = day - DAY, day + length * DAY
            if not days.known(before) or not days.known(after) or after < days.first:
                continue
            run = [day + number * DAY for number in range(length)]
            if all(work.may(one) for one in run):
                excess = _sum(work, run) - work.on(before) - work.on(after) - (length - 1)
                key = f"{day:%Y%m%d}_{length}"
                lacking = rules.min_consecutive_days - length
                rows.hold("min_consecutive_days", member, key, excess, lacking)


def min_days_off(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """No spell of days off between two shifts is shorter."""
    work = Work.of(member)
    for day in member.days.since(work.past):
        for length in range(1, rules.min_days_off):
            before, after = day - DAY, day + length * DAY
            if not (work.may(before) and work.is_planned(after)):
                continue
            spell = [day + number * DAY for number in range(length)]
            excess = work.on(before) + work.on(after) - _sum(work, spell) - 1
            lacking = rules.min_days_off - length
            rows.hold("min_days_off", member, f"{day:%Y%m%d}_{length}", excess, lacking)


def max_days_off(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """Any `max_days_off` + 1 local days that are known and not away have a day with a shift."""
    if rules.max_days_off is None:
        return
    work, days = Work.of(member), member.days
    for window in _windows(days.since([days.known_first]), rules.max_days_off + 1):
        is_known = days.known(window[0]) and days.known(window[-1]) and window[-1] >= days.first
        if is_known and not days.away.intersection(window):
            rows.hold("max_days_off", member, f"{window[0]:%Y%m%d}", 1 - _sum(work, window))


def days_off_after_nights(rows: RuleRows, member: Member, rules: LabourRules) -> None:
    """No shift starts on so many days after the last night of a run.

    The next day may have another night, and the run goes on; a later one is free when the next day
    had none.
    """
    work = Work.of(member)
    nights = Work.of(member, lambda local: is_night(local, rules.night))
    for day in member.days.since(work.past):
        for number in range(1, rules.days_off_after_nights + 1):
            free = day + number * DAY
            if nights.may(day) and work.is_planned(free):
                goes_on = nights.on(day + DAY)
                excess = nights.on(day) - goes_on + work.on(free) - 1
                key = f"{day:%Y%m%d}_{number}"
                rows.hold("days_off_after_nights", member, key, excess)


def _at_most(rows: RuleRows, member: Member, rule: str, work: Work, most: int) -> None:
    """Hold the days in a row with some work to a number, those of the history counted."""
    for window in _windows(member.days.since(work.past), most + 1):
        if any(work.is_planned(day) for day in window) and all(work.may(day) for day in window):
            rows.hold(rule, member, f"{window[0]:%Y%m%d}", _sum(work, window) - most)


def _windows(days: list[date], length: int) -> Iterator[list[date]]:
    """Yield every run of so many of consecutive days."""
    for place in range(len(days) - length + 1):
        yield days[place : place + length]


def _sum(work: Work, days: list[date]) -> Any:
    return pulp.lpSum(work.on(day) for day in days)
