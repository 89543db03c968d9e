"""A requirement is read as it was written, and a slip in its file is told by its place."""

import pandas as pd
import pytest

from data.errors import InputError
from data.files import csv_text
from optimizer.requirement import plan_requirement
from optimizer.requirement_files import read_requirement, requirement_table
from tests.optimizer.requirement_cases import LIVE, a_day, demand_of_volume


@pytest.fixture(scope="module")
def written():
    demands = [demand_of_volume(a_day(20), queue=name) for name in ("b", "a")]
    plan = plan_requirement(demands, {"a": LIVE, "b": LIVE}, 0.9)
    return plan, csv_text(requirement_table(plan))


def test_a_file_says_what_the_requirement_says(tmp_path, written):
    """Written and read again, nothing but digits beyond the sixth is lost."""
    plan, text = written
    assert text.splitlines()[0] == (
        "unique_id,ds,volume,primary,on_call,rostered_primary,rostered_on_call,"
        "service_level,pick_up,first_reply,abandonment,hands_busy,slots_busy,follow_up"
    )
    file = tmp_path / "requirement.csv"
    file.write_text(text)
    read = read_requirement(file, "UTC", 60)
    pd.testing.assert_frame_equal(read.table, plan.table, atol=1e-4, check_dtype=False)
    assert csv_text(requirement_table(read)) == text


def test_a_file_of_reps_alone_can_be_used(tmp_path):
    """Who knows the reps from elsewhere need not know the service."""
    file = tmp_path / "requirement.csv"
    file.write_text(
        "unique_id,ds,volume,primary,on_call,rostered_primary,rostered_on_call\n"
        "live,2026-11-30T01:00:00+00:00,5,1,0,2,0\nlive,2026-11-30T00:00:00+00:00,5,2,1,3,1\n"
    )
    table = read_requirement(file, "UTC", 60).table
    assert table["rostered_primary"].tolist() == [3, 2]
    assert table["pick_up"].isna().all()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("live,2026-11-30T01:00:00+00:00,5,1.5,0,2,0", "row 3, column primary: .*whole number"),
        ("live,2026-11-30T01:00:00+00:00,-1,1,0,2,0", "row 3, column volume"),
        ("live,2026-11-30T01:00:00+00:00,5,1,nan,2,0", "row 3, column on_call"),
        ("live,2026-11-30T01:30:00+00:00,5,1,0,2,0", "row 3, column ds: .*60 minutes"),
        ("live,2026-11-30T02:00:00+00:00,5,1,0,2,0", "row 3, column ds: found 'a gap"),
        ("live,2026-11-30T00:00:00+00:00,5,1,0,2,0", "row 3, column ds: .*twice"),
        ("live,31st of November,5,1,0,2,0", "row 3, column ds: .*give a time"),
        (",2026-11-30T01:00:00+00:00,5,1,0,2,0", "row 3, column unique_id"),
        ("live,2026-11-30T01:00:00+00:00,5,1,0,2", "row 3: found '6 cells'"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(tmp_path, line, words):
    """Whoever edited the file by hand finds the place."""
    file = tmp_path / "requirement.csv"
    file.write_text(
        "unique_id,ds,volume,primary,on_call,rostered_primary,rostered_on_call\n"
        f"live,2026-11-30T00:00:00+00:00,5,2,1,3,1\n{line}\n"
    )
    with pytest.raises(InputError, match=words):
        read_requirement(file, "UTC", 60)


def test_a_missing_column_is_named(tmp_path):
    """Another file than a requirement is told apart by what it lacks."""
    file = tmp_path / "requirement.csv"
    file.write_text("unique_id,ds,y\nlive,2026-11-30T00:00:00+00:00,5\n")
    with pytest.raises(InputError, match="column volume is missing"):
        read_requirement(file, "UTC", 60)
