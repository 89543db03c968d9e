"""The audit finds a planted violation of every rule, that one and no other, and its price."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from optimizer.audit import audit
from optimizer.labour_rules import UNITS
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.staff import Absence, Contract, Team
from tests.optimizer.planted_violations import LAX, PLANTED, contract, days
from tests.optimizer.roster_cases import ZONE, at, shift

SETTINGS = {"rest": "min_rest_hours", "consecutive_days": "max_consecutive_days"}
NAMES = [f"{number}-{one.rule}" for number, one in enumerate(PLANTED)]


def judge(planted, own, rules=None):
    given = planted.given(own)
    return audit(
        given,
        [StaffedShift(*one) for one in Counter(one.shift for one in given).items()],
        planted.team,
        rules or planted.rules,
        timezone=ZONE,
        interval_minutes=60,
        period=(at(0, 0), at(7, 0)),
        history=planted.history,
    )


@pytest.mark.parametrize("planted", PLANTED, ids=NAMES)
def test_a_planted_violation_is_found_and_nothing_else(planted):
    """A rule without a twin in the audit would be kept on trust."""
    (found,) = judge(planted, planted.broken)
    assert (found.rule, found.severity) == (planted.rule, "violation")
    assert found.amount == pytest.approx(planted.amount)


@pytest.mark.parametrize("planted", PLANTED, ids=NAMES)
def test_what_hardly_keeps_a_rule_is_not_found(planted):
    """A roster at the limit can be published."""
    assert judge(planted, planted.kept) == ()


@pytest.mark.parametrize("planted", PLANTED, ids=NAMES)
def test_without_the_rule_the_same_roster_is_free_of_findings(planted):
    """Nothing is forbidden that nobody asked for."""
    free = replace(planted, rules=replace(LAX, min_rest_hours=0), wishes=())
    person = replace(free.person, contract=Contract(0, 168), mentors=())
    assert judge(replace(free, person=person), planted.broken) == ()


@pytest.mark.parametrize("planted", [one for one in PLANTED if one.rule != "contract_maximum"])
def test_a_soft_rule_is_a_mild_finding_that_says_what_it_costs(planted):
    """Whoever publishes has to see what was given up, and for how much."""
    name = SETTINGS.get(planted.rule, planted.rule)
    (found,) = judge(planted, planted.broken, replace(planted.rules, prices={name: 3.0}))
    assert found.severity == "soft"
    assert found.sentence.endswith(f"; it costs {3 * planted.amount:g} wages.")


def test_every_rule_is_planted():
    """A new rule needs its own."""
    assert {SETTINGS.get(one.rule, one.rule) for one in PLANTED} >= UNITS.keys()


def period_of(own, bounds, absences=(), first=None):
    person = replace(contract(**bounds), employed_from=first)
    return {
        one.rule: one.amount
        for one in audit(
            [Assignment("ann", one) for one in own],
            [StaffedShift(one, 1) for one in own],
            Team((person,), absences),
            LAX,
            timezone=ZONE,
            interval_minutes=60,
            period=(at(0, 0), at(14, 0)),
        )
    }


def test_minima_of_a_period_are_shortfalls_of_which_who_is_away_owes_a_share():
    """Of two weeks without four days 10 of 14 are left: 14.25 of 20 hours, 2 of 4 shifts."""
    bounds = {"min_period_hours": 20, "min_shifts": 4}
    assert period_of(days(0), bounds) == {"min_period_hours": 12, "min_shifts": 3}
    away = (Absence("ann", at(0, 0), at(4, 0), ""),)
    owed = {"min_period_hours": 14.25 - 8, "min_shifts": 1}
    assert period_of(days(5), bounds, away) == owed
    assert period_of(days(5), bounds, first=date(2026, 3, 6)) == owed
    gone = (Absence("ann", at(0, 0), at(8, 0), ""),)
    assert period_of((), bounds, gone) == {}
    assert period_of(days(0, 1, 9), bounds) == {"min_shifts": 1}


def test_a_run_or_spell_that_the_period_cuts_is_not_judged():
    """What is worked before and after may mend it; with a history it is known."""
    run = replace(PLANTED[0], rules=replace(LAX, min_consecutive_days=2))
    assert judge(run, days(0)) == ()
    assert judge(run, days(6)) == ()
    known = replace(run, past=(shift(-3),))
    assert [one.rule for one in judge(known, days(0, 1))] == []
    assert [one.rule for one in judge(known, days(0))] == ["min_consecutive_days"]


def test_what_went_wrong_before_the_period_is_not_told():
    """Findings concern what can still be changed."""
    nights = days(-4, -3, start=22, end=30)
    rules = replace(LAX, max_consecutive_nights=1, days_off_after_nights=3, min_days_off=2)
    planted = replace(PLANTED[0], rules=rules, past=(*nights, shift(-1)))
    assert judge(planted, days(2)) == ()
