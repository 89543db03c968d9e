"""The requirement is the least that keeps the promise, and keeps its hours whatever clocks do."""

import importlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from data.week import WeeklyHours
from forecast.closures import Calendar
from optimizer.concurrency import Handling
from optimizer.queue_settings import QueueSettings
from optimizer.requirement import plan_requirement
from optimizer.requirement_files import read_requirement, requirement_table
from optimizer.requirement_rows import rostered
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.birth_death import evaluate
from tests.optimizer.requirement_cases import CHAT, LIVE, a_day, demand_of_volume

few = settings(
    derandomize=True, deadline=None, max_examples=12, phases=[Phase.explicit, Phase.generate]
)


@pytest.mark.parametrize(
    ("peak", "service"),
    [
        (60, ServicePolicy(max_hands_busy=1.0)),
        (60, ServicePolicy(clock="pick_up", max_hands_busy=1.0)),
        (9, ServicePolicy(0.9, within_seconds=30, clock="pick_up", max_hands_busy=1.0)),
        (25, ServicePolicy(target=0.7, within_seconds=600, max_hands_busy=1.0)),
    ],
)
def test_one_rep_fewer_would_break_the_promise_of_the_hour(peak, service):
    """Minimal: every hour keeps the promise, and above the minimum none would with a rep less."""
    volume = a_day(peak)
    plan = plan_requirement(
        [demand_of_volume(volume)], {"live": replace(LIVE, service=service)}, 0.9
    )
    reps = plan.table["primary"].to_numpy()
    kept = evaluate(volume, reps, 60, CHAT, service.within_seconds)[service.clock]
    assert (kept >= service.target - 1e-9).all()
    above = np.flatnonzero(reps > service.min_reps)
    assert len(above) > 5
    for hour in above:
        fewer = reps.copy()
        fewer[hour] -= 1
        broken = evaluate(volume, fewer, 60, CHAT, service.within_seconds)[service.clock]
        assert broken[hour] < service.target


@pytest.mark.parametrize("end", ["hand_back", "wind_down"])
def test_the_promise_is_kept_however_shifts_end(end):
    """Who is handed more, or has colleagues who take nothing new, is helped by more reps."""
    service = ServicePolicy(shift_end=end, wind_down_minutes=20, max_hands_busy=1.0)
    volume = a_day(50)
    plan = plan_requirement(
        [demand_of_volume(volume)], {"live": replace(LIVE, service=service)}, 0.9
    )
    assert (plan.table["first_reply"] >= 0.8 - 1e-9).all()
    usual = plan_requirement([demand_of_volume(volume)], {"live": LIVE}, 0.9)
    assert plan.table["primary"].sum() > usual.table["primary"].sum()
    with pytest.raises(ValueError, match="keep, hand_back or wind_down, not 'drop'"):
        replace(service, shift_end="drop")


def test_both_tiers_serve_the_guarded_volume():
    """Primary and on-call together keep the promise when the guard quantile comes."""
    demand = demand_of_volume(a_day(50))
    table = plan_requirement([demand], {"live": LIVE}, 0.9).table
    both = (table["primary"] + table["on_call"]).to_numpy()
    guarded = demand.quantile(0.9).to_numpy()
    assert (table["on_call"] >= 0).all()
    assert table["on_call"].max() > 0
    assert (evaluate(guarded, both, 60, CHAT, 120)["first_reply"] >= 0.8 - 1e-9).all()


def test_service_is_that_of_primary_at_the_median():
    """The columns of the service say what primary alone gives when the median comes."""
    volume = a_day(40)
    table = plan_requirement([demand_of_volume(volume)], {"live": LIVE}, 0.9).table
    expected = evaluate(volume, table["primary"].to_numpy(), 60, CHAT, 120)
    for column in ("pick_up", "first_reply", "abandonment", "hands_busy", "slots_busy"):
        np.testing.assert_allclose(table[column], expected[column])
    np.testing.assert_array_equal(table["service_level"], table["first_reply"])


def test_a_promise_out_of_reach_is_refused_with_what_can_be_reached():
    """A reply has to be written: with unlimited reps 1 - exp(-60 / 45) are in time."""
    service = ServicePolicy(target=0.8, within_seconds=60)
    demand = demand_of_volume([20.0])
    with pytest.raises(
        InputError, match=r"live: target 0\.8 .* 0\.736 .* within_seconds = 60"
    ) as error:
        plan_requirement([demand], {"live": QueueSettings(CHAT, service)}, 0.9)
    assert "\n" not in str(error.value)
    near = replace(service, target=0.735, max_hands_busy=1.0)
    table = plan_requirement([demand], {"live": QueueSettings(CHAT, near)}, 0.9).table
    assert 0.735 <= table["first_reply"][0] < 0.7365
    assert table["primary"][0] > 10


