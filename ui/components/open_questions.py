"""A line on open questions of the past, which appears once they have been looked for."""

import streamlit as st

from ui import session
from ui.components import faults, frame
from ui.workspaces import Workspace

POLL_SECONDS = 1.0
QUEUES_NAMED = 5


def show(of: Workspace) -> None:
    """Say how many questions each queue has, and lead to them; nothing where there are none."""
    waiting = session.open_questions(of) is None
    draw = st.fragment(run_every=POLL_SECONDS if waiting else None)(frame.guarded(_draw))
    draw(of, waiting)


def _draw(of: Workspace, waiting: bool) -> None:
    found = session.open_questions(of)
    if found is None:
        return
    if waiting:
        st.rerun()
    counts = {queue: count for queue, count in found.items() if count}
    if not counts:
        return
    total = sum(counts.values())
    words = "1 question is" if total == 1 else f"{total} questions are"
    most = sorted(counts, key=lambda queue: -counts[queue])[:QUEUES_NAMED]
    by_queue = ", ".join(f"{faults.escaped(queue)} {counts[queue]}" for queue in most)
    if len(counts) > len(most):
        by_queue += f", and {len(counts) - len(most)} more queues"
    st.markdown(
        f":material/help: **{words} open about days of the past** &nbsp; :gray[{by_queue}; until "
        "they are answered, forecasts leave odd days out by a guess]"
    )
    frame.go("history", "Answer questions about the past")
