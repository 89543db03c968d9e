"""Shifts and people chosen together where people have to be beside each other."""

from dataclasses import replace

import pytest

from data.errors import InputError
from optimizer.labour_rules import Proficiency
from optimizer.report import SolveStatus
from optimizer.staff import Absence, Contract, Team
from optimizer.tours import engine
from tests.optimizer.choice_cases import choose, kept, starts
from tests.optimizer.roster_cases import RULES, at, rep, rules_of


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """A toy's best roster is found in the first rounds."""
    monkeypatch.setattr(engine, "PATIENCE", 3)


def test_a_level_of_a_queue_that_there_is_not_is_refused():
    """A slip of the pen would else be a rule that is never broken."""
    rules = replace(RULES, proficiency=(Proficiency("liev", 3),))
    said = r"\[\[labour.proficiency\]\]: found queue liev, and there are live, mail; mend it"
    with pytest.raises(InputError, match=said):
        choose({("live", "primary"): {(0, 9, 17): 1}},
               [rep("ann", skills=frozenset({"mail"}))], rules=rules)  # fmt: skip


def test_a_trainee_is_given_work_beside_a_mentor():
    """Two are wanted on Monday, one on Tuesday: ann learns, so she works when ben does."""
    ann, ben = rep("ann", mentors=("ben",)), rep("ben", contract=Contract(0, 8))
    wanted = {("live", "primary"): {(0, 9, 17): 2, (1, 9, 17): 1}}
    roster = choose(wanted, [ann, ben])
    assert starts(roster) == {("ann", at(0, 9)), ("ben", at(0, 9))}
    assert not rules_of(roster)
    assert roster.coverage["understaffing"].sum() == 8


@pytest.mark.parametrize(("price", "days"), [(5.0, 2), (20.0, 1)])
def test_an_hour_without_a_mentor_is_weighed_against_an_hour_without_a_rep(price, days):
    """An hour at work saves ten wages and costs one."""
    ann, ben = rep("ann", mentors=("ben",)), rep("ben", contract=Contract(0, 8))
    wanted = {("live", "primary"): {(0, 9, 17): 2, (1, 9, 17): 1}}
    roster = choose(wanted, [ann, ben], rules=replace(RULES, prices={"mentors": price}))
    assert {start for who, start in starts(roster) if who == "ann"} == {
        at(day, 9) for day in range(days)
    }
    assert roster.report.objective == pytest.approx(24 + 8 * 5 if days == 2 else 16 + 80)


def test_two_of_a_level_who_are_to_be_there_come_together_or_nobody_comes():
    """Monday has two who know the work, Tuesday one of them and two who do not."""
    rules = replace(RULES, proficiency=(Proficiency("live", 3, 2),))
    able = {"levels": (("live", 3),)}
    team = [
        rep("ann", **able), rep("ben", contract=Contract(0, 8), **able), rep("cat"), rep("dan")
    ]  # fmt: skip
    wanted = {("live", "primary"): {(0, 9, 17): 4, (1, 9, 17): 3}}
    roster = choose(wanted, team, rules=rules)
    assert len(roster.assignments) == 4
    assert len({start for _, start in starts(roster)}) == 1
    assert not rules_of(roster)


def test_a_locked_trainee_is_given_a_mentor_though_nobody_is_required():
    """Ann is locked to an hour that asks for nobody; ben comes, for she is not to be alone."""
    locked = [kept("ann", 1, 9, 17)]
    team = [rep("ann", mentors=("ben",)), rep("ben")]
    wanted = {("live", "primary"): {(0, 9, 17): 1, (1, 9, 17): 1}}
    roster = choose(wanted, team, locked=locked)
    assert starts(roster) == {("ann", at(1, 9)), ("ben", at(0, 9)), ("ben", at(1, 9))}
    assert not rules_of(roster)


def test_what_nobody_could_mend_is_told_by_the_audit_alone():
    """Ben is away, so ann is locked to a day without a mentor whatever is chosen."""
    locked = [kept("ann", 1, 9, 17)]
    team = Team(
        (rep("ann", mentors=("ben",)), rep("ben")),
        (Absence("ben", at(1, 0), at(2, 0), "holiday"),),
    )
    roster = choose({("live", "primary"): {(0, 9, 17): 1, (1, 9, 17): 1}}, team, locked=locked)
    assert starts(roster) == {("ann", at(1, 9)), ("ben", at(0, 9))}
    assert rules_of(roster) == {"mentors"}
    assert roster.report.status is SolveStatus.OPTIMAL
