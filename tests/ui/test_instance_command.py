"""``roster --instance``: a published instance rostered, as a stranger's script meets it."""

import json
import sys

import pandas as pd
import pytest

from tests.optimizer.instances.toys import TWO_WEEKS


@pytest.fixture
def published(small):
    """A made-up instance of two weeks."""
    (small / "instance.txt").write_text(TWO_WEEKS)
    return small


def test_an_instance_becomes_a_roster_with_its_proof(staffcast, published):
    """The roster names people, days from 0 and shifts; the report adds the penalties up."""
    ended = staffcast("roster", "--instance", "instance.txt", "--time-limit", "60", "--out", "o")
    assert ended.status == 0, ended.err
    assert "OPTIMAL" in ended.out
    roster = pd.read_csv(published / "o/roster.csv")
    report = json.loads((published / "o/report.json").read_text())
    assert list(roster) == ["rep_id", "day", "shift"]
    assert set(roster["rep_id"]) == {"Ann", "Bob", "Cem"}
    assert roster["day"].between(0, 13).all()
    assert set(roster["shift"]) <= {"E", "L"}
    assert report["status"] == "OPTIMAL"
    assert report["gap"] == 0
    assert report["objective"] == report["bound"] == sum(report["penalties"].values())
    assert report["seconds"] > 0
    assert report["broken_rules"] == []


def test_without_any_allowed_roster_the_command_says_who_is_in_the_way(staffcast, published):
    """No roster is no result: status 1, the person named, nothing written."""
    text = TWO_WEEKS.replace("Cem,E=0|L=14,3000,1200", "Cem,E=0|L=14,9000,8400")
    (published / "instance.txt").write_text(text)
    ended = staffcast("roster", "--instance", "instance.txt", "--out", "o")
    assert ended.status == 1
    assert "Cem: no schedule was found that keeps all rules" in ended.out
    assert not (published / "o").exists()


def test_without_numba_the_extra_to_install_is_named(staffcast, published, monkeypatch):
    """Numba is an extra: whoever lacks it is told in a line what to install, not in a traceback."""
    for module in ("kernel", "engine"):
        monkeypatch.delitem(sys.modules, f"optimizer.instances.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    ended = staffcast("roster", "--instance", "instance.txt", "--out", "o")
    assert ended.status == 2
    (line,) = ended.err.splitlines()
    assert "instance.txt: " in line
    assert "staffcast[simulation]" in line
    assert not (published / "o").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--instance", "instance.txt", "--team", "team.csv"), "give only --time-limit and --out"),
        (("--instance", "instance.txt", "--time-limit", "0"), "give seconds, more than 0"),
        (("--instance", "team.csv"), "give an instance in the format of Curtois-Qu"),
        (("--instance", "gone.txt"), "there is no such file"),
        (("--team", "team.csv", "--requirement", "r.csv", "--time-limit", "9"), "--instance"),
        (("--requirement", "r.csv"), "--team is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused(staffcast, published, words, message):
    """A slip in the words ends with status 2 and the way out."""
    ended = staffcast("roster", *words, "--out", "o")
    assert ended.status == 2
    assert message in ended.err
    assert not (published / "o").exists()


@pytest.mark.parametrize("out", ["team.csv", "team.csv/deep"])
def test_a_place_that_is_no_folder_is_refused_before_the_search(staffcast, published, out):
    """Ten minutes of search whose roster cannot be written are lost."""
    ended = staffcast("roster", "--instance", "instance.txt", "--out", out)
    assert ended.status == 2
    assert ended.err.strip().endswith("team.csv: found a file; name a folder to write to")
    assert ended.out == ""
