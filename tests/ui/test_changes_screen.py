"""Changes of the forecast by people, as a planner makes, switches and undoes them by clicks."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from forecast.overrides import Override
from tests.ui.opening import click, make_workspace, open_screen, texts
from ui import override_entries, session, workflow, workspaces
from ui.drafts import Drafts
from ui.override_entries import Entered
from ui.overrides import add_override, kept_overrides
from ui.scenario import Scenario
from ui.serve import WORKSPACE_VARIABLE

MONDAY = date(2026, 3, 16)
AT = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose forecast nobody has changed."""
    made = make_workspace(tmp_path / "team")
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(made))
    return made


def _open() -> AppTest:
    at = open_screen("forecast")
    assert not at.exception
    return at


def _expected(at: AppTest) -> float:
    return float(at.metric[0].value.removesuffix(" contacts").replace(",", ""))


def _fill(at: AppTest, **typed: Any) -> AppTest:
    """Fill the form in, the kind first: what is asked depends on it."""
    if "kind" in typed:
        at.selectbox(key="override_kind").set_value(typed["kind"]).run()
    kind = at.selectbox(key="override_kind").value
    fields = {"who": "Ana", "why": "Launch", **typed}
    at.text_input(key="override_who").set_value(fields["who"])
    at.text_input(key="override_why").set_value(fields["why"])
    at.number_input(key=f"override_value:{kind}").set_value(fields.get("value", 2.0))
    for name in ("From", "Until"):
        if name in fields:
            at.time_input(key=f"override_{name}").set_value(fields[name])
    for name in ("First day", "Last day"):
        if name in fields:
            at.date_input(key=f"override_{name}").set_value(fields[name])
    return at.run()


def test_a_change_is_added_switched_off_and_on_and_undone(folder: Path) -> None:
    """The whole life of a change, which is never lost and never overwrites the model's number."""
    at = _open()
    own = _expected(at)
    assert "Nobody has changed this forecast." in texts(at)
    assert not at.metric[0].delta
    _fill(at, kind="multiply", value=2.0, **{"Last day": date(2026, 3, 22)})
    assert "Expected in these 168 intervals" in texts(at)
    click(at, "Add the change")
    assert not at.error
    assert _expected(at) == pytest.approx(2 * own, abs=1)
    assert at.metric[0].delta == f"{own:+,.0f} by people"
    assert "dashed: median without the changes by people" in texts(at)
    (kept,) = kept_overrides(folder)
    assert (kept.kind, kept.value, kept.who, kept.why, kept.on) == (
        "multiply", 2.0, "Ana", "Launch", True
    )  # fmt: skip
    for text in ("× 2", "Mon 16 Mar – Sun 22 Mar 2026", "Launch", "Ana, "):
        assert text in texts(at)

    at.toggle(key="override:1").set_value(False).run()
    assert _expected(at) == own
    assert not kept_overrides(folder)[0].on
    assert "Change 1 was switched off." in texts(at)
    click(at, "Undo")
    assert _expected(at) == pytest.approx(2 * own, abs=1)
    assert at.toggle(key="override:1").value

    again = _open()
    assert again.toggle(key="override:1").value
    assert again.text_input(key="override_who").value == "Ana"


def test_an_added_change_can_be_undone_at_once(folder: Path) -> None:
    """A slip of the finger costs one click; the change stays in the list, switched off."""
    at = _open()
    own = _expected(at)
    click(_fill(at), "Add the change")
    assert _expected(at) > own
    click(at, "Undo")
    assert _expected(at) == own
    assert [override.on for override in kept_overrides(folder)] == [False]


@pytest.mark.parametrize(
    ("kind", "value", "after"),
    [("multiply", 0.5, 0.5), ("add", 60.0, None), ("total", 90.0, 90.0), ("set", 4.0, 40.0)],
)
def test_each_kind_does_what_its_unit_says(
    folder: Path, kind: str, value: float, after: float | None
) -> None:
    """Monday is open for ten hours; the totals of days must tell the change."""
    at = _open()
    before = _monday(at)
    click(_fill(at, kind=kind, value=value), "Add the change")
    assert not at.error
    wanted = {"multiply": 0.5 * before, "add": before + 60}.get(kind, after)
    assert _monday(at) == pytest.approx(wanted, abs=1)


def _monday(at: AppTest) -> float:
    table = at.dataframe[0].value
    assert table["Period"].tolist()[0] == "Mon 16 Mar"
    assert table["Period"].tolist()[-1] == "Week from 16 Mar"
    assert table["Expected"].iloc[-1] == pytest.approx(table["Expected"].iloc[:-1].sum(), abs=4)
    return float(table["Expected"].iloc[0])


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"why": ""}, "Say why"),
        ({"who": " "}, "Say your name"),
        ({"value": None}, "give a number"),
        ({"From": time(12), "Until": time(9)}, "ends before it begins"),
        ({"kind": "total", "From": time(2), "Until": time(4)}, "nothing is expected"),
        ({"First day": date(2026, 3, 29), "From": time(1)}, "clocks of Europe/Dublin skip"),
    ],
)
def test_a_change_that_cannot_be_made_is_explained_in_place(
    folder: Path, typed: dict[str, Any], fault: str
) -> None:
    """One line with the mend, once, and nothing kept."""
    at = _fill(_open(), **typed)
    click(at, "Add the change")
    assert len(at.error) == 1
    assert fault in at.error[0].value
    assert kept_overrides(folder) == ()


