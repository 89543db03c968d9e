"""The ledger counts what people carried, by their own wall clock, and what it earned them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.errors import InputError
from optimizer.plan_rotation import plan_rotation
from optimizer.rotation import RotationSettings
from optimizer.rotation_ledger import Activation, ledger_table
from optimizer.staff import Team
from tests.optimizer.rotation_cases import MONDAY, away, monday, rep, team, weeks

PLAIN = RotationSettings()


def hour(day, clock):
    return datetime(day.year, day.month, day.day, clock, tzinfo=UTC)


def row(table, rep_id):
    return table.set_index("rep_id").loc[rep_id]


def test_a_plain_week_by_hand():
    """Seven nights of eight hours, one weekend, and the comp time of a week."""
    made = plan_rotation(team(3), PLAIN, weeks(3))
    ledger = ledger_table(made, PLAIN, holidays=[date(2026, 12, 8)])
    ben = row(ledger, "ben")
    assert (ben["turns"], ben["days"], ben["hours"]) == (1, 7.0, 168.0)
    assert (ben["night_hours"], ben["weekend_hours"], ben["holiday_hours"]) == (56.0, 48.0, 24.0)
    assert (ben["comp_earned"], ben["comp_balance"]) == (8.0, 8.0)
    assert row(ledger, "ada")["holiday_hours"] == 0.0
    by_holiday = ledger_table(
        made, replace(PLAIN, comp_hours_per_holiday=6.0), holidays=[date(2026, 12, 8)]
    )
    assert row(by_holiday, "ben")["comp_earned"] == 14.0


@pytest.mark.parametrize(
    ("first", "hours", "night"),
    [(date(2026, 3, 23), 167.0, 55.0), (date(2026, 10, 19), 169.0, 57.0)],
)
def test_hours_are_elapsed_and_days_are_not(first, hours, night):
    """The night in which clocks change is an hour shorter or longer; it earns the same."""
    made = plan_rotation(team(2, timezone="Europe/Dublin"), PLAIN, weeks(1, first, "Europe/Dublin"))
    ada = row(ledger_table(made, PLAIN), "ada")
    assert (ada["hours"], ada["night_hours"], ada["days"], ada["comp_earned"]) == (
        hours, night, 7.0, 8.0,
    )  # fmt: skip


def test_nights_are_those_of_the_person():
    """Somebody far away is called in the day when the calendar's zone sleeps, and on Sunday."""
    people = Team((rep("syd", "Australia/Sydney"),))
    made = plan_rotation(people, PLAIN, weeks(1))
    # Monday 11:00 to Monday 11:00 in Sydney: nights stay seven, the weekend stays whole.
    assert row(ledger_table(made, PLAIN), "syd")["night_hours"] == 56.0
    noon = replace(PLAIN, night=type(PLAIN.night).from_text("Mon 00:00-11:00"))
    assert row(ledger_table(made, noon), "syd")["night_hours"] == 11.0


def test_activations_earn_and_need_somebody_on_call():
    """Who is called in has time coming; who was not on call was not called in."""
    made = plan_rotation(team(2), PLAIN, weeks(2))
    called = [Activation("ada", hour(MONDAY, 2), hour(MONDAY, 5), "a, row 2")]
    ada = row(ledger_table(made, PLAIN, activations=called), "ada")
    assert (ada["activated_hours"], ada["comp_earned"]) == (3.0, 11.0)
    with pytest.raises(InputError, match="a, row 2: ben was not on call"):
        ledger_table(made, PLAIN, activations=[replace(called[0], rep_id="ben")])
    with pytest.raises(InputError, match="already"):
        ledger_table(made, PLAIN, activations=[*called, replace(called[0], place="a, row 3")])


def test_comp_time_is_taken_by_absences_of_its_kind():
    """A day off takes a day's hours, an afternoon its hours, and a vacation nothing."""
    absences = [
        away("ada", monday(1), 2, "comp"),
        away("ada", monday(2), 3, "vacation"),
        replace(away("ben", MONDAY, 1, "Comp"), end=hour(MONDAY, 3)),
    ]
    made = plan_rotation(team(3, absences), PLAIN, weeks(6))
    ledger = ledger_table(made, PLAIN, absences=absences)
    assert row(ledger, "ada")["comp_taken"] == 16.0
    assert row(ledger, "ben")["comp_taken"] == 3.0
    assert (ledger["comp_balance"] == ledger["comp_earned"] - ledger["comp_taken"]).all()


def test_the_balance_goes_on_from_history():
    """Ledgers of two half-years add up to the ledger of the year."""
    absences = [away("ada", monday(2), 1, "comp"), away("ben", monday(9), 2, "comp")]
    whole = plan_rotation(team(3, absences), PLAIN, weeks(12))
    ended = ledger_table(whole, PLAIN, absences=absences)
    later = plan_rotation(team(3, absences), PLAIN, weeks(6, monday(6)), history=whole.duties)
    assert later.duties == whole.duties[-len(later.duties) :]
    second = ledger_table(later, PLAIN, history=whole.duties, absences=absences)
    assert second["comp_balance"].tolist() == ended["comp_balance"].tolist()
    assert second["comp_before"].sum() == 6 * 8.0 - 8.0
    assert (second["turns_before"] + second["turns"]).tolist() == ended["turns"].tolist()


def test_standing_in_is_counted_for_who_did_it():
    """The hours go to who was on call, the turn stays with whose it was."""
    published = plan_rotation(team(3), PLAIN, weeks(3)).duties
    absences = [away("ben", monday(1), 2)]
    made = plan_rotation(team(3, absences), PLAIN, weeks(3), history=published)
    ledger = ledger_table(made, PLAIN)
    stood_in = ledger[ledger["days_stood_in"] > 0]
    assert stood_in["days_stood_in"].tolist() == [2.0]
    assert stood_in["days"].tolist() == [9.0]
    assert (row(ledger, "ben")["turns"], row(ledger, "ben")["days"]) == (1, 5.0)
    assert ledger["comp_earned"].sum() == pytest.approx(24.0, abs=0.02)
