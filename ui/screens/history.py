"""History: when contacts come, what was repaired, and where a new export is given."""

import streamlit as st

from forecast.series import VolumeHistory
from ui import grids, session, sums
from ui.components import frame, heatmaps, past_questions, queue_picker, report_lines, upload
from ui.workspaces import Workspace

QUESTIONS = "Questions about the past"
TABS = "history_tab"


@frame.screen("History")
def show(of: Workspace) -> None:
    """Show a queue's weekly rhythm, questions about its past, the data report and the upload."""
    upload.announce()
    if not session.has_history(of):
        st.info("There is no history yet. Give an export to begin.", icon=":material/info:")
        upload.show(of)
        return
    picker = st.container()
    rhythm, past, report, new = st.tabs(
        ["Weekly rhythm", QUESTIONS, "Data report", "New export"], key=TABS, on_change="rerun"
    )
    with new:
        upload.show(of)
    read = session.volume(of)
    histories = {history.queue: history for history in read.histories}
    with picker:
        queue = queue_picker.pick(sorted(histories))
    with rhythm:
        _rhythm(histories[queue])
    with past:
        # The past is looked at when somebody wants to know: that takes longer than the rest.
        if past.open:
            past_questions.show(of, histories[queue])
    with report:
        report_lines.show(read.report)


def _rhythm(history: VolumeHistory) -> None:
    timezone = history.calendar.timezone
    found = sums.history_sums(history)
    columns = st.columns(4)
    growth = None if found.growth is None else f"{100 * found.growth:+.1f} %"
    columns[0].metric(
        f"Last {sums.RECENT_WEEKS} weeks",
        f"{found.recent:,.0f} contacts",
        growth,
        delta_color="off",
        help=f"Against the {sums.RECENT_WEEKS} weeks before",
    )
    columns[1].metric("From", sums.moment(found.first, timezone, "%d %b %Y"))
    columns[2].metric("Until", sums.moment(found.cutoff, timezone, "%d %b %Y %H:%M"))
    columns[3].metric("Not known", f"{found.unknown:,} intervals")
    profile = grids.weekly_profile(history, grids.PROFILE_WEEKS)
    heatmaps.show(
        "Contacts per hour",
        profile,
        "volume",
        "volume",
        "contacts/hour",
        note=f"mean of the last {grids.PROFILE_WEEKS} weeks, {timezone}; grey = closed",
    )
    spots = grids.hot_spots(profile, timezone)
    if spots:
        st.markdown("**Hot spots** &nbsp; " + " &nbsp;·&nbsp; ".join(spots))
