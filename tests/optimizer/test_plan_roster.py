"""The compact roster in cases whose answer is known."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from optimizer.eligibility import Barrier, barrier
from optimizer.local_shifts import owed_minutes
from optimizer.period import coverage_of
from optimizer.reasons import explain
from optimizer.report import SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, Contract, Preference, Team
from optimizer.team_files import read_team
from tests.optimizer.roster_cases import (
    RULES,
    STANDBY_STEP,
    ZONE,
    at,
    costs,
    plan,
    rep,
    rules_of,
    shift,
    week_coverage,
    works,
)


def test_a_shift_that_nobody_can_work_is_listed_not_refused():
    """A plan short of people is a result; the planner sees where."""
    roster = plan([shift(0, queue="chess")], [rep("ann", skills=frozenset({"live"}))])
    assert roster.unfilled == (StaffedShift(shift(0, queue="chess"), 1),)
    assert rules_of(roster, "shortfall") == {"unfilled", "team_skills"}
    assert roster.report.status is SolveStatus.OPTIMAL
    assert roster.report.objective == 8


def test_a_week_without_shifts_owes_everybody_their_hours():
    """An empty plan is a roster of nobody, and the contracts show it."""
    roster = plan([], [rep("ann", contract=Contract(20, 40))], coverage=week_coverage("live"))
    assert roster.assignments == ()
    assert costs(roster) == [0, 20, 0]
    assert rules_of(roster, "shortfall") == {"contract_minimum"}


def test_primary_goes_before_standby():
    """With one rep for two shifts of a day, the one at work is filled."""
    roster = plan([shift(0), shift(0, role="on_call")], [rep("ann")])
    assert [one.shift.role for one in roster.assignments] == ["primary"]


def test_coverage_counts_the_people_who_were_found():
    """The roster's heatmap shows the roster, not the plan."""
    roster = plan([StaffedShift(shift(0, 9, 11), 2)], [rep("ann")])
    nine = roster.coverage.set_index("interval_start").loc[pd.Timestamp(at(0, 9))]
    assert nine["primary"] == 1
    assert roster.coverage["primary"].sum() == 2


def test_without_a_requirement_the_shifts_are_what_is_required():
    """A shift plan alone is enough for a roster."""
    roster = plan([StaffedShift(shift(0, 9, 11), 2)], [rep("ann")], coverage=pd.DataFrame())
    assert roster.coverage["required_primary"].sum() == 4
    assert roster.coverage["understaffing"].sum() == 2


@pytest.mark.parametrize(
    ("zone", "monday", "day"),
    [
        (ZONE, date(2026, 3, 23), 5), (ZONE, date(2026, 10, 19), 5),
        ("America/Chicago", date(2026, 3, 2), 5), ("America/Chicago", date(2026, 10, 26), 5),
        ("Australia/Sydney", date(2026, 3, 30), 5), ("Australia/Sydney", date(2026, 9, 28), 5),
    ],
)  # fmt: skip
def test_rest_is_by_the_wall_clock_in_the_night_of_a_change(zone, monday, day):
    """22:00 to 09:00 is enough and 22:00 to 08:00 is not, though the night has 10 or 12 hours."""
    local = rep("ann", timezone=zone)
    place = {"zone": zone, "monday": monday}
    coverage = week_coverage("live", monday=monday, days=8)
    evening = shift(day, 14, 22, **place)
    enough = plan([evening, shift(day + 1, 9, 17, **place)], [local], coverage=coverage)
    assert len(enough.assignments) == 2
    short = plan([evening, shift(day + 1, 8, 16, **place)], [local], coverage=coverage)
    assert len(short.assignments) == 1


def test_nobody_is_in_two_places_in_the_hour_that_comes_twice():
    """By the wall clock one shift ends before the other starts; in truth they overlap."""
    evening = Shift(
        "live",
        "",
        datetime(2026, 10, 24, 21, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 15, tzinfo=UTC),  # 01:15, the second time
        "primary",
    )
    night = Shift(
        "live",
        "",
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 01:30, the first time
        datetime(2026, 10, 25, 4, tzinfo=UTC),
        "primary",
    )
    coverage = week_coverage("live", monday=date(2026, 10, 19))
    restless = replace(RULES, min_rest_hours=0)
    roster = plan([evening, night], [rep("ann")], rules=restless, coverage=coverage)
    assert len(roster.assignments) == 1
    assert rules_of(roster) == set()


