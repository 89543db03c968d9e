"""Forms of the settings: checked at every change, kept as a draft, written when they are saved."""

from typing import Any

import streamlit as st

from data.errors import InputError
from ui import session
from ui.components import faults, remembered
from ui.editing import changed_text, write_settings
from ui.people_entries import people_entries
from ui.setting_entries import Entry, general_entries, queue_entries, to_file
from ui.workspaces import Workspace

KIND = "settings"
_SAVED = "settings_saved"
_COLUMNS = 3


def announce() -> None:
    """Say once that settings were saved."""
    if st.session_state.pop(_SAVED, False):
        st.success("Saved to staffcast.toml.", icon=":material/check_circle:")


@st.fragment
def queue(of: Workspace, name: str) -> None:
    """Show the form of one queue."""
    _form(of, f"queue {name}", ("", queue_entries(name, of.settings.queues)))


@st.fragment
def general(of: Workspace) -> None:
    """Show the form of the calendar, shifts and prices."""
    _form(of, "general", ("", general_entries(of.settings)))


@st.fragment
def people(of: Workspace) -> None:
    """Show the form of the rules by which people work."""
    st.caption(
        "Rules that are not stated yet, such as max_weekends, kinds of shifts and their prices, "
        "are added in staffcast.toml."
    )
    _form(of, "people", *people_entries(of.settings))


def _form(of: Workspace, form: str, *parts: tuple[str, list[Entry]]) -> None:
    """Show settings under headings, with one button that saves them all."""
    kept = _kept(form)
    for heading, own in parts:
        if heading:
            st.markdown(f"**{heading}**")
        columns = st.columns(_COLUMNS)
        for number, entry in enumerate(own):
            with columns[number % _COLUMNS]:
                _field(form, entry, entry.taken(kept.get(entry.path, entry.value)))
    entries = [entry for _, own in parts for entry in own]
    changed = [entry for entry in entries if st.session_state[_key(entry)] != entry.value]
    if not changed:
        return
    values: dict[tuple[str, ...], object] = {}
    problem = ""
    try:
        values = {entry.keys: to_file(entry, st.session_state[_key(entry)]) for entry in changed}
        changed_text(of, values)
    except InputError as error:
        problem = str(error)
    if problem:
        faults.show(problem)
    else:
        st.info("There are changes that are not saved; they are kept as a draft.")
    keep, drop, _ = st.columns([1, 1, 3])
    if keep.button(
        "Save", type="primary", disabled=bool(problem), key=f"save:{form}", width="stretch"
    ):
        write_settings(of, values)
        session.drafts().save(KIND, form, None)
        st.session_state[_SAVED] = True
        st.rerun()
    drop.button(
        "Discard changes",
        key=f"drop:{form}",
        width="stretch",
        on_click=lambda: session.drafts().save(KIND, form, None),
    )


def _kept(form: str) -> dict[str, Any]:
    kept = session.drafts().load(KIND, form)
    return kept if isinstance(kept, dict) else {}


def _key(entry: Entry) -> str:
    return f"setting:{entry.path}"


def _field(form: str, entry: Entry, value: Any) -> None:
    key = _key(entry)
    remembered.seed(key, value)
    common: dict[str, Any] = {
        "key": key,
        "help": entry.note or None,
        "on_change": _keep,
        "args": (form, entry.path, key),
    }
    if isinstance(entry.value, list):
        st.multiselect(entry.label, entry.choices or (), **common)
    elif entry.choices is not None:
        st.selectbox(entry.label, entry.choices, **common)
    elif isinstance(entry.value, str):
        st.text_input(entry.label, **common)
    elif isinstance(entry.value, bool):
        st.checkbox(entry.label, **common)
    elif isinstance(entry.value, int):
        st.number_input(entry.label, step=1, **common)
    else:
        st.number_input(entry.label, step=float(entry.step), format="%g", **common)


def _keep(form: str, path: str, key: str) -> None:
    """Keep what was entered as a draft."""
    session.drafts().save(KIND, form, {**_kept(form), path: st.session_state[key]})
