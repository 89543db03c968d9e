"""The tables of ``evaluate`` join volume and staff without losing an interval."""

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.files import csv_text
from optimizer.concurrency import Handling
from optimizer.evaluation import evaluate_staff, evaluation_table, read_staff
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.birth_death import evaluate

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
QUEUES = {
    "live": QueueSettings(CHAT),
    "inbox": QueueSettings(CHAT, ServicePolicy(within_seconds=600)),
}


def tables(queues=("live",), hours=4):
    index = pd.date_range("2026-11-30", periods=hours, freq="h", tz="UTC", unit="us")
    keys = pd.DataFrame(
        [(queue, start) for queue in queues for start in index], columns=["queue", "interval_start"]
    )
    numbers = np.arange(len(keys))
    return keys.assign(volume=10.0 + 5 * (numbers % 4)), keys.assign(reps=3 + numbers % 2)


def test_every_queue_is_evaluated_by_its_own_promise():
    """Rows are sorted by queue and time whatever their order in the files."""
    volume, staff = tables(("live", "inbox"))
    found = evaluate_staff(volume.sample(frac=1, random_state=1), staff, QUEUES, 60)
    assert found["queue"].tolist() == ["inbox"] * 4 + ["live"] * 4
    for queue, within in (("inbox", 600), ("live", 120)):
        contacts = volume[volume["queue"] == queue]["volume"].to_numpy()
        reps = staff[staff["queue"] == queue]["reps"].to_numpy()
        expected = evaluate(contacts, reps, 60, CHAT, within)
        rows = found[found["queue"] == queue]
        np.testing.assert_allclose(rows["pick_up"], expected["pick_up"])
        np.testing.assert_allclose(rows["service_level"], expected["first_reply"])
        np.testing.assert_allclose(rows["overrun_minutes"], expected["overrun_minutes"])


def test_a_file_has_local_times_and_the_columns_of_the_contract():
    """A stranger can check it."""
    found = evaluate_staff(*tables(hours=1), QUEUES, 60)
    lines = csv_text(evaluation_table(found, "Europe/Dublin")).splitlines()
    assert lines[0] == (
        "unique_id,ds,service_level,pick_up,first_reply,follow_up,abandonment,hands_busy,"
        "slots_busy,overrun_minutes"
    )
    assert lines[1].startswith("live,2026-11-30T00:00:00+00:00,")


@pytest.mark.parametrize(("drop", "words"), [(0, "in the staff and not"), (1, "in the volume and")])
def test_an_interval_in_one_file_alone_is_refused_with_its_place(drop, words):
    """A forgotten hour must not become an hour without staff."""
    both = list(tables())
    both[drop] = both[drop].drop(index=2)
    with pytest.raises(InputError, match=rf"live at 2026-11-30T02:00.*{words}"):
        evaluate_staff(*both, QUEUES, 60)


def test_a_queue_without_settings_is_refused():
    """Nothing can be said of a queue whose handling is unknown."""
    with pytest.raises(InputError, match=r"\[queues\.vip\]"):
        evaluate_staff(*tables(("vip",)), QUEUES, 60)


def test_staff_is_read_with_naive_times_in_the_zone(tmp_path):
    """A repeated hour that is named twice is both of its hours."""
    file = tmp_path / "staff.csv"
    file.write_text(
        "unique_id,ds,reps\nlive,2026-10-25 00:00,2\nlive,2026-10-25 01:00,3\n"
        "live,2026-10-25 01:00,4\nlive,2026-10-25 02:00,5\n"
    )
    staff = read_staff(file, "Europe/Dublin", 60)
    assert staff["reps"].tolist() == [2, 3, 4, 5]
    hours = pd.date_range("2026-10-24 23:00", periods=4, freq="h", tz="UTC")
    assert staff["interval_start"].tolist() == hours.tolist()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("live,2026-11-30 00:00,2.5", "row 2, column reps: .*whole number"),
        ("live,2026-11-30 00:00,-2", "row 2, column reps: .*at least 0"),
        ("live,2026-11-30 00:00,many", "row 2, column reps: .*number"),
        ("live,2026-03-29 01:30,2", "row 2, column ds: .*skip this time"),
        ("live,,2", "row 2, column ds: .*give a time"),
        ("live,2026-11-30 00:07,2", "row 2, column ds: .*60 minutes"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(tmp_path, line, words):
    """Whoever typed the staff finds the place."""
    file = tmp_path / "staff.csv"
    file.write_text(f"unique_id,ds,reps\n{line}\n")
    with pytest.raises(InputError, match=words):
        read_staff(file, "Europe/Dublin", 60)


def test_a_header_alone_is_refused(tmp_path):
    """There is nothing to evaluate."""
    file = tmp_path / "staff.csv"
    file.write_text("unique_id,ds,reps\n")
    with pytest.raises(InputError, match="no row"):
        read_staff(file, "UTC", 60)


def test_a_zone_that_the_interval_does_not_fit_is_refused(tmp_path):
    """Lord Howe changes its clocks by half an hour."""
    file = tmp_path / "staff.csv"
    file.write_text("unique_id,ds,reps\nlive,2026-11-30 00:00,2\n")
    with pytest.raises(InputError, match="set interval_minutes to 15 or 30"):
        read_staff(file, "Australia/Lord_Howe", 60)


def test_reps_far_beyond_need_cost_no_time_and_change_nothing():
    """An extra zero in a staff file: states that nobody could reach are not followed."""
    volume, staff = [20.0] * 6, [400] * 6
    some = evaluate(volume, staff, 60, CHAT, 120)
    many = evaluate(volume, [1_000_000] * 6, 60, CHAT, 120)
    np.testing.assert_allclose(many["pick_up"], 1.0, atol=1e-9)
    np.testing.assert_allclose(many["abandonment"], some["abandonment"], atol=1e-9)
    for column in ("hands_busy", "slots_busy"):
        np.testing.assert_allclose(many[column] * 2500, some[column], rtol=1e-6)


def test_a_number_that_nobody_has_is_refused_with_its_place(tmp_path):
    """A slip is named rather than computed for minutes."""
    file = tmp_path / "staff.csv"
    file.write_text("unique_id,ds,reps\nlive,2026-11-30 00:00,1e7\n")
    with pytest.raises(InputError, match=r"row 2, column reps: .*at most 1000000"):
        read_staff(file, "UTC", 60)
    volume, staff = tables()
    volume.loc[volume.index[1], "volume"] = 1e5
    with pytest.raises(InputError, match=r"at 2026-11-30T01:00.*100000 contacts.*at most 10000"):
        evaluate_staff(volume, staff, QUEUES, 60)
