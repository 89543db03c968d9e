"""Swaps and substitutes: what stands in the way in words, and who comes first and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from optimizer.repair_sick import apply_substitutes, sick_call
from optimizer.repair_swaps import apply_swap, check_swap, swap_partners
from optimizer.roster import Assignment
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from tests.optimizer.repair_cases import duties, published
from tests.optimizer.roster_cases import at, rep, shift


def away(name, day):
    return Absence(name, at(day, 0), at(day + 1, 0), "sick")


def test_two_duties_change_hands_and_nothing_else():
    """Ann's Monday for Ben's Tuesday: both days stay covered, and each is told once a day."""
    of = published({"ann": [shift(1)], "ben": [shift(2)]}, [rep("ann"), rep("ben")])
    swap = check_swap(of, "ann", shift(1), "ben", shift(2))
    assert swap.is_allowed
    made = apply_swap(of, swap)
    assert duties(made.roster.assignments) == {("ann", shift(2)), ("ben", shift(1))}
    assert made.gaps == made.broken == ()
    assert {(one.kind, one.rep_id) for one in made.changes} == {
        ("removed", "ann"),
        ("added", "ann"),
        ("removed", "ben"),
        ("added", "ben"),
    }


@pytest.mark.parametrize(
    ("given", "reps", "rules", "word"),
    [
        (
            {"ann": [shift(1)], "ben": []},
            [rep("ann"), rep("ben", skills=frozenset({"chess"}))],
            LabourRules(),
            "lacks the skill",
        ),
        (
            {"ann": [shift(1, 6, 14)], "ben": [shift(0, 15, 23)]},
            [rep("ann"), rep("ben")],
            LabourRules(),
            "rests 7 h",
        ),
        (
            {"ann": [shift(2)], "ben": [shift(0), shift(1), shift(3)]},
            [rep("ann"), rep("ben")],
            LabourRules(max_consecutive_days=3),
            "4 days in a row",
        ),
        (
            {"ann": [shift(3)], "ben": [shift(0), shift(1)]},
            [rep("ann"), rep("ben", contract=Contract(0, 20))],
            LabourRules(),
            "20 h are the most",
        ),
        (
            {"ann": [shift(1)], "ben": [shift(1, 18, 22)]},
            [rep("ann"), rep("ben")],
            LabourRules(),
            "on one day",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_gift_is_said_in_words(given, reps, rules, word):
    """Skills, rest, days in a row, hours and one shift a day: the audit's own sentence."""
    of = published(given, reps, rules=rules)
    swap = check_swap(of, "ann", of.assignments[0].shift, "ben")
    assert not swap.is_allowed
    assert any(word in sentence for sentence in swap.obstacles), swap.obstacles
    partners = swap_partners(of, "ann", of.assignments[0].shift)
    assert not [one for one in partners if one.other_shift is None]


def test_locked_and_begun_duties_are_not_swapped():
    """Neither what a person fixed nor what has begun changes hands."""
    of = published({"ann": [shift(1)], "ben": [shift(2)]}, [rep("ann"), rep("ben")], now=at(1, 10))
    assert "has begun" in check_swap(of, "ann", shift(1), "ben").obstacles[0]
    of = replace(of, assignments=(Assignment("ben", shift(2), locked=True),))
    assert "is locked" in check_swap(of, "ben", shift(2), "ann").obstacles[0]


def test_a_swap_with_a_rep_who_does_not_have_the_duty_is_refused():
    """Nobody can give what somebody else has."""
    of = published({"ann": [shift(1)], "ben": [shift(2)]}, [rep("ann"), rep("ben")])
    with pytest.raises(ValueError, match="does not have"):
        check_swap(of, "ann", shift(2), "ben")


def test_partners_are_those_whom_the_check_allows_and_equal_hours_come_first():
    """Every partner passes the check by itself; eight hours for eight come before a gift."""
    of = published(
        {"ann": [shift(1)], "ben": [shift(2)], "cay": [], "dan": [shift(1, 18, 22)]},
        [rep("ann"), rep("ben"), rep("cay"), rep("dan")],
    )
    found = swap_partners(of, "ann", shift(1))
    assert [(one.other_id, one.other_shift) for one in found] == [
        ("ben", shift(2)),
        ("dan", shift(1, 18, 22)),
        ("ben", None),
        ("cay", None),
    ]
    assert all(
        check_swap(of, "ann", shift(1), one.other_id, one.other_shift).is_allowed for one in found
    )


