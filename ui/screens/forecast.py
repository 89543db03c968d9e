"""Forecast: the volume that is expected, how sure that is, and which model to trust."""

import streamlit as st

from forecast.models import model_names
from ui import charts, session, sums
from ui.components import frame, leaderboard, queue_picker, remembered, sliders
from ui.scenario import scale
from ui.workspaces import Workspace


@frame.screen("Forecast")
def show(of: Workspace) -> None:
    """Show a queue's forecast under the scenario, and which model was best of late."""
    if not session.has_history(of):
        frame.empty("There is no history yet, so nothing can be forecast.", "history")
        return
    _live(of)


@st.fragment
@frame.guarded
def _live(of: Workspace) -> None:
    histories = {history.queue: history for history in session.histories(of)}
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    with left:
        queue = queue_picker.pick(sorted(histories))
    with middle:
        _model()
    with right:
        sliders.volume(queue)
    chosen = session.current_scenario()
    made = session.forecasts(of, chosen)
    forecast = next(entry for entry in made if entry.queue == queue)
    scaled = scale(forecast, chosen)
    found = sums.forecast_sums(scaled)
    timezone = of.settings.calendar.timezone
    columns = st.columns(4)
    columns[0].metric("In the week", f"{found.expected:,.0f} contacts", help="Sum of the means")
    columns[1].metric("Busiest", sums.moment(found.peak_start, timezone, "%a %H:%M"))
    columns[2].metric("Median then", f"{found.peak:,.0f} contacts")
    columns[3].metric("1 time in 20, more than", f"{found.peak_high:,.0f} contacts")
    for note in forecast.notes:
        st.caption(f":material/info: {note}")
    st.altair_chart(
        charts.fan(scaled, histories[queue]),
        key="fan",
        alt=f"Forecast of {queue}: median with the bands of 50 % and 90 % of outcomes",
    )
    st.caption(
        f"Model {forecast.model}. Dark line: median; bands: 50 % and 90 % of outcomes; grey: "
        f"what happened. Contacts per {of.settings.calendar.interval_minutes} minutes, times in "
        f"{of.settings.calendar.timezone}."
    )
    leaderboard.summary(queue)


def _model() -> None:
    chosen = session.current_scenario().model
    names = list(model_names())
    remembered.seed("model", chosen if chosen in names else "auto")
    st.selectbox(
        "Model",
        names,
        key="model",
        on_change=lambda: session.choose(model=st.session_state["model"]),
        help="auto is the median of several models.",
    )
