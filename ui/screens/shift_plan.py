"""Shift plan: which shifts cover the requirement, and where they fall short."""

import streamlit as st

from optimizer.price_advice import odd_prices
from ui import planning, roster_grids, session
from ui.components import (
    coverage_view,
    frame,
    job_status,
    outlook_view,
    plan_state,
    plan_worth,
    proof,
    queue_picker,
    suggestions,
    targets_view,
)
from ui.workspaces import Workspace

KIND = "shifts"


@frame.screen("Shift plan")
def show(of: Workspace) -> None:
    """Show the shifts of the week, and let them be chosen anew."""
    missing = plan_state.is_ready(of)
    if missing:
        frame.empty(missing, "history", "settings")
        return
    made = plan_state.current(of)
    job_status.outcome(KIND)
    if made is None:
        st.info("This week has no shifts yet.", icon=":material/info:")
        _solve(of, "Plan shifts")
        return
    coverage_view.metrics(made)
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        queue = queue_picker.pick(sorted(made.coverage["queue"].unique()))
    with right:
        _solve(of, "Plan again")
    plan_state.show_freshness(of, made)
    coverage_view.net(made, queue)
    outlook_view.show(made, queue)
    targets_view.show(made, queue)
    coverage_view.roles(made, queue)
    st.caption(proof.sentence(made.shift_plan.report))
    for line in odd_prices(of.settings.shifts, of.settings.on_call, of.settings.queues):
        st.warning(line, icon=":material/payments:")
    plan_worth.show(of, made)
    suggestions.show(of, made)
    st.markdown("**Shifts**")
    st.dataframe(roster_grids.shift_rows(made.shift_plan, queue), hide_index=True)


def _solve(of: Workspace, label: str) -> None:
    busy = session.jobs().running() is not None
    if st.button(label, type="primary", disabled=busy, icon=":material/play_arrow:"):
        basis = plan_state.basis(of)
        session.jobs().start(
            KIND,
            "Planning shifts",
            lambda cancel, tell: planning.choose_shifts(basis, cancel, tell),
            of.settings.solver.time_limit_seconds,
        )
        st.rerun()
