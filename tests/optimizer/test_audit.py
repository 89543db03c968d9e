"""The audit sees every planted fault, and nothing where there is none."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.week import WeeklyHours
from optimizer.audit import audit
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, Contract, Team
from tests.optimizer.audit_cases import ANN, RULES, ZONE, at, judge, shift


def test_a_roster_that_keeps_every_rule_has_no_finding():
    """Otherwise no roster could be published."""
    week = [shift(day) for day in (2, 3, 4)]
    assert judge(*week, shift(5, role="on_call"), shift(6, 6, 14), plan=None) == {}


def test_a_missing_skill_is_seen():
    """Who has not learnt a queue cannot work it."""
    assert judge(shift(2, queue="normal")).keys() == {"skills"}
    assert judge(shift(2, queue="normal"), rep=replace(ANN, skills=frozenset())) == {}


def test_standby_of_somebody_who_takes_none_is_seen():
    """Standby is agreed on."""
    nobody = replace(ANN, on_call=False)
    assert judge(shift(2, role="on_call"), rep=nobody).keys() == {"on_call"}
    assert judge(shift(2), rep=nobody) == {}


def test_a_shift_of_another_site_is_seen():
    """A shift with a site goes to that site's reps, or to reps without one."""
    assert judge(shift(2, site="chicago")).keys() == {"site"}
    assert judge(shift(2, site="chicago"), rep=replace(ANN, site="")) == {}
    assert judge(shift(2, site="dublin")) == {}


def test_work_before_or_after_employment_is_seen():
    """The last day is one; the night after it is not."""
    hired = replace(
        ANN,
        employed_from=date(2026, 3, 3),
        employed_until=date(2026, 3, 4),
        available=WeeklyHours.always(),
    )
    assert judge(shift(2), rep=hired).keys() == {"employment"}
    assert judge(shift(5), rep=hired).keys() == {"employment"}
    assert judge(shift(4, 18, 2), rep=hired).keys() == {"employment"}
    assert judge(shift(4, 16, 0), rep=hired) == {}


def test_work_during_an_absence_is_seen_by_its_hours():
    """Touching is no overlap: a shift may end when a holiday starts."""
    away = (Absence("ann", at(2, 15), at(3, 9), "holiday"),)
    finding = judge(shift(2), absences=away)["absence"]
    assert finding.amount == 2
    assert "holiday" in finding.sentence
    assert judge(shift(2, 9, 15), shift(3, 9, 17), absences=away) == {}


def test_a_minute_outside_the_available_hours_is_seen():
    """Availability binds to the minute."""
    one = shift(2)
    late = replace(ANN, available=WeeklyHours.from_text("Mon-Fri 09:01-17:00"))
    early = replace(ANN, available=WeeklyHours.from_text("Mon-Fri 09:00-16:59"))
    split = replace(ANN, available=WeeklyHours.from_text("Mon-Fri 09:00-12:00, 12:30-17:00"))
    amounts = [judge(one, rep=rep)["availability"].amount for rep in (late, early, split)]
    assert amounts == [1 / 60, 1 / 60, 0.5]
    exact = replace(ANN, available=WeeklyHours.from_text("Mon 09:00-17:00"))
    assert judge(one, rep=exact) == {}


@pytest.mark.parametrize(
    ("zone", "month", "day"),
    [
        (ZONE, 3, 28), (ZONE, 10, 24), ("America/Chicago", 3, 7), ("America/Chicago", 10, 31),
        ("Australia/Sydney", 4, 4), ("Australia/Sydney", 10, 3),
    ],
)  # fmt: skip
def test_availability_follows_the_wall_clock_through_the_night_of_a_change(zone, month, day):
    """A night shift from 22 to 6 fits 22 to 6, whatever its length."""
    end = datetime(2026, month, day, tzinfo=ZoneInfo(zone)).date() + timedelta(days=1)
    night = Shift(
        "live",
        "",
        datetime(2026, month, day, 22, tzinfo=ZoneInfo(zone)).astimezone(UTC),
        datetime(end.year, end.month, end.day, 6, tzinfo=ZoneInfo(zone)).astimezone(UTC),
        "primary",
    )
    assert night.hours in (7, 9)
    owl = replace(ANN, timezone=zone, available=WeeklyHours.from_text("Mon-Sun 22:00-06:00"))
    assert judge(night, rep=owl) == {}
    lark = replace(owl, available=WeeklyHours.from_text("Mon-Sun 22:00-05:00"))
    assert judge(night, rep=lark)["availability"].amount == 1


