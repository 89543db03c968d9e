"""A plan folder is tried out without being changed but for one more file."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from optimizer.simulated_service import Comparison, Difference
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS
from ui.plan_folder import plan_hash, read_plan, write_plan
from ui.simulate_command import comparison_lines


@pytest.fixture
def folder(tmp_path):
    """A plan of one queue over the day on which clocks go forward."""
    made = sample_plan(queues=("live",))
    write_plan(replace(made, settings=SETTINGS), tmp_path / "plan")
    return tmp_path / "plan"


def test_a_plan_is_tried_out_and_its_figures_are_kept_with_it(staffcast, folder):
    """The planner reads a summary, and every hour stands in a file with its noise."""
    ended = staffcast("simulate", folder, "--weeks", 20, "--seed", 3)
    assert ended.status == 0, ended.err
    assert "in 20 simulated weeks of the forecast" in ended.out
    assert "primary alone" in ended.out
    assert "with on-call" in ended.out
    written = folder / "exports/simulation.csv"
    table = pd.read_csv(written)
    assert len(table) == 167  # the clocks go forward
    assert list(table.columns[:6]) == [
        "unique_id", "ds", "volume", "primary", "on_call", "called_in",
    ]  # fmt: skip
    for name in ("primary_misses", "with_on_call_service_level", "primary_abandonment"):
        assert table[name].dropna().between(0, 1).all()
        assert f"{name}_se" in table
    assert "exports/simulation.csv" in json.loads((folder / "manifest.json").read_text())["files"]
    read_plan(folder)
    first = written.read_bytes()
    for seed in (3, 4):
        assert staffcast("simulate", folder, "--weeks", 20, "--seed", seed).status == 0
        assert (written.read_bytes() == first) == (seed == 3)


def test_a_plan_keeps_what_simulation_says_of_it(tmp_path):
    """Whoever opens the folder later sees the same figures, to the byte."""
    start = pd.Timestamp("2026-03-29T01:00", tz="UTC").as_unit("us")
    worst = Difference(start, 0.875, 0.75, 0.02)
    rescoring = (
        Comparison("live", "first_reply", 60, 0.875, 0.86, 0.01, 0.03, 0.01, worst, (worst,)),
        Comparison("normal", "pick_up", 60, 0.9, 0.9, 0.01, 0.01, 0.01, None, ()),
    )
    made = replace(sample_plan(), rescoring=rescoring)
    write_plan(made, tmp_path / "plan")
    read = read_plan(tmp_path / "plan")
    assert read.rescoring == rescoring
    assert plan_hash(read) == plan_hash(made)
    assert plan_hash(replace(made, rescoring=())) == plan_hash(sample_plan())


def test_intervals_in_which_the_simulation_holds_are_named():
    """The report says so, with both figures, the worst first."""
    hours = pd.date_range("2026-03-29T00:00", periods=7, freq="h", tz="UTC")
    beyond = tuple(
        Difference(hour, 0.9, 0.8 - place / 100, 0.01) for place, hour in enumerate(hours)
    )
    comparison = Comparison("live", "pick_up", 60, 0.9, 0.8, 0.01, 0.1, 0.01, beyond[-1], beyond)
    lines = comparison_lines(comparison, "Europe/Dublin")
    assert "7 intervals differ by more than 2 points beyond noise" in lines[2]
    assert lines[3] == ("  2026-03-29 07:00: 90.0% by the formulas, 74.0% (± 2.0) simulated")
    assert lines[-1] == "  and 2 more"


def test_out_leaves_the_plan_folder_as_it_was(staffcast, folder, tmp_path):
    """Whoever only asks changes nothing."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ended = staffcast("simulate", folder, "--weeks", 2, "--out", tmp_path / "s.csv")
    assert ended.status == 0, ended.err
    assert (tmp_path / "s.csv").exists()
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weeks", 0), "--weeks"),
        (("--out", "plan/report.json"), "report.json"),
    ],
)
def test_slips_are_one_line_and_change_nothing(staffcast, folder, words, said):
    """Status 2, and the plan stays whole."""
    ended = staffcast("simulate", folder, *words)
    assert ended.status == 2
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    read_plan(folder)


def test_what_is_no_plan_is_refused(staffcast, tmp_path):
    """One line says what a plan folder is."""
    ended = staffcast("simulate", tmp_path)
    assert ended.status == 2
    assert "plan folder" in ended.err


def test_a_plan_whose_queue_lacks_settings_is_refused(staffcast, tmp_path):
    """A queue cannot be simulated without knowing its conversations."""
    made = sample_plan()
    write_plan(replace(made, settings=SETTINGS), tmp_path / "plan")
    ended = staffcast("simulate", tmp_path / "plan", "--weeks", 2)
    assert ended.status == 2
    assert "queue normal has no settings" in ended.err
