"""What needs attention in a plan, the worst first, and the next step."""

import streamlit as st

from ui import grids, planning, session
from ui.components import frame
from ui.outlook_lines import likely_short
from ui.plan_folder import Plan
from ui.settings import parse_settings
from ui.workspaces import Workspace


def show(of: Workspace, made: Plan) -> None:
    """List what is short, broken or out of date, and say what to do next."""
    left, right = st.columns([3, 2])
    with left:
        st.markdown("**Needs attention**")
        points = _points(of, made)
        if points:
            st.markdown("\n".join(f"- {point}" for point in points))
        else:
            st.markdown(":material/check_circle: Nothing: every hour is covered.")
    with right:
        st.markdown("**Next step**")
        _next_step(of, made)


def _points(of: Workspace, made: Plan) -> list[str]:
    points = _short(made)
    broken = [
        one for one in (made.roster.findings if made.roster else ()) if one.severity == "violation"
    ]
    if broken:
        points.append(f"{len(broken)} broken rules in the roster: {broken[0].sentence}")
    chosen = session.current_scenario()
    cutoff = session.period(of, chosen).cutoff
    reasons = planning.stale_reasons(made, of, chosen, cutoff)
    if reasons:
        points.append(f"The plan is older than its inputs: {' and '.join(reasons)}")
    points.extend(made.notes)
    return points


def _short(made: Plan) -> list[str]:
    """Name what is missing: of the shifts what prices do not account for, and shifts without a rep.

    Shifts that were chosen by what is to be expected leave an hour below its guard on purpose
    where filling it costs more than it is worth; there the chance of being short counts.
    """
    if not made.shift_plan.outlook:
        return grids.short_hours(made.coverage, made.timezone)
    planned = made.shift_plan.coverage["understaffing"].to_numpy()
    unfilled = (made.coverage["understaffing"] - planned).clip(lower=0)
    guard = parse_settings(made.settings).on_call.guard
    return [
        *grids.short_hours(made.coverage.assign(understaffing=unfilled), made.timezone),
        *likely_short(made.shift_plan.outlook, made.timezone, 1 - guard),
    ]


def _next_step(of: Workspace, made: Plan) -> None:
    if made.roster is None and session.team(of) is None:
        frame.go("team", "Name your team")
    elif made.roster is None:
        frame.go("roster", "Name the reps")
    elif planning.is_draft(of, made.plan_id):
        frame.go("exports", "Save the plan and hand it on")
    else:
        frame.go("exports", "Hand the roster on")
