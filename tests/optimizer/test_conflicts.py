"""What is in the way is in the way, and nothing of it is too much: every roster of toys says so."""

import random
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

import pytest

from data.week import WeeklyHours
from optimizer import conflicts
from optimizer.audit import audit
from optimizer.conflict_programme import Switched
from optimizer.conflicts import explain_unfilled, explain_wanted
from optimizer.labour_rules import Proficiency
from optimizer.roster import Assignment
from optimizer.staff import Contract, LabourRules, Team
from tests.optimizer.conflict_toys import Toy, random_toy
from tests.optimizer.roster_cases import at, rep, shift
from tests.optimizer.standing_cases import standing_of

TEAMS = 50


@lru_cache
def infeasible_teams():
    """Fifty teams that leave a shift unfilled although everything else may change."""
    found, seed = [], 0
    while len(found) < TEAMS:
        toy, seed = random_toy(seed), seed + 1
        for staffed in toy.standing.unfilled[:1]:
            place = toy.shifts.index(staffed.shift)
            if not toy.can_fill(place, toy.rules_of_all):
                found.append((toy, place))
    return found


@pytest.fixture(scope="module")
def explained():
    """The teams, and what is said to be in the way of each."""
    return [
        (toy, place, explain_unfilled(toy.standing, toy.shifts[place]))
        for toy, place in infeasible_teams()
    ]


def test_what_is_in_the_way_keeps_from_it_and_no_member_can_be_spared(explained):
    """Counted over every roster that the team could have: a minimal set is what was promised."""
    sizes = Counter()
    for toy, place, found in explained:
        assert not found.is_possible
        assert found.whatever_changes
        members = toy.named(found.members)
        assert len(members) == len(found.members)
        assert not toy.can_fill(place, members)
        for one in members:
            assert toy.can_fill(place, members - {one})
        sizes[len(members)] += 1
    assert max(sizes) >= 4
    assert len(sizes) >= 3


def test_no_smaller_set_is_in_the_way(explained):
    """It says the smallest, so no set of fewer rules may keep from it."""
    for toy, place, found in explained:
        assert found.is_smallest
        if len(found.members) <= 3:
            # Fewer rules keep from less, so only the next smaller sets are looked at.
            for fewer in combinations(sorted(toy.rules_of_all, key=str), len(found.members) - 1):
                assert toy.can_fill(place, fewer)


def test_giving_up_a_way_out_is_enough_and_no_part_of_it_is(explained):
    """What a planner is told to give up has to work with all other rules in force."""
    for toy, place, found in explained:
        assert found.ways_out
        for way in found.ways_out:
            given_up = toy.named(way.members)
            assert toy.can_fill(place, toy.rules_of_all - given_up)
            for one in given_up:
                assert not toy.can_fill(place, toy.rules_of_all - given_up | {one})


def test_what_a_rule_gives_is_what_giving_it_up_alone_brings(explained):
    """The ranking is by hours covered, less those of a shift that is left instead."""
    for toy, place, found in explained:
        hours = toy.shifts[place].hours
        for one in found.members:
            (name,) = toy.named([one])
            gains = toy.can_fill(place, toy.rules_of_all - {name})
            lost = one.shift.hours if one.rule == "filled" else 0.0
            assert one.gives == (hours - lost if gains else 0.0)
        given = [one.gives for one in found.members]
        assert given == sorted(given, reverse=True)


def test_with_all_other_shifts_as_they_are_the_same_holds(monkeypatch):
    """A large roster is explained as it stands; each rep is kept out by a rule of the set."""
    monkeypatch.setattr(conflicts, "MOST_PAIRS", 0)
    judged = 0
    for toy, place in infeasible_teams():
        found = explain_unfilled(toy.standing, toy.shifts[place])
        members = toy.named(found.members)
        assert not found.is_possible
        assert not toy.can_add(place, members)
        for one in members:
            assert toy.can_add(place, members - {one})
        for way in found.ways_out:
            given_up = {
                (rule, "" if rule == "skills" else who, shift)
                for rule, who, shift in toy.named(way.members)
            }
            assert toy.can_add(place, toy.rules_of_all - given_up)
        judged += bool(members)
    assert judged > TEAMS / 2


