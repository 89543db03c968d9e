"""Every screen must open, answer its controls and explain what is missing or wrong."""

import threading
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from optimizer.solver import Cancellation
from tests.ui.opening import MODEL, basis_of, click, finish_job, metrics, open_screen, quiet, texts
from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui import importing, planning, workspaces
from ui.drafts import Drafts
from ui.jobs import Tell, check, jobs_of
from ui.scenario import Scenario
from ui.serve import WORKSPACE_VARIABLE

SCREENS = [
    "home",
    "history",
    "forecast",
    "accuracy",
    "requirement",
    "shift_plan",
    "roster",
    "around_the_clock",
    "team",
    "settings",
    "exports",
]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_of_a_planned_week_opens(screen: str, planned: Path) -> None:
    """The ordinary day: everything is there, and nothing is wrong."""
    at = open_screen(screen)
    assert not at.exception
    assert not at.error
    assert at.title[0].value
    assert "Europe/Dublin" in at.caption[0].value
    assert "Mon 16 Mar" in at.caption[0].value


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_without_history_says_what_to_do(screen: str, bare: Path) -> None:
    """The first day: nothing is there yet, and the planner must know what comes first."""
    at = open_screen(screen)
    assert not at.exception
    assert not at.error
    if screen not in ("team", "settings"):
        assert "no history" in texts(at) or "there is none yet" in texts(at)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_shows_wrong_settings_in_one_line(screen: str, planned: Path) -> None:
    """A typing error in the file must not end in a traceback."""
    path = planned / "staffcast.toml"
    path.write_text(path.read_text().replace("concurrency", "concurency"))
    at = open_screen(screen)
    assert not at.exception
    assert len(at.error) == 1
    assert "unknown key concurency; did you mean concurrency?" in at.error[0].value


@pytest.mark.parametrize(
    "screen", ["home", "history", "forecast", "accuracy", "requirement", "exports"]
)
def test_a_screen_shows_a_broken_history_in_one_line(screen: str, planned: Path) -> None:
    """Files change outside the app; the fault is named and the screen stays up."""
    for path in (planned / "history").iterdir():
        path.write_bytes(b"\0\1\2")
    at = open_screen(screen)
    assert not at.exception
    assert len(at.error) == 1
    assert "found binary data" in at.error[0].value


def test_a_folder_without_settings_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody opened the app in the wrong folder."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path))
    at = open_screen("home")
    assert "staffcast init" in at.error[0].value


def test_what_is_known_ahead_is_noticed_when_its_file_changes(unplanned: Path) -> None:
    """A campaign written down while the app is open must reach the next screen."""
    before = metrics(open_screen("forecast"))["In the week"]
    (unplanned / "drivers.csv").write_text(
        "driver,kind,start,value,end\n"
        "customers,exposure,2026-01-01,100,2026-03-15\n"
        "customers,exposure,2026-03-16,200,2026-03-31\n"
    )
    after = metrics(open_screen("forecast"))["In the week"]
    assert _contacts(after) == pytest.approx(2 * _contacts(before), rel=0.01)


def _contacts(text: str) -> float:
    return float(text.removesuffix(" contacts").replace(",", ""))


def test_shifts_and_names_are_made_by_buttons_in_the_background(unplanned: Path) -> None:
    """The whole way from no plan to a saved one, as a planner clicks it."""
    at = open_screen("shift_plan")
    click(at, "Plan shifts")
    finish_job(unplanned)
    assert "Net cover of live" in texts(open_screen("shift_plan"))
    at = open_screen("roster")
    click(at, "Name reps")
    finish_job(unplanned)
    assert "No labour rule is broken" in texts(open_screen("roster"))
    at = open_screen("exports")
    click(at, "Save the plan")
    folder = unplanned / "plans" / "2026-03-16"
    assert (folder / "exports" / "roster.xlsx").is_file()
    assert not planning.is_draft(workspaces.open_workspace(unplanned), "2026-03-16")
    assert str(folder) in texts(at)


def test_a_plan_that_its_inputs_have_overtaken_says_so(planned: Path) -> None:
    """A roster for yesterday's volume must not look like one for today's."""
    assert "made before" not in texts(open_screen("shift_plan"))
    open_screen("requirement").slider(key="volume_factor:live").set_value(150).run()
    assert "the volume is another one" in texts(open_screen("shift_plan"))


def test_the_team_is_checked_before_it_is_saved(planned: Path) -> None:
    """A file that no command could read must not be written by the app."""
    Drafts(planned).save("table", "team", [{"rep_id": "ana", "min_hours": "50", "max_hours": "40"}])
    at = open_screen("team")
    assert "team.csv, row 2, column min_hours" in at.error[0].value
    assert next(b for b in at.button if b.label == "Save team.csv").disabled
    assert (planned / "team.csv").read_text() == TEAM


