"""What is mended in conversations, and that it is listed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.sources import read_conversations
from data.sources.tidy import far_from_others


def read(folder: Path, rows: list[str], header: str = "id,created_at", **options):
    path = folder / "export.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return read_conversations([path], **options)


def counts(conversations) -> dict[str, int]:
    return {
        repair.kind: repair.count
        for repair in conversations.repairs
        if repair.kind != "guessed column"
    }


def daily(number: int, first: str = "2026-01-01") -> list[str]:
    days = pd.date_range(first, periods=number, freq="D")
    return [f"d{n},{day.isoformat()}Z" for n, day in enumerate(days)]


def test_a_repeated_id_is_counted_once(tmp_path):
    """Overlapping exports would double the volume of the overlap."""
    rows = ["a,2026-01-02T10:00Z", "b,2026-01-02T11:00Z", "a,2026-01-02T10:00Z"]
    found = read(tmp_path, rows)
    assert found.table["conversation_id"].tolist() == ["a", "b"]
    assert counts(found) == {"repeated id": 1}


def files(folder: Path, **contents: list[str]) -> list[Path]:
    paths = []
    for name, rows in contents.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join(["id,created_at", *rows]) + "\n")
        paths.append(path)
    return paths


def test_the_same_number_of_two_tools_is_two_conversations(tmp_path):
    """Intercom and Zendesk both count from 1: dropping one would lose half of the volume."""
    paths = files(
        tmp_path,
        intercom=["1,2026-01-02T10:00Z", "2,2026-01-02T11:00Z", "3,2026-01-02T12:00Z"],
        zendesk=["1,2026-01-03T10:00Z", "2,2026-01-02T11:00Z", "4,2026-01-03T12:00Z"],
        more=["1,2026-01-04T10:00Z", "1,2026-01-04T11:00Z", "3,2026-01-02T12:00Z"],
    )
    found = read_conversations(paths)
    times = found.table["created_at"].dt.strftime("%d %H").tolist()
    assert times == ["02 10", "02 11", "02 12", "03 10", "03 12", "04 10"]
    assert found.table["conversation_id"].is_unique
    assert set(found.table["conversation_id"]) == {
        "1", "2", "3", "4", "1 (zendesk.csv)", "1 (more.csv)",
    }  # fmt: skip
    assert counts(found) == {"same id in two files": 2, "repeated id": 3}
    (kept,) = [r for r in found.repairs if r.kind == "same id in two files"]
    assert "kept" in kept.sentence


def test_joining_again_what_was_joined_adds_nothing(tmp_path):
    """The kept history and a new export of the same weeks overlap, under whatever names."""
    paths = files(tmp_path, one=["1,2026-01-02T10:00Z"], two=["1,2026-01-03T10:00Z"])
    first = read_conversations(paths)
    kept = tmp_path / "kept.parquet"
    first.table.to_parquet(kept)
    again = read_conversations([kept, *paths])
    pd.testing.assert_frame_equal(again.table, first.table)


def test_files_of_one_name_keep_their_conversations_apart(tmp_path):
    """Exports of two tools lie in two folders under one name."""
    (tmp_path / "other").mkdir()
    one = files(tmp_path, export=["1,2026-01-02T10:00Z"])
    two = files(tmp_path / "other", export=["1,2026-01-03T10:00Z"])
    three = files(tmp_path, third=["1 (export.csv),2026-01-05T10:00Z"])
    found = read_conversations([*one, *two, *three])
    assert len(found.table) == 3
    assert found.table["conversation_id"].is_unique


def test_rows_without_creation_are_left_out_and_listed(tmp_path):
    """They cannot be put into any hour, and silence about them would be a loss."""
    found = read(tmp_path, ["a,2026-01-02T10:00Z", "b,", "c,null", ",,"[:1]])
    assert counts(found) == {"without created_at": 3}
    assert len(found.table) == 1
    with pytest.raises(InputError, match="no conversation is left"):
        read(tmp_path, ["a,", "b,"])


def test_rows_without_id_are_kept(tmp_path):
    """A contact is a contact, even when its id was lost."""
    found = read(tmp_path, [",2026-01-02T10:00Z", ",2026-01-02T10:00Z", "a,2026-01-02T10:00Z"])
    assert len(found.table) == 3
    assert counts(found) == {"without id": 2}


def test_a_row_without_queue_goes_to_the_common_queue(tmp_path):
    """An unassigned conversation is still volume."""
    rows = ["a,2026-01-02T10:00Z,", "b,2026-01-02T10:00Z,live"]
    found = read(tmp_path, rows, "id,created_at,queue")
    assert found.queues == ("all", "live")
    assert counts(found) == {"without queue": 1}


def test_nothing_from_the_start_on_is_known(tmp_path):
    """A forecast made with the week that it forecasts is worth nothing."""
    start = pd.Timestamp("2026-01-02T00:00", tz="UTC")
    rows = ["a,2026-01-01T23:59:59Z", "b,2026-01-02T00:00:00Z", "c,2026-01-03T00:00:00Z"]
    found = read(tmp_path, rows, start=start)
    assert found.table["conversation_id"].tolist() == ["a"]
    assert counts(found) == {"after the start": 2}


@pytest.mark.parametrize(
    "date", ["1970-01-01T00:00Z", "2062-05-01T00:00Z", "9999-12-01", "9999-12-31", "0020-01-01"]
)
@pytest.mark.parametrize("number", [6, 400])
def test_a_date_far_from_all_the_others_is_left_out_and_listed(tmp_path, date, number):
    """One epoch zero would begin the history 56 years early, with zeros."""
    found = read(tmp_path, [*daily(number), f"x,{date}"])
    assert len(found.table) == number
    assert counts(found)["far date"] == 1
    assert "2026" not in str([r.sentence for r in found.repairs if r.kind == "far date"])


def test_many_far_dates_are_refused(tmp_path):
    """A third of the rows in 1970 is a broken column, not a slip."""
    rows = [*daily(60), *(f"x{n},1970-01-01T00:00:{n:02d}Z" for n in range(30))]
    with pytest.raises(InputError, match=r"created_at.*30 dates such as 1970-01-01.*2026-01-01"):
        read(tmp_path, rows)


@pytest.mark.parametrize(
    "days",
    [
        [0, 365, 730],
        [*range(30), *range(300, 330)],
        [*range(0, 700, 7)],
        [*range(60), *range(110, 170)],
        [0, 100, 130, 160, 190],
        [*range(300), *range(800, 1800)],
        [0],
        [0, 20_000],
    ],
)
def test_a_pause_does_not_make_the_rest_far(days):
    """A summer break, a rare queue or two seasons are a history; dropping half would be worse."""
    instants = pd.DatetimeIndex(np.datetime64("2026-01-01", "us") + np.array(days) * 86_400_000_000)
    assert not far_from_others(instants.tz_localize("UTC")).any()


def test_dates_that_nothing_decides_between_are_refused_with_their_file(tmp_path):
    """Two dates half a century apart: either may be the slip."""
    with pytest.raises(InputError, match=r"export.csv, column created_at: found dates from 1970"):
        read(tmp_path, ["a,1970-01-01", "b,2026-01-01"])
    with pytest.raises(InputError, match=r"export.csv, column created_at: .*9999"):
        read(tmp_path, ["a,9999-12-31"])


def test_an_end_beyond_the_calendar_is_quoted_as_a_date(tmp_path):
    """Microseconds since 1970 cannot be searched for in a spreadsheet."""
    rows = ["a,2026-01-02T10:00Z,9999-12-31"]
    with pytest.raises(InputError, match=r"row 2, column closed_at: found '9999-12-31'"):
        read(tmp_path, rows, "conversation_id,created_at,closed_at")


def test_a_reply_before_the_question_is_not_known(tmp_path):
    """A negative wait would count as the best service there is."""
    rows = ["a,2026-01-02T10:00Z,2026-01-02T09:00Z", "b,2026-01-02T10:00Z,2026-01-02T10:01Z"]
    found = read(tmp_path, rows, "id,created_at,first_reply_at")
    assert found.table["first_reply_at"].isna().tolist() == [True, False]
    assert counts(found) == {"before creation": 1}


def test_naive_times_are_read_in_the_zone_and_listed(tmp_path):
    """Ten in the morning in Dublin in July is nine in UTC."""
    found = read(tmp_path, ["a,2026-07-01 10:00"], timezone="Europe/Dublin")
    assert found.table["created_at"].iloc[0] == pd.Timestamp("2026-07-01 09:00", tz="UTC")
    assert counts(found) == {"naive times": 1}


def test_naive_and_aware_times_are_mixed_with_a_notice(tmp_path):
    """Two exports in one file; each row keeps the instant that it means."""
    rows = ["a,2026-07-01 10:00", "b,2026-07-01T10:00:00-05:00", "c,2026-07-01T10:00:00Z"]
    found = read(tmp_path, rows, timezone="Europe/Dublin")
    assert [time.hour for time in found.table["created_at"]] == [9, 10, 15]
    assert counts(found) == {"mixed times": 1}


@pytest.mark.parametrize(
    ("timezone", "twice", "first"),
    [
        ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30"),
        ("America/Chicago", "2026-11-01 01:30", "2026-11-01 06:30"),
        ("Australia/Sydney", "2026-04-05 02:30", "2026-04-04 15:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
    ],
)
def test_a_repeated_hour_takes_the_first_offset(tmp_path, timezone, twice, first):
    """The wall clock alone cannot tell; the choice is fixed and listed."""
    found = read(tmp_path, [f"a,{twice}"], timezone=timezone)
    assert found.table["created_at"].iloc[0] == pd.Timestamp(first, tz="UTC")
    assert counts(found)["repeated hour"] == 1


@pytest.mark.parametrize(
    ("timezone", "never"),
    [
        ("Europe/Dublin", "2026-03-29 01:30"),
        ("America/Chicago", "2026-03-08 02:30"),
        ("Australia/Sydney", "2026-10-04 02:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15"),
    ],
)
def test_a_contact_in_an_hour_that_never_was_is_refused(tmp_path, timezone, never):
    """It proves that the times were written in another zone, and all the others with it."""
    with pytest.raises(
        InputError, match=r"row 3, column created_at.*skip this time.*state the zone"
    ):
        read(tmp_path, [f"a,{never[:8]}20 09:00", f"b,{never}"], timezone=timezone)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdefgh"), st.integers(0, 400), st.sampled_from(["x", "y", ""])
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(tmp_path_factory, rows, random):
    """Exports are sorted by whatever the user clicked last."""
    folder = tmp_path_factory.mktemp("order")
    origin = pd.Timestamp("2026-01-01")
    lines = [f"{i},{(origin + pd.Timedelta(hours=h)).isoformat()},{q}" for i, h, q in rows]
    shuffled = list(lines)
    random.shuffle(shuffled)
    columns = ["created_at", "queue"]
    one, two = (
        read(folder, order, "id,created_at,queue").table.sort_values(["created_at", "queue"])
        for order in (lines, shuffled)
    )
    pd.testing.assert_frame_equal(
        one[columns].reset_index(drop=True), two[columns].reset_index(drop=True)
    )