def test_a_day_off_lets_the_days_in_a_row_start_anew():
    """Two days, one off, two days: nobody works three in a row."""
    rules = replace(RULES, max_consecutive_days=2)
    roster = plan([shift(day, 9, 13) for day in (0, 1, 3, 4)], [rep("ann")], rules=rules)
    assert len(roster.assignments) == 4
    third = plan([shift(day, 9, 13) for day in (0, 1, 2)], [rep("ann")], rules=rules)
    assert len(third.assignments) == 2


def test_hours_of_a_night_with_a_change_are_hours_worked():
    """A night from 22 to 6 has 9 hours when the clocks go back, and nine are paid."""
    monday = date(2026, 10, 19)
    night = shift(5, 22, 30, monday=monday)
    assert night.hours == 9
    coverage = week_coverage("live", monday=monday)
    for most, filled in ((9, 1), (8, 0)):
        roster = plan([night], [rep("ann", contract=Contract(0, most))], coverage=coverage)
        assert len(roster.assignments) == filled


def test_contract_minima_come_after_cover_and_before_wishes():
    """Hours go to whom they are owed, even when somebody else would like them more."""
    keen = Preference("bob", at(0, 0), at(7, 0), 5.0)
    team = Team((rep("ann", contract=Contract(16, 40)), rep("bob")), (), (keen,))
    roster = plan([shift(0), shift(1), shift(2)], team)
    assert Counter(one.rep_id for one in roster.assignments) == {"ann": 2, "bob": 1}
    assert costs(roster)[:2] == [0, 0]
    reasons = {one.reason for one in roster.assignments if one.rep_id == "ann"}
    assert reasons == {"needed for the contract's 16 h"}


def test_hours_that_lack_are_listed():
    """Who is owed more than the plan has is told by how much."""
    roster = plan([shift(0)], [rep("ann", contract=Contract(20, 40))])
    assert costs(roster) == [0, 12, 0]
    (finding,) = roster.findings
    assert (finding.rule, finding.amount, finding.severity) == ("contract_minimum", 12, "shortfall")


def test_wishes_decide_between_equals():
    """A weight counts by the share of the shift within the wish."""
    team = Team(
        (rep("ann"), rep("bob")), (), (Preference("ann", at(0, 13), at(0, 17), -1.0),)
    )  # fmt: skip
    roster = plan([shift(0)], team)
    assert [one.rep_id for one in roster.assignments] == ["bob"]
    alone = plan([shift(0)], replace(team, reps=team.reps[:1]))
    assert costs(alone)[2] == 0.5
    assert alone.assignments[0].reason == "the only rep who can work this shift"


def test_standby_is_spread():
    """Nobody carries the pager every night, and what was carried before the week counts."""
    nights = [shift(day, 20, 28, role="on_call") for day in (0, 2, 4, 6)]
    team = [rep("ann"), rep("bob")]
    roster = plan(nights, team)
    assert Counter(one.rep_id for one in roster.assignments) == {"ann": 2, "bob": 2}
    before = [Assignment("ann", shift(day, 20, 28, role="on_call")) for day in (-7, -5)]
    after = plan(nights, team, history=before)
    assert Counter(one.rep_id for one in after.assignments) == {"ann": 1, "bob": 3}


def test_standby_of_the_past_is_dearer_to_come_back_to_and_not_paid_again():
    """The cost told is of this period's choices: the third night of a rep costs two steps."""
    before = [Assignment("ann", shift(day, 20, 28, role="on_call")) for day in (-7, -5)]
    night = shift(2, 20, 28, role="on_call")
    team = [rep("ann")]
    assert costs(plan([night], team, history=before)) == [0, 0, 2 * STANDBY_STEP]
    locked = [Assignment("ann", night)]
    assert costs(plan([night], team, history=before, locked=locked)) == [0, 0, 2 * STANDBY_STEP]


def test_standby_counts_for_rest_and_days_but_not_for_hours():
    """On call is no time off, and no contract hours either."""
    tight = rep("ann", contract=Contract(0, 8))
    assert len(plan([shift(0), shift(1, role="on_call")], [tight]).assignments) == 2
    late = shift(0, 14, 23, role="on_call")
    assert len(plan([late, shift(1, 8, 16)], [tight]).assignments) == 1
    days = [shift(day, 9, 10, role="on_call") for day in range(3)]
    rules = replace(RULES, max_consecutive_days=2)
    assert len(plan(days, [tight], rules=rules).assignments) == 2


