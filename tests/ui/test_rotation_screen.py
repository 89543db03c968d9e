"""The rotation on its screen: the same weeks as the command's, swaps that hold, and publishing."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import click, open_screen, texts
from tests.ui.workspaces import SETTINGS, TEAM
from ui import rotations, workspaces
from ui.serve import WORKSPACE_VARIABLE

MONDAY = date(2026, 3, 16)
START = {"rotation_first": MONDAY, "rotation_weeks": 12}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a team of four and no history."""
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    (tmp_path / "team.csv").write_text(TEAM)
    (tmp_path / "absences.csv").write_text(
        "rep_id,start,end,kind\nana,2026-03-23,2026-03-29,vacation\n"
    )
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path))
    return tmp_path


def metric(at: AppTest, label: str) -> str:
    return next(str(each.value) for each in at.metric if each.label == label)


def test_the_screen_shows_what_the_command_writes(folder: Path, staffcast) -> None:
    """A planner who clicks and one who types must be on call in the same weeks."""
    at = open_screen("rotation", START)
    assert not at.exception
    assert metric(at, "Turns each") == "3 – 3"
    assert metric(at, "Days with nobody") == "0"
    assert metric(at, "Proof") == "Optimal"
    weeks = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    ended = staffcast(
        "rotation", "--team", "team.csv", "--absences", "absences.csv", "--start", MONDAY,
        "--weeks", 12, "--out", "out",
    )  # fmt: skip
    assert ended.status == 0, ended.err
    written = pd.read_csv(folder / "out/rotation.csv")
    assert weeks["Rep"].tolist() == written["rep_id"].tolist()
    assert weeks["Week of"].tolist() == written["week"].tolist()
    ledger = next(frame.value for frame in at.dataframe if "Balance" in frame.value)
    assert ledger["Turns"].tolist() == [3, 3, 3, 3]


def test_without_a_day_or_a_team_it_says_what_is_missing(folder: Path) -> None:
    """The clock of the machine is not asked; somebody has to say when it begins."""
    assert "Choose the day of the first hand-over" in texts(open_screen("rotation"))
    (folder / "team.csv").unlink()
    (folder / "absences.csv").unlink()
    assert "no team yet" in texts(open_screen("rotation", START))


def test_a_swap_is_kept_and_taken_back(folder: Path) -> None:
    """Two weeks change hands, the file says so, and an undo brings them back."""
    at = open_screen("rotation", START)
    weeks = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    at.selectbox(key="swap_given").select_index(5).run()
    at.selectbox(key="swap_taken").select_index(6).run()
    click(at, "Swap")
    swaps = pd.read_csv(folder / "swaps.csv")
    assert swaps["week"].tolist() == [weeks["Week of"][5]]
    now = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    assert now["Rep"].tolist()[5:7] == weeks["Rep"].tolist()[5:7][::-1]
    assert now["Rep"].drop([5, 6]).tolist() == weeks["Rep"].drop([5, 6]).tolist()
    click(at, "Take the last swap back")
    again = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    assert again.equals(weeks)
    assert pd.read_csv(folder / "swaps.csv").empty


def test_a_swap_that_collides_is_explained_and_not_kept(folder: Path) -> None:
    """The line says who is away; the rotation stays as it is."""
    at = open_screen("rotation", START)
    weeks = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    vacation = weeks["Week of"].tolist().index("2026-03-23")
    anas = weeks["Rep"].tolist().index("ana")
    at.selectbox(key="swap_given").select_index(vacation).run()
    at.selectbox(key="swap_taken").select_index(anas).run()
    click(at, "Swap")
    assert "ana is absent on 7 of the 7 days" in texts(at)
    assert not (folder / "swaps.csv").exists()


def test_what_is_published_stands_when_an_absence_comes(folder: Path) -> None:
    """Publishing writes the files; a late vacation then moves two weeks and no more."""
    at = open_screen("rotation", START)
    click(at, "Publish the rotation")
    assert "Published to oncall" in texts(at)
    before = pd.read_csv(folder / "oncall/rotation.csv")
    assert (folder / "oncall/calendars/ana.ics").is_file()
    with (folder / "absences.csv").open("a") as file:
        row = before.iloc[7]
        file.write(f"{row['rep_id']},{row['week']},{row['end'][:10]},vacation\n")
    at = open_screen("rotation", START)
    weeks = next(frame.value for frame in at.dataframe if "Week of" in frame.value)
    moved = weeks["Rep"] != before["rep_id"]
    assert moved[7]
    assert moved.sum() <= 3


def test_publishing_later_weeks_keeps_the_earlier_ones(folder: Path) -> None:
    """The published file is the whole story, also when a new year is planned."""
    of = workspaces.open_workspace(folder)
    begun = rotations.base_of(of, MONDAY, 6)
    assert begun is not None
    first = rotations.make_rotation(of, begun)
    rotations.publish_rotation(of, first)
    later = rotations.base_of(of, date(2026, 4, 13), 8)
    assert later is not None
    rotations.publish_rotation(of, rotations.make_rotation(of, later))
    weeks = pd.read_csv(folder / "oncall/rotation.csv")
    assert len(weeks) == 12
    assert weeks["week"].is_monotonic_increasing
    assert weeks["rep_id"].tolist()[:6] == [duty.rep_id for duty in first.rotation.duties]
