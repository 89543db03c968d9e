"""What people ask for: times that they would like to work or not, never to work, always to work."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from optimizer.fairness_aim import Fairness, discounts, heard
from optimizer.shifts import Shift
from optimizer.staff import LabourRules, Preference, Team
from optimizer.tours.labour import Fixed
from optimizer.tours.week import Flags, Floats, Ints

WISH_PRICE = 0.05
"""Of one weight of a preference on a shift, in wages: far less than an hour of work."""


def wishes(
    team: Team,
    shifts: Sequence[Shift],
    costs: Floats,
    fairness: Fairness | None,
    rules: LabourRules,
) -> Floats | None:
    """Return what it costs to go against wishes and fairness, less what it gains to meet them.

    Times never to work cost their price where they have one.
    """
    parts = [_asked(heard(team, fairness) if fairness else team, shifts)]
    if fairness is not None:
        fair = discounts(shifts, costs, fairness, team, WISH_PRICE)
        parts.append(None if fair is None else -fair)
    if "never" in rules.prices:
        parts.append(_at_a_price(team, shifts, rules.prices["never"]))
    known = [part for part in parts if part is not None]
    return np.asarray(sum(known)) if known else None


def never(team: Team) -> list[Preference]:
    """Return the times at which somebody is never to work."""
    return [one for one in team.preferences if one.kind == "never"]


def apart(asked: Preference, shifts: Sequence[Shift]) -> Flags:
    """Say of each shift whether it leaves a time alone."""
    return np.array(
        [shift.end <= asked.start or asked.end <= shift.start for shift in shifts], dtype=bool
    )


def musts(
    team: Team,
    fixed: Sequence[Fixed],
    period: tuple[datetime, datetime],
    shifts: Sequence[Shift],
) -> Ints:
    """Return how many of the times that a rep must work each shift holds, by rep and shift.

    Shifts of a tour do not overlap, so no time is held by two of them and the numbers add up. In a
    last column stands how many times there are: those that begin in the period and that no shift
    holds that is fixed.

    Parameters
    ----------
    fixed
        Of each rep, what is not chosen.
    period
        First instant that is planned and the one after the last.
    """
    places = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    table = np.zeros((len(team.reps), len(shifts) + 1), dtype=np.int64)
    for one in team.preferences:
        if one.kind != "must" or not period[0] <= one.start < period[1]:
            continue
        row = places[one.rep_id]
        if not any(_holds(local.shift, one) for local in fixed[row].shifts):
            table[row] += [*(_holds(shift, one) for shift in shifts), True]
    return table


def _holds(shift: Shift, asked: Preference) -> bool:
    return shift.start <= asked.start and asked.end <= shift.end


def _at_a_price(team: Team, shifts: Sequence[Shift], price: float) -> Floats | None:
    """Return what shifts that touch a time never to work cost, by rep and shift."""
    if not never(team):
        return None
    places = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    costs = np.zeros((len(team.reps), len(shifts)))
    for one in never(team):
        costs[places[one.rep_id]] += price * ~apart(one, shifts)
    return costs


def _asked(team: Team, shifts: Sequence[Shift]) -> Floats | None:
    """Return what it costs to go against wishes, less what it gains to meet them."""
    asked = [one for one in team.preferences if one.kind == "wish"]
    if not asked:
        return None
    start = np.array([shift.start.timestamp() for shift in shifts])
    end = np.array([shift.end.timestamp() for shift in shifts])
    places = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    wish = np.zeros((len(team.reps), len(shifts)))
    for one in asked:
        shared = np.minimum(end, one.end.timestamp()) - np.maximum(start, one.start.timestamp())
        share = np.maximum(0, shared) / (end - start)
        wish[places[one.rep_id]] -= WISH_PRICE * one.weight * share
    return wish
