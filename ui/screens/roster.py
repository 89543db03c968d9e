"""Roster: who works when, and what the audit found."""

import streamlit as st

from ui import charts, planning, roster_grids, session
from ui.components import (
    coverage_view,
    fairness_view,
    findings,
    frame,
    job_status,
    plan_state,
    proof,
    queue_picker,
    repair_view,
    why_view,
)
from ui.plan_folder import Plan
from ui.workspaces import Workspace

KIND = "roster"


@frame.screen("Roster")
def show(of: Workspace) -> None:
    """Show the named week, and let the shifts be filled anew."""
    missing = plan_state.is_ready(of)
    if missing:
        frame.empty(missing, "history", "settings")
        return
    made = plan_state.current(of)
    job_status.outcome(KIND)
    if made is None:
        frame.empty("This week has no shifts yet; plan them first.", "shift-plan")
        return
    if made.roster is None:
        st.info("The shifts are planned, and nobody is named yet.", icon=":material/info:")
        _solve(of, made, "Name reps")
        rows = roster_grids.staffed_rows(made.shift_plan.shifts, made.timezone)
        st.dataframe(rows, hide_index=True)
        return
    coverage_view.metrics(made)
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(proof.sentence(made.roster.report))
    with right:
        _solve(of, made, "Name reps again")
    plan_state.show_freshness(of, made)
    bars, grid, audit, net, fair, reasons, changes = st.tabs(
        ["Week", "Grid", "Findings", "Net cover", "Fairness", "Why", "Changes"]
    )
    names = roster_grids.names_of(made.team)
    with bars:
        rows = roster_grids.gantt_rows(made.roster.assignments, names, made.timezone)
        first, last = roster_grids.wall_days(made.start, made.weeks)
        st.altair_chart(
            charts.gantt(rows, list(names.values()), first, last),
            key="gantt",
            alt="Shifts of each rep over the week; the tab Grid has them as text",
        )
    with grid:
        table = roster_grids.roster_grid(made.roster.assignments, names, made.timezone)
        st.dataframe(charts.style_roster(table), height="content")
        st.caption(f"P primary, C on-call; times in {made.timezone}.")
    with audit:
        findings.show(made.roster)
    with net:
        queue = queue_picker.pick(sorted(made.coverage["queue"].unique()))
        coverage_view.net(made, queue)
    with fair:
        fairness_view.show(of, made)
    with reasons:
        why_view.show(of, made)
    with changes:
        repair_view.show(of, made)


def _solve(of: Workspace, made: Plan, label: str) -> None:
    team = session.team(of)
    if team is None or not team.reps:
        frame.empty("There is no team yet, so the plan ends with the shifts.", "team")
        return
    busy = session.jobs().running() is not None
    if st.button(label, type="primary", disabled=busy, icon=":material/play_arrow:"):
        session.jobs().start(
            KIND,
            "Naming reps",
            lambda cancel, tell: planning.name_reps(of, made, team, cancel, tell),
            of.settings.solver.time_limit_seconds,
        )
        st.rerun()
