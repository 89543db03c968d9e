"""Requirement: how many reps every hour calls for, and what the sliders do to it."""

import math

import streamlit as st

from optimizer.service_policy import ServicePolicy
from ui import grids, session
from ui import sums as sums_of
from ui.advising import span
from ui.components import concurrency_view, frame, heatmaps, queue_picker, sliders
from ui.components.scenario_bar import show as scenario_bar
from ui.scenario import apply_scenario, scale
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
    _metrics(sums, expected, of.settings.queues[queue].service)
    cells = grids.requirement_cells(needed, queue)
    heatmaps.show(
        "Primary reps to roster",
        cells,
        "rostered_primary",
        "primary",
        "reps",
        {"volume": "Contacts", "primary": "On duty", **grids.SERVICE_TITLES},
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
    tried = apply_scenario(of.settings, chosen).queues
    concurrency_view.show(queue, tried, rows, needed.interval_minutes, needed.timezone)
    scenario_bar(of, queue)


def _metrics(sums: sums_of.RequirementSums, expected: float, service: ServicePolicy) -> None:
    """Show whom the week calls for and what service they give, the promise first."""
    within = f"in {span(service.within_seconds)}"
    events = {
        "first_reply": (f"First reply {within}", "From arrival until the first reply is sent"),
        "pick_up": (f"Picked up {within}", "From arrival until a rep takes the conversation"),
        "follow_up": (f"Later replies {within}", "From the customer's message"),
        "hands_busy": ("Hands busy", "Share of the time on duty in which reps write"),
        "slots_busy": ("Slots busy", "Share of the conversations that reps could hold at once"),
    }
    order = [service.clock, *(column for column in events if column != service.clock)]
    upper, lower = st.columns(4), st.columns(4)
    upper[0].metric("Contacts", f"{expected:,.0f}", help="Expected in the week")
    upper[1].metric("Primary", f"{sums.primary:,.0f} rep-hours", help="To roster, after shrinkage")
    upper[2].metric("On-call", f"{sums.on_call:,.0f} rep-hours", help="Further, up to the guard")
    for place, column in zip((upper[3], *lower), order, strict=True):
        label, note = events[column]
        digits = 0 if column.endswith("busy") else 1
        share = sums.service[column]
        value = "–" if math.isnan(share) else f"{100 * share:.{digits}f} %"
        place.metric(label, value, help=f"{note}; mean over contacts")
