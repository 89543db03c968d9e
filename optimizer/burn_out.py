"""What wears people out although no rule forbids it: findings of the severity ``strain``.

Everything is by the rep's own wall clock, standby included, and counts the weeks before as far as
they are known; what concerns those alone is not told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pandas as pd

from optimizer.local_shifts import LocalShift, local_shift
from optimizer.report import Finding
from optimizer.roster import Assignment
from optimizer.shifts import Shift
from optimizer.staff import Contract, Rep, Team

STRAIN = "strain"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class BurnOutSettings:
    """The ``[burn_out]`` table.

    Parameters
    ----------
    busy
        Share of time with hands on work, planned, above which an hour is heavy.
    busy_hours
        Heavy hours in a row of a shift, without a break, from which on they are told.
    late, early
        A shift that ends after `late` on the day on which it starts, or on a later one, is late;
        one that starts before `early` is early.
    flip_days
        A late shift and an early one next to it, at most so many days later, are a flip.
    flips
        Within `within_days`, as many are borne.
    short_rest_hours
        Between two shifts, by the wall clock; less is short.
    short_rests
        Within `within_days`, as many are borne.
    within_days
        Local days in a row.
    overtime_hours
        Beyond the contract's minimum, where it has one; more makes a week of overtime, and so does
        more than its maximum.
    overtime_weeks
        Weeks of overtime in a row from which on they are told.
    days_without_two_off
        Days that may go by without two days off in a row.
    """

    busy: float = 0.85
    busy_hours: float = 4.0
    late: str = "21:00"
    early: str = "08:00"
    flip_days: int = 2
    flips: int = 1
    short_rest_hours: float = 13.0
    short_rests: int = 2
    within_days: int = 14
    overtime_hours: float = 8.0
    overtime_weeks: int = 3
    days_without_two_off: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.busy <= 1:
            raise ValueError("busy is a share of time; give a number above 0 and up to 1.")
        for name in ("busy_hours", "short_rest_hours", "overtime_hours"):
            if not 0 < getattr(self, name) <= 168:
                raise ValueError(f"{name} must be above 0 and at most 168 hours.")
        for name in ("flip_days", "within_days", "overtime_weeks", "days_without_two_off"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1.")
        for name in ("flips", "short_rests"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be at least 0.")
        for name in ("late", "early"):
            try:
                time.fromisoformat(getattr(self, name))
            except ValueError:
                raise ValueError(
                    f"{name} must be a time such as 21:00, not {getattr(self, name)!r}."
                ) from None


def planned_busy(requirement: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return how busy the hands of those at work are planned to be.

    What a requirement says with the reps that it calls for, spread over those who are there.

    Parameters
    ----------
    requirement
        A row per queue and interval: ``queue, interval_start, rostered_primary, hands_busy``.
    coverage
        The same rows with ``primary``, reps at work.

    Returns
    -------
    pandas.DataFrame
        ``queue, interval_start, hands_busy``, from 0 to 1, where somebody is at work and something
        is known.
    """
    needed = requirement[["queue", "interval_start", "rostered_primary", "hands_busy"]]
    there = coverage.loc[coverage["primary"] > 0, ["queue", "interval_start", "primary"]]
    both = needed.dropna().merge(there, on=["queue", "interval_start"])
    busy = both["hands_busy"] * both["rostered_primary"] / both["primary"]
    return both[["queue", "interval_start"]].assign(hands_busy=busy.clip(upper=1.0))


def burn_out(
    given: Sequence[Assignment],
    team: Team,
    settings: BurnOutSettings,
    *,
    history: Sequence[Assignment] = (),
    busy: pd.DataFrame | None = None,
    interval_minutes: int = 60,
) -> tuple[Finding, ...]:
    """Find what wears people out in a roster.

    Parameters
    ----------
    given
        The roster.
    history
        Assignments before it.
    busy
        As `planned_busy` returns it; None where nothing is known of the work.
    interval_minutes
        Its grid.
    """
    heavy = _heavy(busy, settings.busy)
    now, past = _by_rep(given), _by_rep(history)
    findings: list[Finding] = []
    for rep in team.reps:
        own = sorted((local_shift(one, rep.timezone) for one in now[rep.rep_id]), key=_starts)
        before = [local_shift(one, rep.timezone) for one in past[rep.rep_id]]
        everything = sorted({*own, *before}, key=_starts)
        findings += _heavy_hours(rep, own, heavy, settings, timedelta(minutes=interval_minutes))
        findings += _hard_turns(rep, everything, set(own), settings)
        findings += _overtime(rep, everything, set(own), settings)
        findings += _no_two_off(rep, everything, set(own), settings)
    return tuple(sorted(findings))


Heavy = Mapping[tuple[str, datetime], float]


def _by_rep(assignments: Sequence[Assignment]) -> defaultdict[str, list[Shift]]:
    shifts: defaultdict[str, list[Shift]] = defaultdict(list)
    for one in assignments:
        shifts[one.rep_id].append(one.shift)
    return shifts


def _starts(local: LocalShift) -> tuple[datetime, Shift]:
    return local.shift.start, local.shift


def _heavy(busy: pd.DataFrame | None, limit: float) -> Heavy:
    if busy is None:
        return {}
    above = busy[busy["hands_busy"] > limit + 1e-9]
    starts = pd.DatetimeIndex(above["interval_start"]).to_pydatetime()
    return dict(zip(zip(above["queue"], starts, strict=True), above["hands_busy"], strict=True))


