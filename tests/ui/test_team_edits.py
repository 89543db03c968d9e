"""Editing the team in the app keeps every column of its files."""

import pytest

from data.errors import InputError
from optimizer.team_files import RULE_COLUMNS
from ui import team_edits
from ui.workspaces import open_workspace


@pytest.fixture
def of(small):
    lines = (small / "team.csv").read_text().splitlines()
    lines[0] += ",max_shifts,mentors"
    first = lines[1].split(",")[0]
    lines[1:] = [f"{lines[1]},4,", *(f"{line},,{first}" for line in lines[2:])]
    (small / "team.csv").write_text("\n".join(lines) + "\n")
    (small / "preferences.csv").write_text(
        f"rep_id,start,end,weight,kind\n{first},2026-03-02,,,never\n"
    )
    return open_workspace(small)


def test_rules_of_the_team_outlive_an_edit(of):
    """Columns that the screen did not know would be lost with the first save."""
    team = team_edits.read(of, "team")
    assert [name for name in RULE_COLUMNS if name in team] == ["max_shifts", "mentors"]
    team.loc[0, "max_shifts"] = "3"
    team_edits.save(of, "team", team)
    kept = team_edits.check(of, "team", team_edits.read(of, "team"))
    assert [rep.contract.max_shifts for rep in kept.reps][:2] == [3, None]
    assert kept.reps[1].mentors == (kept.reps[0].rep_id,)
    assert [one.kind for one in kept.preferences] == ["never"]


def test_a_rule_that_cannot_be_meant_is_told_with_its_place(of):
    """As when a command reads the file."""
    team = team_edits.read(of, "team")
    team.loc[1, "mentors"] = "nobody"
    with pytest.raises(InputError, match="row 3, column mentors"):
        team_edits.save(of, "team", team)


def test_a_team_without_rules_shows_no_columns_of_them(small):
    """Nobody should meet columns that they do not use."""
    assert not set(RULE_COLUMNS) & set(team_edits.read(open_workspace(small), "team"))
