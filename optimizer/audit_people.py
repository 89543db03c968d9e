"""The part of the audit that judges requests, and who has to be there beside whom.

Shares nothing with the programmes that make rosters, as `optimizer.audit` does not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from optimizer.audit_clock import HOUR, Diary, hours_at_work, named, place, wall
from optimizer.labour_rules import LabourRules, Proficiency
from optimizer.report import Finding
from optimizer.shifts import Shift

At = tuple[Diary, Shift]


def judge_requests(diary: Diary) -> Iterator[Finding]:
    """Judge the times that a rep asked never to work, or to work without fail."""
    for asked in diary.preferences:
        start, end = (wall(moment, diary.rep) for moment in (asked.start, asked.end))
        span = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
        touching = (one for one in diary.own if asked.start < one.end and one.start < asked.end)
        for shift in touching if asked.kind == "never" else ():
            where = place(shift, diary.rep.timezone)
            sentence = f"{diary.name} has {where} and is never to work from {span}."
            yield Finding("never", diary.name, 1.0, sentence)
        holding = [one for one in diary.all if one.start <= asked.start and one.end >= asked.end]
        is_due = asked.kind == "must" and diary.period[0] <= asked.start < diary.period[1]
        if is_due and not holding:
            sentence = f"{diary.name} is to work from {span}, and no shift holds all of it."
            yield Finding("must", diary.name, 1.0, sentence)


def judge_together(
    diaries: Sequence[Diary], rules: LabourRules, timezone: str
) -> Iterator[Finding]:
    """Judge levels that have to be there, and mentors."""
    for rule in rules.proficiency:
        yield from _levels(diaries, rule, timezone)
    by_name = {diary.name: diary for diary in diaries}
    for diary in diaries:
        if diary.rep.mentors:
            yield from _alone(diary, [by_name[name] for name in diary.rep.mentors])


def _levels(diaries: Sequence[Diary], rule: Proficiency, timezone: str) -> Iterator[Finding]:
    """Add up the hours of a level that lack, for each stretch of time in which any does."""
    work = [
        (diary, shift)
        for diary in diaries
        for shift in diary.all
        if shift.queue == rule.queue and shift.role == "primary"
    ]
    moments = sorted({moment for _, shift in work for moment in (shift.start, shift.end)})
    short: list[tuple[datetime, datetime, float]] = []
    for start, end in pairwise(moments):
        lacking = _lacking(work, rule, start, end) * ((end - start) / HOUR)
        if lacking and short and short[-1][1] == start:
            short[-1] = (short[-1][0], end, short[-1][2] + lacking)
        elif lacking:
            short.append((start, end, lacking))
    for start, end, hours in short:
        first, last = (moment.astimezone(ZoneInfo(timezone)) for moment in (start, end))
        sentence = (
            f"{rule.queue}: {hours:g} h lack of {named(rule.reps, 'rep')} of level {rule.level} "
            f"between {first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M}."
        )
        yield Finding("proficiency", rule.queue, hours, sentence)


def _lacking(work: Sequence[At], rule: Proficiency, start: datetime, end: datetime) -> int:
    """Return how many of the level lack while a shift of the period is worked."""
    there = [(diary, shift) for diary, shift in work if shift.start <= start and end <= shift.end]
    if not any(shift in diary.own for diary, shift in there):
        return 0
    levels = [dict(diary.rep.levels).get(rule.queue, 1) for diary, _ in there]
    return max(0, rule.reps - sum(level >= rule.level for level in levels))


def _alone(diary: Diary, mentors: Sequence[Diary]) -> Iterator[Finding]:
    beside = [shift for mentor in mentors for shift in mentor.all if shift.role == "primary"]
    for shift in diary.own:
        is_held = any(
            one.queue == shift.queue and one.start <= shift.start and shift.end <= one.end
            for one in beside
        )
        if shift.role == "primary" and not is_held:
            sentence = (
                f"{diary.name} has {place(shift, diary.rep.timezone)}, and none of "
                f"{', '.join(diary.rep.mentors)} works beside."
            )
            yield Finding("mentors", diary.name, hours_at_work(shift), sentence)
