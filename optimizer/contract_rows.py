"""The minima of contracts in a roster's programme: reached, or counted by what lacks of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pulp

from data.clock import week_start
from optimizer.local_shifts import MINUTE, QUARTER, WEEK_MINUTES, owed_minutes, wall_time
from optimizer.members import DAY, Member
from optimizer.staff import Absence, Rep

SHIFT_HOURS = 8.0
"""Of contract hours that a shift below the contract's number weighs as much as."""


@dataclass(frozen=True)
class Shortfall:
    """Hours or shifts below a contract's minimum, and what they follow from.

    Parameters
    ----------
    below
        The variable of what lacks.
    owed
        Beside what is locked.
    worked
        The sum of what may be chosen.
    weight
        Of one of them, in hours.
    """

    below: Any
    owed: float
    worked: Any
    weight: float = 1.0

    @property
    def cost(self) -> Any:
        """What lacks, in hours."""
        return self.weight * self.below

    def settle(self) -> None:
        """Set what lacks to the least that the chosen shifts allow."""
        self.below.varValue = max(0.0, self.owed - float(pulp.value(self.worked)))


def meet_contract(
    problem: pulp.LpProblem, member: Member, absences: tuple[Absence, ...]
) -> list[Shortfall]:
    """Reach the contract's minimum in each ISO week and in the period, or count what lacks."""
    contract, period = member.rep.contract, member.period
    by_week: dict[date, list[Any]] = defaultdict(list)
    primary = [one for one in member.candidates if one.local.shift.role == "primary"]
    locked = [local for local in member.locked if local.shift.role == "primary"]
    for one in primary:
        by_week[one.local.week].append(one.local.minutes / 60 * one.work)
    lacking = []
    for week in _weeks(period, member.rep.timezone):
        owed = owed_minutes(contract, member.rep, week, period, absences)
        owed -= sum(local.minutes for local in locked if local.week == week)
        lacking += _below(problem, member, f"{week:%Y%m%d}", owed / 60, pulp.lpSum(by_week[week]))
    if contract.min_period_hours or contract.min_shifts:
        minutes, shifts = owed_of_period(member.rep, period, absences)
        owed_hours = (minutes - sum(local.minutes for local in locked)) / 60
        hours = pulp.lpSum(part for parts in by_week.values() for part in parts)
        lacking += _below(problem, member, "period", owed_hours, hours)
        number = pulp.lpSum(one.work for one in primary)
        short = float(shifts - len(locked))
        lacking += _below(problem, member, "shifts", short, number, SHIFT_HOURS)
    return lacking


def _below(
    problem: pulp.LpProblem, member: Member, key: str, owed: float, worked: Any, weight: float = 1.0
) -> list[Shortfall]:
    if owed <= 0:
        return []
    name = f"contract_{member.number}_{key}"
    below = problem.add_variable(f"below_{name}", 0, owed)
    problem.addConstraint(worked + below >= owed, name)
    return [Shortfall(below, owed, worked, weight)]


def owed_of_period(
    rep: Rep, period: tuple[datetime, datetime], absences: tuple[Absence, ...]
) -> tuple[int, int]:
    """Return the primary minutes and shifts that a rep's contract asks for in a period.

    The contract's minima times the share of the period's available wall-clock minutes that lie
    within employment and outside absences, in whole quarters of an hour and whole shifts; nothing
    when that is below one half.
    """
    begin, end = (wall_time(moment, rep.timezone) for moment in period)
    count = max(0, -((begin - end) // MINUTE))
    first = (begin - datetime.combine(week_start(begin.date()), datetime.min.time())) // MINUTE
    open_minutes = rep.available.minutes()[(first + np.arange(count)) % WEEK_MINUTES]
    here = np.ones(count, dtype=bool)
    for absence in absences:
        leave, back = (wall_time(moment, rep.timezone) for moment in (absence.start, absence.end))
        here[max(0, (leave - begin) // MINUTE) : max(0, -((begin - back) // MINUTE))] = False
    day = begin.date()
    while datetime.combine(day, datetime.min.time()) < end:
        if not rep.employed_on(day):
            opens = (datetime.combine(day, datetime.min.time()) - begin) // MINUTE
            here[max(0, opens) : max(0, opens + 1440)] = False
        day += DAY
    available, kept = int(open_minutes.sum()), int((open_minutes & here).sum())
    if available == 0 or 2 * kept < available:
        return 0, 0
    minutes, shifts = round(rep.contract.min_period_hours * 60), rep.contract.min_shifts
    if kept == available:
        return minutes, shifts
    return minutes * kept // available // QUARTER * QUARTER, shifts * kept // available


def _weeks(period: tuple[datetime, datetime], timezone: str) -> list[date]:
    """Return the Mondays of the ISO weeks of a zone that a period touches."""
    first = week_start(wall_time(period[0], timezone).date())
    last = wall_time(period[1] - timedelta(microseconds=1), timezone).date()
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
