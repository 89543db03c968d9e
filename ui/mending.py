"""A repair or a swap made part of a week's draft, and taken back."""

import shutil
from dataclasses import replace
from pathlib import Path

from optimizer.cover import count_coverage
from optimizer.repair_types import Repair
from optimizer.roster import unfilled_shifts
from optimizer.staff import Team
from ui import planning, workflow
from ui.plan_folder import Plan, plan_hash, read_plan, write_plan
from ui.settings import parse_settings
from ui.workspaces import Workspace

UNDO = "runs/undo"
NOTE = "Mended after it was made: what is expected of its shifts is told of them as planned"


def mended_plan(made: Plan, repair: Repair, team: Team) -> Plan:
    """Return a plan with its roster mended, and the shifts that it then fills."""
    shifts = made.shift_plan
    coverage = count_coverage(shifts.coverage, repair.shifts, made.interval_minutes)
    roster = replace(
        repair.roster,
        unfilled=unfilled_shifts(repair.shifts, repair.roster.assignments),
    )
    return replace(
        made,
        shift_plan=replace(shifts, shifts=repair.shifts, coverage=coverage),
        roster=roster,
        team=team,
        notes=made.notes if NOTE in made.notes else (*made.notes, NOTE),
    )


def apply(of: Workspace, made: Plan, repair: Repair) -> None:
    """Make a repair part of the week's draft; the plan as it was can be had back."""
    if made.team is None:
        raise ValueError("Only a plan with a team can be mended.")
    mended = mended_plan(made, repair, made.team)
    mended = workflow.rescored(mended, parse_settings(made.settings))
    folder = of.folder / UNDO / made.plan_id
    write_plan(made, folder / f"{len(_kept(of, made.plan_id)) + 1:04d}")
    planning.keep_draft(of, mended)


def can_undo(of: Workspace, plan_id: str) -> bool:
    """Whether a repair of the week can be taken back."""
    return bool(_kept(of, plan_id)) and planning.is_draft(of, plan_id)


def undo(of: Workspace, plan_id: str) -> None:
    """Take the last repair of a week's draft back.

    A draft that then says what the plan of the week says is none.
    """
    last = _kept(of, plan_id)[-1]
    before = read_plan(last)
    planning.keep_draft(of, before)
    published = of.folder / planning.PLANS / plan_id
    if published.is_dir() and plan_hash(read_plan(published)) == plan_hash(before):
        planning.discard(of, plan_id)
    shutil.rmtree(last)


def _kept(of: Workspace, plan_id: str) -> list[Path]:
    """Return the plans as they were before each repair, the oldest first."""
    return sorted((of.folder / UNDO / plan_id).glob("[0-9]*"))
