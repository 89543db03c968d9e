"""The commands as a planner's script meets them: files in, files out, an exit status."""

import contextlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.predict import forecast_volume
from forecast.snapshots import Snapshot
from tests.ui.workspaces import volumes
from ui.publishing import keep_snapshot
from ui.reading import read_histories


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
            "service_level,pick_up,first_reply,abandonment,hands_busy,slots_busy,follow_up,"
            "reps_least,volume_q05,reps_q05,volume_q25,reps_q25,volume_q50,reps_q50,volume_q75,"
            "reps_q75,volume_q95,reps_q95,volume_q995,reps_q995"
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
    written = {"roster.csv", "roster.xlsx", "ana.ics", "forecast.update.json", "manifest.json"}
    assert written <= set(contents[0])
    assert "live: reps beyond need (+) or missing (-), both tiers, Europe/Dublin" in ended.out


def test_a_plans_forecast_is_updated_from_its_folder(staffcast, small):
    """On Monday noon the plan is what there is; what people changed in it stays changed."""
    history = volumes(12, 60.0)
    days = history["ds"].str[:10]
    busyness = np.random.default_rng(5).gamma(20.0, 0.05, days.nunique())
    history["y"] = (history["y"] * busyness[days.factorize()[0]]).round()
    history.to_csv(small / "history.csv", index=False)
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    day = "2026-03-16"
    change = ("--kind", "multiply", "--queue", "live", "--value", 3, "--who", "ada", "--why", "ad")
    span = ("--start", f"{day}T14:00", "--end", f"{day}T17:00", "--workspace", "mine")
    assert staffcast("override", "add", *change, *span).status == 0
    assert staffcast("plan", "mine").status == 0
    folder = small / "mine/plans" / day
    model, planned = (
        pd.read_csv(folder / name).set_index("ds")
        for name in ("forecast_model.csv", "forecast.csv")
    )
    afternoon = slice(f"{day}T14:00:00+00:00", f"{day}T16:00:00+00:00")
    assert planned.loc[afternoon, "q50"].sum() > 2.5 * model.loc[afternoon, "q50"].sum()
    rest = {}
    for name, factor in (("usual", 1.0), ("busy", 1.5)):
        today = planned["mean"].mul(factor).round(2).head(12).rename("y").reset_index()
        today.assign(unique_id="live").to_csv(small / "today.csv", index=False)
        words = ("forecast", folder / "forecast.csv", "--actuals", "today.csv")
        ended = staffcast(*words, "--out", f"{name}.csv")
        assert ended.status == 0, ended.err
        rest[name] = pd.read_csv(small / f"{name}.csv").set_index("ds")
        assert rest[name].index[0] == f"{day}T12:00:00+00:00"
    usual, busy = (each.loc[afternoon, "mean"].sum() for each in rest.values())
    assert usual == pytest.approx(planned.loc[afternoon, "mean"].sum(), rel=0.1)
    assert busy > 1.1 * usual


def test_evaluate_says_what_service_given_reps_give(staffcast, small):
    """A planner asks: with these reps, how many are picked up in time?"""
    volume = pd.read_csv(small / "history.csv").head(24 * 7)
    volume.to_csv(small / "v.csv", index=False)
    volume.assign(reps=4)[["unique_id", "ds", "reps"]].to_csv(small / "s.csv", index=False)
    ended = staffcast("evaluate", "--volume", "v.csv", "--staff", "s.csv", "--out", "e.csv")
    assert ended.status == 0, ended.err
    table = pd.read_csv(small / "e.csv")
    assert table["pick_up"].between(0, 1).all()
    assert (table["service_level"] == table["first_reply"]).all()


