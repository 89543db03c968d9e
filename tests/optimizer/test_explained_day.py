"""A local day of a plan, whatever the clocks do and whoever sorted the files."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight
from data.errors import InputError
from optimizer.concurrency import Handling
from optimizer.explained_day import DayHandling, bounds_of, explain_day
from optimizer.explanation import PARTS
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy

ZONE = "Europe/Dublin"
CHAT = Handling(4, rep_messages=6, writing_minutes=1.0, customer_reply_minutes=4)
LIVE = QueueSettings(CHAT, ServicePolicy(within_seconds=180, shrinkage=0.2))
ASIS = DayHandling(CHAT, "as in the settings")


def plan_of(first, last, queues=("live",)):
    """Return requirement and coverage of a plan: open from 8 to 20 local time."""
    index = grid(midnight(first, ZONE), midnight(last, ZONE), 60, ZONE)
    local = index.tz_convert(ZONE)
    is_open = (local.hour >= 8) & (local.hour < 20)
    columns = {
        "interval_start": index,
        "volume": np.where(is_open, 20.0, 0.0),
        "primary": np.where(is_open, 4, 0),
        "service_level": np.where(is_open, 0.9, np.nan),
    }
    tables = [pd.DataFrame({"queue": queue, **columns}) for queue in queues]
    requirement = pd.concat(tables, ignore_index=True)
    coverage = requirement[["queue", "interval_start"]].assign(
        primary=np.where(requirement["primary"] > 0, 5, 0)
    )
    return requirement, coverage


def actual_of(requirement, queue="live"):
    """Return what came: just what was planned."""
    own = requirement[requirement["queue"] == queue].set_index("interval_start")
    return pd.DataFrame(
        {
            "volume": own["volume"],
            "judged": own["volume"],
            "reached": np.where(own["volume"] > 0, 0.75, np.nan),
            "on_duty": own["primary"].astype(float),
        }
    )


def explained(requirement, coverage, actual, day, queues=("live",), runs=20):
    settings = dict.fromkeys(queues, LIVE)
    handling = dict.fromkeys(queues, ASIS)
    return explain_day(
        requirement, coverage, actual, settings, handling, *bounds_of(day, ZONE), 60, runs, 1
    )


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 3, 28), 24), (date(2026, 10, 25), 25)]
)
def test_a_day_has_as_many_hours_as_its_clocks_say(day, hours):
    """Clock changes add or take an hour; the hours of opening stay the local ones."""
    requirement, coverage = plan_of(date(day.year, day.month, 23), date(day.year, day.month, 30))
    (found,) = explained(requirement, coverage, {"live": actual_of(requirement)}, day)
    assert len(found.table) == hours
    local = pd.DatetimeIndex(found.table["interval_start"]).tz_convert(ZONE)
    assert set(local.date) == {day}
    told = local[found.table["reached"].notna()]
    assert told.hour.tolist() == list(range(8, 20))
    assert len(found.missed) == 12


def test_the_order_of_rows_and_of_queues_does_not_matter():
    """Files may be sorted by anything."""
    names = ("inbox", "live")
    requirement, coverage = plan_of(date(2026, 3, 23), date(2026, 3, 25), names)
    actual = {name: actual_of(requirement, name) for name in names}
    actual["live"].iloc[9:12, 0] = 35.0
    day = date(2026, 3, 23)
    one = explained(requirement, coverage, actual, day, names)
    shuffled = [table.sample(frac=1, random_state=3) for table in (requirement, coverage)]
    mixed = {name: actual[name].sample(frac=1, random_state=4) for name in reversed(names)}
    other = explained(*shuffled, mixed, day, names[::-1])
    for queue, same in zip(one, other[::-1], strict=True):
        pd.testing.assert_frame_equal(queue.table, same.table)
    assert one[1].table["volume"].min() < -0.1
    assert np.abs(one[0].table[[*PARTS[:4]]].to_numpy()[8:20]).max() < 1e-12


def test_closed_hours_and_hours_without_contacts_have_no_target():
    """Who writes at night is counted and not promised anything."""
    requirement, coverage = plan_of(date(2026, 3, 23), date(2026, 3, 25))
    actual = actual_of(requirement)
    actual.iloc[2] = [3, 3, 0.0, 0]  # at two in the morning
    actual.iloc[10] = [0, 0, np.nan, 4]  # nobody came at ten
    (found,) = explained(requirement, coverage, {"live": actual}, date(2026, 3, 23))
    assert found.outside == 3
    assert found.table[[*PARTS, "target"]].iloc[[2, 10]].isna().all(axis=None)
    assert len(found.missed) == 11


def test_before_the_data_begin_things_went_as_planned():
    """An export of one day says nothing of the night before, so nothing is held against it."""
    requirement, coverage = plan_of(date(2026, 3, 23), date(2026, 3, 26))
    day = date(2026, 3, 24)
    actual = actual_of(requirement)
    whole = explained(requirement, coverage, {"live": actual}, day)[0].table
    alone = explained(requirement, coverage, {"live": actual.iloc[24:48]}, day)[0].table
    pd.testing.assert_frame_equal(whole, alone)


def test_what_shrinkage_takes_off_is_not_absent():
    """Five are rostered so that four are on duty: nobody is missing."""
    requirement, coverage = plan_of(date(2026, 3, 23), date(2026, 3, 25))
    actual = {"live": actual_of(requirement)}
    (found,) = explained(requirement, coverage, actual, date(2026, 3, 23))
    open_hours = found.table.iloc[8:20]
    assert open_hours["planned"].tolist() == [4] * 12
    assert np.abs(open_hours[["absence", "shape"]].to_numpy()).max() < 1e-12


def test_more_contacts_than_a_floor_can_hold_are_refused():
    """A slip in the figures is named with queue and time."""
    requirement, coverage = plan_of(date(2026, 3, 23), date(2026, 3, 25))
    actual = actual_of(requirement)
    actual.iloc[9, 0] = 1e6
    with pytest.raises(InputError, match="Queue live at 2026-03-23T09:00"):
        explained(requirement, coverage, {"live": actual}, date(2026, 3, 23))