def can_have(toy: Toy, rep_number: int, wanted: int, rules) -> bool:
    """Say whether a rep can have a shift of what the others leave, these rules kept."""
    others = Counter(
        place for number, held in enumerate(toy.held) if number != rep_number for place in held
    )
    for places, broken in toy.tours[rep_number]:
        found = {
            (rule, f"r{rep_number}" if rule == "skills" else who, place)
            for rule, who, place in broken
        }
        if any(others[place] >= toy.asked[place] for place in places):
            found.add(("others", "", None))
        if wanted in places and not found & set(rules):
            return True
    return False


def test_what_keeps_a_shift_from_a_rep_is_minimal_too():
    """Locks, skills, places of others: one rep's own conflict, over every tour of theirs."""
    sizes = Counter()
    for seed in range(60):
        toy = random_toy(seed)
        number = seed % len(toy.held)
        place = seed % len(toy.spans)
        if place in toy.held[number]:
            continue
        found = explain_wanted(toy.standing, f"r{number}", toy.shifts[place])
        members = toy.named(found.members)
        everything = {
            (rule, f"r{number}" if rule == "skills" else who, at_)
            for rule, who, at_ in toy.rules_of_all
        } | {("others", "", None)}
        assert found.is_possible == can_have(toy, number, place, everything)
        if not found.is_possible:
            assert not can_have(toy, number, place, members)
            for one in members:
                assert can_have(toy, number, place, members - {one})
            sizes[len(members)] += 1
    assert sum(sizes.values()) > 15
    assert max(sizes) > 1


HARDER = (
    LabourRules(min_days_off=2, max_consecutive_days=3),
    LabourRules(min_consecutive_days=2, max_days_off=3),
    LabourRules(max_weekends=0, weekend_weeks=1),
    LabourRules(whole_weekends=True),
    LabourRules(max_consecutive_nights=1, days_off_after_nights=1),
    LabourRules(
        kinds={"early": "05:00-10:00", "late": "13:00-22:00"},
        forbidden_successions=(("late", "early"),),
    ),
    LabourRules(proficiency=(Proficiency("live", 3),)),
)


@pytest.mark.parametrize("seed", range(2 * len(HARDER)))
def test_whoever_takes_a_way_out_breaks_what_it_gives_up_and_nothing_else(seed):
    """Under every rule there is, judged by the audit, which shares no code with the search."""
    rng = random.Random(seed)
    week = sorted({shift(day, start, start + 8) for day in range(7) for start in (6, 14, 23)})
    people = [
        rep(name, levels=(("live", level),), mentors=mentors, contract=Contract(0, hours))
        for name, level, mentors, hours in (
            ("ann", 3, (), 40),
            ("ben", 1, (), 24),
            ("cy", 1, ("ann",), 40),
        )
    ]
    standing = standing_of([], week, Team(tuple(people)), rules=HARDER[seed % len(HARDER)])
    for one in rng.sample(week, 12):
        name = rng.choice(people).rep_id
        tried = with_assignments(standing, [*standing.assignments, Assignment(name, one)])
        if violations(tried) <= violations(standing):
            standing = tried
    lacking = rng.choice(standing.unfilled).shift
    found = explain_unfilled(standing, lacking)
    if found.is_possible:
        assert violations(moved(standing, found.changes)) <= violations(standing)
        return
    assert found.whatever_changes
    for way in found.ways_out:
        after = moved(standing, way.changes)
        given_up = {(one.rule, one.rep_id) for one in way.members}
        broken = violations(after) - violations(standing)
        assert broken <= given_up
        left = {one.shift for one in way.members if one.rule == "filled"}
        for place, count in standing.filled.items():
            assert after.filled[place] >= count or place in left
        assert after.filled[lacking] == standing.filled[lacking] + 1


def with_assignments(standing, assignments):
    return replace(standing, assignments=tuple(assignments))


def moved(standing, changes):
    gone = {(one.rep_id, one.shift) for one in changes if not one.gets}
    new = [Assignment(one.rep_id, one.shift) for one in changes if one.gets]
    kept = [one for one in standing.assignments if (one.rep_id, one.shift) not in gone]
    return with_assignments(standing, [*kept, *new])


