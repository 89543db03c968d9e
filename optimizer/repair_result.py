"""What comes of a repair: the roster, audited, the plan that it fills, and the changes in words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from data.clock import zone
from optimizer.audit import audit
from optimizer.cover import count_coverage
from optimizer.eligibility import barrier
from optimizer.period import span
from optimizer.repair_cover import CoverBook, Floats
from optimizer.repair_people import PLACES, People
from optimizer.repair_types import DutyChange, Kind, Published, Repair, change_weight, paired
from optimizer.report import Finding
from optimizer.roster import Assignment, Roster, unfilled_shifts
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import report_of
from optimizer.staff import Absence, Team

HOUR = timedelta(hours=1)


def left_of(
    of: Published, team: Team, free: Collection[tuple[str, Shift]]
) -> tuple[Assignment, ...]:
    """Return the published duties that their reps can still work.

    A duty that has begun ends when its rep goes away. Duties that are locked stay.

    Parameters
    ----------
    team
        As it is now.
    free
        Duties that are given up in any case.
    """
    then, now = _by_rep(of.team), _by_rep(team)
    reps = {rep.rep_id: rep for rep in team.reps}
    before = {rep.rep_id: rep for rep in of.team.reps}
    kept = []
    for one in of.assignments:
        absences, shift = now.get(one.rep_id, []), one.shift
        if one.locked or one.rep_id not in reps:
            kept.append(one)
        elif shift.start < of.now:
            left = min(
                (max(away.start, of.now) for away in absences if away.end > of.now),
                default=shift.end,
            )
            kept.append(replace(one, shift=cut(shift, left)) if left < shift.end else one)
        elif (one.rep_id, shift) not in free and (
            barrier(reps[one.rep_id], shift, absences) is None
            or barrier(before[one.rep_id], shift, then.get(one.rep_id, [])) is not None
        ):
            kept.append(one)
    return tuple(kept)


def lawful(of: Published, now: Published, kept: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """Return the duties that a team of other contracts or hours may keep.

    Of a rep whose duties break a rule now and did not as published, those are given up that mend
    most, the latest first; what is locked or has begun stays.
    """
    then, people = People(of, of.assignments), People(now, kept)
    before = {rep.rep_id: rep for rep in of.team.reps}
    left = list(kept)
    for rep in now.team.reps:
        if before.get(rep.rep_id) in (None, rep):
            continue
        known = {one.sentence for one in then.judge(rep.rep_id, then.duties[rep.rep_id])}
        while True:
            own = [one for one in left if one.rep_id == rep.rep_id]
            options = [one for one in own if not of.is_fixed(one)]
            broken = _broken(people, own, known)
            if not broken or not options:
                break
            rest = {one: [other for other in own if other != one] for one in options}
            gone = min(
                options,
                key=lambda one: (_broken(people, rest[one], known), -one.shift.start.timestamp()),
            )
            left.remove(gone)
    return tuple(left)


def _broken(people: People, own: Sequence[Assignment], known: Collection[str]) -> float:
    """Return by how much a rep's duties break rules that are not known to be broken."""
    if not own:
        return 0.0
    found = people.judge(own[0].rep_id, [one.shift for one in own])
    return sum(one.amount for one in found if one.sentence not in known)


def cut(shift: Shift, end: datetime) -> Shift:
    """Return what is left of a shift that ends early."""
    breaks = tuple(replace(one, end=min(one.end, end)) for one in shift.breaks if one.start < end)
    return replace(shift, end=end, breaks=breaks)


def finish(
    of: Published,
    now: Published,
    book: CoverBook,
    kept: Sequence[Assignment],
    duties: Mapping[str, Sequence[Shift]],
    *,
    is_proven: bool,
) -> Repair:
    """Make a roster of everybody's duties, audit it and tell what changed.

    Parameters
    ----------
    of, now
        As published, and with the team and the requirement of now.
    book
        What is missing.
    kept
        What was left of the published duties.
    duties
        Everybody's after the repair.
    is_proven
        Whether no repair is better.
    """
    marks = {(one.rep_id, one.shift): one for one in of.assignments}
    given = [
        marks.get((rep_id, shift), Assignment(rep_id, shift))
        for rep_id, own in sorted(duties.items())
        for shift in own
    ]
    missing = book.missing(*book.add_up(one.shift for one in given))
    lacked = book.missing(*book.add_up(one.shift for one in kept))
    shifts = _plan_after(of, kept, given, book, missing)
    changes = _Told(of, now, kept, given, book, lacked).changes()
    weight = sum(one.weight for one in changes)
    whys = {(one.rep_id, one.after): one.why for one in changes}
    reasoned = (replace(one, reason=whys.get((one.rep_id, one.shift), one.reason)) for one in given)
    roster = Roster(
        assignments=tuple(
            sorted(reasoned, key=lambda one: (one.rep_id, one.shift.start, one.shift))
        ),
        unfilled=unfilled_shifts(shifts, given),
        coverage=count_coverage(
            now.coverage, [StaffedShift(one.shift, 1) for one in given], of.interval_minutes
        ),
        timezone=of.timezone,
        interval_minutes=of.interval_minutes,
        findings=(),
        report=report_of(weight, weight if is_proven else None, 0.0, is_proven=is_proven),
    )
    pinned = tuple(one for one in of.assignments if one.locked)
    findings = audit(roster, shifts, now.team, now.rules, locked=pinned, history=of.history)
    return Repair(
        roster=replace(roster, findings=findings),
        shifts=shifts,
        changes=changes,
        gaps=tuple(gap for gap, _ in book.gaps(missing)),
        is_proven=is_proven,
        broken=_new_findings(of, findings),
    )


