"""Suggestions: exact against the plan's own cost, empty for the best plan, and workable."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.week import WeeklyHours
from optimizer.breaks import BreakRule
from optimizer.cover import count_coverage, required_reps
from optimizer.labour_rules import Proficiency
from optimizer.plan_changes import QueuePlan, catalogue, plan_charge, value_changes
from optimizer.plan_shifts import plan_shifts
from optimizer.premiums import Premiums
from optimizer.presence import PresenceRule
from optimizer.queue_settings import QueueSettings
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.roster import Assignment
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import (
    OnCallSettings,
    Shift,
    ShiftSettings,
    Site,
    StaffedShift,
    tier_prices,
)
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Team
from optimizer.suggestion_files import sentence, suggestions_table
from optimizer.suggestions import People, suggest
from tests.optimizer.test_loss_function import HANDLING
from tests.ui.sample_plan import rep

EXACT = SolverSettings(gap=0)
LEVELS = (0.05, 0.5, 0.95)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
SHIFTS = ShiftSettings(lengths_hours=(3.0, 4.0))
TIERS = OnCallSettings()
QUICK = settings(derandomize=True, deadline=None, max_examples=20)


def needed(middle, spread=2, begin=MONDAY, queue="live"):
    """Reps by the median of each hour, and so many more or fewer at the outer levels."""
    reps = np.array(middle, dtype=np.int64)[:, None] + np.array([-spread, 0, spread])
    reps = np.maximum(reps, 0) * (np.array(middle)[:, None] > 0)
    starts = pd.date_range(begin, periods=len(middle), freq="h").as_unit("us")
    least = np.zeros(len(middle), dtype=np.int64)
    return RequiredDistribution(queue, starts, LEVELS, reps.astype(float), reps, least)


def requirement(*found, timezone="UTC"):
    tables = [
        pd.DataFrame(
            {
                "queue": one.queue,
                "interval_start": one.starts,
                "rostered_primary": one.reps[:, 1],
                "rostered_on_call": one.reps[:, 2] - one.reps[:, 1],
            }
        )
        for one in found
    ]
    table = pd.concat(tables, ignore_index=True)
    return Requirement(table, timezone, 60, {one.queue: one for one in found})


def queue_plan(found, shifts, shrinkage=0.0, tiers=TIERS, shift_settings=SHIFTS, timezone="UTC"):
    """What the shifts of a queue bring, beside what it calls for."""
    staffed = [StaffedShift(shift, reps) for shift, reps in shifts.items() if reps]
    rows = count_coverage(required_reps(requirement(found)), staffed, 60)
    return QueuePlan(
        found,
        tier_prices(shift_settings, tiers, shrinkage),
        rows["primary"].to_numpy(dtype=float),
        rows["on_call"].to_numpy(dtype=float),
        found.reps[:, 2] > 0,
        60,
        shift_settings.wages(timezone),
    )


def best(found, shrinkage=0.0, tiers=TIERS, shift_settings=SHIFTS, timezone="UTC"):
    """The best plan, and its shifts."""
    queues = {
        found.queue: QueueSettings(handling=HANDLING, service=ServicePolicy(shrinkage=shrinkage))
    }
    plan = plan_shifts(requirement(found, timezone=timezone), shift_settings, tiers, EXACT,
                       queues=queues)  # fmt: skip
    return plan, {one.shift: one.reps for one in plan.shifts}


def charge(found, shifts, **how):
    return plan_charge(queue_plan(found, shifts, **how), shifts.items())


@QUICK
@given(
    st.lists(st.integers(0, 5), min_size=8, max_size=12).filter(any),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([0.0, 0.5]),
)
def test_the_best_plan_has_nothing_to_suggest_and_its_cost_is_recounted(middle, lost, least):
    """What the solver says a plan costs is counted again; no single change makes it cheaper."""
    found, tiers = needed(middle), replace(TIERS, least_primary=least)
    plan, shifts = best(found, lost, tiers)
    of = queue_plan(found, shifts, lost, tiers)
    assert plan_charge(of, shifts.items()) == pytest.approx(plan.report.objective, abs=1e-6)
    changes = value_changes(of, sorted(shifts), SHIFTS, "UTC")
    assert max(change.saves for change in changes) <= 1e-6
    assert suggest([of], shifts, SHIFTS, "UTC") == ()


hand_made = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), min_size=1, max_size=4)


@settings(QUICK, max_examples=8)
@given(
    st.lists(st.integers(0, 5), min_size=8, max_size=10).filter(any),
    hand_made,
    st.sampled_from([0.0, 0.15]),
)
def test_every_value_is_the_difference_of_two_plans_costs(middle, chosen, lost):
    """Brute force: each change is made, and the whole plan counted again."""
    found = needed(middle)
    could = catalogue(queue_plan(found, {}), SHIFTS, "UTC")
    shifts = Counter()
    for place, reps in chosen:
        shifts[could[place % len(could)]] += reps
    before = charge(found, shifts, shrinkage=lost)
    of = queue_plan(found, shifts, lost)
    changes = value_changes(of, sorted(shifts), SHIFTS, "UTC")
    assert {one.kind for one in changes} >= {"add", "drop"}
    for change in changes:
        after = shifts.copy()
        if change.before is not None:
            after[change.before] -= 1
        if change.after is not None:
            after[change.after] += 1
        after = {shift: reps for shift, reps in after.items() if reps}
        spared = before - charge(found, after, shrinkage=lost)
        assert change.saves == pytest.approx(spared, abs=1e-9)


@QUICK
@given(st.lists(st.integers(1, 5), min_size=12, max_size=24), hand_made)
def test_what_is_listed_can_all_be_done_and_the_savings_add_up(middle, chosen):
    """Suggestions do not overlap: together they save the sum of what they say."""
    found = needed(middle)
    could = catalogue(queue_plan(found, {}), SHIFTS, "UTC")
    shifts = Counter()
    for place, reps in chosen:
        shifts[could[place % len(could)]] += reps
    listed = suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC")
    after = shifts.copy()
    for one in listed:
        if one.change.before is not None:
            after[one.change.before] -= 1
        if one.change.after is not None:
            after[one.change.after] += 1
    after = {shift: reps for shift, reps in after.items() if reps}
    saved = charge(found, shifts) - charge(found, after)
    assert sum(one.change.saves for one in listed) == pytest.approx(saved, abs=1e-9)
    assert (np.diff([one.change.saves for one in listed]) <= 1e-9).all()


def test_the_first_suggestion_is_the_best_single_change_there_is():
    """Enumerated: no shift added, dropped or exchanged by one step saves more than the first."""
    found = needed([2, 3, 4, 4, 3, 2, 1, 1])
    nine = MONDAY.to_pydatetime()
    shifts = {Shift("live", "", nine, nine + timedelta(hours=4), "primary"): 2}
    listed = suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC", most=1)
    could = catalogue(queue_plan(found, {}), SHIFTS, "UTC")
    before = charge(found, shifts)
    adds = [before - charge(found, dict(Counter(shifts) + Counter([one]))) for one in could]
    assert listed[0].change.kind == "add"
    assert listed[0].change.saves == pytest.approx(max(adds))


def test_more_volume_asks_for_more_and_less_volume_for_less():
    """The best plan of yesterday's forecast: twice the volume adds, half of it takes away."""
    middle = [2, 4, 6, 6, 4, 2, 2, 4, 4, 2]
    _, shifts = best(needed(middle))

    def kinds(factor):
        found = needed([round(reps * factor) for reps in middle])
        listed = suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC")
        return {one.change.kind for one in listed}

    assert kinds(1.0) == set()
    assert kinds(2.0) <= {"add", "lengthen", "to_primary"}
    assert kinds(0.3) <= {"drop", "shorten", "to_on_call"}
    assert kinds(2.0)
    assert kinds(0.3)


