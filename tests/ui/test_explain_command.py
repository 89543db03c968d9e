"""Yesterday explained, from a plan folder and what came, as a planner types it."""

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.plan_simulation import on_duty
from optimizer.staffing.birth_death import evaluate
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS
from ui import cli
from ui.plan_folder import read_plan, write_plan
from ui.settings import parse_settings

DAY = "2026-03-24"
PARTS = ["by_volume", "by_handling", "by_absence", "by_shape", "by_chance"]
NIGHT = """
[queues.normal.handling]
concurrency = 2
rep_messages = 6
writing_minutes = 1.0
customer_reply_minutes = 3.0
"""


@pytest.fixture
def folder(tmp_path):
    """A plan of one queue over the week in which clocks go forward."""
    made = sample_plan(queues=("live",))
    write_plan(type(made)(**{**vars(made), "settings": SETTINGS}), tmp_path / "plan")
    return tmp_path / "plan"


def intervals(folder, factor=1.0, fewer=0, queue="live"):
    """Return the week as counted by another tool; served as the model says of it."""
    made = read_plan(folder)
    settings = parse_settings(made.settings, "settings").queues[queue]
    needed = made.requirement.table.query("queue == @queue")
    brought = made.coverage.query("queue == @queue")["primary"].to_numpy()
    reps = np.maximum(on_duty(brought, settings.service.shrinkage) - fewer, 0)
    volume = needed["volume"].to_numpy() * factor
    predicted = evaluate(volume, reps, 60, settings.handling, settings.service.within_seconds)
    return pd.DataFrame(
        {
            "unique_id": queue,
            "ds": [start.isoformat() for start in needed["interval_start"]],
            "y": volume,
            "service_level": predicted["first_reply"].to_numpy(),
            "reps": reps,
        }
    )


def explain(staffcast, folder, table, *words):
    table.to_csv("actuals.csv", index=False)
    ended = staffcast(
        "explain", folder, "--actuals", "actuals.csv", "--out", "e.csv", "--runs", 20, *words
    )
    assert ended.status == 0, ended.err
    return ended, pd.read_csv("e.csv")


@pytest.mark.parametrize(("changes", "part"), [({"factor": 3.0}, "by_volume"),
                                               ({"fewer": 1}, "by_absence")])  # fmt: skip
def test_the_planted_cause_is_named(staffcast, folder, changes, part):
    """What was changed, and the plan's own shape, make up every hour's gap."""
    ended, found = explain(staffcast, folder, intervals(folder, **changes), "--date", DAY)
    told = found[found["reached"].notna()]
    summed = told[["margin", *PARTS]].sum(axis=1)
    np.testing.assert_allclose(summed, told["reached"] - told["target"], atol=1e-5)
    others = [name for name in PARTS if name not in (part, "by_shape")]
    assert told[others].abs().max(axis=None) < 1e-5
    assert told[part].min() < -0.1
    missed = told[told["missed"] == True]  # noqa: E712 (a column that also has gaps)
    assert len(missed)
    for sentence in missed["because"]:
        assert sentence in ended.out
        assert "in time instead of 80%" in sentence
    assert part.removeprefix("by_") in ended.out
    assert found["because"].notna().sum() == len(missed)


def test_the_day_on_which_clocks_go_forward_has_23_hours(staffcast, folder):
    """Times are local, with their offset."""
    _, found = explain(staffcast, folder, intervals(folder), "--date", "2026-03-29")
    assert len(found) == 23
    assert found["ds"].iloc[0].endswith("00:00:00+00:00")
    assert found["ds"].iloc[-1].endswith("23:00:00+01:00")


