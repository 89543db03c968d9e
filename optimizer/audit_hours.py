"""The part of the audit that judges hours and shifts: of ISO weeks and of the period.

Shares nothing with the programmes that make rosters, as `optimizer.audit` does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from optimizer.audit_clock import DAY, Diary, hours_at_work, monday, wall
from optimizer.labour_rules import LabourRules
from optimizer.report import Finding
from optimizer.shifts import Shift
from optimizer.staff import Rep

QUARTER = 15  # minutes; no clock changes within a quarter of an hour
DUST = 1e-9
Away = list[tuple[datetime, datetime]]


def judge_hours(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    """Judge the hours and shifts of one rep."""
    yield from _most_hours(diary, rules)
    yield from _least_hours(diary)
    yield from _period(diary)


def _most_hours(diary: Diary, rules: LabourRules) -> Iterator[Finding]:
    """Primary hours in an ISO week are within the contract's maximum and the law's."""
    rep = diary.rep
    now, past, everything = (
        _hours_by_week(rep, shifts) for shifts in (diary.own, diary.past, diary.all)
    )
    for week in sorted(now):
        for rule, limit in (
            ("contract_maximum", rep.contract.max_hours),
            ("max_week_hours", rules.max_week_hours),
        ):
            excess = everything[week] - max(limit, past[week])
            if excess > DUST:
                sentence = (
                    f"{diary.name} works {everything[week]:g} h in the week of {week}; "
                    f"{limit:g} h are the most."
                )
                yield Finding(rule, diary.name, excess, sentence)


def _least_hours(diary: Diary) -> Iterator[Finding]:
    """Primary hours in an ISO week reach the contract's minimum, or its share of the week."""
    contract, worked = diary.rep.contract, _hours_by_week(diary.rep, diary.own)
    for week in diary.mondays():
        days = [week + number * DAY for number in range(7)]
        whole = _minutes_present(diary.rep, days, [])
        present = _minutes_present(diary.rep, days, _away(diary) + _outside(diary))
        owed = _share(contract.min_hours, present, whole)
        lacking = owed - worked[week]
        if lacking > DUST:
            sentence = (
                f"{diary.name} works {worked[week]:g} h in the week of {week}; "
                f"the contract asks for {owed:g} h{_share_text(present, whole)}."
            )
            yield Finding("contract_minimum", diary.name, lacking, sentence, "shortfall")


def _period(diary: Diary) -> Iterator[Finding]:
    """Primary hours and shifts of the period are within the contract's bounds."""
    contract = diary.rep.contract
    primary = [shift for shift in diary.own if shift.role == "primary"]
    hours = sum(hours_at_work(shift) for shift in primary)
    days = [diary.begins + number * DAY for number in range((diary.ends - diary.begins).days + 1)]
    whole = _minutes_present(diary.rep, days, _outside(diary))
    present = _minutes_present(diary.rep, days, _away(diary) + _outside(diary))
    owed_hours = _share(contract.min_period_hours, present, whole)
    owed_shifts = 0
    if 2 * present >= whole > 0:
        owed_shifts = contract.min_shifts * present // whole
    for rule, worked, least, most, unit in (
        ("period_hours", hours, owed_hours, contract.max_period_hours, "h"),
        ("shifts", float(len(primary)), float(owed_shifts), contract.max_shifts, "shifts"),
    ):
        said = f"{diary.name} works {worked:g} {unit} in the period; "
        if most is not None and worked - most > DUST:
            sentence = f"{said}{most:g} are the most."
            yield Finding(f"max_{rule}", diary.name, worked - most, sentence)
        if least - worked > DUST:
            sentence = f"{said}the contract asks for {least:g}{_share_text(present, whole)}."
            yield Finding(f"min_{rule}", diary.name, least - worked, sentence, "shortfall")


def _share(hours: float, present: int, whole: int) -> float:
    """Return the hours owed for the minutes present, in whole quarters; none below a half."""
    if present == whole:
        return hours if whole > 0 else 0.0
    if 2 * present < whole:
        return 0.0
    return (round(hours * 60) * present // whole) // QUARTER * QUARTER / 60


def _share_text(present: int, whole: int) -> str:
    return "" if present == whole else f", the share of {present / whole:.0%} present"


def _hours_by_week(rep: Rep, shifts: Iterable[Shift]) -> defaultdict[date, float]:
    """Return primary hours by the Monday of the ISO week in which a shift starts."""
    hours: defaultdict[date, float] = defaultdict(float)
    for shift in shifts:
        if shift.role == "primary":
            hours[monday(wall(shift.start, rep).date())] += hours_at_work(shift)
    return hours


def _away(diary: Diary) -> Away:
    """Return when a rep is absent or not employed, by the wall clock."""
    rep = diary.rep
    away = [(wall(one.start, rep), wall(one.end, rep)) for one in diary.absences]
    if rep.employed_from is not None:
        away.append((datetime.min, datetime.combine(rep.employed_from, time())))
    if rep.employed_until is not None:
        away.append((datetime.combine(rep.employed_until + DAY, time()), datetime.max))
    return away


def _outside(diary: Diary) -> Away:
    begin, end = (wall(moment, diary.rep) for moment in diary.period)
    return [(datetime.min, begin), (end, datetime.max)]


def _minutes_present(rep: Rep, days: Iterable[date], away: Away) -> int:
    """Count the available wall-clock minutes of some days outside the times away."""
    return sum(
        _minutes_left(datetime.combine(day, time()), opens, closes, away)
        for day in days
        for opens, closes in rep.available.windows[day.weekday()]
    )


def _minutes_left(begins: datetime, opens: int, closes: int, away: Away) -> int:
    """Count the minutes of a day's window that no time away touches."""
    left, reached = closes - opens, opens
    for leave, back in sorted(away):
        first = max(reached, (leave - begins) // timedelta(minutes=1))
        last = min(closes, -((begins - back) // timedelta(minutes=1)))
        left -= max(0, last - first)
        reached = max(reached, last)
    return left
