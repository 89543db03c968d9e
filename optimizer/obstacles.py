"""What stands between a rep and a shift: every rule that it would break, when and by how much.

The rules that need no more than the rep and the shift (skill, site, absence, …) and those that
count what else the rep works are each told in a few words. Any other rule that `optimizer.audit`
knows is told in the audit's sentence: what it finds of the rep with the shift and not without it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.week import DAYS
from optimizer.local_shifts import LocalShift, local_shift, minutes_outside, wall_time
from optimizer.shifts import Shift
from optimizer.staff import LabourRules
from optimizer.standing import Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUNDING = 1e-9


@dataclass(frozen=True, order=True)
class Obstacle:
    """A rule that a rep would break by working a shift.

    Parameters
    ----------
    rule
        Its name, as `optimizer.audit` has it.
    rep_id
        Whose.
    when
        The instant that it concerns: where the other shift, the absence or the week begins.
    amount
        By how much, in the rule's own unit: hours, days, or 1 where there is no more or less.
    sentence
        The same in words, in the rep's wall time.
    """

    rule: str
    rep_id: str
    when: datetime
    amount: float
    sentence: str


Rule = Callable[[Person, LocalShift, LabourRules], Iterator[Obstacle]]


def obstacles(person: Person, shift: Shift, rules: LabourRules) -> tuple[Obstacle, ...]:
    """Return all that keeps a rep from a shift on top of what they work; empty when nothing does.

    Parameters
    ----------
    person
        Whose shifts do not hold this one already, or hold it and are judged with it.
    """
    other = person.without(shift)
    local = local_shift(shift, person.rep.timezone)
    return tuple(found for rule in RULES.values() for found in rule(other, local, rules))


def standing_obstacles(person: Person, shift: Shift, rules: LabourRules) -> tuple[Obstacle, ...]:
    """Return what keeps a rep from a shift whatever else they work."""
    local = local_shift(shift, person.rep.timezone)
    return tuple(found for name in STANDING_RULES for found in RULES[name](person, local, rules))


def _skills(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    rep, queue = person.rep, local.shift.queue
    if rep.skills and queue not in rep.skills:
        yield _of("skills", person, local, local.shift.hours, f"skill: lacks {queue}")


def _standby(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    if local.shift.role == "on_call" and not person.rep.on_call:
        yield _of("on_call", person, local, local.shift.hours, "standby: takes none")


def _site(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    here, there = person.rep.site, local.shift.site
    if here and there and here != there:
        text = f"site: is at {here}, the shift at {there}"
        yield _of("site", person, local, local.shift.hours, text)


def _employment(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    rep = person.rep
    if rep.employed_from is not None and local.day < rep.employed_from:
        text = f"employment: begins on {day_text(rep.employed_from)}"
        yield _of("employment", person, local, local.shift.hours, text)
    if rep.employed_until is not None and rep.employed_until < local.last_day:
        text = f"employment: ends on {day_text(rep.employed_until)}"
        yield _of("employment", person, local, local.shift.hours, text)


def _absence(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    for absence in person.absences:
        common = min(local.shift.end, absence.end) - max(local.shift.start, absence.start)
        if common > timedelta(0):
            zone = person.rep.timezone
            first, last = wall_time(absence.start, zone), wall_time(absence.end, zone)
            text = (
                f"absence: {absence.kind or 'away'} from {moment_text(first)} to "
                f"{moment_text(last)}, {common / HOUR:g} h of the shift"
            )
            yield Obstacle("absence", person.rep.rep_id, absence.start, common / HOUR, text)


def _availability(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    outside = minutes_outside(local.shift, person.rep)
    if outside:
        text = f"availability: {outside / 60:.4g} h of the shift outside {_hours_of(person, local)}"
        yield _of("availability", person, local, outside / 60, text)


def _never(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    for wish in person.wishes:
        common = min(local.shift.end, wish.end) - max(local.shift.start, wish.start)
        if wish.kind == "never" and common > timedelta(0):
            zone = person.rep.timezone
            first, last = wall_time(wish.start, zone), wall_time(wish.end, zone)
            text = (
                f"never: no work from {moment_text(first)} to {moment_text(last)}, "
                f"{common / HOUR:g} h of the shift"
            )
            yield Obstacle("never", person.rep.rep_id, wish.start, 1.0, text)


def _hours_of(person: Person, local: LocalShift) -> str:
    """Say a rep's hours on the days that a shift touches."""
    said = []
    for day in dict.fromkeys((local.day, local.last_day)):
        windows = person.rep.available.windows[day.weekday()]
        hours = ", ".join(f"{_clock(first)}–{_clock(last)}" for first, last in windows)
        said.append(f"{DAYS[day.weekday()]} {hours or 'never'}")
    return "; ".join(said)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _overlap(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    for other in person.worked:
        common = min(local.shift.end, other.shift.end) - max(local.shift.start, other.shift.start)
        if common > timedelta(0):
            text = f"overlap: {common / HOUR:g} h with {_other(other)}"
            yield _beside("overlap", person, other, common / HOUR, text)


def _one_shift_a_day(person: Person, local: LocalShift, _: LabourRules) -> Iterator[Obstacle]:
    for other in person.worked:
        if other.day == local.day:
            text = f"one shift a day: already has {_other(other)}"
            yield _beside("one_shift_a_day", person, other, 1.0, text)


def _rest(person: Person, local: LocalShift, rules: LabourRules) -> Iterator[Obstacle]:
    least = rules.min_rest_hours
    for other in person.worked:
        is_after = other.shift.end <= local.shift.start
        if not is_after and other.shift.start < local.shift.end:
            continue
        first, then = (other, local) if is_after else (local, other)
        pause = (then.wall_start - first.wall_end) / HOUR
        if pause < least - ROUNDING:
            where = (
                f"after the shift that ends {moment_text(other.wall_end)}"
                if is_after
                else f"before the shift that starts {moment_text(other.wall_start)}"
            )
            text = f"rest: {pause:.4g} h of {least:g} h {where}"
            yield _beside("rest", person, other, least - pause, text)


def _consecutive_days(person: Person, local: LocalShift, rules: LabourRules) -> Iterator[Obstacle]:
    days = {other.day for other in person.worked}
    first = last = local.day
    while first - DAY in days:
        first -= DAY
    while last + DAY in days:
        last += DAY
    length, most = (last - first).days + 1, rules.max_consecutive_days
    if length > most and local.day not in days:
        text = f"days in a row: {length} of at most {most}, {day_text(first)} to {day_text(last)}"
        yield _of("consecutive_days", person, local, float(length - most), text)


def _week_hours(person: Person, local: LocalShift, rules: LabourRules) -> Iterator[Obstacle]:
    if local.shift.role != "primary":
        return
    hours = (person.week_minutes(local.week) + local.minutes) / 60
    for rule, word, most in (
        ("contract_maximum", "contract", person.rep.contract.max_hours),
        ("max_week_hours", "week", rules.max_week_hours),
    ):
        if hours > most + ROUNDING:
            text = (
                f"{word} hours: {hours:.4g} h of at most {most:g} h in the week of "
                f"{day_text(local.week)}"
            )
            yield _of(rule, person, local, hours - most, text)


STANDING_RULES = ("skills", "on_call", "site", "employment", "absence", "availability", "never")
"""Those that hold whatever else a rep works."""

RULES: dict[str, Rule] = {
    "skills": _skills,
    "on_call": _standby,
    "site": _site,
    "employment": _employment,
    "absence": _absence,
    "availability": _availability,
    "never": _never,
    "overlap": _overlap,
    "one_shift_a_day": _one_shift_a_day,
    "rest": _rest,
    "consecutive_days": _consecutive_days,
    "week_hours": _week_hours,
}


def moment_text(wall: datetime) -> str:
    """Name a wall time.

    Examples
    --------
    >>> moment_text(datetime(2026, 3, 3, 23))
    'Tue 03 Mar 23:00'
    """
    return f"{wall:%a %d %b %H:%M}"


def day_text(day: date) -> str:
    """Name a day."""
    return f"{day:%a %d %b}"


def shift_text(local: LocalShift) -> str:
    """Name a shift in somebody's wall time.

    Examples
    --------
    >>> from datetime import UTC
    >>> shift = Shift(
    ...     "live", "", datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 3, 17, tzinfo=UTC),
    ...     "primary",
    ... )
    >>> shift_text(local_shift(shift, "UTC"))
    'live Tue 03 Mar 09:00–17:00'
    """
    role = " on call" if local.shift.role == "on_call" else ""
    return f"{local.shift.queue}{role} {moment_text(local.wall_start)}–{local.wall_end:%H:%M}"


def _other(other: LocalShift) -> str:
    return shift_text(other)


def _of(rule: str, person: Person, local: LocalShift, amount: float, text: str) -> Obstacle:
    return Obstacle(rule, person.rep.rep_id, local.shift.start, amount, text)


def _beside(rule: str, person: Person, other: LocalShift, amount: float, text: str) -> Obstacle:
    return Obstacle(rule, person.rep.rep_id, other.shift.start, amount, text)
