r"""What a pool of reps can work together: labour rules and contracts, as sums over the pool.

For a pool of n reps who are alike, with :math:`x_s` of them on shift s, in the reps' wall time:

- one shift a day: the shifts that start on a day take at most n reps;
- rest: at every instant, at most n are at work or within the rest that follows it. Because shifts
  with their rest are intervals of time, this alone makes sure that n people can take turns;
- consecutive days: in any k + 1 days in a row, at most k·n shifts;
- week hours: primary hours in an ISO week are at most n times the maximum;
- contract hours: primary hours in an ISO week reach n times the promised minimum, or are counted as
  idle.

Each holds in every roster of these n reps. A roster may still be unable to fill a plan that keeps
them, because hours and days are summed over the pool.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pulp

from optimizer.local_shifts import LocalShift, local_shift, owed_minutes
from optimizer.patterns import Period
from optimizer.pools import Members
from optimizer.shifts import Shift
from optimizer.staff import LabourRules

Work = Sequence[tuple[LocalShift, Any]]


@dataclass(frozen=True)
class Promise:
    """Hours that a pool's contracts promise in one week.

    Parameters
    ----------
    hours
        Promised, of all the pool's reps.
    work
        Primary shifts of that week, and how many work each.
    idle
        The variable that prices what is missing.
    """

    hours: float
    work: tuple[tuple[Shift, Any], ...]
    idle: Any

    def idle_hours(self) -> float:
        """Return the hours that the solved plan leaves idle."""
        worked = sum(shift.hours * float(count.value()) for shift, count in self.work)
        return max(0.0, self.hours - worked)


def add_pool_rules(
    problem: pulp.LpProblem,
    name: str,
    members: Members,
    shifts: Sequence[tuple[Shift, Any]],
    rules: LabourRules,
    period: Period,
) -> list[Promise]:
    """Add the rules of one pool to a programme.

    Parameters
    ----------
    name
        Of the pool, for the names of rows.
    shifts
        What it may work, and how many of it do.

    Returns
    -------
    list of Promise
        What its contracts promise, a week each.
    """
    if not shifts:
        return []
    work = [(local_shift(shift, members.rep.timezone), count) for shift, count in shifts]
    _one_shift_a_day(problem, name, members.size, work)
    _rest(problem, name, members.size, work, timedelta(hours=rules.min_rest_hours))
    _consecutive_days(problem, name, members.size, work, rules.max_consecutive_days)
    _week_hours(problem, name, members, work, rules.max_week_hours)
    return _contract_hours(problem, name, members, work, period)


def _one_shift_a_day(problem: pulp.LpProblem, name: str, size: int, work: Work) -> None:
    for day, counts in sorted(_by_day(work).items()):
        problem.addConstraint(pulp.lpSum(counts) <= size, f"day_{name}_{day:%Y%m%d}")


def _rest(problem: pulp.LpProblem, name: str, size: int, work: Work, min_rest: timedelta) -> None:
    starts = np.array([local.wall_start for local, _ in work], dtype="datetime64[us]")
    free = np.array([local.wall_end + min_rest for local, _ in work], dtype="datetime64[us]")
    moments = np.unique(starts)
    for number, moment in enumerate(moments):
        busy = (starts <= moment) & (moment < free)
        later = moments[number + 1 :]
        if len(later) and not (busy & (free <= later[0])).any():
            continue  # all of them are still busy at the next start, whose row says more
        problem.addConstraint(
            pulp.lpSum(work[place][1] for place in map(int, np.flatnonzero(busy))) <= size,
            f"rest_{name}_{number:06d}",
        )


def _consecutive_days(problem: pulp.LpProblem, name: str, size: int, work: Work, most: int) -> None:
    by_day = _by_day(work)
    day, last = min(by_day), max(by_day)
    while day + timedelta(days=most) <= last:
        run = [count for step in range(most + 1) for count in by_day.get(_later(day, step), ())]
        problem.addConstraint(pulp.lpSum(run) <= most * size, f"run_{name}_{day:%Y%m%d}")
        day = _later(day, 1)


def _week_hours(
    problem: pulp.LpProblem, name: str, members: Members, work: Work, most: float
) -> None:
    most = min(most, members.rep.contract.max_hours)
    for week, shifts in sorted(_primary_by_week(work).items()):
        problem.addConstraint(_hours(shifts) <= most * members.size, f"hours_{name}_{week:%Y%m%d}")


def _contract_hours(
    problem: pulp.LpProblem, name: str, members: Members, work: Work, period: Period
) -> list[Promise]:
    promises = []
    span = (period.begin.to_pydatetime(), period.end.to_pydatetime())
    for week, shifts in sorted(_primary_by_week(work).items()):
        rep = members.rep
        owed = owed_minutes(rep.contract, rep, week, span, members.absences)
        if owed:
            hours = owed * members.size / 60
            idle = problem.add_variable(f"idle_{name}_{week:%Y%m%d}", 0)
            problem.addConstraint(_hours(shifts) + idle >= hours, f"owed_{name}_{week:%Y%m%d}")
            promises.append(Promise(hours, tuple(shifts), idle))
    return promises


def _by_day(work: Work) -> dict[date, list[Any]]:
    by_day: dict[date, list[Any]] = defaultdict(list)
    for local, count in work:
        by_day[local.day].append(count)
    return by_day


def _primary_by_week(work: Work) -> dict[date, list[tuple[Shift, Any]]]:
    by_week: dict[date, list[tuple[Shift, Any]]] = defaultdict(list)
    for local, count in work:
        if local.shift.role == "primary":
            by_week[local.week].append((local.shift, count))
    return by_week


def _hours(shifts: Sequence[tuple[Shift, Any]]) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression([(count, shift.hours) for shift, count in shifts])


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)
