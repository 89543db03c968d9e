"""Forecast: the volume that is expected, how sure that is, and which model to trust."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data.errors import InputError
from forecast.models import model_names
from forecast.series import VolumeForecast
from ui import charts, session, sums
from ui.components import (
    changes,
    faults,
    frame,
    leaderboard,
    queue_picker,
    remembered,
    sliders,
)
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
    own = _of_queue(session.model_forecasts(of, chosen), queue)
    try:
        forecast = _of_queue(session.forecasts(of, chosen), queue)
    except InputError as error:
        # A change that has become impossible must stay within reach of its switch.
        faults.show(error)
        changes.show(of, own)
        return
    scaled = scale(forecast, chosen)
    without = scale(own, chosen) if forecast is not own else None
    _metrics(scaled, without, of.settings.calendar.timezone)
    for note in forecast.notes:
        st.caption(f":material/info: {note}")
    st.altair_chart(
        charts.fan(scaled, histories[queue], without=without),
        key="fan",
        alt=f"Forecast of {queue}: median with the bands of 50 % and 90 % of outcomes",
    )
    dashed = "" if without is None else " dashed: median without the changes by people;"
    st.caption(
        f"Model {forecast.model}. Dark line: median;{dashed} bands: 50 % and 90 % of outcomes; "
        f"grey: what happened. Contacts per {of.settings.calendar.interval_minutes} minutes, "
        f"times in {of.settings.calendar.timezone}."
    )
    days, by_people = st.tabs(["Days and week", "Changes by people"], key="forecast_tab")
    with days:
        _totals(session.totals(of, chosen, forecast), of.settings.calendar.timezone)
    with by_people:
        changes.show(of, own)
    leaderboard.summary(queue)


def _of_queue(forecasts: Sequence[VolumeForecast], queue: str) -> VolumeForecast:
    return next(forecast for forecast in forecasts if forecast.queue == queue)


def _metrics(scaled: VolumeForecast, without: VolumeForecast | None, timezone: str) -> None:
    """Show the week's sums, and by how much people changed it."""
    found = sums.forecast_sums(scaled)
    columns = st.columns(4)
    changed, note = None, "Sum of the means"
    if without is not None:
        alone = sums.forecast_sums(without).expected
        changed = f"{found.expected - alone:+,.0f} by people"
        note += f"; without the changes by people {alone:,.0f}"
    columns[0].metric(
        "In the week", f"{found.expected:,.0f} contacts", changed, delta_color="off", help=note
    )
    columns[1].metric("Busiest", sums.moment(found.peak_start, timezone, "%a %H:%M"))
    columns[2].metric("Median then", f"{found.peak:,.0f} contacts")
    columns[3].metric("1 time in 20, more than", f"{found.peak_high:,.0f} contacts")


def _totals(totals: pd.DataFrame, timezone: str) -> None:
    """Show what each day and the week bring, and how sure that is."""
    st.dataframe(
        sums.total_rows(totals, timezone),
        hide_index=True,
        column_config={
            "Expected": st.column_config.NumberColumn("Expected, contacts", format="localized")
        },
    )
    st.caption(
        "The means add up to the week's; the ranges do not, for not every day has its worst in "
        "the same week."
    )


def _model() -> None:
    chosen = session.current_scenario().model
    names = list(model_names())
    remembered.seed("model", chosen if chosen in names else "auto")
    st.selectbox(
        "Model",
        names,
        key="model",
        on_change=lambda: session.choose(model=st.session_state["model"]),
        help="auto weighs four weekly profiles by how near each has been.",
    )
