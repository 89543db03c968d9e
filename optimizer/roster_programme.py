r"""Who works which shift of a plan: the compact programme.

Sets: reps :math:`r`; shifts :math:`s` of length :math:`h_s` hours that take :math:`n_s` reps; ISO
weeks :math:`w` of the rep's zone. A pair (r, s) exists when skills, standby, site, employment,
absences and availability allow it, and when it clashes with no shift that is fixed for the rep.

Variables: :math:`x_{rs} \in \{0, 1\}`, rep r works shift s; :math:`m_{rw} \ge 0`, hours that r
lacks of the contract's minimum; :math:`z_{rk} \in [0, 1]`, the k-th standby of r. The reps that s
lacks, :math:`u_s = n_s - \sum_r x_{rs} \ge 0`, need no variable.

.. math::

    \sum_r x_{rs} \le n_s, \qquad
    \sum_{s \in w, primary} h_s x_{rs} + m_{rw} \ge min_{rw}, \qquad
    \sum_{s\, on\, call} x_{rs} \le \sum_k z_{rk}

and the labour rules of `optimizer.rules`, those of each rep and those that bind reps together. A
soft rule may be broken by :math:`v_i \ge 0` units at a price of :math:`c_i` wages each. A hard one
holds; where fixed shifts or requests break it and only work could mend it, what is left of it is
:math:`b_i \ge 0`.

Aims are solved in turn, and what an aim has reached is kept while the next is solved:

0. *rules*, where there are any such :math:`b_i`: their sum;
1. *cover*: :math:`\sum_s p_s h_s u_s + \sum_i c_i v_i / p`, hours without a rep, a standby hour
   counting half, and what soft rules cost in such hours, an hour without a rep costing p wages;
2. *contracts*: :math:`\sum m_{rw}`, hours below the contracts' minima, a shift below their number
   counting 8;
3. *wishes*: what each rep's wishes would have made of each day less what the roster makes of it,
   in weights, and burdens spread evenly over these weeks and those before
   (`optimizer.fairness_aim`). Where nothing is known of fairness only standby is spread: the k-th
   standby of a rep costs k − 1 steps.

Nothing is infeasible: shifts stay unfilled and minima unmet, at a price. What people locked is kept
whatever it costs. No constraint is an equation: with equations, the presolve of HiGHS 1.15 called
some of these programmes infeasible although they have plans.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pulp

from optimizer.contract_rows import Shortfall, meet_contract
from optimizer.eligibility import barrier
from optimizer.fairness_aim import Evenness, Fairness, evenness, heard
from optimizer.local_shifts import LocalShift, clash, local_shift, wish_worth
from optimizer.roster import Assignment
from optimizer.rule_rows import Owner, RuleRows, Violation, Whether
from optimizer.rules import LABOUR_RULES, TEAM_RULES, Candidate, Member
from optimizer.shifts import Role, ShiftSettings, StaffedShift
from optimizer.staff import Absence, LabourRules, Preference, Team

UNFILLED_PRICE: Mapping[Role, float] = {"primary": 1.0, "on_call": 0.5}
"""Of an hour without a rep, in the first aim; standby that is not there may not be called."""

STANDBY_STEP = 0.1
"""Of each standby that a rep has already when given another, in weights of a preference."""

Row = TypeVar("Row", Absence, Assignment, Preference)


@dataclass(frozen=True)
class Aim:
    """Something to be made small: a sum of costs, none of them below 0."""

    name: str
    parts: tuple[Any, ...]

    @property
    def cost(self) -> Any:
        """The sum, a linear expression."""
        return pulp.lpSum(self.parts)


@dataclass(frozen=True)
class Spread:
    """The standbys of a rep as steps, each dearer than the one before, and their number."""

    steps: tuple[Any, ...]
    total: Any
    before: int
    paid: int

    @property
    def cost(self) -> Any:
        """Price of the steps, with those of standbys locked before any is chosen."""
        chosen = pulp.lpSum((self.before + number) * one for number, one in enumerate(self.steps))
        return STANDBY_STEP * (chosen + self.paid)

    def settle(self) -> None:
        """Take the cheapest steps for the chosen standbys."""
        total = float(pulp.value(self.total))
        for number, step in enumerate(self.steps):
            step.varValue = min(1.0, max(0.0, total - number))


@dataclass(frozen=True)
class Programme:
    """The programme as built, before any aim is solved.

    Parameters
    ----------
    problem, members
        The constraints, and the reps with their variables.
    unit
        A variable that is always 1.
    aims
        What is made small, in turn.
    follows
        Variables that follow from the chosen shifts, in the order in which they are settled.
    owners
        Of every constraint of a labour rule, by its name: the rule and the rep.
    violations
        What may be broken of rules.
    """

    problem: pulp.LpProblem
    unit: Any
    members: tuple[Member, ...]
    aims: tuple[Aim, ...]
    follows: tuple[Whether | Violation | Shortfall | Spread | Evenness, ...]
    owners: Mapping[str, Owner]
    violations: tuple[Violation, ...]


def build_programme(
    shifts: tuple[StaffedShift, ...],
    team: Team,
    rules: LabourRules,
    locked: tuple[Assignment, ...],
    history: tuple[Assignment, ...],
    period: tuple[datetime, datetime],
    fairness: Fairness | None = None,
    understaffing_price: float = ShiftSettings.understaffing_price,
    is_open: Callable[[str, LocalShift], bool] | None = None,
) -> Programme:
    """Write the programme down.

    Parameters
    ----------
    shifts
        What is to be filled, each shift once.
    locked, history
        Assignments of the period and before it that are fixed.
    period
        First instant that is planned and the one after the last.
    fairness
        What people carried before, and how much that weighs; None to spread standby alone.
    understaffing_price
        Of an hour without a rep, in wages: what soft rules are weighed against.
    is_open
        Whether the rep of a `rep_id` may be given a shift at all; None for every rep and shift.
    """
    problem = pulp.LpProblem("roster", pulp.LpMinimize)
    members = _members(problem, shifts, team, rules, locked, history, period, is_open)
    absences = _by_rep(team.absences)
    cover_costs = _fill_shifts(problem, members, shifts, locked)
    rows = _rule_rows(problem, members, rules)
    hard = [one.units for one in rows.violations if one.price is None]
    soft = [one.price / understaffing_price * one.units for one in rows.violations if one.price]
    short = [
        shortfall
        for member in members
        for shortfall in meet_contract(problem, member, absences[member.rep.rep_id])
    ]
    spread: list[Spread | Evenness]
    if fairness is None:
        spread = [_spread_standby(problem, member) for member in members]
        wishes = _by_rep(team.preferences)
    else:
        spread = [*evenness(problem, members, shifts, fairness, team)]
        wishes = _by_rep(heard(team, fairness).preferences)
    wish_costs = [one.cost for one in spread]
    wish_costs += [_unmet(member, wishes[member.rep.rep_id]) for member in members]
    aims = (
        *((Aim("rules", tuple(hard)),) if hard else ()),
        Aim("cover", (*cover_costs, *soft)),
        Aim("contracts", tuple(one.cost for one in short)),
        Aim("wishes", tuple(wish_costs)),
    )
    unit = problem.add_variable("unit", 1, 1)
    follows = (*rows.switches.values(), *rows.violations, *short, *spread)
    return Programme(problem, unit, members, aims, follows, rows.owners, tuple(rows.violations))


def _rule_rows(
    problem: pulp.LpProblem, members: tuple[Member, ...], rules: LabourRules
) -> RuleRows:
    """Add the labour rules."""
    rows = RuleRows(problem, rules.prices)
    for member in members:
        for rule in LABOUR_RULES.values():
            rule(rows, member, rules)
    for team_rule in TEAM_RULES.values():
        team_rule(rows, members, rules)
    return rows


def _members(
    problem: pulp.LpProblem,
    shifts: tuple[StaffedShift, ...],
    team: Team,
    rules: LabourRules,
    locked: tuple[Assignment, ...],
    history: tuple[Assignment, ...],
    period: tuple[datetime, datetime],
    is_open: Callable[[str, LocalShift], bool] | None,
) -> tuple[Member, ...]:
    absences, kept, worked = _by_rep(team.absences), _by_rep(locked), _by_rep(history)
    asked = _by_rep([wish for wish in team.preferences if wish.kind != "wish"])
    pause = timedelta(hours=rules.min_rest_hours)
    # A soft rule is weighed where it is broken; only a hard one keeps a shift from being chosen.
    apart = {""} if "min_rest_hours" not in rules.prices else {"", "rest"}
    is_barred = "never" not in rules.prices
    since = min((one.shift.start for one in history), default=None)
    members = []
    for number, rep in enumerate(team.reps):
        own, past = (
            tuple(local_shift(one.shift, rep.timezone) for one in fixed[rep.rep_id])
            for fixed in (kept, worked)
        )
        requests = asked[rep.rep_id]
        barred = [one for one in requests if one.kind == "never" and is_barred]
        candidates = []
        for place, staffed in enumerate(shifts):
            local = local_shift(staffed.shift, rep.timezone)
            if is_open is not None and not is_open(rep.rep_id, local):
                continue
            if any(clash(local, other, pause) not in apart for other in (*past, *own)):
                continue
            if any(one.start < local.shift.end and local.shift.start < one.end for one in barred):
                continue
            if barrier(rep, staffed.shift, absences[rep.rep_id]) is None:
                work = problem.add_variable(f"work_{number}_{place}", 0, 1, pulp.LpBinary)
                candidates.append(Candidate(local, work))
        away = absences[rep.rep_id]
        members.append(
            Member(number, rep, tuple(candidates), own, past, period, requests, away, since)
        )
    return tuple(members)


def _fill_shifts(
    problem: pulp.LpProblem,
    members: tuple[Member, ...],
    shifts: tuple[StaffedShift, ...],
    locked: tuple[Assignment, ...],
) -> list[Any]:
    """Give each shift at most its reps; return the price of each shift's lacking hours."""
    candidates = defaultdict(list)
    for member in members:
        for one in member.candidates:
            candidates[one.local.shift].append(one.work)
    costs = []
    for place, staffed in enumerate(shifts):
        shift = staffed.shift
        open_places = max(0, staffed.reps - sum(one.shift == shift for one in locked))
        filled = pulp.lpSum(candidates[shift])
        if len(candidates[shift]) > open_places:
            problem += filled <= open_places, f"fill_{place}"
        costs.append(UNFILLED_PRICE[shift.role] * shift.hours * (open_places - filled))
    return costs


