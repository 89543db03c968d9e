"""Rotation: who is on call in which week of the year, swaps, and the ledger."""

from datetime import date

import streamlit as st

from data.clock import zone
from ui import rotations, session
from ui.components import frame, rotation_view
from ui.workspaces import Workspace

USUAL_WEEKS, MOST_WEEKS = 52, 104


@frame.screen("Rotation")
def show(of: Workspace) -> None:
    """Plan the weeks on call from a day on."""
    day, count, said = st.columns([2, 2, 5], vertical_alignment="bottom")
    first = day.date_input("First hand-over", value=_usual_start(of), key="rotation_first")
    weeks = int(
        count.number_input(
            "Weeks", min_value=1, max_value=MOST_WEEKS, value=USUAL_WEEKS, key="rotation_weeks"
        )
    )
    handover = f"{of.settings.rotation.handover_day} {of.settings.rotation.handover_time}"
    said.caption(f"Hand-over: {handover}, {of.settings.calendar.timezone}")
    if not isinstance(first, date):
        frame.empty("Choose the day of the first hand-over.")
        return
    first = rotations.handover_from(first, of.settings)
    base = rotation_view.turns(of, first, weeks)
    if base is None:
        frame.empty("There is no team yet, so nobody can be on call.", "team")
        return
    made = rotations.make_rotation(of, base)
    rotation_view.metrics(made.rotation)
    rotation_view.files(of, made)
    rotation_view.tabs(of, base, made)


def _usual_start(of: Workspace) -> date | None:
    """Return the first hand-over of the planned week, or of what is published; None for neither."""
    published = rotations.published(of)
    if session.has_history(of):
        week = session.period(of, session.current_scenario())
        local = week.start.tz_convert(zone(of.settings.calendar.timezone))
        return rotations.handover_from(local.date(), of.settings)
    return published[0].week if published else None
