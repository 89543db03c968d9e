r"""The shifts of a plan and a team as a roster problem: each shift is a cell to be filled.

A cell requires the reps whom its shift still lacks beside who is locked to it. An hour without a
rep costs as much as in the compact programme, a rep too many more than anything else, so that
nobody is put where the plan has no place. Wages are part of the cost, for the same hours whoever
works them. Rules that ask for work, such as a most of days off, may be broken as little as
possible: the plan may have too few shifts for them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from optimizer.fairness_aim import Fairness
from optimizer.patterns import Period
from optimizer.roster import Assignment
from optimizer.roster_programme import UNFILLED_PRICE
from optimizer.rules_asked import rules_asked
from optimizer.shifts import OnCallSettings, ShiftSettings, StaffedShift
from optimizer.staff import LabourRules, Team
from optimizer.tours.day_rules import FORBIDDEN
from optimizer.tours.pardon import BEYOND_ALL, pardoned
from optimizer.tours.people import (
    People,
    TeamWeek,
    idle_costs,
    locked_cost,
    pools_of_one,
    problem_of,
)
from optimizer.tours.requests import wishes
from optimizer.tours.tiers import OneTier
from optimizer.tours.week import ShiftTable

USELESS = 1.5
"""Of an hour with a rep too many, as a multiple of what it could save of a contract's minimum."""

DAYS_TOUCHED = 7
"""Violations of a soft rule that one shift more could mend, at most."""

OVERFILLED = 1000.0 * FORBIDDEN
"""Of a rep too many, in prices of a rule broken: no rule is a reason for it."""

MENDED_BY_WORK = {"min_consecutive_days", "min_days_off", "max_days_off", "whole_weekends"}
"""Rules of days that the plan may have too few shifts for."""

BESIDE = {"must", "proficiency", "mentors"}
"""Other rules that one shift more may mend."""


def plan_week(
    shifts: Sequence[StaffedShift],
    team: Team,
    rules: LabourRules,
    locked: Sequence[Assignment],
    history: Sequence[Assignment],
    period: tuple[datetime, datetime],
    fairness: Fairness | None,
    understaffing_price: float,
    timezone: str,
) -> TeamWeek:
    """Write the shifts of a plan and the people who may work them down as a roster problem.

    The parameters are those of `optimizer.roster_programme.build_programme`, with the calendar's
    zone; costs are in wages.
    """
    catalogue, on_call = ShiftSettings(), OnCallSettings()
    filled = Counter(one.shift for one in locked)
    places = {one.shift: one.reps - filled[one.shift] for one in shifts}
    listed = tuple(shift for shift, count in places.items() if count > 0)
    open_places = [places[shift] for shift in listed]
    hours = np.array([shift.hours for shift in listed])
    paid = {"primary": 1.0, "on_call": on_call.standby_price}
    cost = hours * np.array([paid[shift.role] for shift in listed])
    prices = {role: understaffing_price * share for role, share in UNFILLED_PRICE.items()}
    under = cost + hours * np.array([prices[shift.role] for shift in listed])
    wish = wishes(team, listed, cost, fairness, rules)
    asked = rules_asked(rules, team) - rules.prices.keys()
    is_short_of_work = bool((MENDED_BY_WORK | BESIDE) & asked)
    saved = USELESS * idle_costs(team, hours) + DAYS_TOUCHED * sum(rules.prices.values())
    saved = saved + hours * _saved_beside(team, rules)
    if wish is not None:
        saved = saved + np.maximum(0, -wish).max(axis=0)
    too_many = np.full(len(hours), OVERFILLED * BEYOND_ALL) if is_short_of_work else saved
    every = np.arange(len(listed))
    whole = Period(pd.Timestamp(period[0]), pd.Timestamp(period[1]))
    latest = max([whole.end, *(pd.Timestamp(shift.end) for shift in listed)])
    pools = pools_of_one(team, catalogue, timezone, Period(whole.begin, latest))
    problem = problem_of(
        People(team, pools, rules, tuple(locked), tuple(history)),
        whole,
        listed,
        ShiftTable(every, every + 1, cost),
        OneTier(np.array(open_places, dtype=np.int64), under, too_many),
        wish,
    )
    if MENDED_BY_WORK & asked:
        problem = pardoned(problem)
    return TeamWeek(problem, listed, locked_cost(team, locked, on_call, catalogue.wages(timezone)))


def _saved_beside(team: Team, rules: LabourRules) -> float:
    """Return what an hour of a shift saves of soft rules that bind reps together, at most."""
    trainees = Counter(name for rep in team.reps for name in rep.mentors)
    alone = rules.prices.get("mentors", 0.0) * max(trainees.values(), default=0)
    return alone + rules.prices.get("proficiency", 0.0) * len(rules.proficiency)
