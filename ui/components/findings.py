"""What the audit found in a roster, and which shifts nobody works."""

import pandas as pd
import streamlit as st

from optimizer.burn_out import STRAIN
from optimizer.roster import Roster
from ui import roster_grids


def show(roster: Roster) -> None:
    """List broken rules first, then shortfalls and shifts without people."""
    broken = [one for one in roster.findings if one.severity == "violation"]
    soft = [one for one in roster.findings if one.severity == "soft"]
    short = [one for one in roster.findings if one.severity == "shortfall"]
    worn = [one for one in roster.findings if one.severity == STRAIN]
    if not broken:
        st.success(
            "No labour rule is broken: skills, absences, availability, rest, days, nights, "
            "weekends and hours were all checked again without the solver.",
            icon=":material/verified:",
        )
    for title, found in (
        ("Broken rules", broken),
        ("Broken at a price", soft),
        ("Shortfalls", short),
        ("Strain", worn),
    ):
        if found:
            st.markdown(f"**{title}**")
            st.dataframe(
                pd.DataFrame(
                    [(one.rule.replace("_", " "), one.where, one.sentence) for one in found],
                    columns=["Rule", "Where", "What"],
                ),
                hide_index=True,
                column_config={"What": st.column_config.TextColumn(width="large")},
            )
    if roster.unfilled:
        st.markdown("**Shifts that lack people**")
        st.dataframe(roster_grids.staffed_rows(roster.unfilled, roster.timezone), hide_index=True)
