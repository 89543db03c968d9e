"""Whether models and people made the published forecasts better, as a table."""

from typing import Any

import pandas as pd
import streamlit as st

from data.files import csv_text
from forecast.value_added import ALL_QUEUES
from ui import session
from ui.workspaces import Workspace

STEPS = {
    "naive": "Last week's values",
    "model": "Model, against last week's values",
    "published": "Published, against the model",
}
EMPTY = (
    "Nothing was published yet. A plan that is saved keeps its forecast; once its days have come, "
    "this says whether the model and your changes made it better."
)
NOT_COME = "Nothing of what was published has come yet: give a newer export on the screen History."


def show(of: Workspace) -> None:
    """Hold what was published against what came since, queue by queue and change by change."""
    st.markdown(
        "**Forecast value added** &nbsp; :gray[what was published, held against what came since]"
    )
    if not session.has_published(of):
        st.caption(EMPTY)
        return
    table = session.value_added(of)
    if table.empty:
        st.caption(NOT_COME)
        return
    st.dataframe(_shown(table), hide_index=True, column_config=_columns(), placeholder="")
    st.caption(
        "WAPE of the median over the days that have come. A step helped or hurt where that is more "
        "than luck over days; fewer than six days tell nothing."
    )
    st.download_button(
        "value_added.csv",
        csv_text(table),
        "value_added.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/csv:",
    )


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is read: steps in words, errors in per cent."""
    shown = table.copy()
    # Overrides come last in the table and belong below their queue.
    order = {queue: place for place, queue in enumerate(shown["unique_id"].unique())}
    order[ALL_QUEUES] = len(order)
    shown = shown.sort_values("unique_id", key=lambda names: names.map(order), kind="stable")
    shown["what"] = [
        f"Change {row['override_id']}, {row['kind']} ({row['who']}: {row['why']})"
        if row["step"] == "override"
        else STEPS[row["step"]]
        for _, row in shown.iterrows()
    ]
    shown[["wape_before", "wape"]] *= 100
    shown["interval"] = [
        "" if pd.isna(low) else f"{low:.2f} – {high:.2f}"
        for low, high in zip(shown["ratio_low"], shown["ratio_high"], strict=True)
    ]
    return shown[list(_columns())]


def _columns() -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "unique_id": text("Queue"),
        "what": text("Step", width="medium"),
        "verdict": text("Verdict", help="helped, hurt, tie, or too few days to tell"),
        "wape_before": number("Without it", format="%.1f %%", help="WAPE without the step"),
        "wape": number("With it", format="%.1f %%", help="WAPE with the step"),
        "ratio": number("Ratio", format="%.2f", help="With over without; below 1 is better"),
        "interval": text("95 % sure", help="Interval of the ratio over days"),
        "days": number("Days", format="%d", help="That were published and have come"),
        "volume": number("Contacts", format="%,.0f", help="That came"),
    }
