r"""Deals the tours of a finished roster out among its people, so that burdens even out.

The search for whole tours ends when the cost is proven to be within its gap, which is far more than
evenness is worth, so who of several gets a night is left to chance. Here the tours stay as they are
and only change hands: cover, wages and shifts are the same, and who works what is an assignment
problem with a cost for each pair of a rep and a tour,

.. math::

    c_{rt} = \lambda \frac{cost_{rt}}{price} + s \sum_k w_k \tfrac{1}{2} (x_{tk} - t_{rk})^2,

the roster's own cost of the pair (wishes, contract hours, rules at a price) in weights of a wish,
and how far the tour's turns :math:`x_{tk}` are from what is the rep's own
(`optimizer.fairness_aim`). A pair is open when the rep may work each of the shifts, for no more
hours than the contract allows, and when the audit finds nothing that it did not find before; who
has locked shifts keeps their tour, trainees and mentors theirs, and others change with those of the
same levels, so that no rule that binds people together is touched and each pair is judged alone.
Solved exactly, for all pairs at once (Crouse 2016,
doi:10.1109/TAES.2016.140952).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from scipy.optimize import linear_sum_assignment

from optimizer.audit import audit
from optimizer.fairness_aim import STEP, Fairness, targets
from optimizer.fairness_kinds import BURDENS, Flags
from optimizer.fairness_shares import Floats, burdens_of_team
from optimizer.report import Finding, SolveReport
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import report_of
from optimizer.staff import LabourRules, Rep, Team
from optimizer.tours.engine import RosterResult
from optimizer.tours.polish import TIE
from optimizer.tours.requests import WISH_PRICE
from optimizer.tours.week import OFF, Ints, RosterProblem

STRESSES = (1.0, 1e4)
"""Of the roster's own cost beside evenness: as in wishes, or above all to keep its proof."""

MOST_ROUNDS = 50
"""After which a deal that the audit still does not accept is given up."""


@dataclass(frozen=True)
class Setting:
    """What tours are judged by.

    Parameters
    ----------
    team, rules, fairness
        Who works, by which rules, and what they carried before.
    locked, history
        Assignments that are fixed, and those before the period.
    timezone, interval_minutes, period
        The calendar's zone and grid, and the first instant planned and the one after the last.
    """

    team: Team
    rules: LabourRules
    fairness: Fairness
    locked: Sequence[Assignment]
    history: Sequence[Assignment]
    timezone: str
    interval_minutes: int
    period: tuple[datetime, datetime]

    def findings(self, rep: Rep, worked: Sequence[Shift]) -> dict[str, float]:
        """Return by rule how much the audit finds in what a rep works alone."""
        own = [Assignment(rep.rep_id, shift) for shift in worked]
        alone = Team(
            (replace(rep, mentors=()),),
            tuple(one for one in self.team.absences if one.rep_id == rep.rep_id),
            tuple(one for one in self.team.preferences if one.rep_id == rep.rep_id),
        )
        found: tuple[Finding, ...] = audit(
            own,
            [StaffedShift(shift, 1) for shift in worked],
            alone,
            replace(self.rules, proficiency=()),
            timezone=self.timezone,
            interval_minutes=self.interval_minutes,
            period=self.period,
            history=[one for one in self.history if one.rep_id == rep.rep_id],
        )
        amounts: dict[str, float] = {}
        for one in found:
            amounts[one.rule] = amounts.get(one.rule, 0.0) + one.amount
        return amounts


def deal_tours(
    problem: RosterProblem,
    shifts: Sequence[Shift],
    result: RosterResult,
    setting: Setting,
    gap: float,
) -> RosterResult:
    """Return a roster of the same tours, dealt out more evenly; its proof is no weaker.

    Parameters
    ----------
    problem, shifts
        What was rostered, and the shifts that its places stand for.
    result
        The roster as it was found.
    gap
        Within which the roster was to be proven.
    """
    tours = result.assignment
    for stress in STRESSES:
        order = _order(problem, shifts, tours, setting, stress)
        report = _report(problem.cost(tours[order]), result.report, gap)
        if report.status == result.status:
            return RosterResult(tours[order], report)
    return result