def test_the_probability_that_is_told_is_that_of_the_draws():
    """By hand: one rep beside two for sure called for; the added one ends the shortage."""
    found = needed([2, 2, 2], spread=0)
    nine = MONDAY.to_pydatetime()
    shifts = {Shift("live", "", nine, nine + timedelta(hours=3), "primary"): 1}
    (one,) = suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC")
    assert (one.p_short_before, one.p_short_after) == (1.0, 0.0)
    # Two reps were missing of one each hour at 10 wages; now a wage each.
    assert one.change.saves == pytest.approx(3 * (10 - 1))
    assert sentence(one, str, "UTC") == (
        "Add 1 primary Mon 30 00:00-03:00 (live): saves 27.0 wages; P(short) at Mon 00:00 falls "
        "from 1.00 to 0.00."
    )


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_on_the_day_clocks_change_the_best_plan_stays_the_best(day):
    """Shifts start by the wall clock of a site; 23 or 25 hours are as exact as 24."""
    hours = 23 if day == "2026-03-29" else 25
    begin = pd.Timestamp(day, tz="Europe/Dublin").tz_convert(UTC)
    found = needed([1 + place % 4 for place in range(hours)], begin=begin)
    sites = {"dublin": Site("Europe/Dublin"), "sydney": Site("Australia/Sydney")}
    how = ShiftSettings(lengths_hours=(4.0, 6.0), sites=sites, starts_every_minutes=120)
    plan, shifts = best(found, shift_settings=how, timezone="Europe/Dublin")
    of = queue_plan(found, shifts, shift_settings=how)
    assert plan_charge(of, shifts.items()) == pytest.approx(plan.report.objective, abs=1e-6)
    assert suggest([of], shifts, how, "Europe/Dublin") == ()
    less = dict(list(shifts.items())[1:])
    listed = suggest([queue_plan(found, less, shift_settings=how)], less, how, "Europe/Dublin")
    assert listed
    assert {one.change.shifts[0].site for one in listed} <= {"dublin", "sydney"}


