"""Advice for the day: against every plan of a toy, by laws, and with names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.call_people import Crew, OnShift, staff_of
from optimizer.call_programme import Stakes, Window, choose_calls
from optimizer.release_programme import choose_releases
from optimizer.required_distribution import RequiredDistribution
from optimizer.retuning import retune
from optimizer.retuning_files import advice_table
from optimizer.roster import Assignment
from optimizer.rotation_ledger import Activation
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift, tier_prices
from optimizer.staff import LabourRules, Team
from optimizer.tier_prices import TierPrices
from tests.ui.sample_plan import rep

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.995)
SPREAD = np.array([-2, -1, 0, 1, 2, 3])
DAY = pd.Timestamp("2026-03-03", tz="UTC")
PRICES = TierPrices(0.0, 0.3, 1.4, 10.0, 0.5)


def needed(reps, day=DAY, minutes=60, queue="live", spread=SPREAD):
    """Reps called for in each interval: so many by the median, and more or fewer beside it."""
    middle = np.array(reps, dtype=np.int64)[:, None]
    table = np.maximum(middle + spread * (middle > 0), 0)
    starts = pd.date_range(day, periods=len(reps), freq=f"{minutes}min").as_unit("us")
    return RequiredDistribution(
        queue, starts, LEVELS, table * 5.0, table, np.zeros(len(reps), dtype=np.int64)
    )


def at(hour, day=DAY):
    return (day + pd.Timedelta(hours=hour)).to_pydatetime()


def shift(start, end, role="primary", day=DAY, queue="live"):
    return Shift(queue, "", at(start, day), at(end, day), role)


def crew(primary, on_call, **changes):
    """Reps of a shift each, by hours of the day."""
    shifts = [StaffedShift(shift(*hours[:2]), hours[2]) for hours in primary]
    shifts += [StaffedShift(shift(*hours[:2], role="on_call"), hours[2]) for hours in on_call]
    return replace(Crew(staff_of(shifts, None)), **changes)


def advise(now, by, planned=None, hour=0, prices=PRICES, on_call=None, **changes):
    on_call = on_call or OnCallSettings(notice_minutes=60)
    begin = DAY + pd.Timedelta(hours=hour)
    return retune(now, planned, by, begin, 60, prices, on_call, **changes)


def blocks_of(window, least):
    return [
        (first, last)
        for first in range(window.first, window.last)
        for last in range(first + least, window.last + 1)
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=6, max_size=6),
    st.integers(0, 3),
    st.floats(0.0, 1.0),
    st.integers(1, 3),
    st.sampled_from([(0, 6), (1, 5), (2, 6)]),
)
def test_no_other_choice_of_calls_costs_less(reps, at_work, late, least, second):
    """Every combination of blocks of two standby shifts, counted by the definition of the cost."""
    windows = [Window(0, 4), Window(*second)]
    standby = np.zeros(6, dtype=np.int64)
    for window in windows:
        standby[window.first : window.last] += 1
    draws = needed(reps, spread=np.array([-1, 0, 0, 1, 1, 2])).draws
    stakes = Stakes(draws, np.full(6, float(at_work)), standby, PRICES, late, 1.0)

    def cost(blocks):
        called = np.zeros(6, dtype=np.int64)
        for first, last in blocks:
            called[first:last] += 1
        late_price = 1.4 + late * 8.6
        lack = np.maximum(draws - at_work - called, 0)
        both = np.maximum(draws - at_work - standby, 0)
        return (1.4 * called + late_price * (lack - both).mean(0) + 10.0 * both.mean(0)).sum()

    found = choose_calls(stakes, windows, least)
    choices = product(*[[None, *blocks_of(window, least)] for window in windows])
    best = min(cost([block for block in choice if block]) for choice in choices)
    assert cost([(block.first, block.last) for block in found]) == pytest.approx(best, abs=1e-4)
    assert all(block.last - block.first >= least for block in found)
    assert len({block.window for block in found}) == len(found)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=5, max_size=5), st.integers(1, 2))
def test_no_other_choice_of_releases_frees_more(spared, least):
    """Every combination of early ends of three shifts that the hours can spare."""
    windows = [Window(0, 5), Window(1, 4), Window(2, 5)]
    best = 0
    for early in product(*[range(window.first, window.last + 1) for window in windows]):
        gone = np.zeros(5, dtype=int)
        for window, first in zip(windows, early, strict=True):
            gone[first : window.last] += 1
        lengths = [window.last - first for window, first in zip(windows, early, strict=True)]
        if (gone <= spared).all() and all(length == 0 or length >= least for length in lengths):
            best = max(best, sum(lengths))
    found = choose_releases(np.array(spared), windows, least)
    assert sum(block.last - block.first for block in found) == best


def test_known_saving_by_hand():
    """Two more reps for sure than at work, one on standby: waiting costs half of every hour."""
    sure = needed([0, 0, 0, 4, 4, 4, 0, 0], spread=np.zeros(6, dtype=int))
    found = advise(sure, crew([(0, 8, 2)], [(0, 8, 1)]))
    (one,) = found.advice
    assert (one.start, one.end, one.reps) == (at(3), at(6), 1)
    # Late price 1.4 + 0.5 · 8.6 = 5.7; called ahead it is 1.4, three hours long.
    assert one.saves == pytest.approx(3 * (5.7 - 1.4))
    assert one.at_stake == pytest.approx(3 * (5.7 + 10.0))
    assert (one.p_short_before, one.p_short_after, one.short_before) == (1.0, 1.0, 2.0)
    assert one.decide_by == at(2)
    assert found.cost_before - found.cost_after == pytest.approx(one.saves)


def test_an_unchanged_day_of_a_plan_that_serves_the_median_calls_for_nothing():
    """With a quarter of an hour of notice waiting is worth it up to a probability of 0.57."""
    same = needed([3, 4, 5, 6, 6, 5, 4, 3])
    by = crew([(hour, hour + 1, reps) for hour, reps in enumerate([3, 4, 5, 6, 6, 5, 4, 3])],
              [(0, 8, 2)])  # fmt: skip
    found = advise(same, by, planned=same, on_call=OnCallSettings())
    assert found.advice == ()
    assert found.cost_before == found.cost_after > 0


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=6, max_size=6),
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
)
def test_more_volume_never_makes_calls_worth_less(reps, more):
    """Every hour that calls for more is worth at least as much to have somebody called in."""
    by = crew([(0, 6, 3)], [(0, 6, 1), (1, 5, 1)])
    low = advise(needed(reps), by)
    high = advise(needed(np.array(reps) + more), by)
    assert high.cost_before - high.cost_after >= low.cost_before - low.cost_after - 1e-4


@given(st.integers(1, 8), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_more_volume_never_reduces_calls_of_an_even_day(reps, more):
    """Where every hour is alike, calls grow with what they call for."""
    by = crew([(0, 6, 3)], [(0, 6, 4)])

    def called(count):
        return sum(one.reps * (one.end - one.start) / timedelta(hours=1)
                   for one in advise(needed([count] * 6), by).advice)  # fmt: skip

    assert called(reps + more) >= called(reps)


def test_nobody_is_called_before_the_notice_is_over_or_outside_the_standby():
    """At 2:00 with an hour of notice nobody comes before 3:00; the standby ends at 6:00."""
    found = advise(needed([9] * 8), crew([], [(1, 6, 1)]), hour=2)
    (one,) = found.advice
    assert (one.start, one.end, one.decide_by) == (at(3), at(6), at(2))
    assert found.standby == 1
    late = advise(needed([9] * 8), crew([], [(1, 6, 1)]), hour=4)
    assert (late.advice, late.standby) == ((), 0)  # one hour is left, and calls last two


def test_without_notice_nobody_is_called_ahead():
    """Who comes at once may wait until the need shows."""
    on_call = OnCallSettings(notice_minutes=0)
    assert advise(needed([9] * 8), crew([], [(0, 8, 2)]), on_call=on_call).advice == ()


def test_quiet_news_frees_whole_ends_of_shifts_and_leaves_nobody_short():
    """Half of the volume: who goes is spared by the guard, and only as many as news has freed."""
    planned, quiet = needed([8] * 8), needed([4] * 8)
    by = crew([(0, 8, 12)], [])
    found = advise(quiet, by, planned=planned, hour=0)
    (one,) = found.advice
    assert (one.action, one.start, one.end, one.reps) == ("release", at(2), at(8), 4)
    assert one.p_short_after <= 0.05
    assert one.saves <= 0
    assert advise(planned, by, planned=planned).advice == ()
    assert advise(quiet, by, planned=planned, may_release=False).advice == ()


def named(*rows, called=(), **zones):
    """A crew of named reps: rep_id, start, end, role, day."""
    staff = [OnShift(shift(*row[1:3], *row[3:]), 1, row[0]) for row in rows]
    ids = sorted({row[0] for row in rows})
    team = Team(tuple(rep(name, zones.get(name, "Etc/UTC")) for name in ids))
    return Crew(tuple(staff), team, LabourRules(), tuple(called))


def test_the_one_called_in_least_is_called_and_the_others_are_told_why():
    """Two on the same standby: fairness decides, and says so."""
    by = named(
        ("ada", 0, 8, "on_call"),
        ("bob", 0, 8, "on_call"),
        called=[Activation("ada", at(-30), at(-27))],
    )
    both = advise(needed([2] * 8, spread=np.zeros(6, dtype=int)), by)
    assert {one.rep_id for one in both.advice} == {"ada", "bob"}
    found = advise(needed([1] * 8, spread=np.zeros(6, dtype=int)), by)
    (one,) = found.advice
    assert one.rep_id == "bob"
    assert one.passed_over == ("Ada has 3 activated hours, not 0",)


def test_a_call_keeps_the_rest_before_the_next_shift():
    """The next shift starts at 14:00 by the wall clock; eleven hours before it the call ends."""
    by = named(("ada", 0, 8, "on_call"), ("ada", 14, 20, "primary"))
    (one,) = advise(needed([3] * 8), by).advice
    assert (one.start, one.end) == (at(1), at(3))
    later = named(("ada", 0, 8, "on_call"), ("ada", 12, 20, "primary"), ("bob", 0, 8, "on_call"))
    (one,) = advise(needed([1] * 8, spread=np.zeros(6, dtype=int)), later).advice
    assert one.rep_id == "bob"
    assert "Ada would rest" in one.passed_over[0]


def test_the_night_of_the_clock_change_rests_by_the_wall_clock():
    """Clocks go forward at 1:00 UTC: 11 hours by the wall are 10 that pass."""
    day = pd.Timestamp("2026-03-28", tz="UTC")
    staff = (
        OnShift(shift(18, 24, "on_call", day), 1, "ada"),
        OnShift(shift(33, 39, "primary", day), 1, "ada"),  # 9:00 UTC is 10:00 in Dublin
    )
    by = Crew(staff, Team((rep("ada"),)), LabourRules())
    now = needed([9] * 24, day)
    found = retune(now, None, by, day, 60, PRICES, OnCallSettings(notice_minutes=60))
    (one,) = found.advice
    assert (one.start, one.end) == (at(18, day), at(23, day))


def test_who_is_called_in_already_is_at_work_and_not_called_again():
    """Yesterday's advice was taken: the rep counts, and another one is asked for the rest."""
    by = named(
        ("ada", 0, 8, "on_call"),
        ("bob", 0, 8, "on_call"),
        called=[Activation("ada", at(0), at(8))],
    )
    sure = np.zeros(6, dtype=int)
    assert advise(needed([1] * 8, spread=sure), by).advice == ()
    (one,) = advise(needed([2] * 8, spread=sure), by).advice
    assert one.rep_id == "bob"
    assert one.passed_over == ("Ada is called in already",)


