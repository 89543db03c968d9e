"""How a plan covers its requirement: the sums, and the heatmaps of a queue."""

import streamlit as st

from ui import grids, sums
from ui.components import heatmaps
from ui.plan_folder import Plan

NET_NOTE = (
    "blue + beyond need, red − missing, grey = nobody needed; surplus primary counts as on-call"
)
MORE = {
    "required_primary": "Required primary",
    "primary": "Primary",
    "required_on_call": "Required on-call",
    "on_call": "On-call",
}


def metrics(made: Plan) -> None:
    """Show the sums of all queues; over and under are never netted."""
    found = sums.coverage_sums(made.coverage, made.interval_minutes)
    columns = st.columns(5)
    columns[0].metric(
        "Covered",
        f"{100 * found.covered:.1f} %",
        help="Of the rep-hours required for the median and the guard, all queues",
    )
    columns[1].metric(
        "Missing", f"−{found.under:,.0f} rep-hours", help=f"In {found.short_hours:g} hours"
    )
    columns[2].metric("Beyond need", f"+{found.over:,.0f} rep-hours")
    columns[3].metric("Primary", f"{found.primary:,.0f} rep-hours")
    columns[4].metric("On-call", f"{found.on_call:,.0f} rep-hours")


def net(made: Plan, queue: str) -> None:
    """Show the net heatmap of a queue."""
    cells = grids.coverage_cells(made.coverage, queue, made.timezone)
    heatmaps.show(f"Net cover of {queue}, reps", cells, "net", "net", "Net", MORE, NET_NOTE)


def roles(made: Plan, queue: str) -> None:
    """Show the primary and on-call heatmaps of a queue."""
    cells = grids.coverage_cells(made.coverage, queue, made.timezone)
    heatmaps.show(f"Primary reps on {queue}", cells, "primary", "primary", "Primary", MORE)
    heatmaps.show(f"On-call reps for {queue}", cells, "on_call", "on_call", "On-call", MORE)
