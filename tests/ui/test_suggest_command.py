"""What a planner is told to change, from a plan folder."""

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.cover import count_coverage
from optimizer.shifts import StaffedShift
from tests.ui.workspaces import SETTINGS, volumes
from ui import starting, workflow, workspaces
from ui.plan_folder import read_plan, write_plan
from ui.settings import parse_settings
from ui.suggesting import newest_requirement, suggest_changes

TEAM = """rep_id,name,email,timezone,site,skills,min_hours,max_hours,available,on_call,from,until
{}"""
ROW = "rep{},Rep {},r{}@example.org,Europe/Dublin,,live,0,40,Mon-Fri 07:00-19:00,yes,,\n"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A week planned without names, and the workspace it lies in."""
    folder = tmp_path_factory.mktemp("suggest")
    volumes(6, peak=9.0).to_csv(folder / "history.csv", index=False)
    made = folder / "mine"
    starting.make_workspace(made, [folder / "history.csv"], "Europe/Dublin", {})
    (made / "staffcast.toml").write_text(SETTINGS)
    plan = workflow.make_plan(workspaces.open_workspace(made))
    write_plan(plan, made / "plans" / plan.plan_id)
    return made / "plans" / plan.plan_id


def without(made, place):
    """The plan without one of its shifts."""
    shifts = tuple(one for number, one in enumerate(made.shift_plan.shifts) if number != place)
    coverage = count_coverage(made.shift_plan.coverage, shifts, made.interval_minutes)
    return replace(made, shift_plan=replace(made.shift_plan, shifts=shifts, coverage=coverage))


def test_the_solvers_own_plan_has_nothing_above_its_gap_to_suggest(staffcast, planned):
    """Its cost is told as the solver told it, and single changes save no more than is unproven."""
    ended = staffcast("suggest", planned, "--out", "s.csv")
    assert ended.status == 0, ended.err
    report = read_plan(planned).shift_plan.report
    assert f"expected to cost {report.objective:,.1f} wages" in ended.out
    saved = pd.read_csv("s.csv")["saves"]
    assert (saved <= report.objective - report.bound + 0.01).all()


def test_a_shift_that_is_missing_is_suggested_first(staffcast, planned, tmp_path):
    """Of a plan without its last primary shift, a shift at that time saves most."""
    made = read_plan(planned)
    place, lost = max(
        (place, one.shift)
        for place, one in enumerate(made.shift_plan.shifts)
        if one.shift.role == "primary" and one.reps == 1
    )
    write_plan(without(made, place), tmp_path / "less")
    ended = staffcast("suggest", tmp_path / "less", "--out", "s.csv", "--top", 3)
    found = pd.read_csv("s.csv")
    assert 0 < len(found) <= 3
    first = found.iloc[0]
    assert first["action"] in ("add", "lengthen", "to_primary")
    assert pd.Timestamp(first["new_start"]) < lost.end
    assert pd.Timestamp(first["new_end"]) > lost.start
    assert first["p_short_after"] < first["p_short_before"]
    assert found["saves"].is_monotonic_decreasing
    assert "these changes save" in ended.out
    # What the file says is what the plan would be counted as after it.
    settings = parse_settings(made.settings)
    less = without(made, place)
    requirement = newest_requirement(less, settings, planned, None)
    before = suggest_changes(less, settings, requirement)
    change = before.suggestions[0].change
    shifts = [one for one in less.shift_plan.shifts if one.shift != change.before]
    shifts = tuple(sorted([*shifts, StaffedShift(change.after, 1)], key=lambda one: one.shift))
    coverage = count_coverage(less.shift_plan.coverage, shifts, 60)
    after = replace(less, shift_plan=replace(less.shift_plan, shifts=shifts, coverage=coverage))
    saved = before.charge - suggest_changes(after, settings, requirement).charge
    assert first["saves"] == pytest.approx(saved, abs=1e-3)


def test_a_newer_forecast_is_what_counts(staffcast, planned):
    """Twice the volume: all that helps are more reps."""
    table = pd.read_csv(planned / "forecast.csv")
    table.loc[:, "mean":] = (table.loc[:, "mean":].astype(float) * 2).round(4)
    table.to_csv("busy.csv", index=False)
    ended = staffcast("suggest", planned, "--forecast", "busy.csv", "--out", "s.csv")
    assert ended.status == 0, ended.err
    assert set(pd.read_csv("s.csv")["action"]) <= {"add", "lengthen", "to_primary"}
    table.iloc[:50].to_csv("short.csv", index=False)
    ended = staffcast("suggest", planned, "--forecast", "short.csv")
    assert ended.status == 2
    assert "has nothing of 2026-03-18T02:00:00+00:00, which is in the plan" in ended.err


def test_with_names_only_what_somebody_can_work_is_listed(staffcast, planned):
    """Everybody away: nothing can be added; the absences of the workspace are found."""
    workspace = planned.parent.parent
    rows = "".join(ROW.format(place, place, place) for place in range(8))
    (workspace / "team.csv").write_text(TEAM.format(rows))
    made = workflow.make_plan(workspaces.open_workspace(workspace))
    named = workspace / "plans" / "named"
    write_plan(made, named)
    table = pd.read_csv(named / "forecast.csv")
    table.loc[:, "mean":] = (table.loc[:, "mean":].astype(float) * 2).round(4)
    table.to_csv("busy.csv", index=False)
    words = ("suggest", named, "--forecast", "busy.csv", "--out", "s.csv")
    (workspace / "absences.csv").unlink(missing_ok=True)
    assert "nobody is taken to be away" in staffcast(*words).out
    found = pd.read_csv("s.csv")
    assert len(found)
    assert found["rep_id"].str.startswith("rep").all()
    assert found["rep_id"].is_unique
    away = "".join(f"rep{place},2026-03-16,2026-03-22,holiday\n" for place in range(8))
    (workspace / "absences.csv").write_text("rep_id,start,end,kind\n" + away)
    ended = staffcast(*words)
    assert "absences are those of" in ended.out
    assert "Nobody can work what would save most: " in ended.out
    assert set(pd.read_csv("s.csv")["action"]) <= {"drop"}
