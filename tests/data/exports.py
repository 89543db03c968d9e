"""Exports of conversations that tests write and read."""

import csv
import io
from pathlib import Path

import pytest

from data.conversations import Conversations
from data.errors import InputError
from data.sources import read_conversations


def write(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes, name: str = "export.csv", **options) -> Conversations:
    return read_conversations([write(folder, content, name)], **options)


def refusal(folder: Path, content: str | bytes, name: str = "export.csv", **options) -> str:
    with pytest.raises(InputError) as error:
        read(folder, content, name, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def as_csv(rows: list[dict[str, object]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
