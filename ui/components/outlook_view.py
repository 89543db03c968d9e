"""What a plan's shifts lead to: how often on-call is called in, and where it may not be enough."""

import streamlit as st

from ui import grids
from ui.components import heatmaps
from ui.plan_folder import Plan

MORE = {
    "called_for": "Called for, reps",
    "p_activated": "Chance of a call, %",
    "short": "Missing on average",
}


def show(made: Plan, queue: str) -> None:
    """Show what a queue's shifts lead to; nothing for shifts that only cover a requirement."""
    outlook = next((each for each in made.shift_plan.outlook if each.queue == queue), None)
    if outlook is None:
        return
    sums = outlook.table[["activated", "short"]].sum() * made.interval_minutes / 60
    primary, both = outlook.prices.quantiles
    columns = st.columns(4)
    columns[0].metric(
        "Chance of a short interval",
        f"{100 * outlook.p_short:.1f} %",
        help="Of an open one, primary and on-call together, over all that the forecast expects",
    )
    columns[1].metric("Called in", f"{sums['activated']:,.1f} rep-hours", help="On average")
    columns[2].metric("Missing", f"{sums['short']:,.1f} rep-hours", help="On average, even so")
    columns[3].metric(
        "Worth serving",
        f"{100 * primary:.0f} / {100 * both:.1f} %",
        help="Quantiles of what may be called for that primary alone, and primary and on-call "
        "together, are worth serving at the prices of the settings",
    )
    cells = grids.outlook_cells(outlook.table, made.timezone)
    heatmaps.show(
        f"Chance that {queue} is short, %",
        cells,
        "p_short",
        "chance",
        "Chance of being short, %",
        MORE,
        "after calling in; grey = nobody is called for",
    )
