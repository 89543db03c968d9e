"""The few changes of a plan that are worth most, together: who could work them, and what they do.

Changes are taken in the order of their worth. One that touches an hour of a queue which a change
before it has touched, or a rep whom it has, is left out: so what is listed can all be done, and
the savings add up exactly. Nor does any of them break a rule of the plan as a whole further: least
and most presence, and the share of part-time hours. With a roster a change is listed only where
somebody can work it: with the skill, the hours, the rest and the days in a row of the labour rules,
and with no week below what the contract promises; hours above the contract's are nobody's. What
else the labour rules ask for, the audit finds broken no further.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from forecast.days import Floats
from optimizer.audit import audit
from optimizer.cover import covered
from optimizer.eligibility import barrier
from optimizer.kept_rules import binds, broken, changed
from optimizer.local_shifts import LocalShift, clash, local_shift
from optimizer.plan_changes import Change, QueuePlan, presence, value_changes
from optimizer.roster import Assignment
from optimizer.rules_asked import rules_asked
from optimizer.shifts import Shift, ShiftSettings
from optimizer.staff import LabourRules, Rep, Team

LEAST = 0.01
"""Of wages: what saves less is not worth a sentence."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Suggestion:
    """A change worth making.

    Parameters
    ----------
    change
        What is done and what it spares, in wages.
    rep_id
        Who works the shift that changes, or could work a new one; empty when nobody is named.
    worst
        Start of the interval in which it changes the probability of shortage most, in UTC.
    p_short_before, p_short_after
        Probability that somebody is missing in it, even with everybody on call, before and after.
    """

    change: Change
    rep_id: str
    worst: datetime
    p_short_before: float
    p_short_after: float


@dataclass(frozen=True)
class People:
    """Who works what, for changes that somebody has to be able to work.

    Parameters
    ----------
    team
        Everybody.
    rules
        Of labour.
    assignments
        Who has which shift.
    period
        First instant that is planned and the one after the last; None for the days of the shifts.
    """

    team: Team
    rules: LabourRules
    assignments: tuple[Assignment, ...]
    period: tuple[datetime, datetime] | None = None

    def able(self, change: Change) -> tuple[str, ...]:
        """Return the reps who could work a change; those with fewest hours of the week first."""
        found = []
        for rep in self.team.reps:
            own = [one.shift for one in self.assignments if one.rep_id == rep.rep_id]
            if change.before is not None:
                if change.before not in own:
                    continue
                own.remove(change.before)
            if self._can(rep, own, change):
                found.append((_week_hours(rep, own, change.shifts[-1]), rep.rep_id))
        return tuple(rep_id for _, rep_id in sorted(found))

    def _can(self, rep: Rep, own: Sequence[Shift], change: Change) -> bool:
        before, after = change.before, change.after
        if before is not None and before.role == "primary":
            others = _week_hours(rep, own, before)
            same = after is not None and _week(rep, after) == _week(rep, before)
            kept = others + (after.hours if after and same and after.role == "primary" else 0.0)
            # Who is below the contract already does not go further below it.
            if kept < min(rep.contract.min_hours, others + before.hours):
                return False
        if after is None:
            return self._breaks_no_more(rep, own, change)
        absences = [one for one in self.team.absences if one.rep_id == rep.rep_id]
        if barrier(rep, after, absences) is not None:
            return False
        rest = timedelta(hours=self.rules.min_rest_hours)
        new = local_shift(after, rep.timezone)
        known = [local_shift(shift, rep.timezone) for shift in own]
        if any(clash(new, other, rest) for other in known):
            return False
        if _days_in_a_row(new, known) > self.rules.max_consecutive_days:
            return False
        most = min(rep.contract.max_hours, self.rules.max_week_hours)
        if after.role == "primary" and _week_hours(rep, own, after) + after.hours > most:
            return False
        return self._breaks_no_more(rep, own, change)

    @cached_property
    def _asked(self) -> frozenset[str]:
        return rules_asked(self.rules, self.team)

    def _breaks_no_more(self, rep: Rep, own: Sequence[Shift], change: Change) -> bool:
        """Whether no rule that is set, soft ones among them, is broken further by a change."""
        asked = self._asked
        if not asked:
            return True
        before, after = (
            self._broken(rep, [*own, *filter(None, [shift])], asked)
            for shift in (change.before, change.after)
        )
        return all(amount <= before[rule] + LEAST for rule, amount in after.items())

    def _broken(
        self, rep: Rep, own: Sequence[Shift], asked: Collection[str]
    ) -> Mapping[str, float]:
        """Return by how much each rule is broken when a rep has some shifts."""
        is_alone = not {"mentors", "proficiency"} & set(asked)
        reps = (rep,) if is_alone else self.team.reps
        team = replace(
            self.team,
            reps=reps,
            absences=tuple(one for one in self.team.absences if one.rep_id == rep.rep_id),
            preferences=tuple(one for one in self.team.preferences if one.rep_id == rep.rep_id),
        )
        others = () if is_alone else self.assignments
        given = [one for one in others if one.rep_id != rep.rep_id]
        given += [Assignment(rep.rep_id, shift) for shift in own]
        amounts: defaultdict[str, float] = defaultdict(float)
        for one in audit(
            given, (), team, self.rules, timezone="UTC", interval_minutes=60, period=self.period
        ):
            amounts[one.rule] += one.amount if one.rule in asked else 0
        return amounts


