"""What the next roster prefers: turns go where they are owed, and cover never pays for it."""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.choose_roster import choose_roster
from optimizer.fairness import FairnessSettings
from optimizer.fairness_aim import MOST_DISCOUNT, STEP, Fairness, discounts, heard, targets
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftSettings, StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, Preference, Team
from tests.optimizer.roster_cases import RULES, ZONE, at, costs, plan, rep, shift

NAMES = ("ana", "ben", "cleo")


def nights(*days):
    return [shift(day, 22, 30) for day in days]


def carried(**excess):
    return Fairness(excess={name: {"nights": value} for name, value in excess.items()})


def turns(roster):
    return Counter(one.rep_id for one in roster.assignments)


def test_who_carried_more_nights_gets_fewer_of_the_next():
    """Two were ahead and behind by two nights; four later everybody is even."""
    team = [rep(name) for name in NAMES]
    made = plan(nights(0, 2, 4, 6), team, fairness=carried(ana=2, ben=-2))
    assert turns(made) == {"ben": 3, "cleo": 1} or turns(made) == {"ben": 4}
    even = plan(nights(0, 2, 4), team, fairness=Fairness())
    assert set(turns(even).values()) == {1}


@pytest.mark.parametrize(
    ("part", "shifts"),
    [
        ("weekends", [shift(5), shift(6)]),
        ("holidays", [shift(1), shift(1, 10, 18)]),
        ("standby", [shift(0, role="on_call"), shift(2, role="on_call")]),
    ],
)
def test_every_burden_counts(part, shifts):
    """Who is behind gets what is to be had; a part of weight 0 does not count."""
    team = [rep(name) for name in ("ana", "ben", "cleo")]
    excess = {"ana": {part: -1.0}, "ben": {part: -1.0}, "cleo": {part: 2.0}}
    known = Fairness(holidays={at(1, 12).date()}, excess=excess)
    assert set(turns(plan(shifts, team, fairness=known))) == {"ana", "ben"}
    wish = Preference("cleo", at(0, 0), at(7, 0), 0.01)
    asked = Team(tuple(team), preferences=(wish,))
    off = replace(known, settings=FairnessSettings(**{part: 0.0}))
    assert "cleo" in turns(plan(shifts, asked, fairness=off))
    assert "cleo" not in turns(plan(shifts, asked, fairness=known))


def test_part_timers_owe_their_share():
    """With half the hours, half the nights."""
    team = [rep("full"), rep("half", contract=Contract(0, 24))]
    made = plan(nights(0, 2, 4), team, fairness=Fairness())
    assert turns(made) == {"full": 2, "half": 1}


def test_who_is_away_owes_nothing_of_that_time():
    """Targets follow who could have the shift."""
    team = Team(
        (rep("ana"), rep("ben")), absences=(Absence("ben", at(0, 0), at(3, 0), "vacation"),)
    )
    theirs = targets([StaffedShift(one, 1) for one in nights(0, 4)], Fairness(), team)
    assert theirs[:, 0].tolist() == [1.5, 0.5]


def test_evenness_never_costs_cover():
    """Whoever has had far too many nights still works the one that nobody else can."""
    team = [rep("ana"), rep("ben", skills=frozenset({"normal"}))]
    made = plan(nights(0, 2), team, fairness=carried(ana=50, ben=-50))
    assert turns(made) == {"ana": 2}
    assert costs(made)[0] == 0


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from([-2.5, -1.0, 0.0, 0.4, 1.0, 3.0]), min_size=3, max_size=3),
    st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from([16.0, 24.0, 40.0]), min_size=3, max_size=3),
)
def test_the_programme_finds_what_enumerating_finds(excess, days, hours):
    """The steps are the squares they stand for: the best deal of all is the one that is chosen."""
    shifts = nights(*days)
    team = Team(
        tuple(
            rep(name, contract=Contract(0, most)) for name, most in zip(NAMES, hours, strict=True)
        )
    )
    only = FairnessSettings(weekends=0.0)
    known = Fairness(
        only, excess={n: {"nights": value} for n, value in zip(NAMES, excess, strict=True)}
    )
    theirs = targets([StaffedShift(one, 1) for one in shifts], known, team)[:, 0]
    made = plan(shifts, team, fairness=known)
    got = turns(made)
    reached = sum(_squares(got[name], theirs[place]) for place, name in enumerate(NAMES))
    deals = [Counter(deal) for deal in product(range(3), repeat=len(days))]
    # One 8-hour night a day, and hours of the contract: no more than these can be had.
    allowed = [deal for deal in deals if all(8 * deal[place] <= hours[place] for place in range(3))]
    if sum(got.values()) == len(days) <= 3:
        best = min(
            sum(_squares(deal[place], theirs[place]) for place in range(3)) for deal in allowed
        )
        assert reached == pytest.approx(best)
    least = [min(len(days), max(0, round(theirs[place]))) for place in range(3)]
    paid = reached - sum(_squares(least[place], theirs[place]) for place in range(3))
    assert costs(made)[2] == pytest.approx(paid, abs=1e-6)


