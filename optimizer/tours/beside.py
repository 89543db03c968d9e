"""A team's mentors and levels as a roster problem's rules that bind reps together."""

from collections.abc import Sequence

import numpy as np

from optimizer.roster import Assignment
from optimizer.shifts import Shift
from optimizer.staff import LabourRules, Team
from optimizer.tours.day_rules import FORBIDDEN
from optimizer.tours.level_rules import LevelRule
from optimizer.tours.pardon import BEYOND_ALL
from optimizer.tours.spans import HOUR, NONE, NOWHERE, Flags, Ints, Spans, Work
from optimizer.tours.together import Together

SURELY = 1.1
"""Units of any other rule that the shortest time weighs by which a rule can be broken."""

SHORTEST = 300.0
"""Seconds below which no time is told apart in that."""


def together_of(
    team: Team,
    rules: LabourRules,
    listed: Sequence[Shift],
    locked: Sequence[Assignment],
    history: Sequence[Assignment],
    allowed: Flags,
) -> Together | None:
    """Return the rules that bind the reps of a team together; None where nothing is bound.

    Parameters
    ----------
    listed
        The shifts that could be worked.
    locked, history
        What is fixed in the period and before it.
    allowed
        By rep and shift, whether they may work it.
    """
    row = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    pairs = {(row[rep.rep_id], row[name]) for rep in team.reps for name in rep.mentors}
    if not (pairs or rules.proficiency) or not (listed or locked):
        return None
    begin = min([*(shift.start for shift in listed), *(one.shift.start for one in locked)])
    near = [one for one in history if one.shift.end > begin]
    own: dict[str, list[int]] = {rep.rep_id: [] for rep in team.reps}
    for place, one in enumerate((*locked, *near), len(listed)):
        own[one.rep_id].append(place)
    shifts = [*listed, *(one.shift for one in (*locked, *near))]
    named = [one.queue for one in shifts] + [one.queue for one in rules.proficiency]
    queues = sorted(set(named))
    is_planned = np.arange(len(shifts)) < len(listed) + len(locked)
    spans = _spans(shifts, queues, is_planned)
    trainees, mentors = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    return Together(
        work=Work(
            spans,
            np.arange(len(listed)),
            _rows(list(own.values())),
            allowed,
        ),
        trainees=trainees,
        mentors=mentors,
        alone=rules.prices.get("mentors"),
        rules=tuple(
            LevelRule(
                queues.index(one.queue),
                one.reps,
                rules.prices.get("proficiency"),
                np.array([rep.level(one.queue) >= one.level for rep in team.reps], dtype=bool),
            )
            for one in rules.proficiency
        ),
        hard=_hard_price(spans),
    )


def _hard_price(spans: Spans) -> float:
    """Return the price of an hour by which a rule is broken that may not be.

    The shortest time by which one can be costs more than a unit of any other rule.
    """
    moments = np.unique(np.concatenate([spans.start, spans.end]))
    shortest = np.diff(moments).min(initial=HOUR)
    return SURELY * FORBIDDEN * BEYOND_ALL * HOUR / max(float(shortest), SHORTEST)


def _spans(shifts: Sequence[Shift], queues: Sequence[str], is_planned: Flags) -> Spans:
    """Write shifts down in seconds, with none in a last place."""
    begin = min((shift.start.timestamp() for shift in shifts), default=0.0)
    start, end = (
        np.array([*(round(moment.timestamp() - begin) for moment in moments), 0], dtype=np.int64)
        for moments in ([shift.start for shift in shifts], [shift.end for shift in shifts])
    )
    queue = [queues.index(shift.queue) if shift.role == "primary" else NOWHERE for shift in shifts]
    return Spans(start, end, np.array([*queue, NOWHERE]), np.append(is_planned, False))


def _rows(lists: Sequence[Sequence[int]]) -> Ints:
    """Write lists of places below one another, filled up with `NONE`."""
    rows = np.full((len(lists), max(map(len, lists), default=0)), NONE)
    for row, places in zip(rows, lists, strict=True):
        row[: len(places)] = places
    return rows