def test_a_changed_team_is_a_draft_until_it_is_saved(planned: Path) -> None:
    """A reload brings unsaved edits back; saving writes them."""
    Drafts(planned).save("table", "team", [{"rep_id": "ana"}, {"rep_id": "eve", "name": "Eve"}])
    at = open_screen("team")
    assert (planned / "team.csv").read_text() == TEAM
    click(at, "Save team.csv")
    saved = workspaces.read_workspace_team(workspaces.open_workspace(planned))
    assert saved is not None
    assert [rep.name for rep in saved.reps] == ["ana", "Eve"]
    assert Drafts(planned).load("table", "team") is None


def test_a_discarded_edit_leaves_the_file(planned: Path) -> None:
    """The way back from a wrong edit."""
    Drafts(planned).save("table", "team", [{"rep_id": "eve"}])
    at = open_screen("team")
    click(at, "Discard changes")
    assert (planned / "team.csv").read_text() == TEAM
    assert "kept as a draft" not in texts(at)


def test_an_upload_becomes_the_history_and_can_be_taken_back(planned: Path, tmp_path: Path) -> None:
    """The old history stays until the next upload."""
    of = workspaces.open_workspace(planned)
    export = tmp_path / "new.csv"
    volumes(4, peak=30).to_csv(export, index=False)
    total = workspaces.read_workspace_history(of).histories[0].volume.sum()
    importing.take_over(importing.preview([export], of), of)
    assert workspaces.read_workspace_history(of).histories[0].volume.sum() > total
    at = open_screen("history")
    click(at, "Take the last upload back")
    assert workspaces.read_workspace_history(of).histories[0].volume.sum() == total


def test_an_upload_with_an_unknown_queue_gets_a_place_in_the_settings(
    planned: Path, tmp_path: Path
) -> None:
    """Otherwise nothing could be required of it, and the planner would not know why."""
    of = workspaces.open_workspace(planned)
    export = tmp_path / "new.csv"
    volumes(4, queue="e mail").to_csv(export, index=False)
    found = importing.preview([export], of)
    assert importing.new_queues(found, of) == ["e mail"]
    importing.take_over(found, of)
    after = workspaces.open_workspace(planned)
    assert list(after.settings.queues) == ["live", "e mail"]
    assert after.text.startswith(of.text.split("[shifts]")[0])


def test_a_running_job_shows_its_progress_and_can_be_stopped(unplanned: Path) -> None:
    """A planner who sees a mistake must not wait for the solver."""
    going = threading.Event()

    def work(cancel: Cancellation, tell: Tell) -> None:
        tell("Choosing shifts", None)
        going.set()
        while True:
            check(cancel)

    job = jobs_of(unplanned).start("shifts", "Planning shifts", work, limit_seconds=60)
    assert job is not None
    assert going.wait(10)
    script = "from ui.components import job_status\njob_status.show()\n"
    at = AppTest.from_string(script, default_timeout=60).run()
    assert "Planning shifts" in texts(at)
    at.button(key="stop_job").click().run()
    job.wait(10)
    assert job.state == "cancelled"
    at = open_screen("shift_plan")
    assert "was stopped" in texts(at)
    assert not next(button for button in at.button if button.label == "Plan shifts").disabled


def test_without_a_team_the_plan_ends_with_the_shifts_and_says_so(unplanned: Path) -> None:
    """A first plan needs no names, and must lead to where they are given."""
    (unplanned / "team.csv").unlink()
    planning.choose_shifts(basis_of(unplanned, Scenario(model=MODEL)), Cancellation(), quiet)
    assert "There is no team yet" in texts(open_screen("roster"))
    assert "Net cover of live" in texts(open_screen("home"))
    exports = open_screen("exports")
    assert not exports.exception
    assert "Nobody is named yet" in texts(exports)


def test_a_queue_without_settings_is_named_and_the_others_are_planned(unplanned: Path) -> None:
    """A new inbox in the export must not stop the week, nor vanish from it."""
    of = workspaces.open_workspace(unplanned)
    export = unplanned / "two.csv"
    pd.concat([volumes(6), volumes(6, queue="new")]).to_csv(export, index=False)
    importing.take_over(importing.preview([export], of), of)
    (unplanned / "staffcast.toml").write_text(SETTINGS)
    at = open_screen("shift_plan")
    click(at, "Plan shifts")
    finish_job(unplanned)
    assert "new: not planned" in texts(open_screen("home"))
