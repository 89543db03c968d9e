"""Calendars are parsed back as a calendar program parses them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.staff import Team
from tests.ui.sample_plan import TEAM, rep, sample_plan
from ui.exports.calendars import calendar_files, calendars_ics, file_names, shifts_ics

SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)


def events_of(content):
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_every_assignment_is_an_event_at_its_instant(start):
    """Recount across both clock changes: UTC times mean the same on every phone."""
    plan = sample_plan(start)
    calendars = calendars_ics(plan)
    assert list(calendars) == [one.rep_id for one in TEAM.reps]
    for rep_id, content in calendars.items():
        wanted = [one.shift for one in plan.roster.assignments if one.rep_id == rep_id]
        events = events_of(content)
        assert [(event.start, event.end) for event in events] == [
            (shift.start, shift.end) for shift in wanted
        ]
        for event, shift in zip(events, wanted, strict=True):
            assert event.start.utcoffset() == timedelta(0)
            opaque = shift.role == "primary"
            assert event["TRANSP"] == ("OPAQUE" if opaque else "TRANSPARENT")
            assert event["SEQUENCE"] == 0
            assert plan.cutoff == event.DTSTAMP
            assert shift.queue in event["SUMMARY"]


def test_times_are_written_in_utc():
    """Without a zone definition only the Z form is unambiguous."""
    text = calendars_ics(sample_plan())["bob"].decode()
    assert "DTSTART:20260323T143000Z\r\n" in text
    assert "TZID" not in text


def test_the_description_gives_the_reps_wall_time_and_the_reason():
    """A rep who opens the event sees the shift as on the roster, and why it is there."""
    event = events_of(calendars_ics(sample_plan())["chloé"])[0]
    assert event["DESCRIPTION"] == (
        "08–16 Australia/Sydney; covers 2 of 2 required; plan 2026-03-23"
    )


def test_uids_are_unique_and_stay_when_a_plan_is_made_again_or_an_end_moves():
    """A calendar program updates an event by its UID; a new one would double the shift."""
    plan = sample_plan()
    uids = {
        (rep_id, event.start): event["UID"]
        for rep_id, content in calendars_ics(plan).items()
        for event in events_of(content)
    }
    assert len(set(uids.values())) == len(uids) == len(plan.roster.assignments)
    longer = replace(
        plan,
        plan_id="again",
        roster=replace(
            plan.roster,
            assignments=tuple(
                replace(one, shift=replace(one.shift, end=one.shift.end + timedelta(hours=1)))
                for one in plan.roster.assignments
            ),
        ),
    )
    assert uids == {
        (rep_id, event.start): event["UID"]
        for rep_id, content in calendars_ics(longer).items()
        for event in events_of(content)
    }


def test_the_same_plan_gives_the_same_bytes():
    """DTSTAMP is the data cutoff, not the clock."""
    assert calendar_files(sample_plan(seconds=1)) == calendar_files(sample_plan(seconds=2))


def test_a_rep_without_shifts_gets_a_valid_calendar_without_events():
    """Last week's events must be emptied, and RFC 5545 asks for a component in every calendar."""
    calendar = icalendar.Calendar.from_ical(calendars_ics(sample_plan())["dan"])
    assert calendar.walk("VEVENT") == []
    assert len(calendar.subcomponents) == 1


def test_required_properties_are_there_and_lines_are_short():
    """RFC 5545: version, product, line length in octets, CRLF."""
    for content in calendars_ics(sample_plan()).values():
        calendar = icalendar.Calendar.from_ical(content)
        assert calendar["VERSION"] == "2.0"
        assert calendar["PRODID"]
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_without_a_team_the_shifts_stand_in_one_calendar():
    """The manager can still look at the week in a calendar."""
    plan = sample_plan(team=None)
    events = events_of(shifts_ics(plan))
    assert len(events) == len(plan.shift_plan.shifts)
    assert len({event["UID"] for event in events}) == len(events)
    assert {event["SUMMARY"] for event in events} == {
        "1 × Primary: live",
        "2 × On call: live",
        "1 × Primary: normal",
    }
    assert calendars_ics(plan) == {}


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=8))
def test_file_names_are_safe_and_each_reps_own(rep_ids):
    """A rep_id is text from a file: it must not climb out of the folder or hit another's file."""
    names = file_names(rep_ids)
    assert list(names) == rep_ids
    lowered = [name.lower() for name in names.values()]
    assert len(set(lowered)) == len(lowered)
    for name in names.values():
        assert name
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert name not in (".", "..")


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.text(st.characters(codec="utf-8", categories=("L", "P", "S", "Zs")), max_size=20))
def test_any_name_survives_the_calendar(name):
    """Semicolons, commas and backslashes in a name are escaped, not lost."""
    people = tuple(
        rep(one.rep_id, one.timezone, name=name or None, site=f"x{name}") for one in TEAM.reps
    )
    calendar = icalendar.Calendar.from_ical(calendars_ics(sample_plan(team=Team(people)))["ada"])
    assert str(calendar["X-WR-CALNAME"]) == f"Shifts of {people[0].name}"


def test_a_site_is_the_place():
    """Where the shift is worked stands where calendars show places."""
    events = events_of(calendars_ics(sample_plan())["chloé"])
    assert {str(event["LOCATION"]) for event in events} == {"Sydney"}
    assert events[0].start == datetime.fromisoformat("2026-03-23T21:00:00+00:00")
