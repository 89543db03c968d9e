"""A calendar for each rep (RFC 5545), ready to be imported or subscribed to."""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard
from icalendar.enums import TRANSP

from optimizer.roster import Roster
from optimizer.shifts import Shift
from optimizer.staff import Rep
from ui.exports.cells import wall_span
from ui.plan_folder import Plan

PRODUCT = "-//Staffcast//Roster//EN"
FOLDER = "calendars"
SHIFTS_FILE = "shifts.ics"
NAMESPACE = uuid.UUID("6f3c1f0e-8a43-5c57-9a1e-6d1f6c1f2b7a")
_ROLE_NAMES = {"primary": "Primary", "on_call": "On call"}


def calendars_ics(plan: Plan) -> dict[str, bytes]:
    """Render a calendar for every rep of the team, by `rep_id`; none without a roster.

    A rep without a shift gets a calendar without events, so that an older one is emptied. Primary
    shifts block time (OPAQUE), on-call shifts do not (TRANSPARENT). A shift keeps its UID when its
    end is moved.
    """
    if plan.roster is None or plan.team is None:
        return {}
    return {rep.rep_id: _of_rep(plan, plan.roster, rep) for rep in plan.team.reps}


def shifts_ics(plan: Plan) -> bytes:
    """Render the anonymous shifts of a plan as one calendar."""
    events = [
        _event(
            plan,
            staffed.shift,
            owner="",
            summary=f"{staffed.reps} × {_summary(staffed.shift)}",
            description=f"{staffed.reps} reps; plan {plan.plan_id}, which names nobody",
        )
        for staffed in plan.shift_plan.shifts
    ]
    return calendar_ics("", f"Shifts {plan.plan_id}", events)


def calendar_files(plan: Plan) -> dict[str, bytes]:
    """Render the calendars as files by path: one per rep, or one of shifts without a roster."""
    if plan.roster is None:
        return {SHIFTS_FILE: shifts_ics(plan)}
    calendars = calendars_ics(plan)
    names = file_names(list(calendars))
    return {f"{FOLDER}/{names[rep_id]}.ics": content for rep_id, content in calendars.items()}


def file_names(rep_ids: Sequence[str]) -> dict[str, str]:
    """Choose a safe name for each rep, different ones also where capitals are not told apart.

    Examples
    --------
    >>> file_names(["ada", "../bob"])
    {'ada': 'ada', '../bob': 'bob-548201'}
    """
    safe = {rep_id: re.sub(r"[^\w.@+-]+", "-", rep_id).strip(".-") for rep_id in rep_ids}
    taken = Counter(name.lower() for name in safe.values())
    return {
        rep_id: name if name == rep_id and taken[name.lower()] == 1 else f"{name}-{_digest(rep_id)}"
        for rep_id, name in safe.items()
    }


def _of_rep(plan: Plan, roster: Roster, rep: Rep) -> bytes:
    events = []
    for assignment in roster.assignments:
        if assignment.rep_id != rep.rep_id:
            continue
        shift = assignment.shift
        span = wall_span(shift.start, shift.end, rep.timezone)
        parts = [f"{span} {rep.timezone}", assignment.reason, f"plan {plan.plan_id}"]
        description = "; ".join(part for part in parts if part)
        events.append(_event(plan, shift, rep.rep_id, _summary(shift), description))
    return calendar_ics(rep.rep_id, f"Shifts of {rep.name or rep.rep_id}", events)


def _summary(shift: Shift) -> str:
    return f"{_ROLE_NAMES[shift.role]}: {shift.queue}"


def _event(plan: Plan, shift: Shift, owner: str, summary: str, description: str) -> Event:
    known_by = "\n".join(
        [owner, shift.queue, shift.site, shift.role, utc_of(shift.start).isoformat()]
    )
    return Event.new(
        uid=f"{uuid.uuid5(NAMESPACE, known_by)}@staffcast",
        stamp=utc_of(plan.cutoff),
        start=utc_of(shift.start),
        end=utc_of(shift.end),
        summary=summary,
        description=description,
        location=shift.site or None,
        categories=[_ROLE_NAMES[shift.role]],
        sequence=0,
        transparency=TRANSP.OPAQUE if shift.role == "primary" else TRANSP.TRANSPARENT,
    )


def calendar_ics(owner: str, name: str, events: list[Event]) -> bytes:
    """Render events as a calendar, known by its owner; one without events empties an older one."""
    calendar = Calendar.new(
        prodid=PRODUCT,
        method="PUBLISH",
        name=name,
        uid=str(uuid.uuid5(NAMESPACE, owner)),
        subcomponents=events or [_utc_zone()],
    )
    return bytes(calendar.to_ical())


def _utc_zone() -> Timezone:
    """Return what a calendar without events holds: RFC 5545 asks for at least one component."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(standard)
    return zone


def utc_of(instant: datetime) -> datetime:
    """Return a plain instant in UTC, as a calendar's file has it."""
    return datetime.fromtimestamp(instant.timestamp(), tz=UTC)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