def test_queues_do_not_stand_in_each_others_way():
    """The same hours of two queues are two suggestions; a queue's own shifts alone count for it."""
    live, mail = needed([3] * 8, spread=0), needed([2] * 8, spread=0, queue="mail")
    plans = [queue_plan(live, {}), queue_plan(mail, {})]
    listed = suggest(plans, {}, SHIFTS, "UTC", most=20)
    assert {one.change.queue for one in listed} == {"live", "mail"}
    assert len(listed) == 4  # of each the hours before four and after it


# People ------------------------------------------------------------------------------------------


def people(*assignments, absences=(), rules=None, **changes):
    reps = [rep("ada", "Etc/UTC", site="", contract=Contract(0, 40), **changes)]
    reps += [rep("bob", "Etc/UTC", site="", contract=Contract(0, 40), **changes)]
    return People(Team(tuple(reps), tuple(absences)), rules or LabourRules(), assignments)


def at(hour):
    return (MONDAY + pd.Timedelta(hours=hour)).to_pydatetime()


def test_a_new_shift_is_listed_only_if_somebody_can_work_it_and_says_who():
    """Who works already that day, or is away, cannot; the other one is named."""
    found = needed([0] * 8 + [1] * 4 + [0] * 4 + [1] * 4, spread=0)
    early = Shift("live", "", at(8), at(12), "primary")
    shifts = {early: 1}
    of = queue_plan(found, shifts)
    (one,) = suggest([of], shifts, SHIFTS, "UTC", people(Assignment("ada", early)))
    assert (one.change.kind, one.rep_id) == ("add", "bob")
    assert ", which Bob could work: saves" in sentence(one, str.title, "UTC")
    away = [Absence("bob", at(0), at(24), "holiday")]
    crew = people(Assignment("ada", early), absences=away)
    assert suggest([of], shifts, SHIFTS, "UTC", crew) == ()
    nights = WeeklyHours.from_text("Mon-Sun 20:00-24:00")
    crew = people(Assignment("ada", early), available=nights)
    assert suggest([of], shifts, SHIFTS, "UTC", crew) == ()


