"""A team and a requirement as a roster problem: which shifts there could be, and what they cover.

The people are those of `optimizer.tours.people`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimizer.breaks import BreakRule, due_breaks
from optimizer.cover import count_coverage
from optimizer.fairness_aim import Fairness
from optimizer.patterns import Flags, Period, ShiftTimes, shift_times, useful_shifts
from optimizer.pools import Pool
from optimizer.premiums import Wages
from optimizer.queue_settings import QueueSettings
from optimizer.roster import Assignment
from optimizer.shifts import ROLES, OnCallSettings, Role, Shift, ShiftSettings, StaffedShift
from optimizer.staff import Contract, LabourRules, Rep, Team
from optimizer.tours.people import People, TeamWeek, locked_cost, pools_of_one, problem_of
from optimizer.tours.requests import wishes
from optimizer.tours.tiers import Cover, OneTier, TwoTiers
from optimizer.tours.week import ShiftTable

CLOSED_SURCHARGE = 0.1
"""On an hour in which the queue is closed, as a share of its price: equal rosters avoid it."""


@dataclass(frozen=True)
class _Choice:
    """A shift that could be worked, the cells that it covers, and its closed hours."""

    shift: Shift
    first: int
    last: int
    closed_hours: float


def team_week(
    required: pd.DataFrame,
    interval_minutes: int,
    timezone: str,
    team: Team,
    rules: LabourRules,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    queues: Mapping[str, QueueSettings],
    fairness: Fairness | None = None,
    locked: Sequence[Assignment] = (),
    history: Sequence[Assignment] = (),
) -> TeamWeek:
    """Write a team's period down as a roster problem.

    Parameters
    ----------
    required
        A row per queue and interval, sorted by both, with the columns of
        `optimizer.cover.required_reps`; its intervals are the period, which no shift leaves.
    interval_minutes, timezone
        The calendar's grid and zone.
    queues
        For their opening hours; where none are stated, an interval that requires nobody is closed.
    fairness
        What people carried before, which makes burdens cheaper for who carried less.
    locked, history
        Assignments of the period that are kept, and those before it.
    """
    starts = pd.DatetimeIndex(required["interval_start"])
    period = Period(starts.min(), starts.max() + pd.Timedelta(minutes=interval_minutes))
    pools = pools_of_one(team, shifts, timezone, period)
    left = _left_by(required, locked, interval_minutes)
    has_standby = bool((left["required_on_call"] > 0).any())
    roles = ROLES if has_standby and any(rep.on_call for rep in team.reps) else ROLES[:1]
    is_open = _open(required, interval_minutes, timezone, queues)
    is_open |= _asked_for(required, interval_minutes, team)
    choices = _catalogue(pools, left, is_open, interval_minutes, shifts, roles, period)
    listed = tuple(one.shift for one in choices)
    wages = shifts.wages(timezone)
    prices = {"primary": 1.0, "on_call": on_call.standby_price}
    costs = [
        prices[one.shift.role]
        * (
            least_paid(one.shift, shifts.breaks, wages, interval_minutes)
            + CLOSED_SURCHARGE * one.closed_hours
        )
        for one in choices
    ]
    table = ShiftTable(
        np.array([one.first for one in choices], dtype=np.int64),
        np.array([one.last for one in choices], dtype=np.int64),
        np.array(costs, dtype=np.float64),
    )
    problem = problem_of(
        People(team, pools, rules, tuple(locked), tuple(history)),
        period,
        listed,
        table,
        _cover(left, shifts, interval_minutes, has_standby=has_standby),
        wishes(team, listed, table.cost, fairness, rules),
    )
    return TeamWeek(problem, listed, locked_cost(team, locked, on_call, wages))


def _left_by(
    required: pd.DataFrame, locked: Sequence[Assignment], interval_minutes: int
) -> pd.DataFrame:
    """Return what is required beside those who are locked."""
    staffed = [StaffedShift(one.shift, 1) for one in locked]
    there = count_coverage(required, staffed, interval_minutes)
    primary = np.ceil(there["required_primary"] - there["primary"]).astype(np.int64)
    both = np.maximum(0, primary + there["required_on_call"] - there["on_call"])
    left = np.maximum(0, primary)
    return required.assign(required_primary=left, required_on_call=np.maximum(0, both - left))


def _open(
    required: pd.DataFrame,
    interval_minutes: int,
    timezone: str,
    queues: Mapping[str, QueueSettings],
) -> Flags:
    """Say of each row whether the queue is open or requires anybody."""
    is_open = (required["required_primary"] + required["required_on_call"]).to_numpy() > 0
    for queue, places in required.groupby("queue", sort=False).indices.items():
        opening = queues[str(queue)].opening if str(queue) in queues else None
        if opening is not None:
            starts = pd.DatetimeIndex(required["interval_start"].iloc[places])
            is_open[places] |= opening.covers(starts, interval_minutes, timezone)
    return is_open


def _asked_for(required: pd.DataFrame, interval_minutes: int, team: Team) -> Flags:
    """Say of each row whether somebody who works the queue must work then."""
    starts = pd.DatetimeIndex(required["interval_start"])
    ends = starts + pd.Timedelta(minutes=interval_minutes)
    skills = {rep.rep_id: rep.skills for rep in team.reps}
    asked = np.zeros(len(required), dtype=bool)
    for one in (one for one in team.preferences if one.kind == "must"):
        touched = (starts < pd.Timestamp(one.end)) & (pd.Timestamp(one.start) < ends)
        known = required["queue"].isin(skills[one.rep_id]) if skills[one.rep_id] else True
        asked |= touched & known
    return asked


def _catalogue(
    pools: Sequence[Pool],
    required: pd.DataFrame,
    is_open: Flags,
    interval_minutes: int,
    shifts: ShiftSettings,
    roles: Sequence[Role],
    period: Period,
) -> list[_Choice]:
    """List the shifts that could help a queue and that somebody's hours would allow."""
    choices: dict[Shift, _Choice] = {}
    standby = required["required_on_call"].to_numpy()
    for pool in _kinds(pools):
        times = _times(pool, shifts, period)
        for queue, places in required.groupby("queue", sort=True).indices.items():
            starts = pd.DatetimeIndex(required["interval_start"].iloc[places])
            for one in useful_shifts(times, starts, interval_minutes, is_open[places]):
                for role in roles:
                    first, last = places[0] + one.first, places[0] + one.last
                    if role == "on_call" and not standby[first:last].any():
                        continue
                    beyond = len(required) if role == "on_call" else 0
                    span = one.times.start, one.times.end
                    shift = Shift(str(queue), pool.site, *span, role)
                    choices[shift] = _Choice(
                        shift, int(first + beyond), int(last + beyond), one.closed_hours
                    )
    return [choices[shift] for shift in sorted(choices)]


