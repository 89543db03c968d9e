"""Accuracy: which model forecasts best, what people added to it, and why hours missed targets."""

import streamlit as st

from ui import scoring, session
from ui.components import day_explained, error_views, frame, leaderboard, queue_picker, value_added
from ui.workspaces import Workspace


@frame.screen("Accuracy")
def show(of: Workspace) -> None:
    """Compare models on a queue's past weeks."""
    if not session.has_history(of):
        frame.empty("There is no history yet, so no forecast can be tested.", "history")
        return
    histories = {history.queue: history for history in session.histories(of)}
    queue = queue_picker.pick(sorted(histories))
    leaderboard.controls(histories[queue], of.settings)
    kept = session.drafts().load(scoring.KIND, queue)
    if not kept:
        st.info(
            f"Models were not compared yet on {queue}. Each week is forecast from what was known "
            "when it began, and held against what came.",
            icon=":material/info:",
        )
    else:
        leaderboard.show(kept)
        _details(kept, queue)
    value_added.show(of)
    day_explained.show(of, queue)


@st.fragment
@frame.guarded
def _details(kept: dict[str, object], queue: str) -> None:
    error_views.cost(kept)
    error_views.by_lead(kept)
    error_views.by_hour_of_week(kept)
    error_views.downloads(kept, queue)
