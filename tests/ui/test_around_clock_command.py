"""From a forecast and a small team to what every hour of the week gets, as a planner types it."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.ui.test_bad_input import refused

SETTINGS = """
[calendar]
timezone = "Europe/Dublin"

[queues.live]
opening = "Mon-Sun 00:00-24:00"

[queues.live.handling]
concurrency = 3
rep_messages = 6
writing_minutes = 1.0
customer_reply_minutes = 3.0

[shifts]
starts_every_minutes = 120
lengths_hours = [6, 8]

[solver]
gap = 0.03
"""
TEAM = "rep_id,timezone,max_hours\n" + "".join(f"r{n},Europe/Dublin,40\n" for n in range(6))


@pytest.fixture
def folder(tmp_path):
    hours = pd.date_range("2026-11-30", periods=72, freq="h", tz="Europe/Dublin")
    mean = 0.4 + 7 * np.exp(-(((hours.hour - 14) / 4.0) ** 2))
    table = pd.DataFrame({"unique_id": "live", "ds": [hour.isoformat() for hour in hours]})
    for name, share in [("mean", 1), ("q05", 0.4), ("q50", 1), ("q95", 1.9)]:
        table[name] = (mean * share).round(3)
    table.to_csv(tmp_path / "f.csv", index=False)
    (tmp_path / "team.csv").write_text(TEAM)
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    return tmp_path


def test_tiers_shifts_and_proof_are_written_and_the_roster_takes_them(staffcast, folder):
    """What is chosen can be looked at, and be filled with names."""
    ended = staffcast("around-the-clock", "f.csv", "--team", "team.csv", "--out", "clock")
    assert ended.status == 0, ended.err
    tiers = pd.read_csv(folder / "clock/tiers.csv", keep_default_na=False)
    assert len(tiers) == 72
    assert set(tiers["tier"]) <= {"live", "phone", "auto"}
    assert {"live", "phone"} <= set(tiers["tier"])
    told = tiers[tiers["tier"] != "live"]
    assert told["expectation"].str.startswith("We answer by ").all()
    report = json.loads((folder / "clock/report.json").read_text())
    assert report["status"] == "OPTIMAL"
    assert sum(report["hours"].values()) == 72
    assert sum(report["shares"].values()) == pytest.approx(1, abs=1e-5)
    for word in ("■", "by phone", "We answer by", "are answered live", "OPTIMAL"):
        assert word in ended.out
    files = sorted((folder / "clock").iterdir())
    before = [path.read_bytes() for path in files]
    staffcast("around-the-clock", "f.csv", "--team", "team.csv", "--out", "clock")
    assert [path.read_bytes() for path in files] == before
    named = staffcast("roster", "clock/shifts.csv", "--team", "team.csv", "--out", "named")
    assert named.status == 0, named.err
    roster = pd.read_csv(folder / "named/roster.csv")
    assert len(roster) == pd.read_csv(folder / "clock/shifts.csv")["reps"].sum()


def test_what_cannot_be_is_refused(staffcast, folder):
    """One line, status 2, and nothing written."""

    def run(*words, source="f.csv", team="team.csv"):
        return staffcast("around-the-clock", source, "--team", team, "--out", "clock", *words)

    refused(run(source="nowhere.csv"), "nowhere.csv")
    refused(run(team="f.csv"), "f.csv", "rep_id")
    refused(run("--queue", "chat"), "--queue", "chat", "live")
    second = pd.read_csv(folder / "f.csv")
    pd.concat([second, second.assign(unique_id="other")]).to_csv(folder / "two.csv", index=False)
    refused(run(source="two.csv"), "--queue", "live, other")
    refused(run("--queue", "other", source="two.csv"), "other")
    settings = folder / "staffcast.toml"
    settings.write_text(SETTINGS + "\n[around_the_clock]\nurgent_shar = 0.1\n")
    refused(run(), "[around_the_clock]", "urgent_shar", "urgent_share")
    settings.write_text(SETTINGS + "\n[around_the_clock]\npromise = 2\n")
    refused(run(), "[around_the_clock]", "promise")
    assert not (folder / "clock").exists()
