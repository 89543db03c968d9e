"""Bad input: one line that says where and what to do, status 2, nothing written, no traceback."""

import pandas as pd
import pytest

from tests.ui.workspaces import SETTINGS, TEAM, volumes


def refused(ended, *parts):
    """Check the manner of a refusal, and that it says what it must."""
    assert ended.status == 2, ended.out + ended.err
    assert "Traceback" not in ended.err
    lines = [line for line in ended.err.splitlines() if not line.startswith("warning: ")]
    assert len(lines) == 1, ended.err
    for part in parts:
        assert part in lines[0]


CONVERSATIONS = "conversation_id,created_at,queue\nc1,2026-03-02T09:00:00Z,live\n"

BAD_SOURCES = {
    "empty": (b"", ["bad.csv", "empty"]),
    "binary": (bytes(range(256)) * 8, ["bad.csv"]),
    "no created_at": (b"conversation_id,colour\nc1,red\n", ["bad.csv", "created_at"]),
    "header only": (b"conversation_id,created_at\n", ["bad.csv"]),
    "date": (
        CONVERSATIONS.encode() + b"c2,yesterday,live\n",
        ["bad.csv", "row 3", "created_at", "yesterday"],
    ),
    "width": (CONVERSATIONS.encode() + b"c2,2026-03-02\n", ["bad.csv", "row 3"]),
    "negative": (
        b"unique_id,ds,y\nlive,2026-03-02T09:00:00Z,4\nlive,2026-03-02T10:00:00Z,-1\n",
        ["bad.csv", "row 3", "y", "-1"],
    ),
    "not finite": (
        b"unique_id,ds,y\nlive,2026-03-02T09:00:00Z,inf\n",
        ["bad.csv", "row 2", "y", "inf"],
    ),
    "not a number": (
        b"unique_id,ds,y\nlive,2026-03-02T09:00:00Z,many\n",
        ["bad.csv", "row 2", "y", "many"],
    ),
    "ds": (b"unique_id,ds,y\nlive,soon,4\n", ["bad.csv", "row 2", "ds", "soon"]),
}


@pytest.mark.parametrize("name", BAD_SOURCES)
def test_a_source_that_cannot_be_used_is_refused(staffcast, tmp_path, name):
    """Where and what, in one line; and no history that looks whole."""
    content, parts = BAD_SOURCES[name]
    (tmp_path / "bad.csv").write_bytes(content)
    refused(staffcast("history", "bad.csv", "--out", "h.csv"), *parts)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


def test_missing_files_and_folders_are_refused(staffcast, small):
    """The commonest slip of all is a wrong path."""
    refused(staffcast("history", "nowhere.csv", "--out", "h.csv"), "nowhere.csv", "no such file")
    (small / "folder").mkdir()
    refused(staffcast("history", "folder", "--out", "h.csv"), "folder")
    refused(staffcast("forecast", "nowhere.csv", "--out", "f.csv"), "nowhere.csv")
    refused(staffcast("require", "nowhere.csv", "--out", "r.csv"), "nowhere.csv")
    refused(staffcast("shifts", "nowhere.csv", "--out", "d"), "nowhere.csv")
    refused(staffcast("roster", "no.csv", "--team", "team.csv", "--out", "d"), "no.csv")
    refused(staffcast("plan", "nowhere"), "nowhere")
    refused(staffcast("export", "nowhere"), "nowhere")
    refused(staffcast("forecast", "history.csv", "--out", "folder"), "folder")


def test_options_that_mean_nothing_are_refused(staffcast, small):
    """An option is input, too."""
    refused(
        staffcast("history", "history.csv", "--timezone", "Mars/Base", "--out", "h"), "Mars/Base"
    )
    refused(staffcast("history", "history.csv", "--interval", 20, "--out", "h"), "20")
    refused(staffcast("forecast", "history.csv", "--model", "profet", "--out", "f"), "prophet")
    refused(staffcast("forecast", "history.csv", "--quantiles", "1.5", "--out", "f"), "1.5")
    refused(staffcast("backtest", "history.csv", "--cutoffs", 99, "--out", "d"), "live")
    refused(staffcast("plan", ".", "--start", "monday"), "monday")
    refused(staffcast("init", ".", "--from", "history.csv"), "staffcast.toml")