def _plan_after(
    of: Published,
    kept: Sequence[Assignment],
    given: Sequence[Assignment],
    book: CoverBook,
    missing: Floats,
) -> tuple[StaffedShift, ...]:
    """Return the plan that the roster fills: what is worked, and the places that stay open.

    A place that nobody worked as published stays open. One that came free and was not given to
    anybody is a place only where somebody is missing.
    """
    worked = Counter(one.shift for one in given)
    before = Counter(one.shift for one in of.assignments)
    left = Counter(one.shift for one in kept)
    places = Counter(worked)
    for staffed in of.shifts:
        places[staffed.shift] += max(0, staffed.reps - before[staffed.shift])
    for shift, count in before.items():
        lost = min(count - left[shift], count - worked[shift])
        if lost > 0 and missing[book.brings(shift)[0]].any():
            places[shift] += lost
    return tuple(StaffedShift(shift, places[shift]) for shift in sorted(places) if places[shift])


def _new_findings(of: Published, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the broken rules that the roster did not break as it was published."""
    before = audit(
        of.assignments,
        of.shifts,
        of.team,
        of.rules,
        timezone=of.timezone,
        interval_minutes=of.interval_minutes,
        period=span(of.coverage, of.interval_minutes),
        history=of.history,
    )
    known = {one.sentence for one in before}
    return tuple(
        one
        for one in findings
        if one.severity == "violation" and one.rule not in PLACES and one.sentence not in known
    )


class _Told:
    """Tells the changes of a roster and why they are made."""

    def __init__(
        self,
        of: Published,
        now: Published,
        kept: Sequence[Assignment],
        given: Sequence[Assignment],
        book: CoverBook,
        lacked: Floats,
    ) -> None:
        self.of, self.team, self.book, self.lacked = of, now.team, book, lacked
        self.names = {rep.rep_id: rep.name or rep.rep_id for rep in now.team.reps}
        self.absences = _by_rep(now.team)
        self.kept = {(one.rep_id, one.shift) for one in kept}
        self.pairs = paired(of.assignments, given, now.team)

    def changes(self) -> tuple[DutyChange, ...]:
        """Return them in order of time."""
        found = [self._change(*pair) for pair in self.pairs]
        return tuple(sorted(found, key=lambda one: (one.first.start, one.rep_id)))

    def _change(self, rep_id: str, old: Shift | None, new: Shift | None) -> DutyChange:
        kind = self._kind(rep_id, old, new)
        is_chosen = kind not in ("freed", "cut")
        first = min(shift.start for shift in (old, new) if shift is not None)
        return DutyChange(
            kind=kind,
            rep_id=rep_id,
            before=old,
            after=new,
            weight=change_weight(self.of.now, (old, new)) if is_chosen else 0.0,
            why=self._why(kind, rep_id, old, new),
            notice_hours=max(0.0, round((first - self.of.now) / HOUR, 2)),
        )

    def _kind(self, rep_id: str, old: Shift | None, new: Shift | None) -> Kind:
        if old is None:
            return "added"
        if new is not None:
            return "cut" if old.start < self.of.now else "moved"
        return "removed" if (rep_id, old) in self.kept else "freed"

    def _why(self, kind: Kind, rep_id: str, old: Shift | None, new: Shift | None) -> str:
        if kind in ("freed", "cut") and old is not None:
            away = [
                one for one in self.absences.get(rep_id, [])
                if one.start < old.end and old.start < one.end
            ]  # fmt: skip
            return f"away: {away[0].kind or 'absence'}" if away else "can no longer be worked"
        if kind == "removed":
            taker = self._other(rep_id, old, place=2)
            own = [after for who, _, after in self.pairs if who == rep_id and after is not None]
            if own:
                return f"so that {self.names[rep_id]} can work {self._when(own[0])}"
            return f"{taker} takes it over" if taker else "no longer called for"
        giver = self._other(rep_id, new, place=1)
        if giver:
            return f"takes over from {giver}"
        covered = self._covered(old, new)
        return f"covers {covered}" if covered else "so that others can be where they are missing"

    def _other(self, rep_id: str, shift: Shift | None, place: int) -> str:
        """Name who gives a duty away (place 1) or takes it (place 2)."""
        names = [
            self.names[pair[0]] for pair in self.pairs if pair[0] != rep_id and pair[place] == shift
        ]
        return names[0] if names else ""

    def _covered(self, old: Shift | None, new: Shift | None) -> str:
        """Name the time in which somebody was missing that a new duty covers."""
        if new is None:
            return ""
        rows = self.book.brings(new)[0]
        there = self.lacked.copy()
        there[: rows.start] = 0
        there[rows.stop :] = 0
        if old is not None:
            there[self.book.brings(old)[0]] = 0
        gaps = self.book.gaps(there)
        if not gaps:
            return ""
        local = zone(self.of.timezone)
        start, end = (moment.astimezone(local) for moment in (gaps[0][0].start, gaps[-1][0].end))
        return f"{new.queue} {start:%a %H:%M}–{end:%H:%M}"

    def _when(self, shift: Shift) -> str:
        local = zone(self.of.timezone)
        return f"{shift.start.astimezone(local):%a %H:%M}–{shift.end.astimezone(local):%H:%M}"


def _by_rep(team: Team) -> dict[str, list[Absence]]:
    absences: dict[str, list[Absence]] = {}
    for one in team.absences:
        absences.setdefault(one.rep_id, []).append(one)
    return absences
