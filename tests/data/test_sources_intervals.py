"""Reading counts per interval: clocks, gaps, repeats, and faults with their place."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import format_times
from data.errors import InputError
from data.sources import IntervalVolume, is_interval_file, read_intervals

ZONES = ["Europe/Dublin", "America/Chicago", "Australia/Sydney", "Australia/Lord_Howe",
         "Asia/Kolkata", "UTC"]  # fmt: skip
CHANGES = {  # a day on which clocks go back, and one on which they go forward
    "Europe/Dublin": ("2026-10-25", "2026-03-29"),
    "America/Chicago": ("2026-11-01", "2026-03-08"),
    "Australia/Sydney": ("2026-04-05", "2026-10-04"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "volume.csv"
    path.write_bytes(text.encode())
    return path


def read(folder: Path, text: str, **options) -> IntervalVolume:
    return read_intervals(write(folder, text), **options)


def refusal(folder: Path, text: str, **options) -> str:
    with pytest.raises(InputError) as error:
        read(folder, text, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def counts(volume: IntervalVolume) -> dict[str, int]:
    return {repair.kind: repair.count for repair in volume.repairs}


def lines(*rows: str, header: str = "ds,y") -> str:
    return "\n".join([header, *rows]) + "\n"


def wall_times(day: str, step: int, hours: int = 24) -> list[str]:
    clock = pd.date_range(day, periods=hours * 60 // step, freq=f"{step}min")
    return [f"{time:%Y-%m-%d %H:%M}" for time in clock]


def test_a_plain_file_is_read_as_it_stands(tmp_path):
    """The common case: one queue, hours, offsets stated, a column that is none of our business."""
    text = lines("b,2026-01-01T00:00:00+00:00,3,x", "b,2026-01-01T01:00:00+00:00,0,x",
                 header="unique_id,ds,y,open")  # fmt: skip
    found = read(tmp_path, text)
    assert found.interval_minutes == 60
    assert found.table["queue"].tolist() == ["b", "b"]
    assert found.table["volume"].tolist() == [3, 0]
    assert found.repairs == ()


def test_without_a_queue_there_is_one(tmp_path):
    """A small team has one inbox and no reason to name it."""
    assert read(tmp_path, lines("2026-01-01T00:00Z,3")).table["queue"].tolist() == ["all"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2026-01-01 02:00,-1", ["row 4, column y", "'-1'", "at least 0"]),
        ("2026-01-01 02:00,inf", ["row 4, column y", "'inf'"]),
        ("2026-01-01 02:00,nan", ["row 4, column y", "'nan'"]),
        ("2026-01-01 02:00,1e999", ["row 4, column y"]),
        ("2026-01-01 02:00,1e308", ["row 4, column y", "'1e308'", "at most 1e+09"]),
        ("01/02/2026 02:00,1", ["row 4, column ds", "ambiguous", "write the year first"]),
        ("2026-01-01 02:00,many", ["row 4, column y", "'many'"]),
        ("soon,1", ["row 4, column ds", "'soon'", "write a time"]),
        (",1", ["row 4, column ds"]),
        ("2026-01-01 02:07,1", ["row 4, column ds", "02:07"]),
        ("2026-01-01 02:00:30,1", ["row 4, column ds"]),
        ("2026-01-01 01:00,5", ["row 4, column y", "row 3 says 2", "keep one"]),
        ("2026-01-01 02:00", ["row 4", "1 cells", "header has 2"]),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, words):
    """With thousands of rows, a fault without its place cannot be mended."""
    many = [f"2026-01-02 {hour:02d}:00,1" for hour in range(24)]
    message = refusal(tmp_path, lines("2026-01-01 00:00,1", "2026-01-01 01:00,2", row, *many))
    for word in [*words, "volume.csv"]:
        assert word in message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("ds,y\n", "no row below the header"),
        ("ds,volume\n2026-01-01,1\n", "column y is missing"),
        ("y\n1\n", "column ds is missing"),
        ("unique_id,ds,ds\nq,2026-01-01,1\n", "two columns are called ds"),
        ("ds,y\n2026-01-01,1\n2026-01-02,1\n2026-01-03,2\n", "1 days 00:00:00 apart"),
    ],
)
def test_a_file_without_intervals_is_refused(tmp_path, text, word):
    """What is not a table of intervals must not become a flat forecast."""
    assert word in refusal(tmp_path, text)


def test_missing_file_folder_and_unknown_zone_are_refused(tmp_path):
    """Typing errors."""
    with pytest.raises(InputError, match="no such file"):
        read_intervals(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        read_intervals(tmp_path)
    assert "no time zone" in refusal(tmp_path, lines("2026-01-01,1"), timezone="Mars/Base")


def test_interval_files_are_told_from_conversations(tmp_path):
    """One command takes both."""
    assert is_interval_file(write(tmp_path, "unique_id;ds;y\n"))
    assert is_interval_file(write(tmp_path, "Unique_ID,DS,Y\n"))
    assert is_interval_file(write(tmp_path, "unique_id,ds,ds\n"))
    assert not is_interval_file(write(tmp_path, "id,created_at\n"))
    assert not is_interval_file(write(tmp_path, '{"ds": 1, "y": 2}'))
    assert not is_interval_file(tmp_path)
    with pytest.raises(InputError):
        is_interval_file(tmp_path / "none.csv")


def test_an_empty_count_is_not_known_and_not_zero(tmp_path):
    """An outage of the export is not a quiet hour."""
    found = read(tmp_path, lines("2026-01-01T00:00Z,", "2026-01-01T01:00Z,0"))
    assert found.table["volume"].isna().tolist() == [True, False]


def test_exact_repeats_are_dropped_and_listed(tmp_path):
    """Two overlapping exports glued together say the same twice."""
    found = read(tmp_path, lines(*["2026-01-01T00:00Z,4"] * 3, "2026-01-01T01:00Z,5"))
    assert found.table["volume"].tolist() == [4, 5]
    assert counts(found) == {"repeated row": 2}


@pytest.mark.parametrize(("step", "target"), [(5, 15), (10, 30), (20, 60), (15, 15), (30, 30)])
def test_finer_intervals_add_up(tmp_path, step, target):
    """Nothing is lost in the sum, and a part that is missing makes the whole unknown."""
    rows = [f"{time},1" for time in wall_times("2026-01-01", step)]
    found = read(tmp_path, lines(*rows))
    assert found.interval_minutes == target
    assert found.table["volume"].sum() == len(rows)
    if step < target:
        partial = read(tmp_path, lines(*rows[1:]))
        assert partial.table["volume"].isna().sum() == 1
        assert "1 that lack a part" in partial.repairs[-1].sentence


def two_queues(live_minutes: int, normal_minutes: int, days: int = 14) -> str:
    rows = [f"live,{time},10" for time in wall_times("2026-03-02", live_minutes, 24 * days)]
    rows += [f"normal,{time},1" for time in wall_times("2026-03-02", normal_minutes, 24 * days)]
    return lines(*rows, header="unique_id,ds,y")


@pytest.mark.parametrize(
    ("live", "normal", "target"), [(60, 15, 60), (60, 5, 60), (30, 15, 30), (60, 20, 60)]
)
def test_queues_of_different_steps_are_summed_each_to_the_longest(tmp_path, live, normal, target):
    """Taken for one step, an hour's ten would be ten a quarter: four times the reps."""
    found = read(tmp_path, two_queues(live, normal))
    assert found.interval_minutes == target
    volumes = found.table.set_index("queue")["volume"]
    assert volumes["live"].tolist() == [10] * (14 * 24 * 60 // target)
    assert volumes["normal"].tolist() == [target // normal] * (14 * 24 * 60 // target)
    (note,) = [repair for repair in found.repairs if repair.kind == "summed intervals"]
    assert f"intervals of {normal} minutes in normal were added up to {target}" in note.sentence


def test_the_longest_step_of_a_queue_cannot_be_told_apart(tmp_path):
    """Quarters that one queue does not have cannot be asked for."""
    message = refusal(tmp_path, two_queues(60, 15), interval_minutes=15)
    assert "the intervals of 60 minutes of the queue live cannot be told apart into 15" in message
    assert "set interval_minutes to 60" in message


def test_days_of_one_queue_are_refused_beside_hours_of_another(tmp_path):
    """A day's total would stand in the hour after midnight."""
    message = refusal(tmp_path, two_queues(60 * 24, 60))
    assert "1 days 00:00:00 apart in the queue live" in message


def test_a_queue_of_few_rows_takes_the_step_of_the_others(tmp_path):
    """Three rows on the hour do not make a queue of quarters one of hours."""
    rows = [f"rare,2026-03-0{day} 10:00,1\n" for day in (3, 5, 6)]
    found = read(tmp_path, two_queues(15, 15) + "".join(rows))
    assert found.interval_minutes == 15
    assert found.table.groupby("queue")["volume"].sum().to_dict() == {
        "live": 13_440, "normal": 1344, "rare": 3,
    }  # fmt: skip


def test_hours_that_a_clock_change_cuts_are_refused(tmp_path):
    """Lord Howe's clocks move by half an hour: its hours are not half hours, half of them lost."""
    times = pd.date_range("2026-03-15", periods=24 * 60, freq="h", tz="Australia/Lord_Howe")
    message = refusal(
        tmp_path,
        lines(*[f"{time.isoformat()},10" for time in times]),
        timezone="Australia/Lord_Howe",
    )
    assert "rows 60 minutes apart" in message
    assert "The clock changes of Australia/Lord_Howe are no multiple of 60 minutes" in message


def test_a_stated_interval_is_made_or_refused(tmp_path):
    """Quarters become hours; hours do not become quarters."""
    rows = [f"{time},1" for time in wall_times("2026-01-01", 15)]
    assert read(tmp_path, lines(*rows), interval_minutes=60).table["volume"].tolist() == [4] * 24
    hours = lines(*[f"{time},1" for time in wall_times("2026-01-01", 60)])
    assert "set interval_minutes to 60" in refusal(tmp_path, hours, interval_minutes=15)
    assert "give 15, 30 or 60" in refusal(tmp_path, hours, interval_minutes=45)


def test_hours_of_another_zone_are_refused(tmp_path):
    """UTC hours begin on the half hour in Kolkata: half of each would land in the wrong one."""
    rows = [f"2026-01-01T{hour:02d}:00:00Z,1" for hour in range(24)]
    assert "name the zone" in refusal(tmp_path, lines(*rows), timezone="Asia/Kolkata")


@pytest.mark.parametrize("zone_name", CHANGES)
@pytest.mark.parametrize("step", [15, 30])
def test_the_hour_that_stands_there_twice_is_both_hours(tmp_path, zone_name, step):
    """A file by the wall clock that has every hour loses none in autumn."""
    day = CHANGES[zone_name][0]
    begin = pd.Timestamp(day).tz_localize(zone_name)
    instants = pd.date_range(
        begin, begin + pd.DateOffset(days=1), freq=f"{step}min", inclusive="left"
    )
    rows = [f"{time:%Y-%m-%d %H:%M},{n}" for n, time in enumerate(instants)]
    found = read(tmp_path, lines(*rows), timezone=zone_name)
    assert found.table["interval_start"].tolist() == list(instants.tz_convert("UTC"))
    assert found.table["volume"].tolist() == list(range(len(instants)))
    assert counts(found)["repeated hour"] == 2 * (len(instants) * step - 1440) // step


@pytest.mark.parametrize("zone_name", CHANGES)
def test_a_repeated_hour_that_stands_there_once_takes_the_first_offset(tmp_path, zone_name):
    """The second passing is then not known, which is not the same as quiet."""
    day = CHANGES[zone_name][0]
    rows = [f"{time},1" for time in wall_times(day, 30)]
    found = read(tmp_path, lines(*rows), timezone=zone_name)
    starts = pd.DatetimeIndex(found.table["interval_start"])
    assert len(found.table) == 48
    assert (starts[1:] - starts[:-1]).max() > pd.Timedelta(minutes=30)
    assert counts(found)["repeated hour"] == (1 if "Lord" in zone_name else 2)


@pytest.mark.parametrize("zone_name", CHANGES)
def test_an_hour_that_never_was_is_dropped_when_empty_and_refused_when_not(tmp_path, zone_name):
    """A spreadsheet fills the grid with a zero; a volume proves that the zone is another."""
    day = CHANGES[zone_name][1]
    times = wall_times(day, 30)
    real = pd.DatetimeIndex(times).tz_localize(zone_name, nonexistent="NaT").notna()
    rows = [f"{time},{int(exists)}" for time, exists in zip(times, real, strict=True)]
    found = read(tmp_path, lines(*rows), timezone=zone_name)
    assert found.table["volume"].sum() == real.sum()
    assert counts(found)["nonexistent hour"] == (~real).sum()
    message = refusal(tmp_path, lines(*(f"{time},1" for time in times)), timezone=zone_name)
    assert f"row {int(np.flatnonzero(~real)[0]) + 2}, column ds" in message
    assert "state the zone" in message


def test_a_file_that_repeats_itself_does_not_mean_two_hours(tmp_path):
    """Glued exports repeat the repeated hour too; the second copy is no second hour."""
    rows = [f"{time},1" for time in wall_times("2026-10-25", 60)]
    found = read(tmp_path, lines(*rows, *rows), timezone="Europe/Dublin")
    assert found.table["volume"].sum() == 24
    assert counts(found)["repeated row"] == 24


def test_naive_and_aware_times_are_mixed_with_a_notice(tmp_path):
    """Each row keeps the instant that it means."""
    rows = ["2026-07-01 10:00,1", "2026-07-01T10:00:00Z,2", "2026-07-01T06:00:00-05:00,3"]
    found = read(tmp_path, lines(*rows), timezone="Europe/Dublin")
    assert [time.hour for time in found.table["interval_start"]] == [9, 10, 11]
    assert counts(found) == {"mixed times": 1}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.sampled_from(ZONES),
    st.sampled_from([15, 30]),
    st.integers(0, 363).map(lambda days: pd.Timestamp("2026-01-01") + pd.Timedelta(days=days)),
    st.lists(st.none() | st.integers(0, 10_000), min_size=2, max_size=120),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_a_written_file_is_read_again_in_any_order(
    tmp_path_factory, zone_name, step, day, volumes, random
):
    """Files with offsets carry every instant of a year, whatever the clocks do."""
    begin = day.tz_localize(zone_name)
    instants = pd.date_range(begin, periods=len(volumes), freq=f"{step}min").tz_convert("UTC")
    rows = [
        f"q,{ds},{'' if y is None else y}"
        for ds, y in zip(format_times(instants, zone_name), volumes, strict=True)
    ]
    random.shuffle(rows)
    folder = tmp_path_factory.mktemp("round")
    found = read(
        folder, lines(*rows, header="unique_id,ds,y"), timezone=zone_name, interval_minutes=step
    )
    assert found.table["interval_start"].tolist() == list(instants)
    expected = np.array([np.nan if y is None else y for y in volumes], dtype=float)
    np.testing.assert_array_equal(found.table["volume"].to_numpy(), expected)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.tuples(
                st.one_of(
                    st.datetimes().map(str),
                    st.text(st.characters(codec="utf-8"), max_size=8),
                    st.sampled_from(["0001-01-01", "9999-12-31T23:00", "2026-10-25 01:30", "1e9"]),
                ),
                st.one_of(st.floats().map(str), st.text(max_size=4), st.integers().map(str)),
            ),
            max_size=5,
        ).map(lambda rows: lines(*(f"{ds},{y}" for ds, y in rows))),
    ),
    st.sampled_from(ZONES),
)
def test_random_files_are_read_or_refused_but_never_crash(tmp_path_factory, text, zone_name):
    """Whatever is in the file, the answer is a table or one line."""
    folder = tmp_path_factory.mktemp("noise")
    try:
        found = read(folder, text.encode("utf-8", "replace").decode(), timezone=zone_name)
    except InputError as error:
        assert str(error)
    else:
        assert (found.table["volume"].dropna() >= 0).all()


