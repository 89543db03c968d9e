"""A table of conversations that exists can be used."""

import pandas as pd
import pytest

from data.conversations import COLUMNS, Conversations


def table(**changes: object) -> pd.DataFrame:
    columns: dict[str, object] = {
        "conversation_id": pd.Series(["a", "b"], dtype="str"),
        "created_at": pd.DatetimeIndex(["2026-01-01", "2026-01-02"], tz="UTC").as_unit("us"),
        "queue": pd.Series(["live", "all"], dtype="str"),
    }
    return pd.DataFrame(columns | changes)


def test_the_smallest_table_is_enough():
    """Only id and creation are required, and the queue has a default."""
    assert Conversations(table()).queues == ("all", "live")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"conversation_id": pd.Series(["a", "a"], dtype="str")}, "repeated"),
        (
            {"created_at": pd.DatetimeIndex(["2026-01-02", "2026-01-01"], tz="UTC").as_unit("us")},
            "order",
        ),
        (
            {"created_at": pd.DatetimeIndex(["2026-01-02", None], tz="UTC").as_unit("us")},
            "no created_at",
        ),
        ({"created_at": pd.DatetimeIndex(["2026-01-01", "2026-01-02"])}, "expected datetime64"),
        ({"queue": [1, 2]}, "expected str"),
        ({"handling_s": [1, 2]}, "expected float64"),
        ({"bot_resolved": [True, False]}, "expected boolean"),
        ({"mood": ["good", "bad"]}, "no column 'mood'"),
    ],
)
def test_a_table_that_cannot_be_counted_is_refused(changes, word):
    """Checked once here, and never again downstream."""
    with pytest.raises(ValueError, match=word):
        Conversations(table(**changes))


@pytest.mark.parametrize("column", ["conversation_id", "created_at", "queue"])
def test_a_missing_column_is_named(column):
    """What is always there must be there."""
    with pytest.raises(ValueError, match=column):
        Conversations(table().drop(columns=column))


def test_columns_are_those_of_the_data_dictionary():
    """Files, calibration and the sample team rely on the names and their order."""
    assert ",".join(COLUMNS) == (
        "conversation_id,created_at,queue,channel,segment,topic,rep_id,assigned_at,first_reply_at,"
        "closed_at,rep_messages,customer_messages,writing_s,customer_gap_s,snoozed_s,handling_s,"
        "abandoned_at,bot_involved,bot_resolved,reopened,csat"
    )