def conversations(queue="live", late=False, **columns):
    """Return a day of conversations, one every six minutes from nine to five.

    A conversation is recorded to take as long as the settings say.
    """
    created = pd.date_range(f"{DAY}T09:00Z", f"{DAY}T17:00Z", freq="6min", inclusive="left")
    wait = pd.to_timedelta(600 if late else 20, unit="s")
    table = {
        "conversation_id": [f"{queue}{number}" for number in range(len(created))],
        "created_at": created,
        "queue": queue,
        "rep_id": [f"rep{number % 2}" for number in range(len(created))],
        "assigned_at": created + wait / 2,
        "first_reply_at": created + wait,
        "closed_at": created + wait + pd.Timedelta(minutes=10),
        "rep_messages": 6,
        "writing_s": 360,
        "customer_gap_s": 900,
    }
    return pd.DataFrame(table | columns)


def test_conversations_tell_all_that_is_needed(staffcast, folder):
    """Volume, service and reps on duty are read from one export; the last day with contacts."""
    ended, found = explain(staffcast, folder, conversations(late=True))
    assert found["ds"].str.startswith(DAY).all()
    hours = found[(found["ds"] >= f"{DAY}T09") & (found["ds"] < f"{DAY}T17")]
    assert (hours["contacts"] == 10).all()
    assert (hours["judged"] == 10).all()
    assert (hours["reached"] == 0).all()
    assert (hours["on_duty"] > 0).all()
    assert np.abs(hours["by_handling"]).max() < 1e-3
    assert "Reps on duty are those who picked conversations up" in ended.err


def test_handling_that_nobody_recorded_stays_that_of_the_settings(staffcast, folder):
    """A few conversations cannot tell how long writing takes, and the planner is told so."""
    bare = conversations().drop(columns=["rep_messages", "writing_s", "customer_gap_s"])
    ended, found = explain(staffcast, folder, bare.head(30))
    assert "Handling is that of the settings: the day's own tells too little" in ended.out
    assert np.nan_to_num(found["by_handling"]).max() == 0


def test_recorded_writing_times_are_held_against_the_settings(staffcast, folder):
    """Twice the writing time is a cause of its own."""
    ended, found = explain(staffcast, folder, conversations(late=True, writing_s=720))
    assert "Handling is that of the day's" in ended.out
    assert "12.0 minutes of writing in a conversation instead of 6.0" in ended.out
    assert found["by_handling"].min() < -0.05


def test_stated_staff_takes_the_place_of_reps_seen(staffcast, folder):
    """Whoever knows who was there is believed."""
    staff = intervals(folder)[["unique_id", "ds", "reps"]].assign(reps=3)
    staff.to_csv("staff.csv", index=False)
    ended, found = explain(staffcast, folder, conversations(), "--staff", "staff.csv")
    assert (found["on_duty"] == 3).all()
    assert "Reps on duty" not in ended.err


def test_while_a_queue_is_closed_nobody_need_be_named(staffcast, tmp_path):
    """A staff list of the open hours is enough."""
    made = sample_plan(queues=("live",))
    table = made.requirement.table
    table.loc[table["primary"] == 0, "volume"] = 0.0
    write_plan(type(made)(**{**vars(made), "settings": SETTINGS}), tmp_path / "days")
    whole = intervals(tmp_path / "days")
    day = whole[(whole["ds"] >= f"{DAY}T08") & (whole["ds"] < f"{DAY}T20")]
    day[["unique_id", "ds", "reps"]].to_csv("staff.csv", index=False)
    _, found = explain(staffcast, "days", day.drop(columns="reps"), "--staff", "staff.csv")
    assert len(found) == 24
    assert found["reached"].notna().sum() == 12


def test_queues_are_explained_each_by_itself(staffcast, tmp_path):
    """A queue of which nothing is known is left out, and said to be."""
    made = sample_plan()
    text = SETTINGS + NIGHT
    write_plan(type(made)(**{**vars(made), "settings": text}), tmp_path / "both")
    both = pd.concat([conversations(), conversations("normal", late=True)])
    _, found = explain(staffcast, tmp_path / "both", both)
    assert set(found["unique_id"]) == {"live", "normal"}
    ended, found = explain(staffcast, tmp_path / "both", conversations("normal"))
    assert set(found["unique_id"]) == {"normal"}
    assert "nothing of queue live" in ended.err