def test_who_is_called_in_can_stay_on_without_notice_and_for_less_than_a_call():
    """Called in until five, needed until six: one more hour, from five on, by the same rep."""
    by = named(
        ("ada", 0, 8, "on_call"),
        ("bob", 0, 3, "on_call"),
        called=[Activation("ada", at(2), at(5))],
    )
    sure = needed([0, 0, 1, 1, 1, 1, 0, 0], spread=np.zeros(6, dtype=int))
    (one,) = advise(sure, by, hour=0).advice
    assert (one.action, one.rep_id, one.start, one.end) == ("stay_on", "ada", at(5), at(6))
    assert one.decide_by == at(5)
    table = advice_table([advise(sure, by)], by, "UTC")
    assert table["reason"][0].startswith(
        "Keep Ada (on call 00:00-08:00), called in until 05:00, to 06:00: 5 contacts an hour"
    )


def test_other_queues_do_not_count():
    """Somebody on standby for another queue neither comes nor is at work."""
    other = Shift("mail", "", at(0), at(8), "on_call")
    by = Crew(staff_of([StaffedShift(other, 5)], None))
    found = advise(needed([9] * 8), by)
    assert (found.advice, found.standby, found.likeliest) == ((), 0, None)


def test_reps_whom_nobody_named_stand_in_one_row_that_adds_up():
    """Three alike are one row with three reps, and its savings are those of all three."""
    found = advise(needed([9] * 8, spread=np.zeros(6, dtype=int)), crew([], [(0, 8, 3)]))
    table = advice_table([found], crew([], []), "Europe/Dublin")
    (row,) = table.to_dict("records")
    assert (row["reps"], row["rep_id"], row["action"]) == (3, "", "call_in")
    assert row["saves"] == pytest.approx(found.cost_before - found.cost_after, abs=1e-3)
    assert row["reason"].startswith("Call in 3 reps (on call 00:00-08:00) from 01:00 to 08:00: 45")
    assert row["start"] == "2026-03-03T01:00:00+00:00"


