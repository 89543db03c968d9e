r"""How fair some weeks were: a score from 0 to 100 and the parts of which it is made.

*Balance* of a burden. Of :math:`T` turns, rep :math:`r` carried :math:`l_r` and owed :math:`d_r`;
:math:`\sum_r l_r = \sum_r d_r = T`. Turns are whole and what is owed is not, so whoever carried
:math:`\lfloor d_r \rfloor` or :math:`\lceil d_r \rceil` carried their share. The turns that lie
with the wrong person are the fewest that would have to change hands until everybody did so,

.. math::

    m = \max \Bigl( \sum_r (l_r - \lceil d_r \rceil)^+, \sum_r (\lfloor d_r \rfloor - l_r)^+ \Bigr)

and the part is :math:`100 (1 - m / T)`: the share of turns that lie where they belong, in percent.
*Gaps*: of the rep-hours required, those covered, in percent. The score is the mean of the parts by
their weights; a part with nothing to share says nothing and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.fairness import PARTS, FairnessSettings, Ledger
from optimizer.fairness_shares import ALMOST, Floats

UNITS = {
    "gaps": "rep-hours",
    "nights": "shifts",
    "weekends": "shifts",
    "holidays": "shifts",
    "standby": "turns",
    "requests": "requests",
}


@dataclass(frozen=True)
class PartScore:
    """A part of the score.

    Parameters
    ----------
    name
        ``gaps`` or one of `optimizer.fairness.PARTS`.
    score
        0 to 100; None where there is nothing to share or nothing known.
    weight
        In the mean.
    amount
        Rep-hours required; or turns carried, requests denied.
    amiss
        Of them those missing; or those that lie with the wrong person.
    unit
        Of both.
    """

    name: str
    score: float | None
    weight: float
    amount: float
    amiss: float
    unit: str


@dataclass(frozen=True)
class Score:
    """The score of some weeks: 0 to 100, or None where there is nothing to judge."""

    total: float | None
    parts: tuple[PartScore, ...]


def score_of(ledger: Ledger, settings: FairnessSettings) -> Score:
    """Judge the weeks of a ledger."""
    parts = [_gaps(ledger, settings.gaps)]
    for name in PARTS:
        carried, owed = ledger.table[name].to_numpy(), ledger.table[f"{name}_due"].to_numpy()
        turns, amiss = float(carried.sum()), misplaced(carried, owed)
        score = 100 * (1 - amiss / turns) if turns else None
        parts.append(
            PartScore(name, score, settings.weight(name), turns, float(amiss), UNITS[name])
        )
    return Score(_mean(parts), tuple(parts))


def misplaced(carried: Floats, owed: Floats) -> int:
    """Return the fewest turns that must change hands until all are within one of what they owe.

    Examples
    --------
    >>> misplaced(np.array([4.0, 2.0, 0.0]), np.array([2.0, 2.0, 2.0]))
    2
    >>> misplaced(np.array([1.0, 0.0, 0.0]), np.array([1 / 3, 1 / 3, 1 / 3]))
    0
    """
    over = np.maximum(0, carried - np.ceil(owed - ALMOST)).sum()
    under = np.maximum(0, np.floor(owed + ALMOST) - carried).sum()
    return round(float(max(over, under)))


def _gaps(ledger: Ledger, weight: float) -> PartScore:
    required, missing = ledger.required_hours, ledger.missing_hours
    if not required or missing is None:
        return PartScore("gaps", None, weight, 0.0, 0.0, UNITS["gaps"])
    score = 100 * (1 - min(1.0, missing / required))
    return PartScore("gaps", score, weight, required, missing, UNITS["gaps"])


def _mean(parts: Sequence[PartScore]) -> float | None:
    known = [(one.score, one.weight) for one in parts if one.score is not None]
    weights = sum(weight for _, weight in known)
    return sum(score * weight for score, weight in known) / weights if weights else None
