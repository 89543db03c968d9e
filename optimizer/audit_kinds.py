"""The part of the audit that judges standby and which kind of shift follows on which.

Shares nothing with the programmes that make rosters, as `optimizer.audit` does not.
"""

from collections.abc import Iterator

from data.week import read_window
from optimizer.audit_clock import DAY, Diary, listed, monday, named, wall
from optimizer.audit_days import holds_night
from optimizer.labour_rules import LabourRules
from optimizer.report import Finding
from optimizer.shifts import Shift
from optimizer.staff import Rep


def judge_kinds(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    """Judge the kinds of one rep's shifts."""
    if rules.max_standby_per_week is not None:
        yield from _standby_of_weeks(diary, rules.max_standby_per_week)
    yield from _standby_apart(diary, rules.min_days_between_standby)
    yield from _successions(diary, rules)


def _standby_of_weeks(diary: Diary, most: int) -> Iterator[Finding]:
    for week in diary.mondays():
        standby = [
            shift
            for shift in diary.all
            if shift.role == "on_call" and monday(wall(shift.start, diary.rep).date()) == week
        ]
        if len(standby) > most and set(standby) & set(diary.own):
            sentence = (
                f"{diary.name} has {named(len(standby), 'standby')} in the week of {week}; "
                f"at most {most} may be."
            )
            past = len(set(standby) - set(diary.own))
            excess = float(len(standby) - max(most, past))
            yield Finding("max_standby_per_week", diary.name, excess, sentence)


def _standby_apart(diary: Diary, least: int) -> Iterator[Finding]:
    now, everything = (
        diary.by_day(shift for shift in shifts if shift.role == "on_call")
        for shifts in (diary.own, diary.all)
    )
    for later in now:
        for earlier in everything:
            between = (later - earlier).days - 1
            if 0 <= between < least:
                sentence = (
                    f"{diary.name} has standby on {earlier} and {later}, "
                    f"{named(between, 'day')} apart; {least} are the least."
                )
                yield Finding("min_days_between_standby", diary.name, 1.0, sentence)


def _successions(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    now, everything = diary.by_day(diary.own), diary.by_day(diary.all)
    for first, second in rules.forbidden_successions:
        for day, shifts in now.items():
            followed = [
                one for one in everything.get(day - DAY, ()) if _is(first, one, diary, rules)
            ]
            follow = [one for one in shifts if _is(second, one, diary, rules)]
            if followed and follow:
                both = listed([followed[0], follow[0]], diary.rep)
                sentence = f"{diary.name} has {both}: no {second} may follow on {first}."
                yield Finding("forbidden_successions", diary.name, 1.0, sentence)


def _is(kind: str, shift: Shift, diary: Diary, rules: LabourRules) -> bool:
    if kind == "standby":
        return shift.role == "on_call"
    if kind == "night":
        return holds_night(shift, diary.rep, rules.night)
    return _starts_between(rules.kinds[kind], shift, diary.rep)


def _starts_between(window: str, shift: Shift, rep: Rep) -> bool:
    opens, closes = read_window(window)
    start = wall(shift.start, rep)
    since = (start.hour * 60 + start.minute - opens) % 1440
    return since < (closes - opens) % 1440 or closes - opens == 1440
