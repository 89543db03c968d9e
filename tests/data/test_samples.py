"""The packaged sample team is what the generator makes and what its dictionary says."""

import io
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import generate
from data.clock import midnight
from data.conversations import COLUMNS
from data.samples import (
    ABSENCES,
    CONVERSATIONS,
    EVENTS,
    PREFERENCES,
    SAMPLE_NAMES,
    SETTINGS,
    TEAM,
    sample_conversations_path,
    sample_files,
)

DICTIONARY = Path(generate.__file__).with_name("README.md")
WEEKS = 8


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return pd.read_parquet(sample_conversations_path())


@pytest.fixture(scope="module")
def picked_up(sample: pd.DataFrame) -> pd.DataFrame:
    """Conversations closed by a rep, without those whose customer had left unseen."""
    closed = sample[sample["closed_at"].notna() & sample["assigned_at"].notna()]
    tail = (closed["closed_at"] - closed["first_reply_at"]).dt.total_seconds()
    return closed[~((closed["rep_messages"] == 1) & tail.between(599, 601))]


def dictionary() -> dict[str, list[str]]:
    """Read from the dictionary which columns each file is said to have."""
    columns: dict[str, list[str]] = {}
    name = ""
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
        elif line.startswith("### "):
            name = ""
        elif name and (match := re.match(r"\| `(\w+)` \|", line)):
            columns.setdefault(name, []).append(match[1])
    return columns


def stated_values(column: str) -> set[str]:
    """Read which values the dictionary's range allows a column of the conversations."""
    row = re.search(rf"^\| `{column}` \|.*$", DICTIONARY.read_text(encoding="utf-8"), re.M)
    assert row, "the conversations come first in the dictionary"
    return set(re.findall(r"`([\w-]+)`", row[0].split("|")[4]))


def test_the_files_are_small_enough_to_ship() -> None:
    """Everything together stays under the package's allowance."""
    assert sum((sample_files() / name).stat().st_size for name in SAMPLE_NAMES) < 6_000_000


@pytest.mark.parametrize("name", [CONVERSATIONS, TEAM, ABSENCES, PREFERENCES, EVENTS])
def test_every_column_is_in_the_dictionary_and_the_other_way_round(name: str) -> None:
    """A dictionary that lags behind its files misleads."""
    path = sample_files() / name
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    assert dictionary()[name] == list(table.columns)


def test_conversations_have_every_column_that_the_product_knows(sample: pd.DataFrame) -> None:
    """Stages that need a column can be tried on the sample."""
    assert list(sample.columns) == list(COLUMNS)
    assert sample["conversation_id"].is_unique
    assert sample["created_at"].is_monotonic_increasing


@pytest.mark.parametrize("column", ["queue", "channel", "segment", "topic"])
def test_the_dictionary_states_every_value_there_is(column: str, sample: pd.DataFrame) -> None:
    """A reader who filters by the dictionary misses nothing."""
    assert stated_values(column) == set(sample[column])


def test_marks_are_given_after_the_end_and_fall_with_trouble(sample: pd.DataFrame) -> None:
    """By customers who are still there, from 1 to 5, and lower when it was closed too early."""
    given = sample[sample["csat"].notna()]
    assert given["csat"].between(1, 5).all()
    assert given["closed_at"].notna().all()
    assert given["rep_id"].notna().all()
    marks = given["csat"].astype(float).groupby(given["reopened"] > 0).mean()
    assert marks[True] < marks[False] - 0.2


def test_the_packaged_conversations_are_what_the_generator_makes(sample: pd.DataFrame) -> None:
    """The beginning is simulated again: all that has ended by then is the same, to the cell."""
    end = midnight(generate.FIRST_DAY + pd.Timedelta(weeks=WEEKS), generate.TIMEZONE)
    again = generate.simulate(WEEKS)
    first = sample[sample["created_at"] < end]
    ended = (first["closed_at"] < end) | (first["abandoned_at"] < end)
    assert len(first) == len(again)
    assert ended.mean() > 0.99
    stored = io.BytesIO(generate.conversations_file(again))
    pd.testing.assert_frame_equal(pd.read_parquet(stored)[ended], first[ended])


def test_the_packaged_texts_are_what_the_generator_writes() -> None:
    """Nobody edits by hand what the next run would undo."""
    for name, text in generate.texts().items():
        assert (sample_files() / name).read_text(encoding="utf-8") == text, name


def test_the_settings_state_the_truth() -> None:
    """The plan of the sample starts from the handling that its conversations have."""
    settings = tomllib.loads((sample_files() / SETTINGS).read_text(encoding="utf-8"))
    for queue, truth in generate.TRUTH.items():
        for name, value in settings["queues"][queue]["handling"].items():
            assert value == getattr(truth, name), name


def test_what_happens_happens_in_order(sample: pd.DataFrame) -> None:
    """Arrival, pick-up, first reply, end; and nobody both leaves and is picked up."""
    order = ["created_at", "assigned_at", "first_reply_at", "closed_at"]
    for earlier, later in pairwise(order):
        both = sample[sample[earlier].notna() & sample[later].notna()]
        assert (both[earlier] <= both[later]).all(), later
    left = sample["abandoned_at"].notna()
    assert left.any()
    assert sample.loc[left, order[1:]].isna().all(axis=None)
    assert (sample["abandoned_at"] >= sample["created_at"])[left].all()
    assert (sample["assigned_at"].isna() == sample["rep_id"].isna()).all()