def test_an_option_that_cannot_be_is_one_line_too(staffcast, small):
    """A script that logs the last line must find the fault in it."""
    refused(staffcast("forecast", "history.csv", "--horizon", 0, "--out", "f.csv"), "--horizon")
    refused(staffcast("forecast", "history.csv"), "--out")
    refused(staffcast("forecats"), "forecats")
    refused(staffcast("history", "history.csv", "--timezone", "", "--out", "h.csv"), "--timezone")


def test_what_is_read_is_never_written_over(staffcast, small):
    """The only export must survive a slip in --out."""
    before = (small / "history.csv").read_bytes()
    for command in ("history", "forecast"):
        refused(staffcast(command, "history.csv", "--out", "./history.csv"), "history.csv")
    assert (small / "history.csv").read_bytes() == before


def test_a_file_that_the_settings_name_must_be_there(staffcast, small):
    """A plan without the absences that the planner wrote down looks right and is wrong."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    path = small / "mine/staffcast.toml"
    path.write_text('[files]\nabsences = "absence.csv"\n' + path.read_text())
    (small / "mine/team.csv").write_text(TEAM)
    refused(staffcast("plan", "mine"), "[files]", "absences", "absence.csv")


def test_a_plan_is_not_made_for_a_place_where_it_cannot_go(staffcast, small):
    """Whoever waits for a solve wants to keep its result."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    (small / "photos").mkdir()
    (small / "photos/cat.jpg").write_bytes(b"cat")
    refused(staffcast("plan", "mine", "--out", "photos"), "photos")
    assert [path.name for path in (small / "photos").iterdir()] == ["cat.jpg"]


CHANGES = "kind,queue,start,end,value,who,why,at\n"
SPAN = "2026-03-16,2026-03-16"
NEW_INPUTS = {
    "--overrides": {
        "column": ("a,b\n1,2\n", ["column kind"]),
        "value": (f"{CHANGES}multiply,live,{SPAN},nan,ada,ad,2026-03-13\n", ["row 2", "nan"]),
        "negative": (f"{CHANGES}multiply,live,{SPAN},-2,ada,ad,2026-03-13\n", ["row 2", "-2"]),
        "queue": (f"{CHANGES}multiply,chat,{SPAN},2,ada,ad,2026-03-13\n", ["row 2", "chat"]),
        "time": (f"{CHANGES}set,live,soon,soon,2,ada,ad,2026-03-13\n", ["row 2", "soon"]),
        "skipped time": (
            f"{CHANGES}set,live,2026-03-29T01:30,2026-03-29T03:00,2,ada,ad,2026-03-13\n",
            ["row 2", "2026-03-29T01:30"],
        ),
    },
    "--drivers": {
        "column": ("a,b\n1,2\n", ["column driver"]),
        "value": ("driver,kind,start,value\nc,level,2026-03-01,nan\n", ["row 2", "nan"]),
        "negative": ("driver,kind,start,value\nc,level,2026-03-01,-2\n", ["row 2", "-2"]),
        "kind": ("driver,kind,start,value\nc,levle,2026-03-01,2\n", ["row 2", "levle"]),
    },
    "--actuals": {
        "column": ("a,b\n1,2\n", ["column ds"]),
        "header only": ("unique_id,ds,y\n", ["there is no row"]),
        "value": ("unique_id,ds,y\nlive,2026-03-16T09:00,nan\n", ["row 2", "column y", "nan"]),
        "negative": ("unique_id,ds,y\nlive,2026-03-16T09:00,-2\n", ["row 2", "column y", "-2"]),
        "queue": ("unique_id,ds,y\nchat,2026-03-16T09:00,2\n", ["unique_id", "chat", "live"]),
    },
}


@pytest.mark.parametrize(
    ("option", "name"), [(option, name) for option in NEW_INPUTS for name in NEW_INPUTS[option]]
)
def test_a_file_of_an_option_that_cannot_be_used_is_refused(staffcast, small, option, name):
    """What people know beside the history is typed by people."""
    text, parts = NEW_INPUTS[option][name]
    (small / "bad.csv").write_text(text)
    before = sorted(small.iterdir())
    words = ("--model", "average_4_weeks", "--totals", "t.csv", "--out", "f.csv")
    refused(staffcast("forecast", "history.csv", option, "bad.csv", *words), "bad.csv", *parts)
    assert sorted(small.iterdir()) == before


