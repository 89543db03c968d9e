"""Counts of what came, held against what a person counts by hand."""

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from optimizer.actual_service import on_duty_of, reps_seen, service_seen
from optimizer.service_policy import ServicePolicy

NINE = pd.Timestamp("2026-03-23T09:00", tz="UTC")
HOURS = pd.date_range(NINE, periods=5, freq="h", unit="us")


def conversations(rows, **more):
    """Return a table from (minute it began, minute of pick-up, rep, queue), minutes after nine."""
    table = pd.DataFrame(rows, columns=["created_at", "assigned_at", "rep_id", "queue"])
    for name in ("created_at", "assigned_at"):
        minutes = pd.to_numeric(table[name])
        table[name] = (NINE + pd.to_timedelta(minutes, unit="min")).dt.as_unit("us")
    for name, minutes in more.items():
        times = pd.to_timedelta(pd.Series(minutes, dtype=float), unit="min")
        table[name] = (NINE + times).dt.as_unit("us")
    return table


def seen(table, clock="pick_up", within=120):
    return service_seen(table, clock, within, 60, "Europe/Dublin", "day.csv")


def test_contacts_in_time_are_counted_where_they_arrived():
    """A contact of 9:59 picked up at 10:01 is nine o'clock's; just in time is in time."""
    table = conversations(
        [(0, 1, "a", "live"), (10, 12, "a", "live"), (20, 22.1, "a", "live"), (59, 61, "b", "live"),
         (130, 130, "b", "live")]
    )  # fmt: skip
    found = seen(table)
    assert found.index.tolist() == [NINE, NINE + pd.Timedelta(hours=2)]
    assert found.to_numpy().tolist() == [[4, 4, 3], [1, 1, 1]]


def test_who_left_or_was_never_answered_counts_against():
    """Whoever got no reply did not get it in time, closed or not."""
    rows = [(0, 1, "a", "live"), (5, None, None, "live"), (9, None, None, "live")]
    table = conversations([*rows, (20, 20, "a", "live")], abandoned_at=[None, 6, None, None])
    assert seen(table).to_numpy().tolist() == [[4, 4, 2]]


def test_what_the_end_of_the_data_hides_is_not_judged():
    """An export in the middle of an hour does not make the last contacts late."""
    table = conversations([(0, 1, "a", "live"), (29, None, None, "live"), (30, 30, "a", "live")])
    assert seen(table, within=300).to_numpy().tolist() == [[3, 2, 2]]


def test_replies_of_bots_are_not_contacts():
    """Volume counts what reached people."""
    table = conversations([(0, 1, "a", "live"), (5, 5, "bot", "live")])
    table["bot_resolved"] = pd.array([False, True], dtype="boolean")
    assert seen(table)["volume"].tolist() == [1]


def test_the_clock_decides_which_event_counts():
    """Picked up in time, answered too late."""
    table = conversations([(0, 1, "a", "live")], first_reply_at=[3.0])
    assert seen(table)["in_time"].tolist() == [1]
    assert seen(table, clock="first_reply")["in_time"].tolist() == [0]
    with pytest.raises(InputError, match="column first_reply_at is missing"):
        seen(table.drop(columns="first_reply_at"), clock="first_reply")


def reps(table, queue="live"):
    return reps_seen(table, queue, HOURS, 60, "day.csv").tolist()


def test_a_rep_is_there_from_the_first_pick_up_to_the_last():
    """An hour without a conversation between two others is not absence; a long gap is."""
    rows = [(0, 5, "a", "live"), (0, 125, "a", "live"), (0, 10, "b", "live"), (0, 250, "b", "live")]
    assert reps(conversations(rows)) == [2, 1, 1, 0, 1]


def test_a_rep_counts_once_and_for_the_queue_of_the_hour():
    """Who serves two queues is not two reps."""
    rows = [(0, 1, "a", "live"), (0, 2, "a", "mail"), (0, 3, "a", "live"), (0, 70, "a", "mail"),
            (0, 130, "a", "live")]  # fmt: skip
    assert reps(conversations(rows)) == [1, 0, 1, 0, 0]
    assert reps(conversations(rows), "mail") == [0, 1, 0, 0, 0]


def test_hours_around_the_stretch_tell_of_its_edges():
    """Whoever picked up just before and just after is there in between."""
    rows = [
        (0, -30, "a", "live"),
        (0, 70, "a", "live"),
        (0, 290, "b", "live"),
        (0, 301, "b", "live"),
    ]
    assert reps(conversations(rows)) == [1, 1, 0, 0, 1]


def test_the_order_of_rows_does_not_matter():
    """A file may be sorted by anything."""
    rng = np.random.default_rng(1)
    rows = [(0, minute, f"r{minute % 4:.0f}", "live") for minute in rng.integers(0, 300, 60)]
    table = conversations(rows)
    assert reps(table) == reps(table.sample(frac=1, random_state=2))


def test_without_reps_nobody_can_be_seen():
    """The way out is named."""
    with pytest.raises(InputError, match="--staff"):
        reps(conversations([(0, 1, None, "live")]))


def test_all_who_were_rostered_are_all_who_were_planned():
    """Nobody is absent when everybody came, whatever shrinkage rounds to."""
    rostered = np.arange(20)
    for shrinkage in (0.0, 0.15, 0.3, 0.45):
        planned = np.floor(rostered * (1 - shrinkage) + 1e-9).astype(np.int64)
        planned = np.maximum(planned, np.minimum(rostered, 1))
        service = ServicePolicy(shrinkage=shrinkage)
        assert (on_duty_of(rostered, rostered, planned, service) == planned).all()


def test_those_seen_are_in_the_office():
    """Ten rostered, one of whom is out as usual: nobody is absent whom the plan counted on."""
    service = ServicePolicy(shrinkage_in_office=0.2, shrinkage_out_of_office=0.1)
    planned = np.floor(np.array([10]) * (1 - service.shrinkage)).astype(np.int64)
    assert on_duty_of(np.array([9]), np.array([10]), planned, service) == planned == 7
    assert on_duty_of(np.array([8]), np.array([10]), planned, service) == 6
