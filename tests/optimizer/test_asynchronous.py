"""Asynchronous queues beside real-time ones: who spares hands, and what is left to staff."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar
from optimizer.concurrency import Handling
from optimizer.demand import Demand
from optimizer.evaluation import EVALUATION_COLUMNS, evaluate_staff, evaluation_table
from optimizer.queue_settings import QueueSettings, order_of_filling
from optimizer.requirement import plan_requirement
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.inbox import BACKLOG_COLUMNS, Waiting
from optimizer.waiting_files import open_minutes, read_waiting

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
TICKET = Handling(1, rep_messages=1, writing_minutes=12, customer_reply_minutes=0)
HOURS = {"target": 0.8, "within_seconds": 4 * 3600}
OFFICE = WeeklyHours.from_text("Mon-Fri 08:00-20:00")
MONDAY = pd.date_range("2026-11-30", periods=24, freq="h", tz="UTC", unit="us")


def inbox(**changes):
    """Return the settings of a ticket queue with a target of four hours."""
    given = {"channel": "ticket", "opening": OFFICE, **changes}
    return QueueSettings(TICKET, ServicePolicy(**{**HOURS, "max_hands_busy": 1.0}), **given)


def live(*fill_with):
    """Return the settings of a chat queue."""
    return QueueSettings(CHAT, fill_with=fill_with)


def tables(queues, volumes, reps):
    """Return volume and staff of queues on a Monday."""
    keys = [(queue, start) for queue in queues for start in MONDAY]
    frame = pd.DataFrame(keys, columns=["queue", "interval_start"])
    hours = [np.broadcast_to(each, 24) for each in volumes]
    staff = [np.broadcast_to(each, 24) for each in reps]
    return frame.assign(volume=np.concatenate(hours)), frame.assign(reps=np.concatenate(staff))


def demand(queue, volume, opening=None):
    """Return a demand whose quantiles are 0.8, 1 and 1.3 times a volume."""
    volume = np.broadcast_to(np.asarray(volume, dtype=float), 24)
    index = pd.DatetimeIndex(MONDAY, name="interval_start")
    columns = {"mean": 1.0, "q05": 0.8, "q50": 1.0, "q95": 1.3}
    table = pd.DataFrame({name: factor * volume for name, factor in columns.items()}, index)
    return Demand(queue, Calendar(opening=opening), table)


def service(found, queue):
    """Return a queue's rows."""
    return found[found["queue"] == queue].reset_index(drop=True)


def test_what_live_leaves_works_the_inbox():
    """With hands to spare the inbox is answered without reps of its own; ring-fenced it is not."""
    volume, staff = tables(["live", "post"], [20, 4], [8, 0])
    for fill_with, expected in ((("post",), 1.0), ((), 0.0)):
        queues = {"live": live(*fill_with), "post": inbox(opening=None)}
        found = evaluate_staff(volume, staff, queues, 60)
        share = service(found, "post")["service_level"].iloc[:20].mean()
        assert share == pytest.approx(expected, abs=0.02)


def test_real_time_rows_do_not_depend_on_what_they_fill_with():
    """Live comes first: its own figures are the same whether it fills with something or not."""
    volume, staff = tables(["live", "post"], [20, 4], [8, 1])
    blended = evaluate_staff(volume, staff, {"live": live("post"), "post": inbox()}, 60)
    alone = tables(["live"], [20], [8])
    apart = evaluate_staff(*alone, {"live": live()}, 60)
    columns = list(EVALUATION_COLUMNS)
    pd.testing.assert_frame_equal(service(blended, "live")[columns], apart[columns])
    assert service(blended, "live")[list(BACKLOG_COLUMNS)].isna().all(axis=None)
    needed = plan_requirement(
        [demand("live", 20), demand("post", 4)], {"live": live("post"), "post": inbox()}, 0.95
    )
    needed_alone = plan_requirement([demand("live", 20)], {"live": live()}, 0.95)
    pd.testing.assert_frame_equal(service(needed.table, "live"), needed_alone.table)


