"""Reading conversation exports: every kind of file, every fault with its place."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.conversations import COLUMNS
from data.errors import InputError
from data.sources import read_conversations
from tests.data.exports import as_csv, read, refusal, write

PLAIN = (
    "conversation_id,created_at,queue\na,2026-03-02T09:10:00Z,live\nb,2026-03-02T10:05:00Z,normal\n"
)
FULL = {
    "conversation_id": "c1",
    "created_at": "2026-03-02T09:00:00+00:00",
    "queue": "live",
    "channel": "chat",
    "segment": "new",
    "topic": "billing, refunds",
    "rep_id": "rep7",
    "assigned_at": "2026-03-02T09:00:30+00:00",
    "first_reply_at": "2026-03-02T09:01:00+00:00",
    "closed_at": "2026-03-02T09:40:00+00:00",
    "rep_messages": 6.0,
    "customer_messages": 5.0,
    "writing_s": 250.5,
    "customer_gap_s": 90.25,
    "snoozed_s": 0.0,
    "handling_s": 1800.0,
    "abandoned_at": "",
    "bot_involved": True,
    "bot_resolved": False,
    "reopened": 1.0,
    "csat": 4.0,
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_delimiter_or_line_end_does_not_change_what_is_read(tmp_path, delimiter, newline, mark):
    """Spreadsheets of different countries and systems write the same table differently."""
    text = mark + PLAIN.replace(",", delimiter).replace("\n", newline)
    found = read(tmp_path, text)
    assert found.table["conversation_id"].tolist() == ["a", "b"]
    assert found.table["queue"].tolist() == ["live", "normal"]
    assert found.table["created_at"].tolist() == [
        pd.Timestamp("2026-03-02 09:10", tz="UTC"),
        pd.Timestamp("2026-03-02 10:05", tz="UTC"),
    ]
    assert found.repairs == ()


def test_mixed_line_ends_are_read_all_the_same(tmp_path):
    """Files that were glued together carry both; a strict reader stops there."""
    found = read(tmp_path, PLAIN.replace("Z,live\n", "Z,live\r\n"))
    assert found.table["queue"].tolist() == ["live", "normal"]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "json"])
def test_every_column_survives_every_kind_of_file(tmp_path, kind):
    """Calibration reads columns that forecasting does not: none may be lost or retyped."""
    if kind == "csv":
        path = write(tmp_path, as_csv([FULL]))
    elif kind == "parquet":
        path = tmp_path / "export.parquet"
        row = {
            name: pd.Timestamp(value) if COLUMNS[name] == "time" and value else value or None
            for name, value in FULL.items()
        } | {"bot_resolved": False, "snoozed_s": 0.0}
        frame = pd.DataFrame([row])
        pq.write_table(pa.Table.from_pandas(frame), path)
    else:
        row = {name: value for name, value in FULL.items() if value != ""}
        row["abandoned_at"] = None
        text = json.dumps(row) + "\n" if kind == "jsonl" else json.dumps([row])
        path = write(tmp_path, text, f"export.{kind}")
    found = read_conversations([path])
    assert list(found.table) == list(COLUMNS)
    for name, value in FULL.items():
        cell = found.table[name].iloc[0]
        if value == "":
            assert pd.isna(cell), name
        elif COLUMNS[name] == "time":
            assert cell == pd.Timestamp(value), name
        else:
            assert cell == value, name


def test_only_id_and_creation_are_required(tmp_path):
    """A team that exports no more than that still gets a forecast."""
    found = read(tmp_path, "conversation_id,created_at\na,2026-03-02T09:10:00Z\n")
    assert list(found.table) == ["conversation_id", "created_at", "queue"]
    assert found.queues == ("all",)


def test_columns_are_guessed_from_usual_names_and_the_guess_is_shown(tmp_path):
    """A wrong guess must be seen: it decides what is forecast."""
    text = (
        "Import ID;Created at;Channel;Inbox;Status;Solved at;Handle time\n"
        "17;2026-03-02 09:10;chat;live;done;2026-03-02 09:40;600\n"
    )
    found = read(tmp_path, text)
    row = found.table.iloc[0]
    assert (row["conversation_id"], row["queue"], row["channel"]) == ("17", "live", "chat")
    assert row["handling_s"] == 600
    (notice,) = [repair for repair in found.repairs if repair.kind == "guessed column"]
    assert notice.count == 6
    for pair in ("conversation_id from 'Import ID'", "queue from 'Inbox'"):
        assert pair in notice.sentence


def test_camel_case_keys_are_guessed(tmp_path):
    """Threads of an interface name their keys as programs do."""
    found = read(tmp_path, '[{"id": 5, "createdAt": "2026-03-02T09:10:00Z"}]', "threads.json")
    assert found.table["conversation_id"].tolist() == ["5"]


def test_a_stated_mapping_wins_over_the_guess(tmp_path):
    """The planner knows the export better than a list of names does."""
    text = "id,Opened on,created_at\na,2026-03-02T09:10:00Z,2026-01-01T00:00:00Z\n"
    found = read(tmp_path, text, mapping={"created_at": "Opened on"})
    assert found.table["created_at"].iloc[0] == pd.Timestamp("2026-03-02 09:10", tz="UTC")


def test_a_guess_that_does_not_hold_is_dropped_and_listed(tmp_path):
    """A column 'Assigned' may hold a name: that is no reason to refuse the whole export."""
    text = "id,created_at,Assigned,Rating\na,2026-01-01,Marta,good\n"
    found = read(tmp_path, text)
    assert list(found.table) == ["conversation_id", "created_at", "queue"]
    wrong = [repair.sentence for repair in found.repairs if repair.kind == "wrong guess"]
    assert len(wrong) == 2
    assert "'Assigned' was not taken for assigned_at" in wrong[0]
    assert "row 2, column Assigned: found 'Marta'" in wrong[0]
    message = refusal(tmp_path, text, mapping={"csat": "Rating"})
    assert "column Rating: found 'good'" in message


def test_the_first_part_of_a_file_may_end_within_a_letter(tmp_path):
    """A document of one long line has no line end to cut at."""
    for shift in range(3):
        topic = "x" * shift + "ü€" * 30_000
        items = [{"id": 1, "created_at": "2026-01-01", "topic": topic}]
        found = read(tmp_path, json.dumps(items, ensure_ascii=False), "long.json")
        assert found.table["topic"].iloc[0] == topic


def test_a_mapping_to_what_is_not_there_is_refused(tmp_path):
    """A misspelt mapping must not fall back to a guess."""
    assert "column Opened is missing" in refusal(tmp_path, PLAIN, mapping={"created_at": "Opened"})
    assert "no 'start'" in refusal(tmp_path, PLAIN, mapping={"start": "created_at"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["the file is empty"]),
        (b"\n\n", ["no header"]),
        (b"\xef\xbb\xbf", ["no header"]),
        (b"conversation_id,created_at\n", ["no row below the header"]),
        (bytes(range(256)) * 8, ["binary data"]),
        (b"id,created_at\na,\xff\xfe\n", ["byte 16 is not UTF-8", "save the file as UTF-8"]),
        (b"PAR1 and then nonsense", ["Parquet", "export it again"]),
        (b"id,queue\na,live\n", ["column created_at is missing", "found id, queue"]),
        (b"created_at,queue\n2026-01-01,live\n", ["column conversation_id is missing"]),
        (b"id,id,created_at\na,b,2026-01-01\n", ["two columns are called 'id'"]),
        (b"id,created_at\na,2026-01-01,x,y\n", ["row 2", "4 cells", "header has 2"]),
        (b"id,created_at\na,2026-01-01\nb\n", ["row 3", "1 cells", "header has 2"]),
        (b"id,created_at\na,soon\n", ["row 2", "column created_at", "'soon'", "write a time"]),
        (b"id,created_at\na,2026-02-30\n", ["row 2", "'2026-02-30'"]),
        (b"id,created_at\na,epoch\n", ["row 2", "'epoch'"]),
        (b"id,created_at\na,infinity\n", ["row 2", "'infinity'"]),
        (b"id,created_at\na,290000-01-01\n", ["row 2", "column created_at"]),
        (b"id,created_at,handling_s\na,2026-01-01,-5\n", ["row 2", "column handling_s", "'-5'"]),
        (b"id,created_at,handling_s\na,2026-01-01,inf\n", ["row 2", "'inf'"]),
        (b"id,created_at,csat\na,2026-01-01,good\n", ["row 2", "column csat", "'good'"]),
        (b"id,created_at,bot_resolved\na,2026-01-01,maybe\n", ["row 2", "'maybe'", "true or"]),
        (b"[1, 2]", ["found '1'", "give an object", "row [0]"]),
        (b"[]", ["no conversation"]),
        (b'{"conversations": []}', ["no conversation"]),
        (b"{}", ["found only empty objects"]),
        (b"{broken", ["not sound JSON"]),
        (b'{"id": 1, "created_at": 2}\n{"id": 2,\n', ["row 2", "mend the JSON"]),
        (b'{"id": 1, "created_at": "x"}\n\n{"id": 2, "created_at": NaN}\n', ["row 3", "NaN"]),
        (b'{"id": 1, "created_at": 1767225600}\n{"id": 2, "created_at": "x"}\n', ["row 2", "'x'"]),
        (b"[" * 100_000, ["not sound JSON"]),
    ],
)
def test_bad_input_is_one_line_with_its_place_and_mend(tmp_path, content, words):
    """The reader of the message is a planner with a spreadsheet, not a programmer."""
    message = refusal(tmp_path, content)
    for word in [*words, "export.csv"]:
        assert word in message


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    """A typing error in a name is the commonest fault of all."""
    for path, word in ((tmp_path / "none.csv", "no such file"), (tmp_path, "found a folder")):
        with pytest.raises(InputError, match=word):
            read_conversations([path])
    with pytest.raises(InputError, match="no file"):
        read_conversations([])


def test_an_unknown_zone_is_refused(tmp_path):
    """A misspelt zone must not be read as UTC."""
    assert "no time zone 'Dublin'" in refusal(tmp_path, PLAIN, timezone="Dublin")


def test_the_row_of_a_fault_counts_lines_as_an_editor_does(tmp_path):
    """A quoted line break or an empty line must not shift the place that is named."""
    text = 'id,created_at,topic\n\na,2026-01-01,"two\nlines"\n\nb,soon,x\n'
    assert "row 6" in refusal(tmp_path, text)


def test_a_fault_is_the_first_one_in_the_file(tmp_path):
    """Mending from the top down is how people work."""
    rows = "".join(f"{number},2026-01-01T00:00:00Z\n" for number in range(5000))
    assert "row 5002" in refusal(tmp_path, f"id,created_at\n{rows}x,soon\ny,later\n")


def export(rows: int, *, bad: int, topic: str) -> str:
    """An export of which one row, by its line, has another topic."""
    lines = [
        f"{line},2026-03-{1 + line % 28:02d}T08:00Z,live,{topic if line == bad else 'x'}"
        for line in range(2, rows + 2)
    ]
    return "\n".join(["conversation_id,created_at,queue,topic", *lines, ""])


@pytest.mark.parametrize(
    ("rows", "topic", "also"),
    [
        (480, '"he said hi', {}),
        (20_000, '"he said hi', {}),
        (480, '"he said hi', {"402": '"y"'}),
        (480, '"he said hi', {"402": 'y"'}),
        (480, '"he said hi', {"300": '5" pipe', "402": 'y"'}),
        (480, '"he said "hi" there"', {}),
    ],
)
def test_an_open_quote_is_refused_where_it_opens(tmp_path, rows, topic, also):
    """Everything up to the next quote, or the end, becomes one cell: rows are lost unseen."""
    text = export(rows, bad=200, topic=topic)
    for line, other in also.items():
        text = "\n".join(
            part[:-1] + other if part.startswith(f"{line},") else part for part in text.split("\n")
        )
    message = refusal(tmp_path, text)
    assert "row 200:" in message
    assert "close the quote" in message


def test_an_open_quote_in_a_column_that_is_not_read_loses_no_row(tmp_path):
    """Bodies are the usual place of stray quotes, and no column of ours."""
    text = export(480, bad=200, topic='"he said hi').replace("topic", "Body", 1)
    text = text.replace("402,2026-03-11T08:00Z,live,x", '402,2026-03-11T08:00Z,live,y"')
    assert "row 200: found 'a quote that opens here and runs over other rows'" in refusal(
        tmp_path, text
    )


@pytest.mark.parametrize(
    "topic",
    [
        '5" pipe',
        '"one\ntwo, three, four, five\n\nsix"',
        '"she said ""hi"",\nand then, 2, 3, 4"',
        '"a list:\n1,2,3,4\n2,3,4,5"',
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_quotes_that_are_sound_lose_nothing(tmp_path, topic, newline):
    """A topic may hold quotes, lines and commas: the guard must not cry wolf."""
    text = export(480, bad=200, topic=topic).replace("\n", newline)
    found = read(tmp_path, text)
    assert len(found.table) == 480


def test_a_queue_is_named_on_one_line(tmp_path):
    """A name over several lines is what stood behind an open quote, and no queue."""
    rest = "2,2026-03-02T08:00Z,normal\n"
    text = f'conversation_id,created_at,queue\n1,2026-03-02T08:00Z,"live\n{rest}'
    message = refusal(tmp_path, text)
    assert "row 2:" in message
    assert "close the quote" in message
    message = refusal(tmp_path, 'id,created_at,Inbox\n1,2026-03-02T08:00Z,"live\nchat"\n')
    assert "row 3, column Inbox" in message
    assert "on one line" in message


def test_names_with_wildcards_are_files_like_any_other(tmp_path):
    """Browsers save 'export[1].csv'; only that file may be read."""
    write(tmp_path, "id,created_at\nother,2026-01-01\n", "export1.csv")
    found = read(tmp_path, "id,created_at\nmine,2026-01-01\n", "export[1]*?.csv")
    assert found.table["conversation_id"].tolist() == ["mine"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1767348600", "2026-01-02 10:10"),
        ("1767348600.5", "2026-01-02 10:10:00.5"),
        ("1767348600000", "2026-01-02 10:10"),
        ("2026-01-02T11:10:00+01:00", "2026-01-02 10:10"),
        ("2026-01-02 10:10:00 UTC", "2026-01-02 10:10"),
        ("2026-01-02T10:10Z", "2026-01-02 10:10"),
        ("2026/01/02 10:10", "2026-01-02 10:10"),
        ("2026-01-02 10:10:00 AM", "2026-01-02 10:10"),
        ("31/12/2025 17:05", "2025-12-31 17:05"),
        ("12/31/2025 5:05 PM", "2025-12-31 17:05"),
        ("31.12.2025 17:05:09", "2025-12-31 17:05:09"),
        ("Dec 31, 2025, 5:05 PM", "2025-12-31 17:05"),
        ("31 December 2025", "2025-12-31"),
        ("20260102T101000Z", "2026-01-02 10:10"),
    ],
)
def test_times_as_tools_write_them_are_read(tmp_path, text, expected):
    """Every tool has its own format; the instant is the same."""
    found = read(tmp_path, f'id,created_at\na,"{text}"\n')
    assert found.table["created_at"].iloc[0] == pd.Timestamp(expected, tz="UTC")


def test_the_order_of_day_and_month_is_decided_by_the_whole_column(tmp_path):
    """02/03 alone is ambiguous; beside 25/03 it is the second of March."""
    found = read(tmp_path, "id,created_at\na,02/03/2026 10:00\nb,25/03/2026 10:00\n")
    assert found.table["created_at"].iloc[0] == pd.Timestamp("2026-03-02 10:00", tz="UTC")


def test_an_order_of_day_and_month_that_stays_open_is_refused(tmp_path):
    """A guess would be wrong half of the time, and nobody would notice."""
    message = refusal(tmp_path, "id,created_at\na,02/03/2026\nb,04/05/2026\n")
    for words in ("row 2, column created_at: found '02/03/2026'; ambiguous", "the year first"):
        assert words in message


def test_several_files_become_one_table(tmp_path):
    """Exports come a month at a time, of one tool or of two."""
    first = write(tmp_path, PLAIN, "one.csv")
    second = write(tmp_path, '{"id": "z", "created_at": 1772442000}\n', "two.jsonl")
    found = read_conversations([first, second])
    assert found.table["conversation_id"].tolist() == ["z", "a", "b"]
    assert found.table["queue"].tolist() == ["all", "live", "normal"]
