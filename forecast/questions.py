"""Questions to the planner about days of the past that nothing explains.

What a queue's history holds beside its rhythm (a closure nobody stated, an outage, a surge, a new
level) is asked about, not edited. Until a question is answered the profiles leave the day out by a
guess of their own; an answer becomes a row of ``events.csv``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Literal

import numpy as np

from forecast.closures import Event, EventKind
from forecast.days import DayPanel, day_panel, with_opening
from forecast.departures import Departure, Shift, departures, level_shifts
from forecast.events import MOST_FACTOR
from forecast.series import VolumeHistory
from forecast.special_days import holiday_names, learn_special_days

Found = Literal["closure", "low day", "high day", "outage", "surge", "new level"]
Answer = Literal["closed", "holiday", "ignore", "factor", "keep"]
ANSWERS: tuple[Answer, ...] = ("closed", "holiday", "ignore", "factor", "keep")

DAYS_LOOKED_AT = 742
NOTHING = 0.02
OUTAGE_BELOW = 0.5
LOW = ("closure", "low day", "outage")
HALF_LIFE_DAYS = 56.0
WEEKS_OF_A_LEVEL = 4
TURN_OF_THE_YEAR = {(12, 25), (12, 26), (1, 1)}
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Question:
    """Something about the past that only the planner knows.

    Parameters
    ----------
    queue
        The queue.
    day, until
        Local days, the first and the last of it; they differ for a new level alone.
    start, end
        Local wall time, `end` exclusive and None for the end of the day.
    kind
        What was found: ``new level`` lasts from the day on, the others are over with it.
    found, expected
        Contacts in it; of a new level, those of a usual day since and before.
    matters
        Contacts by which forecasts of now are off should the answer be the other one; old days
        matter less. Questions are ranked by it.
    suggested
        What it looks like.
    """

    queue: str
    day: date
    until: date
    start: time
    end: time | None
    kind: Found
    found: float
    expected: float
    matters: float
    suggested: Answer

    @property
    def factor(self) -> float:
        """Found over expected: the factor that would explain it."""
        ratio = self.found / self.expected if self.expected > 0 else 1.0
        return round(min(ratio, MOST_FACTOR), 3)

    @property
    def sentence(self) -> str:
        """The question in words."""
        when = f"{self.day:%a} {self.day}"
        if (self.start, self.end) != (time(0), None):
            last = self.end.isoformat("minutes") if self.end else "24:00"
            when += f" {self.start.isoformat('minutes')}-{last}"
        came = f"{self.found:,.0f} contacts came, {self.expected:,.0f} were expected"
        ask = {
            "closure": "Was the queue closed?",
            "low day": "What kept customers away?",
            "high day": "What brought so many?",
            "outage": "Was there an outage?",
            "surge": "What brought so many?",
        }
        if self.kind == "new level":
            return (
                f"{self.queue}, since {when}: {self.found:,.0f} contacts on a usual day, "
                f"{self.expected:,.0f} before. Is this here to stay?"
            )
        words = ask[self.kind]
        if self.suggested == "holiday":
            words = "Is it a public holiday? (Settings: [calendar], holidays.)"
        elif self.kind == "outage" and self.factor > OUTAGE_BELOW:
            words = ask["low day"]
        return f"{self.queue}, {when}: {came}. {words}"


def find_questions(history: VolumeHistory, days: int = DAYS_LOOKED_AT) -> tuple[Question, ...]:
    """Find what a queue's past holds that neither its rhythm nor its events explain.

    Parameters
    ----------
    history
        Its calendar states what is known already: of what an event states nothing is asked.
    days
        How many days back to ask about: two years, so that what comes back every year shows.

    Returns
    -------
    tuple of Question
        Those that matter most to a forecast from now first.
    """
    if history.volume.isna().all():
        return ()
    index = history.volume.index
    recent = index >= history.cutoff - history.calendar.step * (
        days * 24 * 60 // history.calendar.interval_minutes
    )
    history = with_opening(replace(history, volume=history.volume[recent]))
    panel = day_panel(history)
    panel = _whole_days(panel)
    panel = learn_special_days(history.calendar, panel).settle(panel)
    shifts = level_shifts(panel)
    odd = departures(panel, shifts)
    stated = _stated(history.calendar.events)
    minutes = history.calendar.interval_minutes
    last = int(panel.ordinal[-1])
    asked = [
        _of_departure(history.queue, panel, each, minutes, last)
        for each in odd
        if not _is_stated(stated, int(panel.ordinal[each.row]), each, minutes)
    ]
    ends = [*(int(panel.ordinal[shift.row]) - 1 for shift in shifts[1:]), last]
    asked += [
        _of_shift(history.queue, panel, shift, until, last)
        for shift, until in zip(shifts, ends, strict=False)
        if int(panel.ordinal[shift.row]) not in stated
    ]
    known = {EPOCH + timedelta(days=day) for day in holiday_names(history.calendar)}
    asked = [_as_holiday(each, asked, known) for each in asked]
    return tuple(sorted(asked, key=lambda each: (-each.matters, each.day, each.start)))


def answer_events(
    question: Question, answer: Answer, factor: float | None = None
) -> tuple[Event, ...]:
    """Return the events that an answer states, one for each day.

    ``keep`` says that the volume belongs to the rhythm: a factor of 1 on the first day, which also
    keeps it from being asked about again.

    Parameters
    ----------
    question
        What was asked.
    answer
        What the planner says.
    factor
        For ``factor``: what the volume was multiplied by; else found over expected.
    """
    value = 1.0
    if answer == "factor":
        value = question.factor if factor is None else factor
    kind: EventKind = "factor" if answer == "keep" else answer
    days = 1 if answer == "keep" else (question.until - question.day).days + 1
    plain = Event(
        question.day,
        kind,
        factor=value,
        queue=question.queue,
        start=question.start,
        end=question.end,
    )
    return tuple(
        replace(plain, day=question.day + timedelta(days=offset)) for offset in range(days)
    )


def open_questions_note(queue: str, questions: Sequence[Question]) -> str | None:
    """Say that a forecast rests on guesses; None when nothing is open."""
    if not questions:
        return None
    count = len(questions)
    words = "1 question is" if count == 1 else f"{count} questions are"
    return (
        f"Queue {queue}: {words} open about days of the past; until they are answered the "
        "profiles leave odd days out by a guess: staffcast questions"
    )


def _whole_days(panel: DayPanel) -> DayPanel:
    """Return the panel without a first or last day of which only a part has been."""
    volume = panel.volume.copy()
    for row in (0, -1):
        if np.isnan(panel.volume[row]).sum() > np.isnan(panel.volume).sum(axis=1).min():
            same = panel.weekday == panel.weekday[row]
            if np.isnan(panel.volume[row]).sum() > np.isnan(panel.volume[same]).sum(axis=1).min():
                volume[row] = np.nan
    return replace(panel, volume=volume)


def _stated(events: Sequence[Event]) -> dict[int, list[Event]]:
    by_day: dict[int, list[Event]] = {}
    for event in events:
        by_day.setdefault(event.ordinal, []).append(event)
    return by_day


def _is_stated(stated: dict[int, list[Event]], day: int, odd: Departure, minutes: int) -> bool:
    """Say whether an event covers some of it: what is stated is not asked about."""
    for event in stated.get(day, []):
        begin = event.start.hour * 60 + event.start.minute
        end = 1440 if event.end is None else event.end.hour * 60 + event.end.minute
        if begin < odd.last * minutes and odd.first * minutes < end:
            return True
    return False


def _of_departure(queue: str, panel: DayPanel, odd: Departure, minutes: int, last: int) -> Question:
    day = int(panel.ordinal[odd.row])
    whole = odd.last - odd.first == panel.volume.shape[1]
    nothing = odd.found <= NOTHING * odd.expected
    kind: Found
    suggested: Answer
    if odd.found > odd.expected:
        kind, suggested = ("high day" if whole else "surge"), "ignore"
    elif whole:
        kind, suggested = ("closure", "closed") if nothing else ("low day", "ignore")
    else:
        kind, suggested = "outage", "ignore"
    age = 0.5 ** ((last - day) / HALF_LIFE_DAYS)
    return Question(
        queue,
        EPOCH + timedelta(days=day),
        EPOCH + timedelta(days=day),
        _wall(odd.first * minutes) or time(0),
        _wall(odd.last * minutes),
        kind,
        odd.found,
        round(odd.expected, 1),
        round(abs(odd.found - odd.expected) * age, 1),
        suggested,
    )


def _wall(minutes: int) -> time | None:
    return None if minutes >= 1440 else time(minutes // 60, minutes % 60)


def _of_shift(queue: str, panel: DayPanel, shift: Shift, until: int, last: int) -> Question:
    """Ask about a new level that lasts until a day."""
    day = int(panel.ordinal[shift.row])
    since = shift.expected * shift.ratio
    weight = 0.5 ** ((last - day) / HALF_LIFE_DAYS)
    matters = abs(since - shift.expected) * 7 * WEEKS_OF_A_LEVEL * weight
    return Question(
        queue,
        EPOCH + timedelta(days=day),
        EPOCH + timedelta(days=until),
        time(0),
        None,
        "new level",
        round(since, 1),
        round(shift.expected, 1),
        round(matters, 1),
        "keep",
    )


def _as_holiday(question: Question, asked: Sequence[Question], known: set[date]) -> Question:
    """Suggest a holiday for low days that come back every year, and for those at its turn."""
    if question.kind not in LOW or question.day in known:
        return question
    of_year = (question.day.month, question.day.day)
    every_year = any(
        other.day.year != question.day.year and other.kind in LOW
        for other in asked
        if (other.day.month, other.day.day) == of_year
    )
    if every_year or of_year in TURN_OF_THE_YEAR:
        return replace(question, start=time(0), end=None, suggested="holiday")
    return question
