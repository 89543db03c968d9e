"""A rep, a week and the audit of what the rep works in it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from data.week import WeeklyHours
from optimizer.audit import audit
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Contract, LabourRules, Rep, Team

ZONE = "Europe/Dublin"
RULES = LabourRules(min_rest_hours=11, max_consecutive_days=5, max_week_hours=40)
ANN = Rep(
    "ann",
    name="Ann",
    email="",
    timezone=ZONE,
    site="dublin",
    skills=frozenset({"live"}),
    contract=Contract(0, 38),
    available=WeeklyHours.from_text("Mon-Sun 06:00-23:00"),
    on_call=True,
)


def at(day, hour, zone=ZONE, month=3):
    """A wall time of March 2026, in which the 2nd is a Monday."""
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shift(day, start=9, end=17, *, queue="live", role="primary", site="", zone=ZONE, month=3):
    last = at(day, end, zone, month) if end > start else at(day + 1, end, zone, month)
    return Shift(queue, site, at(day, start, zone, month), last, role)


def judge(*shifts, rep=ANN, absences=(), rules=RULES, plan=None, locked=(), history=()):
    """Audit shifts of one rep against a plan that asks for exactly them."""
    given = [Assignment(rep.rep_id, one) for one in shifts]
    plan = [StaffedShift(one, 1) for one in dict.fromkeys(shifts)] if plan is None else plan
    findings = audit(
        given,
        plan,
        Team((rep,), absences),
        rules,
        timezone=ZONE,
        interval_minutes=60,
        locked=locked,
        history=[Assignment(rep.rep_id, one) for one in history],
    )
    return {finding.rule: finding for finding in findings}