def test_hands_are_spared_up_to_the_cap_and_once():
    """The queue that is filled first leaves the next one only what it does not use."""
    volume, staff = tables(["live", "a", "b"], [20, 6, 6], [9, 0, 0])
    queues = {"live": live("a", "b"), "a": inbox(opening=None), "b": inbox(opening=None)}
    found = evaluate_staff(volume, staff, queues, 60)
    busy = service(found, "live")["hands_busy"]
    offered = 9 * (0.85 - busy)
    unused = [service(found, name)["unused_hours"] for name in ("a", "b")]
    written = offered - unused[0]
    assert (
        (service(found, "a")["backlog_hours"] < service(found, "b")["backlog_hours"]).iloc[4:].all()
    )
    # What a wrote and what b was spared make up the whole.
    spared_b = unused[1] / (1 - service(found, "b")["hands_busy"]).where(lambda idle: idle > 1e-6)
    np.testing.assert_allclose((written + spared_b).dropna(), offered[spared_b.notna()], rtol=1e-6)


def test_two_live_queues_may_fill_with_the_same_one():
    """What they spare adds up, so two halves do as much as the whole."""
    volume, staff = tables(["one", "two", "post"], [20, 20, 10], [4, 4, 0])
    both = {"one": live("post"), "two": live("post"), "post": inbox(opening=None)}
    found = service(evaluate_staff(volume, staff, both, 60), "post")
    single = {**both, "two": live()}
    fewer = service(evaluate_staff(volume, staff, single, 60), "post")
    assert found["unused_hours"].sum() > fewer["unused_hours"].sum()
    assert found["first_reply"].mean() > fewer["first_reply"].mean() + 0.1


def test_the_requirement_is_for_what_is_left_and_keeps_the_promise():
    """Own reps are fewer beside spare hands, none while closed; on-call serves the guard."""
    office = np.where((MONDAY.hour >= 8) & (MONDAY.hour < 20), 9.0, 1.0)
    demands = [demand("live", 20), demand("post", office, OFFICE)]
    totals = {}
    for fill_with in ((), ("post",)):
        queues = {"live": live(*fill_with), "post": inbox()}
        needed = plan_requirement(demands, queues, 0.95)
        rows = service(needed.table, "post")
        assert (rows["service_level"].dropna() >= 0.8 - 1e-9).all()
        closed = (MONDAY.hour < 8) | (MONDAY.hour >= 20)
        assert (rows.loc[closed, ["primary", "on_call"]] == 0).all(axis=None)
        totals[fill_with] = rows["primary"].sum(), rows["on_call"].sum()
        staff = needed.table.assign(reps=needed.table["primary"] + needed.table["on_call"])
        guarded = needed.table.assign(volume=1.3 * needed.table["volume"])
        found = service(evaluate_staff(guarded, staff, queues, 60), "post")
        assert (found["service_level"] >= 0.8 - 1e-6).all()
    assert totals[()][0] > totals[("post",)][0]
    assert totals[()][1] > 0


def test_reps_give_no_more_of_their_time_than_the_cap():
    """A cap on busy hands asks for more reps, and evaluating them finds their hands less busy."""
    policies = [ServicePolicy(**HOURS, max_hands_busy=cap) for cap in (1.0, 0.7)]
    totals = []
    for policy in policies:
        queues = {"post": QueueSettings(TICKET, policy, "ticket", OFFICE)}
        rows = plan_requirement([demand("post", 9.0, OFFICE)], queues, 0.95).table
        totals.append(rows["primary"].sum())
    assert totals[1] >= totals[0] / 0.7 - 6
    assert totals[1] > totals[0]


def test_a_backlog_waits_in_front():
    """Contacts that already wait are worked first, so the first hours' promise suffers."""
    volume, staff = tables(["post"], [4], [1])
    waiting = {"post": Waiting(np.array([40.0]), np.array([60.0]))}
    queues = {"post": inbox(opening=None)}
    fresh, aged = (
        evaluate_staff(volume, staff, queues, 60, waiting=each) for each in ({}, waiting)
    )
    assert aged["backlog"].iloc[0] == pytest.approx(fresh["backlog"].iloc[0] + 40, abs=6)
    assert aged["first_reply"].iloc[0] < 0.01 < 0.99 < fresh["first_reply"].iloc[0]
    assert aged["oldest_hours"].iloc[0] == pytest.approx(2, abs=0.3)


def test_the_file_has_the_backlog_behind_the_service():
    """Columns that planners know come first; chat queues leave those of the backlog empty."""
    volume, staff = tables(["live", "post"], [20, 4], [8, 1])
    found = evaluate_staff(volume, staff, {"live": live("post"), "post": inbox()}, 60)
    written = evaluation_table(found, "UTC")
    assert list(written) == ["unique_id", "ds", *EVALUATION_COLUMNS, *BACKLOG_COLUMNS]


