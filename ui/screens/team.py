"""Team: who can be rostered, when they are away and what they wish."""

import streamlit as st

from ui.components import frame, table_editor
from ui.workspaces import Workspace


@frame.screen("Team")
def show(of: Workspace) -> None:
    """Let the three tables of the team be edited."""
    reps, absences, preferences = st.tabs(["Reps", "Absences", "Preferences"])
    with reps:
        st.caption(
            "Skills are names of queues; hours count per ISO week; availability is in the rep's "
            "own time. An empty cell takes the default."
        )
        table_editor.show(of, "team")
    with absences:
        st.caption("Times are the rep's own; a day without a time is the whole day.")
        table_editor.show(of, "absences")
    with preferences:
        st.caption("Wishes are met where the cover allows it; times are the rep's own.")
        table_editor.show(of, "preferences")