def test_nobody_can_switch_without_a_name(folder: Path) -> None:
    """Who, when and why are what makes a change worth keeping."""
    add_override(folder, _override(folder))
    at = _open()
    assert at.toggle(key="override:1").disabled
    at.text_input(key="override_who").set_value("Ben").run()
    assert not at.toggle(key="override:1").disabled


def test_a_change_that_became_impossible_can_still_be_switched_off(folder: Path) -> None:
    """The day was closed after somebody put contacts into it: the way out must not be blocked."""
    add_override(folder, _override(folder, kind="total", value=50.0))
    (folder / "events.csv").write_text("date,kind\n2026-03-16,closed\n")
    Drafts(folder).save("who", folder.name, "Ben")
    at = _open()
    assert "nothing is expected" in at.error[0].value
    at.toggle(key="override:1").set_value(False).run()
    assert not at.exception
    assert not at.error


def test_changes_of_other_weeks_and_queues_are_kept_apart(folder: Path) -> None:
    """The list is about the week that is shown; nothing is hidden for good."""
    add_override(folder, _override(folder, week=1))
    add_override(folder, _override(folder, queue="other"))
    at = _open()
    assert "Nobody has changed this forecast." in texts(at)
    assert [each.key for each in at.toggle] == ["override:1"]
    assert [each.label for each in at.expander if "other times" in each.label] == [
        "Changes at other times (1)"
    ]


def test_the_screens_and_the_command_plan_from_one_forecast(folder: Path) -> None:
    """What is clicked and what is typed must need the same people."""
    add_override(folder, _override(folder, value=3.0))
    of = workspaces.open_workspace(folder)
    chosen = Scenario()
    shown = session.requirement(of, chosen)
    made = workflow.make_plan(of)
    pd.testing.assert_frame_equal(
        shown.table.reset_index(drop=True), made.requirement.table.reset_index(drop=True)
    )
    alone = workflow.require(session.model_forecasts(of, chosen), of.settings)
    assert shown.table["rostered_primary"].sum() > alone.table["rostered_primary"].sum()


def _override(
    folder: Path, queue: str = "live", kind: Any = "multiply", value: float = 2.0, week: int = 0
) -> Override:
    entered = Entered(kind, value, MONDAY, time(0), MONDAY, time(0), "Ana", "Launch")
    made = override_entries.to_override(entered, queue, "Europe/Dublin", AT)
    later = pd.Timedelta(weeks=week)
    return Override(
        "new", made.kind, queue, made.start + later, made.end + later, value, "Ana", "Launch", AT
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Dublin", date(2026, 3, 29), 23),
        ("Europe/Dublin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Australia/Melbourne", date(2026, 4, 5), 25),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("America/Santiago", date(2026, 9, 6), 23),
    ],
)
def test_a_whole_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, hours: int) -> None:
    """From midnight until midnight is one local day, written as one, in any zone."""
    entered = Entered("multiply", 1.5, day, time(0), day, time(0), "Ana", "Clocks")
    made = override_entries.to_override(entered, "live", zone, AT)
    assert made.end - made.start == pd.Timedelta(hours=hours)
    assert override_entries.span_text(made, zone) == f"{day:%a %d %b %Y}"


@pytest.mark.parametrize(
    ("begin", "last", "end", "text"),
    [
        (time(0), MONDAY, time(9), "Mon 16 Mar 2026 00:00 – 09:00"),
        (time(8), MONDAY, time(17), "Mon 16 Mar 2026 08:00 – 17:00"),
        (time(8), MONDAY, time(0), "Mon 16 Mar 2026 08:00 – 24:00"),
        (time(8), date(2026, 3, 17), time(9), "Mon 16 Mar 08:00 – Tue 17 Mar 2026 09:00"),
        (time(0), date(2026, 3, 17), time(0), "Mon 16 Mar – Tue 17 Mar 2026"),
    ],
)
def test_a_span_is_written_in_local_time(begin: time, last: date, end: time, text: str) -> None:
    """A planner must recognise what was entered."""
    entered = Entered("multiply", 1.5, MONDAY, begin, last, end, "Ana", "Launch")
    made = override_entries.to_override(entered, "live", "Europe/Dublin", AT)
    assert override_entries.span_text(made, "Europe/Dublin") == text


def test_values_are_written_with_their_unit(folder: Path) -> None:
    """80 of what? And a minus is a minus."""
    texts_of = {
        kind: override_entries.value_text(_override(folder, kind=kind, value=value), 15)
        for kind, value in (("multiply", 1.2), ("add", -80.0), ("total", 1200.0), ("set", 4.0))
    }
    assert texts_of == {
        "multiply": "× 1.2",
        "add": "−80 contacts in all",
        "total": "1,200 contacts in all",
        "set": "4 contacts per 15 minutes",
    }
