"""What is planted in conversations is found again, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from data.conversations import Conversations
from data.errors import InputError
from optimizer.calibration import QueueCalibration, calibrate
from optimizer.concurrency import Handling, MessageTimes, throughput_per_hour
from optimizer.conversation_spans import spans_of
from optimizer.handling_fit import pending_by_level
from optimizer.level_exposure import Units, sweep_levels
from optimizer.pending_messages import pending_messages
from optimizer.resampling import Estimate
from tests.optimizer.toy_team import START, Truth, toy_conversations


def learn(table: pd.DataFrame) -> QueueCalibration:
    (found,) = calibrate(Conversations(table), "toy.csv").queues
    return found


def law(truth: Truth) -> np.ndarray:
    return throughput_per_hour(
        Handling(
            truth.concurrency,
            rep_messages=truth.rep_messages,
            writing_minutes=truth.writing,
            customer_reply_minutes=truth.reply,
        )
    )


def holds(estimate: Estimate, value: float) -> bool:
    return estimate.low <= value <= estimate.high


def test_recorded_times_are_found_with_silent_ones_snoozes_and_tails() -> None:
    """What a planner plants must come back: else every requirement built on it is off."""
    truth = Truth(writing_cv=0.6, silent=0.1, snooze=0.02, tail=10.0)
    found = learn(toy_conversations(truth, seed=3))
    assert found.known.all_recorded
    assert holds(found.rep_messages, truth.rep_messages)
    assert holds(found.writing_minutes, truth.writing)
    assert holds(found.customer_reply_minutes, truth.reply)
    assert found.writing_cv is not None
    assert holds(found.writing_cv, truth.writing_cv)
    assert found.customer_reply_cv is not None
    assert holds(found.customer_reply_cv, 1.0)
    assert found.handling.writing_cv == found.writing_cv.value
    assert found.handling.customer_reply_cv == 1.0
    assert found.silent_share is not None
    assert holds(found.silent_share, truth.silent)
    assert found.handling.concurrency == truth.concurrency


def test_throughput_is_found_without_any_message_time() -> None:
    """Most exports have counts and four instants: the law must make throughput of those."""
    truth = Truth()
    table = toy_conversations(truth, seed=4, reps=8)
    found = learn(table.drop(columns=["writing_s", "customer_gap_s", "snoozed_s"]))
    assert (found.known.messages, found.known.writing) == (True, False)
    levels = found.levels
    for level, low, high in levels[["level", "low", "high"]].itertuples(index=False):
        assert low <= law(truth)[level] <= high
    assert (levels["high"] / levels["low"]).max() < 1.35
    assert holds(found.writing_minutes, truth.writing)
    assert holds(found.customer_reply_minutes, truth.reply)


def test_throughput_is_found_from_pick_ups_and_closes_alone() -> None:
    """Who knows only who had what open when still learns how fast reps are at each level."""
    truth = Truth()
    columns = ["rep_messages", "writing_s", "customer_gap_s", "snoozed_s", "first_reply_at"]
    found = learn(toy_conversations(truth, seed=5, reps=8).drop(columns=columns))
    assert found.known.messages_assumed
    for level, low, high in found.levels[["level", "low", "high"]].itertuples(index=False):
        assert low <= law(truth)[level] <= high


def test_tails_and_snoozes_are_no_handling_time() -> None:
    """Elapsed time as handling time over-staffs: the tail after the last work is not work."""
    short = learn(toy_conversations(Truth(silent=0.2, tail=10.0), seed=6, reps=3))
    long = learn(toy_conversations(Truth(silent=0.2, tail=120.0), seed=6, reps=3))
    assert long.adjusted_minutes.value == pytest.approx(short.adjusted_minutes.value, rel=0.02)
    assert long.elapsed_minutes.value > short.elapsed_minutes.value + 15
    assert long.tail_share > 0.3
    assert long.levels["per_hour"].to_numpy() == pytest.approx(short.levels["per_hour"], rel=0.02)


def test_twice_the_time_is_half_the_throughput() -> None:
    """Throughput has the unit of one over time, so it scales as that does."""
    table = toy_conversations(Truth(), seed=7, reps=2)
    slower = table.copy()
    origin = pd.Timestamp(START, unit="s", tz="UTC")
    for name in ("created_at", "assigned_at", "first_reply_at", "closed_at"):
        slower[name] = origin + (table[name] - origin) * 2
    slower[["writing_s", "customer_gap_s", "snoozed_s"]] *= 2
    one, two = learn(table), learn(slower)
    assert two.levels["per_hour"].to_numpy() * 2 == pytest.approx(one.levels["per_hour"])
    assert two.adjusted_minutes.value == pytest.approx(2 * one.adjusted_minutes.value)
    recorded = ["writing_s", "customer_gap_s"]
    one, two = learn(table.drop(columns=recorded)), learn(slower.drop(columns=recorded))
    assert two.levels["per_hour"].to_numpy() * 2 == pytest.approx(one.levels["per_hour"], rel=1e-3)


def test_fewer_reps_widen_intervals() -> None:
    """Less evidence must never look like more."""
    table = toy_conversations(Truth(), seed=8, reps=12)
    fewer = table[table["rep_id"].isin(["rep0", "rep1"])].reset_index(drop=True)
    assert learn(fewer).ceiling.half_width > 1.3 * learn(table).ceiling.half_width


def test_order_of_rows_is_of_no_account() -> None:
    """An export has no order that means anything."""
    table = toy_conversations(Truth(snooze=0.02), seed=9, reps=2, days=2)
    shuffled = spans_of(table.sample(frac=1, random_state=1), "toy.csv")
    straight = spans_of(table, "toy.csv")
    pd.testing.assert_frame_equal(shuffled.table, straight.table)
    pd.testing.assert_frame_equal(shuffled.stretches, straight.stretches)


def conversation(start: str, end: str, queue: str = "chat", **more: object) -> dict[str, object]:
    at = pd.Timestamp(f"2026-03-02T{start}", tz="UTC").as_unit("us")
    closed = pd.Timestamp(f"2026-03-02T{end}", tz="UTC").as_unit("us")
    name = f"{queue} {start} {end}"
    row = {"conversation_id": name, "created_at": at, "queue": queue, "rep_id": "ana"}
    return {**row, "assigned_at": at, "closed_at": closed, **more}


def test_sweep_counts_time_and_completions_by_hand() -> None:
    """One rep: 9–10 and 9:30–11 of chat; another queue's from 10:30 on takes that time out."""
    rows = [
        conversation("09:00", "10:00"),
        conversation("09:30", "11:00"),
        conversation("10:30", "11:30", "mail"),
    ]
    spans = spans_of(pd.DataFrame(rows), "toy.csv")
    units = Units(("ana",), spans.begin, spans.finish, 86_400.0)
    seen = sweep_levels(spans, "chat", units)
    assert seen.minutes.sum(axis=0)[:4].tolist() == [0, 60, 30, 0]
    assert seen.completions.sum(axis=0)[:4].tolist() == [0, 0, 1, 0]
    assert seen.pick_ups.sum(axis=0)[:4].tolist() == [0, 1, 1, 0]


