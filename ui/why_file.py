"""Why a roster is as it is, as a table: for a spreadsheet, or another program."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.clock import format_times
from optimizer.conflict_types import Conflict
from optimizer.local_shifts import local_shift
from optimizer.obstacles import shift_text
from optimizer.roster_why import Why, WhyNot
from optimizer.shifts import Shift
from ui.why_lines import (
    Answer,
    Name,
    change_lines,
    covers,
    headline,
    in_the_way,
    verdict,
    way_line,
)

WHY_COLUMNS = (
    "question",
    "queue",
    "role",
    "start",
    "end",
    "rep_id",
    "asked",
    "part",
    "rank",
    "rule",
    "of_rep",
    "hours",
    "words",
)


@dataclass(frozen=True)
class _Line:
    """A row without what was asked."""

    part: str
    rank: int
    words: str
    hours: float | None = None
    rules: Iterable[str] = ()
    reps: Iterable[str] = ()

    @property
    def cells(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "rank": self.rank,
            "rule": "|".join(dict.fromkeys(self.rules)),
            "of_rep": "|".join(dict.fromkeys(one for one in self.reps if one)),
            "hours": None if self.hours is None else round(self.hours, 4),
            "words": self.words,
        }


def why_table(answers: Sequence[Answer], name: Name, timezone: str) -> pd.DataFrame:
    """Return the rows of a file of answers.

    Parameters
    ----------
    answers
        In their order.
    name
        Gives the name of a rep_id.
    timezone
        The calendar's zone, in which times are written.

    Returns
    -------
    pandas.DataFrame
        For each answer first a row of the part ``answer``, then its reasons. What was asked is in
        ``question, queue, role, start, end, rep_id, asked``; what a row says in ``part, rank``
        (within the part, from 1), ``rule, of_rep`` (several joined by ``|``), ``hours`` (what
        giving that up brings; in the first row what is missing, or would be without the rep) and
        ``words``.
    """
    rows = []
    for one in answers:
        question = _question(one, name, timezone)
        rows += [question | line.cells for line in _lines(one, name, timezone)]
    return pd.DataFrame(rows, columns=list(WHY_COLUMNS))


def _question(found: Answer, name: Name, timezone: str) -> dict[str, str]:
    if isinstance(found, Conflict):
        wanted = found.wanted
        cells = _cells(wanted.shift, timezone)
        return {"question": wanted.kind, **cells, "rep_id": wanted.rep_id} | {
            "asked": headline(found, name)
        }
    if isinstance(found, Why):
        kind, shift, rep_id = "why", found.assignment.shift, found.assignment.rep_id
    else:
        kind, shift, rep_id = "why_not", found.shift, found.rep_id
    asked = f"{name(rep_id)}: {shift_text(local_shift(shift, timezone))}"
    return {"question": kind, **_cells(shift, timezone), "rep_id": rep_id, "asked": asked}


def _cells(shift: Shift | None, timezone: str) -> dict[str, str]:
    if shift is None:
        return dict.fromkeys(("queue", "role", "start", "end"), "")
    start, end = format_times(pd.DatetimeIndex([shift.start, shift.end]), timezone)
    return {"queue": shift.queue, "role": shift.role, "start": start, "end": end}


def _lines(found: Answer, name: Name, timezone: str) -> Iterator[_Line]:
    if isinstance(found, Why):
        return _of_why(found, name)
    if isinstance(found, WhyNot):
        return _of_why_not(found, name)
    return _of_conflict(found, name, timezone)


def _of_why(found: Why, name: Name) -> Iterator[_Line]:
    yield _Line("answer", 1, covers(found, name), found.gap_hours)
    for rank, one in enumerate(found.substitutes, 1):
        words = "; ".join(each.sentence for each in one.obstacles) or one.cost.sentence
        rules = [each.rule for each in one.obstacles]
        yield _Line("substitute", rank, words, rules=rules, reps=[one.rep_id])


def _of_why_not(found: WhyNot, name: Name) -> Iterator[_Line]:
    yield _Line("answer", 1, verdict(found, name), reps=[found.instead_of])
    for rank, one in enumerate(found.obstacles, 1):
        yield _Line("rule", rank, one.sentence, rules=[one.rule], reps=[one.rep_id])


def _of_conflict(found: Conflict, name: Name, timezone: str) -> Iterator[_Line]:
    words = "; ".join(one for one in (in_the_way(found), found.note) if one)
    yield _Line("answer", 1, words, found.wanted.hours)
    for rank, one in enumerate(found.members, 1):
        yield _Line("rule", rank, one.sentence, one.gives, [one.rule], [one.rep_id])
    for rank, way in enumerate(found.ways_out, 1):
        rules, reps = ([getattr(one, of) for one in way.members] for of in ("rule", "rep_id"))
        words = way_line(way, found, name, timezone)
        yield _Line("way_out", rank, words, way.hours, rules, reps)
    changes = change_lines(found.changes, name, timezone)
    for rank, (change, words) in enumerate(zip(found.changes, changes, strict=True), 1):
        yield _Line("change", rank, words, reps=[change.rep_id])
