"""Which queue a screen shows; every screen remembers the same one."""

from collections.abc import Sequence

import streamlit as st

from ui import session
from ui.components import remembered


def pick(queues: Sequence[str], label: str = "Queue") -> str:
    """Let a queue be chosen, and return it.

    Parameters
    ----------
    queues
        At least one.
    label
        What is asked.
    """
    chosen = session.current_scenario().queue
    if chosen not in queues:
        chosen = queues[0]
    if len(queues) == 1:
        return chosen
    key = "queue_picker"
    remembered.seed(key, chosen)
    picked = st.segmented_control(
        label,
        list(queues),
        key=key,
        required=True,
        on_change=lambda: _keep(key),
        label_visibility="collapsed",
    )
    return str(picked or chosen)


def _keep(key: str) -> None:
    session.choose(queue=str(st.session_state[key]))