def test_a_snooze_is_cut_out_of_the_middle() -> None:
    """Where it lay is not recorded: half of the work is put on either side of it."""
    row = conversation("09:00", "10:30", snoozed_s=3600.0)
    stretches = spans_of(pd.DataFrame([row]), "toy.csv").stretches
    origin = pd.Timestamp("2026-03-02T09:00", tz="UTC").timestamp()
    assert ((stretches["begin"] - origin) / 60).tolist() == [0, 75]
    assert ((stretches["finish"] - origin) / 60).tolist() == [15, 90]


def test_nights_with_open_conversations_are_no_exposure() -> None:
    """A rep who goes home with a conversation open is not slow but absent."""
    rows = [conversation("09:00", "09:30"), conversation("09:10", "23:00")]
    spans = spans_of(pd.DataFrame(rows), "toy.csv")
    seen = sweep_levels(spans, "chat", Units(("ana",), spans.begin, spans.finish, 86_400.0))
    assert seen.minutes.sum(axis=0)[:3].tolist() == [0, 10, 20]


def test_nights_are_no_handling_time() -> None:
    """Half an hour on Monday and half an hour on Tuesday are an hour, whatever lies between."""
    late = conversation("16:30", "17:30")
    late["closed_at"] += pd.Timedelta("16h")
    others = [conversation("16:50", "17:00"), conversation("16:55", "17:00")]
    early = conversation("09:00", "09:10")
    for moment in ("created_at", "assigned_at", "closed_at"):
        early[moment] += pd.Timedelta("24h")
    spans = spans_of(pd.DataFrame([late, *others, early]), "toy.csv")
    row = spans.table.set_index("conversation_id").loc["chat 16:30 17:30"]
    # Of her are seen: 17:00 on Monday and 09:00 on Tuesday.
    assert row["absent_s"] == 16 * 3600
    assert row["worked_s"] == 3600
    assert row["elapsed_s"] == 17 * 3600


