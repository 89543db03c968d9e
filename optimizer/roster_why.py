"""Why a rep has a shift, who else could, and why somebody else does not; counted from the roster.

What an exchange costs is told by the roster's own aims, in their order: soft rules in wages, hours
below the contracts' minima, then wishes and how evenly burdens are spread, in weights of a wish.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from data.errors import InputError
from optimizer.audited_obstacles import keeping_from, soft_cost
from optimizer.cover import count_coverage, covered
from optimizer.fairness_aim import STEP
from optimizer.fairness_kinds import BURDENS, burdens
from optimizer.local_shifts import local_shift, owed_minutes, wish_worth
from optimizer.obstacles import Obstacle
from optimizer.roster import Assignment
from optimizer.roster_programme import STANDBY_STEP
from optimizer.shifts import Shift, StaffedShift
from optimizer.standing import Person, Standing

LASTING = ("skills", "on_call", "site", "employment")
"""Rules that nobody gives up for one shift."""


@dataclass(frozen=True)
class Cost:
    """What the roster loses when a shift goes to somebody, from somebody or from nobody.

    Parameters
    ----------
    contract_hours
        Hours below the contracts' minima that it adds, over both reps.
    wishes
        Weights of wishes that it loses, over both.
    evenness
        What it adds to the price of burdens that are not spread evenly (nights, weekends, holidays
        and standby, with those of the weeks before; standby alone where nothing is known of
        fairness), in weights.
    rules
        What it adds to the price of soft rules, in wages.
    """

    contract_hours: float
    wishes: float
    evenness: float
    rules: float = 0.0

    @property
    def key(self) -> tuple[float, float, float]:
        """What the cheapest is chosen by."""
        first, then, last = self.rules, self.contract_hours, self.wishes + self.evenness
        return round(first, 6), round(then, 6), round(last, 6)

    @property
    def sentence(self) -> str:
        """The same in words.

        Examples
        --------
        >>> Cost(4, -1, 0).sentence
        'contracts: 4 h more below the minima; wishes: 1 gained'
        >>> Cost(0, 0, 0).sentence
        'costs nothing'
        """
        said = []
        if abs(self.rules) > 1e-9:
            more = "more" if self.rules > 0 else "less"
            said.append(f"soft rules: {abs(self.rules):.4g} wages {more}")
        if abs(self.contract_hours) > 1e-9:
            more = "more" if self.contract_hours > 0 else "fewer"
            said.append(f"contracts: {abs(self.contract_hours):g} h {more} below the minima")
        if abs(self.wishes) > 1e-9:
            said.append(f"wishes: {abs(self.wishes):.4g} {'lost' if self.wishes > 0 else 'gained'}")
        if abs(self.evenness) > 1e-9:
            less = "less" if self.evenness > 0 else "more"
            said.append(f"burdens: {less} evenly spread, by {abs(self.evenness):.2g}")
        return "; ".join(said) or "costs nothing"


@dataclass(frozen=True)
class Substitute:
    """Somebody who could take a shift over: what stands in the way, or what it costs."""

    rep_id: str
    obstacles: tuple[Obstacle, ...]
    cost: Cost


@dataclass(frozen=True)
class Why:
    """Why a rep has a shift.

    Parameters
    ----------
    assignment
        What is explained.
    required_hours
        Hours of the shift, breaks left out, in which its tier is required at all.
    gap
        A row per interval in which reps would be missing, or more of them, without the assignment:
        ``interval_start, interval_end, missing`` (with it) and ``missing_without``, reps.
    gap_hours
        Rep-hours that would be missing beyond those that are.
    substitutes
        Everybody else, who could take it over and at what cost first, then by what stands in the
        way.
    """

    assignment: Assignment
    required_hours: float
    gap: pd.DataFrame
    gap_hours: float
    substitutes: tuple[Substitute, ...]

    @property
    def free(self) -> tuple[Substitute, ...]:
        """Those whom no rule keeps out, the cheapest first."""
        return tuple(one for one in self.substitutes if not one.obstacles)

    @property
    def kept_out(self) -> tuple[tuple[str, int], ...]:
        """How many each rule keeps out, most first; everybody counts for their first rule."""
        counts = Counter(one.obstacles[0].rule for one in self.substitutes if one.obstacles)
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class WhyNot:
    """Why a rep does not have a shift.

    Parameters
    ----------
    obstacles
        Every rule that stands in the way; empty when none does.
    cost
        What it would cost if they took it: from `instead_of`, or on a place that is free.
    instead_of
        Of those who have the shift the rep whose place is cheapest to take; empty when a place is
        free.
    """

    rep_id: str
    shift: Shift
    obstacles: tuple[Obstacle, ...]
    cost: Cost
    instead_of: str


def find_shift(standing: Standing, start: datetime, rep_id: str = "", queue: str = "") -> Shift:
    """Return the shift that starts at an instant, one of the rep's own if there is one.

    Raises
    ------
    InputError
        When no shift starts then, or several do and neither rep nor queue says which.
    """
    own = [
        one.shift.plain
        for one in standing.assignments
        if one.rep_id == rep_id and one.shift.start == start and queue in ("", one.shift.queue)
    ]
    if own:
        return own[0]
    found = [one for one in standing.places if one.start == start and queue in ("", one.queue)]
    if not found:
        raise InputError(
            f"no shift of the roster starts at {start:%Y-%m-%d %H:%M} UTC"
            f"{' on ' + queue if queue else ''}; name the start of one with --shift"
        )
    # Where several start at once, the one that lacks reps is asked for, else the longest.
    lacking = {staffed.shift for staffed in standing.unfilled}
    return max(found, key=lambda one: (one in lacking, one.role == "primary", one.hours))


def why(standing: Standing, assignment: Assignment) -> Why:
    """Say why a rep has a shift.

    Raises
    ------
    ValueError
        When the assignment is not on the roster.
    """
    if assignment not in standing.assignments:
        raise ValueError(f"{assignment.rep_id} does not have this shift; ask why not instead.")
    shift, holder = assignment.shift, standing.people[assignment.rep_id]
    keeps_from = keeping_from(standing, shift.plain)
    gap = _gap(standing, assignment)
    others = [
        person
        for rep_id, person in standing.people.items()
        if rep_id != assignment.rep_id
        and all(one.shift.plain != shift.plain for one in person.worked)
    ]
    substitutes = [
        Substitute(
            person.rep.rep_id,
            keeps_from(person),
            cost_of(standing, shift.plain, person, holder),
        )
        for person in others
    ]
    more = float((gap["missing_without"] - gap["missing"]).sum())
    return Why(
        assignment,
        _required_hours(standing, shift),
        gap,
        more * standing.interval_minutes / 60,
        tuple(sorted(substitutes, key=_order)),
    )


def why_not(standing: Standing, rep_id: str, shift: Shift) -> WhyNot:
    """Say what stands between a rep and a shift, or what it would cost if nothing does.

    Raises
    ------
    InputError
        When there is no such rep.
    ValueError
        When the rep has the shift.
    """
    if rep_id not in standing.people:
        raise InputError(f"--rep: found {rep_id!r}; there is no such rep in the team")
    person, plain = standing.people[rep_id], shift.plain
    if any(one.shift.plain == plain for one in person.worked):
        raise ValueError(f"{rep_id} has this shift; ask why instead.")
    holders: list[Person | None] = [
        standing.people[one.rep_id]
        for one in standing.assignments
        if one.shift.plain == plain and not one.locked
    ]
    if not holders or standing.filled[plain] < standing.asked[plain]:
        holders = [None]
    costs = [
        (cost_of(standing, plain, person, holder), holder.rep.rep_id if holder else "")
        for holder in holders
    ]
    cost, instead_of = min(costs, key=lambda item: (item[0].key, item[1]))
    return WhyNot(rep_id, plain, keeping_from(standing, plain)(person), cost, instead_of)


def cost_of(standing: Standing, shift: Shift, taker: Person, holder: Person | None = None) -> Cost:
    """Return what it costs when somebody takes a shift, from its holder if there is one."""
    rules = contract = wishes = evenness = 0.0
    changes = [(taker, taker.with_shift(shift))]
    if holder is not None:
        changes.append((holder, holder.without(shift)))
    for before, after in changes:
        contract += _below(standing, after, shift) - _below(standing, before, shift)
        rules += soft_cost(standing, after) - soft_cost(standing, before)
        wishes += _worth(before) - _worth(after)
        evenness += _unevenness(standing, after) - _unevenness(standing, before)
    return Cost(contract, wishes, evenness, rules)


def _order(one: Substitute) -> tuple[object, ...]:
    broken = tuple(found.rule for found in one.obstacles)
    # Who lacks a skill or sits elsewhere is further away than who rests too little.
    lasting = sum(rule in LASTING for rule in broken)
    return bool(broken), lasting, len(broken), one.cost.key, broken, one.rep_id


def _below(standing: Standing, person: Person, shift: Shift) -> float:
    """Return the hours that a rep lacks of the contract's minimum in the week of a shift."""
    week = local_shift(shift, person.rep.timezone).week
    owed = owed_minutes(person.rep.contract, person.rep, week, standing.period, person.absences)
    return max(0, owed - person.week_minutes(week)) / 60


