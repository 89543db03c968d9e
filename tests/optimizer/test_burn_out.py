"""Each strain is found where it was planted, told once, and not told of what is usual."""

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.breaks import Break
from optimizer.burn_out import STRAIN, BurnOutSettings, burn_out, planned_busy
from optimizer.roster import Assignment
from optimizer.staff import Contract, Team
from tests.optimizer.roster_cases import at, rep, shift

USUAL = BurnOutSettings()


def found(shifts, *, past=(), settings=USUAL, person=None, **more):
    team = Team((person or rep("ana"),))
    given, history = ([Assignment("ana", one) for one in rows] for rows in (shifts, past))
    findings = burn_out(given, team, settings, history=history, **more)
    assert all(one.severity == STRAIN and one.where == "ana" for one in findings)
    return {one.rule: one for one in findings}


def busy(*hours, share=0.9, queue="live"):
    starts = pd.DatetimeIndex([at(0, hour) for hour in hours]).as_unit("us")
    return pd.DataFrame({"queue": queue, "interval_start": starts, "hands_busy": share})


def test_a_usual_month_is_no_strain():
    """Five days a week by day: nothing to tell."""
    days = [shift(7 * week + day) for week in range(4) for day in range(5)]
    assert found(days) == {}


def test_four_heavy_hours_in_a_row_are_told():
    """From 10:00 to 14:00 the hands are busy above the limit; three hours are borne."""
    one = found([shift(0)], busy=busy(10, 11, 12, 13))["heavy_hours"]
    assert one.amount == 4
    assert one.sentence == (
        "ana works 4 h in a row from 2026-03-02 10:00 with hands busy above 85%, up to 90%."
    )
    assert found([shift(0)], busy=busy(10, 11, 12)) == {}
    assert found([shift(0)], busy=busy(9, 10, 12, 13)) == {}
    assert found([shift(0)], busy=busy(10, 11, 12, 13, share=0.85)) == {}
    assert found([shift(0)], busy=busy(10, 11, 12, 13, queue="normal")) == {}
    assert found([shift(0, role="on_call")], busy=busy(10, 11, 12, 13)) == {}


def test_only_hours_of_the_own_shift_count():
    """Whoever begins at noon has only the end of a heavy day."""
    assert found([shift(0, 12, 20)], busy=busy(9, 10, 11, 12, 13)) == {}
    late = found([shift(0, 12.5, 20)], busy=busy(12, 13, 14, 15, 16))["heavy_hours"]
    assert late.amount == 4.5


def test_a_break_ends_a_stretch_of_heavy_hours():
    """Who can breathe in between is not worn out by eight hours."""
    pause = Break(at(0, 12), at(0, 12.5), paid=False)
    broken = replace(shift(0), breaks=(pause,))
    assert found([broken], busy=busy(9, 10, 11, 12, 13, 14, 15)) == {}
    assert found([broken], busy=busy(*range(9, 17)))["heavy_hours"].amount == 4


def test_fewer_at_work_than_called_for_are_busier():
    """Half the reps have twice the work, and nobody more than all of their time."""
    starts = pd.DatetimeIndex([at(0, hour) for hour in (9, 10, 11)])
    needed = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": [4, 4, 4],
            "hands_busy": [0.4, 0.7, float("nan")],
        }
    )
    there = pd.DataFrame({"queue": "live", "interval_start": starts, "primary": [2, 2, 0]})
    assert planned_busy(needed, there)["hands_busy"].tolist() == pytest.approx([0.8, 1.0])


def test_from_late_to_early_twice_in_a_fortnight_is_told():
    """An evening until 22:00 and a morning at 07:00 two days later, twice."""
    week = [shift(0, 14, 22), shift(2, 7, 15), shift(3, 14, 22), shift(5, 7, 15)]
    one = found(week)["late_early"]
    assert one.amount == 2
    assert one.sentence == (
        "ana goes from a late shift to an early one 2 times from 2026-03-04 to 2026-03-07."
    )
    assert "late_early" not in found(week[:3])
    assert "late_early" not in found([*week[:3], shift(6, 7, 15)])
    assert "late_early" not in found(week, settings=BurnOutSettings(flips=2))
    assert found([week[0], week[1], shift(17, 14, 22), shift(19, 7, 15)]) == {}


