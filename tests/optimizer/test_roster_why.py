"""Why somebody has a shift and somebody else does not, against counts by hand and the audit."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from data.errors import InputError
from data.week import WeeklyHours
from optimizer.audit import audit
from optimizer.audited_obstacles import keeping_from
from optimizer.conflicts import explain_unfilled
from optimizer.fairness_aim import Fairness
from optimizer.labour_rules import Proficiency
from optimizer.reasons import explain
from optimizer.roster import Assignment
from optimizer.roster_why import find_shift, why, why_not
from optimizer.shifts import StaffedShift
from optimizer.staff import Absence, Contract, LabourRules, Preference, Team
from tests.optimizer.roster_cases import ZONE, at, rep, shift
from tests.optimizer.standing_cases import standing_of


def team(*reps, absences=(), wishes=()):
    return Team(tuple(reps), tuple(absences), tuple(wishes))


def test_the_gap_is_what_would_be_missing_hour_by_hour():
    """Two overlapping shifts: without the first, its four hours alone lack one each."""
    early, late = shift(0, 8, 16), shift(0, 12, 20)
    standing = standing_of(
        [Assignment("ann", early), Assignment("ben", late)], [early, late],
        team(rep("ann"), rep("ben")),
    )  # fmt: skip
    found = why(standing, standing.assignments[0])
    assert found.required_hours == 8
    assert found.gap_hours == 8
    assert list(found.gap["missing"]) == [0] * 8
    assert list(found.gap["missing_without"]) == [1] * 8
    assert found.gap["interval_start"].iloc[0] == early.start
    assert found.gap["interval_end"].iloc[-1] == early.end


def test_a_shift_that_nobody_requires_leaves_no_gap():
    """Overstaffed hours are not needed, so nothing is missing without them."""
    one = shift(0)
    both = [Assignment("ann", one), Assignment("ben", one)]
    standing = standing_of(both, [one], team(rep("ann"), rep("ben")))
    found = why(standing, both[0])
    assert found.gap_hours == 0
    assert found.gap.empty
    assert found.required_hours == 8


def test_everybody_else_is_free_or_kept_out_by_a_rule_that_is_counted():
    """Four others: one away, one without the skill, one on another shift, one free."""
    one, other = shift(0), shift(0, 18, 22)
    people = [rep(name) for name in ("ann", "away", "busy", "free")]
    people.append(rep("other", skills=frozenset({"mail"})))
    standing = standing_of(
        [Assignment("ann", one), Assignment("busy", other)], [one, other],
        team(*people, absences=[Absence("away", at(0, 0), at(1, 0), "leave")]),
    )  # fmt: skip
    found = why(standing, standing.assignments[0])
    assert [one.rep_id for one in found.free] == ["free"]
    assert dict(found.kept_out) == {"absence": 1, "one_shift_a_day": 1, "skills": 1}
    assert len(found.substitutes) == 4


def test_the_next_best_is_whom_it_costs_least():
    """Contract hours come before wishes: ben's minimum is nearer than cleo's wish is dear."""
    one = shift(0)
    people = [rep("ann", contract=Contract(0, 40)), rep("ben", contract=Contract(8, 40))]
    people += [rep("cleo"), rep("dan")]
    wishes = [Preference("cleo", one.start, one.end, 2), Preference("ann", one.start, one.end, 1)]
    wishes.append(Preference("dan", one.start, one.end, -1))
    standing = standing_of([Assignment("ann", one)], [one], team(*people, wishes=wishes))
    found = why(standing, standing.assignments[0])
    assert [each.rep_id for each in found.free] == ["ben", "cleo", "dan"]
    costs = {each.rep_id: each.cost for each in found.free}
    assert (costs["ben"].contract_hours, costs["ben"].wishes) == (-8, 1)
    assert (costs["cleo"].contract_hours, costs["cleo"].wishes) == (0, -1)
    assert (costs["dan"].contract_hours, costs["dan"].wishes) == (0, 2)
    assert costs["ben"].sentence == "contracts: 8 h fewer below the minima; wishes: 1 lost"


def test_what_somebody_gives_up_counts_against_their_contract():
    """The holder's own minimum is lost when the shift goes."""
    one = shift(0)
    people = [rep("ann", contract=Contract(8, 40)), rep("ben")]
    standing = standing_of([Assignment("ann", one)], [one], team(*people))
    assert why(standing, standing.assignments[0]).free[0].cost.contract_hours == 8


