"""An export becomes the history: chosen, looked at, confirmed; and taken back if it was wrong."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from data.errors import InputError
from ui import grids, importing
from ui.components import faults, heatmaps, report_lines
from ui.workspaces import ReadVolume, Workspace

KINDS = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet"]
MAPPED = ("conversation_id", "created_at", "queue")
GUESS = "guess"
_ROUND = "upload_round"
_PREVIEW = "upload_preview"


def show(of: Workspace) -> None:
    """Take files, show what would become of them, and make them the history when confirmed."""
    st.markdown(
        "Conversation exports (CSV, JSON, JSON lines or Parquet: Intercom, Zendesk or any with an "
        "id and a creation time), or one interval file with `unique_id,ds,y`. Times without an "
        f"offset are read in {of.settings.calendar.timezone}."
    )
    files = st.file_uploader(
        "Export",
        type=KINDS,
        accept_multiple_files=True,
        key=f"upload:{st.session_state.get(_ROUND, 0)}",
    )
    if files:
        _consider(of, files)
    elif importing.can_undo(of) and st.button("Take the last upload back", icon=":material/undo:"):
        importing.undo(of)
        st.rerun()


def _consider(of: Workspace, files: Sequence[Any]) -> None:
    columns = _columns(files)
    try:
        found = _preview(of, files, columns)
    except InputError as error:
        faults.show(error)
        return
    report_lines.show(found.report)
    for history in found.histories:
        profile = grids.weekly_profile(history, grids.PROFILE_WEEKS)
        heatmaps.show(
            f"{history.queue}: contacts per hour", profile, "volume", "volume", "contacts"
        )
    added = importing.new_queues(found, of)
    if added:
        st.warning(
            f"The settings do not name {', '.join(added)} yet: they get usual values, which you "
            "then check on the Settings screen.",
            icon=":material/rule_settings:",
        )
    if st.button("Make this the history", type="primary", icon=":material/check:"):
        try:
            importing.take_over(found, of)
        except InputError as error:
            faults.show(error)
            return
        _forget()
        st.session_state["upload_done"] = "The history was replaced; the one before is kept."
        st.rerun()


def _columns(files: Sequence[Any]) -> dict[str, str]:
    """Let the columns of an export be named where they are not to be guessed."""
    names = importing.header(files[0].getvalue())
    if not names:
        return {}
    chosen = {}
    with st.expander("Columns of the export: guessed, unless you name them"):
        for place, column in zip(st.columns(len(MAPPED)), MAPPED, strict=True):
            picked = place.selectbox(column, [GUESS, *names], key=f"column:{column}")
            if picked != GUESS:
                chosen[column] = picked
    return chosen


def _preview(of: Workspace, files: Sequence[Any], columns: Mapping[str, str]) -> ReadVolume:
    """Read the files once, not at every rerun."""
    key = (tuple(file.file_id for file in files), dict(columns), of.settings.calendar)
    kept = st.session_state.get(_PREVIEW)
    if kept is not None and kept[0] == key:
        return kept[1]  # type: ignore[no-any-return]
    with tempfile.TemporaryDirectory(prefix="staffcast-") as folder:
        paths = []
        for number, file in enumerate(files):
            place = Path(folder) / str(number)
            place.mkdir()
            path = place / Path(file.name).name
            path.write_bytes(file.getbuffer())
            paths.append(path)
        try:
            with st.spinner("Reading the export …"):
                found = importing.preview(paths, of, columns)
        except InputError as error:
            # The reader names the file as it lay here; the planner knows it by its own name.
            message = str(error)
            for path in paths:
                message = message.replace(str(path), path.name)
            raise InputError(message) from error
    st.session_state[_PREVIEW] = (key, found)
    return found


def _forget() -> None:
    st.session_state.pop(_PREVIEW, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def announce() -> None:
    """Say once that an upload was taken over."""
    sentence = st.session_state.pop("upload_done", None)
    if sentence:
        st.success(sentence, icon=":material/check_circle:")
