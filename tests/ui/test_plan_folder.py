"""A plan folder repeats to the byte, is written whole or not at all, and notices changes."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from forecast.overrides import Override
from tests.ui.sample_plan import sample_plan
from ui.exports import export_plan
from ui.plan_folder import Plan, plan_files, plan_hash, read_plan, write_exports, write_plan

SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)
FILES = {
    "coverage.csv",
    "forecast.csv",
    "manifest.json",
    "report.json",
    "requirement.csv",
    "roster.csv",
    "settings.toml",
    "shift_coverage.csv",
    "shifts.csv",
    "team.csv",
}


def content_of(folder):
    """Read every file below a folder, hidden ones too, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "plans" / "2026-03-23"
    plan = sample_plan()
    write_plan(plan, place, export_plan(plan, ["csv", "ics"]))
    return place


def test_the_folder_holds_everything_and_the_manifest_every_hash(folder):
    """Whoever has the folder can check it with sha256sum."""
    files = content_of(folder)
    assert {name for name in files if not name.startswith("exports/")} == FILES
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert manifest["plan_hash"] == plan_hash(sample_plan())
    assert (manifest["format"], manifest["cutoff"]) == (1, "2026-03-22T11:00:00+00:00")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_made_again_it_is_the_same_to_the_byte(tmp_path, start):
    """Times that a solve took differ from run to run and must stay out."""
    for name, seconds in (("a", 1.5), ("b", 77.0)):
        plan = sample_plan(start, seconds=seconds)
        write_plan(plan, tmp_path / name, export_plan(plan))
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [15, 60])
@pytest.mark.parametrize("with_team", [True, False])
def test_what_is_read_is_what_was_written(tmp_path, start, minutes, with_team):
    """Round trip over both clock changes; only the seconds of the solves are not kept."""
    plan = sample_plan(start, interval_minutes=minutes, seconds=0.0)
    if not with_team:
        plan = replace(plan, roster=None, team=None)
    write_plan(plan, tmp_path / "plan")
    read = read_plan(tmp_path / "plan")
    for name in ("plan_id", "start", "weeks", "timezone", "interval_minutes", "cutoff", "notes"):
        assert getattr(read, name) == getattr(plan, name)
    assert read.settings == plan.settings
    assert read.team == plan.team
    pd.testing.assert_frame_equal(read.forecast, plan.forecast)
    pd.testing.assert_frame_equal(
        read.requirement.table, plan.requirement.table, check_column_type=False
    )
    assert read.shift_plan.shifts == plan.shift_plan.shifts
    assert read.shift_plan.report == plan.shift_plan.report
    pd.testing.assert_frame_equal(read.shift_plan.coverage, plan.shift_plan.coverage)
    pd.testing.assert_frame_equal(read.coverage, plan.coverage)
    if plan.roster is None:
        assert read.roster is None
    else:
        for name in ("assignments", "unfilled", "findings", "report", "aims"):
            assert getattr(read.roster, name) == getattr(plan.roster, name)
    assert plan_files(read) == plan_files(plan)
    assert plan_hash(read) == plan_hash(plan)


def test_what_an_update_needs_is_kept_as_it_is(tmp_path):
    """A draft that gets names, or is read and exported, can still be updated on the day."""
    plan = replace(sample_plan(seconds=0.0), update='{"format": 1, "queues": {}}\n')
    write_plan(plan, tmp_path / "plan")
    assert (tmp_path / "plan/forecast.update.json").read_text() == plan.update
    assert plan_files(read_plan(tmp_path / "plan")) == plan_files(plan)
    (tmp_path / "plan/forecast.update.json").write_text("{}")
    with pytest.raises(InputError, match=r"forecast\.update\.json: the file was changed"):
        read_plan(tmp_path / "plan")


def test_the_hash_follows_every_part_of_the_plan():
    """Two plans with the same hash are the same plan."""
    plan = sample_plan()
    others = [
        sample_plan(AUTUMN),
        sample_plan(team=None),
        replace(plan, settings=plan.settings + "\n"),
        replace(plan, notes=()),
        replace(plan, update="{}"),
        replace(plan, cutoff=plan.cutoff + pd.Timedelta(hours=1)),
        replace(plan, forecast=plan.forecast.assign(q50=4.0)),
        replace(plan, roster=replace(plan.roster, assignments=plan.roster.assignments[1:])),
    ]
    assert len({plan_hash(one) for one in [plan, *others]}) == len(others) + 1
    assert plan_hash(plan) == plan_hash(sample_plan(seconds=5.0))


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_a_changed_or_missing_file_is_noticed(folder, name):
    """A plan that was edited by hand is no longer the one that was published."""
    path = folder / name
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    with pytest.raises(InputError, match=f"{name}: the file was changed"):
        read_plan(folder)
    path.unlink()
    with pytest.raises(InputError, match=f"{name}: the file is missing"):
        read_plan(folder)
    path.write_bytes(kept)
    assert read_plan(folder).plan_id == "2026-03-23"


def test_exports_may_be_changed_by_hand_and_made_again(folder):
    """A manager edits the workbook; the plan behind it stays readable, and exports come anew."""
    (folder / "exports" / "roster_long.csv").write_text("mine")
    plan = read_plan(folder)
    written = write_exports(folder, export_plan(plan, ["csv", "xlsx"]))
    assert written == (folder / "exports/roster.xlsx", folder / "exports/roster_long.csv")
    test_the_folder_holds_everything_and_the_manifest_every_hash(folder)
    assert export_plan(read_plan(folder)) == export_plan(sample_plan())


