"""What the documentation shows can be typed as it stands."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from ui import cli, starting

DOCS = Path(cli.__file__).parents[1] / "docs" / "forecasting.md"
_BLOCK = re.compile(r"^```(sh|csv)\n(.*?)^```", re.M | re.S)
# What the help alone says: they mean the same in every command, or a number.
COMMON = ("--help", "--settings", "--timezone", "--quantiles", "--horizon", "--step")
FILES = ("drivers.csv", "overrides.csv", "today.csv")


@pytest.fixture
def sample(tmp_path):
    """The sample's workspace, and the files that the page shows."""
    folder = starting.copy_sample(tmp_path / "demo").folder
    texts = [text for kind, text in _BLOCK.findall(DOCS.read_text()) if kind == "csv"]
    for name, text in zip(FILES, texts, strict=True):
        (folder / name).write_text(text)
    # How good forecasts and shift plans are is beside the point: a quarter and a wide gap do.
    conversations = folder / "history/conversations.parquet"
    rows = pd.read_parquet(conversations)
    rows[rows["created_at"] >= "2026-08-31"].to_parquet(conversations, index=False)
    settings = folder / "staffcast.toml"
    settings.write_text(settings.read_text().replace("gap = 0.005", "gap = 0.2"))
    return folder


def test_every_command_of_the_page_runs_in_the_samples_workspace(staffcast, sample, monkeypatch):
    """An example that fails teaches that the tool does not work."""
    shown = "".join(text for kind, text in _BLOCK.findall(DOCS.read_text()) if kind == "sh")
    monkeypatch.chdir(sample)
    for line in shown.splitlines():
        words = shlex.split(line)
        assert words[0] == "staffcast"
        ended = staffcast(*words[1:])
        assert ended.status == 0, f"{line}\n{ended.err}"
    left = pd.read_csv(sample / "left.csv")
    assert not left.empty
    assert (sample / "changed.model.csv").exists()
    assert "total" in pd.read_csv(sample / "all.csv")["unique_id"].tolist()
    assert (sample / "scores/cost.csv").exists()
    assert (sample / "shift_scores/cost.csv").exists()


def test_every_option_of_forecasting_is_on_the_page(staffcast):
    """Somebody who reads the page knows what there is."""
    text = DOCS.read_text()
    for command in ("forecast", "backtest", "questions"):
        for option in re.findall(r"--[a-z]+", staffcast(command, "--help").out):
            if option not in COMMON:
                assert option in text, f"{command} {option}"
