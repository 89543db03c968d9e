"""From the times of messages to what each conversation took: turns, writing, answers, breaks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.conversations import Conversations

# A customer who comes back later than that had left: the conversation was put aside meanwhile.
REOPENED_AFTER_S = 3 * 3_600.0
# Nobody writes one message for so long: something else came between.
LONGEST_WRITING_S = 30 * 60.0
# What tells of a pick-up that the export does not state.
_TAKEN = ("assign", "resumed")


@dataclass
class _Turn:
    """A reply: since when somebody waited for it, when it was sent and by whom, in seconds."""

    since: float
    sent: float
    rep: str
    writing: float = np.nan


@dataclass
class _Course:
    """How one conversation went."""

    turns: list[_Turn] = field(default_factory=list)
    gaps_s: float = 0.0
    breaks: int = 0
    away_s: float = 0.0
    customer_messages: int = 0
    last: float = np.nan
    handled_s: float | None = None


def with_message_times(conversations: Conversations, log: pd.DataFrame) -> Conversations:
    """Fill in what messages tell: pick-up, counts, writing, answers, snoozes and handling.

    Messages of a rep in a row are one turn. A rep is one pair of hands: a turn is written from when
    somebody waits for it, or from the rep's turn before, wherever that was. What would have taken
    half an hour is left out, and the conversation's other turns stand for it. An answer of the
    customer after a snooze, or after three hours, ends a break. Handling runs from pick-up to the
    last message without breaks; where handling events are given, from each resumption to the pause.

    Parameters
    ----------
    conversations
        As an export has them.
    log
        From `data.sources.messages.read_messages`.
    """
    table = conversations.table.copy()
    known = table.set_index("conversation_id")
    picked = _seconds(known["assigned_at"]) if "assigned_at" in known else {}
    closed = _seconds(known["closed_at"]) if "closed_at" in known else {}
    courses: dict[str, _Course] = {}
    log = log[log["conversation_id"].isin(known.index)]
    seconds = log["at"].astype("int64") / 1e6
    events = zip(log["conversation_id"], seconds, log["kind"], log["rep_id"], strict=True)
    of: defaultdict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for name, at, kind, rep in events:
        of[name].append((at, kind, rep))
    for name, happened in of.items():
        if np.isnan(picked.get(name, np.nan)):
            picked[name] = next((at for at, kind, _ in happened if kind in _TAKEN), np.nan)
        courses[name] = _follow(happened, picked[name], closed.get(name, np.nan))
    _share_hands(turn for course in courses.values() for turn in course.turns)
    facts = pd.DataFrame.from_dict(
        {name: _facts(course, picked[name]) for name, course in courses.items()},
        orient="index",
    )
    for column in facts:
        told = table["conversation_id"].map(facts[column])
        if column in ("assigned_at", "first_reply_at"):
            told = pd.to_datetime(told, unit="s", utc=True).dt.as_unit("us")
        # Where there are no messages, what the export says of them stays.
        table[column] = told if column not in table else told.fillna(table[column])
    return Conversations(table, conversations.repairs)


def _follow(happened: Iterable[tuple[float, str, str]], begin: float, closed: float) -> _Course:
    course = _Course()
    waits_since: float | None = None
    snoozed = False
    resumed: float | None = None
    for at, kind, rep in happened:
        if kind == "customer":
            course.customer_messages += 1
            course.last = at
            if waits_since is None:
                if course.turns:
                    _come_back(course, at, snoozed=snoozed)
                waits_since, snoozed = at, False
        elif kind == "rep" and waits_since is not None:
            since = waits_since if course.turns or np.isnan(begin) else max(waits_since, begin)
            course.turns.append(_Turn(min(since, at), at, rep))
            course.last, waits_since = at, None
        elif kind == "snooze":
            snoozed = True
        elif kind == "resumed" and resumed is None:
            resumed = at
            course.handled_s = course.handled_s or 0.0
        elif kind == "paused" and resumed is not None:
            course.handled_s = (course.handled_s or 0.0) + at - resumed
            resumed = None
    if resumed is not None:
        end = closed if closed > resumed else max(course.last, resumed)
        course.handled_s = (course.handled_s or 0.0) + (0.0 if np.isnan(end) else end - resumed)
    return course


def _come_back(course: _Course, at: float, *, snoozed: bool) -> None:
    gap = at - course.turns[-1].sent
    if snoozed or gap > REOPENED_AFTER_S:
        course.breaks += 1
        course.away_s += gap
    else:
        course.gaps_s += gap


def _share_hands(turns: Iterator[_Turn]) -> None:
    """Let every rep write one turn after the other."""
    hands: defaultdict[str, float] = defaultdict(lambda: -np.inf)
    for turn in sorted(turns, key=lambda turn: turn.sent):
        taken = turn.sent - max(turn.since, hands[turn.rep])
        hands[turn.rep] = turn.sent
        if 0 <= taken <= LONGEST_WRITING_S:
            turn.writing = taken


def _facts(course: _Course, begin: float) -> dict[str, float]:
    facts = {"assigned_at": begin}
    if course.customer_messages or course.turns:
        facts |= _of_messages(course, begin)
    if course.handled_s is not None:
        facts["handling_s"] = course.handled_s
        if course.turns:
            facts["snoozed_s"] = max(course.last - begin - course.handled_s, 0.0)
    return facts


def _of_messages(course: _Course, begin: float) -> dict[str, float]:
    written = np.array([turn.writing for turn in course.turns])
    kept = written[~np.isnan(written)]
    count = len(course.turns)
    return {
        "rep_messages": float(count),
        "customer_messages": float(course.customer_messages),
        "first_reply_at": course.turns[0].sent if count else np.nan,
        "writing_s": float(kept.mean() * count) if len(kept) else np.nan,
        "customer_gap_s": course.gaps_s,
        "snoozed_s": course.away_s,
        "reopened": float(course.breaks),
        "handling_s": max(course.last - begin - course.away_s, 0.0) if count else np.nan,
    }


def _seconds(times: pd.Series) -> dict[str, float]:
    since = (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return {str(name): float(second) for name, second in since.items()}
