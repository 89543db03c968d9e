"""Requirement: how many reps every hour calls for, and what the sliders do to it."""

import streamlit as st

from ui import grids, session
from ui import sums as sums_of
from ui.components import frame, heatmaps, queue_picker, sliders
from ui.components.scenario_bar import show as scenario_bar
from ui.scenario import scale
from ui.workspaces import Workspace


@frame.screen("Requirement")
def show(of: Workspace) -> None:
    """Show the requirement of a queue under the scenario."""
    if not session.has_history(of):
        frame.empty("There is no history yet, so nothing can be required.", "history")
        return
    if not of.settings.queues:
        frame.empty("The settings name no queue yet.", "settings")
        return
    _live(of)


@st.fragment
@frame.guarded
def _live(of: Workspace) -> None:
    queue = queue_picker.pick(sorted(of.settings.queues))
    sliders.show(queue, of.settings.queues[queue])
    chosen = session.current_scenario()
    needed = session.requirement(of, chosen)
    rows = needed.table[needed.table["queue"] == queue]
    if rows.empty:
        st.info(f"The history has no queue {queue}.", icon=":material/info:")
        return
    sums = sums_of.requirement_sums(rows, needed.interval_minutes)
    forecast = next(made for made in session.forecasts(of, chosen) if made.queue == queue)
    expected = sums_of.forecast_sums(scale(forecast, chosen)).expected
    columns = st.columns(5)
    columns[0].metric("Contacts", f"{expected:,.0f}", help="Expected in the week")
    columns[1].metric(
        "Primary", f"{sums.primary:,.0f} rep-hours", help="To roster, after shrinkage"
    )
    columns[2].metric("On-call", f"{sums.on_call:,.0f} rep-hours", help="Further, up to the guard")
    columns[3].metric("Service level", f"{100 * sums.service_level:.1f} %", help="By volume")
    columns[4].metric("Hands busy", f"{100 * sums.hands_busy:.0f} %", help="By volume")
    cells = grids.requirement_cells(needed, queue)
    heatmaps.show(
        "Primary reps to roster",
        cells,
        "rostered_primary",
        "primary",
        "reps",
        {"volume": "Contacts", "primary": "On duty", "service_level": "Service level"},
        "for the median volume, after shrinkage; grey = closed",
    )
    heatmaps.show(
        "On-call reps",
        cells,
        "rostered_on_call",
        "on_call",
        "reps",
        {"volume": "Contacts"},
        f"further reps for the {100 * of.settings.on_call.guard:g} % quantile of volume",
    )
    scenario_bar(of, queue)
