"""Settings: every value with its unit, checked before it is written."""

import streamlit as st

from ui.components import frame, setting_forms
from ui.workspaces import Workspace


@frame.screen("Settings")
def show(of: Workspace) -> None:
    """Show a form for each queue, one for the rest, and the file."""
    setting_forms.announce()
    names = sorted(of.settings.queues)
    tabs = st.tabs([*(f"Queue {name}" for name in names), "General", "People", "File"])
    for name, tab in zip(names, tabs, strict=False):
        with tab:
            setting_forms.queue(of, name)
    with tabs[-3]:
        setting_forms.general(of)
    with tabs[-2]:
        setting_forms.people(of)
    with tabs[-1]:
        st.caption(f"{of.folder / 'staffcast.toml'}: comments and order are kept when you save.")
        st.code(of.text, language="toml")