def test_a_soft_rule_keeps_nobody_out_and_costs_its_price():
    """Two hours of rest too few, at 3 wages an hour, are 6 wages; hard, they are an obstacle."""
    late, early = shift(0, 14, 22), shift(1, 7, 15)
    given = [Assignment("ann", late), Assignment("ben", early)]
    people = team(rep("ann"), rep("ben"))
    soft = LabourRules(prices={"min_rest_hours": 3.0})
    found = why_not(standing_of(given, [late, early], people, rules=soft), "ann", early)
    assert found.obstacles == ()
    assert found.cost.rules == pytest.approx(6)
    assert found.instead_of == "ben"
    hard = why_not(standing_of(given, [late, early], people), "ann", early)
    assert [one.rule for one in hard.obstacles] == ["rest"]
    assert hard.cost.rules == 0


def test_a_turn_costs_more_for_who_carried_more_of_it_before():
    """With fairness at hand, a night is cheaper for who is owed one; without, nobody differs."""
    night = shift(0, 22, 30)
    people = team(rep("ann"), rep("ben"), rep("cleo"))
    fairness = Fairness(excess={"ben": {"nights": 2.0}, "cleo": {"nights": -2.0}})
    given = [Assignment("ann", night)]
    known = standing_of(given, [night], people, fairness=fairness)
    costs = {one.rep_id: one.cost for one in why(known, known.assignments[0]).free}
    assert list(costs) == ["cleo", "ben"]
    # A third of a night is everybody's: half the squares of the turns too many, before and after.
    third = 1 / 3
    ann = ((0 - third) ** 2 - (1 - third) ** 2) / 2
    ben = ((1 - third + 2) ** 2 - (0 - third + 2) ** 2) / 2
    assert costs["ben"].evenness == pytest.approx(0.1 * (ann + ben))
    unknown = standing_of(given, [night], people)
    assert {one.cost.evenness for one in why(unknown, unknown.assignments[0]).free} == {0}


def test_every_rule_in_the_way_is_told_with_when_and_by_how_much():
    """The words are what a planner tells the rep."""
    late, early = shift(1, 15, 23), shift(2, 8, 16, site="cork", queue="mail")
    five = [shift(day, 15, 23) for day in (-3, -2, -1, 0)]
    ann = rep("ann", site="dublin", skills=frozenset({"live"}), contract=Contract(0, 20),
              available=WeeklyHours.from_text("Mon-Sun 09:00-24:00"))  # fmt: skip
    standing = standing_of(
        [Assignment("ann", late)], [late, early],
        team(ann, absences=[Absence("ann", at(2, 14), at(3, 0), "dentist")],
             wishes=[Preference("ann", at(2, 12), at(2, 13), kind="never")]),
        history=[Assignment("ann", one) for one in five],
    )  # fmt: skip
    found = why_not(standing, "ann", early)
    assert [one.sentence for one in found.obstacles] == [
        "skill: lacks mail",
        "site: is at dublin, the shift at cork",
        "absence: dentist from Wed 04 Mar 14:00 to Thu 05 Mar 00:00, 2 h of the shift",
        "availability: 1 h of the shift outside Wed 09:00–24:00",
        "never: no work from Wed 04 Mar 12:00 to Wed 04 Mar 13:00, 1 h of the shift",
        "rest: 9 h of 11 h after the shift that ends Tue 03 Mar 23:00",
        "days in a row: 6 of at most 5, Fri 27 Feb to Wed 04 Mar",
        "contract hours: 24 h of at most 20 h in the week of Mon 02 Mar",
    ]


def test_a_free_place_is_taken_from_nobody():
    """Where a shift lacks reps, nobody has to give theirs up."""
    one = shift(0)
    standing = standing_of(
        [Assignment("ann", one)], [StaffedShift(one, 2)], team(rep("ann"), rep("ben"))
    )
    assert why_not(standing, "ben", one).instead_of == ""
    full = standing_of([Assignment("ann", one)], [one], team(rep("ann"), rep("ben")))
    assert why_not(full, "ben", one).instead_of == "ann"


def test_a_shift_is_found_by_its_start_the_reps_own_first():
    """Several shifts may start at once; what is asked for is who has one, then what lacks reps."""
    short, long_ = shift(0, 9, 13), shift(0, 9, 17)
    standing = standing_of(
        [Assignment("ann", short), Assignment("ben", long_)], [StaffedShift(short, 2), long_],
        team(rep("ann"), rep("ben")),
    )  # fmt: skip
    assert find_shift(standing, short.start, "ben") == long_
    assert find_shift(standing, short.start) == short
    with pytest.raises(InputError, match="no shift of the roster starts"):
        find_shift(standing, short.start + timedelta(hours=1))
    with pytest.raises(InputError, match="no such rep"):
        why_not(standing, "zoe", short)


