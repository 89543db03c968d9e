r"""What the next roster should prefer, so that burdens even out over the weeks.

Of each burden :math:`k` (`optimizer.fairness_kinds`) rep :math:`r` owes :math:`d_{rk}` turns of the
shifts to be filled, and carried :math:`e_{rk}` beyond what was owed before. The aim of the compact
programme then makes

.. math::

    \sum_{r, k} w_k\, s\, \tfrac{1}{2} (x_{rk} - t_{rk})^2, \qquad t_{rk} = d_{rk} - e_{rk},

small, where :math:`x_{rk}` are the turns that r gets and :math:`s` is `STEP`: convex in whole
turns, written as steps up and down from the best whole number, each dearer than the one before.

Where shifts are chosen together with people, every shift has one price for every rep: there the
turns of those who carried less than others become a little cheaper.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pulp

from optimizer.fairness import FairnessSettings, Ledger, Part
from optimizer.fairness_kinds import BURDENS, Burden, Flags, burdens
from optimizer.fairness_shares import Floats, burdens_of_team, deal, who_could
from optimizer.rules import Member
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Team

STEP = 0.1
"""Of each turn away from what is a rep's own, in weights of a preference."""

DISCOUNT = 0.5
"""Of each turn carried less than others, where shifts and people are chosen together; the same."""

MOST_TURNS = 5
"""Beyond which who carried less gets no further discount."""

MOST_DISCOUNT = 0.1
"""Of what a shift costs: so no shift is ever worth working for the sake of evenness."""

SOFTEST, LOUDEST = 0.5, 2.0
"""Between which a history of denied requests scales the weights of somebody's next ones."""


@dataclass(frozen=True)
class Fairness:
    """What a roster has to know of fairness.

    Parameters
    ----------
    settings
        Weights of the parts.
    night
        Local hours, such as ``23:00-06:00``.
    holidays
        Local days.
    excess
        By rep and part, turns carried beyond what was owed in the weeks before; who is not in it
        carried their share.
    """

    settings: FairnessSettings = FairnessSettings()
    night: str = "23:00-06:00"
    holidays: Collection[date] = frozenset()
    excess: Mapping[str, Mapping[Part, float]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        settings: FairnessSettings,
        night: str,
        holidays: Collection[date],
        ledger: Ledger | None,
    ) -> "Fairness":
        """Return what a ledger asks of the next roster; no ledger is one of nothing."""
        return cls(settings, night, frozenset(holidays), ledger.excess() if ledger else {})

    def carried(self, rep_id: str, part: Part) -> float:
        """Return the turns that somebody carried beyond what they owed."""
        return self.excess.get(rep_id, {}).get(part, 0.0)


@dataclass(frozen=True)
class Evenness:
    """The turns of a rep as steps away from the best whole number of them.

    Parameters
    ----------
    turns
        What the rep gets, an expression.
    best
        The whole number nearest to what is theirs.
    over, under
        A variable for each turn above and below it, and what it costs.
    """

    turns: Any
    best: int
    over: tuple[tuple[Any, float], ...]
    under: tuple[tuple[Any, float], ...]

    @property
    def cost(self) -> Any:
        """Price of the steps; 0 at the best number."""
        return pulp.lpSum(price * step for step, price in (*self.over, *self.under))

    def settle(self) -> None:
        """Take the cheapest steps for the turns that were chosen."""
        away = float(pulp.value(self.turns)) - self.best
        for sign, steps in ((1, self.over), (-1, self.under)):
            for number, (step, _) in enumerate(steps):
                step.varValue = min(1.0, max(0.0, sign * away - number))


def evenness(
    problem: pulp.LpProblem,
    members: Sequence[Member],
    shifts: Sequence[StaffedShift],
    fairness: Fairness,
    team: Team,
) -> list[Evenness]:
    """Add the steps of every rep and burden to a programme; their costs belong to an aim.

    Parameters
    ----------
    members
        The reps of the team, in its order.
    shifts
        That are to be filled.
    """
    theirs = targets(shifts, fairness, team)
    seen = _felt_by_zone(members, fairness)
    steps = []
    for member in members:
        felt = seen[member.rep.timezone]
        for column, burden in enumerate(BURDENS):
            weight = STEP * fairness.settings.weight(burden)
            mine = [one for one in member.candidates if felt[one.local.shift][column]]
            locked = sum(bool(felt[local.shift][column]) for local in member.locked)
            if weight and mine:
                most = locked + len({one.local.day for one in mine})
                turns = pulp.lpSum(one.work for one in mine) + locked
                target = float(theirs[member.number, column])
                name = f"{burden}_{member.number}"
                steps.append(_steps(problem, name, turns, target, most, weight))
    return steps