@pytest.mark.parametrize("option", [*NEW_INPUTS, "--events", "--answers"])
@pytest.mark.parametrize(
    ("place", "found"), [("no.csv", "no such file"), ("empty", "empty"), ("folder", "a folder")]
)
def test_a_file_of_an_option_that_is_not_there_is_found_out_before_any_fit(
    staffcast, small, monkeypatch, option, place, found
):
    """A hundred queues take minutes; a slip in a name is told at once."""
    (small / "empty").write_bytes(b"")
    (small / "folder").mkdir()
    monkeypatch.setattr("ui.forecast_command.forecast_queues", None)
    command = ("forecast", "history.csv", "--out", "f.csv")
    if option == "--answers":
        (small / "events.csv").write_text("date,kind\n")
        command = ("questions", "history.csv", "--events", "events.csv")
    refused(staffcast(*command, option, place), place, found)
    assert not (small / "f.csv").exists()


def test_options_that_do_not_go_together_are_refused(staffcast, small):
    """What an option asks for is done, or it is said that it is not."""
    quick = ("--model", "average_4_weeks", "--out", "f.csv")
    (small / "o.csv").write_text(CHANGES)
    forecast = ("forecast", "history.csv", *quick)
    refused(staffcast(*forecast, "--total", "--overrides", "o.csv"), "--total", "overrides")
    refused(staffcast(*forecast, "--total", "--actuals", "o.csv"), "--total", "actuals")
    refused(staffcast(*forecast, "--totals", "f.csv"), "--totals", "f.csv")
    refused(staffcast(*forecast, "--totals", "f.update.json"), "--totals", "f.update.json")
    refused(staffcast(*forecast, "--totals", "history.csv"), "history.csv", "also read")
    refused(staffcast(*forecast, "--jobs", 0), "--jobs")
    assert not (small / "f.csv").exists()
    assert staffcast(*forecast).status == 0
    again = ("forecast", "f.csv", "--out", "g.csv")
    refused(staffcast(*again), "f.csv", "--actuals")
    (small / "t.csv").write_text("unique_id,ds,y\nlive,2026-03-16T09:00,2\n")
    refused(staffcast(*again, "--actuals", "t.csv", "--events", "e.csv"), "--events", "f.csv")
    refused(staffcast(*again, "--actuals", "t.csv", "--drivers", "d.csv"), "--drivers", "f.csv")
    refused(staffcast(*again, "--actuals", "t.csv", "--total"), "--total")
    refused(staffcast("backtest", "history.csv", "--jobs", 0, "--out", "d"), "--jobs")
    refused(staffcast("backtest", "history.csv", "--drivers", "no.csv", "--out", "d"), "no.csv")
    assert not (small / "g.csv").exists()
    assert not (small / "d").exists()


CHANGE = {
    "--kind": "multiply", "--queue": "live", "--start": "2026-03-16", "--end": "2026-03-16",
    "--value": "2", "--who": "ada", "--why": "ad", "--at": "2026-03-13T12:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--kind", "times", "times"),
        ("--queue", "chat", "chat"),
        ("--start", "soon", "soon"),
        ("--end", "2026-03-15", "end"),
        ("--start", "2026-03-29T01:30", "2026-03-29T01:30"),
        ("--value", "nan", "not nan"),
        ("--value", "-2", "not -2"),
        ("--value", "many", "--value"),
        ("--who", "", "who"),
        ("--why", " ", "why"),
        ("--at", "soon", "soon"),
        ("--workspace", "nowhere", "nowhere"),
    ],
)
def test_an_override_that_cannot_be_is_refused_and_not_kept(staffcast, small, option, value, said):
    """A change that nobody can read later is worse than none."""
    (small / "history").mkdir()
    (small / "history.csv").rename(small / "history/counts.csv")
    words = [part for pair in {**CHANGE, option: value}.items() for part in pair]
    refused(staffcast("override", "add", *words), said)
    assert not (small / "staffcast.db").exists()


