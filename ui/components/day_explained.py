"""Why hours of a day that was planned missed their target, in sentences and as a chart."""

from datetime import date
from typing import Any

import streamlit as st

from data.conversations import Conversations
from data.files import csv_text
from ui import explained_days, explanation_charts, session
from ui.components import job_status
from ui.workspaces import Workspace

JOB = "explain"
NO_CONVERSATIONS = (
    "This takes conversations: an export of counts says nothing of who was answered in time."
)
NO_DAY = (
    "No day of a plan has come yet. Once the history reaches into a plan, each of its days is here."
)


def show(of: Workspace, queue: str) -> None:
    """Let a day be explained, and show what was found of a queue."""
    st.markdown(
        "**A day explained** &nbsp; :gray[points that volume, handling, absence, shape of the "
        "shifts and chance gave or took]"
    )
    source = session.volume(of).source
    if not isinstance(source, Conversations):
        st.caption(NO_CONVERSATIONS)
        return
    timezone = of.settings.calendar.timezone
    days = explained_days.days_that_came(of.folder / "plans", source, timezone)
    if not days:
        st.caption(NO_DAY)
        return
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    day: date = left.selectbox(
        "Day", list(days), format_func=lambda each: f"{each:%a %d %b %Y}", key="explained_day"
    )
    busy = session.jobs().running() is not None
    if right.button("Explain", disabled=busy, icon=":material/help:", width="stretch"):
        drafts, plan = session.drafts(), days[day]
        session.jobs().start(
            JOB,
            f"Explaining {day:%a %d %b}",
            lambda cancel, tell: explained_days.explain_and_keep(
                plan, day, source, drafts, cancel, tell
            ),
        )
        st.rerun()
    job_status.outcome(JOB)
    kept = session.drafts().load(explained_days.KIND, day.isoformat())
    if kept:
        _found(kept, queue, day)


def _found(kept: dict[str, Any], queue: str, day: date) -> None:
    if queue not in kept["lines"]:
        st.caption(f"Nothing was found of {queue}. {' '.join(kept['notes'])}")
        return
    rows = explained_days.kept_day(kept, queue)
    whole, *hours, basis = kept["lines"][queue]
    st.markdown(_plain(whole))
    if rows["reached"].notna().any():
        st.altair_chart(
            explanation_charts.parts_by_hour(explained_days.bars(rows)),
            key="explained_parts",
            alt=f"Points of each part by hour of {queue}; the sentences below say the same",
        )
    for line in hours:
        st.markdown(_plain(f"- {line.strip()}" if line.startswith(" ") else line))
    st.caption(_plain(" ".join([basis, *kept["notes"]])))
    st.download_button(
        "explained.csv",
        csv_text(rows),
        f"explained-{queue}-{day}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/csv:",
    )


def _plain(line: str) -> str:
    """Keep names of queues and files from being read as markup."""
    return line.replace("_", r"\_").replace("*", r"\*")
