"""``roster --instance`` on a file of the competition of 2010, as a stranger's script meets it."""

import json

import pandas as pd
import pytest

from tests.optimizer.inrc.wards import TXT, XML


@pytest.mark.parametrize(("name", "text"), [("ward.xml", XML), ("ward.txt", TXT)])
def test_either_format_becomes_a_roster_with_its_proof(staffcast, small, name, text):
    """The duties are those called for; the report adds the penalties up by rule."""
    (small / name).write_text(text)
    ended = staffcast("roster", "--instance", name, "--time-limit", "60", "--out", "o")
    assert ended.status == 0, ended.err
    assert "OPTIMAL" in ended.out
    roster = pd.read_csv(small / "o/roster.csv", dtype={"rep_id": str})
    assert list(roster) == ["rep_id", "day", "shift"]
    assert set(roster["rep_id"]) <= {"7", "3"}
    assert sorted(zip(roster["day"], roster["shift"], strict=True)) == [
        (0, "E"),
        (0, "N"),
        (1, "E"),
    ]
    report = json.loads((small / "o/report.json").read_text())
    assert report["status"] == "OPTIMAL"
    assert report["objective"] == report["bound"] == sum(report["penalties"].values())
    assert report["broken_rules"] == []


def test_shifts_that_nobody_is_left_for_are_named(staffcast, small):
    """Three early shifts on a Friday and two people: status 1, the open shift in words."""
    (small / "ward.xml").write_text(XML.replace("<Preferred>1<", "<Preferred>3<", 1))
    ended = staffcast("roster", "--instance", "ward.xml", "--time-limit", "2", "--out", "o")
    assert ended.status == 1
    assert "day 0, shift E: calls for 3, has" in ended.out
    report = json.loads((small / "o/report.json").read_text())
    assert report["bound"] is None
    assert len(report["broken_rules"]) >= 1


def test_a_fault_ends_with_the_line_and_the_element(staffcast, small):
    """Status 2, one line, nothing written."""
    (small / "ward.xml").write_text(XML.replace("<ContractID>none<", "<ContractID>half<"))
    ended = staffcast("roster", "--instance", "ward.xml", "--out", "o")
    assert ended.status == 2
    assert "ward.xml, row 60, column ContractID: found 'half'" in ended.err
    assert not (small / "o").exists()
