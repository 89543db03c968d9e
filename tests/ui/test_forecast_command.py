"""The rest of a day and overrides from files: every slip is one line, and nothing is written."""

import json
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from tests.ui.workspaces import SETTINGS, volumes
from ui.after_forecast import After
from ui.forecast_command import forecast
from ui.publishing import kept_snapshots

TODAY = "2026-03-16"
MODEL = "median_of_six"
OVERRIDES = (
    "kind,queue,start,end,value,who,why,at\n"
    "multiply,live,2026-03-16T09:00,2026-03-16T12:00,2,ada,mailing,2026-03-13T12:00\n"
)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a history of two queues that ends on Sunday, and its forecast."""
    folder = tmp_path_factory.mktemp("morning")
    history = pd.concat([volumes(8, 40.0), volumes(8, 20.0, "mail")])
    history.to_csv(folder / "h.csv", index=False)
    run(folder / "h.csv", folder / "F.csv")
    return folder


def run(source: Path, out: Path, after: After | None = None, horizon: int = 48) -> int:
    levels = "0.1,0.5,0.9"
    return forecast(
        source, out, horizon, MODEL, None, None, levels, None, "Europe/Dublin", after or After()
    )


def actuals(folder: Path, rows: list[tuple[str, str, object]]) -> Path:
    path = folder / "today.csv"
    pd.DataFrame(rows, columns=["unique_id", "ds", "y"]).to_csv(path, index=False)
    return path


def hours(queue: str = "live", until: int = 12, y: float = 30.0) -> list[tuple[str, str, object]]:
    return [
        (queue, f"{TODAY}T{hour:02d}:00", y if 8 <= hour < 18 else 0.0) for hour in range(until)
    ]


def test_a_forecasts_file_is_updated_as_the_history_would_be(morning: Path, tmp_path: Path) -> None:
    """What lies beside the file is all that an update needs; digits of the file are rounded."""
    today = actuals(tmp_path, hours())
    assert run(morning / "F.csv", tmp_path / "a.csv", After(actuals=today)) == 0
    assert run(morning / "h.csv", tmp_path / "b.csv", After(actuals=today)) == 0
    first, second = (pd.read_csv(tmp_path / name) for name in ("a.csv", "b.csv"))
    assert first["ds"].tolist() == second["ds"].tolist()
    assert first["q50"].to_numpy() == pytest.approx(second["q50"].to_numpy(), abs=0.001)
    assert first["ds"].iloc[0] == f"{TODAY}T12:00:00+00:00"


def test_a_queue_without_actuals_stays_and_begins_with_the_others(
    morning: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One file speaks of one now."""
    today = actuals(tmp_path, hours("mail"))
    run(morning / "F.csv", tmp_path / "a.csv", After(actuals=today))
    before, after = (pd.read_csv(path) for path in (morning / "F.csv", tmp_path / "a.csv"))
    live = [table[table["unique_id"] == "live"] for table in (before, after)]
    assert live[1].to_numpy().tolist() == live[0].iloc[12:].to_numpy().tolist()
    assert "today.csv has nothing of it; not updated" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (hours("chat"), "found 'chat', which is not in the forecast; it has live, mail"),
        ([("live", "2026-03-15T23:00", 1)], "before the forecast begins at 2026-03-16T00:00"),
        ([("live", "2026-03-17T23:00", 1)], "leaves nothing of a forecast that ends"),
        ([("live", "2026-04-17T23:00", 1)], "leaves nothing of a forecast that ends"),
        ([("live", f"{TODAY}T09:00", -1)], "row 2, column y: found '-1'"),
        ([("live", f"{TODAY}T09:00", "many")], "row 2, column y: found 'many'"),
        ([("live", "soon", 1)], "row 2, column ds: found 'soon'"),
        ([("live", f"{TODAY}T09:00", "")], "found no volume"),
        ([("live", f"{TODAY}T09:20", 1)], "minutes"),
        ([("live", f"{TODAY}T09:00", 1), ("live", f"{TODAY}T09:00", 2)], "keep one of them"),
        ([("live", f"2026-03-{day}T00:00", 1) for day in range(10, 17)], "give volumes per 15"),
    ],
)
def test_a_slip_in_the_actuals_is_named_and_nothing_is_written(
    morning: Path, tmp_path: Path, rows: list[tuple[str, str, object]], words: str
) -> None:
    """The planner is in the middle of the day and needs to know which cell."""
    today = actuals(tmp_path, rows)
    with pytest.raises(InputError, match=r"today\.csv") as caught:
        run(morning / "F.csv", tmp_path / "a.csv", After(actuals=today))
    assert words in str(caught.value)
    assert not (tmp_path / "a.csv").exists()


