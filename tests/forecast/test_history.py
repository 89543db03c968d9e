"""From conversations and counts to histories on the grid."""

from pathlib import Path

import pandas as pd

from data.conversations import Conversations
from data.sources import read_intervals
from forecast.closures import CalendarSettings
from forecast.history import count_conversations, histories_from_intervals, history_table


def conversations(*created: str, queue: str = "all") -> Conversations:
    times = pd.DatetimeIndex(sorted(created), tz="UTC").as_unit("us")
    table = pd.DataFrame(
        {
            "conversation_id": pd.Series([str(n) for n in range(len(times))], dtype="str"),
            "created_at": times,
            "queue": pd.Series([queue] * len(times), dtype="str"),
        }
    )
    return Conversations(table)


def test_the_rest_of_the_last_day_is_not_counted_as_quiet():
    """A forecast that learns a silent afternoon from an export at noon plans nobody for it."""
    source = conversations("2026-03-02 09:10", "2026-03-02 11:20")
    (history,) = count_conversations(source, CalendarSettings("UTC", 60))
    assert history.cutoff == pd.Timestamp("2026-03-02 12:00", tz="UTC")
    assert history.volume.isna().tolist() == [True] * 9 + [False] * 3
    assert history.volume.iloc[9:].tolist() == [1, 0, 1]


def test_a_history_file_reads_as_the_history_it_was_written_from(tmp_path: Path):
    """Stages talk through files: what is not known must stay not known."""
    source = conversations("2026-03-28 09:10", "2026-03-29 11:20")
    settings = CalendarSettings("Europe/Dublin", 30)
    (history,) = count_conversations(source, settings)
    path = tmp_path / "history.csv"
    path.write_text(history_table([history]).to_csv(index=False))
    (again,) = histories_from_intervals(read_intervals(path, timezone="Europe/Dublin"), settings)
    pd.testing.assert_series_equal(again.volume, history.volume, check_freq=False)
