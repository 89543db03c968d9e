"""The packaged sample team is what the generator makes and what its dictionary says."""

import io
import re
import tomllib
from pathlib import Path

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
