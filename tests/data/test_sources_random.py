"""Whatever a file holds, reading it ends in a table or in one line."""

import csv
import io
import json

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from tests.data.exports import as_csv, read

cell = st.text(st.characters(codec="utf-8"), max_size=12)
one_line = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=5), st.booleans())
def test_random_tables_are_read_or_refused_but_never_crash(tmp_path_factory, rows, headed):
    """Whatever a stranger uploads, the answer is a table or one line."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    if headed:
        writer.writerow(["id", "created_at", "queue", "handling_s"])
    writer.writerows(rows)
    folder = tmp_path_factory.mktemp("random")
    try:
        found = read(folder, stream.getvalue())
    except InputError as error:
        assert str(error)
    else:
        assert len(found.table) <= len(rows)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100).map(str.encode),
        st.binary(max_size=80).map(lambda noise: b"id,created_at\n" + noise),
        st.binary(max_size=80).map(lambda noise: b'{"id": ' + noise),
        st.binary(max_size=80).map(lambda noise: b"PAR1" + noise),
    )
)
def test_random_bytes_are_read_or_refused_but_never_crash(tmp_path_factory, content):
    """Binary noise, half a file or a picture must end in one line."""
    folder = tmp_path_factory.mktemp("noise")
    try:
        found = read(folder, content)
    except InputError as error:
        assert str(error)
    else:
        assert len(found.table) >= 1


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ),
    max_leaves=6,
)
keys = st.sampled_from(
    ["id", "created_at", "queue", "type", "statistics", "source", "metric_set", "group_id",
     "admin_assignee_id", "conversation_parts", "conversations", "tickets", "updated_at", "via"]
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.dictionaries(keys, json_values, max_size=6), max_size=4), st.booleans())
def test_random_json_is_read_or_refused_but_never_crashes(tmp_path_factory, items, as_lines):
    """An interface changes without notice; what it then answers may have any shape."""
    text = "\n".join(map(json.dumps, items)) if as_lines else json.dumps({"conversations": items})
    folder = tmp_path_factory.mktemp("json")
    try:
        found = read(folder, text, "answer.json")
    except InputError as error:
        assert str(error)
    else:
        assert len(found.table) <= 12


instants = st.datetimes(
    min_value=pd.Timestamp("2026-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2026-01-20").to_pydatetime(),
)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(instants, one_line, st.floats(0, 1e9)), min_size=1, max_size=8))
def test_a_table_that_is_written_is_read_again(tmp_path_factory, rows):
    """Nothing is lost or altered between a file and the table, whatever its texts hold."""
    table = [
        {"conversation_id": f"c{n}", "created_at": f"{time.isoformat()}Z", "queue": f"q{text}",
         "handling_s": seconds}
        for n, (time, text, seconds) in enumerate(rows)
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("valid")
    found = read(folder, as_csv(table)).table.set_index("conversation_id")
    assert len(found) == len(rows)
    for number, (time, text, seconds) in enumerate(rows):
        row = found.loc[f"c{number}"]
        assert row["created_at"] == pd.Timestamp(time, tz="UTC")
        assert str(row["queue"]) == f"q{text}".strip(" ")
        assert row["handling_s"] == seconds