def _worth(person: Person) -> float:
    return sum(wish_worth(one.shift, person.wishes) for one in person.worked)


def _unevenness(standing: Standing, person: Person) -> float:
    """Return the price of a rep's burdens, as the roster's aim weighs them."""
    fairness, rep = standing.fairness, person.rep
    if fairness is None:
        count = sum(one.shift.role == "on_call" for one in person.worked)
        return STANDBY_STEP * count * (count - 1) / 2
    past = {one.shift for one in standing.history if one.rep_id == rep.rep_id}
    shifts = [one.shift for one in person.worked if one.shift not in past]
    felt = burdens(shifts, rep.timezone, fairness.night, fairness.holidays)
    away = felt.sum(axis=0) - standing.turns_due[rep.rep_id]
    weights = np.array([fairness.settings.weight(burden) for burden in BURDENS])
    return float((STEP * weights * away**2 / 2).sum())


def _rows(standing: Standing, shift: Shift) -> pd.DataFrame:
    rows = standing.coverage[standing.coverage["queue"] == shift.queue]
    place = covered(pd.DatetimeIndex(rows["interval_start"]), standing.interval_minutes, shift)
    return rows.iloc[place]


def _required_hours(standing: Standing, shift: Shift) -> float:
    rows = _rows(standing, shift)
    needs = rows["required_primary"] + rows["required_on_call"]
    minutes = float((needs > 0).sum()) * standing.interval_minutes
    away = sum((one.end - one.start).total_seconds() / 60 for one in shift.breaks)
    return max(0.0, minutes - away) / 60


def _gap(standing: Standing, assignment: Assignment) -> pd.DataFrame:
    """Count the coverage again without an assignment, where that makes reps missing."""
    queue = assignment.shift.queue
    required = standing.coverage[standing.coverage["queue"] == queue]
    kept: list[Assignment] = [one for one in standing.assignments if one.shift.queue == queue]
    kept.remove(assignment)
    left = count_coverage(required, _staffed(kept), standing.interval_minutes)
    now = required["understaffing"].to_numpy(dtype=float)
    without = left["understaffing"].to_numpy(dtype=float)
    grows = np.asarray(without > now + 1e-9)
    starts = pd.DatetimeIndex(required["interval_start"])[grows]
    return pd.DataFrame(
        {
            "interval_start": starts,
            "interval_end": starts + pd.Timedelta(minutes=standing.interval_minutes),
            "missing": now[grows],
            "missing_without": without[grows],
        }
    )


def _staffed(assignments: Sequence[Assignment]) -> list[StaffedShift]:
    counts: Mapping[Shift, int] = Counter(one.shift for one in assignments)
    return [StaffedShift(shift, count) for shift, count in counts.items()]