def _heavy_hours(
    rep: Rep, own: Sequence[LocalShift], heavy: Heavy, settings: BurnOutSettings, step: timedelta
) -> Iterator[Finding]:
    """Tell the longest stretch of heavy hours of each shift at work."""
    for local in own:
        shift = local.shift
        if shift.role != "primary":
            continue
        longest: list[datetime] = []
        stretch: list[datetime] = []
        moments = (start for queue, start in heavy if queue == shift.queue)
        inside = sorted(at for at in moments if shift.start < at + step and at < shift.end)
        for at in inside:
            if any(one.start < at + step and at < one.end for one in shift.breaks):
                stretch = []
                continue
            stretch = [*stretch, at] if stretch and stretch[-1] + step == at else [at]
            longest = max(longest, stretch, key=len)
        if not longest:
            continue
        begin, end = max(longest[0], shift.start), min(longest[-1] + step, shift.end)
        hours = (end - begin) / HOUR
        if hours >= settings.busy_hours:
            most = max(heavy[shift.queue, at] for at in longest)
            clock = local_shift(Shift(shift.queue, "", begin, end, "primary"), rep.timezone)
            sentence = (
                f"{rep.rep_id} works {hours:g} h in a row from {clock.wall_start:%Y-%m-%d %H:%M} "
                f"with hands busy above {settings.busy:.0%}, up to {most:.0%}."
            )
            yield Finding("heavy_hours", rep.rep_id, hours, sentence, STRAIN)


def _hard_turns(
    rep: Rep, shifts: Sequence[LocalShift], own: set[LocalShift], settings: BurnOutSettings
) -> Iterator[Finding]:
    """Tell whoever goes from late to early, or rests little between shifts, too often."""
    late, early = time.fromisoformat(settings.late), time.fromisoformat(settings.early)

    def is_flip(one: LocalShift, other: LocalShift) -> bool:
        is_late = one.last_day > one.day or one.wall_end.time() > late
        is_early = other.wall_start.time() < early
        return is_late and is_early and (other.day - one.day).days <= settings.flip_days

    def is_short(one: LocalShift, other: LocalShift) -> bool:
        return (other.wall_start - one.wall_end) / HOUR < settings.short_rest_hours

    flip = "goes from a late shift to an early one"
    short = f"rests less than {settings.short_rest_hours:g} h between shifts"
    for rule, is_hard, borne, words in (
        ("late_early", is_flip, settings.flips, flip),
        ("short_rests", is_short, settings.short_rests, short),
    ):
        days = [(other.day, other in own) for one, other in pairwise(shifts) if is_hard(one, other)]
        most = _most_within(days, settings.within_days)
        if len(most) > borne:
            sentence = f"{rep.rep_id} {words} {_times(len(most))} from {most[0]} to {most[-1]}."
            yield Finding(rule, rep.rep_id, float(len(most)), sentence, STRAIN)


def _overtime(
    rep: Rep, shifts: Sequence[LocalShift], own: set[LocalShift], settings: BurnOutSettings
) -> Iterator[Finding]:
    """Tell runs of weeks in which somebody works well beyond the contract."""
    hours: defaultdict[date, float] = defaultdict(float)
    for local in shifts:
        if local.shift.role == "primary":
            hours[local.week] += local.shift.hours
    limit = _usual_hours(rep.contract, settings)
    judged = {local.week for local in own}
    weeks = sorted(week for week, worked in hours.items() if worked > limit + 1e-9)
    for run in _runs(weeks, WEEK):
        if len(run) >= settings.overtime_weeks and judged.intersection(run):
            sentence = (
                f"{rep.rep_id} works more than {limit:g} h in {len(run)} weeks in a row, from the "
                f"week of {run[0]} to that of {run[-1]}."
            )
            yield Finding("overtime", rep.rep_id, float(len(run)), sentence, STRAIN)


def _usual_hours(contract: Contract, settings: BurnOutSettings) -> float:
    """Return the hours of a week beyond which it is one of overtime."""
    if contract.min_hours == 0:
        return contract.max_hours
    return min(contract.max_hours, contract.min_hours + settings.overtime_hours)


def _no_two_off(
    rep: Rep, shifts: Sequence[LocalShift], own: set[LocalShift], settings: BurnOutSettings
) -> Iterator[Finding]:
    """Tell stretches of days in which nobody has two days off in a row."""
    judged = {local.day for local in own}
    for run in _runs(sorted({local.day for local in shifts}), 2 * DAY):
        length = (run[-1] - run[0]).days + 1
        if length > settings.days_without_two_off and judged.intersection(run):
            sentence = (
                f"{rep.rep_id} has no two days off in a row for {length} days, from {run[0]} to "
                f"{run[-1]}."
            )
            yield Finding("two_days_off", rep.rep_id, float(length), sentence, STRAIN)


def _runs(days: Sequence[date], step: timedelta) -> list[list[date]]:
    """Part days, in order, where two neighbours lie further apart than a step."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] <= step:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _most_within(days: Sequence[tuple[date, bool]], within: int) -> list[date]:
    """Return the most of some days that lie within so many, one of them marked; the latest."""
    best: list[date] = []
    for last, _ in days:
        window = [(day, mark) for day, mark in days if last - within * DAY < day <= last]
        if any(mark for _, mark in window) and len(window) >= len(best):
            best = [day for day, _ in window]
    return best


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