@few
@given(st.floats(0.5, 80), st.floats(1.0, 3.0))
def test_more_volume_never_takes_fewer_reps_at_first(volume, factor):
    """From the same empty floor, more contacts take at least as many reps."""
    one, more = (
        plan_requirement([demand_of_volume([contacts])], {"live": LIVE}, 0.5).table["primary"][0]
        for contacts in (volume, volume * factor)
    )
    assert more >= one


@few
@given(st.floats(0.05, 0.98), st.floats(0.001, 0.019))
def test_a_higher_target_never_takes_fewer_reps_at_first(target, further):
    """A harder promise takes at least as many."""
    lower, higher = (
        plan_requirement(
            [demand_of_volume([33.0])],
            {
                "live": QueueSettings(
                    CHAT, ServicePolicy(share, within_seconds=300, max_hands_busy=1.0)
                )
            },
            0.5,
        ).table["primary"][0]
        for share in (target, target + further)
    )
    assert higher >= lower


def test_hands_rest_as_much_as_promised():
    """The cap on hands adds reps where pick-up alone would let people write all day."""
    slow = Handling(6, rep_messages=6, writing_minutes=2.0, customer_reply_minutes=2.0)
    demand = demand_of_volume(a_day(60))
    tables = {
        cap: plan_requirement(
            [demand],
            {"live": QueueSettings(slow, ServicePolicy(clock="pick_up", max_hands_busy=cap))},
            0.5,
        ).table
        for cap in (1.0, 0.7)
    }
    assert tables[1.0]["hands_busy"].max() > 0.75
    assert tables[0.7]["hands_busy"].max() <= 0.7
    assert tables[0.7]["primary"].sum() > tables[1.0]["primary"].sum()


def test_a_closed_queue_has_nobody_and_an_open_one_its_minimum():
    """Nobody comes to a closed floor; an open one is staffed even when no contact is expected."""
    hours = WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"})
    calendar = Calendar("Europe/Dublin", 60, hours)
    volume = np.zeros(24)
    volume[10:14] = 20.0
    service = ServicePolicy(min_reps=2)
    demand = demand_of_volume(volume, calendar)
    table = plan_requirement([demand], {"live": QueueSettings(CHAT, service)}, 0.9).table
    reps = table["primary"].to_numpy()
    assert (reps[:8] == 0).all()
    assert (reps[20:] == 0).all()
    assert (reps[8:20] >= 2).all()
    assert (reps[8:10] == 2).all()


def test_opening_hours_of_the_settings_count_where_the_calendar_has_none():
    """Hours may stand with the queue's settings only."""
    hours = WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"})
    demand = demand_of_volume(np.zeros(24))
    stated = plan_requirement([demand], {"live": replace(LIVE, opening=hours)}, 0.9).table
    learnt = plan_requirement([demand], {"live": LIVE}, 0.9).table
    assert stated["primary"].tolist() == [0] * 8 + [1] * 12 + [0] * 4
    assert learnt["primary"].tolist() == [1] * 24


def test_shrinkage_is_added_to_primary_and_not_to_standby():
    """At 0.3, seven on duty are ten on the roster; whoever stands by is not shrunk."""
    service = ServicePolicy(shrinkage=0.3)
    demand = demand_of_volume(a_day(40))
    table = plan_requirement([demand], {"live": QueueSettings(CHAT, service)}, 0.9).table
    assert (table["rostered_primary"] * 0.7 >= table["primary"] - 1e-9).all()
    assert ((table["rostered_primary"] - 1) * 0.7 < table["primary"]).all()
    assert (table["rostered_on_call"] == table["on_call"]).all()


@few
@given(st.integers(0, 500), st.sampled_from([0.0, 0.1, 0.15, 0.25, 0.3, 0.35, 0.5]))
def test_rostered_reps_are_the_fewest_that_leave_enough(reps, shrinkage):
    """Rounding of binary fractions must not add a rep or lose one."""
    count = int(rostered(np.array([reps]), shrinkage)[0])
    kept = round(1000 * (1 - shrinkage))
    assert count * kept >= 1000 * reps
    assert count == 0 or (count - 1) * kept < 1000 * reps


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Dublin", "2026-03-29", 23),
        ("Europe/Dublin", "2026-10-25", 25),
        ("America/Chicago", "2026-03-08", 23),
        ("America/Chicago", "2026-11-01", 25),
        ("Australia/Sydney", "2026-10-04", 23),
        ("Australia/Sydney", "2027-04-04", 25),
    ],
)
@pytest.mark.parametrize("minutes", [60, 15])
def test_days_of_23_and_25_hours_pass_through(tmp_path, timezone, day, hours, minutes):
    """A clock change neither loses an interval nor doubles one, in the table or in its file."""
    count = hours * 60 // minutes
    calendar = Calendar(timezone, minutes)
    demand = demand_of_volume(np.full(count, 10.0 * minutes / 60), calendar, start=day)
    plan = plan_requirement([demand], {"live": LIVE}, 0.9)
    file = tmp_path / "requirement.csv"
    file.write_text(csv_text(requirement_table(plan)))
    read = read_requirement(file, timezone, minutes)
    assert len(read.table) == count
    assert read.table["interval_start"].tolist() == demand.table.index.tolist()
    assert read.table["primary"].tolist() == plan.table["primary"].tolist()
    np.testing.assert_allclose(read.table["pick_up"], plan.table["pick_up"], atol=1e-6)