def test_evaluate_tries_out_what_the_formulas_say(staffcast, small):
    """The simulated figures stand beside the formulas', with their noise."""
    volume = pd.read_csv(small / "history.csv").head(24)
    volume.to_csv(small / "v.csv", index=False)
    volume.assign(reps=4)[["unique_id", "ds", "reps"]].to_csv(small / "s.csv", index=False)
    words = ("evaluate", "--volume", "v.csv", "--staff", "s.csv", "--simulate", 10)
    for out, seed in (("e.csv", 1), ("again.csv", 1), ("other.csv", 2)):
        ended = staffcast(*words, "--seed", seed, "--out", out)
        assert ended.status == 0, ended.err
    assert "70 simulated runs" in ended.out
    assert "noise alone" in ended.out
    table = pd.read_csv(small / "e.csv")
    busy = table[volume["y"].to_numpy() > 5]
    apart = (busy["simulated_pick_up"] - busy["pick_up"]).abs()
    assert (apart < 5 * busy["simulated_pick_up_se"] + 0.03).all()
    assert (table["simulated_service_level"] == table["simulated_first_reply"])[busy.index].all()
    first, again, other = (
        (small / name).read_bytes() for name in ("e.csv", "again.csv", "other.csv")
    )
    assert first == again != other


def test_backtest_writes_the_leaderboard_and_where_errors_lie(staffcast, small):
    """The analyst's question: which model is best on my queue, when, and how sure is that?"""
    ended = staffcast(
        "backtest", "history.csv", "--cutoffs", 2, "--models", "seasonal_naive,median_of_six",
        "--jobs", 1, "--out", "scores",
    )  # fmt: skip
    assert ended.status == 0, ended.err
    scores = pd.read_csv(small / "scores/leaderboard.csv")
    assert list(scores.columns[:11]) == [
        "unique_id", "model", "wape", "mase", "rmsse", "bias", "pinball", "coverage_80",
        "coverage_90", "poisson_floor", "cpu_s",
    ]  # fmt: skip
    always = {"seasonal_naive", "average_4_weeks", "average_8_weeks"}
    assert set(scores["model"]) == always | {"median_of_six"}
    assert scores["rank"].isna().all()
    assert "2 cutoffs cannot tell differences between models from luck" in ended.out
    assert "No event or holiday of the tested weeks was known. Of the volume" in ended.out
    rows = pd.read_csv(small / "scores/backtest.csv")
    assert list(rows.columns[:7]) == ["unique_id", "model", "cutoff", "ds", "lead", "y", "mean"]
    assert len(rows) == 4 * 2 * 168
    by = {name: pd.read_csv(small / f"scores/by_{name}.csv") for name in ("lead", "cutoff")}
    assert len(by["lead"]) == 4 * 3
    assert set(by["cutoff"]["cutoff"]) == set(rows["cutoff"])
    hours = pd.read_csv(small / "scores/by_hour_of_week.csv")
    assert len(hours) == 4 * 168
    # Dublin's wall clock: the queue opens at eight.
    first = hours[(hours["weekday"] == "Mon") & hours["wape"].notna()]["hour"].min()
    assert first == 8
    week = pd.read_csv(small / "scores/hour_by_weekday.csv")
    assert len(week) == 4 * 24
    open_ = week[week["model"] == "seasonal_naive"].set_index("hour")["Mon"].dropna()
    assert (open_.index.min(), open_.index.max()) == (8, 17)
    assert pd.read_csv(small / "scores/over_queues.csv")["queues"].tolist() == [1] * 4


def test_backtest_holds_what_was_published_against_the_models(staffcast, small):
    """A plan that was the 4-week average scores what the 4-week average scores."""
    [history] = read_histories(small / "history.csv", None, None, None, None).histories
    past = history.until(history.cutoff - pd.Timedelta(weeks=1))
    made = forecast_volume(past, 168, "average_4_weeks")
    at = datetime(2026, 3, 9, tzinfo=UTC)
    keep_snapshot(small, Snapshot(past.cutoff, (made,), (made,)), "ana", at)
    words = ("--cutoffs", 2, "--models", "seasonal_naive", "--jobs", 1, "--out", "scores")
    ended = staffcast("backtest", "history.csv", "--cost", *words)
    assert ended.status == 0, ended.err
    by_cutoff = pd.read_csv(small / "scores/by_cutoff.csv")
    last = by_cutoff[by_cutoff["cutoff"] == by_cutoff["cutoff"].max()].set_index("model")["wape"]
    assert last["published"] == pytest.approx(last["average_4_weeks"], abs=1e-3)
    assert (by_cutoff["model"] == "published").sum() == 1
    scores = pd.read_csv(small / "scores/leaderboard.csv").set_index("model")
    assert scores.loc["published", "cutoffs"] == 1
    assert "published" in pd.read_csv(small / "scores/cost.csv")["model"].tolist()


