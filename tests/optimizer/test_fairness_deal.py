"""Tours that change hands: burdens even out, and nothing else about the roster changes."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.audit import audit
from optimizer.fairness_aim import Fairness, targets
from optimizer.fairness_deal import Setting, deal_tours
from optimizer.labour_rules import Proficiency
from optimizer.plan_roster import plan_roster
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.solver import SolverSettings, report_of
from optimizer.staff import Absence, Contract, Preference, Team
from optimizer.tours.engine import RosterResult
from optimizer.tours.plan_week import plan_week
from optimizer.tours.week import OFF
from tests.optimizer.roster_cases import RULES, ZONE, at, rep, shift, week_coverage

PERIOD = at(0, 0), at(7, 0)
NAMES = ("ana", "ben", "cleo")


def night(day):
    return shift(day, 22, 30)


def dealt(worked, team, known, *, rules=RULES, locked=(), history=(), gap=1.0):
    """Deal out by whom each of some shifts is worked; return by whom they are then."""
    listed = sorted({one for shifts in worked.values() for one in shifts})
    staffed = [StaffedShift(one, sum(one in own for own in worked.values())) for one in listed]
    week = plan_week(staffed, team, rules, locked, history, PERIOD, known, 10.0, ZONE)
    tours = np.full((len(team.reps), week.problem.days), OFF)
    for row, one in enumerate(team.reps):
        for each in worked.get(one.rep_id, ()):
            place = week.shifts.index(each)
            view = week.problem.views[week.problem.crew.view[row]]
            tours[row, view.day[place]] = place
    cost = week.problem.cost(tours)
    before = RosterResult(tours, report_of(cost, cost, 0.0, is_proven=True))
    setting = Setting(team, rules, known, locked, history, ZONE, 60, PERIOD)
    after = deal_tours(week.problem, week.shifts, before, setting, gap)
    assert after.status is SolveStatus.OPTIMAL
    assert after.objective == pytest.approx(week.problem.cost(after.assignment))
    return {
        one.rep_id: [week.shifts[place] for place in tour if place != OFF]
        for one, tour in zip(team.reps, after.assignment, strict=True)
    }


def ahead(**nights):
    return Fairness(excess={name: {"nights": float(value)} for name, value in nights.items()})


def test_nights_go_to_whom_they_are_owed():
    """Alike people swap whole tours: who had too many nights gets the days."""
    team = Team((rep("ana"), rep("ben")))
    worked = {"ana": [night(0), night(1)], "ben": [shift(0), shift(1)]}
    assert dealt(worked, team, ahead(ana=3, ben=-3)) == {
        "ana": worked["ben"],
        "ben": worked["ana"],
    }
    assert dealt(worked, team, ahead(ana=-3, ben=3)) == worked


@pytest.mark.parametrize(
    "other",
    [
        {"contract": Contract(0, 8)},
        {"skills": frozenset({"normal"})},
        {"timezone": "Europe/London"},
        {"employed_until": at(0, 12).date()},
    ],
)
def test_nobody_gets_what_they_cannot_work(other):
    """Hours, skill, clock and employment keep a tour where it is."""
    team = Team((rep("ana"), rep("ben", **other)))
    worked = {"ana": [night(0), night(1)], "ben": []}
    assert dealt(worked, team, ahead(ana=9, ben=-9)) == worked


@pytest.mark.parametrize(
    ("people", "rules"),
    [
        ({"ana": {"mentors": ("cleo",)}}, RULES),
        ({"ana": {}, "ben": {"mentors": ("cleo",)}}, RULES),
        (
            {"ana": {"levels": (("live", 3),)}},
            replace(RULES, proficiency=(Proficiency("live", 2),)),
        ),
    ],
)
def test_who_has_to_be_beside_whom_keeps_a_tour(people, rules):
    """A trainee, a mentor and the only one who knows the work stay where they are."""
    team = Team(tuple(rep(name, **people.get(name, {})) for name in NAMES))
    worked = {"ana": [night(0)], "ben": [shift(0)], "cleo": [night(0), shift(2)]}
    kept = dealt(worked, team, ahead(ana=9, ben=-9, cleo=0), rules=rules)
    assert kept["ana"] == worked["ana"]


def test_absence_rest_to_the_week_before_and_locks_keep_a_tour():
    """What the audit would find is not dealt; whoever is locked keeps all of the tour."""
    pair = (rep("ana"), rep("ben"))
    worked = {"ana": [night(0)], "ben": [shift(0)]}
    known = ahead(ana=9, ben=-9)
    away = Team(pair, (Absence("ben", at(1, 0), at(2, 0), "vacation"),))
    assert dealt(worked, away, known) == worked
    # From 04:00 on Monday ana rests until 15:00; the night is hers alone.
    before = [Assignment("ana", shift(-1, 20, 28))]
    assert dealt(worked, Team(pair), known, history=before) == worked
    lock = [Assignment("ben", shift(3), locked=True)]
    assert dealt(worked, Team(pair), known, locked=lock) == worked
    assert dealt(worked, Team(pair), known) != worked


def test_a_wish_outweighs_a_small_difference():
    """One night too many does not outweigh a wish; thirty do."""
    wish = Preference("ben", at(0, 22), at(1, 6), -1)
    team = Team((rep("ana"), rep("ben")), preferences=(wish,))
    worked = {"ana": [night(0)], "ben": [shift(0)]}
    assert dealt(worked, team, ahead(ana=0.4, ben=-0.4)) == worked
    assert dealt(worked, team, ahead(ana=30, ben=-30)) != worked


def test_a_proof_is_never_weakened_for_evenness():
    """Where the deal would cost more than the gap, only deals at the same cost are taken."""
    wish = Preference("ben", at(0, 22), at(1, 6), -5)
    team = Team((rep("ana"), rep("ben"), rep("cleo")), preferences=(wish,))
    worked = {"ana": [night(0)], "ben": [shift(0)], "cleo": [shift(2)]}
    excess = {"ana": {"nights": 0.4, "requests": 0.0}, "ben": {"nights": -60.4}}
    known = Fairness(excess=excess)
    loose, exact = (dealt(worked, team, known, gap=gap) for gap in (1.0, 0.0))
    assert loose["ben"] == [night(0)]
    assert exact["ana"] == [night(0)] or exact["cleo"] == [night(0)]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=6, max_size=6), st.integers(0, 3))
def test_a_deal_changes_hands_and_nothing_else(excess, days_off):
    """The same tours, the same cover, nothing that the audit finds, and never less even."""
    names = [f"r{number}" for number in range(6)]
    contracts = [Contract(0, 40), Contract(0, 24)] * 3
    team = Team(
        tuple(rep(name, contract=one) for name, one in zip(names, contracts, strict=True)),
        (Absence("r0", at(days_off, 0), at(days_off + 1, 0), "vacation"),),
    )
    shifts = [
        StaffedShift(one, 1)
        for one in sorted(
            one for day in range(7) for one in (night(day), shift(day), shift(day, 12, 20))
        )
    ]
    made = plan_roster(
        shifts, week_coverage("live"), team, RULES, SolverSettings(gap=0.05),
        timezone=ZONE, interval_minutes=60,
    )  # fmt: skip
    worked = {name: [] for name in names}
    for one in made.assignments:
        worked[one.rep_id].append(one.shift)
    known = ahead(**dict(zip(names, excess, strict=True)))
    after = dealt(worked, team, known)
    assert sorted(map(sorted, after.values())) == sorted(map(sorted, worked.values()))
    given_ = [Assignment(name, one) for name, own in after.items() for one in own]
    found = audit(given_, shifts, team, RULES, timezone=ZONE, interval_minutes=60, period=PERIOD)
    assert not [one for one in found if one.severity == "violation"]
    uneven = [_unevenness(deal, known, shifts, team) for deal in (after, worked)]
    assert uneven[0] <= uneven[1] + 1e-9


def _unevenness(deal, known, shifts, team):
    listed = Counter(one for own in deal.values() for one in own)
    staffed = [StaffedShift(one, count) for one, count in sorted(listed.items())]
    theirs = targets(staffed, known, team)
    total = 0.0
    for row, one in enumerate(team.reps):
        own = deal[one.rep_id]
        turns = (
            sum(at(0, 0) <= each.start and each.end.hour == 6 for each in own),
            sum(each.start.weekday() >= 5 for each in own),
        )
        total += sum((turns[part] - theirs[row, part]) ** 2 for part in (0, 1))
    return total
