"""Labour rules: each a function that adds one family of named constraints for one rep.

A rule binds what may still be chosen. Shifts that are fixed (locked by a person, or worked before
the period) count, but a rule that they break among themselves is left to the audit to tell.
Every rule has a twin in `optimizer.audit` that judges a roster without this code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pulp

from optimizer.local_shifts import LocalShift
from optimizer.staff import LabourRules, Rep

LONGEST_CLOCK_CHANGE_HOURS = 3
INSTANT = timedelta.resolution


@dataclass(frozen=True)
class Candidate:
    """A shift that a rep may work, and the binary variable of whether they do."""

    local: LocalShift
    work: Any


@dataclass(frozen=True)
class Member:
    """A rep in the programme.

    Parameters
    ----------
    number
        Place in the team, for the names of constraints.
    rep
        Who.
    candidates
        Shifts that may be chosen, by start; none of them clashes with a fixed one.
    locked
        Shifts of the period that a person fixed.
    history
        Shifts worked before the period.
    """

    number: int
    rep: Rep
    candidates: tuple[Candidate, ...]
    locked: tuple[LocalShift, ...]
    history: tuple[LocalShift, ...]

    @property
    def fixed(self) -> tuple[LocalShift, ...]:
        """Every shift that is not to be chosen."""
        return self.history + self.locked


LabourRule = Callable[[pulp.LpProblem, Member, LabourRules], None]


def one_shift_a_day(problem: pulp.LpProblem, member: Member, _: LabourRules) -> None:
    """At most one shift starts on each local day."""
    for day, candidates in _by(member.candidates, lambda local: local.day).items():
        if len(candidates) > 1:
            name = f"one_shift_a_day_{member.number}_{day:%Y%m%d}"
            problem += pulp.lpSum(candidate.work for candidate in candidates) <= 1, name


def overlap(problem: pulp.LpProblem, member: Member, rules: LabourRules) -> None:
    """Nobody is in two places at any instant; a rest longer than any clock change implies it."""
    if rules.min_rest_hours > LONGEST_CLOCK_CHANGE_HOURS:
        return
    spans = [
        (candidate.local.shift.start, candidate.local.shift.end, candidate.work)
        for candidate in member.candidates
    ]
    _one_at_a_time(problem, spans, f"overlap_{member.number}")


def rest(problem: pulp.LpProblem, member: Member, rules: LabourRules) -> None:
    """By the wall clock, no shift starts while an earlier one still lasts or its rest runs.

    A shift and its rest are an interval of wall time, and pairs that exclude each other are
    intervals that overlap. In such a graph the instants at which intervals start give all cliques,
    which bind tighter than pairs (Gupta, Lee and Leung 1982, doi:10.1002/net.3230120410).
    """
    pause = timedelta(hours=rules.min_rest_hours)
    spans = [
        (
            candidate.local.wall_start,
            max(
                candidate.local.wall_end + pause, candidate.local.wall_start + timedelta.resolution
            ),
            candidate.work,
        )
        for candidate in member.candidates
    ]
    _one_at_a_time(problem, spans, f"rest_{member.number}")


def consecutive_days(problem: pulp.LpProblem, member: Member, rules: LabourRules) -> None:
    """Any `max_consecutive_days` + 1 local days have a day without a shift."""
    days = _by(member.candidates, lambda local: local.day)
    fixed = {local.day for local in member.fixed}
    for window in _windows(sorted({*days, *fixed}), rules.max_consecutive_days + 1):
        worked = [candidate.work for day in window for candidate in days.get(day, ())]
        left = rules.max_consecutive_days - len(fixed.intersection(window))
        if worked and len(days.keys() & window) > left:
            name = f"consecutive_days_{member.number}_{window[0]:%Y%m%d}"
            problem += pulp.lpSum(worked) <= max(0, left), name


def week_hours(problem: pulp.LpProblem, member: Member, rules: LabourRules) -> None:
    """Primary hours in an ISO week stay within the contract and the law, the smaller of both."""
    limit = min(rules.max_week_hours, member.rep.contract.max_hours)
    for week, candidates in _by(member.candidates, lambda local: local.week).items():
        primary = [one for one in candidates if one.local.shift.role == "primary"]
        left = limit - sum(
            local.minutes / 60
            for local in member.fixed
            if local.week == week and local.shift.role == "primary"
        )
        if sum(one.local.minutes / 60 for one in primary) > left:
            hours = pulp.lpSum(one.local.minutes / 60 * one.work for one in primary)
            problem += hours <= max(0.0, left), f"week_hours_{member.number}_{week:%Y%m%d}"


LABOUR_RULES: Mapping[str, LabourRule] = {
    "one_shift_a_day": one_shift_a_day,
    "overlap": overlap,
    "rest": rest,
    "consecutive_days": consecutive_days,
    "week_hours": week_hours,
}

KEPT_RULES: frozenset[str] = frozenset()
"""Rules of `optimizer.labour_rules` that are kept beyond rest, days in a row and week hours."""

SOFT_RULES: frozenset[str] = frozenset()
"""Rules that are kept at a price as well."""


def _by(
    candidates: Iterable[Candidate], key: Callable[[LocalShift], date]
) -> dict[date, list[Candidate]]:
    groups: dict[date, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate.local)].append(candidate)
    return dict(groups)


def _windows(days: Sequence[date], length: int) -> Iterator[tuple[date, ...]]:
    """Yield every run of `length` days that starts on one of `days`."""
    for first in days:
        yield tuple(first + timedelta(days=number) for number in range(length))


def _one_at_a_time(
    problem: pulp.LpProblem, spans: Sequence[tuple[datetime, datetime, Any]], name: str
) -> None:
    """At most one is chosen of the spans that hold any instant; only largest sets are written."""
    ordered = sorted(spans, key=lambda span: (span[0], span[1]))
    for number, (start, _, _) in enumerate(ordered):
        held = [span for span in ordered[: number + 1] if span[1] > start]
        last = number + 1 == len(ordered)
        grows = not last and all(span[1] > ordered[number + 1][0] for span in held)
        if len(held) > 1 and not grows:
            problem += pulp.lpSum(work for _, _, work in held) <= 1, f"{name}_{number}"
