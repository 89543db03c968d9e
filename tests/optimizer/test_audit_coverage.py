"""The audit counts coverage again, and tells what is required and lies in no shift."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from optimizer.audit import audit
from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import Assignment, Roster
from optimizer.shifts import StaffedShift
from optimizer.staff import Team
from tests.optimizer.audit_cases import ANN, RULES, ZONE, at, shift


def roster(counted, *, required=(0, 0), standby=(0, 0)):
    """Ann works one hour of a day with two; coverage says what is given."""
    starts = pd.DatetimeIndex([at(2, 9), at(2, 10)]).as_unit("us")
    coverage = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "required_primary": required,
            "required_on_call": standby,
            "primary": counted,
        }
    )
    return Roster(
        assignments=(Assignment("ann", shift(2, 9, 10)),),
        unfilled=(),
        coverage=coverage.assign(on_call=0),
        timezone=ZONE,
        interval_minutes=60,
        findings=(),
        report=SolveReport(SolveStatus.NO_PLAN, None, None, None, 0.0),
    )


def test_coverage_is_counted_again():
    """The heatmap shows what is rostered."""
    plan = [StaffedShift(shift(2, 9, 10), 1)]
    assert audit(roster([1, 0]), plan, Team((ANN,)), RULES) == ()
    (finding,) = audit(roster([1, 1]), plan, Team((ANN,)), RULES)
    assert finding.rule == "coverage"


def test_what_is_required_and_in_no_shift_is_told_by_queue_and_day():
    """A plan that a team is too small for must not look whole, nor fill a screen."""
    plan = [StaffedShift(shift(2, 9, 10), 1)]
    given = roster([1, 0], required=[2, 1], standby=[1, 2])
    (finding,) = audit(given, plan, Team((ANN,)), RULES)
    assert (finding.rule, finding.severity) == ("understaffing", "shortfall")
    assert (finding.where, finding.amount) == ("live 2026-03-02", 5.0)
    assert finding.sentence == (
        "live 2026-03-02: no shift of the plan covers 2 primary and 3 on-call rep-hours that are "
        "required between 09:00 and 11:00."
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (at(2, 0), at(2, 23), "between 00:00 and 24:00"),
        (at(29, 0), at(29, 0), "between 00:00 and 02:00"),
    ],
)
def test_the_end_of_a_shortfall_is_told_by_the_clock(first, last, said):
    """A whole day ends at 24:00, and on 29 March the hour after midnight at two."""
    starts = pd.DatetimeIndex([first, max(last, first + timedelta(hours=3))]).as_unit("us")
    given = roster([0, 0], required=[1, int(last > first)])
    given = replace(given, coverage=given.coverage.assign(interval_start=starts), assignments=())
    (finding,) = audit(given, [], Team((ANN,)), RULES)
    assert finding.sentence.endswith(f"{said}.")


def test_the_shortfall_of_a_plan_lies_on_days_of_the_calendar():
    """After 20:00 in Honolulu, UTC is on the next day."""
    night = pd.DatetimeIndex([at(2, 20, "Pacific/Honolulu"), at(3, 1, "Pacific/Honolulu")])
    given = replace(roster([0, 0], required=[1, 1]), timezone="Pacific/Honolulu", assignments=())
    given = replace(given, coverage=given.coverage.assign(interval_start=night.as_unit("us")))
    found = audit(given, [], Team((ANN,)), RULES)
    assert [one.where for one in found] == ["live 2026-03-02", "live 2026-03-03"]
    assert "1 primary rep-hour that is required between 20:00 and 21:00." in found[0].sentence


def test_a_shift_that_nobody_fills_is_told_once():
    """It is unfilled; what it would have covered is not missing from the plan."""
    plan = [StaffedShift(shift(2, 9, 10), 1), StaffedShift(shift(2, 10, 11), 1)]
    (finding,) = audit(roster([1, 0], required=[1, 1]), plan, Team((ANN,)), RULES)
    assert finding.rule == "unfilled"


def test_a_queue_that_nobody_can_work_is_told_with_the_mend():
    """A skill that names no queue leaves an empty plan, which has nothing to fill."""
    given = replace(roster([0, 0], required=[2, 1], standby=[1, 0]), assignments=())
    (finding,) = audit(given, [], Team((replace(ANN, skills=frozenset({"life"})),)), RULES)
    assert (finding.rule, finding.severity) == ("team_skills", "shortfall")
    assert (finding.where, finding.amount) == ("live", 4.0)
    assert "Nobody in the team can work live" in finding.sentence
    assert "add the skill live to reps; the team's skills are life." in finding.sentence


def test_skills_are_asked_of_a_queue_only_when_it_needs_people():
    """A queue at rest needs nobody, and a rep without skills works every queue."""
    none = replace(roster([0, 0]), assignments=())
    assert not audit(none, [], Team((replace(ANN, skills=frozenset({"mail"})),)), RULES)
    anyone = replace(roster([0, 0], required=[1, 0]), assignments=())
    (finding,) = audit(anyone, [], Team((replace(ANN, skills=frozenset()),)), RULES)
    assert finding.rule == "understaffing"
