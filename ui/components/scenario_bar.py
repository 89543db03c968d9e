"""What the scenario changes, and the ways out: back to the settings, or into them."""

import streamlit as st

from data.errors import InputError
from ui import scenario, session
from ui.components import faults, sliders
from ui.editing import write_settings
from ui.workspaces import Workspace


def show(of: Workspace, queue: str) -> None:
    """Name the changes of a scenario and offer to undo or keep them."""
    tried = session.current_scenario()
    changed = scenario.changes(of.settings, tried)
    if not changed:
        st.caption("As the settings say. Move a slider to try something; it is kept as a draft.")
        return
    text, undo, keep = st.columns([4, 1, 1], vertical_alignment="center")
    text.caption(f"Draft: {'; '.join(changed)}")
    undo.button("Back to settings", on_click=sliders.reset, args=(queue,), width="stretch")
    if scenario.settings_changes(of.settings, tried, queue) and keep.button(
        "Write to settings", width="stretch", help="Volume is not a setting and stays a draft."
    ):
        try:
            write_settings(of, scenario.settings_changes(of.settings, tried, queue))
        except InputError as error:
            faults.show(error)
        else:
            session.forget_settings_of(queue)
            st.rerun()
