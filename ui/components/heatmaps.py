"""Heatmaps with their headings; which hours are short is also said in words."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from ui import charts
from ui.charts import Kind


def show(
    title: str,
    cells: pd.DataFrame,
    value: str,
    kind: Kind,
    unit: str,
    more: Mapping[str, str] | None = None,
    note: str = "",
) -> None:
    """Show days × hours under a heading.

    Parameters
    ----------
    title
        What the numbers are.
    cells, value, kind, unit, more
        As in `ui.charts.heatmap`.
    note
        What the reader should know, beside the heading.
    """
    heading = f"**{title}**"
    if note:
        heading += f" &nbsp; :gray[{note}]"
    st.markdown(heading)
    if cells[value].isna().all():
        st.caption("Nothing here: every hour is closed or empty.")
        return
    st.altair_chart(
        charts.heatmap(cells, value, kind, unit, more),
        key=f"heatmap:{title}",
        alt=f"{title} by day and hour. {note}",
    )