def suggest(
    queues: Iterable[QueuePlan],
    shifts: Mapping[Shift, int],
    settings: ShiftSettings,
    timezone: str,
    people: People | None = None,
    most: int = 10,
) -> tuple[Suggestion, ...]:
    """List the changes of single shifts that spare most, none of which stands in another's way.

    Parameters
    ----------
    queues
        What each queue calls for and what the shifts bring.
    shifts
        How many reps each shift has.
    settings, timezone
        What shifts there could be.
    people
        Who works them; None when nobody is named.
    most
        How many to list.

    Returns
    -------
    tuple of Suggestion
        Those that spare most come first; empty when no change spares anything.
    """
    plans = {of.queue: of for of in queues}
    changes = [
        change
        for of in plans.values()
        for change in value_changes(
            of, sorted(shift for shift in shifts if shift.queue == of.queue), settings, timezone
        )
        if change.saves >= LEAST
    ]
    rules = _Rules(shifts, tuple(plans.values()), settings, timezone)
    taken = {name: np.zeros(len(of.starts), dtype=bool) for name, of in plans.items()}
    busy: set[str] = set()
    found: list[Suggestion] = []
    for change in sorted(changes, key=lambda one: (-round(one.saves, 9), one.shifts, one.kind)):
        if len(found) == most:
            break
        of = plans[change.queue]
        touched = _touched(of, change)
        if taken[of.queue][touched].any() or not rules.allow(change):
            continue
        who = ""
        if people is not None:
            who = next((rep_id for rep_id in people.able(change) if rep_id not in busy), "")
            if not who:
                continue
            busy.add(who)
        rules.take(change)
        taken[of.queue][touched] = True
        found.append(_suggestion(of, change, who))
    return tuple(found)


class _Rules:
    """Rules of the plan as a whole, which no change may break further, alone or with the others."""

    def __init__(
        self,
        shifts: Mapping[Shift, int],
        queues: Sequence[QueuePlan],
        settings: ShiftSettings,
        timezone: str,
    ) -> None:
        self._all = queues, settings, timezone
        self._binds = binds(settings)
        self._before = self._now = dict(shifts)
        self._broken = broken(shifts, *self._all) if self._binds else np.zeros(0)

    def allow(self, change: Change) -> bool:
        return not self._binds or all(
            (broken(changed(shifts, change), *self._all) <= self._broken + 1e-9).all()
            for shifts in (self._before, self._now)
        )

    def take(self, change: Change) -> None:
        self._now = changed(self._now, change)


def _touched(of: QueuePlan, change: Change) -> slice:
    spans = [covered(of.starts, of.interval_minutes, shift) for shift in change.shifts]
    return slice(min(span.start for span in spans), max(span.stop for span in spans))


def _suggestion(of: QueuePlan, change: Change, who: str) -> Suggestion:
    """Say what a change does to the probability of shortage."""
    primary, on_call = of.primary.astype(float), of.on_call.astype(float)
    before = _p_short(of, primary, on_call)
    for shift, sign in ((change.before, -1.0), (change.after, 1.0)):
        if shift is not None:
            reps = primary if shift.role == "primary" else on_call
            span, there = presence(of, shift)
            reps[span] += sign * there
    after = _p_short(of, primary, on_call)
    touched = _touched(of, change)
    worst = touched.start + int(np.argmax(np.abs(after - before)[touched]))
    at: datetime = of.starts[worst].to_pydatetime()
    return Suggestion(change, who, at, float(before[worst]), float(after[worst]))


def _p_short(of: QueuePlan, primary: Floats, on_call: Floats) -> Floats:
    there = primary * (1 - of.prices.shrinkage) + on_call
    share: Floats = (of.distribution.draws > there[None] + 1e-9).mean(axis=0)
    return share


def _week(rep: Rep, shift: Shift) -> date:
    return local_shift(shift, rep.timezone).week


def _week_hours(rep: Rep, own: Iterable[Shift], shift: Shift) -> float:
    """Return a rep's primary hours in the week of a shift."""
    week = _week(rep, shift)
    return sum(one.hours for one in own if one.role == "primary" and _week(rep, one) == week)


def _days_in_a_row(new: LocalShift, others: Iterable[LocalShift]) -> int:
    """Count the local days in a row on which a shift starts, around that of a new one."""
    days = {other.day for other in others}
    count = 1
    for step in (-DAY, DAY):
        day = new.day + step
        while day in days:
            count, day = count + 1, day + step
    return count