def _squares(turns_, target):
    return STEP * (turns_ - target) ** 2 / 2


def test_the_order_of_the_team_does_not_matter():
    """Permuting people permutes their turns at the same cost."""
    shifts = [*nights(0, 2, 4), shift(5), shift(6), shift(1, role="on_call")]
    known = carried(ana=1, ben=0.5, cleo=-1.5)
    one, other = (
        plan(shifts, [rep(name) for name in names], fairness=known)
        for names in (NAMES, reversed(NAMES))
    )
    assert costs(one) == costs(other)


def test_who_was_denied_more_is_heard_more():
    """Denied requests make the next ones louder, within bounds."""
    wishes = tuple(Preference(name, at(0, 0), at(1, 0), 1) for name in NAMES)
    team = Team(tuple(rep(name) for name in NAMES), preferences=wishes)
    excess = {"ana": {"requests": 3.0}, "ben": {"requests": -40.0}}
    scaled = heard(team, Fairness(excess=excess)).preferences
    assert [wish.weight for wish in scaled] == pytest.approx([1.3, 0.5, 1.0])
    made = plan([shift(0)], team, fairness=Fairness(excess=excess))
    assert turns(made) == {"ana": 1}


def test_discounts_go_to_who_carried_less_and_stay_below_a_tenth_of_a_shift():
    """Where every shift has one price for each rep, those who are behind get it cheaper."""
    team = Team(tuple(rep(name) for name in NAMES))
    shifts = [*nights(0), shift(1)]
    known = carried(ana=2, ben=0.2, cleo=-30)
    off = discounts(shifts, np.array([8.0, 8.0]), known, team, 0.05)
    assert off is not None
    assert off[:, 0].tolist() == pytest.approx([0, 0.05, 0.125])
    assert (off[:, 1] == 0).all()
    cheap = discounts(shifts, np.array([1.0, 1.0]), known, team, 0.05)
    assert cheap is not None
    assert cheap.max() == pytest.approx(MOST_DISCOUNT)
    assert discounts(shifts, np.array([8.0, 8.0]), carried(ana=0.3), team, 0.05) is None


def test_shifts_and_people_chosen_together_give_nights_to_who_is_behind():
    """The price of a night follows the ledger; what is covered stays the same."""
    starts = pd.date_range(at(0, 0), at(7, 0), freq="h", inclusive="left").as_unit("us")
    is_night = (starts.tz_convert(ZONE).hour >= 22) | (starts.tz_convert(ZONE).hour < 6)
    rostered = is_night.astype(int)
    table = pd.DataFrame(
        {"queue": "live", "interval_start": starts, "rostered_primary": rostered}
    ).assign(rostered_on_call=0)
    needed = Requirement(table, ZONE, 60)
    team = Team(tuple(rep(name) for name in (*NAMES, "dan")))
    made = {}
    for known in (Fairness(), carried(ana=5, ben=5, cleo=-5, dan=-5)):
        roster = choose_roster(
            needed,
            team,
            RULES,
            ShiftSettings(),
            OnCallSettings(),
            SolverSettings(gap=0.01),
            fairness=known,
        )
        assert roster.report.status == "OPTIMAL"
        made[bool(known.excess)] = roster
    assert made[True].coverage["understaffing"].sum() == made[False].coverage["understaffing"].sum()
    got = turns(made[True])
    assert got["cleo"] + got["dan"] > got["ana"] + got["ben"]