def test_queues_do_not_lean_on_each_other():
    """Planned together or alone, a queue takes the same reps; rows are sorted by queue and time."""
    live = demand_of_volume(a_day(30), queue="live")
    inbox = demand_of_volume(a_day(50), queue="inbox")
    queues = {"live": LIVE, "inbox": LIVE}
    together = plan_requirement([live, inbox], queues, 0.9).table
    apart = [plan_requirement([one], queues, 0.9).table for one in (inbox, live)]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True))


def test_a_queue_without_settings_is_refused_with_the_table_to_add():
    """Nothing can be said of a queue whose handling is unknown."""
    with pytest.raises(InputError, match=r"vip .*\[queues\.vip\]"):
        plan_requirement([demand_of_volume([5.0], queue="vip")], {"live": LIVE}, 0.9)


def test_a_guard_beyond_the_quantiles_is_refused_with_their_range():
    """Nothing is known beyond the outermost quantile."""
    with pytest.raises(InputError, match=r"0\.99 .* 0\.05 to 0\.95"):
        plan_requirement([demand_of_volume([5.0])], {"live": LIVE}, 0.99)


def test_grids_are_not_mixed():
    """A plan has one grid."""
    hourly, quarterly = demand_of_volume([5.0]), demand_of_volume([5.0] * 4, Calendar("UTC", 15))
    with pytest.raises(InputError, match="another grid"):
        plan_requirement([hourly, replace(quarterly, queue="b")], {"live": LIVE, "b": LIVE}, 0.9)


def test_no_demand_is_refused():
    """An empty plan is a mistake."""
    with pytest.raises(InputError, match="no queue"):
        plan_requirement([], {"live": LIVE}, 0.9)


def test_the_promise_is_kept_when_neighbours_would_not_settle(monkeypatch):
    """Should passes go round in circles, reps are added until every hour keeps its promise."""
    volume = a_day(30) * np.where(np.arange(24) % 2, 1.0, 0.2)
    demand = demand_of_volume(volume)
    service = ServicePolicy(within_seconds=900, max_hands_busy=1.0)
    queues = {"live": replace(LIVE, service=service)}
    usual = plan_requirement([demand], queues, 0.5).table["primary"].to_numpy()
    monkeypatch.setattr("optimizer.staffing.search._FREE_PASSES", 0)
    reps = plan_requirement([demand], queues, 0.5).table["primary"].to_numpy()
    assert (evaluate(volume, reps, 60, CHAT, 900)["first_reply"] >= 0.8 - 1e-9).all()
    assert reps.sum() >= usual.sum()


def test_more_contacts_than_can_be_planned_for_are_refused_with_their_place():
    """A hundred thousand an hour is a slip, and would be computed for minutes."""
    demand = demand_of_volume([20.0, 1e5], spread=0.0)
    with pytest.raises(InputError, match=r"live at 2026-11-30T01:00.*100000 contacts"):
        plan_requirement([demand], {"live": LIVE}, 0.9)


def test_a_promise_of_a_day_is_planned_as_one_of_as_long_as_anybody_waits(monkeypatch):
    """Nobody waits for twenty-one patiences, so looking further ahead must not cost a minute."""
    ahead = []
    search = importlib.import_module("optimizer.staffing.search")
    look = search.as_far_as
    monkeypatch.setattr(search, "as_far_as", lambda *args: ahead.append(look(*args)) or ahead[-1])
    plans = [
        plan_requirement(
            [demand_of_volume(a_day(20))],
            {"live": replace(LIVE, service=ServicePolicy(within_seconds=seconds))},
            0.9,
        ).table
        for seconds in (86400, 1e9)
    ]
    pd.testing.assert_frame_equal(*plans)
    assert max(map(len, ahead)) <= 8


def test_a_closed_interval_has_no_service(tmp_path):
    """Nobody comes and nobody is there: a plain average must not count it as a broken promise."""
    hours = WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"})
    volume = np.zeros(24)
    volume[10:14] = 20.0
    plan = plan_requirement(
        [demand_of_volume(volume, Calendar("UTC", 60, hours))], {"live": LIVE}, 0.9
    )
    service = plan.table[["service_level", "pick_up", "abandonment", "hands_busy", "slots_busy"]]
    closed = np.r_[0:8, 20:24]
    assert service.iloc[closed].isna().all(axis=None)
    assert service.drop(index=closed).notna().all(axis=None)
    assert service["service_level"].mean() > 0.8
    file = tmp_path / "requirement.csv"
    file.write_text(csv_text(requirement_table(plan)))
    read = read_requirement(file, "UTC", 60).table
    assert read["service_level"].isna().tolist() == service["service_level"].isna().tolist()
