"""Why on the roster screen: what is picked is explained, and what is missing can be picked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from optimizer.cover import count_coverage
from optimizer.roster import unfilled_shifts
from optimizer.shifts import StaffedShift
from tests.ui.opening import make_workspace, open_screen, texts
from ui import whys
from ui.plan_folder import Plan, read_plan, write_plan
from ui.serve import WORKSPACE_VARIABLE
from ui.settings import parse_settings


@pytest.fixture
def folder(tmp_path: Path, staffcast, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a plan whose roster has lost ana's first day."""
    of = make_workspace(tmp_path / "team")
    settings = of / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    assert staffcast("plan", "team").status == 0
    (plan,) = (of / "plans").iterdir()
    write_plan(without_first(read_plan(plan)), plan)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(of))
    return of


def without_first(made: Plan) -> Plan:
    assert made.roster is not None
    left = made.roster.assignments[1:]
    filled = [StaffedShift(one.shift, 1) for one in left]
    coverage = count_coverage(made.roster.coverage, filled, made.interval_minutes)
    unfilled = unfilled_shifts(made.shift_plan.shifts, left)
    roster = replace(made.roster, assignments=left, unfilled=unfilled, coverage=coverage)
    return replace(made, roster=roster)


def standing_in(folder: Path) -> whys.Standing:
    (plan,) = (folder / "plans").iterdir()
    made = read_plan(plan)
    return whys.standing_of_plan(made, parse_settings(made.settings), None)


def test_a_shift_and_its_rep_are_explained_and_who_else_could_is_listed(folder: Path) -> None:
    """The words of the command, and a row for everybody else."""
    standing = standing_in(folder)
    one = standing.assignments[0]
    at = open_screen("roster", {"why_shift": one.shift.plain, "why_rep": one.rep_id})
    assert not at.exception
    said = texts(at)
    assert "rep-hours would be missing" in said or "nothing would be missing" in said
    table = next(each.value for each in at.dataframe if "What it would cost" in each.value)
    assert len(table) == 4 - standing.filled[one.shift.plain]


def test_somebody_who_does_not_have_it_is_told_what_is_in_the_way(folder: Path) -> None:
    """Every rule, and what would have to change."""
    standing = standing_in(folder)
    one = standing.assignments[0]
    has_it = {each.rep_id for each in standing.assignments if each.shift.plain == one.shift.plain}
    busy = next(
        other.rep_id
        for other in standing.assignments
        if other.shift.start.date() == one.shift.start.date() and other.rep_id not in has_it
    )
    at = open_screen("roster", {"why_shift": one.shift.plain, "why_rep": busy})
    assert not at.exception
    assert "in the way" in texts(at)
    assert "one shift a day: already has" in texts(at)


def test_what_is_missing_can_be_picked_and_is_explained(folder: Path) -> None:
    """The shift that lost its rep is in the list, and its answer on the screen."""
    at = open_screen("roster")
    assert not at.exception
    missing = next(each for each in at.selectbox if each.label.startswith("What is missing"))
    assert any("lacks 1" in label for label in missing.options)
    lacking = next(label for label in missing.options if "lacks 1" in label)
    missing.set_value(lacking).run()
    assert not at.exception
    assert "lacks 1 rep." in texts(at)
    assert "Nothing stands in the way; these changes bring it." in texts(at)


def test_a_cell_of_the_grid_stands_for_the_reps_shift_of_that_day(folder: Path) -> None:
    """A click names a person and a day; an empty day stands for a shift that they may work."""
    standing = standing_in(folder)
    first = min(one.shift.start for one in standing.assignments).date()
    for one in standing.assignments:
        day = (one.shift.start.date() - first) // timedelta(days=1)
        assert whys.shift_on(standing, one.rep_id, day) == one.shift.plain
    weekend = whys.shift_on(standing, "ana", 5)
    assert weekend is None
    lost = standing.unfilled[0].shift
    day = (lost.start.date() - first) // timedelta(days=1)
    free = next(
        rep_id
        for rep_id, person in standing.people.items()
        if all(each.shift.start.date() != lost.start.date() for each in person.worked)
    )
    assert whys.shift_on(standing, free, day) in [one.shift for one in standing.unfilled]


def test_before_anybody_is_named_there_is_nothing_to_explain(folder: Path) -> None:
    """A plan without a team has shifts and no roster: that is said, not failed."""
    (plan,) = (folder / "plans").iterdir()
    made = replace(read_plan(plan), roster=None, team=None)
    with pytest.raises(whys.InputError, match="name reps first"):
        whys.standing_of_plan(made, parse_settings(made.settings), None)
