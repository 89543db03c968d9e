"""A weekly rotation is fair, restful and respects vacations."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.plan_rotation import plan_rotation
from optimizer.report import SolveStatus
from optimizer.rotation import Duty, RotationSettings
from optimizer.staff import Contract, Team
from tests.optimizer.rotation_cases import (
    MONDAY,
    NAMES,
    PLAIN,
    away,
    check,
    monday,
    on_call,
    rep,
    team,
    vacations_of_a_year,
    weeks,
)


def past(names, first=None):
    """Return a history in which people had whole weeks up to the horizon."""
    begin = MONDAY - timedelta(weeks=len(names)) if first is None else first
    duties = []
    for place, name in enumerate(names):
        week = begin + timedelta(weeks=place)
        start = datetime(week.year, week.month, week.day, tzinfo=UTC)
        duties.append(Duty(week, 1, start, start + timedelta(weeks=1), name))
    return duties


def test_a_year_of_seven_people_is_even_restful_and_leaves_vacations_alone():
    """The promise of the rotation: loads within one week, and nobody called on vacation."""
    absences = vacations_of_a_year()
    made = plan_rotation(team(7, absences), PLAIN, weeks(52))
    assert check(made, 1, absences) == timedelta(0)
    loads = Counter(on_call(made))
    assert sum(loads.values()) == 52
    assert max(loads.values()) - min(loads.values()) <= 1
    assert made.is_even
    assert made.report.status is SolveStatus.OPTIMAL
    assert all(duty.kind == "turn" for duty in made.duties)
    assert made.weeks_between is not None
    assert made.weeks_between >= 3
    places = [[w for w, who in enumerate(on_call(made)) if who == name] for name in loads]
    between = min(late - early - 1 for own in places for early, late in pairwise(own))
    assert between == made.weeks_between


def test_without_absences_it_is_the_round():
    """Whoever had it last goes to the end, in the order of the team, for ever."""
    made = plan_rotation(team(5), PLAIN, weeks(23))
    assert on_call(made) == [NAMES[week % 5] for week in range(23)]


def test_the_round_goes_on_where_history_ends():
    """Whose turn was longest ago is next, and never having had one is longest of all."""
    made = plan_rotation(team(4), PLAIN, weeks(8), history=past(["cy", "ada", "dee"]))
    assert on_call(made) == ["ben", "cy", "ada", "dee"] * 2


def test_who_missed_turns_catches_up():
    """Six weeks of vacation take nothing off a year's share."""
    absences = [away("ada", MONDAY, 42)]
    made = plan_rotation(team(4, absences), PLAIN, weeks(20))
    assert Counter(on_call(made)) == dict.fromkeys(NAMES[:4], 5)
    assert "ada" not in on_call(made)[:6]
    assert on_call(made)[6] == "ada"


def test_leave_is_not_caught_up():
    """Who is on leave for months does not come back to a mountain."""
    absences = [away("ada", MONDAY, 7 * 10)]
    made = plan_rotation(team(4, absences), replace(PLAIN, leave_weeks=6), weeks(22))
    assert Counter(on_call(made))["ada"] == 3
    assert made.is_even


def test_a_joiner_begins_at_the_end_and_owes_nothing_from_before():
    """New people are neither first in line nor in debt."""
    joins = Team((*team(4).reps, rep("zoe", employed_from=monday(4))))
    made = plan_rotation(joins, PLAIN, weeks(14), history=past([*NAMES[:4]] * 3))
    assert on_call(made)[:4] == [*NAMES[:4]]
    assert on_call(made)[4:9] == [*NAMES[:4], "zoe"]
    assert Counter(on_call(made))["zoe"] == 2


def test_who_left_leaves_no_debt_behind():
    """Turns of people who are gone are nobody's to catch up."""
    made = plan_rotation(team(3), PLAIN, weeks(6), history=past(["old", "old", "ada", "old"]))
    assert on_call(made) == ["ben", "cy", "ada", "ben", "cy", "ada"]


def test_half_a_weight_is_half_a_load():
    """Who works half the time is on call half as often."""
    made = plan_rotation(team(4), replace(PLAIN, weights={"ada": 0.5}), weeks(35))
    assert Counter(on_call(made)) == {"ada": 5, "ben": 10, "cy": 10, "dee": 10}
    halves = Team((rep("ada", contract=Contract(0, 20)), *team(4).reps[1:]))
    by_contract = plan_rotation(halves, replace(PLAIN, weigh_by_contract=True), weeks(35))
    assert on_call(by_contract) == on_call(made)


def test_a_small_weight_is_rounded_for_itself():
    """By hand: 0.59 of a turn is nearer to 1 than to 0, whatever that means for full weights.

    Squares over weights are 1.33 with one turn and 1.78 with none; plain squares say 0.75 and 0.53.
    """
    made = plan_rotation(team(3), replace(PLAIN, weights={"ada": 0.22}), weeks(6))
    assert Counter(on_call(made))["ada"] == 1