def test_two_shifts_at_once_are_seen():
    """Nobody is in two places."""
    found = judge(
        shift(2, 20, 23), shift(2, 22, 2), rep=replace(ANN, available=WeeklyHours.always())
    )
    assert found["overlap"].amount == 1
    assert "one_shift_a_day" in found


def test_the_same_shift_twice_is_an_overlap_and_overfilled():
    """A row that is repeated in a file would count one rep as two."""
    found = judge(shift(2), shift(2))
    assert {"overlap", "one_shift_a_day", "overfilled"} <= found.keys()


def test_a_second_shift_on_a_day_is_seen_even_with_rest():
    """One shift a day, however far apart, standby included."""
    lax = replace(RULES, min_rest_hours=0)
    found = judge(shift(2, 6, 10), shift(2, 18, 22, role="on_call"), rules=lax)
    assert found.keys() == {"one_shift_a_day"}


def test_rest_is_counted_by_the_wall_clock():
    """From 22:00 to 08:00 are 10 hours; 11 are the least; standby counts."""
    found = judge(shift(2, 14, 22, role="on_call"), shift(3, 8, 16))
    assert found.keys() == {"rest"}
    assert found["rest"].amount == 1
    assert judge(shift(2, 14, 22), shift(3, 9, 17)) == {}


@pytest.mark.parametrize(
    ("zone", "month", "day"),
    [(ZONE, 3, 28), (ZONE, 10, 24), ("Australia/Sydney", 4, 4), ("America/Chicago", 3, 7)],
)
def test_a_clock_change_neither_shortens_nor_lengthens_rest(zone, month, day):
    """The night of a change is as long as any other by the clock on the wall."""
    local = replace(ANN, timezone=zone)
    evening = shift(day, 14, 22, zone=zone, month=month)
    assert judge(evening, shift(day + 1, 9, 17, zone=zone, month=month), rep=local) == {}
    found = judge(evening, shift(day + 1, 8, 16, zone=zone, month=month), rep=local)
    assert found["rest"].amount == 1


def test_rest_after_the_last_shift_before_the_period_counts():
    """A week does not start rested."""
    found = judge(shift(2, 8, 16), history=[shift(1, 14, 22)])
    assert found.keys() == {"rest"}


def test_days_in_a_row_count_standby_and_the_days_before():
    """Six days are one too many, wherever they start."""
    five = [shift(day, 9, 13) for day in (2, 3, 4, 5)] + [shift(6, role="on_call")]
    assert judge(*five) == {}
    sixth = shift(7, 9, 13)
    assert judge(*five, sixth)["consecutive_days"].amount == 1
    assert judge(*five, history=[shift(1, 9, 13)])["consecutive_days"].amount == 1


def test_hours_beyond_the_contract_and_the_law_are_seen_apart():
    """38 hours are the contract's, 40 the law's; standby counts for neither."""
    days = [shift(day, 9, 17) for day in (2, 3, 4, 5)]
    assert judge(*days, shift(6, 9, 17, role="on_call")) == {}
    assert judge(*days, shift(6, 9, 16))["contract_maximum"].amount == 1
    found = judge(*days, shift(6, 9, 18))
    assert found["contract_maximum"].amount == 3
    assert found["max_week_hours"].amount == 1


def test_a_week_is_the_reps_own_week():
    """Sunday evening in Chicago is Monday in Dublin, and counts in Chicago's old week."""
    rep = replace(ANN, timezone="America/Chicago", available=WeeklyHours.always())
    days = [shift(day, 9, 17, zone="America/Chicago") for day in (3, 4, 5, 6)]
    sunday = shift(1, 18, 22, zone="America/Chicago")
    assert "contract_maximum" not in judge(sunday, *days, rep=rep)
    assert "contract_maximum" in judge(
        shift(2, 0, 8, zone="America/Chicago"), *days, rep=replace(rep, contract=Contract(0, 39))
    )


