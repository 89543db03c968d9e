"""From conversations and counts to histories on the grid."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import format_times
from data.conversations import Conversations
from data.errors import InputError
from data.files import csv_text
from data.repairs import Repair
from data.sources import IntervalVolume, read_intervals
from forecast.closures import Calendar, CalendarSettings
from forecast.history import (
    build_histories,
    count_conversations,
    histories_from_intervals,
    history_table,
    regrid,
)
from forecast.history_folder import read_history_folder, write_history_folder
from forecast.history_report import history_report

CHANGES = [  # zone, day, hours of the day
    ("Europe/Dublin", "2026-03-29", 23),
    ("Europe/Dublin", "2026-10-25", 25),
    ("America/Chicago", "2026-03-08", 23),
    ("America/Chicago", "2026-11-01", 25),
    ("Australia/Sydney", "2026-10-04", 23),
    ("Australia/Sydney", "2026-04-05", 25),
    ("Asia/Kolkata", "2026-03-29", 24),
]


def conversations(
    created: list[str] | pd.DatetimeIndex, queues: list[str] | str = "all", **columns: object
) -> Conversations:
    times = pd.DatetimeIndex(created, tz="UTC") if isinstance(created, list) else created
    table = pd.DataFrame(
        {
            "conversation_id": pd.Series([f"c{n}" for n in range(len(times))], dtype="str"),
            "created_at": times.as_unit("us"),
            "queue": pd.Series([queues] * len(times) if isinstance(queues, str) else queues,
                               dtype="str"),
            **columns,
        }
    )  # fmt: skip
    return Conversations(table.sort_values("created_at", kind="stable", ignore_index=True))


def intervals(first: str, volumes: list[float], minutes: int = 60) -> IntervalVolume:
    starts = pd.date_range(first, periods=len(volumes), freq=f"{minutes}min", tz="UTC")
    table = pd.DataFrame(
        {"queue": "all", "interval_start": starts.as_unit("us"), "volume": volumes}
    )
    return IntervalVolume(table.astype({"queue": "str", "volume": float}), minutes)


def kinds(repairs: tuple[Repair, ...]) -> dict[str, int]:
    return {repair.kind: repair.count for repair in repairs}


def test_the_rest_of_the_last_day_is_not_counted_as_quiet():
    """A forecast that learns a silent afternoon from an export at noon plans nobody for it."""
    source = conversations(["2026-03-02 09:10", "2026-03-02 11:20"])
    (history,) = count_conversations(source, CalendarSettings("UTC", 60))
    assert history.cutoff == pd.Timestamp("2026-03-02 12:00", tz="UTC")
    assert history.volume.index[0] == pd.Timestamp("2026-03-02", tz="UTC")
    assert history.volume.isna().tolist() == [True] * 9 + [False] * 3
    assert history.volume.iloc[9:].tolist() == [1, 0, 1]


def test_all_queues_end_together():
    """One clock: what is quiet in one queue while another is busy is quiet, not unknown."""
    source = conversations(["2026-03-02 09:10", "2026-03-02 11:20"], ["live", "normal"])
    live, normal = count_conversations(source, CalendarSettings("UTC", 60))
    assert live.cutoff == normal.cutoff
    assert live.volume.iloc[-2:].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("start", "cutoff", "total"),
    [
        ("2026-03-03 00:00", "2026-03-03 00:00", 2),  # the quiet evening is known
        ("2026-03-09 00:00", "2026-03-02 12:00", 2),  # the days until then are not
        ("2026-03-02 11:45", "2026-03-02 11:00", 1),  # an interval that the start cuts is not
        ("2026-03-02 11:00", "2026-03-02 11:00", 1),
    ],
)
def test_a_history_ends_with_the_start_when_that_is_near(start, cutoff, total):
    """The planner says when the export was made; nothing later may be known."""
    source = conversations(["2026-03-02 09:10", "2026-03-02 11:20"])
    instant = pd.Timestamp(start, tz="UTC")
    (history,) = count_conversations(source, CalendarSettings(), start=instant)
    assert history.cutoff == pd.Timestamp(cutoff, tz="UTC")
    assert history.volume.sum() == total


def test_nothing_before_the_start_is_refused():
    """There is nothing to learn from."""
    early = pd.Timestamp("2026-01-01", tz="UTC")
    for source in (conversations(["2026-03-02 09:10"]), intervals("2026-03-02", [1])):
        with pytest.raises(InputError, match="start"):
            build_histories(source, CalendarSettings(), start=early)


def test_what_a_bot_resolved_is_kept_but_not_counted():
    """Volume is what is offered to people; the rest is listed so that nobody misses it."""
    resolved = pd.array([True, False, None], dtype="boolean")
    source = conversations(["2026-03-02 09:10", "2026-03-02 09:20", "2026-03-02 09:30"],
                           bot_resolved=resolved)  # fmt: skip
    (history,) = count_conversations(source, CalendarSettings())
    assert history.volume.sum() == 2
    assert kinds(history.repairs) == {"resolved by a bot": 1}


def test_a_queue_of_bots_has_a_history_of_zeros():
    """An all-zero queue is a fact about the queue, and no reason to lose it."""
    source = conversations(["2026-03-02 09:10"], bot_resolved=pd.array([True], dtype="boolean"))
    (history,) = count_conversations(source, CalendarSettings())
    assert history.volume.dropna().tolist() == [0]


def test_a_long_silence_is_not_known():
    """A month without a single conversation anywhere is an export that is missing."""
    days = [f"2026-{month:02d}-{day:02d} 12:00" for month in (1, 3) for day in range(1, 29)]
    (history,) = count_conversations(conversations(days), CalendarSettings())
    february = history.volume["2026-02-01":"2026-02-28"]
    assert february.isna().all()
    assert history.volume["2026-01-05"].notna().all()
    assert history.volume.sum() == len(days)
    assert kinds(history.repairs) == {"silence": 32}


@pytest.mark.parametrize(("timezone", "day", "hours"), CHANGES)
@pytest.mark.parametrize("step", [15, 30, 60])
def test_every_conversation_of_a_change_over_day_is_in_its_interval(timezone, day, hours, step):
    """Oracle: one conversation a minute; the counts are the minutes of each interval."""
    begin = pd.Timestamp(day).tz_localize(timezone)
    minutes = pd.date_range(begin, begin + pd.DateOffset(days=1), freq="min", inclusive="left")
    source = conversations(minutes.tz_convert("UTC"))
    (history,) = count_conversations(source, CalendarSettings(timezone, step))
    assert len(history.volume) == hours * 60 / step
    assert (history.volume == step).all()
    local = pd.DatetimeIndex(history.volume.index).tz_convert(timezone)
    assert ((local.hour * 60 + local.minute) % step == 0).all()


@pytest.mark.parametrize("day", ["2026-04-05", "2026-10-04"])
def test_half_an_hour_of_clock_change_works_in_half_hours_and_not_in_hours(day):
    """Lord Howe: an hour would be cut, and is refused with what to set instead."""
    begin = pd.Timestamp(day).tz_localize("Australia/Lord_Howe")
    minutes = pd.date_range(begin, begin + pd.DateOffset(days=1), freq="min", inclusive="left")
    source = conversations(minutes.tz_convert("UTC"))
    for step in (15, 30):
        settings = CalendarSettings("Australia/Lord_Howe", step)
        (history,) = count_conversations(source, settings)
        assert (history.volume == step).all()
        assert len(history.volume) == len(minutes) / step
    with pytest.raises(InputError, match="set interval_minutes to 15 or 30"):
        count_conversations(source, CalendarSettings("Australia/Lord_Howe", 60))
    with pytest.raises(InputError, match="set interval_minutes to 15 or 30"):
        regrid(history, 60)


offsets = st.lists(st.integers(0, 10 * 86_400), min_size=1, max_size=60)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    offsets,
    st.sampled_from(["Europe/Dublin", "America/Chicago", "Australia/Sydney", "Asia/Kolkata"]),
    st.sampled_from(["2026-03-25", "2026-10-28", "2026-04-01", "2026-10-01"]),
    st.sampled_from([15, 30, 60]),
    st.randoms(use_true_random=False),
)
def test_the_volume_is_the_number_of_conversations_in_any_order(
    seconds, timezone, day, step, random
):
    """Conservation: no conversation is lost, doubled, or moved by the order of the file."""
    created = pd.Timestamp(day, tz="UTC") + pd.to_timedelta(seconds, unit="s")
    queues = ["live" if second % 3 else "normal" for second in seconds]
    settings_ = CalendarSettings(timezone, step)
    histories = count_conversations(conversations(pd.DatetimeIndex(created), queues), settings_)
    assert sum(history.volume.sum() for history in histories) == len(seconds)
    pairs = list(zip(created, queues, strict=True))
    random.shuffle(pairs)
    mixed = conversations(
        pd.DatetimeIndex([time for time, _ in pairs]), [queue for _, queue in pairs]
    )
    for one, two in zip(histories, count_conversations(mixed, settings_), strict=True):
        assert one.queue == two.queue
        pd.testing.assert_series_equal(one.volume, two.volume)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(offsets, st.sampled_from(["Europe/Dublin", "America/Chicago", "Asia/Kolkata"]))
def test_regridding_is_counting_on_the_longer_grid(seconds, timezone):
    """The interval can be changed later: known hours are the same either way."""
    created = pd.Timestamp("2026-03-25", tz="UTC") + pd.to_timedelta(sorted(seconds), unit="s")
    source = conversations(pd.DatetimeIndex(created))
    (fine,) = count_conversations(source, CalendarSettings(timezone, 15))
    for step in (30, 60):
        (counted,) = count_conversations(source, CalendarSettings(timezone, step))
        try:
            summed = regrid(fine, step)
        except InputError:
            assert len(fine.volume) < step / 15
            continue
        assert summed.calendar.interval_minutes == step
        both = pd.concat([summed.volume, counted.volume], axis=1, keys=["a", "b"]).dropna()
        assert (both["a"] == both["b"]).all()
        assert summed.volume.index.isin(counted.volume.index).all()


def test_an_interval_that_lacks_a_part_is_not_known():
    """Three known quarters are not a known hour; a short last hour is no hour yet."""
    source = intervals("2026-03-02", [1, 2, 3, 4, 5, np.nan, 7, 8, 9, 9], 15)
    (fine,) = histories_from_intervals(source, CalendarSettings("UTC", 15))
    hours = regrid(fine, 60).volume
    assert hours.iloc[0] == 10
    assert np.isnan(hours.iloc[1])
    assert len(hours) == 2
    with pytest.raises(InputError, match="cannot be told apart"):
        regrid(regrid(fine, 60), 15)


def test_what_a_file_does_not_state_is_not_known_and_listed():
    """A gap is not a quiet hour; learning zeros from it would understaff every such hour."""
    source = intervals("2026-03-02 09:00", [1, np.nan, 0, 4])
    (history,) = histories_from_intervals(source, CalendarSettings())
    assert history.volume.isna().tolist() == [True] * 9 + [False, True, False, False]
    assert kinds(history.repairs) == {"gap": 1}
    assert "1 gaps" in history.repairs[0].sentence


def test_hours_are_not_made_into_quarters():
    """There is no honest way to split a count."""
    source = intervals("2026-03-02", [1, 2])
    with pytest.raises(InputError, match="set interval_minutes to 60"):
        histories_from_intervals(source, CalendarSettings("UTC", 15))


def test_dates_half_a_century_apart_are_refused():
    """Two rows, one of them in 1970, would make half a million empty hours."""
    source = conversations(["1970-01-01", "2026-03-02"])
    with pytest.raises(InputError, match="1970-01-01 to 2026-03-02, more than fifty years"):
        count_conversations(source, CalendarSettings())


def test_a_queue_has_its_own_calendar():
    """Sites live by different clocks."""
    source = conversations(["2026-03-02 09:10", "2026-03-02 11:20"], ["live", "normal"])
    own = Calendar("Australia/Sydney", 30)
    live, normal = count_conversations(source, CalendarSettings(), {"live": own})
    assert live.calendar == own
    assert normal.calendar == Calendar("UTC", 60)


@pytest.mark.parametrize(("timezone", "day", "hours"), CHANGES)
@pytest.mark.parametrize("step", [15, 30, 60])
def test_a_history_file_reads_as_the_history_it_was_written_from(
    tmp_path, timezone, day, hours, step
):
    """Stages talk through files: clock changes and unknown hours must survive."""
    begin = (pd.Timestamp(day) - pd.Timedelta(hours=7)).tz_localize(timezone)
    created = begin.tz_convert("UTC") + pd.to_timedelta(range(0, 150_000, 1000), unit="s")
    settings_ = CalendarSettings(timezone, step)
    (history,) = count_conversations(conversations(pd.DatetimeIndex(created)), settings_)
    path = tmp_path / "history.csv"
    path.write_text(csv_text(history_table([history])))
    (again,) = histories_from_intervals(read_intervals(path, timezone=timezone), settings_)
    pd.testing.assert_series_equal(again.volume, history.volume, check_freq=False)


def test_a_file_has_iso_times_with_the_offset_and_whole_counts():
    """Known value of the format that the next command and the planner read."""
    source = conversations(["2026-07-01 00:10"])
    table = history_table(count_conversations(source, CalendarSettings("Europe/Dublin", 60)))
    assert csv_text(table) == (
        "unique_id,ds,y\nall,2026-07-01T00:00:00+01:00,\nall,2026-07-01T01:00:00+01:00,1\n"
    )


def test_the_report_says_what_was_found_and_mended_once():
    """Repairs of the file ride on every queue; the planner reads each of them once."""
    repair = Repair("repeated id", 2, "export.csv: 2 rows repeat.")
    source = conversations(["2026-03-02 09:10", "2026-03-02 11:20"], ["live", "normal"])
    source = Conversations(source.table, (repair,))
    histories = count_conversations(source, CalendarSettings())
    report = history_report(source, histories)
    assert (report.rows, report.repairs) == (2, (repair,))
    assert [(queue.queue, queue.total) for queue in report.queues] == [("live", 1), ("normal", 1)]
    text = "\n".join(report.lines())
    assert text.count("export.csv: 2 rows repeat.") == 1
    assert "2026-03-02T00:00:00+00:00 to 2026-03-02T12:00:00+00:00" in text
    assert "11 not known" in text


def test_the_history_folder_gives_back_what_was_kept(tmp_path: Path):
    """A workspace outlives the export: conversations, counts and the list of repairs."""
    days = [f"2026-03-{day:02d} {hour:02d}:40" for day in (28, 29, 30) for hour in (0, 9, 17)]
    source = Conversations(
        conversations(days, handling_s=np.arange(9.0)).table, (Repair("far date", 1, "x, \"y\""),)
    )  # fmt: skip
    folder = tmp_path / "history"
    write_history_folder(folder, source, timezone="Europe/Dublin")
    again = read_history_folder(folder)
    assert isinstance(again, Conversations)
    pd.testing.assert_frame_equal(again.table, source.table)
    assert again.repairs == source.repairs
    counts = read_intervals(folder / "counts.csv")
    assert (counts.interval_minutes, counts.table["volume"].sum()) == (15, 9)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_history_folder(folder, again, timezone="Europe/Dublin")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_a_history_folder_may_hold_counts_alone(tmp_path: Path):
    """Some tools tell no more than counts; they are kept in their own interval."""
    source = intervals("2026-03-02", [1, np.nan, 3])
    write_history_folder(tmp_path, source)
    again = read_history_folder(tmp_path)
    assert isinstance(again, IntervalVolume)
    pd.testing.assert_frame_equal(again.table, source.table)


def test_counts_do_not_replace_conversations(tmp_path: Path):
    """Conversations are worth more, and reading prefers them: the counts would be ignored."""
    write_history_folder(tmp_path, conversations(["2026-03-02 09:10"]))
    with pytest.raises(InputError, match=r"conversations\.parquet"):
        write_history_folder(tmp_path, intervals("2026-03-02", [1]))


def test_a_folder_without_history_is_refused(tmp_path: Path):
    """An empty workspace says what is missing."""
    with pytest.raises(InputError, match="found neither"):
        read_history_folder(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_history_folder(tmp_path / "none")
    (tmp_path / "conversations.parquet").write_bytes(b"PAR1 noise")
    with pytest.raises(InputError, match="Parquet"):
        read_history_folder(tmp_path)


def test_times_in_counts_are_those_of_the_zone(tmp_path: Path):
    """A diff in git is read by people, who live by the wall clock."""
    write_history_folder(tmp_path, conversations(["2026-07-01 09:10"]), timezone="Europe/Dublin")
    starts = pd.DatetimeIndex(["2026-07-01 09:00"], tz="UTC")
    last = (tmp_path / "counts.csv").read_text().splitlines()[-1]
    assert last == f"all,{format_times(starts, 'Europe/Dublin')[0]},1"


def test_what_lies_after_the_start_is_listed():
    """Hours that a plan may not know are left out in the open."""
    start = pd.Timestamp("2026-03-02 02:30", tz="UTC")
    for source in (
        intervals("2026-03-02", [1, 2, 3, 4]),
        conversations([f"2026-03-02 {hour:02d}:40" for hour in range(4)]),
    ):
        (history,) = build_histories(source, CalendarSettings(), start=start)
        assert history.cutoff <= start
        assert kinds(history.repairs)["after the start"] == 2
        assert history.volume.notna().sum() == 2


def test_hours_of_a_zone_with_half_an_hour_are_kept_in_a_folder(tmp_path: Path):
    """Hours in Kolkata begin on the half hour of UTC."""
    source = intervals("2026-03-01 18:30", [1, 2, 3])
    write_history_folder(tmp_path, source, timezone="Asia/Kolkata")
    again = read_history_folder(tmp_path, timezone="Asia/Kolkata")
    pd.testing.assert_frame_equal(again.table, source.table)