@pytest.mark.parametrize(
    ("queues", "words"),
    [
        ({"live": ("mail",), "post": None}, "fill_with names 'mail', which is unknown"),
        ({"live": ("desk",), "desk": ()}, "'desk', which is a real-time queue"),
        ({"live": ("post", "post"), "post": None}, "names 'post' twice"),
        ({"one": ("a", "b"), "two": ("b", "a"), "a": None, "b": None}, "opposite orders"),
    ],
)
def test_what_cannot_be_filled_is_refused(queues, words):
    """A name that is wrong, or two orders that exclude each other, are said by name."""
    settings = {
        name: inbox() if filled is None else live(*filled) for name, filled in queues.items()
    }
    with pytest.raises(ValueError, match=words):
        order_of_filling(settings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"service": ServicePolicy()}, "within_seconds of at least 900"),
        ({"fill_with": ("other",)}, "fill_with is of chat and phone queues"),
        ({"service": ServicePolicy(**HOURS, min_reps=2)}, "min_reps is of chat and phone"),
        ({"service": ServicePolicy(**HOURS, routing="round_robin")}, "routing is of chat"),
        ({"handling": replace(TICKET, speed_cv=0.25)}, "speed_cv is of chat and phone"),
    ],
)
def test_settings_of_the_other_kind_of_channel_are_refused(change, words):
    """Nothing is passed over in silence."""
    given = {"handling": TICKET, "service": ServicePolicy(**HOURS), "channel": "email", **change}
    with pytest.raises(ValueError, match=words):
        QueueSettings(**given)


def test_a_target_that_writing_puts_out_of_reach_is_refused():
    """Twelve minutes on average: a fifth of the tickets take more than a quarter of an hour."""
    policy = ServicePolicy(0.8, 900)
    with pytest.raises(InputError, match=r"Queue post: target 0\.8 is out of reach"):
        plan_requirement(
            [demand("post", 4)], {"post": QueueSettings(TICKET, policy, "ticket")}, 0.95
        )


def waiting_file(folder, text):
    """Write a backlog and read it as of a Monday at midnight in Dublin."""
    path = folder / "backlog.csv"
    path.write_text("unique_id,ds,contacts\n" + text)
    return read_waiting(
        path, "Europe/Dublin", {"post": MONDAY[0]}, {"post": inbox(), "live": live()}
    )


def test_ages_are_counted_in_opening_hours(tmp_path):
    """Friday 18:00 is two open hours before a Monday midnight; the oldest comes first."""
    found = waiting_file(tmp_path, "post,2026-11-28 12:00,3\npost,2026-11-27T18:00:00+00:00,4\n")
    np.testing.assert_allclose(found["post"].contacts, [4, 3])
    np.testing.assert_allclose(found["post"].ages, [120, 0])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("post,2026-11-30 00:00,3", "row 2, column ds: .*came before the first interval"),
        ("post,2026-11-27 18:00,-3", "row 2, column contacts: .*at least 0"),
        ("live,2026-11-27 18:00,3", "row 2, column unique_id: .*channel email or ticket"),
        ("mail,2026-11-27 18:00,3", "row 2, column unique_id: .*channel email or ticket"),
    ],
)
def test_a_backlog_that_cannot_be_is_named(tmp_path, line, words):
    """Whoever exported the backlog finds the place."""
    with pytest.raises(InputError, match=words):
        waiting_file(tmp_path, line + "\n")


def test_open_minutes_know_the_clock_change():
    """The night in which Dublin's clocks go forward has an hour less, in opening hours too."""
    since = pd.DatetimeIndex(["2026-03-28 22:00", "2026-03-29 06:00"], tz="UTC").as_unit("us")
    until = pd.Timestamp("2026-03-29 07:00", tz="UTC")
    np.testing.assert_allclose(open_minutes(since, until, None, "Europe/Dublin"), [540, 60])
    nights = WeeklyHours.from_text("Sat-Sun 00:00-08:00")
    # From midnight on the wall 1:00 becomes 2:00, so 7 hours until 8:00, the instant of 7:00 UTC.
    found = open_minutes(since, until, nights, "Europe/Dublin")
    np.testing.assert_allclose(found, [420, 60])
