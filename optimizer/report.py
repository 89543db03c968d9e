"""What a solver says of its answer, and what an audit says of a roster."""

from dataclasses import dataclass
from enum import StrEnum


class SolveStatus(StrEnum):
    """How a solve ended. A plan found at the time limit is FEASIBLE, never OPTIMAL."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    NO_PLAN = "NO_PLAN"


@dataclass(frozen=True)
class SolveReport:
    """What is proven about a plan.

    Parameters
    ----------
    status
        OPTIMAL within the gap asked for; FEASIBLE with a plan and a larger gap; INFEASIBLE when it
        is proven that there is none; NO_PLAN when none was found in time or the solve was
        cancelled.
    objective
        Cost of the plan; None without one.
    bound
        No plan costs less than this; None when nothing is proven.
    gap
        (objective - bound) / objective, as a fraction; None without both, and when the plan costs
        nothing and that is not proven.
    seconds
        Wall time; kept out of files that must repeat to the byte.

    Raises
    ------
    ValueError
        When there is an objective without a plan or a plan without one.
    """

    status: SolveStatus
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float

    def __post_init__(self) -> None:
        if self.has_plan != (self.objective is not None):
            raise ValueError("A report has an objective if and only if there is a plan.")

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to use."""
        return self.status in (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE)

    def record(self) -> dict[str, str | float | None]:
        """Return what ``report.json`` holds of it; the seconds do not repeat and are left out.

        Examples
        --------
        >>> SolveReport(SolveStatus.FEASIBLE, 100.0, 98.0, 0.02, 3.2).record()
        {'status': 'FEASIBLE', 'objective': 100.0, 'bound': 98.0, 'gap': 0.02}
        """
        return {
            "status": self.status.value,
            "objective": _rounded(self.objective),
            "bound": _rounded(self.bound),
            "gap": _rounded(self.gap),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a roster breaks or a wish that it could not meet.

    Parameters
    ----------
    rule
        Name of the rule, such as ``rest`` or ``contract_hours``.
    where
        The rep, shift or interval concerned.
    amount
        By how much, in the rule's own unit.
    sentence
        What is wrong, for the manager.
    severity
        ``violation`` when a rule is broken; ``soft`` when it has a price, which the sentence tells;
        ``shortfall`` when people are missing; ``strain`` when no rule is broken and somebody is
        worn out.
    """

    rule: str
    where: str
    amount: float
    sentence: str
    severity: str = "violation"
