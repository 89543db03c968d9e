"""The people and their rules refuse what cannot be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.week import WeeklyHours
from optimizer.staff import Absence, Contract, LabourRules, Preference, Rep, Team

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rep(rep_id="ann", timezone="Europe/Dublin", first=None, last=None):
    return Rep(
        rep_id,
        name="Ann",
        email="",
        timezone=timezone,
        site="",
        skills=frozenset(),
        contract=Contract(),
        available=WeeklyHours.always(),
        on_call=True,
        employed_from=first,
        employed_until=last,
    )


@pytest.mark.parametrize(("least", "most"), [(20, 10), (-1, 10), (0, 169), (0, float("nan"))])
def test_a_contract_refuses_hours_that_no_week_can_have(least, most):
    """Every later sum of hours relies on 0 <= min <= max <= 168."""
    with pytest.raises(ValueError, match="min_hours"):
        Contract(least, most)


@pytest.mark.parametrize(
    "wrong",
    [{"min_rest_hours": 24}, {"min_rest_hours": -1}, {"max_consecutive_days": 0},
     {"max_week_hours": 0}, {"max_week_hours": 200}],
)  # fmt: skip
def test_labour_rules_refuse_what_no_roster_could_keep(wrong):
    """A rule outside its range is a typing error, and the message names it."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        LabourRules(**wrong)


def test_a_rep_needs_a_name_a_real_zone_and_an_end_after_the_start():
    """Rest and availability are counted in the zone, so it has to exist."""
    with pytest.raises(ValueError, match="rep_id"):
        rep(rep_id="")
    with pytest.raises(ValueError, match="Mars"):
        rep(timezone="Mars/Olympus")
    with pytest.raises(ValueError, match="until lies before from"):
        rep(first=date(2026, 3, 2), last=date(2026, 3, 1))


def test_employment_includes_its_first_and_its_last_day():
    """A leaver still works on the last day."""
    hired = rep(first=date(2026, 3, 2), last=date(2026, 3, 4))
    days = [date(2026, 3, day) for day in range(1, 6)]
    assert [hired.employed_on(day) for day in days] == [False, True, True, True, False]


def test_times_of_reps_know_their_zone_and_end_after_they_start():
    """A time without a zone would be read in the machine's."""
    for kind, last in ((Absence, "holiday"), (Preference, 1.0)):
        with pytest.raises(ValueError, match="end after"):
            kind("ann", NOON, NOON, last)
        with pytest.raises(ValueError, match="tz-aware"):
            kind("ann", NOON.replace(tzinfo=None), NOON, last)
    with pytest.raises(ValueError, match="finite"):
        Preference("ann", NOON, NOON + HOUR, float("inf"))


def test_a_team_names_everyone_once_and_nobody_else():
    """Assignments find their rep by id."""
    with pytest.raises(ValueError, match="ann is named twice"):
        Team((rep(), rep()))
    with pytest.raises(ValueError, match="no rep bob"):
        Team((rep(),), (Absence("bob", NOON, NOON + HOUR, ""),))
    with pytest.raises(ValueError, match="no rep bob"):
        Team((rep(),), (), (Preference("bob", NOON, NOON + HOUR, 1.0),))