def test_what_a_swap_does_to_the_two_is_counted():
    """Ann gives a Saturday away: a weekend less for her, one more for Ben, and eight hours each."""
    of = published({"ann": [shift(5)], "ben": []}, [rep("ann"), rep("ben")])
    swap = check_swap(of, "ann", shift(5), "ben")
    assert {(one.rep_id, one.what, one.before, one.after) for one in swap.carried} == {
        ("ann", "hours", 8, 0),
        ("ann", "weekends", 1, 0),
        ("ben", "hours", 0, 8),
        ("ben", "weekends", 0, 1),
    }


def test_whoever_is_on_call_is_offered_first_then_who_is_free():
    """Standby is activated at its price; then come those who are free, those who like it first."""
    of = published(
        {"ann": [shift(1)], "oda": [shift(1, role="on_call")], "max": [shift(1, 12, 20)]},
        Team(
            tuple(
                rep(name, skills=skills)
                for name, skills in (
                    ("ann", frozenset()),
                    ("oda", frozenset()),
                    ("max", frozenset()),
                    ("eve", frozenset()),
                    ("fay", frozenset()),
                    ("gus", frozenset({"chess"})),
                )
            ),
            preferences=(Preference("fay", at(1, 0), at(2, 0), 1.0),),
        ),
    )
    ranked = sick_call(of, away("ann", 1)).substitutes[0]
    assert [(one.rep_id, one.way) for one in ranked.ranked] == [
        ("oda", "activate"),
        ("fay", "take"),
        ("eve", "take"),
    ]
    assert ranked.ranked[0].cost == pytest.approx(8 * 1.4)
    assert ranked.ranked[1].cost == pytest.approx(8)
    assert "would like it" in ranked.ranked[1].reasons
    assert "0 of 40 h" not in ranked.ranked[0].reasons
    assert dict(ranked.hindered) == {"works already on that day": 1, "lacks the skill": 1}


def test_every_substitute_keeps_every_rule():
    """Whoever is ranked can be put on the duty without the audit finding anything."""
    of = published(
        {
            "ann": [shift(2, 6, 14)],
            "ben": [shift(1, 15, 23)],
            "cay": [shift(0), shift(1), shift(3)],
            "dan": [],
        },
        [rep("ann"), rep("ben"), rep("cay"), rep("dan")],
        rules=LabourRules(max_consecutive_days=3),
    )
    ranked = sick_call(of, away("ann", 2)).substitutes[0]
    assert [one.rep_id for one in ranked.ranked] == ["dan"]
    assert dict(ranked.hindered) == {
        "would not be rested": 1,
        "would work too many days in a row": 1,
    }


def test_a_substitute_of_ones_choice_is_put_on_the_duty():
    """Not the best but the one who was picked: she has it, and only two are to be told."""
    of = published({"ann": [shift(1)]}, [rep("ann"), rep("eve"), rep("fay")])
    ranked = sick_call(of, away("ann", 1)).substitutes[0].ranked
    made = apply_substitutes(of, away("ann", 1), ranked[1:2])
    assert duties(made.roster.assignments) == {("fay", shift(1))}
    assert {(one.kind, one.rep_id) for one in made.changes} == {("freed", "ann"), ("added", "fay")}
    assert made.gaps == made.broken == ()


def test_the_fewer_nights_the_earlier():
    """Of two who are free, the one who carried no night yet comes first."""
    night = shift(3, 22, 30)
    of = published(
        {"ann": [night], "abe": [shift(0, 22, 30)], "zoe": [shift(0, 9, 17)]},
        [rep("ann"), rep("abe"), rep("zoe")],
    )
    ranked = sick_call(of, Absence("ann", at(3, 12), at(5, 0), "sick")).substitutes[0]
    assert [(one.rep_id, one.turns) for one in ranked.ranked] == [("zoe", 0), ("abe", 1)]
    assert ranked.shift.length == timedelta(hours=8)