def test_several_are_called_one_after_the_other():
    """Two on call are two people, both tiers are shared, and nobody sits in both."""
    absences = vacations_of_a_year()
    made = plan_rotation(team(7, absences), replace(PLAIN, people=2), weeks(52))
    assert check(made, 2, absences) == timedelta(0)
    assert made.is_even
    assert sum(load.fair for load in made.loads) == pytest.approx(2 * 52)
    first, second = (Counter(on_call(made, seat)) for seat in (1, 2))
    both = first + second
    assert max(both.values()) - min(both.values()) <= 1
    assert max(first.values()) - min(first.values()) <= 2


def test_a_pool_across_teams_takes_sites_and_skills():
    """Who is asked depends on where people are and what they can."""
    people = (
        rep("ada", site="dublin", skills=frozenset({"live"})),
        rep("ben", site="dublin", skills=frozenset({"mail"})),
        rep("cy", site="sydney"),
        rep("dee", site="chicago"),
        rep("eve", site="dublin", on_call=False),
    )
    asked = replace(PLAIN, sites=("dublin", "sydney"), skills=("live",))
    assert set(on_call(plan_rotation(Team(people), asked, weeks(6)))) == {"ada", "cy"}
    for wrong, word in [
        ({"sites": ("dublim",)}, "dublim"),
        ({"skills": ("phone",), "sites": ()}, None),
        ({"weights": {"zed": 1.0}}, "zed"),
        ({"people": 3}, "on_call"),
    ]:
        if word:
            with pytest.raises(InputError, match=word):
                plan_rotation(Team(people), replace(asked, **wrong), weeks(6))
    nobody = Team(tuple(replace(one, on_call=False) for one in people))
    with pytest.raises(InputError, match="on_call"):
        plan_rotation(nobody, PLAIN, weeks(2))


def oracle(size, count, gone, fair):
    """Return the least aims over every assignment of people to weeks, in their order.

    `gone` are days away by (person, week).
    """
    there = {
        (w, d): [i for i in range(size) if d not in gone.get((i, w), ())]
        for w in range(count)
        for d in range(7)
    }
    best = None
    for turns in product(range(-1, size), repeat=count):
        if any(i >= 0 and len(gone.get((i, w), ())) == 7 for w, i in enumerate(turns)):
            continue
        bare = long = present = 0
        for w, i in enumerate(turns):
            days = gone.get((i, w), ())
            bare += 7 if i < 0 else sum(not there[w, d] for d in days)
            long += len(days) > 2
            present += len(days)
        rest = sum(early == late >= 0 for early, late in pairwise(turns))
        unfair = sum((turns.count(i) - fair) ** 2 for i in range(size))
        gap = min(
            (late - early - 1 for i in range(size)
             for early, late in pairwise([w for w, j in enumerate(turns) if j == i])),
            default=size,
        )  # fmt: skip
        short = size - 1 - (min(1, size - 1) if rest else max(min(gap, size - 1), 1))
        aims = (bare, long, rest, round(unfair, 6), present, max(0, short))
        best = aims if best is None else min(best, aims)
    return best


@settings(max_examples=16, deadline=None)
@given(st.data())
def test_no_assignment_of_a_toy_is_better(data):
    """Every aim is as good as the best of all assignments, each aim before the next."""
    size, count = data.draw(st.sampled_from([(2, 6), (3, 5), (3, 6)]))
    spans = data.draw(
        st.lists(
            st.tuples(st.integers(0, size - 1), st.integers(0, 7 * count - 1), st.integers(1, 16)),
            max_size=5,
        )
    )
    gone = {}
    for i, begin, days in spans:
        for day in range(begin, min(begin + days, 7 * count)):
            gone.setdefault((i, day // 7), set()).add(day % 7)
    absences = [away(NAMES[i], MONDAY + timedelta(days=d), n) for i, d, n in spans]
    made = plan_rotation(team(size, absences), PLAIN, weeks(count))
    found = {aim.aim: aim.report.objective for aim in made.aims}
    names = ("filled", "whole", "rest", "fair", "present", "spread")
    assert [found[name] for name in names] == pytest.approx(
        oracle(size, count, gone, count / size), abs=1e-5
    )
    assert made.report.status is SolveStatus.OPTIMAL
    missing = check(made, 1, absences)
    assert missing == sum((timedelta(days=f.amount) for f in made.findings), timedelta(0))


@settings(max_examples=8, deadline=None)
@given(
    size=st.integers(2, 9),
    count=st.integers(1, 20),
    seats=st.integers(1, 2),
    spans=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 139), st.integers(1, 25)), max_size=12
    ),
)
def test_every_rotation_stands_a_recount(size, count, seats, spans):
    """Nobody on call while away or twice at once, and every gap is told."""
    absences = [away(NAMES[i], MONDAY + timedelta(days=d), n) for i, d, n in spans if i < size]
    made = plan_rotation(team(size, absences), replace(PLAIN, people=seats), weeks(count))
    missing = check(made, seats, absences)
    assert missing == sum((timedelta(days=f.amount) for f in made.findings), timedelta(0))
    assert sum(load.turns for load in made.loads) <= seats * count
    assert made.is_even or any("fair" in note for note in made.notes)


