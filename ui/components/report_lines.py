"""What was found in the data, and every repair."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from data.repairs import Repair
from forecast.history_report import HistoryReport


def show(report: HistoryReport) -> None:
    """Show the report on a source: its extent, its queues, its repairs."""
    first = min(queue.first for queue in report.queues)
    last = max(queue.cutoff for queue in report.queues)
    st.markdown(
        f"**{report.rows:,} rows** from {_day(first)} to {_day(last)}, counted by "
        f"{report.interval_minutes} minutes in {report.timezone}."
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
    st.markdown("**Repairs**")
    st.markdown(
        "\n".join(f"- {repair.kind} ({repair.count:,}): {repair.sentence}" for repair in found)
    )


def _day(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d %b %Y %H:%M}"