def test_a_last_interval_that_lacks_a_part_is_left_out(morning: Path, tmp_path: Path) -> None:
    """At 12:30 the hour from 12 is half of an hour, and no quiet one."""
    quarters = [
        (queue, f"{TODAY}T{minute // 60:02d}:{minute % 60:02d}", y / 4)
        for queue, start, y in hours()
        for minute in range(60 * int(start[11:13]), 60 * int(start[11:13]) + 60, 15)
    ]
    half = [("live", f"{TODAY}T12:00", 5), ("live", f"{TODAY}T12:15", 5)]
    run(morning / "F.csv", tmp_path / "a.csv", After(actuals=actuals(tmp_path, quarters + half)))
    run(morning / "F.csv", tmp_path / "b.csv", After(actuals=actuals(tmp_path, hours())))
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_a_morning_that_is_missing_in_part_is_told(
    morning: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hours that nobody counted are not hours without contacts."""
    run(morning / "F.csv", tmp_path / "a.csv", After(actuals=actuals(tmp_path, hours()[10:])))
    told = " ".join(capsys.readouterr().err.split())
    assert "2 intervals of today before the last actual have none" in told


def test_an_updated_forecast_is_not_updated_again(morning: Path, tmp_path: Path) -> None:
    """It would count the morning twice."""
    run(morning / "F.csv", tmp_path / "a.csv", After(actuals=actuals(tmp_path, hours())))
    later = actuals(tmp_path, [("live", f"{TODAY}T12:00", 30)])
    with pytest.raises(InputError, match="cannot be updated"):
        run(tmp_path / "a.csv", tmp_path / "b.csv", After(actuals=later))
    with pytest.raises(InputError, match="found a forecast; give a history"):
        run(morning / "F.csv", tmp_path / "b.csv")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"format": 9}', '{"format": 1, "queues": {"live": 1}}']
)
def test_a_damaged_update_is_told(morning: Path, tmp_path: Path, text: str) -> None:
    """Half of what was learnt must not move a forecast."""
    (tmp_path / "F.csv").write_text((morning / "F.csv").read_text())
    (tmp_path / "F.update.json").write_text(text)
    with pytest.raises(InputError, match=r"F\.update\.json: .*make the forecast again"):
        run(tmp_path / "F.csv", tmp_path / "b.csv", After(actuals=actuals(tmp_path, hours())))


def test_the_update_beside_a_forecast_is_small_and_knows_the_zone(morning: Path) -> None:
    """It is kept with every forecast, also of a hundred queues."""
    text = (morning / "F.update.json").read_text()
    assert len(text) < 2 * 8000
    assert json.loads(text)["queues"]["live"]["timezone"] == "Europe/Dublin"


def test_overrides_of_a_file_change_the_forecast_and_the_models_own_lies_beside(
    morning: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that the model said is overwritten."""
    given = tmp_path / "overrides.csv"
    given.write_text(OVERRIDES)
    run(morning / "h.csv", tmp_path / "a.csv", After(overrides=given))
    assert (tmp_path / "a.model.csv").read_text() == (morning / "F.csv").read_text()
    made, own = (pd.read_csv(tmp_path / name) for name in ("a.csv", "a.model.csv"))
    assert made["mean"].iloc[9:12].tolist() == pytest.approx((2 * own["mean"]).iloc[9:12].tolist())
    assert made.drop(index=[9, 10, 11]).equals(own.drop(index=[9, 10, 11]))
    assert "before overrides" in capsys.readouterr().out
    given.write_text(OVERRIDES.replace("live", "chat"))
    with pytest.raises(InputError, match="row 2, column queue: found 'chat'"):
        run(morning / "h.csv", tmp_path / "b.csv", After(overrides=given))


def test_a_workspace_keeps_what_is_published_and_nothing_else_can(
    morning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without settings is no workspace."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"--publish: there is no staffcast\.toml"):
        run(morning / "h.csv", tmp_path / "a.csv", After(publish=True))
    assert not list(tmp_path.iterdir())
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    (tmp_path / "overrides.csv").write_text(OVERRIDES)
    after = After(overrides=tmp_path / "overrides.csv", publish=True)
    run(morning / "h.csv", tmp_path / "a.csv", after)
    [kept] = kept_snapshots(tmp_path)
    assert kept.published[0].table["mean"].sum() > kept.own[0].table["mean"].sum()
    assert [override.why for override in kept.overrides] == ["mailing"]
