"""Repairs of a published roster: locks, the past, cover and the fewest changes."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from optimizer.labour_rules import Proficiency
from optimizer.repair import replan
from optimizer.repair_sick import sick_call
from optimizer.repair_types import Published, change_weight
from optimizer.roster import Assignment
from optimizer.shifts import ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Team
from tests.optimizer.repair_cases import best_by_enumeration, drawn, duties, published
from tests.optimizer.roster_cases import at, rep, shift

EXACT = SolverSettings(time_limit_seconds=600, gap=0.0)


def away(name, day, start=0, end=24):
    return Absence(name, at(day, start), at(day, end), "sick")


def told(repair):
    return {(one.kind, one.rep_id) for one in repair.changes}


def test_a_freed_duty_goes_to_whoever_is_free():
    """Ann is away on Tuesday; Ben, who is off, takes her duty and nothing else changes."""
    nine = [shift(day) for day in range(3)]
    of = published({"ann": nine, "cay": nine}, [rep("ann"), rep("ben"), rep("cay")])
    made = sick_call(of, away("ann", 1)).repair
    assert told(made) == {("freed", "ann"), ("added", "ben")}
    assert duties(made.roster.assignments) - duties(of.assignments) == {("ben", nine[1])}
    assert made.gaps == made.broken == ()
    assert made.is_proven


def test_a_duty_without_which_nobody_is_missing_is_not_given_to_anybody():
    """Two are there where one is required: when one falls ill, nobody is called."""
    of = published({"ann": [shift(1)], "cay": [shift(1)]}, [rep("ann"), rep("ben"), rep("cay")])
    of = replace(of, coverage=of.coverage.assign(required_primary=0))
    made = sick_call(of, away("ann", 1)).repair
    assert told(made) == {("freed", "ann")}
    assert made.roster.unfilled == ()


def test_a_chain_is_found_where_nobody_can_take_the_duty_itself():
    """Only Ben has the skill, and he works; Cay takes his other duty, so that he is free for it."""
    skilled, other = shift(1, 6, 14, queue="chess"), shift(1, 15, 23)
    of = published(
        {"ann": [skilled], "ben": [other]},
        [
            rep("ann", skills=frozenset({"chess"})),
            rep("ben"),
            rep("cay", skills=frozenset({"live"})),
        ],
    )
    made = sick_call(of, away("ann", 1), solver=EXACT).repair
    assert told(made) == {("freed", "ann"), ("moved", "ben"), ("added", "cay")}
    assert made.gaps == ()
    assert made.is_proven
    why = {one.rep_id: one.why for one in made.changes}
    assert why == {
        "ann": "away: sick",
        "ben": "takes over from ann",
        "cay": "takes over from ben",
    }


def test_what_nobody_can_take_stays_open_and_is_said():
    """The only one with the skill is away: eight rep-hours stay open, and no rule is broken."""
    of = published(
        {"ann": [shift(1, queue="chess")]},
        [rep("ann"), rep("ben", skills=frozenset({"live"}))],
    )
    made = sick_call(of, away("ann", 1)).repair
    assert made.missing_hours == 8
    assert [(gap.start, gap.end, gap.reps) for gap in made.gaps] == [(at(1, 9), at(1, 17), 1)]
    assert [one.shift for one in made.roster.unfilled] == [shift(1, queue="chess")]
    assert made.broken == ()


def test_the_duty_of_a_team_of_one_stays_open_and_that_is_proven():
    """Nobody is left who could be asked, so that nothing else could have been done."""
    made = sick_call(published({"ann": [shift(1)]}, [rep("ann")]), away("ann", 1)).repair
    assert told(made) == {("freed", "ann")}
    assert made.missing_hours == 8
    assert made.is_proven


def test_what_nobody_of_a_large_team_can_take_stays_open():
    """Ann alone has the skill, and twenty others have not."""
    others = [rep(f"b{number}", skills=frozenset({"live"})) for number in range(20)]
    of = published({"ann": [shift(1, queue="chess")], "b0": [shift(1)]}, [rep("ann"), *others])
    made = sick_call(of, away("ann", 1)).repair
    assert told(made) == {("freed", "ann")}
    assert made.missing_hours == 8


def test_a_further_duty_is_one_of_the_reps_own_site():
    """The settings name no sites, the plan's shifts do: a duty of no site would be anybody's."""
    given = {"ann": [shift(1, 9, 17, site="x")], "ben": [shift(1, 9, 13, site="x")]}
    of = published(given, [rep(name, site="x") for name in given])
    of = replace(of, settings=ShiftSettings(lengths_hours=(4.0, 8.0)))
    made = sick_call(of, away("ann", 1))
    assert told(made.repair) == {("freed", "ann"), ("moved", "ben")}
    assert {one.shift.site for one in made.repair.roster.assignments} == {"x"}
    (ranked,) = made.substitutes
    assert [(one.rep_id, one.way, one.into) for one in ranked.ranked] == [
        ("ben", "extend", shift(1, 9, 17, site="x"))
    ]


def test_gaps_of_the_published_roster_are_left_alone():
    """Two were missing already; a sick call is no reason to call people for them."""
    of = published({"ann": [shift(1)]}, [rep("ann"), rep("ben"), rep("cay"), rep("dan")])
    of = replace(
        of, coverage=of.coverage.assign(required_primary=of.coverage["required_primary"] * 3)
    )
    made = sick_call(of, away("ann", 1)).repair
    assert len(made.chosen) == 1
    assert made.missing_hours == 0


def test_a_locked_duty_of_somebody_away_is_kept_and_told():
    """Locks are kept whatever comes; that the rep is away is a broken rule, and is said."""
    of = published({"ann": [shift(1)]}, [rep("ann"), rep("ben")])
    made = sick_call(of, away("ann", 1), locked={("ann", shift(1))}).repair
    assert duties(made.roster.assignments) == {("ann", shift(1))}
    assert {one.rule for one in made.broken} == {"absence"}


def test_a_duty_that_runs_ends_when_the_rep_goes_and_the_rest_is_freed():
    """Ann goes at noon: her morning stays worked, and Ben covers the afternoon."""
    settings = ShiftSettings(lengths_hours=(4.0, 5.0, 8.0))
    of = published({"ann": [shift(1)]}, [rep("ann"), rep("ben")], now=at(1, 12), settings=settings)
    call = sick_call(of, Absence("ann", at(1, 12), at(2, 0), "sick"))
    assert call.freed == (shift(1, 12, 17),)
    assert told(call.repair) == {("cut", "ann"), ("added", "ben")}
    assert duties(call.repair.roster.assignments) == {
        ("ann", shift(1, 9, 12)),
        ("ben", shift(1, 12, 17)),
    }
    assert call.repair.broken == ()


def test_the_past_is_never_changed():
    """What has begun is history, whoever is away and whatever is missing in it."""
    of = published(
        {"ann": [shift(0), shift(1), shift(2)], "ben": [shift(0)]},
        [rep("ann"), rep("ben"), rep("cay")],
        now=at(1, 10),
    )
    made = sick_call(of, Absence("ann", at(0, 0), at(3, 0), "sick")).repair
    kept = duties(made.roster.assignments)
    assert {("ann", shift(0)), ("ben", shift(0))} <= kept
    assert ("ann", shift(1, 9, 10)) in kept
    assert not {one for one in kept - duties(of.assignments) if one[1].start < at(1, 9)}


def test_added_volume_is_absorbed_by_lengthening_a_duty_that_is_there():
    """An hour more after five: one change, the duty of nine to five ends an hour later."""
    of = published(
        {"ann": [shift(1)], "ben": [shift(2)]},
        [rep("ann"), rep("ben")],
        settings=ShiftSettings(lengths_hours=(8.0, 9.0)),
    )
    more = of.coverage["interval_start"] == at(1, 17)
    coverage = of.coverage.assign(required_primary=of.coverage["required_primary"] + more)
    made = replan(of, coverage=coverage)
    assert [(one.kind, one.rep_id, one.after) for one in made.changes] == [
        ("moved", "ann", shift(1, 9, 18))
    ]
    assert made.missing_hours == 0
    assert made.changes[0].why == "covers live Tue 17:00–18:00"
    assert made.broken == ()


def test_changes_of_tomorrow_weigh_more_than_those_of_next_week():
    """The notice of the earlier of the duties concerned counts."""
    now = at(0, 0)
    assert change_weight(now, (shift(0), None)) == 3
    assert change_weight(now, (shift(2), shift(2, 10, 18))) == 2
    assert change_weight(now, (shift(5), None)) == 1
    assert change_weight(now, (shift(5), shift(0))) == 3


def test_no_more_changes_than_asked_for():
    """A chain takes two; who may change only one duty leaves it open."""
    skilled, other = shift(1, 6, 14, queue="chess"), shift(1, 15, 23)
    team = [
        rep("ann", skills=frozenset({"chess"})),
        rep("ben"),
        rep("cay", skills=frozenset({"live"})),
    ]
    of = published({"ann": [skilled], "ben": [other]}, team)
    made = sick_call(of, away("ann", 1), most_changes=1, solver=EXACT).repair
    assert len(made.chosen) <= 1
    assert made.missing_hours == 8


@pytest.mark.parametrize("seed", range(25))
def test_no_other_repair_leaves_less_open_or_changes_less(seed):
    """Enumerated: every tour of every rep, judged by the audit, on small rosters from a seed."""
    random = np.random.default_rng(1000 + seed)
    of = drawn(seed)
    one = of.assignments[int(random.integers(len(of.assignments)))]
    day = (one.shift.start - at(0, 0)) // timedelta(days=1)
    team = replace(of.team, absences=(away(one.rep_id, day),))
    could = sorted({each.shift for each in of.assignments} | {each.shift for each in of.shifts})
    made = replan(of, team=team, solver=EXACT)
    weight = sum(change.weight for change in made.chosen)
    best = best_by_enumeration(of, team, could)
    assert (made.missing_hours, weight) == pytest.approx(best)
    assert made.is_proven
    assert made.broken == ()


@pytest.mark.parametrize("seed", range(100))
def test_locks_are_untouched_in_random_replans(seed):
    """A hundred rosters, absences, locks and added volume: every lock stands, nothing is broken."""
    random = np.random.default_rng(seed)
    of = drawn(seed, reps=4)
    locked = {(one.rep_id, one.shift) for one in of.assignments if random.random() < 0.4}
    free = sorted({rep.rep_id for rep in of.team.reps} - {rep_id for rep_id, _ in locked})
    absences = tuple(away(name, int(random.integers(2))) for name in free[:2])
    more = random.random(len(of.coverage)) < 0.1
    coverage = of.coverage.assign(required_primary=of.coverage["required_primary"] + more)
    of = replace(of, settings=ShiftSettings(lengths_hours=(4.0, 8.0), starts_every_minutes=240))
    made = replan(
        of,
        team=replace(of.team, absences=absences),
        coverage=coverage,
        locked=locked,
        solver=SolverSettings(time_limit_seconds=0.5, gap=0.0),
    )
    assert locked <= duties(made.roster.assignments)
    assert locked <= duties(one for one in made.roster.assignments if one.locked)
    assert made.broken == ()
    assert not [one for one in made.roster.findings if one.severity == "violation"]


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_the_order_of_people_does_not_matter(seed):
    """Renumbered and turned round, as much stays open and the changes weigh the same."""
    of = drawn(seed)
    one = of.assignments[0]
    day = (one.shift.start - at(0, 0)) // timedelta(days=1)
    values = set()
    for turned in (of, replace(of, team=Team(of.team.reps[::-1]))):
        team = replace(turned.team, absences=(away(one.rep_id, day),))
        made = replan(turned, team=team, solver=EXACT)
        values.add((made.missing_hours, sum(change.weight for change in made.chosen)))
    assert len(values) == 1


def test_hours_days_and_rest_bind_a_substitute():
    """Who has no hours left, would have no rest, or has worked five days, is not called."""
    nights = [shift(day, 0, 4) for day in range(1, 6)]
    of = published(
        {
            "ann": [shift(5)],
            "full": [shift(day) for day in range(4)],
            "late": [shift(4, 18, 23)],
            "five": nights[:5],
        },
        [
            rep("ann"),
            rep("full", contract=Contract(0, 32)),
            rep("late"),
            rep("five"),
            rep("zoe"),
        ],
        rules=LabourRules(min_rest_hours=11, max_consecutive_days=5),
    )
    made = sick_call(of, away("ann", 5)).repair
    assert told(made) == {("freed", "ann"), ("added", "zoe")}


def test_a_rep_without_a_row_is_refused():
    """Whoever has duties is in the team, else their past would be nobody's."""
    with pytest.raises(ValueError, match="keep the rep"):
        published({"ann": [shift(1)]}, [rep("ben")])


