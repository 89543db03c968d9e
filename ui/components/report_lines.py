"""What was found in the data, and every repair."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data.repairs import Repair
from forecast.history import HistoryReport


def show(report: HistoryReport) -> None:
    """Show the report on a source: its extent, its queues, its repairs."""
    first = min(queue.first for queue in report.queues)
    last = max(queue.cutoff for queue in report.queues)
    st.markdown(
        f"**{report.rows:,} rows**, {first} to {last}, counted by {report.interval_minutes} "
        f"minutes in {report.timezone}."
    )
    queues = pd.DataFrame(
        [(queue.queue, queue.total, queue.intervals, queue.unknown) for queue in report.queues],
        columns=["Queue", "Contacts", "Intervals", "Not known"],
    )
    st.dataframe(queues, hide_index=True)
    repairs(report.repairs)


def repairs(found: Sequence[Repair]) -> None:
    """List repairs, or say that there were none."""
    if not found:
        st.caption("Nothing had to be repaired.")
        return
    table = pd.DataFrame(
        [(repair.kind, repair.count, repair.sentence) for repair in found],
        columns=["Repair", "Count", "What was found and done"],
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "Repair": st.column_config.TextColumn(width="small"),
            "Count": st.column_config.NumberColumn(width="small"),
            "What was found and done": st.column_config.TextColumn(width="large"),
        },
    )