def test_what_was_worked_before_the_week_binds_it():
    """Rest, days in a row and hours go on over the period's edge."""
    before = [Assignment("ann", shift(-1, 14, 23))]
    assert not plan([shift(0, 8, 12)], [rep("ann")], history=before).assignments
    days = [Assignment("ann", shift(-day, 9, 10)) for day in range(1, 6)]
    assert not plan([shift(0)], [rep("ann")], history=days).assignments
    chicago = rep("ann", timezone="America/Chicago", contract=Contract(0, 8))
    sunday = [Assignment("ann", shift(-2, 9, 17))]
    edge = shift(0, 3, 5)  # Sunday 21:00 to 23:00 in Chicago, in the week of that Saturday
    assert not plan([edge], [chicago], history=sunday).assignments
    assert plan([edge], [chicago]).assignments


SAMPLE_SHIFTS = {  # hours since Monday 00:00, length, reps
    (
        "live",
        "primary",
        "chicago",
    ): "12+8*2 14+6 15+4 36+8*2 39+4 62+6 63+4 85+6 86+6 108+8*2 111+4",
    ("live", "on_call", "chicago"): "60+8 84+8",
    ("live", "primary", "dublin"): "12+8 39+4 60+8*2 84+8*2 108+8",
    ("live", "on_call", "dublin"): "36+8",
    ("normal", "primary", "chicago"): "14+8 40+10 42+4 62+6 62+10 110+6 132+6 156+6",
    ("normal", "on_call", "dublin"): "8+8 32+8 57+10 80+10 106+10",
    ("normal", "primary", "dublin"): (
        "8+8 9+10 16+4 32+10 33+10 56+6*2 82+10*2 102+10 104+6 112+4 132+6 156+6"
    ),
    ("normal", "on_call", "sydney"): "0+8 50+6 68+6",
    ("normal", "primary", "sydney"): (
        "0+8 20+4 22+10 24+8 46+10 72+8 74+6 92+4 92+10 96+8 116+4*2"
    ),
}


def sample_week():
    monday = date(2026, 11, 23)
    for (queue, role, site), text in SAMPLE_SHIFTS.items():
        for part in text.split():
            times, _, reps = part.partition("*")
            start, length = (int(number) for number in times.split("+"))
            one = shift(0, start, start + length, queue=queue, role=role, site=site, monday=monday)
            yield StaffedShift(one, int(reps or 1))


def test_the_sample_teams_week_is_filled_and_every_aim_is_proven():
    """With equations in the programme, HiGHS called this week's second aim infeasible."""
    with as_file(files("data.samples")) as folder:
        names = ("team.csv", "absences.csv", "preferences.csv")
        team = read_team(*(Path(folder) / name for name in names), timezone=ZONE)
    coverage = week_coverage("live", "normal", monday=date(2026, 11, 23))
    roster = plan(sorted(sample_week(), key=lambda one: one.shift), team, coverage=coverage)
    assert [one.report.status for one in roster.aims] == [SolveStatus.OPTIMAL] * 3
    assert rules_of(roster) == set()
    assert not roster.unfilled


def test_locked_assignments_are_kept_and_others_move_around_them():
    """What a manager promised is not for the solver to change."""
    team = Team((rep("ann"), rep("bob")), (), (Preference("ann", at(0, 0), at(1, 0), -9.0),))
    lock = Assignment("ann", shift(0))
    roster = plan([shift(0), shift(0, 12, 20)], team, locked=[lock])
    assert works(roster) == {("ann", shift(0)), ("bob", shift(0, 12, 20))}
    by_rep = {one.rep_id: one for one in roster.assignments}
    assert (by_rep["ann"].locked, by_rep["ann"].reason) == (True, "locked")
    assert by_rep["bob"].locked is False
    assert rules_of(roster) == set()
    assert costs(roster)[2] == 9