def test_exports_of_a_read_plan_are_those_of_the_plan_itself(folder):
    """staffcast export gives what staffcast plan gave."""
    assert export_plan(read_plan(folder)) == export_plan(sample_plan())


def test_a_new_plan_replaces_the_old_one_with_its_exports_but_keeps_own_files(folder):
    """Exports of another plan would mislead; a person's notes are not ours to remove."""
    (folder / "notes.md").write_text("call Ada")
    (folder / "exports" / "mine").mkdir()
    (folder / "exports" / "mine" / "list.txt").write_text("own")
    plan = sample_plan(AUTUMN, team=None)
    write_plan(plan, folder)
    files = content_of(folder)
    assert files.pop("notes.md") == b"call Ada"
    assert files.pop("exports/mine/list.txt") == b"own"
    assert files.keys() == FILES - {"roster.csv", "shift_coverage.csv", "team.csv"}
    assert read_plan(folder).start == AUTUMN


@pytest.mark.parametrize("operation", ["write_bytes", "rename"])
def test_a_fault_leaves_what_was_there(folder, monkeypatch, operation):
    """A full disk in the middle of it must neither harm the old plan nor leave pieces behind."""
    before = content_of(folder)
    calls = 0

    def fail(path, *arguments):
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device", str(path))
        return original(path, *arguments)

    original = getattr(Path, operation)
    monkeypatch.setattr(Path, operation, fail)
    with pytest.raises(InputError, match="No space left"):
        write_plan(sample_plan(AUTUMN), folder)
    monkeypatch.undo()
    assert calls >= 2
    assert content_of(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_first_plan_that_fails_leaves_nothing(tmp_path, monkeypatch):
    """Never a half-written folder."""

    def fail(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(InputError):
        write_plan(sample_plan(), tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_not_overwritten(tmp_path):
    """--out ~ must not replace a home folder."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="no plan folder"):
        write_plan(sample_plan(), tmp_path)
    with pytest.raises(InputError, match="found a file"):
        write_plan(sample_plan(), tmp_path / "thesis.txt")
    assert content_of(tmp_path) == {"thesis.txt": b"years of work"}
    (tmp_path / "empty").mkdir()
    write_plan(sample_plan(), tmp_path / "empty")
    assert read_plan(tmp_path / "empty").plan_id == "2026-03-23"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\x00", "not valid JSON"),
        (b"[]", "no table of files"),
        (b'{"format": 1}', "no table of files"),
        (b'{"format": 2, "files": {}}', "found format 2"),
        (b'{"format": 1, "files": {}}', "no entry for coverage.csv"),
    ],
)
def test_a_damaged_manifest_is_refused_in_one_line(folder, text, message):
    """It is a file like others and may be cut off or merged wrongly."""
    (folder / "manifest.json").write_bytes(text)
    with pytest.raises(InputError, match=message) as caught:
        read_plan(folder)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_manifest_is_no_plan(tmp_path):
    """staffcast export given another folder says what it wants."""
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match=r"no manifest\.json"):
            read_plan(place)
        with pytest.raises(InputError, match=r"no manifest\.json"):
            write_exports(place, {})


@pytest.mark.parametrize(
    "change",
    [
        {"plan_id": ""},
        {"weeks": 0},
        {"cutoff": pd.Timestamp("2026-03-22")},
        {"team": None},
        {"timezone": "Europe/Dubln"},
    ],
)
def test_a_plan_that_exists_can_be_used(change):
    """What contradicts itself cannot be built."""
    plan = sample_plan()
    assert isinstance(plan, Plan)
    with pytest.raises(ValueError):
        replace(plan, **change)


def overridden_plan() -> Plan:
    """Return a plan whose first queue somebody raised by half."""
    plan = sample_plan()
    start = pd.Timestamp(plan.forecast["ds"].iloc[0]).tz_convert("UTC").as_unit("us")
    changed = Override(
        "1", "multiply", plan.forecast["unique_id"].iloc[0], start, start + pd.Timedelta(hours=3),
        1.5, "ada", "a mailing, with \"quotes\"", datetime(2026, 3, 20, 9, tzinfo=UTC),
    )  # fmt: skip
    return replace(plan, model_forecast=plan.forecast.copy(), overrides=(changed,))


def test_a_plan_keeps_what_the_model_said_and_what_people_changed(tmp_path: Path) -> None:
    """The manifest names every override, and the folder can be read and written again."""
    plan = overridden_plan()
    write_plan(plan, tmp_path / "a")
    read = read_plan(tmp_path / "a")
    assert read.overrides == plan.overrides
    assert read.model_forecast is not None
    pd.testing.assert_frame_equal(read.model_forecast, plan.model_forecast)
    write_plan(read, tmp_path / "b")
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_bytes())
    assert [each["who"] for each in manifest["overrides"]] == ["ada"]
    assert {"forecast_model.csv", "overrides.csv"} < set(manifest["files"])


def test_a_plan_with_overrides_has_the_models_own_forecast() -> None:
    """Without it nobody could say later whether people helped."""
    with pytest.raises(ValueError, match="model's own forecast"):
        replace(overridden_plan(), model_forecast=None)
