"""Rules of one rep's own: hours and shifts of the period, times never or always to work."""

import pulp

from optimizer.labour_rules import LabourRules
from optimizer.members import Member
from optimizer.rule_rows import RuleRows


def max_period_hours(rows: RuleRows, member: Member, _: LabourRules) -> None:
    """Primary hours of the period stay within the contract."""
    most = member.rep.contract.max_period_hours
    if most is not None:
        locked = [local for local in member.locked if local.shift.role == "primary"]
        chosen = [one for one in member.candidates if one.local.shift.role == "primary"]
        hours = pulp.lpSum(one.local.minutes / 60 * one.work for one in chosen)
        hours += sum(local.minutes for local in locked) / 60
        rows.hold("max_period_hours", member, "period", hours - most)


def max_shifts(rows: RuleRows, member: Member, _: LabourRules) -> None:
    """Primary shifts of the period stay within the contract."""
    most = member.rep.contract.max_shifts
    if most is not None:
        locked = sum(local.shift.role == "primary" for local in member.locked)
        chosen = [one.work for one in member.candidates if one.local.shift.role == "primary"]
        rows.hold("max_shifts", member, "period", pulp.lpSum(chosen) + locked - most)


def never(rows: RuleRows, member: Member, _: LabourRules) -> None:
    """No shift touches a time that the rep asked to be free."""
    for place, asked in enumerate(one for one in member.requests if one.kind == "never"):
        for number, one in enumerate(member.candidates):
            shift = one.local.shift
            if shift.start < asked.end and asked.start < shift.end:
                rows.hold("never", member, f"{place}_{number}", one.work)
        for local in member.locked:
            if local.shift.start < asked.end and asked.start < local.shift.end:
                rows.hold("never", member, f"{place}_locked", pulp.LpAffineExpression(constant=1))


def must(rows: RuleRows, member: Member, _: LabourRules) -> None:
    """Ask for a shift that holds the whole of a time of the period that the rep asked to work."""
    for place, asked in enumerate(one for one in member.requests if one.kind == "must"):
        if not member.period[0] <= asked.start < member.period[1]:
            continue
        holding = [
            one.work
            for one in member.candidates
            if one.local.shift.start <= asked.start and asked.end <= one.local.shift.end
        ]
        held = any(
            local.shift.start <= asked.start and asked.end <= local.shift.end
            for local in member.fixed
        )
        rows.hold("must", member, str(place), 1 - int(held) - pulp.lpSum(holding))
