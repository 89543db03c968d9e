"""The plan of the chosen week: its draft or what was published, and how fresh it is."""

from pathlib import Path

import streamlit as st

from ui import planning, session
from ui.overrides import in_use
from ui.periods import bridge_notes
from ui.plan_folder import Plan, read_plan
from ui.workspaces import Workspace


def current(of: Workspace) -> Plan | None:
    """Return the plan of the chosen week; None when there is none yet.

    Raises
    ------
    InputError
        When its folder was damaged.
    """
    name = planning.plan_id(of, session.period(of, session.current_scenario()))
    folder = planning.plan_folder(of, name)
    return None if folder is None else _read(folder, session.stamp([folder]))


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(folder: Path, stamp: session.Stamp) -> Plan:  # noqa: ARG001 - part of the key
    return read_plan(folder)


def show_freshness(of: Workspace, made: Plan) -> None:
    """Say whether a plan is a draft, and whether it still follows from what stands now."""
    cutoff = session.period(of, session.current_scenario()).cutoff
    reasons = planning.stale_reasons(made, of, session.current_scenario(), cutoff)
    if reasons:
        st.warning(
            f"This plan was made before: {' and '.join(reasons)}. Plan again to take it in.",
            icon=":material/update:",
        )


def basis(of: Workspace) -> planning.Basis:
    """Gather what a week is planned from.

    Raises
    ------
    InputError
        When an input cannot be used.
    """
    chosen = session.current_scenario()
    period = session.period(of, chosen)
    forecasts = session.forecasts(of, chosen)
    own = tuple(
        made for made in session.model_forecasts(of, chosen) if made.queue in of.settings.queues
    )
    unnamed = [made.queue for made in forecasts if made.queue not in of.settings.queues]
    return planning.Basis(
        of=of,
        chosen=chosen,
        period=period,
        forecasts=tuple(made for made in forecasts if made.queue not in unnamed),
        requirement=session.requirement(of, chosen),
        team=session.team(of),
        own=own,
        overrides=in_use(own, session.overrides(of)),
        notes=(
            *session.volume(of).notes,
            *bridge_notes(period),
            *(f"{queue}: not planned, for the settings do not name it" for queue in unnamed),
        ),
    )


def is_ready(of: Workspace) -> str:
    """Say what is missing before a week can be planned; empty when nothing is."""
    if not session.has_history(of):
        return "There is no history yet, so nothing can be planned."
    if not of.settings.queues:
        return "The settings name no queue yet."
    return ""
