"""The named roster: who works which shift in which role."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
class AimReport:
    """What is proven about one aim of a roster, among rosters that keep the aims before it.

    Parameters
    ----------
    aim
        ``cover``, ``contracts`` or ``wishes``.
    report
        Its objective, bound and gap.
    """

    aim: str
    report: SolveReport


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
        What is proven of all aims together: the sum of their objectives and bounds. The aims are
        solved in turn, so the bound holds among rosters that keep what the earlier aims reached.
    aims
        What is proven of each aim.
    """

    assignments: tuple[Assignment, ...]
    unfilled: tuple[StaffedShift, ...]
    coverage: pd.DataFrame
    timezone: str
    interval_minutes: int
    findings: tuple[Finding, ...]
    report: SolveReport
    aims: tuple[AimReport, ...] = ()


def unfilled_shifts(
    shifts: Iterable[StaffedShift], assignments: Sequence[Assignment]
) -> tuple[StaffedShift, ...]:
    """Return the shifts of a plan that lack reps, sorted, and how many each lacks.

    Whoever works a shift with other breaks than the plan's fills a place of it all the same.
    """
    filled = Counter(assignment.shift for assignment in assignments)
    lacking: dict[Shift, int] = {}
    for staffed in shifts:
        there = min(staffed.reps, filled[staffed.shift])
        filled[staffed.shift] -= there
        if staffed.reps > there:
            lacking[staffed.shift] = staffed.reps - there
    others: Counter[Shift] = Counter()
    for shift, count in filled.items():
        others[shift.plain] += count
    for shift in sorted(lacking, reverse=True):
        there = min(lacking[shift], others[shift.plain])
        others[shift.plain] -= there
        lacking[shift] -= there
    return tuple(StaffedShift(shift, lacking[shift]) for shift in sorted(lacking) if lacking[shift])