def test_a_lock_that_breaks_a_rule_is_kept_and_told():
    """The manager decides; the audit says what it costs."""
    away = Team((rep("ann"),), (Absence("ann", at(0, 0), at(1, 0), "holiday"),))
    extra = shift(2, queue="live")
    locks = [Assignment("ann", shift(0)), Assignment("ann", extra)]
    roster = plan([shift(0)], away, locked=locks)
    assert works(roster) == {("ann", shift(0)), ("ann", extra)}
    assert rules_of(roster) == {"absence", "overfilled"}


def test_reasons_tell_what_kept_others_out():
    """A rep who asks why gets an answer that can be checked."""
    team = Team(
        (rep("ann"), rep("bob"), rep("cat", contract=Contract(0, 4))),
        (),
        (Preference("ann", at(1, 0), at(2, 0), 1.0),),
    )
    roster = plan([shift(0), shift(0, 10, 18), shift(1)], team)
    reasons = {(one.shift, one.reason) for one in roster.assignments}
    busy = "nobody else is free: 1 at the week's hours, 1 on another shift that day"
    assert (shift(0), busy) in reasons
    assert (shift(1), "prefers this time") in reasons
    two = plan([StaffedShift(shift(0), 2)], [rep("ann"), rep("bob")])
    assert {one.reason for one in two.assignments} == {
        "all 2 reps who can work this shift are needed"
    }
    free = plan([shift(0)], [rep("ann"), rep("bob"), rep("cat")])
    assert [one.reason for one in free.assignments] == ["one of 3 who are free"]


def test_what_is_given_twice_or_names_nobody_is_refused():
    """A repeated shift would count its reps twice."""
    one = StaffedShift(shift(0), 1)
    with pytest.raises(ValueError, match="listed twice"):
        plan([one, one], [rep("ann")])
    with pytest.raises(ValueError, match="no rep eve"):
        plan([one], [rep("ann")], locked=[Assignment("eve", shift(0))])
    with pytest.raises(ValueError, match="given a shift twice"):
        plan([one], [rep("ann")], locked=[Assignment("ann", shift(0))] * 2)
    with pytest.raises(ValueError, match="neither a shift nor a requirement"):
        plan([], [rep("ann")], coverage=pd.DataFrame())


def test_a_shift_that_the_coverage_cannot_count_is_refused():
    """Filled, it would be in the roster and in no interval."""
    team = [rep("ann")]
    with pytest.raises(InputError, match=r"chess primary shift of 2026-03-02 09:00 .* has live;"):
        plan([shift(0, queue="chess")], team, coverage=week_coverage("live"))
    for day in (-1, 7, 2000):
        with pytest.raises(InputError, match=r"outside the coverage, 2026-03-02 00:00 to"):
            plan([shift(day)], team, coverage=week_coverage("live"))
    last = shift(6, 22, 30)
    assert works(plan([last], team, coverage=week_coverage("live"))) == {("ann", last)}


def test_limits_that_are_just_reached_are_told_as_they_bind():
    """Five days in a row bar the sixth; sixteen hours of sixteen bar nothing."""
    team, week = Team((rep("ann"), rep("bob", contract=Contract(0, 16)))), (at(0, 0), at(7, 0))
    days = [Assignment("bob", shift(day, 9, 10)) for day in range(5)]
    sixth = Assignment("ann", shift(5))
    given = [*days, sixth]
    told = explain(given, [StaffedShift(one.shift, 1) for one in given], team, RULES, period=week)
    assert told[0].reason == "nobody else is free: 1 after days in a row"
    given = [Assignment("bob", shift(0)), Assignment("ann", shift(1))]
    told = explain(given, [StaffedShift(one.shift, 1) for one in given], team, RULES, period=week)
    assert told[0].reason == "one of 2 who are free"


def test_a_night_ends_on_the_day_after():
    """Its last hours are planned days and days of employment."""
    night = shift(0, 22, 30)
    assert len(coverage_of([StaffedShift(night, 1)], ZONE, 60)) == 48
    gone = rep("ann", employed_until=date(2026, 3, 2))
    assert barrier(gone, night, ()) is Barrier.EMPLOYMENT


def test_half_a_week_owes_half_the_hours():
    """Below one half nothing is owed; one half is not below."""
    ann, half = rep("ann"), (at(0, 0), at(3, 12))
    assert owed_minutes(Contract(20, 40), ann, date(2026, 3, 2), half, ()) == 600
    less = (at(0, 0), at(3, 11))
    assert owed_minutes(Contract(20, 40), ann, date(2026, 3, 2), less, ()) == 0
