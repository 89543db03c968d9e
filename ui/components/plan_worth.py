"""What on-call is worth: plans of the week side by side, weighed in the background."""

import streamlit as st

from data.files import csv_text
from optimizer.plan_value import PlanValue
from ui import planning, session, weighing
from ui.components import job_status
from ui.plan_folder import Plan
from ui.workspaces import Workspace

JOB = "worth"


def show(of: Workspace, made: Plan) -> None:
    """Let a plan be weighed, and show what was found of it."""
    with st.expander("What on-call is worth", icon=":material/balance:"):
        st.caption(
            "This plan, others of the same forecast and perfect foresight, on weeks that the "
            "forecast thinks possible and that none of them was made with."
        )
        folder = planning.plan_folder(of, made.plan_id)
        busy = session.jobs().running() is not None
        clicked = st.button("Weigh", key="weigh", disabled=busy, icon=":material/balance:")
        if clicked and folder is not None:
            drafts = session.drafts()
            session.jobs().start(
                JOB,
                "Weighing plans",
                lambda cancel, tell: weighing.weigh_and_keep(folder, drafts, cancel, tell),
            )
            st.rerun()
        job_status.outcome(JOB)
        value = weighing.kept_value(session.drafts(), made)
        if value is not None:
            _found(value, made)


def _found(value: PlanValue, made: Plan) -> None:
    st.dataframe(weighing.shown_table(value), hide_index=True)
    st.markdown("\n".join(f"- {line}" for line in weighing.value_lines(value)).replace("_", r"\_"))
    st.download_button(
        "value.csv",
        csv_text(value.table.round(6)),
        f"value-{made.plan_id}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/csv:",
    )
