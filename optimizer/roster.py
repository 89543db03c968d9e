"""The named roster: who works which shift in which role."""

from dataclasses import dataclass

import pandas as pd

from optimizer.report import Finding, SolveReport
from optimizer.shifts import Shift, StaffedShift


@dataclass(frozen=True)
class Assignment:
    """One rep on one shift.

    Parameters
    ----------
    rep_id
        Who.
    shift
        What, in which role.
    locked
        Whether a person fixed it; re-planning keeps it.
    reason
        Why it is there, in a few words.
    """

    rep_id: str
    shift: Shift
    locked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Roster:
    """A week or more of assignments.

    Parameters
    ----------
    assignments
        Sorted by rep and start.
    unfilled
        Shifts that lack reps, and how many.
    coverage
        As in a shift plan, counted from the assignments.
    timezone, interval_minutes
        The calendar's zone and grid.
    findings
        What the audit found, shortfalls included.
    report
        What is proven.
    """

    assignments: tuple[Assignment, ...]
    unfilled: tuple[StaffedShift, ...]
    coverage: pd.DataFrame
    timezone: str
    interval_minutes: int
    findings: tuple[Finding, ...]
    report: SolveReport
