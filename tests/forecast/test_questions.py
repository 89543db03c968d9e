"""What the past does not explain is asked about, and nothing else is."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight, zone
from data.errors import InputError
from data.files import csv_text
from forecast.closures import Calendar, Event
from forecast.events import read_events, with_events
from forecast.question_files import question_table, read_answers
from forecast.questions import Question, answer_events, find_questions, open_questions_note
from forecast.series import VolumeHistory

DUBLIN = "Europe/Dublin"
FIRST = date(2025, 1, 6)


def a_queue(
    rate: float, dispersion: float, seed: int, weeks: int = 52, days: float = 0.0
) -> VolumeHistory:
    """Negative binomial counts around a rhythm, with a busyness of each day besides."""
    end = FIRST + timedelta(weeks=weeks)
    index = grid(midnight(FIRST, DUBLIN), midnight(end, DUBLIN), 60, DUBLIN)
    local = index.tz_convert(zone(DUBLIN))
    rng = np.random.default_rng(seed)
    mean = rate * (1.0 + 0.8 * np.cos((local.hour.to_numpy() - 13) / 12 * np.pi))
    mean = mean * np.where(local.day_of_week < 5, 1.0, 0.5)
    if days:
        busy = rng.gamma(1 / days, days, 7 * weeks + 1)
        mean = mean * busy[(local.normalize() - local[0].normalize()).days]
    if dispersion:
        mean = mean * rng.gamma(1 / dispersion, dispersion, len(mean))
    volume = pd.Series(rng.poisson(mean).astype(float), index=index)
    return VolumeHistory("live", volume, Calendar(DUBLIN))


def times(history: VolumeHistory, day: date, first: int, last: int, factor: float) -> VolumeHistory:
    """Multiply the volume of some hours of a day."""
    local = pd.DatetimeIndex(history.volume.index).tz_convert(zone(DUBLIN))
    there = (local.date == day) & (local.hour >= first) & (local.hour < last)
    volume = history.volume.where(~there, (history.volume * factor).round())
    return replace(history, volume=volume)


@pytest.mark.parametrize("rate", [2.0, 15.0, 100.0])
@pytest.mark.parametrize(("dispersion", "days"), [(0.0, 0.0), (0.1, 0.01), (0.2, 0.02)])
def test_chance_is_rarely_asked_about(rate: float, dispersion: float, days: float) -> None:
    """Overdispersed counts throw up odd hours by themselves: about one question a year at most."""
    asked = [
        question
        for seed in range(2)
        for question in find_questions(a_queue(rate, dispersion, seed, days=days))
    ]
    assert len(asked) <= 2


@pytest.mark.parametrize(("rate", "dispersion"), [(15.0, 0.0), (15.0, 0.1), (100.0, 0.1)])
def test_planted_outages_are_found_where_they_were(rate: float, dispersion: float) -> None:
    """Two hours and more in which 20 contacts and more were due and none came."""
    history = a_queue(rate, dispersion, 9)
    planted = {
        FIRST + timedelta(days=20 + 29 * k): (9 + k % 4, 11 + k % 4 + k % 3) for k in range(9)
    }
    for day, (first, last) in planted.items():
        history = times(history, day, first, last, 0.0)
    found = {each.day: each for each in find_questions(history)}
    working = [day for day in planted if day.weekday() < 5]
    assert len(working) >= 6
    assert set(working) <= set(found)
    for day in working:
        first, last = planted[day]
        question = found[day]
        assert question.kind == "outage"
        assert question.start.hour < last
        assert question.end is not None
        assert question.end.hour > first
        assert question.expected >= 15


def test_closures_surges_and_low_days_are_told_apart() -> None:
    """Each is asked in its own words, with what came and what was due."""
    history = a_queue(20.0, 0.02, 4)
    closed, low = date(2025, 3, 5), date(2025, 5, 13)
    high, surge = date(2025, 7, 9), date(2025, 9, 18)
    history = times(history, closed, 0, 24, 0.0)
    history = times(history, low, 0, 24, 0.4)
    history = times(history, high, 0, 24, 1.9)
    history = times(history, surge, 14, 18, 3.0)
    asked = {question.day: question for question in find_questions(history)}
    assert set(asked) == {closed, low, high, surge}
    kinds = {day: (question.kind, question.suggested) for day, question in asked.items()}
    assert kinds[closed] == ("closure", "closed")
    assert kinds[low] == ("low day", "ignore")
    assert kinds[high] == ("high day", "ignore")
    assert kinds[surge] == ("surge", "ignore")
    assert asked[closed].found == 0
    assert asked[low].factor == pytest.approx(0.4, abs=0.06)
    assert asked[surge].start >= time(13)
    assert asked[surge].end is not None
    assert asked[surge].end <= time(19)
    assert "Was the queue closed?" in asked[closed].sentence


@pytest.mark.parametrize("ratio", [0.65, 1.5])
def test_a_new_level_is_one_question_and_not_a_hundred(ratio: float) -> None:
    """Since when, from what to what, and whether it stays."""
    history = a_queue(20.0, 0.02, 5, weeks=40, days=0.005)
    since = date(2025, 6, 4)
    after = history.volume.index >= midnight(since, DUBLIN)
    volume = history.volume.where(~after, (history.volume * ratio).round())
    [question] = find_questions(replace(history, volume=volume))
    assert question.kind == "new level"
    assert abs((question.day - since).days) <= 2
    assert question.until == FIRST + timedelta(weeks=40, days=-1)
    assert question.found / question.expected == pytest.approx(ratio, rel=0.08)
    assert question.sentence.endswith("Is this here to stay?")
    kept = answer_events(question, "keep")
    assert [event.factor for event in kept] == [1.0]
    told = replace(history, volume=volume, calendar=replace(history.calendar, events=kept))
    assert find_questions(told) == ()
    ignored = answer_events(question, "ignore")
    assert len(ignored) == (question.until - question.day).days + 1


def test_growth_and_a_summer_lull_are_no_new_level() -> None:
    """What goes gently up and down is followed by the profiles; nobody need be asked."""
    history = a_queue(20.0, 0.02, 6)
    days = np.arange(len(history.volume)) / 24
    gently = 1.0 + 0.3 * np.sin(days / 365 * 2 * np.pi) + days / 730
    volume = (history.volume * gently).round()
    assert len(find_questions(replace(history, volume=volume))) <= 1


def test_christmas_is_asked_about_as_a_holiday() -> None:
    """Low on 25 December: the list of holidays is missing, rather than that one day."""
    history = a_queue(20.0, 0.02, 7)
    christmas = date(2025, 12, 25)
    low = times(history, christmas, 0, 24, 0.3)
    [question] = find_questions(low)
    assert (question.day, question.suggested) == (christmas, "holiday")
    assert "[calendar], holidays" in question.sentence
    part = times(history, christmas, 8, 16, 0.2)
    [question] = find_questions(part)
    assert (question.start, question.end, question.suggested) == (time(0), None, "holiday")


def test_a_low_day_of_every_year_is_asked_about_as_a_holiday() -> None:
    """A date that is low two years running is no accident."""
    history = a_queue(20.0, 0.02, 8, weeks=100)
    for year in (2025, 2026):
        history = times(history, date(year, 6, 3), 0, 24, 0.2)
    assert [question.suggested for question in find_questions(history)] == ["holiday", "holiday"]


@pytest.mark.parametrize("kind", ["closed", "holiday", "ignore", "factor"])
def test_what_an_event_states_is_not_asked_about(kind: str) -> None:
    """Events explain; also those of a part of the day, and those of the wrong size."""
    history = times(a_queue(20.0, 0.02, 4), date(2025, 3, 5), 9, 15, 0.0)
    [question] = find_questions(history)
    event = Event(date(2025, 3, 5), kind, 0.7 if kind == "factor" else 1.0, start=time(8))  # type: ignore[arg-type]
    told = replace(history, calendar=replace(history.calendar, events=(event,)))
    assert find_questions(told) == ()
    assert question.kind == "outage"


def test_what_is_newer_matters_more() -> None:
    """Questions are ranked by what they do to a forecast from now."""
    history = a_queue(20.0, 0.02, 4)
    for day in (date(2025, 3, 5), date(2025, 11, 5), date(2025, 7, 2)):
        history = times(history, day, 0, 24, 0.0)
    asked = find_questions(history)
    assert [question.day.month for question in asked] == [11, 7, 3]
    assert asked[0].matters > 2 * asked[1].matters > 4 * asked[2].matters


def test_nothing_known_asks_nothing() -> None:
    """A queue without volume, or with a week of it, has no rhythm to depart from."""
    short = a_queue(20.0, 0.0, 1, weeks=1)
    assert find_questions(short) == ()
    assert find_questions(replace(short, volume=short.volume * np.nan)) == ()
    assert find_questions(replace(short, volume=short.volume * 0.0)) == ()
    assert open_questions_note("live", ()) is None


def some_questions() -> tuple[Question, ...]:
    day = date(2026, 3, 2)
    return (
        Question("live", day, day, time(0), None, "closure", 0.0, 500.0, 500.0, "closed"),
        Question("live", day, day, time(13), time(15, 30), "outage", 3.0, 60.0, 57.0, "ignore"),
        Question("chat, new", day, day, time(22), None, "surge", 90.0, 30.0, 60.0, "ignore"),
        Question(
            "live",
            day,
            day + timedelta(days=2),
            time(0),
            None,
            "new level",
            40.0,
            80.0,
            9.0,
            "keep",
        ),
    )


def test_answers_become_the_events_that_they_state(tmp_path: Path) -> None:
    """From questions to a file, from its answers to events, and from events to a file and back."""
    table = question_table(some_questions())
    assert (table["answer"] == "").all()
    table["answer"] = ["closed", "Factor", "", "ignore"]
    table.loc[1, "factor"] = 0.25
    path = tmp_path / "questions.csv"
    path.write_text(csv_text(table))
    answered = read_answers(path)
    assert (answered.answered, answered.left) == (3, 1)
    day = date(2026, 3, 2)
    assert answered.events == (
        Event(day, "closed", queue="live"),
        Event(day, "factor", 0.25, queue="live", start=time(13), end=time(15, 30)),
        *(Event(day + timedelta(days=k), "ignore", queue="live") for k in range(3)),
    )
    events = tmp_path / "events.csv"
    events.write_text(with_events("", answered.events))
    assert set(read_events(events)) == set(answered.events)


def test_what_stands_in_the_events_file_stays_to_the_letter(tmp_path: Path) -> None:
    """Columns, order and notes are the planner's; a column is added only where it is needed."""
    event = Event(date(2026, 3, 2), "closed", queue='live, "new"')
    wide = "kind;date;note;queue\nclosed;2026-01-01;  snow, much;\n"
    text = with_events(wide, [event])
    assert text.startswith(wide)
    path = tmp_path / "events.csv"
    path.write_text(text)
    assert set(read_events(path)) == {event, Event(date(2026, 1, 1), "closed")}
    path.write_text(with_events("date,kind\n2026-01-01,closed", [event]))
    assert set(read_events(path)) == {event, Event(date(2026, 1, 1), "closed")}
    assert with_events(wide, []) == wide


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("answer", "maybe", "row 2, column answer: found 'maybe'; give one of closed"),
        ("date", "2.3.2026", "row 2, column date"),
        ("until", "2026-02-01", "row 2, column until"),
        ("start", "9 am", "row 2, column start"),
        ("end", "00:00", "row 2, column end"),
        ("finding", "party", "row 2, column finding"),
        ("factor", "-1", "row 2, column factor"),
        ("factor", "1e9", "row 2, column factor"),
    ],
)
def test_a_fault_in_an_answer_names_its_cell(
    tmp_path: Path, column: str, cell: str, words: str
) -> None:
    """Nothing is written until all of the file can be read."""
    table = question_table(some_questions()[:1]).astype(object)
    table["answer"] = "factor"
    table[column] = cell
    path = tmp_path / "questions.csv"
    path.write_text(csv_text(table))
    with pytest.raises(InputError, match=r"questions\.csv, row 2") as caught:
        read_answers(path)
    assert words in str(caught.value)
