"""Fairness across weeks: what everybody carried beside what was theirs to carry.

A *turn* is a shift that is a burden to who works it (`optimizer.fairness_kinds`): a night, a
weekend's or a holiday's shift, a standby. Every turn is owed by those who could have had it: who
had the skill, took standby, was employed, available and not away, and for whom it was that burden
by their own clock. They owe it in proportion to the hours of their contracts, nobody more than the
whole of it. What somebody carried less what they owed is their excess; excesses add up to nothing.

A request is a wish for or against working at a time. It is denied when somebody who would rather
not works then, or somebody who would like to does not; each request owes the same share of what
was denied.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import midnight
from optimizer.fairness_kinds import BURDENS
from optimizer.fairness_shares import burdens_of_team, deal, who_could
from optimizer.local_shifts import wall_time
from optimizer.roster import Assignment
from optimizer.staff import Rep, Team

Floats = npt.NDArray[np.float64]
Part = Literal["nights", "weekends", "holidays", "standby", "requests"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class FairnessSettings:
    """The ``[fairness]`` table.

    Parameters
    ----------
    weeks
        How many earlier weeks count.
    gaps, nights, weekends, holidays, standby, requests
        Weight of each part of the score. The five that people share weigh as much in the next
        roster; 0 leaves a part out.
    """

    weeks: int = 13
    gaps: float = 1.0
    nights: float = 1.0
    weekends: float = 1.0
    holidays: float = 1.0
    standby: float = 1.0
    requests: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= 104:
            raise ValueError("weeks must be from 1 to 104.")
        for name in ("gaps", *PARTS):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} is a weight; give a number from 0 to 100.")

    def weight(self, part: str) -> float:
        """Return the weight of a part."""
        return float(getattr(self, part))


@dataclass(frozen=True)
class PastRoster:
    """An earlier stretch of time, who worked what in it, and who could have.

    Parameters
    ----------
    begin, end
        Instants; a shift belongs to the stretch in which it starts.
    assignments
        Who worked what.
    team
        The people of that time, with their absences and wishes as they are known now.
    coverage
        A row per queue and interval as `optimizer.cover.count_coverage`; None where nothing is
        known of what was required.
    interval_minutes
        Of the coverage.
    """

    begin: datetime
    end: datetime
    assignments: tuple[Assignment, ...]
    team: Team
    coverage: pd.DataFrame | None = None
    interval_minutes: int = 60

    def __post_init__(self) -> None:
        if not self.begin < self.end:
            raise ValueError("A past roster must end after it begins.")

    def between(self, begin: datetime, end: datetime) -> "PastRoster":
        """Return the part of it that lies between two instants."""
        first, last = max(self.begin, begin), min(self.end, end)
        inside = tuple(one for one in self.assignments if first <= one.shift.start < last)
        coverage = self.coverage
        if coverage is not None:
            starts = coverage["interval_start"]
            coverage = coverage[(starts >= first) & (starts < last)]
        return replace(self, begin=first, end=last, assignments=inside, coverage=coverage)


@dataclass(frozen=True)
class Ledger:
    """What everybody carried of the weeks that count, and what they owed.

    Parameters
    ----------
    table
        A row per rep, in the order of the newest team and then of the older ones: ``rep_id, name,
        contract_hours``; for each of `PARTS` a column of turns carried (of requests denied) and
        one called ``_due``; ``standby_hours`` elapsed; ``requests_made``.
    begin, end
        First instant that counts and the one after the last.
    required_hours, missing_hours
        Rep-hours of all intervals that were required, and that nobody covered; None where nothing
        is known of them.
    """

    table: pd.DataFrame
    begin: datetime
    end: datetime
    required_hours: float | None
    missing_hours: float | None

    def excess(self) -> dict[str, dict[Part, float]]:
        """Return by rep and part what was carried beyond what was owed; below 0 for less."""
        return {
            str(row["rep_id"]): {part: float(row[part] - row[f"{part}_due"]) for part in PARTS}
            for row in self.table.to_dict("records")
        }


def latest(
    past: Sequence[PastRoster], until: datetime, weeks: int, timezone: str
) -> tuple[PastRoster, ...]:
    """Return the weeks that count: the last ones before an instant, each moment of them once.

    Where two rosters cover the same time, the one that begins later holds from its begin on.

    Parameters
    ----------
    until
        The instant after the last that counts.
    weeks
        How many, by the wall clock.
    timezone
        The calendar's.
    """
    first = wall_time(until, timezone) - timedelta(weeks=weeks)
    begin = midnight(first.date(), timezone).to_pydatetime()
    ordered = sorted(past, key=lambda one: (one.begin, one.end))
    ends = [one.begin for one in ordered[1:]] + [until] * bool(ordered)
    cut = []
    for one, end in zip(ordered, ends, strict=True):
        last = min(one.end, end, until)
        if max(one.begin, begin) < last:
            cut.append(one.between(begin, last))
    return tuple(cut)


def ledger(past: Sequence[PastRoster], night: str, holidays: Collection[date]) -> Ledger | None:
    """Count what everybody carried and owed in rosters that do not overlap; None without any.

    Parameters
    ----------
    past
        As `latest` returns them.
    night
        Local hours such as ``23:00-06:00``.
    holidays
        Local days.
    """
    if not past:
        return None
    reps: dict[str, Rep] = {}
    for one in reversed(past):
        for rep in one.team.reps:
            reps.setdefault(rep.rep_id, rep)
    places = {rep_id: place for place, rep_id in enumerate(reps)}
    carried, due = np.zeros((len(reps), len(BURDENS))), np.zeros((len(reps), len(BURDENS)))
    hours = np.zeros(len(reps))
    for one in past:
        own = [places[rep.rep_id] for rep in one.team.reps]
        now_carried, now_due = _turns(one, night, holidays)
        carried[own] += now_carried
        due[own] += now_due
        for worked in one.assignments:
            if worked.shift.role == "on_call" and worked.rep_id in places:
                hours[places[worked.rep_id]] += worked.shift.length / timedelta(hours=1)
    made, denied = _requests(past, list(reps))
    table = pd.DataFrame(
        {
            "rep_id": list(reps),
            "name": [rep.name for rep in reps.values()],
            "contract_hours": [rep.contract.max_hours for rep in reps.values()],
        }
    )
    for number, part in enumerate(BURDENS):
        table[part], table[f"{part}_due"] = carried[:, number], due[:, number]
    table["standby_hours"] = hours
    table["requests"], table["requests_made"] = denied, made
    table["requests_due"] = made * (denied.sum() / max(1.0, made.sum()))
    return Ledger(table, past[0].begin, past[-1].end, *_gaps(past))


def _turns(past: PastRoster, night: str, holidays: Collection[date]) -> tuple[Floats, Floats]:
    """Return what the reps of a past roster carried of each burden, and what they owed."""
    team = past.team
    places = {rep.rep_id: place for place, rep in enumerate(team.reps)}
    worked = [one for one in past.assignments if one.rep_id in places]
    plain = [(one.rep_id, one.shift.plain) for one in worked]
    listed = sorted({shift for _, shift in plain})
    columns = {shift: column for column, shift in enumerate(listed)}
    felt = burdens_of_team(listed, team, night, holidays)
    carried = np.zeros((len(team.reps), len(BURDENS)))
    turns = np.zeros((len(listed), len(BURDENS)))
    for rep_id, shift in plain:
        place, column = places[rep_id], columns[shift]
        carried[place] += felt[place, column]
        turns[column] += felt[place, column]
    may = who_could(listed, team)
    for rep_id, shift in plain:
        may[places[rep_id], columns[shift]] = True
    weights = np.array([rep.contract.max_hours for rep in team.reps])
    due = np.stack(
        [
            deal(may & felt[:, :, number], weights, turns[:, number]).sum(axis=1)
            for number in range(len(BURDENS))
        ],
        axis=1,
    )
    return carried, due


def _requests(past: Sequence[PastRoster], rep_ids: Sequence[str]) -> tuple[Floats, Floats]:
    """Return by rep how many requests were made for the time of the rosters, and denied."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {rep_id: [] for rep_id in rep_ids}
    for roster in past:
        for one in roster.assignments:
            spans.setdefault(one.rep_id, []).append((one.shift.start, one.shift.end))
    made, denied = Counter[str](), Counter[str]()
    for roster in past:
        for wish in roster.team.preferences:
            if not roster.begin <= wish.start < roster.end or wish.weight == 0:
                continue
            works = any(start < wish.end and wish.start < end for start, end in spans[wish.rep_id])
            made[wish.rep_id] += 1
            denied[wish.rep_id] += works == (wish.weight < 0)
    return (
        np.array([float(made[rep_id]) for rep_id in rep_ids]),
        np.array([float(denied[rep_id]) for rep_id in rep_ids]),
    )


def _gaps(past: Sequence[PastRoster]) -> tuple[float | None, float | None]:
    """Return the rep-hours that were required and those that nobody covered."""
    hours = list(_hours(past))
    if not hours:
        return None, None
    return sum(required for required, _ in hours), sum(missing for _, missing in hours)


def _hours(past: Sequence[PastRoster]) -> Iterator[tuple[float, float]]:
    for one in past:
        if one.coverage is not None:
            required = one.coverage["required_primary"] + one.coverage["required_on_call"]
            missing = one.coverage["understaffing"].sum() * one.interval_minutes / 60
            yield float(required.sum() * one.interval_minutes / 60), float(missing)
