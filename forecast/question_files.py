"""The file of open questions, with a column for the planner's answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from data.errors import fault
from data.files import read_number, read_table
from forecast.closures import Event
from forecast.events import MOST_FACTOR, read_day, read_wall_time
from forecast.questions import ANSWERS, Answer, Found, Question, answer_events

COLUMNS = (
    "unique_id",
    "date",
    "until",
    "start",
    "end",
    "finding",
    "found",
    "expected",
    "matters",
    "suggested",
    "answer",
    "factor",
    "question",
)


@dataclass(frozen=True)
class Answered:
    """What a planner answered.

    Parameters
    ----------
    events
        What the answers state.
    answered, left
        How many questions have an answer, and how many have none yet.
    """

    events: tuple[Event, ...]
    answered: int
    left: int


def question_table(questions: Sequence[Question]) -> pd.DataFrame:
    """Lay questions out as a file to fill in, those that matter most first.

    Returns
    -------
    pandas.DataFrame
        A row per question. ``answer`` is empty, for one of closed, holiday, ignore, factor, keep;
        ``factor`` is what would explain the volume, used where the answer is ``factor``.
    """
    rows = [
        (
            each.queue,
            each.day.isoformat(),
            each.until.isoformat(),
            "" if each.start == time(0) else each.start.isoformat("minutes"),
            "" if each.end is None else each.end.isoformat("minutes"),
            each.kind,
            each.found,
            each.expected,
            each.matters,
            each.suggested,
            "",
            each.factor,
            each.sentence,
        )
        for each in questions
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_answers(path: Path) -> Answered:
    """Read a file of questions in which answers were filled in; rows without one are passed over.

    Raises
    ------
    InputError
        With row and column, when an answer or what it rests on cannot be read.
    """
    needed = ("unique_id", "date", "finding", "answer")
    table = read_table(path, needed, ("until", "start", "end", "found", "expected", "factor"))
    events: list[Event] = []
    answered = 0
    for row, cells in table.iterrows():
        if not cells["answer"]:
            continue
        line = cast(int, row)
        word = cells["answer"].lower()
        if word not in ANSWERS:
            mend = f"give one of {', '.join(ANSWERS)}, or leave it empty"
            raise fault(path, cells["answer"], mend, row=line, column="answer")
        question = _question(path, line, cells)
        factor = None
        if word == "factor":
            factor = read_number(cells["factor"], path, line, "factor")
            if factor > MOST_FACTOR:
                mend = f"give what the volume is multiplied by, from 0 to {MOST_FACTOR:g}"
                raise fault(path, cells["factor"], mend, row=line, column="factor")
        events += answer_events(question, cast(Answer, word), factor)
        answered += 1
    return Answered(tuple(events), answered, len(table) - answered)


def _question(path: Path, row: int, cells: pd.Series) -> Question:
    if cells["finding"] not in get_args(Found):
        mend = f"leave it as it was written: one of {', '.join(get_args(Found))}"
        raise fault(path, cells["finding"], mend, row=row, column="finding")
    day = read_day(cells["date"], path, row, "date")
    until = read_day(cells["until"], path, row, "until") if cells["until"] else day
    if until < day:
        raise fault(path, cells["until"], "it is not before the date", row=row, column="until")
    start = read_wall_time(cells["start"], path, row, "start") or time(0)
    end = read_wall_time(cells["end"], path, row, "end")
    if end is not None and end <= start:
        raise fault(
            path, cells["end"], "end is after start, on the same day", row=row, column="end"
        )
    kind = cast(Found, cells["finding"])
    return Question(cells["unique_id"], day, until, start, end, kind, 0.0, 0.0, 0.0, "keep")