def test_nobody_is_suggested_below_the_contract_or_above_the_week():
    """A shift that a contract pays for anyway is not dropped; hours have an upper limit, too."""
    early = Shift("live", "", at(0), at(4), "primary")
    idle = queue_plan(needed([1] * 4, spread=0), {early: 2})
    both = Assignment("ada", early), Assignment("bob", early)
    (one,) = suggest([idle], {early: 2}, SHIFTS, "UTC", people(*both))
    assert (one.change.kind, one.change.saves) == ("drop", pytest.approx(4.0))
    owed = tuple(rep(name, "Etc/UTC", site="", contract=Contract(4, 40)) for name in ("ada", "bob"))
    crew = People(Team(owed), LabourRules(), both)
    assert suggest([idle], {early: 2}, SHIFTS, "UTC", crew) == ()
    full = people(rules=LabourRules(max_week_hours=2), on_call=False)
    busy = queue_plan(needed([2] * 4, spread=0), {})
    assert suggest([busy], {}, SHIFTS, "UTC", full) == ()


def test_days_in_a_row_are_counted_around_the_new_one():
    """Five days are the most: the sixth between two stretches is refused."""
    rules = LabourRules(max_consecutive_days=3)
    worked = [Shift("live", "", at(24 * day), at(24 * day + 3), "on_call") for day in (0, 1, 3)]
    found = needed([0] * 48 + [1] * 3 + [0] * 45, spread=0)
    shifts = dict.fromkeys(worked, 1)
    assignments = [Assignment("ada", shift) for shift in worked]
    crew = people(*assignments, rules=rules)
    added = [one for one in suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC", crew)
             if one.change.kind == "add"]  # fmt: skip
    assert [one.rep_id for one in added] == ["bob"]


def test_the_file_has_a_row_for_each_with_both_shifts():
    """A moved shift has the old and the new times; an added one only the new."""
    found = needed([0, 2, 2, 2, 2, 0], spread=0)
    shifts = {Shift("live", "", at(0), at(4), "primary"): 2}
    listed = suggest([queue_plan(found, shifts)], shifts, SHIFTS, "UTC")
    table = suggestions_table(listed, str, "Europe/Dublin")
    first = table.to_dict("records")[0]
    assert (first["action"], first["new_start"]) == ("move", "2026-11-30T01:00:00+00:00")
    assert first["start"] == "2026-11-30T00:00:00+00:00"
    assert first["reason"].startswith("Move 1 primary Mon 30 00:00-04:00 (live) to 01:00-05:00: ")


def test_breaks_are_placed_where_a_rep_is_missed_least_and_valued_as_the_solver_does():
    """The best plan with an unpaid break has its cost recounted; a new shift brings its break."""
    rule = BreakRule(60, earliest_hours=1, latest_hours=2)
    how = replace(SHIFTS, lengths_hours=(4.0,), breaks=(rule,))
    found = needed([2, 2, 1, 2, 2, 3, 1, 3], spread=1)
    plan, shifts = best(found, shift_settings=how)
    of = queue_plan(found, shifts, shift_settings=how)
    assert plan_charge(of, shifts.items()) == pytest.approx(plan.report.objective, abs=1e-6)
    quiet, tiers = needed([2, 1, 2, 2], spread=0), replace(TIERS, standby_price=20.0)
    plain = Shift("live", "", at(0), at(4), "primary")
    alone = queue_plan(quiet, {plain: 1}, tiers=tiers, shift_settings=how)
    (one,) = suggest([alone], {plain: 1}, how, "UTC", most=1)
    shift = one.change.after
    assert (one.change.kind, [taken.start for taken in shift.breaks]) == ("add", [at(1)])
    # Three hours in which the second rep is missed at 10 wages, and three wages.
    assert one.change.saves == pytest.approx(3 * (10 - 1))
    assert (one.p_short_before, one.p_short_after) == (1.0, 0.0)
    both = queue_plan(quiet, {plain: 1, shift: 1}, tiers=tiers, shift_settings=how)
    left = value_changes(both, [shift], how, "UTC")
    (dropped,) = (change for change in left if change.kind == "drop")
    assert dropped.saves == pytest.approx(-27.0)


