"""Who may work a shift, whatever else they work: skills, hours, absences, employment, site."""

from collections.abc import Sequence
from enum import StrEnum

from optimizer.local_shifts import local_shift, within_available
from optimizer.shifts import Shift
from optimizer.staff import Absence, Rep


class Barrier(StrEnum):
    """Why a rep cannot work a shift, in the words of a planner."""

    SKILL = "lacks the skill"
    STANDBY = "takes no standby"
    SITE = "works at another site"
    EMPLOYMENT = "is not employed then"
    ABSENCE = "is away"
    AVAILABILITY = "is not available then"


def barrier(rep: Rep, shift: Shift, absences: Sequence[Absence]) -> Barrier | None:
    """Return the first rule that keeps a rep from a shift.

    Parameters
    ----------
    absences
        Of this rep.
    """
    if rep.skills and shift.queue not in rep.skills:
        return Barrier.SKILL
    if shift.role == "on_call" and not rep.on_call:
        return Barrier.STANDBY
    if shift.site and rep.site and shift.site != rep.site:
        return Barrier.SITE
    local = local_shift(shift, rep.timezone)
    if not (rep.employed_on(local.day) and rep.employed_on(local.last_day)):
        return Barrier.EMPLOYMENT
    if any(absence.start < shift.end and shift.start < absence.end for absence in absences):
        return Barrier.ABSENCE
    return None if within_available(shift, rep) else Barrier.AVAILABILITY
