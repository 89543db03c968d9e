"""A calendar for each person of a rotation (RFC 5545)."""

import uuid
from collections.abc import Sequence

from icalendar import Event
from icalendar.enums import TRANSP

from optimizer.rotation import Duty, Rotation
from optimizer.staff import Rep
from ui.exports.calendars import FOLDER, NAMESPACE, calendar_ics, file_names, utc_of
from ui.exports.cells import wall_span

_REASONS = {"turn": "in turn", "swap": "swapped with {}", "part_cover": "for {}, who is away"}


def rotation_calendars(rotation: Rotation) -> dict[str, bytes]:
    """Render a calendar for each member, as files by path.

    Whoever has no turn gets a calendar without events, so that an older one is emptied. Events do
    not block time, and are stamped with the begin of the rotation.
    """
    reps = [load.member.rep for load in rotation.loads]
    names = file_names([rep.rep_id for rep in reps])
    return {
        f"{FOLDER}/{names[rep.rep_id]}.ics": _of_rep(rotation.duties, rep, rotation) for rep in reps
    }


def _of_rep(duties: Sequence[Duty], rep: Rep, rotation: Rotation) -> bytes:
    own = [duty for duty in duties if duty.rep_id == rep.rep_id]
    events = [_event(duty, rep, rotation) for duty in own]
    return calendar_ics(f"rotation\n{rep.rep_id}", f"On call: {rep.name or rep.rep_id}", events)


def _event(duty: Duty, rep: Rep, rotation: Rotation) -> Event:
    known_by = "\n".join(["rotation", rep.rep_id, str(duty.seat), utc_of(duty.start).isoformat()])
    reason = _REASONS[duty.kind].format(duty.instead_of)
    return Event.new(
        uid=f"{uuid.uuid5(NAMESPACE, known_by)}@staffcast",
        stamp=utc_of(rotation.weeks.instants()[0]),
        start=utc_of(duty.start),
        end=utc_of(duty.end),
        summary="On call" if duty.seat == 1 else f"On call, called as number {duty.seat}",
        description=f"{wall_span(duty.start, duty.end, rep.timezone)} {rep.timezone}; {reason}",
        categories=["On call"],
        sequence=0,
        transparency=TRANSP.TRANSPARENT,
    )