def targets(shifts: Sequence[StaffedShift], fairness: Fairness, team: Team) -> Floats:
    """Return by rep and burden the turns of some shifts that are theirs to carry.

    Each owes a share of every shift that is a burden to them; what they carried too much before is
    taken off, what they carried too little is added.
    """
    plain = [staffed.shift for staffed in shifts]
    counts = np.array([float(staffed.reps) for staffed in shifts])
    weights = np.array([rep.contract.max_hours for rep in team.reps])
    owed = deal(who_could(plain, team), weights, counts)
    felt = burdens_of_team(plain, team, fairness.night, fairness.holidays)
    due = (owed[:, :, None] * felt).sum(axis=1)
    return np.asarray(due - _excess(fairness, team))


def discounts(
    shifts: Sequence[Shift], costs: Floats, fairness: Fairness, team: Team, price: float
) -> Floats | None:
    """Return what shifts become cheaper by for those who carried less than others.

    Parameters
    ----------
    costs
        Of each shift, whoever works it.
    price
        Of one weight of a preference, in the currency of the costs.

    Returns
    -------
    numpy.ndarray
        A row per rep and a column per shift, from 0 to a tenth of the cost; None where everybody
        carried the same. Whole turns count, so that reps who hardly differ stay alike.
    """
    excess = np.rint(_excess(fairness, team))
    lag = np.minimum(MOST_TURNS, excess.max(axis=0) - excess)
    lag *= [fairness.settings.weight(burden) for burden in BURDENS]
    if not lag.any():
        return None
    felt = burdens_of_team(shifts, team, fairness.night, fairness.holidays)
    worth = DISCOUNT * price * (lag[:, None, :] * felt).sum(axis=2)
    return np.asarray(np.minimum(worth, MOST_DISCOUNT * costs))


def heard(team: Team, fairness: Fairness) -> Team:
    """Return the team with wishes that weigh more for those who were denied more than others."""
    weight = STEP * fairness.settings.requests
    scale = {
        rep.rep_id: min(
            LOUDEST, max(SOFTEST, 1 + weight * fairness.carried(rep.rep_id, "requests"))
        )
        for rep in team.reps
    }
    wishes = tuple(
        replace(wish, weight=wish.weight * scale[wish.rep_id]) for wish in team.preferences
    )
    return replace(team, preferences=wishes)


def _steps(
    problem: pulp.LpProblem, name: str, turns: Any, target: float, most: int, weight: float
) -> Evenness:
    best = min(most, max(0, round(target)))
    above = [weight * (best + number + 0.5 - target) for number in range(most - best)]
    below = [weight * (target - best + number + 0.5) for number in range(best)]
    over, under = (
        tuple(
            (problem.add_variable(f"{side}_{name}_{number}", 0, 1), price)
            for number, price in enumerate(prices)
        )
        for side, prices in (("over", above), ("under", below))
    )
    if over:
        problem += turns - best <= pulp.lpSum(step for step, _ in over), f"over_{name}"
    if under:
        problem += best - turns <= pulp.lpSum(step for step, _ in under), f"under_{name}"
    return Evenness(turns, best, over, under)


def _felt_by_zone(members: Sequence[Member], fairness: Fairness) -> dict[str, dict[Shift, Flags]]:
    """Return by zone and shift which burdens it is there."""
    shifts: dict[str, set[Shift]] = {}
    for member in members:
        own = shifts.setdefault(member.rep.timezone, set())
        own.update(one.local.shift for one in member.candidates)
        own.update(local.shift for local in member.locked)
    seen = {}
    for zone, there in shifts.items():
        listed = sorted(there)
        rows = burdens(listed, zone, fairness.night, fairness.holidays)
        seen[zone] = dict(zip(listed, rows, strict=True))
    return seen


def _excess(fairness: Fairness, team: Team) -> Floats:
    burdens_: tuple[Burden, ...] = BURDENS
    return np.array(
        [[fairness.carried(rep.rep_id, burden) for burden in burdens_] for rep in team.reps]
    ).reshape(len(team.reps), len(burdens_))
