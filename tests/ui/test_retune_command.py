"""The day held against its plan, as a planner types it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.tables import read_forecast
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui import starting, workflow, workspaces
from ui.plan_folder import read_plan, write_plan

DAY = "2026-03-17"
COLUMNS = ["unique_id", "action", "rep_id", "role", "start", "end", "reps", "saves",
           "p_short_before", "p_short_after", "decide_by", "reason"]  # fmt: skip


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A week that was really planned, so that its forecast knows how to be updated."""
    folder = tmp_path_factory.mktemp("retune")
    volumes(6, peak=9.0).to_csv(folder / "history.csv", index=False)
    made = folder / "mine"
    starting.make_workspace(made, [folder / "history.csv"], "Europe/Dublin", {})
    (made / "staffcast.toml").write_text(SETTINGS)
    head, first = TEAM.splitlines()[:2]
    reps = [
        first.replace("ana", f"ana{place}").replace("Ana", f"Ana {place}") for place in range(9)
    ]
    (made / "team.csv").write_text("\n".join([head, *reps]) + "\n")
    plan = workflow.make_plan(workspaces.open_workspace(made))
    write_plan(plan, folder / "plan")
    return folder / "plan"


def scaled(plan, path, factor):
    """Write the plan's forecast, times a factor."""
    table = pd.read_csv(plan / "forecast.csv")
    table.loc[:, "mean":] = (table.loc[:, "mean":].astype(float) * factor).round(4)
    table.to_csv(path, index=False)


def actuals(plan, path, factor, until, day=DAY):
    """Write what came of a day up to an hour, as a multiple of what was expected."""
    (forecast,) = read_forecast(plan / "forecast.csv", None, "Europe/Dublin")
    local = forecast.table.index.tz_convert("Europe/Dublin")
    chosen = (local.strftime("%Y-%m-%d") == day) & (local.hour < until)
    table = pd.DataFrame(
        {
            "unique_id": "live",
            "ds": [moment.isoformat() for moment in local[chosen]],
            "y": np.rint(forecast.table["q50"][chosen].to_numpy() * factor),
        }
    )
    table.to_csv(path, index=False)


def test_a_busy_day_calls_in_who_is_on_standby_and_writes_it(staffcast, planned):
    """The table comes first, every row has its reason, and the file holds the same."""
    scaled(planned, "busy.csv", 2.0)
    Path("busy.update.json").write_bytes((planned / "forecast.update.json").read_bytes())
    actuals(planned, "today.csv", 2.5, 11)
    words = ("--actuals", "today.csv", "--forecast", "busy.csv", "--out", "advice.csv")
    ended = staffcast("retune", planned, *words)
    assert ended.status == 0, ended.err
    assert ended.out.startswith("Tuesday 17 March, 11:00 to ")
    found = pd.read_csv("advice.csv")
    assert list(found.columns) == COLUMNS
    made = read_plan(planned)
    standing = {
        one.rep_id: one.shift
        for one in made.roster.assignments
        if one.shift.role == "on_call" and str(one.shift.start)[:10] == DAY
    }
    calls = found[found["action"] == "call_in"]
    assert 0 < len(calls) <= len(standing)
    for row in calls.to_dict("records"):
        start, end = pd.Timestamp(row["start"]), pd.Timestamp(row["end"])
        assert standing[row["rep_id"]].start <= start < end <= standing[row["rep_id"]].end
        assert end - start >= pd.Timedelta(hours=2)
        assert start >= pd.Timestamp(f"{DAY}T11:15Z")
        assert row["saves"] > 0
        assert row["p_short_after"] < row["p_short_before"]
        assert row["reason"] in ended.out
        assert re.search(r"\d+ contacts an hour now expected at .* \(planned \d+\)", row["reason"])


def test_the_day_as_it_was_planned_changes_nothing(staffcast, planned):
    """Without news there is no advice; who would be needed soonest is told."""
    ended = staffcast("retune", planned, "--day", DAY, "--out", "advice.csv")
    assert ended.status == 0
    assert "nothing to change" in ended.out
    assert "nobody need be called in ahead" in ended.out
    assert len(pd.read_csv("advice.csv")) == 0