RULES = (
    LabourRules(),
    LabourRules(min_days_off=2, max_consecutive_days=3),
    LabourRules(min_consecutive_days=2, max_weekends=1, whole_weekends=True),
    LabourRules(max_consecutive_nights=1, days_off_after_nights=1),
    LabourRules(
        kinds={"early": "05:00-10:00", "late": "14:00-22:00"},
        forbidden_successions=(("late", "early"),),
        max_standby_per_week=1,
        min_days_between_standby=2,
    ),
    LabourRules(proficiency=(Proficiency("live", 3),)),
)


@pytest.mark.parametrize("seed", range(24))
def test_what_is_in_the_way_is_what_the_audit_then_finds(seed):
    """Rule by rule and rep by rep, over random rosters: nothing is left out and nothing made up."""
    rng = random.Random(seed)
    rules = RULES[seed % len(RULES)]
    shifts = sorted(
        {
            shift(day, start, start + rng.choice([4, 8]), role=rng.choice(["primary", "on_call"]))
            for day in range(7)
            for start in rng.sample([6, 9, 15, 22], 2)
        }
    )
    people = [
        rep(
            name,
            contract=Contract(0, rng.choice([12, 40])),
            on_call=rng.random() < 0.7,
            levels=(("live", rng.choice([1, 3])),),
            mentors=("r0",) if name == "r3" else (),
        )
        for name in ("r0", "r1", "r2", "r3")
    ]
    given = [Assignment(rng.choice(people).rep_id, one) for one in shifts if rng.random() < 0.6]
    standing = standing_of(given, shifts, team(*people), rules=rules)
    for one in rng.sample(shifts, 2):
        keeps_from = keeping_from(standing, one)
        for person in standing.people.values():
            if any(each.shift == one for each in person.worked):
                continue
            after = [*given, Assignment(person.rep.rep_id, one)]
            told = {found.rule for found in keeps_from(person)}
            assert told == new_findings(standing, given, after, person.rep.rep_id)


def new_findings(standing, before, after, rep_id):
    """Name the rules that the audit finds broken after and not before, the rep's and the team's."""
    found = []
    for given in (before, after):
        findings = audit(
            given, standing.shifts, standing.team, standing.rules,
            timezone=ZONE, interval_minutes=60, period=standing.period,
        )  # fmt: skip
        found.append(
            {
                (one.rule, one.sentence)
                for one in findings
                if one.severity == "violation"
                and (one.where == rep_id or one.rule == "proficiency")
            }
        )
    return {rule for rule, _ in found[1] - found[0]}


def test_a_trainee_without_a_mentor_is_in_nobodys_way_but_his_own():
    """Whoever has to be beside a mentor cannot be alone, and that is said."""
    one = shift(0)
    people = team(rep("ann"), rep("ben", mentors=("ann",)))
    standing = standing_of([], [one], people)
    assert [each.rule for each in why_not(standing, "ben", one).obstacles] == ["mentors"]
    beside = standing_of([Assignment("ann", one)], [StaffedShift(one, 2)], people)
    assert why_not(beside, "ben", one).obstacles == ()
    away = replace(people, absences=(Absence("ann", at(0, 0), at(1, 0), ""),))
    found = explain_unfilled(standing_of([], [one], away), one)
    assert {(each.rule, each.rep_id) for each in found.members} == {
        ("absence", "ann"),
        ("mentors", "ben"),
    }


def test_a_short_reason_claims_no_more_than_it_looked_at():
    """Where further rules are set, only what rest, days and hours leave open is told."""
    one, period = shift(0), (at(0, 0), at(7, 0))
    given, staffed = [Assignment("ann", one)], [StaffedShift(one, 1)]
    people = team(rep("ann"), rep("ben"))
    plain = explain(given, staffed, people, LabourRules(), period=period)
    assert plain[0].reason == "one of 2 who are free"
    more = explain(given, staffed, people, LabourRules(max_weekends=1), period=period)
    assert more[0].reason == "one of 2 whom rest, days and hours leave free"
    never = replace(
        people,
        preferences=(
            Preference("ben", one.start, one.end, kind="never"),
            Preference("ann", one.start, one.end, -1),
        ),
    )
    told = explain(given, staffed, never, LabourRules(), period=period)
    assert told[0].reason == "rather not, but nobody else is free: 1 never to work then"