def test_premiums_are_paid_as_the_solver_pays_them():
    """Dear nights and weekends: the best plan's cost is recounted, and nothing is better."""
    saturday = pd.Timestamp("2026-12-05", tz="UTC")
    found = needed([1 + place % 3 for place in range(30)], begin=saturday)
    sites = {"dublin": Site("Europe/Dublin"), "sydney": Site("Australia/Sydney")}
    premiums = Premiums(night=0.5, weekend=0.3)
    how = replace(SHIFTS, sites=sites, premiums=premiums)
    plan, shifts = best(found, shift_settings=how)
    of = queue_plan(found, shifts, shift_settings=how)
    assert plan_charge(of, shifts.items()) == pytest.approx(plan.report.objective, abs=1e-6)
    assert suggest([of], shifts, how, "UTC") == ()


def test_rules_of_the_plan_as_a_whole_are_not_broken_for_a_saving():
    """Somebody has to be there, seats are few, and part-time has its share: each refuses."""
    night = Shift("live", "", at(0), at(4), "primary")
    found = needed([0] * 4 + [1] * 4 + [0] * 2, spread=0)
    shifts = {night: 1, Shift("live", "", at(4), at(8), "primary"): 1}

    def kinds(found=found, shifts=shifts, **rules):
        how = replace(SHIFTS, **rules)
        listed = suggest([queue_plan(found, shifts, shift_settings=how)], shifts, how, "UTC")
        return {(one.change.kind, one.change.shifts[0].start.hour) for one in listed}

    assert kinds() == {("drop", 0)}
    somebody = PresenceRule(hours=WeeklyHours.from_text("Mon-Sun 00:00-04:00"), least=1)
    assert kinds(presence=(somebody,)) == set()
    more = {"found": needed([2] * 4, spread=0), "shifts": {night: 1}}
    assert kinds(**more, presence=(PresenceRule(most=2),)) == {("add", 0)}
    # A chair for one: the second has to wait on call.
    how = replace(SHIFTS, presence=(PresenceRule(most=1),))
    of = queue_plan(more["found"], {night: 1}, shift_settings=how)
    assert {one.change.after.role for one in suggest([of], {night: 1}, how, "UTC")} == {"on_call"}
    how = replace(SHIFTS, part_time_hours=6.0, most_part_time=0.0)
    listed = suggest([of], {night: 1}, how, "UTC")
    assert {one.change.after.role for one in listed if one.change.after} <= {"on_call"}


@pytest.mark.parametrize(
    ("rules", "able"),
    [
        (LabourRules(), "ada"),
        (LabourRules(min_days_off=2), "bob"),
        (LabourRules(min_days_off=2, prices={"min_days_off": 1.0}), "bob"),
        (LabourRules(proficiency=(Proficiency("live", 3),)), "bob"),
    ],
)
def test_nobody_is_suggested_who_would_break_a_rule_further(rules, able):
    """A day off between two shifts is too short for ada; of the two only bob is proficient."""
    worked = [Shift("mail", "", at(24 * day), at(24 * day + 3), "primary") for day in (0, 1)]
    found = needed([0] * 49 + [1] * 3 + [0] * 44, spread=0)
    reps = (
        rep("ada", "Etc/UTC", site="", contract=Contract(0, 40)),
        rep("bob", "Etc/UTC", site="", contract=Contract(0, 40), levels=(("live", 3),)),
    )
    own = (Assignment("ada", worked[0]), Assignment("bob", worked[1]))
    crew = People(Team(reps), rules, own)
    listed = suggest([queue_plan(found, {})], {}, SHIFTS, "UTC", crew)
    assert {one.rep_id for one in listed if one.change.kind == "add"} == {able}
