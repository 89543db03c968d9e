"""Editing a table of the team: kept as a draft while it is edited, written when it is saved."""

from typing import Any

import pandas as pd
import streamlit as st

from data.errors import InputError
from optimizer.staff import PREFERENCE_KINDS
from ui import session, team_edits
from ui.components import faults
from ui.workspaces import Workspace

KIND = "table"
ROW_PIXELS, MOST_PIXELS = 36, 620

HELP: dict[str, dict[str, Any]] = {
    "team": {
        "rep_id": st.column_config.TextColumn(
            "rep_id", required=True, help="Unique; never changes"
        ),
        "timezone": st.column_config.TextColumn("timezone", help="Such as Europe/Dublin"),
        "skills": st.column_config.TextColumn(
            "skills", help="Queues, joined by |, with levels such as live:3; empty: all"
        ),
        "min_hours": st.column_config.TextColumn("min_hours", help="Hours per ISO week"),
        "max_hours": st.column_config.TextColumn("max_hours", help="Hours per ISO week"),
        "available": st.column_config.TextColumn(
            "available", help="Local time: Mon-Fri 07:00-19:00; Sat 09:00-13:00", width="medium"
        ),
        "on_call": st.column_config.SelectboxColumn("on_call", options=["yes", "no"]),
        "from": st.column_config.TextColumn("from", help="First day, such as 2026-11-30"),
        "until": st.column_config.TextColumn("until", help="Last day"),
    },
    "absences": {
        "rep_id": st.column_config.TextColumn("rep_id", required=True),
        "start": st.column_config.TextColumn("start", help="2026-12-24 or 2026-12-24T13:00"),
        "end": st.column_config.TextColumn("end", help="A day is included; empty: that day"),
    },
    "preferences": {
        "rep_id": st.column_config.TextColumn("rep_id", required=True),
        "weight": st.column_config.TextColumn(
            "weight", help="Above 0: gladly; below 0: rather not"
        ),
        "kind": st.column_config.SelectboxColumn(
            "kind", options=list(PREFERENCE_KINDS), help="never and must are rules without a weight"
        ),
    },
}


def show(of: Workspace, table: str) -> None:
    """Let a table be edited; a reload brings unsaved edits back."""
    stands = team_edits.read(of, table)
    base_key, round_key = f"base:{table}", f"round:{table}"
    if base_key not in st.session_state:
        st.session_state[base_key] = _draft(table, stands)
    edited = st.data_editor(
        st.session_state[base_key],
        num_rows="dynamic",
        hide_index=True,
        height=min(ROW_PIXELS * (len(st.session_state[base_key]) + 2), MOST_PIXELS),
        key=f"edit:{table}:{st.session_state.get(round_key, 0)}",
        column_config=HELP[table],
    )
    tidied = team_edits.tidy(edited)
    if tidied.equals(stands):
        _forget_draft(table)
        return
    session.drafts().save(KIND, table, tidied.to_dict("records"))
    problem = _problem(of, table, tidied)
    if problem:
        faults.show(problem)
    else:
        st.info("There are changes that are not saved; they are kept as a draft.")
    keep, drop, _ = st.columns([1, 1, 3])
    name = team_edits.file_name(of, table)
    if keep.button(
        f"Save {name}", type="primary", disabled=bool(problem), key=f"save:{table}", width="stretch"
    ):
        team_edits.save(of, table, tidied)
        _restart(table)
    if drop.button("Discard changes", key=f"drop:{table}", width="stretch"):
        _restart(table)


def _draft(table: str, stands: pd.DataFrame) -> pd.DataFrame:
    kept = session.drafts().load(KIND, table)
    if not isinstance(kept, list):
        return stands
    return pd.DataFrame(kept, columns=list(team_edits.COLUMNS[table]), dtype=str).fillna("")


def _forget_draft(table: str) -> None:
    if session.drafts().load(KIND, table) is not None:
        session.drafts().save(KIND, table, None)


def _restart(table: str) -> None:
    _forget_draft(table)
    st.session_state.pop(f"base:{table}", None)
    st.session_state[f"round:{table}"] = st.session_state.get(f"round:{table}", 0) + 1
    st.rerun()


def _problem(of: Workspace, table: str, edited: pd.DataFrame) -> str:
    try:
        team_edits.check(of, table, edited)
    except InputError as error:
        return str(error)
    return ""