def test_a_grid_of_quarters_calls_whole_blocks():
    """A need of one hour in quarters is served by a call of two hours."""
    sure = needed([0] * 12 + [5] * 4 + [0] * 16, minutes=15, spread=np.zeros(6, dtype=int))
    by = crew([], [(0, 8, 1)])
    found = retune(sure, None, by, DAY, 15, PRICES, OnCallSettings(notice_minutes=60))
    (one,) = found.advice
    assert one.end - one.start == timedelta(hours=2)
    assert one.start <= at(3)
    assert one.end >= at(4)


def test_prices_of_settings_and_assignments_are_what_is_weighed():
    """A roster's assignments are the crew, each a rep of its own."""
    on = OnCallSettings()
    prices = tier_prices(ShiftSettings(), on, 0.2)
    assignments = [Assignment("ada", shift(0, 8)), Assignment("bob", shift(0, 8))]
    by = Crew(staff_of([], assignments))
    assert [one.rep_id for one in by.of("live", "primary")] == ["ada", "bob"]
    found = retune(needed([2] * 8), None, by, DAY, 60, prices, on)
    sure = needed([2] * 8).draws
    expected = np.maximum(sure - 1.6, 0).mean(0).sum() * 10.0
    assert found.cost_before == pytest.approx(expected)
    assert datetime(2026, 3, 3, tzinfo=UTC) == at(0)