def test_a_night_is_late():
    """A shift into the next day ends late, whatever the clock says at its end."""
    assert "late_early" in found([shift(0, 18, 26), shift(2, 7), shift(4, 22, 30), shift(6, 6)])


def test_short_rests_again_and_again_are_told():
    """Twelve hours between shifts, three times in a week."""
    week = [shift(0, 13, 21), shift(1), shift(2, 13, 21), shift(3), shift(4, 13, 21), shift(5)]
    one = found(week)["short_rests"]
    assert (one.amount, one.rule) == (3, "short_rests")
    assert found(week[:4]) == {}
    assert "short_rests" not in found(week, settings=BurnOutSettings(short_rest_hours=12))


def full_weeks(weeks, days=5, hours=8):
    return [shift(7 * week + day, 9, 9 + hours) for week in range(weeks) for day in range(days)]


def test_three_weeks_of_overtime_in_a_row_are_told():
    """Beyond the minimum and eight hours, where the contract has a minimum below its maximum."""
    part = rep("ana", contract=Contract(20, 40))
    one = found(full_weeks(3), person=part)["overtime"]
    assert one.amount == 3
    assert "more than 28 h in 3 weeks in a row" in one.sentence
    assert found(full_weeks(2), person=part) == {}
    gap = [one for one in full_weeks(4) if not at(7, 0) <= one.start < at(14, 0)]
    assert found(gap, person=part) == {}
    assert found(full_weeks(3), person=rep("ana", contract=Contract(40, 40))) == {}
    assert found(full_weeks(3), person=rep("ana", contract=Contract(0, 40))) == {}
    assert "overtime" in found(full_weeks(3, hours=9), person=rep("ana", contract=Contract(0, 40)))


def test_many_days_without_two_off_are_told():
    """Six days of work and one off, for two weeks and a day."""
    days = [shift(day) for day in range(14) if day % 7 != 6]
    one = found(days)["two_days_off"]
    assert one.amount == 13
    assert "for 13 days, from 2026-03-02 to 2026-03-14" in one.sentence
    assert found([shift(day) for day in (0, 1, 2, 5, 6, 7, 10, 11, 12)]) == {}


@pytest.mark.parametrize("rule", ["late_early", "short_rests", "two_days_off", "overtime"])
def test_the_weeks_before_count_and_are_not_told_alone(rule):
    """A streak that this week prolongs is found; one that ended before it is old news."""
    person = rep("ana", contract=Contract(20, 40))
    shifts = [
        one
        for week in range(3)
        for one in (
            shift(7 * week, 13, 21.5),
            shift(7 * week + 1, 7),
            shift(7 * week + 2, 13, 21.5),
            shift(7 * week + 3, 7),
            shift(7 * week + 5, 8),
        )
    ]
    assert rule in found(shifts[10:], past=shifts[:10], person=person)
    later = [shift(day) for day in (28, 29, 30)]
    assert found(later, past=shifts, person=person) == {}


def test_the_wall_of_the_rep_decides():
    """The same shifts are early for somebody who lives an ocean away."""
    shifts = [shift(0, 18, 26), shift(2, 12, 20), shift(3, 18, 26), shift(5, 12, 20)]
    assert found(shifts) == {}
    chicago = rep("ana", timezone="America/Chicago")
    early = BurnOutSettings(late="19:00")
    assert "late_early" in found(shifts, person=chicago, settings=early)


def test_a_rest_over_a_clock_change_is_counted_by_the_wall():
    """From 20:00 to 09:00 are thirteen hours also in the night that loses one."""
    strict = BurnOutSettings(short_rests=0)
    assert found([shift(26, 12, 20), shift(27, 9, 17)], settings=strict) == {}
    assert "short_rests" in found([shift(26, 12, 20.5), shift(27, 9, 17)], settings=strict)


@pytest.mark.parametrize(
    "wrong",
    [
        {"busy": 0},
        {"busy_hours": 0},
        {"late": "evening"},
        {"flips": -1},
        {"overtime_weeks": 0},
        {"days_without_two_off": 0},
    ],
)
def test_settings_that_mean_nothing_are_refused(wrong):
    """A typing error is told where it stands."""
    with pytest.raises(ValueError):
        BurnOutSettings(**wrong)