def test_a_day_ahead_takes_the_newest_forecast(staffcast, planned):
    """Twice the volume calls people in; half of it lets some go, and both are weighed anew."""
    scaled(planned, "busy.csv", 2.0)
    busy = staffcast("retune", planned, "--day", DAY, "--forecast", "busy.csv", "--out", "b.csv")
    assert busy.status == 0, busy.err
    assert set(pd.read_csv("b.csv")["action"]) == {"call_in"}
    scaled(planned, "calm.csv", 0.4)
    calm = staffcast("retune", planned, "--day", DAY, "--forecast", "calm.csv", "--out", "c.csv")
    released = pd.read_csv("c.csv")
    assert set(released["action"]) == {"release"}
    assert (released["p_short_after"] <= 0.05).all()
    assert "may leave at" in calm.out


def test_who_is_away_is_not_called_and_leaves_a_gap(staffcast, planned):
    """Somebody who does not answer is left out; nobody who is no rep can be."""
    scaled(planned, "busy.csv", 2.0)
    words = ("retune", planned, "--day", DAY, "--forecast", "busy.csv", "--out", "b.csv")
    assert staffcast(*words).status == 0
    first = pd.read_csv("b.csv")["rep_id"].iloc[0]
    assert staffcast(*words, "--without", first).status == 0
    assert first not in set(pd.read_csv("b.csv")["rep_id"])
    ended = staffcast(*words, "--without", "nobody")
    assert ended.status == 2
    assert "--without: found 'nobody'" in ended.err


def test_without_standby_it_says_so_and_ends_well(staffcast, planned, tmp_path):
    """A plan of primary shifts alone has nobody to call."""
    made = read_plan(planned)
    alone = tuple(one for one in made.shift_plan.shifts if one.shift.role == "primary")
    shifts = replace(made.shift_plan, shifts=alone, outlook=())
    write_plan(replace(made, shift_plan=shifts, roster=None), tmp_path / "alone")
    ended = staffcast("retune", tmp_path / "alone", "--day", DAY)
    assert ended.status == 0, ended.err
    assert "nobody is on standby" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give --actuals of today, or --day"),
        (("--day", "17/03"), "--day: found '17/03'"),
        (("--day", "2026-04-17"), "--day: found 2026-04-17; the plan is of 2026-03-16 to"),
        (("--actuals", "other.csv"), "column ds: found 2026-03-10T08:00:00+00:00"),
        (("--day", DAY, "--forecast", "part.csv"), "does not hold all of 2026-03-17T00:00:00"),
        (("--day", DAY, "--activations", "called.csv"), "called.csv, row 2, column end"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(staffcast, planned, words, said):
    """Another day's actuals, a day outside the plan, a forecast too short: exit 2, and why."""
    other = "unique_id,ds,y\nlive,2026-03-10T08:00:00+00:00,5\nlive,2026-03-10T09:00:00+00:00,5\n"
    Path("other.csv").write_text(other)
    pd.read_csv(planned / "forecast.csv").iloc[:30].to_csv("part.csv", index=False)
    Path("called.csv").write_text("rep_id,start,end\nana1,2026-03-17 12:00,2026-03-17 11:00\n")
    ended = staffcast("retune", planned, *words)
    assert ended.status == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_the_day_on_which_clocks_change_and_queues_without_roster(staffcast, tmp_path):
    """Two queues, an hour missing, nobody named and nothing kept of the plan's distribution."""
    text = (
        SETTINGS
        + SETTINGS[SETTINGS.index("[queues.live.handling]") :]
        .replace("queues.live", "queues.normal")
        .split("[shifts]")[0]
    )
    made = replace(sample_plan(team=None, start=date(2026, 3, 23)), settings=text)
    write_plan(made, tmp_path / "plan")
    ended = staffcast("retune", tmp_path / "plan", "--day", "2026-03-29", "--out", "a.csv")
    assert ended.status == 0, ended.err
    assert "Sunday 29 March, 00:00 to " in ended.out
    assert "Queue normal: nobody is on standby" in ended.out