def test_what_is_still_open_counts_with_what_it_has() -> None:
    """Long conversations are open at the end: leaving them out makes all seem short."""
    truth = Truth(rep_messages=12.0, per_hour=2.0)
    table = toy_conversations(truth, seed=10, reps=40, days=1, hours=3.0)
    cut = pd.Timestamp(START + 3 * 3600, unit="s", tz="UTC")
    still = table["closed_at"] > cut
    cut_off = table.copy()
    # Half the time is half the messages, near enough for a mean over many.
    share = (cut - table["assigned_at"]) / (table["closed_at"] - table["assigned_at"])
    cut_off.loc[still, "rep_messages"] = np.floor(share * table["rep_messages"])[still]
    cut_off.loc[still, ["writing_s", "customer_gap_s", "snoozed_s"]] = np.nan
    cut_off["closed_at"] = table["closed_at"].mask(still)
    assert still.mean() > 0.25
    naive = table.loc[~still, "rep_messages"].mean()
    assert naive < 0.75 * truth.rep_messages
    found = learn(cut_off)
    assert found.rep_messages.value > 0.85 * truth.rep_messages
    assert holds(found.rep_messages, truth.rep_messages)


def test_a_missing_column_is_named_with_the_mend() -> None:
    """Without pick-up nobody knows who held how many, and the planner must hear what to add."""
    table = toy_conversations(Truth(), seed=1, reps=1, days=1).drop(columns="assigned_at")
    with pytest.raises(InputError, match=r"toy.csv: column assigned_at .*--map assigned_at="):
        calibrate(Conversations(table), "toy.csv")


def test_too_little_to_fit_is_refused_by_name() -> None:
    """A curve through a handful of conversations is no curve."""
    table = toy_conversations(Truth(), seed=1, reps=1, days=1).head(12)
    columns = ["writing_s", "customer_gap_s", "rep_messages", "snoozed_s"]
    with pytest.raises(InputError, match=r"queue chat has .* export those columns"):
        calibrate(Conversations(table.drop(columns=columns)), "toy.csv")


def test_an_unknown_queue_is_refused_with_those_known() -> None:
    """A slip in the name must not look like a queue without data."""
    table = toy_conversations(Truth(), seed=1, reps=1, days=1)
    with pytest.raises(InputError, match="--queue: found 'chats'; the conversations know chat"):
        calibrate(Conversations(table), "toy.csv", queue="chats")


@pytest.mark.parametrize("ratio", [0.01, 0.4, 30.0])
def test_the_fit_knows_the_same_law_as_the_planner(ratio: float) -> None:
    """What is fitted with one curve and planned with another is planned wrong."""
    waiting = pending_by_level(6, MessageTimes(1e9, ratio, 1.0))
    for level in range(7):
        assert waiting[level, : level + 1] == pytest.approx(pending_messages(level, ratio))
        assert not waiting[level, level + 1 :].any()


def test_conversations_never_closed_do_not_make_others_long() -> None:
    """An inbox holds forgotten ones: their messages without an end would be taken for length."""
    table = toy_conversations(Truth(), seed=12)
    forgotten = np.arange(len(table)) % 4 == 0
    table["closed_at"] = table["closed_at"].mask(forgotten)
    learnt = calibrate(Conversations(table), "toy.csv")
    assert learnt.forgotten > 0.2 * len(table)
    assert holds(learnt.queues[0].rep_messages, 6.0)


def test_one_message_needs_no_answer() -> None:
    """Mail that is answered once and for all: the customer's time is nothing, not a guess."""
    table = toy_conversations(Truth(rep_messages=1.0, per_hour=20.0), seed=13, reps=3)
    found = learn(table)
    assert found.handling.customer_reply_minutes == 0
    assert holds(found.ceiling, 60.0)


def test_a_queue_that_nobody_picked_up_is_named_and_the_others_learnt() -> None:
    """A bot's queue must not stand in the way of those that people answer."""
    table = toy_conversations(Truth(), seed=14, reps=3, days=3)
    table["queue"] = table["queue"].mask(table.index % 50 == 0, "bot").astype("str")
    for name in ("rep_id", "assigned_at", "first_reply_at", "closed_at"):
        table[name] = table[name].mask(table["queue"] == "bot")
    learnt = calibrate(Conversations(table), "toy.csv")
    assert [each.queue for each in learnt.queues] == ["chat"]
    assert list(learnt.skipped) == ["bot"]
    with pytest.raises(InputError, match="queue bot has no conversation"):
        calibrate(Conversations(table), "toy.csv", queue="bot")
