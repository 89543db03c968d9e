"""Which single shifts of a plan are worth changing, by what stands now."""

from typing import Any

import pandas as pd
import streamlit as st

from data.files import csv_text
from optimizer.requirement import Requirement
from optimizer.suggestion_files import sentence, suggestions_table
from ui import session, workflow
from ui.plan_folder import Plan
from ui.scenario import apply_scenario
from ui.suggesting import names_of, suggest_changes
from ui.workspaces import Workspace

MOST = 8


def show(of: Workspace, made: Plan) -> None:
    """Let the changes of single shifts be listed that save most."""
    with st.expander("Suggestions", icon=":material/tips_and_updates:"):
        st.caption(
            "Shifts to add, drop, move, lengthen, shorten or put into the other role, by the "
            "forecast, settings and sliders as they stand now. Each can be done alone."
        )
        if st.toggle("Look for changes that save", key="suggestions_wanted"):
            _found(of, made)


def _found(of: Workspace, made: Plan) -> None:
    chosen = session.current_scenario()
    settings = apply_scenario(of.settings, chosen)
    requirement = _distributed(of)
    if not _of_the_same_hours(made, requirement):
        st.caption("The plan has other queues or hours than stand now. Plan again.")
        return
    found = suggest_changes(made, settings, requirement, session.team(of), MOST)
    name = names_of(made)
    st.markdown(found.headline(named=made.roster is not None))
    if found.unmanned is not None:
        best = sentence(found.unmanned, name, made.timezone)
        st.caption(_plain(f"Nobody can work what would save most: {best}"))
    if not found.suggestions:
        return
    lines = [f"- {sentence(one, name, made.timezone)}" for one in found.suggestions]
    st.markdown(_plain("\n".join(lines)))
    if made.roster is not None:
        st.caption("Only what somebody of the roster can work is listed.")
    st.download_button(
        "suggestions.csv",
        csv_text(suggestions_table(found.suggestions, name, made.timezone)),
        f"suggestions-{made.plan_id}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/csv:",
    )


def _plain(text: str) -> str:
    """Keep names of queues and people from being read as markup."""
    return text.replace("_", r"\_").replace("*", r"\*")


def _of_the_same_hours(made: Plan, requirement: Requirement) -> bool:
    keys = ["queue", "interval_start"]
    return made.requirement.table[keys].equals(requirement.table[keys])


def _distributed(of: Workspace) -> Requirement:
    """Return what is called for now, with its distributions."""
    chosen = session.current_scenario()
    settings = apply_scenario(of.settings, chosen)
    forecasts = tuple(
        each for each in session.forecasts(of, chosen) if each.queue in settings.queues
    )
    key = (
        *(int(pd.util.hash_pandas_object(each.table).sum()) for each in forecasts),
        repr((chosen.factors, settings.queues, settings.on_call.guard)),
    )
    return _kept(session.requirement(of, chosen), forecasts, settings, chosen.factors, key)


@st.cache_resource(max_entries=4, show_spinner="Valuing every change …")
def _kept(
    _requirement: Requirement,
    _forecasts: Any,
    _settings: Any,
    _factors: Any,
    key: tuple[object, ...],  # noqa: ARG001 - the key
) -> Requirement:
    return workflow.distributed(_requirement, _forecasts, _settings, _factors)
