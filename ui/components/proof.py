"""What a solver has proven, in a sentence."""

from optimizer.report import SolveReport, SolveStatus


def sentence(report: SolveReport) -> str:
    """Say how good a plan is known to be.

    Examples
    --------
    >>> sentence(SolveReport(SolveStatus.FEASIBLE, 110.0, 100.0, 0.0909, 60.0))
    'The best plan found in time: its cost 110.0 is at most 9.09 % above the least possible.'
    """
    if report.objective is None:
        return f"There is no plan ({report.status})."
    if report.gap is None or report.bound is None:
        return f"A plan of cost {report.objective:,.1f}; nothing is proven about it."
    distance = f"at most {100 * report.gap:.2f} % above the least possible"
    if report.status is SolveStatus.OPTIMAL:
        return f"Proven: the cost {report.objective:,.1f} is {distance}."
    return f"The best plan found in time: its cost {report.objective:,.1f} is {distance}."