def test_an_asynchronous_queue_is_refused_by_name(staffcast, tmp_path):
    """Hours of a queue that is answered within days have no service to explain."""
    made = sample_plan(queues=("normal",))
    text = '[calendar]\ntimezone = "Europe/Dublin"\n[queues.normal]\nchannel = "email"\n' + NIGHT
    text += "[queues.normal.service]\nwithin_seconds = 14400\n"
    write_plan(type(made)(**{**vars(made), "settings": text}), tmp_path / "slow")
    conversations("normal").to_csv("c.csv", index=False)
    ended = staffcast("explain", "slow", "--actuals", "c.csv", "--out", "e.csv")
    assert ended.status == 2
    assert "only chat and phone are explained" in ended.err
    assert not (tmp_path / "e.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--date", "2026-04-30"), "the plan is of 2026-03-23 to 2026-03-29"),
        (("--date", "soon"), "give a day such as"),
        (("--runs", 1), "--runs"),
        (("--out", "plan/report.json"), "is also read"),
        (("--staff", "short.csv"), "at 2026-03-24T00:00:00+00:00 are not known"),
        (("--actuals", "more.csv"), "give it alone"),
    ],
)
def test_slips_are_one_line_and_write_nothing(staffcast, folder, tmp_path, words, said):
    """Status 2, the place named, and the plan stays whole."""
    table = intervals(folder)
    table.to_csv("actuals.csv", index=False)
    table.head(3)[["unique_id", "ds", "reps"]].to_csv("short.csv", index=False)
    conversations().to_csv("more.csv", index=False)
    ended = staffcast(
        "explain", folder, "--actuals", "actuals.csv", "--out", "e.csv", "--date", DAY, *words
    )
    assert ended.status == 2
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert not (tmp_path / "e.csv").exists()
    read_plan(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"service_level": 1.5}, "row 2, column service_level"),
        ({"y": -1}, "row 2, column y"),
        ({"reps": 1.5}, "row 2, column reps"),
        ({"reps": ""}, "reps on duty of queue live"),
    ],
)
def test_cells_that_cannot_be_used_are_named(staffcast, folder, change, said):
    """With row and column, as an editor counts."""
    intervals(folder).assign(**change).to_csv("actuals.csv", index=False)
    ended = staffcast("explain", folder, "--actuals", "actuals.csv", "--out", "e.csv")
    assert ended.status == 2
    assert said in ended.err


def test_the_same_question_has_the_same_answer(staffcast, folder, tmp_path):
    """To the byte, and another seed only moves how far chance is said to go."""
    explain(staffcast, folder, conversations())
    first = (tmp_path / "e.csv").read_bytes()
    explain(staffcast, folder, conversations().sample(frac=1, random_state=1))
    assert (tmp_path / "e.csv").read_bytes() == first
    _, other = explain(staffcast, folder, conversations(), "--seed", 2)
    assert (tmp_path / "e.csv").read_bytes() != first
    assert other[PARTS].notna().any(axis=None)


def test_the_page_runs_as_it_stands_and_names_every_option(staffcast, folder, tmp_path):
    """An example that fails teaches that the tool does not work."""
    page = (Path(cli.__file__).parents[1] / "docs" / "explain.md").read_text()
    (tmp_path / "plans").mkdir()
    folder.rename(tmp_path / "plans/2026-03-23")
    conversations().to_csv("conversations.csv", index=False)
    intervals(tmp_path / "plans/2026-03-23").to_csv("staff.csv", index=False)
    shown = re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S)
    assert len(shown) == 2
    for line in shown:
        ended = staffcast(*shlex.split(line)[1:])
        assert ended.status == 0, f"{line}\n{ended.err}"
    table = pd.read_csv("explained.csv")
    for name in table.columns:
        assert re.search(rf"[`,]{name}[`,]", page), name
    for option in re.findall(r"--[a-z]+", staffcast("explain", "--help").out):
        assert option in page or option in ("--help", "--out")
