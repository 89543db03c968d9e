"""Sets of rules that cannot all hold: a smallest one, and the fewest to give up.

Nothing here knows what a rule is: an oracle says whether what is wanted can be had while some of
them hold. A *conflict* is a set that cannot, every part of which can: it is minimal in that giving
up any one of its members makes it possible, as far as this set goes. A *correction* is a set whose
giving up makes it possible with all the rest, and no part of it does.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol, TypeVar

import pulp

from optimizer.report import SolveStatus
from optimizer.solver import SolverSettings, solve

Rule = TypeVar("Rule")


class Oracle(Protocol[Rule]):
    """What is asked while a conflict is searched."""

    def holds(self, rules: Collection[Rule]) -> bool:
        """Say whether what is wanted can be had while these rules hold, and no others."""
        ...

    def correction(self, kept: Collection[Rule]) -> frozenset[Rule] | None:
        """Return the fewest rules to give up while `kept` hold; None when that is not enough."""
        ...


def minimal_conflict(
    rules: Sequence[Rule], holds: Callable[[Collection[Rule]], bool]
) -> tuple[Rule, ...]:
    """Return a minimal set of the rules under which what is wanted cannot be had.

    Halves are tried before single rules, so that few questions find a small set among many
    (QuickXplain: Junker 2004, Preferred explanations and relaxations for over-constrained
    problems, AAAI, 167–172).

    Parameters
    ----------
    rules
        Under all of which it cannot be had; the earlier ones are preferred.

    Returns
    -------
    tuple
        In the given order; empty when it cannot be had without any rule either.
    """
    if not holds(()):
        return ()
    found = set(_explain((), has_grown=False, rules=tuple(rules), holds=holds))
    return tuple(rule for rule in rules if rule in found)


def smallest_conflict(
    rules: Sequence[Rule],
    oracle: Oracle[Rule],
    corrections: Iterable[frozenset[Rule]] = (),
    most_rounds: int = 40,
) -> tuple[Rule, ...] | None:
    """Return a conflict with the fewest members; None when it was not proven within the rounds.

    Every conflict has a member in every correction, so the fewest rules that hit all known
    corrections are no more than the smallest conflict has; as long as they do not conflict, they
    bring up another correction (Ignatiev, Previti, Liffiton and Marques-Silva 2015,
    doi:10.1007/978-3-319-23219-5_13).

    Parameters
    ----------
    corrections
        That are known already.
    """
    known = list(dict.fromkeys(corrections))
    for _ in range(most_rounds):
        hit = _fewest_hits(rules, known)
        if hit is None:
            return None
        correction = oracle.correction(hit)
        if correction is None:
            return tuple(rule for rule in rules if rule in hit)
        # What the hits leave open is one correction; others that share nothing with it come cheap.
        while correction:
            known.append(correction)
            hit = hit | correction
            correction = oracle.correction(hit)
    return None


def _explain(
    background: tuple[Rule, ...],
    *,
    has_grown: bool,
    rules: tuple[Rule, ...],
    holds: Callable[[Collection[Rule]], bool],
) -> tuple[Rule, ...]:
    if has_grown and not holds(background):
        return ()
    if len(rules) == 1:
        return rules
    left, right = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    later = _explain((*background, *left), has_grown=bool(left), rules=right, holds=holds)
    sooner = _explain((*background, *later), has_grown=bool(later), rules=left, holds=holds)
    return (*sooner, *later)


def _fewest_hits(
    rules: Sequence[Rule], corrections: Sequence[frozenset[Rule]]
) -> frozenset[Rule] | None:
    """Return the fewest rules with one in each correction; the earlier ones are preferred."""
    if not corrections:
        return frozenset()
    problem = pulp.LpProblem("hits", pulp.LpMinimize)
    taken = {
        rule: problem.add_variable(f"take_{number}", 0, 1, pulp.LpBinary)
        for number, rule in enumerate(rules)
    }
    for number, correction in enumerate(corrections):
        problem += pulp.lpSum(taken[rule] for rule in correction) >= 1, f"hit_{number}"
    # A preference that adds up to less than one rule chooses among the smallest sets.
    nudge = 0.5 / (1 + len(rules)) ** 2
    problem.setObjective(
        pulp.lpSum((1 + nudge * place) * one for place, one in enumerate(taken.values()))
    )
    if solve(problem, SolverSettings(2.0, 0.0)).status is not SolveStatus.OPTIMAL:
        return None
    return frozenset(rule for rule, one in taken.items() if round(one.value()) == 1)
