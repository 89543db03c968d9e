"""Who owes a shift: those who could have it, in proportion to the hours of their contracts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from optimizer.eligibility import barrier
from optimizer.fairness_kinds import BURDENS, Flags, burdens
from optimizer.shifts import Shift
from optimizer.staff import Absence, Rep, Team

Floats = npt.NDArray[np.float64]

ALMOST = 1e-9
"""Below a whole turn, at which one counts as whole: sums of shares are not exact."""


def deal(able: Flags, weights: Floats, counts: Floats) -> Floats:
    """Deal turns out in proportion to weights among those who could have them.

    Parameters
    ----------
    able
        Who could, a row per rep and a column per shift.
    weights
        By rep, such as contract hours.
    counts
        Turns of each shift.

    Returns
    -------
    numpy.ndarray
        Shaped as `able`: what each rep owes of each shift, from 0 to 1. A column adds up to its
        count, or to all who could where they are fewer.
    """
    owed = np.zeros(able.shape)
    open_to, left = able.copy(), np.minimum(counts, able.sum(axis=0))
    while True:
        weighed = np.where(open_to, weights[:, None], 0.0)
        total = weighed.sum(axis=0)
        # Where nobody who is left has any contract hours, they owe alike.
        weighed = np.where((total > 0) | ~open_to, weighed, 1.0)
        total = weighed.sum(axis=0)
        share = weighed * np.divide(left, total, out=np.zeros_like(left), where=total > 0)
        full = open_to & (share >= 1 - ALMOST)
        if not full.any():
            return np.asarray(owed + share)
        owed[full] = 1.0
        open_to &= ~full
        left = left - full.sum(axis=0)


def who_could(shifts: Sequence[Shift], team: Team) -> Flags:
    """Say which rep, a row each, could have worked which shift, a column each."""
    starts = np.array([shift.start.timestamp() for shift in shifts])
    ends = np.array([shift.end.timestamp() for shift in shifts])
    # Reps who are alike but for their absences are asked about once.
    known: dict[Rep, Flags] = {}
    absences: dict[str, list[Absence]] = {}
    for absence in team.absences:
        absences.setdefault(absence.rep_id, []).append(absence)
    rows = []
    for rep in team.reps:
        alike = replace(rep, rep_id="any", name="", email="")
        if alike not in known:
            known[alike] = np.array([barrier(rep, shift, ()) is None for shift in shifts], bool)
        row = known[alike].copy()
        for absence in absences.get(rep.rep_id, ()):
            row &= (ends <= absence.start.timestamp()) | (starts >= absence.end.timestamp())
        rows.append(row)
    return np.array(rows, dtype=bool).reshape(len(team.reps), len(shifts))


def burdens_of_team(
    shifts: Sequence[Shift], team: Team, night: str, holidays: Collection[date]
) -> Flags:
    """Return by rep, shift and burden whether it is one to that rep."""
    seen = {
        zone: burdens(shifts, zone, night, holidays) for zone in {r.timezone for r in team.reps}
    }
    return np.array([seen[rep.timezone] for rep in team.reps], dtype=bool).reshape(
        len(team.reps), len(shifts), len(BURDENS)
    )
