"""Around the clock: which hours of a week a small team answers live, by phone, or later."""

import streamlit as st

from ui import session
from ui.around_clock_plans import KIND, ClockBasis, kept_clock, plan_and_keep
from ui.components import clock_view, frame, job_status, queue_picker
from ui.scenario import apply_scenario, scale
from ui.workspaces import Workspace


@frame.screen("Around the clock")
def show(of: Workspace) -> None:
    """Show what every hour of the week gets, and let it be chosen anew."""
    if not session.has_history(of):
        frame.empty("There is no history yet, so nothing can be planned.", "history")
        return
    settings = apply_scenario(of.settings, session.current_scenario())
    queues = [name for name, one in settings.queues.items() if not one.is_asynchronous]
    if not queues:
        frame.empty("The settings name no chat or phone queue.", "settings")
        return
    team = session.team(of)
    if team is None or not team.reps:
        frame.empty("There is no team yet, so nobody can answer.", "team")
        return
    picked, button = st.columns([4, 1], vertical_alignment="center")
    with picked:
        queue = queue_picker.pick(sorted(queues))
    chosen = session.current_scenario()
    forecast = next((made for made in session.forecasts(of, chosen) if made.queue == queue), None)
    if forecast is None:
        st.info(f"The history has no queue {queue}.", icon=":material/info:")
        return
    needed = session.requirement(of, chosen)
    basis = ClockBasis(settings, scale(forecast, chosen), needed, team)
    job_status.outcome(KIND)
    kept = kept_clock(session.drafts(), basis)
    with button:
        _solve(basis, "Plan around the clock" if kept is None else "Plan again")
    if kept is None:
        st.info(
            "Eight people do not fill 168 hours. For every hour of the week this chooses live "
            "cover, one person on call by phone for what is urgent, or an automatic reply that "
            "says when there will be an answer.",
            icon=":material/info:",
        )
        return
    if not kept.is_fresh:
        st.warning(
            "The forecast, the settings or the team have changed since. Plan again to take it in.",
            icon=":material/update:",
        )
    clock_view.show(kept.plan)


def _solve(basis: ClockBasis, label: str) -> None:
    busy = session.jobs().running() is not None
    if st.button(label, type="primary", disabled=busy, icon=":material/play_arrow:"):
        drafts = session.drafts()
        session.jobs().start(
            KIND,
            "Planning around the clock",
            lambda cancel, tell: plan_and_keep(basis, drafts, cancel, tell),
            2 * basis.settings.solver.time_limit_seconds,
        )
        st.rerun()