def test_a_new_team_frees_what_its_reps_can_no_longer_work():
    """Ann lost the skill of chess; Ben, who joined, takes over."""
    of = published(
        {"ann": [shift(1, queue="chess")]}, [rep("ann"), rep("cay", skills=frozenset({"live"}))]
    )
    team = Team(
        (
            rep("ann", skills=frozenset({"live"})),
            rep("ben", skills=frozenset({"chess"})),
            rep("cay", skills=frozenset({"live"})),
        )
    )
    made = replan(of, team=team)
    assert told(made) == {("freed", "ann"), ("added", "ben")}


def test_a_team_of_other_contracts_gives_up_what_it_may_no_longer_work():
    """Ann works 16 hours a week from now on: her last day goes to Ben, and nothing is broken."""
    days = [shift(day) for day in range(3)]
    of = published({"ann": days}, [rep("ann"), rep("ben")])
    made = replan(of, team=Team((rep("ann", contract=Contract(0, 16)), rep("ben"))))
    assert told(made) == {("freed", "ann"), ("added", "ben")}
    assert duties(made.roster.assignments) == {
        ("ann", days[0]),
        ("ann", days[1]),
        ("ben", days[2]),
    }
    assert made.broken == ()


def test_a_mentor_who_is_away_is_replaced_by_a_mentor():
    """The trainee works beside Mia only, or Max: when Mia is away, Max comes though Zoe is free."""
    team = [
        rep("max"),
        rep("mia"),
        rep("tom", mentors=("mia", "max")),
        rep("abe"),
    ]
    of = published({"mia": [shift(1)], "tom": [shift(1)]}, team)
    made = sick_call(of, away("mia", 1), solver=EXACT).repair
    assert told(made) == {("freed", "mia"), ("added", "max")}
    assert made.broken == ()


def test_a_level_that_has_to_be_there_is_brought_back():
    """Somebody of level 3 is there whenever the queue is worked: Lea replaces Leo, not Abe."""
    skills = {"skills": frozenset({"live"})}
    team = [
        rep("abe", **skills),
        rep("ann", **skills),
        rep("lea", levels=(("live", 3),), **skills),
        rep("leo", levels=(("live", 3),), **skills),
    ]
    rules = LabourRules(proficiency=(Proficiency("live", 3),))
    of = published({"ann": [shift(1)], "leo": [shift(1)]}, team, rules=rules)
    made = sick_call(of, away("leo", 1), solver=EXACT).repair
    assert told(made) == {("freed", "leo"), ("added", "lea")}
    assert made.broken == ()


def test_now_is_an_instant_with_a_zone():
    """A wall time without a zone is no instant."""
    of = published({"ann": [shift(1)]}, [rep("ann")])
    with pytest.raises(ValueError, match="tz-aware"):
        Published(
            (Assignment("ann", shift(1)),),
            of.shifts,
            of.coverage,
            of.team,
            of.rules,
            of.timezone,
            60,
            at(0, 0).replace(tzinfo=None),
        )
