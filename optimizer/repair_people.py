"""Who works what while a roster is mended, and what each rep may work beside it.

What is certain to be forbidden is seen at once; the word on what is allowed is the audit's, so a
new rule holds here as soon as the audit knows it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from optimizer.audit import audit
from optimizer.choose_roster import chosen_shifts
from optimizer.eligibility import Barrier, barrier
from optimizer.fairness_kinds import BURDENS, burdens
from optimizer.local_shifts import clash, local_shift
from optimizer.period import span
from optimizer.repair_types import Published
from optimizer.report import Finding
from optimizer.roster import Assignment
from optimizer.shifts import Shift
from optimizer.staff import Absence, LabourRules, Rep, Team

PLACES = frozenset({"unfilled", "overfilled"})
"""Findings on the plan's places, which a repair may change."""

TOGETHER = frozenset({"proficiency", "mentors"})
"""Rules that bind reps together."""


class People:
    """Reps with the duties that they have so far.

    Parameters
    ----------
    of
        The roster, with the team as it is now.
    kept
        The duties that are left of it.
    aside
        Reps whose duties stay as they are left, and who get no others.
    """

    def __init__(
        self, of: Published, kept: Iterable[Assignment], aside: Iterable[str] = ()
    ) -> None:
        self.aside = frozenset(aside)
        self.of = of
        self.reps: dict[str, Rep] = {rep.rep_id: rep for rep in of.team.reps}
        self.absences: defaultdict[str, list[Absence]] = defaultdict(list)
        for absence in of.team.absences:
            self.absences[absence.rep_id].append(absence)
        self.duties: defaultdict[str, tuple[Shift, ...]] = defaultdict(tuple)
        self.fixed: set[tuple[str, Shift]] = set()
        for one in kept:
            self.duties[one.rep_id] += (one.shift,)
            if of.is_fixed(one) or one.rep_id in self.aside:
                self.fixed.add((one.rep_id, one.shift))
        self.history: defaultdict[str, tuple[Assignment, ...]] = defaultdict(tuple)
        for one in of.history:
            self.history[one.rep_id] += (one,)
        self._period = span(of.coverage, of.interval_minutes)
        self._pause = timedelta(hours=of.rules.min_rest_hours)
        self._barriers: dict[tuple[str, Shift], Barrier | None] = {}
        self._before: dict[str, frozenset[Finding]] = {}
        self._at_first = dict(self.duties)

    def day(self, rep_id: str, shift: Shift) -> date:
        """Return the rep's local day on which a shift starts."""
        return local_shift(shift, self.reps[rep_id].timezone).day

    def on_day(self, rep_id: str, shift: Shift) -> tuple[Shift, ...]:
        """Return the rep's duties of the day on which a shift starts."""
        day = self.day(rep_id, shift)
        return tuple(one for one in self.duties[rep_id] if self.day(rep_id, one) == day)

    def hindrance(self, rep_id: str, shift: Shift) -> str:
        """Say what keeps a rep from a shift whatever else they work; empty when nothing does."""
        if rep_id in self.aside:
            return "is left in peace"
        key = (rep_id, shift)
        if key not in self._barriers:
            self._barriers[key] = barrier(self.reps[rep_id], shift, self.absences[rep_id])
        found = self._barriers[key]
        return "" if found is None else found.value

    def clashing(self, rep_id: str, shift: Shift) -> tuple[Shift, ...]:
        """Return the duties of the rep, past ones too, each of which excludes a shift."""
        timezone = self.reps[rep_id].timezone
        new = local_shift(shift, timezone)
        past = (one.shift for one in self.history[rep_id])
        return tuple(
            other
            for other in (*past, *self.duties[rep_id])
            if clash(new, local_shift(other, timezone), self._pause)
        )

    def week_hours(self, rep_id: str, shift: Shift, duties: Sequence[Shift] | None = None) -> float:
        """Return the rep's primary hours in the ISO week of a shift."""
        timezone = self.reps[rep_id].timezone
        week = local_shift(shift, timezone).week
        worked = self.duties[rep_id] if duties is None else duties
        past = tuple(one.shift for one in self.history[rep_id])
        return sum(
            one.hours
            for one in (*past, *worked)
            if one.role == "primary" and local_shift(one, timezone).week == week
        )

    def most_hours(self, rep_id: str) -> float:
        """Return the primary hours that a rep may work in a week."""
        return min(self.of.rules.max_week_hours, self.reps[rep_id].contract.max_hours)

    def changed(self, rep_id: str, out: Shift | None, into: Shift | None) -> tuple[Shift, ...]:
        """Return the rep's duties with one left and another taken."""
        duties = [one for one in self.duties[rep_id] if one != out]
        return tuple(sorted([*duties, *([] if into is None else [into])]))

    def seems_able(self, rep_id: str, out: Shift | None, into: Shift) -> bool:
        """Whether nothing that is quickly seen forbids a rep to take a shift for another."""
        if into.start < self.of.now or self.hindrance(rep_id, into):
            return False
        if any(other != out for other in self.clashing(rep_id, into)):
            return False
        if into.role != "primary":
            return True
        after = self.week_hours(rep_id, into, self.changed(rep_id, out, into))
        return after <= self.most_hours(rep_id) + 1e-9

    @property
    def binds_together(self) -> bool:
        """Whether any rule binds reps together."""
        return bool(self.of.rules.proficiency) or any(rep.mentors for rep in self.of.team.reps)

    def turns(self, rep_id: str, duties: Sequence[Shift]) -> dict[str, int]:
        """Return how many nights, weekends and standbys a rep's duties and past hold."""
        past = tuple(one.shift for one in self.history[rep_id])
        zone_name = self.reps[rep_id].timezone
        rows = burdens([*past, *duties], zone_name, self.of.rules.night, ())
        return {
            name: int(count)
            for name, count in zip(BURDENS, rows.sum(axis=0), strict=True)
            if name != "holidays"
        }

    def breaks(self, rep_id: str, duties: Sequence[Shift]) -> tuple[Finding, ...]:
        """Return the rules that a rep's duties break and those at first did not."""
        if rep_id not in self._before:
            self._before[rep_id] = frozenset(self.judge(rep_id, self._at_first.get(rep_id, ())))
        known = self._before[rep_id]
        found = [one for one in self.judge(rep_id, duties) if one not in known]
        if found or not self.binds_together:
            return tuple(found)
        before = set(self._judge_together(rep_id, self.duties[rep_id], duties))
        after = self._judge_together(rep_id, duties, self.duties[rep_id])
        return tuple(one for one in after if one not in before)

    def take(self, rep_id: str, out: Shift | None, into: Shift | None) -> None:
        """Change a rep's duties."""
        self.duties[rep_id] = self.changed(rep_id, out, into)

    def movable(self, rep_id: str) -> tuple[Shift, ...]:
        """Return the rep's duties that may be changed."""
        return tuple(shift for shift in self.duties[rep_id] if (rep_id, shift) not in self.fixed)

    def all_duties(self) -> list[tuple[str, Shift]]:
        """Return who works what, sorted."""
        return sorted((rep_id, shift) for rep_id, own in self.duties.items() for shift in own)

    def broken_together(self, duties: Mapping[str, Sequence[Shift]]) -> float:
        """Return by how much duties break rules that bind reps together, and did not as published.

        Parameters
        ----------
        duties
            Of everybody.
        """
        if not self.binds_together:
            return 0.0
        given = [Assignment(rep_id, shift) for rep_id, own in duties.items() for shift in own]
        found = self._audit(given, self.of.team, self.of.rules)
        return sum(
            one.amount
            for one in found
            if one.severity == "violation"
            and one.rule in TOGETHER
            and one.sentence not in self._known_together
        )

    @cached_property
    def _known_together(self) -> frozenset[str]:
        found = self._audit(self.of.assignments, self.of.team, self.of.rules)
        return frozenset(one.sentence for one in found)

    def judge(self, rep_id: str, duties: Sequence[Shift]) -> list[Finding]:
        """Audit one rep's duties by the rules that bind everybody alone."""
        own = [Assignment(rep_id, shift) for shift in duties]
        absences = tuple(self.absences[rep_id])
        wishes = tuple(one for one in self.of.team.preferences if one.rep_id == rep_id)
        found = self._audit(
            own,
            Team((replace(self.reps[rep_id], mentors=()),), absences, wishes),
            replace(self.of.rules, proficiency=()),
        )
        return [one for one in found if one.severity == "violation" and one.rule not in PLACES]

    def _judge_together(
        self, rep_id: str, duties: Sequence[Shift], other: Sequence[Shift]
    ) -> list[Finding]:
        """Audit who is there while duties of a rep differ from others, by rules on them all."""
        times = set(duties) ^ set(other)
        given = [Assignment(rep_id, shift) for shift in duties]
        given += [
            Assignment(who, shift)
            for who, own in self.duties.items()
            for shift in own
            if who != rep_id and any(_overlap(shift, one) for one in times)
        ]
        found = self._audit(given, self.of.team, self.of.rules)
        return [one for one in found if one.severity == "violation" and one.rule in TOGETHER]

    def _audit(
        self, given: Sequence[Assignment], team: Team, rules: LabourRules
    ) -> tuple[Finding, ...]:
        names = {rep.rep_id for rep in team.reps}
        return audit(
            given,
            chosen_shifts(list(given)),
            team,
            rules,
            timezone=self.of.timezone,
            interval_minutes=self.of.interval_minutes,
            period=self._period,
            history=[one for name in names for one in self.history.get(name, ())],
        )


def _overlap(one: Shift, other: Shift) -> bool:
    return one.start < other.end and other.start < one.end
