"""``roster``: shifts and people chosen together, or given shifts filled, as a script meets it."""

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


HEAD = "rep_id,queue,role,start,end,locked\n"


def rows_of(folder):
    """Who works what in a roster, with which lock."""
    roster = pd.read_csv(folder / "roster.csv")
    columns = ["rep_id", "role", "start", "end", "locked"]
    return {tuple(row) for row in roster[columns].itertuples(index=False)}


@pytest.fixture
def filled(staffcast, needed):
    """The shifts that the requirement makes, filled by whoever is best."""
    staffcast("roster", "--requirement", "r.csv", "--team", "team.csv", "--out", "cover")
    ended = staffcast("roster", "cover/shifts.csv", "--team", "team.csv", "--out", "free")
    assert ended.status == 0, ended.err
    return needed


@pytest.mark.parametrize("rep", ["ana", "ben", "cleo", "dan"])
def test_given_shifts_are_filled_round_whom_a_person_locked(staffcast, filled, rep):
    """Whoever is marked stays, others are planned round them; rows not marked bind nobody."""
    shifts = pd.read_csv(filled / "cover/shifts.csv")
    tuesday = shifts[shifts["start"].str.startswith("2026-03-17")].iloc[0]
    other = "ana" if rep != "ana" else "ben"
    row = "{},live,primary,{},{},{}\n"
    (filled / "kept.csv").write_text(
        HEAD
        + row.format(rep, tuesday["start"], tuesday["end"], "yes")
        + row.format(other, "2026-03-17T03:00:00+00:00", "2026-03-17T07:00:00+00:00", "no")
    )
    words = ("roster", "cover/shifts.csv", "--team", "team.csv", "--locked", "kept.csv")
    ended = staffcast(*words, "--out", "kept")
    assert ended.status == 0, ended.err
    rows = rows_of(filled / "kept")
    kept = (rep, "primary", tuesday["start"], tuesday["end"], "yes")
    assert [row for row in rows if row[-1] == "yes"] == [kept]
    assert not any("T03:00" in start for _, _, start, _, _ in rows)
    assert len(rows) == shifts["reps"].sum()
    assert pd.read_csv(filled / "kept/coverage.csv")["understaffing"].sum() == 0


def test_a_roster_locked_as_a_whole_comes_back(staffcast, filled):
    """Nothing is left to choose, so nobody is moved."""
    whole = filled / "free/roster.csv"
    whole.write_text(whole.read_text().replace(",no,", ",yes,"))
    words = ("roster", "cover/shifts.csv", "--team", "team.csv", "--locked", whole)
    ended = staffcast(*words, "--out", "kept")
    assert ended.status == 0, ended.err
    assert rows_of(filled / "kept") == rows_of(filled / "free")


def test_a_lock_that_the_plan_does_not_have_is_kept_and_told(staffcast, filled):
    """A person's word holds, and the audit says that the plan does not ask for it."""
    night = "ben,live,primary,2026-03-17T20:00:00+00:00,2026-03-17T23:00:00+00:00,yes\n"
    (filled / "kept.csv").write_text(HEAD + night)
    words = ("roster", "cover/shifts.csv", "--team", "team.csv", "--locked", "kept.csv")
    ended = staffcast(*words, "--out", "kept")
    assert ended.status == 1
    assert "2026-03-17 20:00–23:00 has 1 reps; the plan asks for 0" in ended.out
    assert "ben" in {row[0] for row in rows_of(filled / "kept") if row[-1] == "yes"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("zoe,live,primary,2026-03-17T09:00,2026-03-17T17:00,yes", "is not in the team"),
        ("ana,mail,primary,2026-03-17T09:00,2026-03-17T17:00,yes", "the queues are live"),
        ("ana,live,primary,2026-04-07T09:00,2026-04-07T17:00,yes", "outside what is planned"),
    ],
)
def test_a_lock_that_cannot_be_meant_is_refused(staffcast, filled, row, said):
    """A line with the file, the rep, the shift and the way out; nothing is written."""
    (filled / "kept.csv").write_text(f"{HEAD}{row}\n")
    words = ("roster", "cover/shifts.csv", "--team", "team.csv", "--locked", "kept.csv")
    ended = staffcast(*words, "--out", "kept")
    assert ended.status == 2
    (line,) = ended.err.splitlines()
    assert f"kept.csv: {row[:3]} is locked to a shift of 2026-0" in line
    assert said in line
    assert not (filled / "kept").exists()


def test_no_shifts_of_no_time_are_refused(staffcast, needed):
    """Without any row and without coverage nobody can say which week is meant."""
    (needed / "shifts.csv").write_text("queue,site,start,end,role,reps\n")
    ended = staffcast("roster", "shifts.csv", "--team", "team.csv", "--out", "named")
    assert ended.status == 2
    assert "shifts.csv: found no shift" in ended.err


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
