"""Small teams that cannot do what is wanted, and a count of every roster that they could have.

The rules are judged here anew, from wall-clock hours since a Monday: nothing is shared with the
programmes, the audit or the words.
"""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, combinations

from data.week import WeeklyHours
from optimizer.conflict_words import Hindrance
from optimizer.cover import count_coverage
from optimizer.period import coverage_of
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, Contract, LabourRules, Rep, Team
from optimizer.standing import Standing

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY_OPENS, DAY_CLOSES = 6, 20


@dataclass(frozen=True)
class Toy:
    """A team in UTC: hours since Monday stand for instants.

    Parameters
    ----------
    spans
        Start and end of each shift, and its queue.
    asked
        How many reps each shift asks for.
    skills, day_only, away
        Of each rep: queues, whether they work only by day, and the spans in which they are away.
    max_hours
        Of each rep in the week.
    held
        Which shifts each rep has, and of them which are locked.
    """

    spans: tuple[tuple[int, int, str], ...]
    asked: tuple[int, ...]
    skills: tuple[tuple[str, ...], ...]
    day_only: tuple[bool, ...]
    away: tuple[tuple[tuple[int, int], ...], ...]
    max_hours: tuple[float, ...]
    held: tuple[tuple[int, ...], ...]
    locked: tuple[tuple[int, ...], ...]
    rules: LabourRules

    @cached_property
    def shifts(self) -> list[Shift]:
        return [
            Shift(queue, "", MONDAY + timedelta(hours=a), MONDAY + timedelta(hours=b), "primary")
            for a, b, queue in self.spans
        ]

    @property
    def staffed(self) -> list[StaffedShift]:
        return [StaffedShift(one, n) for one, n in zip(self.shifts, self.asked, strict=True)]

    @property
    def team(self) -> Team:
        hours = WeeklyHours.from_text(f"Mon-Sun {DAY_OPENS:02d}:00-{DAY_CLOSES:02d}:00")
        reps, absences = [], []
        for number, skills in enumerate(self.skills):
            name = f"r{number}"
            open_ = hours if self.day_only[number] else WeeklyHours.always()
            contract = Contract(0, self.max_hours[number])
            reps.append(
                Rep(name, name, "", "UTC", "", frozenset(skills), contract, open_, on_call=True)
            )
            for a, b in self.away[number]:
                first, last = MONDAY + timedelta(hours=a), MONDAY + timedelta(hours=b)
                absences.append(Absence(name, first, last, "leave"))
        return Team(tuple(reps), tuple(absences))

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        shifts = self.shifts
        return tuple(
            Assignment(f"r{rep}", shifts[place], locked=place in self.locked[rep])
            for rep, places in enumerate(self.held)
            for place in places
        )

    def broken(self, rep: int, places: Collection[int]) -> frozenset[tuple] | None:
        """Return the rules that a rep breaks by some shifts; None where they overlap."""
        spans = sorted((self.spans[place], place) for place in places)
        found: set[tuple] = {
            ("lock", f"r{rep}", place) for place in self.locked[rep] if place not in places
        }
        name = f"r{rep}"
        hours = 0
        for (start, end, queue), _ in spans:
            hours += end - start
            if self.skills[rep] and queue not in self.skills[rep]:
                found.add(("skills", "", None))
            if self.day_only[rep] and any(
                not DAY_OPENS <= hour % 24 < DAY_CLOSES for hour in range(start, end)
            ):
                found.add(("availability", name, None))
            if any(a < end and start < b for a, b in self.away[rep]):
                found.add(("absence", name, None))
        for ((a, b, _), _), ((c, d, _), _) in combinations(spans, 2):
            if c < b and a < d:
                return None
            if a // 24 == c // 24:
                found.add(("one_shift_a_day", name, None))
            if max(a, c) - min(b, d) < self.rules.min_rest_hours:
                found.add(("rest", name, None))
        if hours > min(self.max_hours[rep], self.rules.max_week_hours):
            is_contract = self.max_hours[rep] < self.rules.max_week_hours
            found.add(("contract_maximum" if is_contract else "max_week_hours", name, None))
        days = {start // 24 for (start, _, _), _ in spans}
        most = self.rules.max_consecutive_days
        if any(all(first + n in days for n in range(most + 1)) for first in days):
            found.add(("consecutive_days", name, None))
        return frozenset(found)

    @cached_property
    def tours(self) -> list[list[tuple[frozenset[int], frozenset[tuple]]]]:
        """Every set of shifts on different days that each rep could work, and what it breaks."""
        places = range(len(self.spans))
        subsets = list(chain.from_iterable(combinations(places, n) for n in range(len(places) + 1)))
        judged = [
            [(frozenset(one), self.broken(rep, one)) for one in subsets]
            for rep in range(len(self.skills))
        ]
        return [
            [
                (one, broken)
                for one, broken in own
                if broken is not None and ("one_shift_a_day", f"r{rep}", None) not in broken
            ]
            for rep, own in enumerate(judged)
        ]

    def can_fill(self, wanted: int, rules: Collection[tuple]) -> bool:
        """Say whether some roster gives a shift one more rep, these rules kept and no others."""
        kept = set(rules)
        need = [
            sum(place in held for held in self.held) if ("filled", "", place) in kept else 0
            for place in range(len(self.spans))
        ]
        need[wanted] = sum(wanted in held for held in self.held) + 1
        reached = {tuple(0 for _ in need)}
        for rep in range(len(self.skills)):
            tours = [one for one, broken in self.tours[rep] if not broken & kept]
            reached = {
                tuple(
                    min(n, c + (p in one)) for p, (c, n) in enumerate(zip(have, need, strict=True))
                )
                for have in reached
                for one in tours
            }
        return tuple(need) in reached

    def can_add(self, wanted: int, rules: Collection[tuple]) -> bool:
        """Say whether a rep can take a shift beside what all have, these rules kept."""
        kept = set(rules)
        for rep, held in enumerate(self.held):
            if wanted not in held:
                broken = self.broken(rep, (*held, wanted))
                if broken is not None and not broken & kept:
                    return True
        return False

    @property
    def rules_of_all(self) -> frozenset[tuple]:
        """Every rule that could keep anybody from anything."""
        kinds = ("availability", "absence", "rest", "consecutive_days", "one_shift_a_day")
        kinds += ("contract_maximum", "max_week_hours")
        own = {(kind, f"r{rep}", None) for kind in kinds for rep in range(len(self.held))}
        own |= {("lock", f"r{rep}", one) for rep, kept in enumerate(self.locked) for one in kept}
        filled = {("filled", "", place) for held in self.held for place in held}
        return frozenset(own | filled | {("skills", "", None)})

    @cached_property
    def standing(self) -> Standing:
        coverage = coverage_of(self.staffed, "UTC", 60)
        filled = [StaffedShift(one.shift, 1) for one in self.assignments]
        return Standing(
            self.assignments,
            tuple(self.staffed),
            count_coverage(coverage, filled, 60),
            self.team,
            self.rules,
            "UTC",
            60,
        )

    def named(self, members: Iterable[Hindrance]) -> frozenset[tuple]:
        """Return the members of a conflict as they are named here."""
        shifts = self.shifts
        return frozenset(
            (one.rule, one.rep_id, None if one.shift is None else shifts.index(one.shift))
            for one in members
        )


def random_toy(seed: int) -> Toy:
    """Draw a team and a roster that keeps every rule, in which shifts may be left over."""
    rng = random.Random(seed)
    count, places = rng.randint(2, 4), rng.randint(3, 6)
    spans: set[tuple[int, int, str]] = set()
    while len(spans) < places:
        start = rng.randrange(4) * 24 + rng.choice([0, 6, 8, 12, 16, 22])
        spans.add((start, start + rng.choice([4, 8]), rng.choice("ab")))
    empty = Toy(
        spans=tuple(sorted(spans)),
        asked=tuple(rng.randint(1, 2) for _ in range(places)),
        skills=tuple(rng.choice([(), ("a",), ("b",), ()]) for _ in range(count)),
        day_only=tuple(rng.random() < 0.3 for _ in range(count)),
        away=tuple(
            tuple((24 * day, 24 * day + 24) for day in range(4) if rng.random() < 0.15)
            for _ in range(count)
        ),
        max_hours=tuple(rng.choice([8, 16, 40]) for _ in range(count)),
        held=((),) * count,
        locked=((),) * count,
        rules=LabourRules(
            min_rest_hours=rng.choice([8, 11, 14]), max_consecutive_days=rng.choice([1, 2, 5])
        ),
    )
    held: list[list[int]] = [[] for _ in range(count)]
    for place in rng.sample(range(places), places):
        for _ in range(empty.asked[place]):
            free = [
                rep
                for rep in range(count)
                if place not in held[rep] and empty.broken(rep, (*held[rep], place)) == frozenset()
            ]
            if free:
                held[rng.choice(free)].append(place)
    locked = tuple(tuple(place for place in own if rng.random() < 0.15) for own in held)
    return replace(empty, held=tuple(map(tuple, held)), locked=locked)
