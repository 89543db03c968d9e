"""``roster --requirement``: shifts and people chosen together, as a planner's script meets it."""

import json

import pandas as pd
import pytest

HOURS = pd.date_range("2026-03-16", periods=168, freq="h", tz="UTC")


@pytest.fixture
def needed(small):
    """A requirement of one rep on weekdays from nine to five, and one more on standby on Monday."""
    local = HOURS.tz_convert("Europe/Dublin")
    wanted = (local.day_of_week < 5) & (local.hour >= 9) & (local.hour < 17)
    standby = wanted & (local.day_of_week == 0)
    table = pd.DataFrame({"unique_id": "live", "ds": local.strftime("%Y-%m-%dT%H:%M:%S%z")})
    table["volume"] = 10.0 * wanted
    for name, column in {"primary": wanted, "on_call": standby}.items():
        table[name] = table[f"rostered_{name}"] = column.astype(int)
    table.to_csv(small / "r.csv", index=False)
    return small


def test_a_requirement_and_a_team_become_a_roster(staffcast, needed):
    """Roster, shifts and coverage agree, and the proof is recorded."""
    ended = staffcast("roster", "--requirement", "r.csv", "--team", "team.csv", "--out", "named")
    assert ended.status == 0, ended.err
    roster = pd.read_csv(needed / "named/roster.csv")
    shifts = pd.read_csv(needed / "named/shifts.csv")
    coverage = pd.read_csv(needed / "named/coverage.csv")
    report = json.loads((needed / "named/report.json").read_text())
    assert len(roster) == shifts["reps"].sum() > 0
    assert coverage["understaffing"].sum() == 0
    assert coverage["primary"].sum() >= 40
    assert report["status"] == "OPTIMAL"
    assert [aim["aim"] for aim in report["aims"]] == ["cost"]
    assert 0 <= report["gap"] <= 0.005


def test_the_chosen_shifts_can_be_filled_again(staffcast, needed):
    """What was written is a shift plan, too."""
    staffcast("roster", "--requirement", "r.csv", "--team", "team.csv", "--out", "named")
    ended = staffcast("roster", "named/shifts.csv", "--team", "team.csv", "--out", "again")
    assert ended.status == 0, ended.err
    one, other = (pd.read_csv(needed / name / "roster.csv") for name in ("named", "again"))
    assert len(one) == len(other)


@pytest.mark.parametrize("given", [(), ("r.csv", "--requirement", "r.csv")])
def test_either_shifts_or_a_requirement(staffcast, needed, given):
    """Neither and both are refused with the way out."""
    ended = staffcast("roster", *given, "--team", "team.csv", "--out", "named")
    assert ended.status == 2
    assert "--requirement R.csv to choose" in ended.err
    assert not (needed / "named").exists()


def test_a_requirement_is_not_written_over(staffcast, needed):
    """An input that would be lost is refused before anything is done."""
    (needed / "r.csv").rename(needed / "shifts.csv")
    ended = staffcast("roster", "--requirement", "shifts.csv", "--team", "team.csv", "--out", ".")
    assert ended.status == 2
    assert "is also read" in ended.err


def test_locked_rows_are_kept_and_weeks_before_count(staffcast, needed):
    """What a planner marks in roster.csv stays, whoever else could do it."""
    row = "{rep},live,primary,{day}T09:00:00+00:00,{day}T17:00:00+00:00,{locked}\n"
    head = "rep_id,queue,role,start,end,locked\n"
    (needed / "kept.csv").write_text(
        head
        + row.format(rep="ben", day="2026-03-16", locked="yes")
        + row.format(rep="ana", day="2026-03-17", locked="no")
    )
    (needed / "past.csv").write_text(
        head + "".join(row.format(rep="ana", day=f"2026-03-{day}", locked="no") for day in (13, 14))
        + row.format(rep="ana", day="2026-03-15", locked="no")
    )  # fmt: skip
    command = ["roster", "--requirement", "r.csv", "--team", "team.csv", "--out", "named"]
    ended = staffcast(*command, "--locked", "kept.csv", "--history", "past.csv")
    assert ended.status == 0, ended.err
    rows = (needed / "named" / "roster.csv").read_text().splitlines()[1:]
    assert [line.split(",")[:6] for line in rows if ",yes," in line] == [
        ["ben", "live", "primary", "2026-03-16T09:00:00+00:00", "2026-03-16T17:00:00+00:00", "yes"]
    ]
    (needed / "kept.csv").write_text(head + row.format(rep="zoe", day="2026-03-16", locked="yes"))
    ended = staffcast(*command, "--locked", "kept.csv")
    assert ended.status == 2
    assert "zoe is locked to a shift of 2026-03-16 09:00 and is not in the team" in ended.err


def test_whoever_carried_less_before_gets_the_turn(staffcast, needed):
    """Three had two standbys each last week: Monday's is the fourth one's, by either way."""
    head = "rep_id,queue,role,start,end\n"
    row = "{rep},live,on_call,2026-03-{day:02}T09:00:00+00:00,2026-03-{day:02}T17:00:00+00:00\n"
    (needed / "past.csv").write_text(
        head
        + "".join(row.format(rep=rep, day=day) for rep in ("ana", "ben", "cleo") for day in (9, 11))
    )
    past = ("--history", "past.csv", "--team", "team.csv")
    ended = staffcast("roster", "--requirement", "r.csv", *past, "--out", "named")
    assert ended.status == 0, ended.err
    ended = staffcast("roster", "named/shifts.csv", *past, "--out", "again")
    assert ended.status == 0, ended.err
    for name in ("named", "again"):
        roster = pd.read_csv(needed / name / "roster.csv")
        assert set(roster.loc[roster["role"] == "on_call", "rep_id"]) == {"dan"}
