"""The settings file: what it says arrives, and what it cannot mean is refused by file and key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.week import WeeklyHours
from ui.setting_entries import queue_entries
from ui.settings import Settings, change_setting, parse_settings

FULL = """
[calendar]
timezone = "Europe/Dublin"        # where the team lives
interval_minutes = 30
holidays = "IE"

[queues.live]
channel = "chat"
opening = { Mon-Fri = "00:00-24:00", Sat-Sun = "08:00-20:00" }

[queues.live.handling]
concurrency = 4
rep_messages = 8
writing_minutes = 0.75
customer_reply_minutes = 4.0
patience_minutes = 20.0

[queues.live.service]
target = 0.8
within_seconds = 120
clock = "pick_up"
shrinkage = 0.3

[shifts]
lengths_hours = [4, 8]

[on_call]
guard = 0.9
"""


def test_what_the_file_says_arrives_and_the_rest_has_defaults():
    """A planner who writes a value must find it in the plan."""
    settings = parse_settings(FULL)
    live = settings.queues["live"]
    assert settings.calendar.interval_minutes == 30
    assert live.opening == WeeklyHours.from_text("Mon-Fri 00:00-24:00; Sat-Sun 08:00-20:00")
    assert live.handling.writing_minutes == 0.75
    assert live.service.within_seconds == 120
    assert settings.shifts.lengths_hours == (4.0, 8.0)
    assert settings.labour == Settings().labour


def test_shrinkage_in_two_parts_makes_one_whole():
    """Who is away leaves fewer to take breaks: 20 % of those at work, after 10 % did not come."""
    parts = "shrinkage_in_office = 0.2\nshrinkage_out_of_office = 0.1"
    service = parse_settings(FULL.replace("shrinkage = 0.3", parts)).queues["live"].service
    assert service.shrinkage == pytest.approx(0.28)
    assert parse_settings(FULL.replace("shrinkage = 0.3", "")).queues["live"].service.shrinkage == (
        0.30
    )


def test_the_form_shows_shrinkage_the_way_it_was_given():
    """Saving a number beside the two parts would be refused, so the form must not offer it."""
    parts = "shrinkage_in_office = 0.2\nshrinkage_out_of_office = 0.1"
    for text, shown in (
        (FULL, {"shrinkage"}),
        (
            FULL.replace("shrinkage = 0.3", parts),
            {"shrinkage_in_office", "shrinkage_out_of_office"},
        ),
    ):
        entries = queue_entries("live", parse_settings(text).queues)
        found = {entry.keys[-1] for entry in entries if "shrinkage" in entry.path}
        assert found == shown


def test_the_form_shows_what_bears_on_a_queue():
    """Winding down has minutes where reps wind down, a day's target a floor of its hours."""
    mail = '[queues.mail]\nchannel = "email"\nservice = { within_seconds = 14400 }\n'
    mail += "[queues.mail.handling]\nconcurrency = 1\nrep_messages = 1\nwriting_minutes = 8\n"
    text = FULL + mail + "customer_reply_minutes = 0\n"
    winding = text.replace("shrinkage = 0.3", 'shrinkage = 0.3\nshift_end = "wind_down"')
    daily = text.replace("shrinkage = 0.3", 'shrinkage = 0.3\ntarget_per = "day"')
    keys = [
        {entry.keys[-1] for entry in queue_entries(name, parse_settings(given).queues)}
        for name, given in (("live", text), ("live", winding), ("live", daily), ("mail", text))
    ]
    assert keys[1] - keys[0] == {"wind_down_minutes"}
    assert keys[2] - keys[0] == {"hour_floor"}
    assert keys[0] - keys[3] == {"fill_with", "reply_order", "target_per"}


@pytest.mark.parametrize(
    ("find", "replace", "message"),
    [
        ("interval_minutes = 30", "interval_minutes = 20", "[calendar]: interval_minutes must"),
        ("interval_minutes = 30", "interval_minuets = 30", "did you mean interval_minutes?"),
        ("Europe/Dublin", "Europe/Dubbin", "There is no time zone 'Europe/Dubbin'"),
        ("target = 0.8", "target = 1.0", "[queues.live.service]: target must lie strictly"),
        ("target = 0.8", "target = '0.8'", "key target: found '0.8'; give a number"),
        ("shrinkage = 0.3", "shrinkage = 1", "shrinkage must be at least 0 and below 1"),
        ("shrinkage = 0.3", "shrinkage_in_office = 0.1", "shrinkage_out_of_office is missing"),
        (
            "shrinkage = 0.3",
            "shrinkage = 0.3\nshrinkage_in_office = 0.1\nshrinkage_out_of_office = 0.2",
            "0.1 in office and 0.2 out of office make 0.28; give one or the other",
        ),
        ("guard = 0.9", "guard = 1.2", "[on_call]: guard must be"),
        ('clock = "pick_up"', 'clock = "closed"', "clock must be first_reply or pick_up"),
        ('clock = "pick_up"', 'fill_with = ["normal"]', "unknown key fill_with"),
        ('channel = "chat"', 'fill_with = ["post"]', "fill_with names 'post', which is unknown"),
        ('channel = "chat"', 'channel = "fax"', "channel must be one of chat, phone, email"),
        ('channel = "chat"', 'channel = "email"', "within_seconds of at least 900"),
        ("concurrency = 4", "concurrency = 4.5", "give a whole number"),
        ("concurrency = 4", "", "key concurrency is missing"),
        ("lengths_hours = [4, 8]", "lengths_hours = 8", "give a list"),
        ("Mon-Fri", "Mon-Fry", "'Mon-Fry' is no day"),
        ("[on_call]", "[oncall]", "unknown key oncall; did you mean on_call?"),
        ("[on_call]", "[on_call", "not valid TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_file_and_key(find, replace, message):
    """A misspelt key that is ignored would plan a week that nobody asked for."""
    assert find in FULL
    with pytest.raises(InputError) as refused:
        parse_settings(FULL.replace(find, replace), "team/staffcast.toml")
    assert message in str(refused.value)
    assert str(refused.value).startswith("team/staffcast.toml")
    assert "\n" not in str(refused.value)


def test_changing_a_value_keeps_comments_and_everything_else():
    """The file belongs to the planner; a screen may change a value and nothing around it."""
    changed = change_setting(FULL, ("queues", "live", "service", "target"), 0.9)
    assert changed == FULL.replace("target = 0.8", "target = 0.9")


def test_changing_a_table_that_is_not_there_adds_it():
    """A default that was never written down can be changed, too."""
    changed = change_setting(FULL, ("solver", "gap"), 0.01)
    assert parse_settings(changed).solver.gap == 0.01


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_one_line(text):
    """A file that is no settings file must not end in a traceback."""
    try:
        assert isinstance(parse_settings(text), Settings)
    except InputError as refused:
        assert "\n" not in str(refused)