def test_the_bot_leaves_nothing_for_a_rep(sample: pd.DataFrame) -> None:
    """What the bot answered for good was nobody's, and was ended by it."""
    by_bot = sample[sample["bot_resolved"]]
    assert 0.03 < len(by_bot) / len(sample) < 0.08
    assert by_bot["bot_involved"].all()
    assert by_bot["rep_id"].isna().all()
    assert (by_bot["rep_messages"] == 0).all()
    assert (by_bot["closed_at"] >= by_bot["created_at"]).all()


def test_times_add_up(picked_up: pd.DataFrame) -> None:
    """A conversation takes a place from pick-up to its end, less what was put aside; in it are
    hands, the customer and the wait for hands."""
    span = (picked_up["closed_at"] - picked_up["assigned_at"]).dt.total_seconds()
    apart = span - picked_up["snoozed_s"] - picked_up["handling_s"]
    assert apart.abs().max() <= 2
    waited = picked_up["handling_s"] - picked_up["writing_s"] - picked_up["customer_gap_s"]
    assert waited.min() >= -2


def test_no_rep_ever_holds_more_than_they_can(sample: pd.DataFrame) -> None:
    """Recounted from the rows, leaving out those that gave their place back in between."""
    held = sample[sample["assigned_at"].notna() & sample["closed_at"].notna()]
    held = held[held["snoozed_s"] == 0]
    full = 0
    for (queue, _), rows in held.groupby(["queue", "rep_id"]):
        steps = pd.concat(
            [
                pd.DataFrame({"at": rows["closed_at"], "step": -1}),
                pd.DataFrame({"at": rows["assigned_at"], "step": 1}),
            ]
        ).sort_values(["at", "step"])
        most = steps["step"].cumsum().max()
        assert most <= generate.TRUTH[queue].concurrency
        full += most == generate.TRUTH[queue].concurrency
    assert full > 5, "many have been full at times"


@pytest.mark.parametrize("queue", ["live", "normal"])
def test_the_truth_can_be_read_off_the_rows(queue: str, picked_up: pd.DataFrame) -> None:
    """Means of messages, writing and customers' answers lie within four standard errors."""
    truth, rows = generate.TRUTH[queue], picked_up[picked_up["queue"] == queue]
    messages = rows["rep_messages"].astype(float)
    spread = np.sqrt(truth.rep_messages * (truth.rep_messages - 1) / len(rows))
    assert messages.mean() == pytest.approx(truth.rep_messages, abs=4 * spread)
    assert messages.std() ** 2 == pytest.approx(
        truth.rep_messages * (truth.rep_messages - 1), rel=0.1
    )
    writing = rows["writing_s"].sum() / messages.sum() / 60
    assert writing == pytest.approx(truth.writing_minutes, rel=4 / np.sqrt(messages.sum()))
    whole = rows[rows["snoozed_s"] == 0]
    gaps = float((whole["rep_messages"] - 1).sum())
    answering = whole["customer_gap_s"].sum() / gaps / 60
    assert answering == pytest.approx(truth.customer_reply_minutes, rel=4 / np.sqrt(gaps))


@pytest.mark.parametrize("queue", ["live", "normal"])
def test_patience_is_the_exposure_for_each_who_left(queue: str, sample: pd.DataFrame) -> None:
    """The estimator for exponential patience: waiting time in all, divided by those who left."""
    tail = (sample["closed_at"] - sample["first_reply_at"]).dt.total_seconds()
    silent = (sample["rep_messages"] == 1) & tail.between(599, 601)
    rows = sample[(sample["queue"] == queue) & ~sample["bot_resolved"] & ~silent]
    waited = (rows["assigned_at"].fillna(rows["abandoned_at"]) - rows["created_at"]).dt
    left = rows["abandoned_at"].notna().sum()
    patience = waited.total_seconds().sum() / left / 60
    assert left > 200
    assert patience == pytest.approx(generate.TRUTH[queue].patience_minutes, rel=4 / np.sqrt(left))


def test_one_day_is_tenfold_and_the_outage_a_peak(sample: pd.DataFrame) -> None:
    """The drawn volume shows what the events file tells the planner."""
    day = sample["created_at"].dt.tz_convert(generate.TIMEZONE).dt.date.astype(str)
    per_day = day.value_counts()
    usual = np.mean([per_day["2026-06-09"], per_day["2026-06-23"]])
    assert per_day["2026-06-16"] / usual == pytest.approx(10, rel=0.25)
    assert per_day.nlargest(2).index.tolist() == ["2026-06-16", "2026-02-11"]
    assert per_day["2025-12-25"] < 0.35 * per_day["2025-12-18"]


def test_the_team_keeps_up_on_ordinary_days(sample: pd.DataFrame) -> None:
    """A sample in which most customers wait would teach the wrong lesson."""
    people = sample[~sample["bot_resolved"]]
    day = people["created_at"].dt.date.astype(str)
    waited = (people["assigned_at"] - people["created_at"]).dt.total_seconds()
    late = people["abandoned_at"].notna() | (waited > 120)
    assert late[day == "2026-06-16"].mean() > 0.3
    assert 0.001 < late[day != "2026-06-16"].mean() < 0.1


def test_the_team_is_said_as_the_simulation_had_it(sample: pd.DataFrame) -> None:
    """Who answered is in the team file, works that queue, and not before their first day."""
    team = pd.read_csv(sample_files() / TEAM, keep_default_na=False).set_index("rep_id")
    assert len(team) == 14
    assert set(team["site"]) == {"dublin", "chicago", "sydney"}
    seen = sample[sample["rep_id"].notna()]
    assert set(seen["rep_id"]) == set(team.index)
    for (rep_id, queue), rows in seen.groupby(["rep_id", "queue"]):
        assert queue in team.loc[rep_id, "skills"].split("|")
        joined = team.loc[rep_id, "from"]
        assert not joined or rows["assigned_at"].min() >= pd.Timestamp(joined, tz="UTC")
