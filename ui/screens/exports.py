"""Exports: the roster as files for people, and the plan folder for git."""

import streamlit as st

from ui import planning, session
from ui.components import coverage_view, downloads, frame, plan_state
from ui.workspaces import Workspace, plan_path


@frame.screen("Exports")
def show(of: Workspace) -> None:
    """Offer the week's files, and write the plan folder."""
    missing = plan_state.is_ready(of)
    if missing:
        frame.empty(missing, "history", "settings")
        return
    made = plan_state.current(of)
    if made is None:
        frame.empty("This week has no plan yet, so there is nothing to export.", "shift-plan")
        return
    coverage_view.metrics(made)
    plan_state.show_freshness(of, made)
    if made.roster is None:
        st.info("Nobody is named yet: the files show shifts.", icon=":material/info:")
    downloads.show(made)
    st.markdown("**Plan folder**")
    folder = plan_path(of, made)
    place = folder.relative_to(of.folder)
    if planning.is_draft(of, made.plan_id):
        st.markdown(f"This week is a draft. Saving writes it with its exports to `{place}`.")
        if st.button("Save the plan", type="primary", icon=":material/save:"):
            planning.publish(of, made)
            st.session_state["published"] = f"Saved to {folder}."
            st.rerun()
    else:
        sentence = st.session_state.pop("published", f"Saved in {folder}.")
        st.success(sentence, icon=":material/check_circle:")
    if session.jobs().running() is not None:
        st.caption("A plan is being made in the background; its files follow.")