def violations(standing):
    """Name what the audit finds broken, and whose it is; proficiency is the team's."""
    found = audit(
        standing.assignments, standing.shifts, standing.team, standing.rules,
        timezone="Europe/Dublin", interval_minutes=60, period=standing.period,
    )  # fmt: skip
    return {
        (one.rule, "" if one.rule == "proficiency" else one.where)
        for one in found
        if one.severity == "violation"
    }


def test_a_roster_that_only_was_not_found_is_said_to_be_possible():
    """Nothing is in the way when others can make room: the changes are the answer."""
    possible = 0
    for seed in range(80):
        toy = random_toy(seed)
        for staffed in toy.standing.unfilled:
            place = toy.shifts.index(staffed.shift)
            if toy.can_fill(place, toy.rules_of_all):
                found = explain_unfilled(toy.standing, staffed.shift)
                assert found.is_possible
                assert any(one.gets and one.shift == staffed.shift for one in found.changes)
                after = changed(toy, found.changes)
                for number, held in enumerate(after.held):
                    assert after.broken(number, held) == frozenset()
                assert sum(map(len, after.held)) == sum(map(len, toy.held)) + 1
                possible += 1
    assert possible >= 3


def test_an_exchange_between_two_is_found_where_the_roster_is_left_as_it_stands(monkeypatch):
    """One takes the shift and another theirs: no rule is broken and nothing else is lost."""
    monkeypatch.setattr(conflicts, "MOST_PAIRS", 0)
    early, late = shift(0, 6, 14), shift(0, 14, 22)
    ann = rep("ann")
    ben = rep("ben", available=WeeklyHours.from_text("Mon-Sun 13:00-23:00"))
    standing = standing_of([Assignment("ann", late)], [early, late], Team((ann, ben)))
    found = explain_unfilled(standing, early)
    assert found.is_possible
    assert [(one.rep_id, one.shift, one.gets) for one in found.changes] == [
        ("ann", late, False),
        ("ann", early, True),
        ("ben", late, True),
    ]
    locked = standing_of([Assignment("ann", late, locked=True)], [early, late], Team((ann, ben)))
    assert not explain_unfilled(locked, early).is_possible
    possible = 0
    for seed in range(120):
        toy = random_toy(seed)
        for staffed in toy.standing.unfilled:
            if not toy.can_fill(toy.shifts.index(staffed.shift), toy.rules_of_all):
                continue
            found = explain_unfilled(toy.standing, staffed.shift)
            if found.is_possible:
                after = changed(toy, found.changes)
                for number, held in enumerate(after.held):
                    assert after.broken(number, held) == frozenset()
                assert sum(map(len, after.held)) == sum(map(len, toy.held)) + 1
                possible += 1
    assert possible >= 3


def changed(toy: Toy, changes) -> Toy:
    held = [set(own) for own in toy.held]
    for one in changes:
        number, place = int(one.rep_id[1:]), toy.shifts.index(one.shift)
        (held[number].add if one.gets else held[number].remove)(place)
    return replace(toy, held=tuple(tuple(sorted(own)) for own in held))


def test_how_much_is_asked_does_not_grow_with_those_who_cannot_do_it_anyway(monkeypatch):
    """Two hundred people who lack the skill are one group: the same few questions as of twenty."""
    asked = []
    run = Switched.holds

    def counted(question, rules):
        asked[-1] += 1
        return run(question, rules)

    monkeypatch.setattr(Switched, "holds", counted)
    skilled = [rep(name, skills=frozenset({"vip"})) for name in ("ann", "ben")]
    week = [shift(day, start, start + 8, queue="vip") for day in range(7) for start in (7, 9)]
    given = [
        Assignment("ann" if place % 2 else "ben", one)
        for place, one in enumerate(week)
        if one.start < at(5, 0)
    ]
    found = []
    for count in (20, 200):
        asked.append(0)
        others = [rep(f"o{n}", skills=frozenset({"live"})) for n in range(count)]
        standing = standing_of(given, week, Team((*skilled, *others)))
        found.append(explain_unfilled(standing, week[-1]))
        assert found[-1].whatever_changes
    assert asked[0] == asked[1] <= 100
    sets = [{(one.rule, one.rep_id, one.shift) for one in each.members} for each in found]
    assert sets[0] == sets[1]