def full_week(*shifts, rep, absences=()):
    given = [Assignment(rep.rep_id, one) for one in shifts]
    plan = [StaffedShift(one, 1) for one in shifts]
    return list(
        audit(
            given,
            plan,
            Team((rep,), absences),
            RULES,
            timezone=ZONE,
            interval_minutes=60,
            period=(at(2, 0), at(9, 0)),
        )
    )


def test_hours_below_the_contract_are_a_shortfall():
    """The planner should see who is owed work; it breaks no rule."""
    rep = replace(ANN, contract=Contract(20, 38))
    (finding,) = full_week(shift(2), rep=rep)
    assert (finding.rule, finding.severity) == ("contract_minimum", "shortfall")
    assert finding.amount == 12
    assert full_week(shift(2), shift(3), shift(4, 9, 13), rep=rep) == []


def test_an_absence_takes_its_share_off_the_contract():
    """Two of five days away leave three fifths of the hours."""
    rep = replace(
        ANN, contract=Contract(30, 38), available=WeeklyHours.from_text("Mon-Fri 08:00-18:00")
    )
    away = (Absence("ann", at(2, 0), at(4, 0), "holiday"),)
    (finding,) = full_week(shift(4), rep=rep, absences=away)
    assert finding.amount == 18 - 8
    twice = (*away, Absence("ann", at(3, 0), at(4, 0), "course"))
    assert full_week(shift(4), rep=rep, absences=twice)[0].amount == 18 - 8


def test_a_week_mostly_away_or_outside_the_period_owes_nothing():
    """A few hours at the edge of a period are no week."""
    rep = replace(ANN, contract=Contract(30, 38))
    away = (Absence("ann", at(2, 0), at(6, 0), "holiday"),)
    assert full_week(rep=rep, absences=away) == []
    sydney = replace(rep, timezone="Australia/Sydney")
    (only,) = full_week(rep=sydney)
    assert "2026-03-02" in only.sentence


def test_unfilled_and_overfilled_shifts_are_seen():
    """A roster fills exactly the shifts of a plan."""
    found = judge(shift(2), plan=[StaffedShift(shift(2), 3)])
    assert (found["unfilled"].amount, found["unfilled"].severity) == (2, "shortfall")
    assert judge(shift(2), plan=[])["overfilled"].severity == "violation"


def test_a_lock_that_is_not_kept_is_seen():
    """Who was promised a shift has it, marked as promised."""
    promised = Assignment("ann", shift(2), locked=True)
    assert judge(locked=[promised], plan=[]).keys() == {"lock"}
    assert judge(shift(2), locked=[promised]).keys() == {"lock"}
    assert not audit(
        [promised], [StaffedShift(shift(2), 1)], Team((ANN,)), RULES, timezone=ZONE,
        interval_minutes=60, locked=[promised],
    )  # fmt: skip


def test_a_stranger_on_the_roster_is_seen():
    """Somebody who left the team cannot work."""
    found = audit(
        [Assignment("eve", shift(2))], [StaffedShift(shift(2), 1)], Team((ANN,)), RULES,
        timezone=ZONE, interval_minutes=60,
    )  # fmt: skip
    assert [finding.rule for finding in found] == ["team"]


def test_bare_assignments_need_the_calendar():
    """A machine's own zone must not be guessed."""
    with pytest.raises(ValueError, match="timezone"):
        audit([], [], Team((ANN,)), RULES)


def test_the_audit_loads_neither_the_solver_nor_the_programme():
    """A check that shares code with what it checks repeats its mistakes."""
    code = (
        "import sys, optimizer.audit; "
        "print([name for name in sys.modules if name in ('pulp', 'highspy') "
        "or name in ('optimizer.solver', 'optimizer.rules', 'optimizer.plan_roster', "
        "'optimizer.local_shifts', 'optimizer.eligibility', 'optimizer.cover')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
