"""What a target per day or week saves beside one per hour, and what it costs in certainty."""

import pandas as pd
import streamlit as st

from ui.plan_folder import Plan
from ui.target_lines import promise, target_figures


def show(made: Plan, queue: str) -> None:
    """Show both plans of a queue side by side; nothing where its target holds per hour."""
    told = next((each for each in made.shift_plan.targets if each.queue == queue), None)
    if told is None:
        return
    columns = st.columns(2)
    columns[0].metric(
        "Paid hours",
        f"{told.per_stretch.paid_hours:,.0f}",
        f"{-told.saving:+.1%} beside a target per hour",
        delta_color="inverse",
    )
    expected = told.per_stretch.expected
    if expected is not None:
        columns[1].metric(
            f"{told.target_per.capitalize()}s below the target",
            f"{expected.stretches_below:.0%}",
            help="On average over weeks that the forecast thinks possible, without on-call",
        )
    with st.expander(f"Saved and risked: {promise(told)}"):
        names = ["", "Per hour", f"Per {told.target_per}"]
        rows = pd.DataFrame(target_figures(told), columns=names)
        st.dataframe(rows, hide_index=True)
