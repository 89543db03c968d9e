"""The commands as a planner's script meets them: files in, files out, an exit status."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest


def test_every_stage_hands_the_next_one_its_file(staffcast, small):
    """The pipeline can be scripted, stage by stage, and each file has the columns agreed on."""
    steps = [
        ("forecast", "history.csv", "--horizon", 168, "--out", "f.csv"),
        ("require", "f.csv", "--out", "r.csv"),
        ("shifts", "r.csv", "--team", "team.csv", "--out", "cover"),
        ("roster", "cover/shifts.csv", "--team", "team.csv", "--out", "named"),
    ]
    for step in steps:
        ended = staffcast(*step)
        assert ended.status == 0, ended.err
    columns = {
        "f.csv": "unique_id,ds,mean,q05,q10,q25,q50,q75,q90,q95",
        "r.csv": (
            "unique_id,ds,volume,primary,on_call,rostered_primary,rostered_on_call,"
            "service_level,pick_up,abandonment,hands_busy,slots_busy"
        ),
        "cover/shifts.csv": "queue,site,start,end,role,reps",
        "cover/coverage.csv": (
            "queue,ds,required_primary,required_on_call,primary,on_call,understaffing,overstaffing"
        ),
    }
    for name, header in columns.items():
        assert (small / name).read_text().splitlines()[0] == header
    roster = pd.read_csv(small / "named/roster.csv")
    assert {"rep_id", "queue", "role", "start", "end", "locked", "reason"} <= set(roster.columns)
    assert set(roster["rep_id"]) <= {"ana", "ben", "cleo", "dan"}
    assert len(roster)


def test_a_workspace_from_an_export_plans_its_next_week_and_repeats_to_the_byte(staffcast, small):
    """Ten minutes from one's own file to a first plan; made again it is the same."""
    assert (
        staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin").status
        == 0
    )
    (small / "mine/team.csv").write_text((small / "team.csv").read_text())
    contents = []
    for _ in range(2):
        ended = staffcast("plan", "mine")
        assert ended.status == 0, ended.err
        folder = small / "mine/plans/2026-03-16"
        contents.append(
            {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        )
    assert contents[0] == contents[1]
    assert {"roster.csv", "roster.xlsx", "ana.ics", "manifest.json"} <= set(contents[0])
    assert "live: reps beyond need (+) or missing (-), both tiers, Europe/Dublin" in ended.out


def test_evaluate_says_what_service_given_reps_give(staffcast, small):
    """A planner asks: with these reps, how many are picked up in time?"""
    volume = pd.read_csv(small / "history.csv").head(24 * 7)
    volume.to_csv(small / "v.csv", index=False)
    volume.assign(reps=4)[["unique_id", "ds", "reps"]].to_csv(small / "s.csv", index=False)
    ended = staffcast("evaluate", "--volume", "v.csv", "--staff", "s.csv", "--out", "e.csv")
    assert ended.status == 0, ended.err
    table = pd.read_csv(small / "e.csv")
    assert table["pick_up"].between(0, 1).all()
    assert (table["service_level"] == table["pick_up"]).all()


def test_backtest_writes_the_leaderboard(staffcast, small):
    """The analyst's question: which model is best on my queue?"""
    ended = staffcast(
        "backtest", "history.csv", "--cutoffs", 2, "--models", "seasonal_naive,median_of_six",
        "--out", "scores",
    )  # fmt: skip
    assert ended.status == 0, ended.err
    scores = pd.read_csv(small / "scores/leaderboard.csv")
    assert list(scores.columns) == [
        "unique_id", "model", "wape", "mase", "rmsse", "bias", "pinball", "coverage_80",
        "coverage_90", "poisson_floor", "cpu_s",
    ]  # fmt: skip
    assert set(scores["model"]) == {"seasonal_naive", "median_of_six"}
    rows = pd.read_csv(small / "scores/backtest.csv")
    assert list(rows.columns[:7]) == ["unique_id", "model", "cutoff", "ds", "lead", "y", "mean"]
    assert len(rows) == 2 * 2 * 168


def test_a_plan_without_a_team_ends_with_the_shifts_and_says_so(staffcast, small):
    """People are not needed to know how many are needed."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    ended = staffcast("plan", "mine")
    assert ended.status == 0
    assert "no team file" in ended.out
    assert not (small / "mine/plans/2026-03-16/roster.csv").exists()


@pytest.mark.parametrize("module", ["pandas", "numpy", "streamlit", "pulp", "statsmodels"])
def test_help_imports_nothing_heavy(module):
    """Help must answer at once: what it imports decides that."""
    code = f"import sys, ui.cli; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_command_has_help(staffcast):
    """A command that cannot say what it does is not finished."""
    names = "demo init history forecast backtest require evaluate shifts roster plan export ui"
    for name in names.split():
        ended = staffcast(name, "--help")
        assert ended.status == 0
        assert "Usage: staffcast" in ended.out


def test_export_writes_the_formats_asked_for(staffcast, small):
    """A manager takes the workbook alone."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    staffcast("plan", "mine", "--out", "week")
    for path in Path("week/exports").glob("*"):
        path.unlink()
    ended = staffcast("export", "week", "--format", "xlsx")
    assert ended.status == 0, ended.err
    assert [path.name for path in Path("week/exports").glob("*")] == ["roster.xlsx"]
    assert staffcast("export", "week", "--format", "docx").status == 2