def _report(cost: float, found: SolveReport, gap: float) -> SolveReport:
    """Return what is proven of a roster of another cost."""
    bound = found.bound
    is_proven = bound is not None and cost - bound <= max(TIE, gap * abs(cost))
    return report_of(cost, bound, found.seconds, is_proven=is_proven)


def _order(
    problem: RosterProblem,
    shifts: Sequence[Shift],
    tours: Ints,
    setting: Setting,
    stress: float,
) -> Ints:
    """Return for each rep whose tour they get."""
    size = problem.crew.size
    own = _own_costs(problem, tours)
    # Only differences within a column matter, and small numbers are exact.
    cost = stress * (own - own.min(axis=0)) / WISH_PRICE
    cost += _unevenness(shifts, tours, setting)
    open_to = _open_pairs(problem, tours, setting)
    reps = setting.team.reps
    before: dict[int, dict[str, float]] = {}
    for _ in range(MOST_ROUNDS):
        _, order = linear_sum_assignment(np.where(open_to, cost, np.inf))
        refused = False
        for rep in np.flatnonzero(order != np.arange(size)).tolist():
            if rep not in before:
                before[rep] = setting.findings(reps[rep], _worked(shifts, tours[rep]))
            now = setting.findings(reps[rep], _worked(shifts, tours[order[rep]]))
            if any(amount > before[rep].get(rule, 0.0) + 1e-9 for rule, amount in now.items()):
                open_to[rep, order[rep]] = False
                refused = True
        if not refused:
            return np.asarray(order)
    return np.arange(size)


def _own_costs(problem: RosterProblem, tours: Ints) -> Floats:
    """Return what each tour, a column, costs with each rep, a row."""
    every = np.arange(len(tours))
    rows = [problem.tour_costs(np.full(len(tours), rep), tours) for rep in every]
    return np.array(rows)


def _unevenness(shifts: Sequence[Shift], tours: Ints, setting: Setting) -> Floats:
    """Return how far each tour's turns are from what is each rep's own, in weights of a wish."""
    team, fairness = setting.team, setting.fairness
    counts = Counter(shift for tour in tours for shift in _worked(shifts, tour))
    listed = sorted(counts)
    places = {shift: place for place, shift in enumerate(listed)}
    holds = np.zeros((len(tours), len(listed)))
    for row, tour in enumerate(tours):
        holds[row, [places[shift] for shift in _worked(shifts, tour)]] = 1.0
    theirs = targets([StaffedShift(shift, counts[shift]) for shift in listed], fairness, team)
    felt = burdens_of_team(listed, team, fairness.night, fairness.holidays).astype(float)
    away = np.einsum("ts,rsk->rtk", holds, felt) - theirs[:, None, :]
    weights = np.array([fairness.settings.weight(burden) for burden in BURDENS])
    return np.asarray(STEP / 2 * (away**2) @ weights)


def _open_pairs(problem: RosterProblem, tours: Ints, setting: Setting) -> Flags:
    """Say which rep, a row, may get which tour, a column, as far as that is seen at a glance."""
    size, crew = problem.crew.size, problem.crew
    allowed = np.hstack([crew.allowed, np.ones((size, 1), dtype=bool)])
    open_to = allowed[:, tours].all(axis=2)
    # The days of a tour are those of one clock.
    open_to &= crew.view[:, None] == crew.view[None, :]
    for rep in range(size):
        minutes = problem.worked(np.full(size, rep), tours)
        open_to[rep] &= (minutes <= crew.most[rep]).all(axis=1)
    kept = {one.rep_id for one in setting.locked}
    is_kept = np.array([rep.rep_id in kept for rep in setting.team.reps])
    open_to &= ~(is_kept[:, None] | is_kept[None, :])
    if problem.together is not None:
        alike = problem.together.alike
        open_to &= alike[:, None] == alike[None, :]
    np.fill_diagonal(open_to, val=True)
    return np.asarray(open_to)


def _worked(shifts: Sequence[Shift], tour: Ints) -> list[Shift]:
    return [shifts[place] for place in tour if place != OFF]
