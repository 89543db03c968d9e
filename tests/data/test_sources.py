"""Reading conversation exports: every kind of file, every fault with its place."""

import json
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from data.sources import read_conversations


def write(folder: Path, text: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


PLAIN = (
    "conversation_id,created_at,queue\na,2026-03-02T09:10:00Z,live\nb,2026-03-02T10:05:00Z,normal\n"
)


def kinds(conversations):
    return {repair.kind: repair.count for repair in conversations.repairs}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_delimiter_or_line_end_does_not_change_what_is_read(tmp_path, delimiter, newline, mark):
    """Spreadsheets of different countries and systems write the same table differently."""
    text = mark + PLAIN.replace(",", delimiter).replace("\n", newline)
    read = read_conversations([write(tmp_path, text)])
    assert read.table["conversation_id"].tolist() == ["a", "b"]
    assert read.table["queue"].tolist() == ["live", "normal"]
    assert read.table["created_at"].tolist() == [
        pd.Timestamp("2026-03-02 09:10", tz="UTC"),
        pd.Timestamp("2026-03-02 10:05", tz="UTC"),
    ]
    assert read.repairs == ()