def test_what_is_not_there_cannot_be_switched_or_scored(staffcast, small):
    """A typing slip must not look like work done."""
    refused(staffcast("override", "switch", 9, "off", "--who", "ada"), "'9'")
    refused(staffcast("override", "switch", 9, "maybe", "--who", "ada"), "maybe")
    refused(staffcast("override", "list", "--workspace", "nowhere"), "nowhere")
    refused(staffcast("value-added", "nowhere"), "nowhere")
    refused(staffcast("value-added", "."), "published")
    refused(staffcast("value-added", ".", "--out", "team.csv"), "team.csv: is also read")
    assert not (small / "staffcast.db").exists()


SETTINGS_FAULTS = {
    "too short": ("lengths_hours = [4, 6, 8]", "lengths_hours = [0.5]", ["lengths_hours"]),
    "zone": ('"Europe/Dublin"', '"Europe/Dubbin"', ["[calendar]", "Europe/Dubbin"]),
    "misspelt": ("rep_messages", "rep_mesages", ["rep_mesages", "rep_messages"]),
    "unknown": ("[shifts]", "[shiftz]", ["shiftz", "shifts"]),
    "target": (
        "[shifts]", "[queues.live.service]\ntarget = 1.0\n[shifts]", ["target", "queues.live"],
    ),
    "guard": ("[shifts]", "[on_call]\nguard = 1.0\n[shifts]", ["guard"]),
    "throughput": (
        "writing_minutes = 1.0\ncustomer_reply_minutes = 3.0",
        "conversations_per_hour = 30\nsolo_minutes = 25",
        ["queues.live.handling"],
    ),
    "later": ("[shifts]", "[on_call]\ncall_out_fee = 1.4\n[shifts]", ["call_out_fee"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS_FAULTS)
def test_settings_that_cannot_be_meant_are_refused(staffcast, small, name):
    """A planner is told the key, not shown a plan made with another value."""
    old, new, parts = SETTINGS_FAULTS[name]
    (small / "staffcast.toml").write_text(SETTINGS.replace(old, new, 1))
    ended = staffcast("forecast", "history.csv", "--out", "f.csv")
    refused(ended, "staffcast.toml", *parts)
    assert not (small / "f.csv").exists()


def test_a_guard_outside_the_forecasts_quantiles_is_refused(staffcast, small):
    """Nobody knows the 99th percentile from a forecast that ends at the 90th."""
    assert (
        staffcast("forecast", "history.csv", "--quantiles", "0.1,0.5,0.9", "--out", "f.csv").status
        == 0
    )
    refused(staffcast("require", "f.csv", "--out", "r.csv"), "0.95", "0.9")
    assert not (small / "r.csv").exists()


def test_a_queue_without_settings_is_refused_from_the_requirement_on(staffcast, small):
    """Volume can be forecast without settings; reps cannot be counted without handling."""
    volumes(6, queue="mail").to_csv(small / "mail.csv", index=False)
    assert staffcast("forecast", "mail.csv", "--out", "f.csv").status == 0
    refused(staffcast("require", "f.csv", "--out", "r.csv"), "mail", "[queues.mail]")


TEAM_FAULTS = {
    "repeated": (TEAM + TEAM.splitlines()[1] + "\n", ["team.csv", "row 6", "rep_id", "ana"]),
    "hours": (TEAM.replace("live,0,40", "live,50,40", 1), ["team.csv", "row 2", "hours"]),
    "zone": (TEAM.replace("Europe/Dublin", "Europe/Dubbin", 1), ["row 2", "Europe/Dubbin"]),
    "available": (TEAM.replace("Mon-Fri 07", "Mon-Fry 07", 1), ["row 2", "available"]),
    "column": (TEAM.replace("rep_id", "who", 1), ["team.csv", "rep_id"]),
    "empty": ("", ["team.csv", "empty"]),
}


@pytest.mark.parametrize("name", TEAM_FAULTS)
def test_a_team_that_cannot_be_is_refused(staffcast, small, name):
    """A roster for a team that was misread is worse than none."""
    text, parts = TEAM_FAULTS[name]
    staffcast("forecast", "history.csv", "--out", "f.csv")
    staffcast("require", "f.csv", "--out", "r.csv")
    (small / "team.csv").write_text(text)
    refused(staffcast("shifts", "r.csv", "--team", "team.csv", "--out", "d"), *parts)
    assert not (small / "d").exists()


# Answered, with a warning


def test_events_of_a_queue_that_is_not_there_are_told(staffcast, small):
    """A closed day that closes nothing is a slip."""
    events = "date,kind,factor,like_day,queue,start,end\n2026-03-17,closed,,,livve,,\n"
    (small / "events.csv").write_text(events)
    ended = staffcast("forecast", "history.csv", "--events", "events.csv", "--out", "f.csv")
    warned(ended, "livve", "live")


def test_a_guard_beyond_the_usual_quantiles_is_forecast(staffcast, small):
    """The plan makes its own forecast, so it can go as far out as the guard."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    path = small / "mine/staffcast.toml"
    path.write_text(path.read_text().replace("# guard = 0.95 ", "guard = 0.99 "))
    ended = staffcast("plan", "mine")
    assert ended.status == 0, ended.err
    header = (small / "mine/plans/2026-03-16/forecast.csv").read_text().splitlines()[0]
    assert header.endswith("q95,q99")


def test_a_plan_far_ahead_says_that_little_is_known(staffcast, small):
    """Four years on, last month's weeks are no evidence."""
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    warned(staffcast("plan", "mine", "--start", "2026-07-06"), "weeks after the data ends")


def warned(ended, *parts):
    """Check that there is a result and a warning that says why it is weak."""
    assert ended.status == 0, ended.err
    text = (ended.err + ended.out).lower()
    for part in parts:
        assert part in text


def test_one_week_of_data_is_answered_by_the_naive_model_and_says_so(staffcast, tmp_path):
    """Never refuse: say how weak the answer is."""
    volumes(1).to_csv(tmp_path / "h.csv", index=False)
    warned(staffcast("forecast", "h.csv", "--timezone", "Europe/Dublin", "--out", "f.csv"), "week")


def test_two_weeks_of_data_give_wider_quantiles_than_six(staffcast, tmp_path):
    """Less known is wider, and it is said."""
    widths = []
    for weeks in (2, 6):
        volumes(weeks).to_csv(tmp_path / "h.csv", index=False)
        ended = staffcast("forecast", "h.csv", "--timezone", "Europe/Dublin", "--out", "f.csv")
        if weeks == 2:
            warned(ended, "week")
        table = pd.read_csv(tmp_path / "f.csv")
        widths.append((table["q95"] - table["q05"]).sum() / table["q50"].sum())
    assert widths[0] > widths[1]


def test_a_queue_without_any_volume_is_answered_with_zeros_and_a_warning(staffcast, tmp_path):
    """A new inbox has nothing in it yet."""
    volumes(3).assign(y=0).to_csv(tmp_path / "h.csv", index=False)
    warned(staffcast("forecast", "h.csv", "--out", "f.csv"), "live", "no contact")
    assert (pd.read_csv(tmp_path / "f.csv")["q95"] == 0).all()


def test_repeated_ids_are_dropped_and_listed(staffcast, tmp_path):
    """An export pasted twice must not double the volume."""
    rows = [f"c{number},2026-03-02T{9 + number % 8:02d}:00:00Z,live" for number in range(40)]
    text = "\n".join(["conversation_id,created_at,queue", *rows, rows[0], rows[1]])
    (tmp_path / "c.csv").write_text(text + "\n")
    warned(staffcast("history", "c.csv", "--out", "h.csv"), "2", "repeated")
    assert pd.read_csv(tmp_path / "h.csv")["y"].sum() == 40


def test_times_with_and_without_zone_are_both_read_and_listed(staffcast, tmp_path):
    """Two exports in one file happen; how they were read is stated."""
    text = "unique_id,ds,y\nlive,2026-03-02T09:00:00Z,3\nlive,2026-03-02 10:00:00,4\n"
    (tmp_path / "c.csv").write_text(text)
    warned(staffcast("history", "c.csv", "--out", "h.csv"), "offset")


def test_a_shift_that_nobody_can_work_is_listed_as_short(staffcast, small):
    """A short week is a result: it shows where people are missing."""
    staffcast("forecast", "history.csv", "--out", "f.csv")
    staffcast("require", "f.csv", "--out", "r.csv")
    staffcast("shifts", "r.csv", "--out", "cover")
    one = "\n".join(TEAM.splitlines()[:2]) + "\n"
    (small / "one.csv").write_text(one)
    ended = staffcast("roster", "cover/shifts.csv", "--team", "one.csv", "--out", "named")
    assert ended.status == 0, ended.err
    assert "shortfall" in ended.out
