"""What is in the way of something is said in words: whose rule, when, and by how much."""

from collections import Counter

from data.week import WeeklyHours
from optimizer.conflicts import (
    explain_contract,
    explain_locks,
    explain_must,
    explain_unfilled,
    explain_wanted,
    find_conflicts,
)
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from tests.optimizer.roster_cases import at, plan, rep, shift
from tests.optimizer.standing_cases import standing_of


def words(found):
    return {(one.rep_id, one.sentence) for one in found.members}


def test_the_words_say_whose_rule_when_and_by_how_much():
    """Rest of 9 of 11 hours after a lock, and an absence: two people, two reasons."""
    late, early = shift(0, 15, 24), shift(1, 9, 17)
    standing = standing_of(
        [Assignment("ann", late, locked=True)],
        [late, early],
        Team((rep("ann"), rep("ben")), (Absence("ben", at(1, 0), at(2, 0), "leave"),)),
    )
    found = explain_unfilled(standing, early)
    assert found.wanted.sentence == "live Tue 03 Mar 09:00–17:00 lacks 1 rep"
    assert words(found) >= {
        ("ann", "rest: 9 h of 11 h after the shift that ends Tue 03 Mar 00:00"),
        ("ben", "absence: leave from Tue 03 Mar 00:00 to Wed 04 Mar 00:00, 8 h of the shift"),
    }
    assert {len(way.members) for way in found.ways_out} == {1}


def test_people_without_the_skill_are_one_member_and_counted():
    """Two hundred people who never learnt a queue are one reason, not two hundred."""
    team = Team((rep("ann", skills=frozenset({"vip"})), *(rep(f"b{n}", skills=frozenset({"live"}))
                for n in range(9))), (Absence("ann", at(0, 0), at(1, 0), ""),))  # fmt: skip
    standing = standing_of([], [shift(0, queue="vip")], team)
    found = explain_unfilled(standing, standing.places[0])
    assert words(found) == {
        ("", "skill: 9 reps lack vip"),
        ("ann", "absence: away from Mon 02 Mar 00:00 to Tue 03 Mar 00:00, 8 h of the shift"),
    }


def test_a_contract_minimum_says_what_it_is_short_of():
    """40 hours are owed; three days of 8 hours are all that availability leaves."""
    ann = rep(
        "ann", contract=Contract(40, 40), available=WeeklyHours.from_text("Mon-Wed 08:00-20:00")
    )
    week = [StaffedShift(shift(day), 1) for day in range(7)]
    standing = standing_of([Assignment("ann", one.shift) for one in week[:3]], week, Team((ann,)))
    (found,) = [one for one in find_conflicts(standing) if one.wanted.kind == "contract"]
    assert found.wanted.sentence == "works 24 h of 40 h in the week of Mon 02 Mar"
    assert [(one.rule, one.gives) for one in found.members] == [("availability", 16.0)]


def test_a_contract_minimum_may_want_what_others_have():
    """What the others keep is a reason, too, and says who has it."""
    team = Team((rep("ann", contract=Contract(8, 40)), rep("ben")))
    one = shift(0)
    found = explain_contract(
        standing_of([Assignment("ben", one)], [one], team), "ann", one.start.date()
    )
    assert words(found) == {("", "shifts: live Mon 02 Mar 09:00–17:00 is taken by ben")}
    assert found.members[0].gives == 8


def test_a_time_that_must_be_worked_names_the_lock_and_the_rest_in_its_way():
    """A wanted assignment is impossible for reasons, and each of them alone would free it."""
    late, early = shift(0, 15, 24), shift(1, 8, 16)
    must = Preference("ann", at(1, 9), at(1, 15), kind="must")
    team = Team((rep("ann"), rep("ben")), (), (must,))
    standing = standing_of([Assignment("ann", late, locked=True)], [late, early], team)
    found = explain_must(standing, must)
    assert {one.rule for one in found.members} == {"lock", "rest"}
    assert found.is_smallest
    assert all(one.gives == 6 for one in found.members)
    assert found == next(find_conflicts(standing))


def test_a_time_that_no_shift_holds_has_no_rule_to_blame():
    """No rule given up makes a shift appear."""
    must = Preference("ann", at(1, 9), at(1, 15), kind="must")
    standing = standing_of([], [shift(0)], Team((rep("ann"),), (), (must,)))
    found = explain_must(standing, must)
    assert not found.is_possible
    assert found.members == ()
    assert "no shift of the plan holds all of it" in found.note


def test_locks_that_contradict_each_other_are_told_with_the_rule():
    """Both are kept whatever it costs, so somebody has to be told."""
    late, early = shift(0, 15, 24), shift(1, 8, 16)
    locked = [Assignment("ann", one, locked=True) for one in (late, early)]
    standing = standing_of(locked, [late, early], Team((rep("ann"),)))
    found = explain_locks(standing, "ann")
    assert Counter(one.rule for one in found.members) == {"lock": 2, "rest": 1}
    fine = standing_of(locked[:1], [late, early], Team((rep("ann"),)))
    assert explain_locks(fine, "ann").is_possible


def test_a_wanted_shift_says_what_else_would_be_given_up_for_it():
    """Unlocked shifts are no obstacle: they are named as what changes."""
    late, early = shift(0, 15, 24), shift(1, 8, 16)
    standing = standing_of([Assignment("ann", late)], [late, early], Team((rep("ann"),)))
    found = explain_wanted(standing, "ann", early)
    assert found.is_possible
    assert [(one.shift, one.gets) for one in found.changes] == [(late, False), (early, True)]


def test_a_roster_of_the_engine_or_anybody_is_explained_from_itself():
    """Only who works what counts, not what made it: a solved roster has nothing open to change."""
    week = [shift(day, 9, 17) for day in range(7)]
    ann = rep("ann")
    roster = plan(week, [ann])
    standing = standing_of(roster.assignments, week, Team((ann,)))
    found = list(find_conflicts(standing))
    assert [one.wanted.kind for one in found] == ["unfilled"] * 2
    for one in found:
        assert not one.is_possible
        assert {"consecutive_days", "max_week_hours"} & {each.rule for each in one.members}


def test_rules_for_least_days_are_minded_where_the_whole_roster_is_asked():
    """A single day of work is too short a run, so nobody can take just that one."""
    rules = LabourRules(min_consecutive_days=2)
    one = shift(2)
    standing = standing_of([], [one], Team((rep("ann"),)), rules=rules)
    found = explain_unfilled(standing, one)
    assert [member.rule for member in found.members] == ["min_consecutive_days"]
    two = standing_of([], [one, shift(3)], Team((rep("ann"),)), rules=rules)
    assert explain_unfilled(two, one).is_possible