def test_columns_are_found_in_any_case(tmp_path):
    """Databases write names in capitals."""
    text = lines("q,2026-01-01T00:00Z,3", "q,2026-01-01T01:00Z,", header="Unique_ID,DS,Y")
    found = read(tmp_path, text)
    assert found.table["queue"].tolist() == ["q", "q"]
    assert found.table["volume"].isna().tolist() == [False, True]
    message = refusal(tmp_path, text.replace("Z,3", "Z,x"))
    assert "row 2, column y" in message


def test_a_row_half_a_century_away_is_named(tmp_path):
    """Beside a single day nothing says which of the two is the slip: the planner does."""
    rows = [f"{time},1" for time in wall_times("2026-01-01", 60)]
    message = refusal(tmp_path, lines(*rows, "1970-01-01 00:00,1"))
    assert "volume.csv, row 26, column ds: found '1970-01-01T00:00:00+00:00'" in message
    assert "2026-01-01, more than fifty years away; mend the date" in message


def test_a_far_date_is_left_out_and_many_are_refused(tmp_path):
    """One slip of a year would add years of unknown hours; a column of them is another fault."""
    rows = [f"{time},1" for time in wall_times("2026-01-01", 60, hours=480)]
    found = read(tmp_path, lines(*rows, "2062-01-01 00:00,1"))
    assert len(found.table) == 480
    assert counts(found)["far date"] == 1
    far = [f"{time},1" for time in wall_times("1970-01-01", 60)]
    assert "24 dates such as 1970-01-01" in refusal(tmp_path, lines(*rows, *far))
