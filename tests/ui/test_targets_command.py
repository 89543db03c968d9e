"""Targets per day from the command line: the second plan, what it saves, and what it risks."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.files import csv_text
from optimizer.requirement_files import requirement_table
from tests.optimizer.day_cases import humps, queue, required
from tests.optimizer.test_target_comparison import compared
from tests.ui.sample_plan import sample_plan
from ui.plan_folder import plan_files, plan_hash, read_plan, write_plan

SETTINGS = """
[calendar]
timezone = "UTC"

[queues.live.handling]
concurrency = 4
rep_messages = 8
writing_minutes = 0.75
customer_reply_minutes = 4.0

[queues.live.service]
shrinkage = 0.0
"""


def _write(folder: Path, settings: str = SETTINGS) -> None:
    (folder / "staffcast.toml").write_text(settings)
    requirement = required(humps(7, 1), queue())
    (folder / "r.csv").write_text(csv_text(requirement_table(requirement)))


def test_shifts_for_a_target_per_day_stand_beside_those_per_hour(staffcast, tmp_path):
    """The files have both plans; the shifts are those of the plan per day."""
    _write(tmp_path)
    ended = staffcast("shifts", "r.csv", "--target-per", "day", "--out", "cover")
    assert ended.status == 0, ended.err
    assert "target 80% in time per day" in ended.out
    told = json.loads((tmp_path / "cover/report.json").read_text())
    saved = told["targets"]["live"]
    assert told["status"] == "FEASIBLE"
    assert saved["per_day"]["paid_hours"] < saved["per_hour"]["paid_hours"]
    table = pd.read_csv(tmp_path / "cover/targets.csv")
    assert set(table["target_per"]) == {"hour", "day"}
    assert table["volume"].tolist() == [1.0, 1.05, 1.1, 1.2] * 2
    shifts = pd.read_csv(tmp_path / "cover/shifts.csv", parse_dates=["start", "end"])
    hours = (shifts["end"] - shifts["start"]) / pd.Timedelta(hours=1)
    assert (hours * shifts["reps"]).sum() == saved["per_day"]["paid_hours"]


def test_settings_and_option_come_to_the_same(staffcast, tmp_path):
    """The option is for trying it out; the settings are for keeping it."""
    _write(tmp_path, SETTINGS + 'target_per = "day"\n')
    assert staffcast("shifts", "r.csv", "--out", "kept").status == 0
    _write(tmp_path)
    assert staffcast("shifts", "r.csv", "--target-per", "day", "--out", "tried").status == 0
    for name in ("shifts.csv", "coverage.csv", "targets.csv", "report.json"):
        assert (tmp_path / "kept" / name).read_bytes() == (tmp_path / "tried" / name).read_bytes()


def test_an_option_that_settings_contradict_is_refused(staffcast, tmp_path):
    """A floor above the target belongs to no promise; nothing is written."""
    _write(tmp_path, SETTINGS + "target = 0.5\n")
    ended = staffcast("shifts", "r.csv", "--target-per", "day", "--out", "cover")
    assert ended.status == 2
    assert "--target-per day: queue live: hour_floor is 0.6 and target 0.5" in ended.err
    assert not (tmp_path / "cover").exists()


def test_a_plan_folder_keeps_what_targets_save(tmp_path):
    """Read and written again it is the same to the byte, and a changed figure another plan."""
    plan = sample_plan(seconds=0.0)
    told = replace(plan, shift_plan=replace(plan.shift_plan, targets=(compared(),)))
    write_plan(told, tmp_path / "plan")
    read = read_plan(tmp_path / "plan")
    assert read.shift_plan.targets == (compared(),)
    assert plan_files(read) == plan_files(told)
    assert plan_hash(read) == plan_hash(told) != plan_hash(plan)
