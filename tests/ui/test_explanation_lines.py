"""Sentences say what the numbers say: points that add up, causes that fit, and no more."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.concurrency import Handling
from optimizer.explained_day import DayHandling, ExplainedQueue
from optimizer.queue_settings import QueueSettings
from ui.explanation_lines import day_lines, explanation_table

CHAT = Handling(4, rep_messages=6, writing_minutes=1.0, customer_reply_minutes=4)
NINE = {
    "interval_start": pd.Timestamp("2026-03-30T08:00", tz="UTC"),
    "planned_volume": 41.0,
    "contacts": 57.0,
    "required": 7,
    "planned": 7,
    "on_duty": 6,
    "judged": 57.0,
    "reached": 0.61,
    "closed": False,
    "target": 0.80,
    "promised": 0.84,
    "predicted": 0.65,
    "margin": 0.04,
    "volume": -0.12,
    "handling": 0.004,
    "absence": -0.07,
    "shape": -0.004,
    "chance": -0.04,
    "chance_sd": 0.06,
    "as_few": 0.3,
    "chance_alone": False,
}


def day(*rows, handling=CHAT, outside=0):
    """Return a day of hours that differ from the one above."""
    table = pd.DataFrame([NINE | row for row in rows])
    of_day = DayHandling(handling, "Handling is that of the settings")
    return ExplainedQueue("live", QueueSettings(CHAT), table, of_day, outside, 60)


def sentence(**changes):
    return day_lines(day(changes), "Europe/Dublin")[2].strip()


def test_an_hour_in_full():
    """The local hour, the largest part first, and what is below half a point left out."""
    assert sentence() == (
        "09:00: 61% in time instead of 80%. Promised 84%: volume −12 points (57 contacts instead "
        "of 41), absence −7 (6 reps on duty instead of 7), chance −4."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contacts": 41.0}, "volume −12 points (from other hours)"),
        ({"contacts": 30.0}, "volume −12 points (from other hours)"),
        ({"on_duty": 8}, "absence −7 (from other hours)"),
        ({"on_duty": 1, "planned": 2}, "absence −7 (1 rep on duty instead of 2)"),
        ({"shape": -0.05, "planned": 5}, "shape −5 (5 reps planned, 7 required)"),
        ({"as_few": 0.1}, "chance −4 (as few in time in 1 of 10 such hours)"),
        ({"as_few": 0.0, "chance": -0.4}, "(as few in time in less than 1 of 1,000 such hours)"),
        ({"as_few": 0.0, "chance": -0.4}, "That is hardly chance: look for what none"),
        ({"chance_alone": True}, "Chance alone explains it."),
    ],
)
def test_a_cause_is_named_only_where_it_fits(changes, said):
    """An hour that came as forecast was not late because of its own volume."""
    assert said in sentence(**changes)


def test_handling_is_told_by_what_differs():
    """Hands or customers, whichever took longer."""
    for changes, said in (
        ({"writing_minutes": 1.5}, "9.0 minutes of writing in a conversation instead of 6.0"),
        ({"customer_reply_minutes": 6.0}, "a lone conversation takes 36.0 minutes instead of 26.0"),
    ):
        found = day({"handling": -0.2}, handling=replace(CHAT, **changes))
        assert f"handling −20 points ({said})" in day_lines(found, "UTC")[2]


def test_a_day_adds_up_its_hours():
    """Contacts and rep-hours are sums; a met hour is no miss."""
    met = {"interval_start": NINE["interval_start"] + pd.Timedelta(hours=1), "reached": 0.91,
           "chance": 0.26}  # fmt: skip
    lines = day_lines(day({}, met, outside=3), "Europe/Dublin")
    assert lines[0].startswith("live, Mon 2026-03-30: 76% of 114 contacts in time, target 80%")
    assert "volume −12 points (114 contacts instead of 82)" in lines[0]
    assert "absence −7 (12 rep-hours on duty instead of 14)" in lines[0]
    assert lines[1] == "1 of 2 intervals missed it:"
    assert lines[3:] == [
        "3 contacts came while it was closed; they have no target.",
        "Handling is that of the settings.",
    ]
    assert day_lines(day(met), "UTC")[1] == "None of 1 intervals missed it."


def test_an_hour_that_the_clock_shows_twice_says_which():
    """On a day of 25 hours two hours would have one name; the hours around it need no more."""
    starts = pd.date_range("2026-10-24T23:00", periods=4, freq="h", tz="UTC")
    lines = day_lines(day(*({"interval_start": start} for start in starts)), "Europe/Dublin")
    names = [line.strip().split(": ")[0] for line in lines[2:6]]
    assert names == ["00:00", "01:00+01:00", "01:00+00:00", "02:00"]


def test_a_day_without_contacts_has_nothing_to_explain():
    """No share of nothing."""
    empty = dict.fromkeys(["reached", "target", "promised", "predicted"], np.nan) | {"judged": 0}
    lines = day_lines(day(empty), "UTC")
    assert "there is nothing to explain" in lines[0]
    assert len(lines) == 2


def test_the_file_has_sentences_of_missed_hours_only():
    """Times with their offset; empty cells where there is nothing to say."""
    later = NINE["interval_start"] + pd.Timedelta(hours=1)
    found = explanation_table(
        (day({}, {"interval_start": later, "reached": 0.9}),), "Europe/Dublin"
    )
    assert found["ds"].tolist() == ["2026-03-30T09:00:00+01:00", "2026-03-30T10:00:00+01:00"]
    assert found["missed"].tolist() == [True, False]
    assert found["because"].str.startswith("09:00: 61%").tolist() == [True, False]
    assert found["by_volume"].tolist() == [-0.12, -0.12]