def _spread_standby(problem: pulp.LpProblem, member: Member) -> Spread:
    """Count the standbys of a rep in steps that grow dearer."""
    standby = [one for one in member.candidates if one.local.shift.role == "on_call"]
    past = sum(local.shift.role == "on_call" for local in member.history)
    before = past + sum(local.shift.role == "on_call" for local in member.locked)
    steps = tuple(
        problem.add_variable(f"standby_{member.number}_{number}", 0, 1)
        for number in range(len({one.local.day for one in standby}))
    )
    total = pulp.lpSum(one.work for one in standby)
    if standby:
        problem += total <= pulp.lpSum(steps), f"standby_{member.number}"
    return Spread(steps, total, before, sum(range(past, before)))


def _unmet(member: Member, wishes: tuple[Preference, ...]) -> Any:
    """Return how far a rep's wishes are from the best shift of each day, or none, in weights."""
    worths = [(one, wish_worth(one.local.shift, wishes)) for one in member.candidates]
    best: dict[date, float] = {}
    for one, worth in worths:
        best[one.local.day] = max(worth, best.get(one.local.day, 0.0))
    locked = (wish_worth(local.shift, wishes) for local in member.locked)
    lost = sum(max(0.0, -worth) for worth in locked)
    met = pulp.lpSum(worth * one.work for one, worth in worths if worth)
    return sum(best.values()) + lost - met


def _by_rep(rows: Sequence[Row]) -> defaultdict[str, tuple[Row, ...]]:
    groups: defaultdict[str, tuple[Row, ...]] = defaultdict(tuple)
    for row in rows:
        groups[row.rep_id] += (row,)
    return groups
