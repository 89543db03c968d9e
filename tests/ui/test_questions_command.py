"""Questions about the past on the command line, from the list to the events that answer it."""

from pathlib import Path

import pandas as pd
import pytest

from forecast.events import read_events
from tests.ui.conftest import Run
from tests.ui.workspaces import volumes


@pytest.fixture
def odd(small: Path) -> Path:
    """The small folder with a Wednesday on which nothing came."""
    table = volumes(6)
    days = pd.to_datetime(table["ds"], utc=True).dt.tz_convert("Europe/Dublin").dt
    middle = sorted(set(days.date))[23]
    table.loc[days.date == middle, "y"] = 0
    path = small / "odd.csv"
    table.to_csv(path, index=False)
    return path


def test_a_closure_is_asked_about_answered_and_then_known(staffcast: Run, odd: Path) -> None:
    """The whole way: list, file, answer, events; what is stated is not asked again."""
    asked = staffcast("questions", odd, "--out", "q.csv")
    assert asked.status == 0
    assert "Was the queue closed?" in asked.out
    table = pd.read_csv("q.csv", dtype=str, keep_default_na=False)
    assert (table["answer"] == "").all()
    table.loc[table["finding"] == "closure", "answer"] = "closed"
    table.to_csv("q.csv", index=False)
    Path("events.csv").write_text("date,kind\n2026-12-25,closed\n")
    ended = staffcast("questions", "--answers", "q.csv", "--events", "events.csv")
    assert ended.status == 0
    assert "1 answered" in ended.out
    kinds = [event.kind for event in read_events(Path("events.csv"))]
    assert kinds == ["closed", "closed"]
    again = staffcast("questions", odd, "--events", "events.csv")
    assert "Was the queue closed?" not in again.out
    before = Path("events.csv").read_text()
    staffcast("questions", "--answers", "q.csv", "--events", "events.csv")
    assert Path("events.csv").read_text() == before


def test_a_forecast_says_that_questions_are_open(staffcast: Run, odd: Path) -> None:
    """The models guess about odd days, and the planner is told so."""
    ended = staffcast(
        "forecast", odd, "--out", "f.csv", "--horizon", 24, "--model", "median_of_six"
    )
    assert "question" in ended.err
    assert "staffcast questions" in ended.err


def test_a_forecast_states_the_hours_that_it_learnt(staffcast: Run, tmp_path: Path) -> None:
    """Closed hours are 0 in the plan, so the planner must see which ones were taken for closed."""
    ds = pd.date_range("2026-03-02", periods=6 * 168, freq="h", tz="UTC")
    in_hours = (ds.day_of_week < 5) & (ds.hour >= 9) & (ds.hour < 17)
    table = pd.DataFrame({"unique_id": "live", "ds": ds, "y": 10 * in_hours})
    table.to_csv(tmp_path / "office.csv", index=False)
    words = ("--out", "f.csv", "--horizon", 24, "--model", "median_of_six")
    ended = staffcast("forecast", "office.csv", *words)
    assert "taken to be Mon-Fri 09:00-17:00" in ended.err.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("questions",), "name a history"),
        (("questions", "--answers", "q.csv"), "name the events file"),
        (("questions", "nowhere.csv"), "there is no such file"),
        (("questions", "odd.csv", "--out", "odd.csv"), "is also read"),
        (("questions", "--answers", "odd.csv", "--events", "odd.csv"), "is also read"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(
    staffcast: Run, odd: Path, words: tuple[str, ...], mend: str
) -> None:
    """One line that says the mend, and nothing written."""
    before = odd.read_text()
    ended = staffcast(*words)
    assert ended.status == 2
    assert mend in ended.err
    assert odd.read_text() == before
