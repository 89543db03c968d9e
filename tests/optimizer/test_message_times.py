"""What the times of messages tell of conversations."""

import numpy as np
import pandas as pd
import pytest

from data.conversations import Conversations
from optimizer.calibration import calibrate
from optimizer.conversation_spans import spans_of
from optimizer.message_times import with_message_times
from tests.optimizer.toy_team import Truth, toy_tables

MINUTE = 60.0
INSTANT = "datetime64[us, UTC]"


def told(events: list[tuple[str, float, str]], picked: float = 0.0, closed: float = 60.0):
    """Run a log of (conversation, minute, kind) through; one rep, all picked up at `picked`."""
    origin = pd.Timestamp("2026-03-02T09:00", tz="UTC")

    def at(minute: float) -> pd.Timestamp:
        return pd.NaT if np.isnan(minute) else origin + pd.Timedelta(minutes=minute)

    names = sorted({name for name, _, _ in events})
    table = pd.DataFrame(
        {
            "conversation_id": pd.Series(names, dtype="str"),
            "created_at": pd.Series([at(0.0)] * len(names), dtype=INSTANT),
            "queue": pd.Series(["chat"] * len(names), dtype="str"),
            "rep_id": pd.Series(["ana"] * len(names), dtype="str"),
            "assigned_at": pd.Series([at(picked)] * len(names), dtype=INSTANT),
            "closed_at": pd.Series([at(closed)] * len(names), dtype=INSTANT),
        }
    )
    log = pd.DataFrame(
        [(name, at(minute), kind, "ana" if kind == "rep" else "") for name, minute, kind in events],
        columns=["conversation_id", "at", "kind", "rep_id"],
    ).sort_values("at")
    log["at"] = log["at"].dt.as_unit("us")
    return with_message_times(Conversations(table), log).table.set_index("conversation_id")


def test_turns_gaps_and_writing_by_hand() -> None:
    """2 minutes to write, 5 until the answer, 1 to write; two messages in a row are one turn."""
    events = [
        ("a", 0.0, "customer"), ("a", 2.0, "rep"), ("a", 2.5, "rep"),
        ("a", 7.0, "customer"), ("a", 7.5, "customer"), ("a", 8.0, "rep"),
    ]  # fmt: skip
    row = told(events).loc["a"]
    assert (row["rep_messages"], row["customer_messages"]) == (2, 3)
    assert row["writing_s"] == pytest.approx(3 * MINUTE)
    assert row["customer_gap_s"] == pytest.approx(5 * MINUTE)
    assert row["handling_s"] == pytest.approx(8 * MINUTE)


def test_one_pair_of_hands_writes_one_after_the_other() -> None:
    """What waits behind another conversation's reply is not being written yet."""
    events = [("a", 0.0, "customer"), ("b", 0.0, "customer"), ("a", 2.0, "rep"), ("b", 3.0, "rep")]
    table = told(events)
    assert table["writing_s"].tolist() == pytest.approx([2 * MINUTE, 1 * MINUTE])


def test_snoozes_and_late_answers_are_breaks() -> None:
    """Three hours of silence and a snooze are time away, not a customer's reply."""
    events = [
        ("a", 0.0, "customer"), ("a", 1.0, "rep"), ("a", 201.0, "customer"), ("a", 202.0, "rep"),
        ("a", 203.0, "snooze"), ("a", 212.0, "customer"), ("a", 213.0, "rep"),
    ]  # fmt: skip
    row = told(events, closed=300.0).loc["a"]
    assert (row["reopened"], row["customer_gap_s"]) == (2, 0)
    assert row["snoozed_s"] == pytest.approx(210 * MINUTE)
    assert row["handling_s"] == pytest.approx(3 * MINUTE)


def test_a_night_before_a_reply_is_not_writing() -> None:
    """A message that waits for the morning takes nobody's hands."""
    events = [("a", 0.0, "customer"), ("a", 900.0, "rep"), ("a", 901.0, "customer")]
    assert np.isnan(told([*events], closed=1000.0).loc["a", "writing_s"])
    row = told([*events, ("a", 903.0, "rep")], closed=1000.0).loc["a"]
    assert row["writing_s"] == pytest.approx(2 * 2 * MINUTE)


def test_handling_events_say_when_hands_were_on() -> None:
    """Paused and resumed are better than any guess from messages."""
    events = [
        ("a", 0.0, "customer"), ("a", 0.0, "resumed"), ("a", 2.0, "rep"), ("a", 4.0, "paused"),
        ("a", 30.0, "resumed"), ("a", 31.0, "customer"), ("a", 33.0, "rep"), ("a", 40.0, "paused"),
    ]  # fmt: skip
    assert told(events).loc["a", "handling_s"] == pytest.approx(14 * MINUTE)


def test_handling_events_alone_leave_messages_unknown() -> None:
    """No messages in an export is not a conversation without messages."""
    row = told([("a", 1.0, "resumed"), ("a", 9.0, "paused")], picked=np.nan).loc["a"]
    assert row["handling_s"] == pytest.approx(8 * MINUTE)
    assert row["assigned_at"] == pd.Timestamp("2026-03-02T09:01", tz="UTC")
    assert "rep_messages" not in row.index


def test_an_assignment_tells_of_a_pick_up_that_is_not_stated() -> None:
    """Without pick-up there is no level: parts of conversations say when a rep was given them."""
    events = [("a", 0.0, "customer"), ("a", 3.0, "assign"), ("a", 5.0, "rep")]
    row = told(events, picked=np.nan).loc["a"]
    assert row["assigned_at"] == pd.Timestamp("2026-03-02T09:03", tz="UTC")
    assert row["writing_s"] == pytest.approx(2 * MINUTE)


def test_thanks_after_the_only_reply_is_not_silence() -> None:
    """A customer who wrote after the reply had not left unseen, whenever it is closed."""
    silent = told([("a", 0.0, "customer"), ("a", 2.0, "rep")], closed=30.0)
    thanks = told([("a", 0.0, "customer"), ("a", 2.0, "rep"), ("a", 3.0, "customer")], closed=30.0)
    assert spans_of(silent.reset_index(), "toy").table["silent"].tolist() == [True]
    assert spans_of(thanks.reset_index(), "toy").table["silent"].tolist() == [False]


def test_planted_times_are_found_from_messages_alone() -> None:
    """Nothing but who wrote when: writing, answers and messages come back within intervals."""
    truth = Truth(writing_cv=0.6, silent=0.1, snooze=0.02, tail=10.0)
    table, log = toy_tables(truth, seed=11)
    rep = table.set_index("conversation_id")["rep_id"]
    log = pd.DataFrame(
        {
            "conversation_id": log["conversation_id"],
            "at": pd.to_datetime(log["at"], unit="s", utc=True).astype("datetime64[us, UTC]"),
            "kind": log["author"],
            "rep_id": np.where(log["author"] == "rep", log["conversation_id"].map(rep), ""),
        }
    ).sort_values("at", ignore_index=True)
    bare = ["rep_messages", "writing_s", "customer_gap_s", "snoozed_s", "first_reply_at"]
    told_of = with_message_times(Conversations(table.drop(columns=bare)), log)
    (found,) = calibrate(told_of, "toy").queues
    for estimate, planted in (
        (found.rep_messages, truth.rep_messages),
        (found.writing_minutes, truth.writing),
        (found.customer_reply_minutes, truth.reply),
        (found.silent_share, truth.silent),
    ):
        assert estimate is not None
        assert estimate.low <= planted <= estimate.high
