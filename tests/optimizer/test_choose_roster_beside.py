"""Shifts and people chosen beside what was worked before and what is locked."""

import pytest

from optimizer.choose_roster import choose_roster
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings
from optimizer.staff import LabourRules, Team
from optimizer.tours import engine
from tests.optimizer.choice_cases import EIGHT, QUICK, choose, kept, requirement, starts
from tests.optimizer.roster_cases import ZONE, at, rep, rules_of


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """A toy's best roster is found in the first rounds."""
    monkeypatch.setattr(engine, "PATIENCE", 3)


def test_the_weeks_before_bind_the_first_days():
    """After a Sunday night there is no Monday morning, and after five days in a row no sixth."""
    ann, ben = rep("ann"), rep("ben")
    past = [kept("ann", -1, 18, 26), *(kept("ben", day) for day in range(-5, 0))]
    wanted = {("live", "primary"): {(0, 9, 17): 1, (1, 9, 17): 1}}
    rested = choose(wanted, [ann, ben])
    tired = choose(wanted, [ann, ben], history=past)
    assert rested.coverage["understaffing"].sum() == 0
    assert starts(tired) & {("ann", at(0, 9)), ("ben", at(0, 9))} == set()
    assert tired.coverage["understaffing"].sum() > 0
    assert rules_of(tired) == set()


def test_a_week_that_began_before_the_period_has_fewer_hours_left():
    """Thirty-two of forty hours were worked by Thursday, so a Friday and no Saturday."""
    past = [kept("ann", day) for day in range(4)]
    wanted = {("live", "primary"): {(4, 9, 17): 1, (5, 9, 17): 1}}
    needed = requirement(wanted, days=6)
    table = needed.table[needed.table["interval_start"] >= at(4, 0)].reset_index(drop=True)
    loose = LabourRules(max_consecutive_days=7)
    roster = choose_roster(Requirement(table, ZONE, 60), Team((rep("ann"),)), loose, EIGHT,
                           OnCallSettings(), QUICK, history=past)  # fmt: skip
    assert len(roster.assignments) == 1
    assert rules_of(roster) == set()


def test_what_is_locked_is_kept_even_where_it_breaks_rules():
    """Two shifts without rest between them, of somebody without the skill, and the audit tells."""
    ann, ben = rep("ann", skills=frozenset({"chess"})), rep("ben")
    locked = [kept("ann", 0, 9, 17), kept("ann", 0, 20, 28)]
    wanted = {("live", "primary"): {(0, 9, 17): 1, (1, 9, 17): 1}}
    roster = choose(wanted, [ann, ben], locked=locked)
    assert {(one.rep_id, one.shift) for one in roster.assignments if one.locked} == {
        (one.rep_id, one.shift) for one in locked
    }
    assert starts(roster) == {("ann", at(0, 9)), ("ann", at(0, 20)), ("ben", at(1, 9))}
    assert rules_of(roster) == {"skills", "one_shift_a_day", "rest"}
    assert roster.report.objective == pytest.approx(24)


def test_what_is_locked_leaves_its_rep_rest_days_and_hours():
    """Locked to Monday evening and three days more, nobody gets the hours around or beyond them."""
    locked = [kept("ann", 0, 16, 24), *(kept("ann", day, 9, 17) for day in (2, 3, 4))]
    wanted = {("live", "primary"): {(day, 9, 17): 1 for day in range(7)}}
    roster = choose(wanted, [rep("ann")], locked=locked, days=7)
    worked = {one.shift.start for one in roster.assignments if not one.locked}
    assert len(worked) == 1
    assert not worked & {at(0, 9), at(1, 9)}
    assert rules_of(roster) == set()


def test_somebody_who_is_not_in_the_team_cannot_be_locked():
    """A lock is on a person."""
    with pytest.raises(ValueError, match="no rep zoe"):
        choose({("live", "primary"): {(0, 9, 17): 1}}, [rep("ann")], locked=[kept("zoe", 0)])