def test_backtest_compares_the_models_that_are_installed(staffcast, small, monkeypatch):
    """An extra that was not installed must not keep the others from being compared."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    monkeypatch.delitem(sys.modules, "forecast.models.lightgbm", raising=False)
    monkeypatch.setattr("ui.backtest_command.model_names", lambda: ("seasonal_naive", "lightgbm"))
    words = ("--cutoffs", 1, "--jobs", 1, "--out", "scores")
    ended = staffcast("backtest", "history.csv", *words)
    assert ended.status == 0, ended.err
    assert "left out of the comparison" in ended.err
    assert "lightgbm" not in pd.read_csv(small / "scores/leaderboard.csv")["model"].tolist()
    assert staffcast("backtest", "history.csv", "--models", "lightgbm", *words).status == 2


def test_backtest_prices_the_errors_of_every_model(staffcast, small):
    """WAPE in rep-hours and money: what a planner can set against the work of forecasting."""
    words = ("--cutoffs", 1, "--models", "seasonal_naive", "--jobs", 1, "--out", "scores")
    ended = staffcast("backtest", "history.csv", "--cost", *words)
    assert ended.status == 0, ended.err
    scores = pd.read_csv(small / "scores/leaderboard.csv").set_index("model")["wape"]
    cost = pd.read_csv(small / "scores/cost.csv").set_index("model")
    assert set(cost.index) == set(scores.index)
    assert cost["wape"].to_dict() == pytest.approx(scores.to_dict())
    assert (cost["understaffed_with_on_call"] <= cost["understaffed_hours"]).all()
    assert cost["cost"].is_monotonic_increasing
    assert "What came called for" in ended.out
    ended = staffcast("backtest", "history.csv", "--shifts", *words)
    assert ended.status == 0, ended.err
    assert "hindsight" in pd.read_csv(small / "scores/cost.csv")["model"].tolist()


def test_backtest_refuses_to_price_what_the_settings_do_not_know(staffcast, small):
    """Before any forecast is made, and with the mend."""
    text = (small / "staffcast.toml").read_text()
    (small / "staffcast.toml").write_text(text.replace("queues.live", "queues.other"))
    ended = staffcast("backtest", "history.csv", "--cost", "--out", "scores")
    assert ended.status == 2
    assert "add a table [queues.live]" in ended.err
    assert not (small / "scores").exists()


def test_backtest_says_what_the_models_were_told_ahead(staffcast, small):
    """An honest board states what hindsight it had: events known in advance, and nothing else."""
    (small / "events.csv").write_text(
        "date,kind,factor\n2026-03-10,factor,1.2\n2026-02-03,closed,\n"
    )
    words = ("--cutoffs", 1, "--models", "seasonal_naive", "--jobs", 1, "--out", "scores")
    ended = staffcast("backtest", "history.csv", "--events", "events.csv", *words)
    assert ended.status == 0, ended.err
    assert "Events known in advance were given to all models: 1 of the tested weeks" in ended.out


def test_a_backtest_that_is_stopped_leaves_nothing(staffcast, small, monkeypatch):
    """Half a leaderboard would be taken for a whole one."""
    folder = small / "scores"
    folder.mkdir()
    (folder / "leaderboard.csv").write_text("as it was")

    def stop(stage: str, share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    monkeypatch.setattr("ui.terminal.progress_bar", lambda: contextlib.nullcontext(stop))
    words = ("--cutoffs", 2, "--models", "seasonal_naive", "--jobs", 1, "--out", "scores")
    ended = staffcast("backtest", "history.csv", *words)
    assert ended.status == 130
    assert "nothing was written" in ended.err
    assert [path.name for path in folder.iterdir()] == ["leaderboard.csv"]
    assert (folder / "leaderboard.csv").read_text() == "as it was"


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
