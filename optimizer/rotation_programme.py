r"""Whose turn each week is: an integer programme with aims that are solved in turn.

Sets: members :math:`i` of the rotation, weeks :math:`w` of the horizon.

Variables: :math:`x_{iw} \in \{0, 1\}`, member i has a turn in week w (only where i can have it);
:math:`e_w \ge 0`, turns of the week that nobody takes; :math:`s_{iw} \ge 0`, turns beyond one in
the weeks from w to w + r.

Data: :math:`n` turns a week; :math:`r` weeks of rest asked for between two turns; :math:`v_i`, the
member's weight; :math:`H_i`, turns held before; :math:`F_i`, the fair number of turns up to the end
of the horizon, which is the member's share of every turn since the member joined.

.. math:: \sum_i x_{iw} + e_w = n \quad \forall w

Each aim keeps what the aims before it have reached:

1. *filled*: fewest days on which nobody at all could be on call;
2. *whole*: fewest turns in which somebody else would have to stand in for more than a few days;
3. *rest*: least :math:`\sum s_{iw}`, where
   :math:`x_{iw} + \dots + x_{i,w+r} \le 1 + s_{iw}`;
4. *fair*: least :math:`\sum_i (H_i + \sum_w x_{iw} - F_i)^2 / v_i`. The loads of a plan that is
   least in this are as equal as they can be: where nothing but absences stands in the way, the
   sets of loads that can be reached are the bases of a polymatroid, on which this one sum finds
   the least largest load, the largest least one, and all between (Federgruen and Groenevelt 1986);
5. *kept*: fewest published turns that move;
6. *present*: fewest days on which somebody has to stand in;
7. *spread*: the largest number of weeks that everybody has between two turns;
8. *queue*: who has waited longest is next. Turn k of a member is due when the member's fair
   share of all turns has grown to k - 1 and a part that says how far behind in the queue the member
   began; least squared weeks between turns and when they are due, over all ways to number the turns
   (Kubiak and Sethi 1991). Without absences this is the round: whoever had it last goes to the end.

Loads are integers and every sum but those of 4 and 8 counts something, so "as good as before" is
exact.

References
----------
A. Federgruen and H. Groenevelt, "The greedy procedure for resource allocation problems: necessary
and sufficient conditions for optimality", Operations Research 34 (6), 1986,
doi:10.1287/opre.34.6.909.
W. Kubiak and S. Sethi, "A note on 'Level schedules for mixed-model assembly lines in just-in-time
production systems'", Management Science 37 (1), 1991, doi:10.1287/mnsc.37.1.121.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pulp

from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import AimReport
from optimizer.solver import SolverSettings, report_of, solve

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SLIP = 1e-6  # what an aim may lose to arithmetic when a later one is solved
LEAST_SECONDS = 1.0
DAYS = 7
MORE_TURNS = 2  # that a member may take when the last aim moves turns about


@dataclass(frozen=True)
class RotationTask:
    """What the programme is told; members are rows and weeks columns throughout.

    Parameters
    ----------
    people
        Turns in each week.
    rest
        Weeks asked for between two turns of a member.
    part_cover_days
        Days of a turn for which somebody may stand in before the turn counts as not whole.
    can
        Whether a member can have the week: employed all of it and there on a day of it.
    away_days, bare_days
        Days of the week on which the member is away, and those among them on which too few others
        are there to stand in.
    weight
        Of each member.
    fair
        F, less the turns held before: what each member should hold in the horizon, turns.
    share
        Growth of F in each week.
    place
        In the queue when the horizon begins, 0 for who is next; by member.
    before
        Weeks before the horizon in which a member was on call, counted back: -1 for the last one.
    published
        Turns that are known to people already.
    """

    people: int
    rest: int
    part_cover_days: int
    can: Booleans
    away_days: Integers
    bare_days: Integers
    weight: Floats
    fair: Floats
    share: Floats
    place: Integers
    before: tuple[frozenset[int], ...]
    published: Booleans


@dataclass(frozen=True)
class Turns:
    """Who has which week.

    Parameters
    ----------
    held
        Members by weeks.
    aims
        What is proven of each aim; *spread* counts weeks short of a whole round, and *queue*
        squared weeks.
    """

    held: Booleans
    aims: tuple[AimReport, ...]


def choose_turns(task: RotationTask, solver: SolverSettings) -> Turns:
    """Solve the aims in turn.

    Parameters
    ----------
    solver
        Its time limit holds for all aims together; the gap is not used, loads are to be exact.
    """
    programme = _Programme(task, replace(solver, gap=0.0))
    for name in programme.costs:
        programme.reach(name)
        if not programme.reached:
            return Turns(programme.held, tuple(programme.aims))
    programme.spread()
    programme.queue()
    return Turns(programme.held, tuple(programme.aims))


class _Programme:
    """The programme as it is tightened aim by aim, and the best plan so far."""

    def __init__(self, task: RotationTask, solver: SolverSettings) -> None:
        self.task = task
        self.solver = solver
        self.left = solver.time_limit_seconds
        self.aims: list[AimReport] = []
        self.held: Booleans = np.zeros(task.can.shape, dtype=bool)
        self.problem = pulp.LpProblem("rotation", pulp.LpMinimize)
        self.turn = {
            (int(i), int(w)): self._binary(f"turn_{i:03d}_{w:03d}")
            for i, w in zip(*np.nonzero(task.can), strict=True)
        }
        self.empty = [
            self.problem.add_variable(f"empty_{w:03d}", 0, task.people)
            for w in range(task.can.shape[1])
        ]
        for w, empty in enumerate(self.empty):
            taken = [self.turn[int(i), w] for i in np.flatnonzero(task.can[:, w])]
            self.problem += pulp.lpSum(taken) + empty == task.people, f"week_{w:03d}"
        self.costs = self._costs()
        self.reached: dict[str, float] = {}

    def reach(self, name: str) -> None:
        """Solve one aim and hold what it reaches."""
        cost = self.costs[name]
        if len(cost):
            self.problem.setObjective(cost)
            report = self._solve()
        else:
            report = _settled(float(cost.constant))
        self.aims.append(AimReport(name, report))
        if len(cost) and self.reached:
            self.problem += cost <= self.reached[name] + SLIP, f"keep_{name}"

    def spread(self) -> None:
        """Find the most weeks that everybody can have between two turns, and hold it."""
        rest, most = self.task.rest, len(self.task.can) // self.task.people - 1
        is_proven = True
        between = min(rest, most)
        if self.reached.get("rest", 1.0) < 0.5:  # else not even the rest asked for can be kept
            for tried in range(most, rest, -1):
                report = self._solve_spread(tried)
                if report.has_plan:
                    between = tried
                    break
                is_proven &= report.status is SolveStatus.INFEASIBLE
        short = float(max(0, most - between))
        self.aims.append(AimReport("spread", report_of(short, short if is_proven else 0.0, 0.0,
                                                       is_proven=is_proven)))  # fmt: skip

    def queue(self) -> None:
        """Give turns to those who have waited longest, as far as the aims before leave it open."""
        cost = []
        for i, due in enumerate(due_times(self.task, self.held.sum(axis=1))):
            weeks = [int(w) for w in np.flatnonzero(self.task.can[i])]
            numbered = {
                (k, w): self._binary(f"numbered_{i:03d}_{k:03d}_{w:03d}")
                for k in range(len(due))
                for w in weeks
            }
            cost += [(w + 1 - due[k]) ** 2 * variable for (k, w), variable in numbered.items()]
            for w in weeks:
                number = pulp.lpSum(numbered[k, w] for k in range(len(due)))
                self.problem += number == self.turn[i, w], f"number_{i:03d}_{w:03d}"
            for k in range(len(due)):
                once = pulp.lpSum(numbered[k, w] for w in weeks)
                self.problem += once <= 1, f"once_{i:03d}_{k:03d}"
        self.problem.setObjective(pulp.LpAffineExpression(pulp.lpSum(cost)))
        self.aims.append(AimReport("queue", self._solve()))

    def _costs(self) -> dict[str, Any]:
        """Return the aims that are sums, in their order."""
        task = self.task
        long_cover = task.away_days > task.part_cover_days
        kept = pulp.lpSum(turn for place, turn in self.turn.items() if task.published[place])
        costs = {
            "filled": self._sum(task.bare_days) + DAYS * pulp.lpSum(self.empty),
            "whole": self._sum(long_cover.astype(np.int64)),
            "rest": self._short_rests(),
            "fair": self._unfairness(),
            "kept": int(task.published.sum()) - kept,
            "present": self._sum(task.away_days),
        }
        return {name: pulp.LpAffineExpression(cost) for name, cost in costs.items()}

    def _sum(self, amount: Integers) -> Any:
        """Return an amount for each turn, summed over the turns held."""
        return pulp.lpSum(
            int(amount[place]) * turn for place, turn in self.turn.items() if amount[place]
        )

    def _short_rests(self) -> Any:
        """Return the turns that come too soon after another one of the same member."""
        soon = []
        for number, row in enumerate(self._windows(self.task.rest)):
            soon.append(self.problem.add_variable(f"soon_{number:05d}", 0))
            self.problem += row - soon[-1] <= 1, f"rest_{number:05d}"
        return pulp.lpSum(soon)

    def _unfairness(self) -> Any:
        """Return the squared distances from the fair numbers, as steps that grow dearer."""
        task = self.task
        parts = []
        for i, (fair, weight) in enumerate(zip(task.fair, task.weight, strict=True)):
            turns = [turn for (member, _), turn in self.turn.items() if member == i]
            steps = [
                self.problem.add_variable(f"load_{i:03d}_{k:03d}", 0, 1) for k in range(len(turns))
            ]
            self.problem += pulp.lpSum(steps) == pulp.lpSum(turns), f"load_{i:03d}"
            parts.append(float(fair**2 / weight))
            parts += [float((2 * (k - fair) + 1) / weight) * step for k, step in enumerate(steps)]
        return pulp.lpSum(parts)

    def _windows(self, between: int) -> list[Any]:
        """Return for each member and run of `between` + 1 weeks how many turns lie in it."""
        members, weeks = self.task.can.shape
        rows = []
        for i in range(members):
            before = self.task.before[i]
            for begin in range(-between, weeks - between):
                span = range(begin, begin + between + 1)
                turns = [self.turn[i, w] for w in span if (i, w) in self.turn]
                was = any(w in before for w in span)
                if len(turns) + was > 1:
                    rows.append(pulp.lpSum(turns) + int(was))
        return rows

    def _solve_spread(self, between: int) -> SolveReport:
        """Ask for so many weeks between any two turns, and take it back when there is no plan."""
        waived = self.problem.add_variable(f"waived_{between:03d}", 0, 0)
        for number, row in enumerate(self._windows(between)):
            name = f"spread_{between:03d}_{number:05d}"
            self.problem += row - between * waived <= 1, name
        self.problem.setObjective(pulp.LpAffineExpression(waived))
        report = self._solve()
        if not report.has_plan:
            waived.upBound = 1
        return report

    def _solve(self) -> SolveReport:
        """Solve for the objective that is set, and remember the plan when there is one."""
        settings = replace(self.solver, time_limit_seconds=max(LEAST_SECONDS, self.left))
        report = solve(self.problem, settings)
        self.left -= report.seconds
        if report.has_plan:
            for place, turn in self.turn.items():
                self.held[place] = round(turn.value()) == 1
            self.reached = {name: float(pulp.value(cost)) for name, cost in self.costs.items()}
        return report

    def _binary(self, name: str) -> Any:
        return self.problem.add_variable(name, 0, 1, pulp.LpBinary)


def due_times(task: RotationTask, turns: Integers) -> list[list[float]]:
    """Return when each member's turns are due, in weeks from the begin of the horizon.

    Parameters
    ----------
    turns
        How many each member has in a plan; a few more are due, for the plan may change.

    Returns
    -------
    list of list of float
        A list for each member, rising.

    Notes
    -----
    A member's fair number of turns accrues with the share of the weeks that the member can have;
    the first turn is due when as much of one has accrued as the member's place in the queue asks
    for. Turns beyond the horizon are due after it.
    """
    members, weeks = task.can.shape
    times: list[list[float]] = []
    for i in range(members):
        share = np.where(task.can[i], task.share[i], 0.0)
        fair = float(task.fair[i])
        if not task.can[i].any():
            times.append([])
            continue
        if share.sum() == 0 or fair <= 0:
            share, fair = task.can[i].astype(float), max(fair, 1.0 / members)
        accrued = np.cumsum(share) * fair / share.sum()
        most = min(int(task.can[i].sum()), max(int(np.ceil(fair)), int(turns[i])) + MORE_TURNS)
        asked = np.arange(most) + (task.place[i] + 1) / members
        inside = np.interp(asked, np.concatenate([[0.0], accrued]), np.arange(weeks + 1.0))
        beyond = np.maximum(0.0, asked - fair) * weeks / fair
        times.append([float(time) for time in inside + beyond])
    return times


def _settled(amount: float) -> SolveReport:
    amount += 0.0  # no cost is minus nothing
    return report_of(amount, amount, 0.0, is_proven=True)
