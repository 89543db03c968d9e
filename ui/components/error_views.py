"""Where the errors of forecasts lie, what they cost, and their tables as files."""

from typing import Any

import pandas as pd
import streamlit as st

from data.files import csv_text
from data.week import DAYS
from ui import accuracy_charts, scoring
from ui.components import heatmaps

VALUES = {"WAPE": "wape", "Share of all errors": "share_of_error"}


def by_lead(kept: dict[str, Any]) -> None:
    """Show how errors grow with the days ahead."""
    st.markdown("**By days ahead** &nbsp; :gray[dashed: Poisson floor]")
    st.altair_chart(
        accuracy_charts.errors_by_lead(scoring.kept_table(kept, "by_lead")),
        key="errors_by_lead",
        alt="WAPE of each model by days ahead, above the Poisson floor",
    )


def by_hour_of_week(kept: dict[str, Any]) -> None:
    """Show in which hours of the week a model is off."""
    table = scoring.kept_table(kept, "by_hour_of_week")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    models = list(scoring.kept_table(kept, "leaderboard")["model"])
    model = left.selectbox("Errors of", models, key="hours_of_model")
    shown = right.segmented_control(
        "Value", list(VALUES), default="WAPE", required=True, key="hours_value"
    )
    value = VALUES[str(shown or "WAPE")]
    cells = table[table["model"] == model]
    heatmaps.show(
        f"{shown} of {model} by hour of the week",
        _week(cells, value),
        "percent",
        "volume",
        "per cent",
        {"floor": "Poisson floor, %"},
        "in per cent; grey = nothing came",
    )


def cost(kept: dict[str, Any]) -> None:
    """Show what errors cost when each forecast is staffed and reality comes."""
    table = scoring.kept_table(kept, "cost")
    st.markdown(
        "**What the errors cost** &nbsp; :gray[a week, when each forecast's requirement is staffed]"
    )
    if table.empty:
        st.caption("Not priced: the settings do not say yet what this queue's contacts ask for.")
        return
    table["wape"] *= 100
    table[["cost", "cost_with_on_call"]] = table[["cost", "cost_with_on_call"]].round(1)
    st.dataframe(table[list(_columns())], hide_index=True, column_config=_columns())
    st.caption(
        f"What came called for {table['needed_hours'].iloc[0]:,.0f} rep-hours on duty a week. "
        "Missing hours are priced at the understaffing price, spare ones at the wage of an hour on "
        "duty; on-call hours at the standby price, and at the wage when called in."
    )


def downloads(kept: dict[str, Any], queue: str) -> None:
    """Offer the tables as CSV."""
    tables = {name: scoring.kept_table(kept, name) for name in scoring.TABLES}
    with st.container(horizontal=True):
        for name, table in tables.items():
            if not table.empty:
                st.download_button(
                    f"{name}.csv",
                    csv_text(table),
                    f"{queue}-{name}.csv",
                    "text/csv",
                    on_click="ignore",
                    icon=":material/csv:",
                )


def _week(cells: pd.DataFrame, value: str) -> pd.DataFrame:
    """Lay hours out as days × hours, in per cent."""
    laid = cells.assign(
        day=pd.Categorical(cells["weekday"], DAYS),
        hour=[f"{int(hour):02d}" for hour in cells["hour"]],
        percent=100 * cells[value],
        floor=(100 * cells["poisson_floor"]).round(1),
    ).sort_values(["day", "hour"])
    return laid.astype({"day": "str"})[["day", "hour", "percent", "floor"]]


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    hours, money = "%.1f h", "localized"
    return {
        "model": st.column_config.TextColumn("Model"),
        "wape": number("WAPE", format="%.1f %%"),
        "understaffed_hours": number("Missing", format=hours, help="Rep-hours, primary alone"),
        "overstaffed_hours": number("To spare", format=hours, help="Rep-hours, primary alone"),
        "cost": number("Cost", format=money, help="Of both, primary alone"),
        "standby_hours": number("On call", format=hours, help="Rep-hours on standby"),
        "called_in_hours": number("Called in", format=hours, help="Of them"),
        "understaffed_with_on_call": number("Still missing", format=hours),
        "cost_with_on_call": number("Cost with on-call", format=money),
    }
