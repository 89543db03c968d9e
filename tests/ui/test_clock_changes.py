"""Both clock changes of a year, from history to calendar files, in zones of both hemispheres."""

from datetime import date

import icalendar
import numpy as np
import pandas as pd
import pytest

from data.clock import midnight
from tests.ui.workspaces import SETTINGS, TEAM
from ui import workflow, workspaces
from ui.exports import export_plan
from ui.plan_folder import Plan, read_plan, write_plan

WEEKS = {
    ("Europe/Dublin", date(2026, 3, 23)): 167,
    ("Europe/Dublin", date(2026, 10, 19)): 169,
    ("America/Chicago", date(2026, 3, 2)): 167,
    ("America/Chicago", date(2026, 10, 26)): 169,
    ("Australia/Sydney", date(2026, 9, 28)): 167,
    ("Australia/Sydney", date(2026, 3, 30)): 169,
}


@pytest.fixture(params=list(WEEKS), ids=lambda week: f"{week[0]} {week[1]}", scope="module")
def planned(request, tmp_path_factory) -> tuple[Plan, int]:
    """A week with a clock change, planned from eight weeks of local office hours, Sunday too."""
    tmp_path = tmp_path_factory.mktemp("week")
    zone_name, start = request.param
    hours = pd.date_range(
        midnight(start, zone_name) - pd.Timedelta(weeks=8),
        midnight(start, zone_name),
        freq="h",
        inclusive="left",
    ).tz_convert(zone_name)
    hours = hours[hours >= pd.Timestamp(hours[0].date() + pd.Timedelta(days=1), tz=zone_name)]
    volume = np.where((hours.hour >= 1) & (hours.hour < 10), 9, 0)
    (tmp_path / "history").mkdir()
    times = [hour.isoformat() for hour in hours]
    table = pd.DataFrame({"unique_id": "live", "ds": times, "y": volume})
    table.to_csv(tmp_path / "history/counts.csv", index=False)
    settings = SETTINGS.replace("Europe/Dublin", zone_name)
    opening = 'opening = { Mon-Sun = "01:00-10:00" }'
    settings = settings.replace('opening = { Mon-Fri = "08:00-18:00" }', opening)
    (tmp_path / "staffcast.toml").write_text(settings)
    team = TEAM.replace("Europe/Dublin", zone_name).replace("Mon-Fri 07:00-19:00", "")
    (tmp_path / "team.csv").write_text(team)
    plan = workflow.make_plan(workspaces.open_workspace(tmp_path), start)
    write_plan(plan, tmp_path / "plan", export_plan(plan))
    return read_plan(tmp_path / "plan"), WEEKS[request.param]


def test_a_week_with_a_clock_change_is_planned_in_local_time(planned):
    """The week has an hour less or more; opening hours stay where the wall clock has them."""
    plan, intervals = planned
    assert len(plan.requirement.table) == intervals
    assert len(plan.coverage) == intervals
    local = plan.requirement.table["interval_start"].dt.tz_convert(plan.timezone)
    wanted = plan.requirement.table["primary"] > 0
    assert set(local[wanted].dt.hour) <= set(range(1, 10))
    # The hour that the change takes away or gives twice lies within the opening hours.
    changed = plan.requirement.table[local.dt.day_of_year == local.dt.day_of_year.max()]
    assert len(changed) == 24 + intervals - 168
    assert ((changed["volume"] > 0) == (changed["primary"] > 0)).all()


def test_a_roster_over_a_clock_change_breaks_no_rule_and_calendars_keep_its_instants(planned):
    """A shift over the change lasts as long as was planned, in every file."""
    plan, _ = planned
    assert plan.roster is not None
    assert [one for one in plan.roster.findings if one.severity == "violation"] == []
    assert {one.shift.hours for one in plan.roster.assignments} <= {4.0, 6.0, 8.0}
    exports = export_plan(plan, ["ics"])
    events = [
        event
        for content in exports.values()
        for event in icalendar.Calendar.from_ical(content).walk("VEVENT")
    ]
    planned_times = sorted((one.shift.start, one.shift.end) for one in plan.roster.assignments)
    assert sorted((event.start, event.end) for event in events) == planned_times
