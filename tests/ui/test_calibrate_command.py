"""`staffcast calibrate` as a planner meets it: an export in, a table of settings out."""

import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from data.conversations import Conversations
from optimizer.calibration import calibrate
from tests.optimizer.toy_team import Truth, toy_conversations, toy_tables
from tests.ui.conftest import Run
from tests.ui.workspaces import SETTINGS
from ui.handling_file import applied_text, handling_text
from ui.settings import parse_settings

OTHER_WAY = (
    "[calendar]\ntimezone = 'UTC'  # ours\n\n[queues.chat.handling]\nconcurrency = 2  # once\n"
    "conversations_per_hour = 3.0\nsolo_minutes = 30  # guessed\npatience_minutes = 11 # kept\n"
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Ten days of six reps, with the columns that most tools have and no time of messages."""
    table = toy_conversations(Truth(), seed=1, reps=6, days=8)
    path = tmp_path / "chats.csv"
    table.drop(columns=["writing_s", "customer_gap_s", "snoozed_s"]).to_csv(path, index=False)
    return path


def test_what_is_learnt_can_be_pasted_into_settings(staffcast: Run, export: Path) -> None:
    """The file is the table of the settings, each value with its interval and count beside it."""
    ended = staffcast("calibrate", export, "--out", "handling.toml")
    assert ended.status == 0, ended.err
    text = Path("handling.toml").read_text()
    handling = parse_settings(text).queues["chat"].handling
    assert handling.rep_messages == pytest.approx(6.0, rel=0.15)
    assert handling.writing_minutes == pytest.approx(1.0, rel=0.15)
    for line in text.splitlines():
        if "=" in line and not line.startswith("#") and "concurrency" not in line:
            assert " to " in line.partition("#")[2], line
    for words in ("Not in the export: writing_s, customer_gap_s", "by throughput", "rep-hours"):
        assert words in ended.out
    again = staffcast("calibrate", export, "--out", "again.toml")
    assert again.status == 0
    assert Path("again.toml").read_text() == text


def test_apply_changes_handling_and_nothing_else(
    staffcast: Run, export: Path, tmp_path: Path
) -> None:
    """A planner's comments and other settings are theirs."""
    workspace = tmp_path / "mine"
    workspace.mkdir()
    (workspace / "staffcast.toml").write_text(OTHER_WAY)
    ended = staffcast("calibrate", export, "--out", "h.toml", "--apply", "mine")
    assert ended.status == 0, ended.err
    text = (workspace / "staffcast.toml").read_text()
    assert "timezone = 'UTC'  # ours" in text
    assert "patience_minutes = 11 # kept" in text
    assert "solo_minutes" not in text
    handling = parse_settings(text).queues["chat"].handling
    assert handling.concurrency == 4
    assert handling.rep_messages == pytest.approx(6.0, rel=0.15)


def test_apply_to_settings_without_the_queue_writes_nothing(
    staffcast: Run, export: Path, tmp_path: Path
) -> None:
    """Half of the work done would be worse than none."""
    workspace = tmp_path / "mine"
    workspace.mkdir()
    (workspace / "staffcast.toml").write_text(SETTINGS)
    ended = staffcast("calibrate", export, "--out", "h.toml", "--apply", "mine")
    assert ended.status == 2
    assert "[queues.chat]" in ended.err
    assert not Path("h.toml").exists()
    assert (workspace / "staffcast.toml").read_text() == SETTINGS


@pytest.mark.parametrize(
    ("column", "words"),
    [("rep_id", "column rep_id is missing"), ("closed_at", "column closed_at is missing")],
)
def test_a_missing_column_is_one_line(
    staffcast: Run, export: Path, column: str, words: str
) -> None:
    """Bad input ends with 2, one line, and nothing written."""
    pd.read_csv(export).drop(columns=column).to_csv("less.csv", index=False)
    ended = staffcast("calibrate", "less.csv", "--out", "h.toml")
    assert ended.status == 2
    assert words in ended.err
    assert ended.err.count("\n") == 1
    assert not Path("h.toml").exists()


def test_weeks_and_queue_choose_what_is_learnt_from(staffcast: Run, export: Path) -> None:
    """A team that has changed its ways learns from the weeks since."""
    assert staffcast("calibrate", export, "--out", "h.toml", "--weeks", 1).status == 0
    shorter = parse_settings(Path("h.toml").read_text()).queues["chat"].handling
    assert staffcast("calibrate", export, "--out", "h.toml").status == 0
    assert shorter != parse_settings(Path("h.toml").read_text()).queues["chat"].handling
    ended = staffcast("calibrate", export, "--out", "h.toml", "--queue", "phone")
    assert ended.status == 2
    assert "phone" in ended.err


def test_throughput_is_written_where_messages_are_not_known() -> None:
    """Messages that were assumed must not look learnt: the other form of the table says less."""
    table = toy_conversations(Truth(), seed=2, reps=8)
    columns = ["rep_messages", "writing_s", "customer_gap_s", "snoozed_s", "first_reply_at"]
    learnt = calibrate(Conversations(table.drop(columns=columns)), "toy.csv")
    written = tomllib.loads(handling_text(learnt, "toy.csv", "UTC"))["queues"]["chat"]["handling"]
    assert set(written) == {"concurrency", "conversations_per_hour", "solo_minutes"}
    taken_over = applied_text(OTHER_WAY, learnt, "staffcast.toml")
    assert (
        parse_settings(taken_over).queues["chat"].handling.conversations_per_hour
        == (written["conversations_per_hour"])
    )


def test_even_writing_is_written_down_where_the_data_show_it() -> None:
    """Hands that write evenly complete more: the plan must know, and only where it is sure."""
    even = calibrate(Conversations(toy_conversations(Truth(writing_cv=0.5), seed=2)), "toy.csv")
    text = handling_text(even, "toy.csv", "UTC")
    handling = parse_settings(text).queues["chat"].handling
    assert handling.writing_cv == pytest.approx(0.5, abs=0.06)
    assert handling.customer_reply_cv == 1.0
    assert "# customer_reply_cv is " in text
    uneven = calibrate(Conversations(toy_conversations(Truth(), seed=2)), "toy.csv")
    taken_back = applied_text(text, uneven, "staffcast.toml")
    assert parse_settings(taken_back).queues["chat"].handling.writing_cv == 1.0


def test_a_quiet_week_does_not_lower_what_reps_may_hold() -> None:
    """How many at once is a rule of the team: what was not reached is not forbidden."""
    table = toy_conversations(Truth(), seed=2, reps=4)
    learnt = calibrate(Conversations(table), "toy.csv")
    settings = OTHER_WAY.replace("concurrency = 2  # once", "concurrency = 7  # ours")
    text = applied_text(settings, learnt, "staffcast.toml")
    assert "concurrency = 7  # ours" in text


def test_names_that_are_no_bare_keys_are_quoted() -> None:
    """Queues are named by people: spaces and dots must not break the file."""
    table = toy_conversations(Truth(), seed=2, reps=2, days=4)
    table["queue"] = pd.Series("VIP. chat", index=table.index, dtype="str")
    text = handling_text(calibrate(Conversations(table), "toy.csv"), "toy.csv", "UTC")
    assert parse_settings(text).queues["VIP. chat"].handling.concurrency == 4


def intercom_part(at: float, author: str, rep: str) -> dict[str, object]:
    kind = "admin" if author == "rep" else "user"
    name = rep if author == "rep" else "customer"
    return {
        "part_type": "comment",
        "created_at": int(at),
        "author": {"type": kind, "id": name},
        "body": "…",
    }


def test_intercom_conversations_with_their_parts_are_enough(staffcast: Run, tmp_path: Path) -> None:
    """Nobody has to work out writing times: who wrote when is in the export."""
    table, log = toy_tables(Truth(), seed=3, reps=5, days=5)
    by_name = dict(list(log.sort_values("at").groupby("conversation_id")))
    objects = []
    for row in table.itertuples():
        events = by_name[row.conversation_id]
        created, closed = int(row.created_at.timestamp()), int(row.closed_at.timestamp())
        later = events.iloc[1:]
        parts = [
            intercom_part(at, author, row.rep_id)
            for at, author in zip(later["at"], later["author"], strict=True)
        ]
        taken = {"part_type": "assignment", "created_at": created, "author": {"type": "bot"}}
        taken["assigned_to"] = {"type": "admin", "id": row.rep_id}
        objects.append(
            {
                "type": "conversation",
                "id": row.conversation_id,
                "created_at": created,
                "state": "closed",
                "source": {"delivered_as": "customer_initiated", "type": "conversation"},
                "admin_assignee_id": row.rep_id,
                "team_assignee_id": "chat",
                "statistics": {"last_close_at": closed},
                "conversation_parts": {"conversation_parts": [taken, *parts]},
            }
        )
    (tmp_path / "i.jsonl").write_text("\n".join(json.dumps(each) for each in objects))
    ended = staffcast("calibrate", "i.jsonl", "--out", "h.toml")
    assert ended.status == 0, ended.err
    handling = parse_settings(Path("h.toml").read_text()).queues["chat"].handling
    assert handling.concurrency == 4
    assert handling.rep_messages == pytest.approx(6.0, rel=0.15)
    assert handling.writing_minutes == pytest.approx(1.0, rel=0.1)
    assert handling.customer_reply_minutes == pytest.approx(4.0, rel=0.1)