@settings(max_examples=5, deadline=None)
@given(order=st.permutations(range(5)), spans=st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 80), st.integers(1, 15)), max_size=6))  # fmt: skip
def test_names_and_order_do_not_matter(order, spans):
    """Reordering the team changes whose turn is first, not how good the rotation is."""
    absences = tuple(away(NAMES[i], MONDAY + timedelta(days=d), n) for i, d, n in spans)
    reps = team(5).reps
    made = plan_rotation(Team(reps, absences), PLAIN, weeks(12))
    other = plan_rotation(Team(tuple(reps[i] for i in order), absences), PLAIN, weeks(12))
    for one, two in zip(made.aims[:-1], other.aims[:-1], strict=True):
        assert one.report.objective == pytest.approx(two.report.objective, abs=1e-5), one.aim
    named = {name: f"x{name}" for name in NAMES}
    renamed = Team(
        tuple(replace(one, rep_id=named[one.rep_id]) for one in reps),
        tuple(replace(one, rep_id=named[one.rep_id]) for one in absences),
    )
    again = plan_rotation(renamed, PLAIN, weeks(12))
    assert on_call(again) == [named.get(who, who) for who in on_call(made)]


def test_more_people_never_have_more_each():
    """Another pair of shoulders takes load off all others."""
    most = [max(load.turns for load in plan_rotation(team(size), PLAIN, weeks(13)).loads)
            for size in range(2, 8)]  # fmt: skip
    assert most == sorted(most, reverse=True)


@pytest.mark.parametrize(
    ("timezone", "first", "hours"),
    [
        ("Europe/Dublin", date(2026, 3, 23), [167.0, 168.0]),
        ("Europe/Dublin", date(2026, 10, 19), [169.0, 168.0]),
        ("America/Chicago", date(2026, 3, 2), [167.0, 168.0]),
        ("Australia/Lord_Howe", date(2026, 3, 30), [168.5, 168.0]),
    ],
)
def test_a_week_is_from_wall_clock_to_wall_clock(timezone, first, hours):
    """Hand-over stays at the same hour of the wall clock when clocks change."""
    handover = time(9)
    asked = replace(PLAIN, handover_time="09:00")
    horizon = weeks(2, first, timezone, handover)
    made = plan_rotation(team(3, timezone=timezone), asked, horizon)
    assert [duty.hours for duty in made.duties] == hours
    assert made.duties[0].end == made.duties[1].start


def test_a_vacation_ends_at_the_local_midnight_that_hands_over():
    """A week of vacation blocks one week, in winter and in summer time, and not its neighbour."""
    first = date(2026, 3, 16)
    absences = [away("ada", first + timedelta(weeks=1), 7, timezone="Europe/Dublin")]
    people = team(2, absences, "Europe/Dublin")
    made = plan_rotation(people, PLAIN, weeks(3, first, "Europe/Dublin"))
    assert on_call(made) == ["ada", "ben", "ada"]
    assert all(duty.kind == "turn" for duty in made.duties)


def test_when_loads_cannot_be_equal_it_says_who_and_why():
    """A manager has to be able to answer the question before it is asked."""
    absences = [away("ada", MONDAY, 70)]
    made = plan_rotation(team(3, absences), PLAIN, weeks(12))
    assert not made.is_even
    assert check(made, 1, absences) == timedelta(0)
    note = made.notes[0]
    assert "no plan has more equal ones" in note
    assert "ada has 1 turns where 4.0 are fair (away in all or part of 10 of 12 weeks)" in note


def test_when_nobody_is_there_it_says_so():
    """A week without anybody is told, not filled with somebody on a beach."""
    absences = [away(name, monday(1), 7) for name in NAMES[:3]]
    made = plan_rotation(team(3, absences), PLAIN, weeks(4))
    assert [finding.amount for finding in made.findings] == [7.0]
    assert "ada, ben, cy are away" in made.findings[0].sentence
    assert on_call(made)[1] == "-"


def test_one_person_is_always_on_call_and_is_told_so():
    """Rest is asked for, and a team of one cannot have it."""
    made = plan_rotation(team(1), PLAIN, weeks(5))
    assert on_call(made) == ["ada"] * 5
    assert "0 weeks between two turns, of 1 asked for" in made.notes[0]


def test_history_of_other_weekdays_is_refused():
    """Published weeks that begin on another day cannot be kept."""
    with pytest.raises(InputError, match="Tuesday"):
        plan_rotation(
            team(3), PLAIN, weeks(4), history=past(["ada"], first=MONDAY + timedelta(days=8))
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"handover_day": "Monday"},
        {"handover_time": "9 o'clock"},
        {"handover_time": "09:00:30"},
        {"people": 0},
        {"min_weeks_between": -1},
        {"part_cover_days": 7},
        {"leave_weeks": 0},
        {"weights": {"ada": 0.0}},
        {"comp_hours_per_week": -1.0},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    """A slip of the keyboard is told when the settings are read."""
    with pytest.raises(ValueError):
        RotationSettings(**wrong)
