"""Forms of the settings: shown with their units, checked, and saved when they were changed."""

from typing import Any

import streamlit as st

from data.errors import InputError
from ui.components import faults
from ui.editing import write_settings
from ui.setting_entries import Entry, general_entries, queue_entries, to_file
from ui.workflow import Workspace

_SAVED = "settings_saved"


def announce() -> None:
    """Say once that settings were saved."""
    if st.session_state.pop(_SAVED, False):
        st.success("Saved to staffcast.toml.", icon=":material/check_circle:")


def queue(of: Workspace, name: str) -> None:
    """Show the form of one queue."""
    _form(of, f"queue {name}", queue_entries(name, of.settings.queues[name]))


def general(of: Workspace) -> None:
    """Show the form of everything that is not a queue's."""
    _form(of, "general", general_entries(of.settings))


def _form(of: Workspace, name: str, entries: list[Entry]) -> None:
    with st.form(f"settings {name}", border=False):
        columns = st.columns(3)
        given = {}
        for number, entry in enumerate(entries):
            with columns[number % 3]:
                given[entry.keys] = _field(entry)
        if not st.form_submit_button("Save", type="primary", icon=":material/save:"):
            return
    try:
        changed = {
            entry.keys: to_file(entry, given[entry.keys])
            for entry in entries
            if given[entry.keys] != entry.value
        }
        if not changed:
            st.caption("Nothing was changed.")
            return
        write_settings(of, changed)
    except InputError as error:
        faults.show(error)
        return
    st.session_state[_SAVED] = True
    st.rerun()


def _field(entry: Entry) -> Any:
    key = f"setting:{'.'.join(entry.keys)}"
    note = entry.note or None
    if entry.choices is not None:
        place = entry.choices.index(entry.value)
        return st.selectbox(entry.label, entry.choices, index=place, key=key, help=note)
    if isinstance(entry.value, str):
        return st.text_input(entry.label, entry.value, key=key, help=note)
    if isinstance(entry.value, int):
        return st.number_input(entry.label, value=int(entry.value), step=1, key=key, help=note)
    return st.number_input(
        entry.label,
        value=float(entry.value),
        step=float(entry.step),
        format="%g",
        key=key,
        help=note,
    )
