"""Home: next week at a glance, what needs attention, and the next step."""

import streamlit as st

from forecast.series import VolumeForecast
from ui import grids, session, sums
from ui.components import (
    attention,
    coverage_view,
    frame,
    heatmaps,
    open_questions,
    plan_state,
    queue_picker,
    week_picker,
)
from ui.scenario import scale
from ui.workspaces import Workspace


@frame.screen("Home")
def show(of: Workspace) -> None:
    """Show how the planned week is covered."""
    if not session.has_history(of):
        frame.empty(
            "Welcome. Staffcast plans from your conversation history, and there is none yet: give "
            "an export of your inbox to begin.",
            "history",
        )
        return
    missing = plan_state.is_ready(of)
    if missing:
        frame.empty(missing, "settings")
        return
    made = plan_state.current(of)
    if made is None:
        _without_plan(of)
        return
    coverage_view.metrics(made)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        queue = queue_picker.pick(sorted(made.coverage["queue"].unique()))
    with right:
        week_picker.show(of)
    coverage_view.net(made, queue)
    attention.show(of, made)
    open_questions.show(of)


def _without_plan(of: Workspace) -> None:
    """Show what is expected, and lead to the shifts."""
    left, right = st.columns([3, 2], vertical_alignment="center")
    made = {forecast.queue: forecast for forecast in _forecasts(of)}
    with left:
        queue = queue_picker.pick(sorted(made))
    with right:
        week_picker.show(of)
    timezone = of.settings.calendar.timezone
    found = sums.forecast_sums(made[queue])
    columns = st.columns(3)
    columns[0].metric("Expected in the week", f"{found.expected:,.0f} contacts")
    columns[1].metric("Busiest", sums.moment(found.peak_start, timezone, "%a %H:%M"))
    columns[2].metric("Median then", f"{found.peak:,.0f} contacts")
    heatmaps.show(
        f"Expected contacts per hour, {queue}",
        grids.forecast_cells(made[queue]),
        "mean",
        "volume",
        "contacts",
        note="mean of the forecast; grey = closed",
    )
    st.markdown("This week has no plan yet. **Next step:** choose its shifts.")
    frame.go("shift-plan", "Plan the shifts")
    open_questions.show(of)


def _forecasts(of: Workspace) -> list[VolumeForecast]:
    chosen = session.current_scenario()
    return [scale(forecast, chosen) for forecast in session.forecasts(of, chosen)]
