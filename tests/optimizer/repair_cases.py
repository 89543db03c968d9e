"""Small published rosters, and every repair of them, that tests of repairs share."""

from collections import Counter
from itertools import product

import numpy as np

from optimizer.audit import audit
from optimizer.cover import count_coverage
from optimizer.period import coverage_of
from optimizer.repair_types import Published, change_weight
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.staff import Team
from tests.optimizer.roster_cases import RULES, ZONE, at, plan, rep, shift, week_coverage

MONDAY = at(0, 0)


def published(given, team, *, shifts=None, now=MONDAY, rules=RULES, coverage=None, **others):
    """A roster of {rep_id: [shifts]} that fills its plan, published on Monday at midnight."""
    assignments = tuple(
        Assignment(rep_id, one) for rep_id in sorted(given) for one in sorted(given[rep_id])
    )
    counts = Counter(one.shift for one in assignments)
    staffed = tuple(StaffedShift(one, counts[one]) for one in sorted(counts))
    staffed = staffed if shifts is None else tuple(sorted(shifts, key=lambda one: one.shift))
    if coverage is None:
        coverage = coverage_of(staffed, ZONE, 60)
    team = team if isinstance(team, Team) else Team(tuple(team))
    return Published(assignments, staffed, coverage, team, rules, ZONE, 60, now, **others)


def duties(assignments):
    return {(one.rep_id, one.shift) for one in assignments}


def drawn(seed, *, reps=3, days=2):
    """A small roster made by the programme, from a seed: some shifts, some hours, some skills."""
    random = np.random.default_rng(seed)
    team = [
        rep(f"r{number}", skills=frozenset() if random.random() < 0.7 else frozenset({"live"}))
        for number in range(reps)
    ]
    shifts = Counter()
    for day in range(days):
        for start in random.choice([6, 9, 13], size=int(random.integers(1, 3)), replace=False):
            shifts[shift(day, int(start), int(start) + int(random.choice([4, 8])))] += 1
    staffed = [StaffedShift(one, count) for one, count in sorted(shifts.items())]
    made = plan(staffed, team, coverage=week_coverage("live", days=days + 1))
    given = {}
    for one in made.assignments:
        given.setdefault(one.rep_id, []).append(one.shift)
    coverage = coverage_of(staffed, ZONE, 60)
    return published(given, team, shifts=staffed, coverage=coverage)


def best_by_enumeration(of, team, could):
    """The least rep-hours beyond those missing as published, and the least weight of changes.

    Every rep takes at most one of the duties that there are on each day; the audit says which of
    them together. All duties are primary.
    """
    staffed = [StaffedShift(one.shift, 1) for one in of.assignments]
    allowed = count_coverage(of.coverage, staffed, 60)["understaffing"].to_numpy()
    own = {one.rep_id: [] for one in team.reps}
    for one in of.assignments:
        own[one.rep_id].append(one.shift)
    required = of.coverage["required_primary"].to_numpy()
    totals = [(np.zeros(len(required)), 0.0)]
    for member in team.reps:
        tours = _tours(of, team, member, own[member.rep_id], could)
        totals = [
            (there + brought, before + weight)
            for there, before in totals
            for brought, weight in tours
        ]
    return min(
        (float(np.maximum(0, np.maximum(0, required - there) - allowed).sum()), weight)
        for there, weight in totals
    )


def _tours(of, team, member, own, could):
    """Return what each tour of a rep brings, and the weight of the changes that it takes."""
    days = sorted({one.start.date() for one in could})
    by_day = [[None, *(one for one in could if one.start.date() == day)] for day in days]
    away = [one for one in team.absences if one.rep_id == member.rep_id]
    left = [
        one for one in own if not any(a.start < one.end and one.start < a.end for a in away)
    ]  # fmt: skip
    found = []
    for choice in product(*by_day):
        tour = [one for one in choice if one is not None]
        judged = audit(
            [Assignment(member.rep_id, one) for one in tour],
            [StaffedShift(one, 1) for one in tour],
            Team((member,), tuple(away)),
            of.rules,
            timezone=ZONE,
            interval_minutes=60,
        )
        if any(one.severity == "violation" for one in judged):
            continue
        weight = 0.0
        for day, one in zip(days, choice, strict=True):
            old = next((kept for kept in left if kept.start.date() == day), None)
            if one != old:
                # A day is weighed by the duty that was there, else by the one that comes.
                weight += change_weight(of.now, [old or one])
        staffed = [StaffedShift(one, 1) for one in tour]
        there = count_coverage(of.coverage, staffed, 60)["primary"].to_numpy()
        found.append((there, weight))
    return found
