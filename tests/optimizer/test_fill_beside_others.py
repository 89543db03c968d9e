"""Shifts of a plan filled with people who have to be beside each other: mentors and levels."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.errors import InputError
from optimizer.labour_rules import Proficiency
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from tests.optimizer.roster_cases import at, plan, rep, rules_of, shift, works


def test_a_trainee_takes_the_place_beside_a_mentor_and_not_the_one_alone(way):
    """Also against ann's wish: of two shifts for two and one for one she has the one with mia."""
    beside, alone = shift(0, 9, 17), shift(1, 9, 17)
    rather = Preference("ann", alone.start, alone.end, 5.0)
    team = Team((rep("ann", mentors=("mia",)), rep("mia", contract=Contract(0, 8))), (), (rather,))
    roster = plan([StaffedShift(beside, 2), StaffedShift(alone, 1)], team)
    assert works(roster) == {("ann", beside), ("mia", beside)}
    assert not rules_of(roster)


def test_nobody_is_put_beyond_the_plan_to_be_beside_a_locked_trainee(way):
    """There is no place left for the mentor, so the trainee stays alone and the audit tells."""
    only = shift(0, 9, 17)
    locked = (Assignment("ann", only, locked=True),)
    team = [rep("ann", mentors=("mia",)), rep("mia")]
    roster = plan([only], team, locked=locked)
    assert works(roster) == {("ann", only)}
    assert rules_of(roster) == {"mentors"}
    assert roster.report.status is SolveStatus.OPTIMAL


@pytest.mark.parametrize(
    ("mia", "rules"),
    [
        ({"contract": Contract(0, 8)}, LabourRules(min_consecutive_days=2)),
        (
            {"contract": Contract(0, 4), "levels": (("live", 3),)},
            LabourRules(min_consecutive_days=2, proficiency=(Proficiency("live", 3),)),
        ),
    ],
)
def test_rather_than_work_alone_a_trainee_breaks_a_run_of_days(way, mia, rules):
    """Ann has worked on Sunday and should on Monday too, but nobody could be beside her."""
    learns = {} if rules.proficiency else {"mentors": ("mia",)}
    past = (Assignment("mia", shift(-6)), Assignment("ann", shift(-1)))
    team = [rep("ann", **learns), rep("mia", **mia)]
    roster = plan([shift(0)], team, rules=rules, history=past)
    assert rules_of(roster) == {"min_consecutive_days"}


def test_a_time_to_be_worked_is_no_reason_for_five_minutes_without_the_level(way):
    """Ann knows the work and is away from noon; ben's time ends five minutes after."""
    able = (("live", 3),)
    team = Team(
        (rep("ann", levels=able), rep("ben")),
        (Absence("ann", at(0, 12), at(1, 0), ""),),
        (Preference("ben", at(0, 9), at(0, 12) + timedelta(minutes=5), 0.0, "must"),),
    )
    longer = replace(shift(0, 9, 12), end=at(0, 12) + timedelta(minutes=5))
    rules = LabourRules(proficiency=(Proficiency("live", 3),))
    roster = plan([StaffedShift(shift(0, 9, 12), 2), StaffedShift(longer, 1)], team, rules=rules)
    assert rules_of(roster) == {"must"}


def test_a_level_of_a_queue_that_there_is_not_is_refused(way):
    """Of one that somebody knows, and that is not planned this week, it is not."""
    team = [rep("ann", skills=frozenset({"live", "mail"}))]
    for queue, is_known in (("mail", True), ("liev", False)):
        rules = LabourRules(proficiency=(Proficiency(queue, 3),))
        if is_known:
            assert plan([shift(0)], team, rules=rules).assignments
        else:
            with pytest.raises(InputError, match="found queue liev, and there are live, mail"):
                plan([shift(0)], team, rules=rules)


def test_a_shift_is_left_open_where_nobody_of_the_level_could_be(way):
    """Nights without ann, who knows the work, are worked by nobody; her own are worked by two."""
    nights = [shift(day, 22, 30) for day in range(3)]
    team = Team(
        (rep("ann", levels=(("live", 3),)), rep("ben"), rep("cat")),
        (Absence("ann", at(2, 12), at(3, 12), "holiday"),),
    )
    rules = LabourRules(proficiency=(Proficiency("live", 3),))
    roster = plan([StaffedShift(one, 2) for one in nights], team, rules=rules)
    assert Counter(one.shift for one in roster.assignments) == Counter(nights[:2] * 2)
    assert not rules_of(roster)


def test_a_trainee_of_last_night_needs_no_mentor_and_a_mentor_of_last_night_is_one(way):
    """What was worked before runs into Monday and counts for those who are there."""
    before, early = shift(-1, 22, 32), shift(0, 4, 8)
    team = [rep("ann", mentors=("mia",)), rep("mia")]
    roster = plan([early], team, history=(Assignment("mia", before),))
    assert works(roster) == {("ann", early)}
    assert not rules_of(roster)
    alone = plan([early], team, history=(Assignment("ann", before),))
    assert not rules_of(alone)


def test_a_tenth_of_two_hundred_learn_beside_others_and_every_place_is_filled():
    """Within the rules, in a few seconds."""
    random = np.random.default_rng(1)
    names = [f"r{number:03d}" for number in range(200)]
    team = [
        rep(
            name,
            contract=Contract(hours - 8, hours),
            mentors=tuple(names[number + 1 : number + 3]) if number % 10 == 0 else (),
        )
        for number, (name, hours) in enumerate(
            zip(names, random.choice([40, 32, 20], 200, p=[0.5, 0.3, 0.2]), strict=True)
        )
    ]
    shifts = [
        StaffedShift(shift(day, start, start + 8), reps)
        for day in range(7)
        for start, reps in ((0, 8), (6, 20), (8, 35), (12, 30), (16, 15))
    ]
    roster = plan(shifts, team, solver=SolverSettings(20, 0.005, 1))
    assert not roster.unfilled
    assert not rules_of(roster)