def _kinds(pools: Sequence[Pool]) -> list[Pool]:
    """Return a pool of each site and hours, its rep never away and with every skill."""
    kinds: dict[Rep, Pool] = {}
    for pool in pools:
        if pool.members is None:
            continue
        anybody = replace(
            pool.members.rep, rep_id="any", name="", email="", skills=frozenset(), on_call=True
        )
        always = replace(anybody, employed_from=None, employed_until=None)
        members = replace(pool.members, rep=always, absences=())
        kinds[replace(always, contract=Contract())] = replace(pool, members=members)
    return list(kinds.values())


def _times(pool: Pool, shifts: ShiftSettings, period: Period) -> tuple[ShiftTimes, ...]:
    return shift_times(
        period,
        shifts.starts_every_minutes,
        shifts.lengths_hours,
        pool.timezone,
        pool.allowed(period),
    )


def least_paid(
    shift: Shift, rules: Sequence[BreakRule], wages: Wages, interval_minutes: int
) -> float:
    """Return the hours of a shift that are paid, once its breaks are placed, at least.

    With premiums an unpaid break saves most where the hours are dearest.
    """
    hours = wages.hours(shift.site, shift.start, shift.end)
    if shift.role != "primary":
        return hours
    for rule in due_breaks(rules, shift.hours):
        if not rule.paid:
            starts = [shift.start + after for after in rule.starts(interval_minutes)]
            hours -= max(wages.hours(shift.site, one, one + rule.length) for one in starts)
    return hours


def _cover(
    required: pd.DataFrame, shifts: ShiftSettings, interval_minutes: int, *, has_standby: bool
) -> Cover:
    primary = required["required_primary"].to_numpy()
    standby = required["required_on_call"].to_numpy()
    price = shifts.understaffing_price * interval_minutes / 60
    under = np.full(len(required), price)
    if has_standby:
        return TwoTiers(primary, standby, under)
    return OneTier(primary, under, np.zeros(len(required)))
