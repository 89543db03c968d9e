"""The constraints of labour rules: each with the rule and the rep that it belongs to, hard or soft.

A rule is written as an expression that must not be above 0. Soft, it may be at a price per unit.
Hard, it holds for whatever is still to be chosen; where fixed shifts alone would break it and only
further work could mend it, what is left of it is counted and made as small as possible before
anything else. So no rule makes a programme infeasible, and choosing nothing always breaks the least
that fixed shifts and requests leave open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulp

from optimizer.members import Member

PRICED_AS: Mapping[str, str] = {
    "rest": "min_rest_hours",
    "consecutive_days": "max_consecutive_days",
}
"""Settings, and keys of ``[labour.prices]``, of rules that the audit calls otherwise."""

ASKING = frozenset(
    {
        "min_consecutive_days",
        "min_days_off",
        "max_days_off",
        "whole_weekends",
        "days_off_after_nights",
        "proficiency",
        "mentors",
        "must",
    }
)
"""Rules that may ask for work, so that what is broken of them is a matter of who is there."""


@dataclass(frozen=True)
class Owner:
    """What a constraint is for: the rule as the audit calls it, and whose; empty for the team's."""

    rule: str
    rep_id: str


@dataclass(frozen=True)
class Whether:
    """A variable that is 1 when any of some shifts is worked."""

    variable: Any
    works: tuple[Any, ...]

    def settle(self) -> None:
        """Set the variable to what the chosen shifts make of it."""
        self.variable.varValue = max(float(work.value()) for work in self.works)


@dataclass(frozen=True)
class Violation:
    """By how much a rule may be broken.

    Parameters
    ----------
    owner
        Which rule, and whose.
    amount
        The variable, or a number where nothing can be chosen.
    excess
        What the amount is at least, beside 0.
    price
        Per unit of the rule, in wages; None for a hard rule.
    worth
        Units of the rule in one of the amount.
    """

    owner: Owner
    amount: Any
    excess: Any
    price: float | None
    worth: float

    def settle(self) -> None:
        """Set the amount to what the chosen shifts make of it."""
        if isinstance(self.amount, pulp.LpVariable):
            self.amount.varValue = max(0.0, float(pulp.value(self.excess)))

    @property
    def units(self) -> Any:
        """The violation in units of the rule, an expression."""
        return self.worth * self.amount + pulp.LpAffineExpression()


@dataclass(frozen=True)
class RuleRows:
    """What the rules add to a programme.

    Parameters
    ----------
    problem
        To which the constraints are added.
    prices
        Of soft rules, by name, in wages per unit.
    owners
        Of every constraint that a rule added, by its name.
    violations
        What may be broken, at a price or because fixed shifts leave no way.
    switches
        Variables that follow from the chosen shifts.
    """

    problem: pulp.LpProblem
    prices: Mapping[str, float]
    owners: dict[str, Owner] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    switches: dict[str, Whether] = field(default_factory=dict)

    def price(self, rule: str) -> float | None:
        """Return the price of a soft rule, by the name that the audit has for it."""
        return self.prices.get(PRICED_AS.get(rule, rule))

    def hold(
        self, rule: str, member: Member | None, key: str, excess: Any, worth: float = 1.0
    ) -> None:
        """Keep an expression from being above 0, or count by how much it is.

        Parameters
        ----------
        member
            Whose rule it is; None for the whole team's.
        key
            What tells the constraint from others of this rule and rep.
        excess
            An affine expression of variables of at least 0.
        worth
            Units of the rule in one of the expression.
        """
        excess = pulp.LpAffineExpression() + excess
        weights, already = list(excess.values()), float(excess.constant)
        if already + sum(weight for weight in weights if weight > 0) <= 0:
            return
        owner = Owner(rule, member.rep.rep_id if member else "")
        name = f"{rule}_{member.number if member else 'team'}_{key}"
        price = self.price(rule)
        if not weights:
            # No choice can mend it, and what fixed shifts break is left to the audit to tell.
            if price is not None or rule in ASKING:
                self.violations.append(Violation(owner, already, excess, price, worth))
            return
        if price is None and (already <= 0 or min(weights) >= 0):
            self._add(name, owner, excess - max(0.0, already) <= 0)
            return
        amount = self.problem.add_variable(f"broken_{name}", 0)
        self._add(name, owner, excess - amount <= 0)
        self.violations.append(Violation(owner, amount, excess, price, worth))

    def whether(self, name: str, works: Sequence[Any]) -> Any:
        """Return what is 1 when any of some shifts is worked; of one name there is one."""
        if len(works) == 1:
            return works[0]
        if name in self.switches:
            return self.switches[name].variable
        variable = self.problem.add_variable(f"any_{name}", 0, 1)
        for number, work in enumerate(works):
            self.problem.addConstraint(work - variable <= 0, f"any_{name}_{number}")
        self.switches[name] = Whether(variable, tuple(works))
        return variable

    def _add(self, name: str, owner: Owner, constraint: Any) -> None:
        self.problem.addConstraint(constraint, name)
        self.owners[name] = owner
