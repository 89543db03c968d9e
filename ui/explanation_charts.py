"""A chart of what hours gained and lost: tables in, Altair charts out. No Streamlit here."""

from typing import cast

import altair as alt
import pandas as pd

from optimizer.explanation import PARTS
from ui.charts import GREY, INK

# Apart for colour-blind eyes; chance is grey, for nobody is to blame for it.
COLOURS = ["#1b6ca8", "#d95f02", "#117733", "#7570b3", "#a0a4ab"]
_HEIGHT = 260


def parts_by_hour(bars: pd.DataFrame) -> alt.LayerChart:
    """Draw the points that each part gave or took, hour by hour.

    Parameters
    ----------
    bars
        As `ui.explained_days.bars` returns them.
    """
    scale = alt.Scale(domain=list(PARTS), range=COLOURS)
    # By the instant: on the day on which clocks go back an hour comes twice.
    order = list(dict.fromkeys(bars["ds"]))
    labels = "slice(datum.label, 11, 16)"
    chart = (
        alt.Chart(bars)
        .mark_bar()
        .encode(
            x=alt.X("ds:N", sort=order, title=None, axis=alt.Axis(labelExpr=labels, labelAngle=0)),
            y=alt.Y("points:Q", title="points from promised to reached", stack="zero"),
            color=alt.Color("part:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
            tooltip=[
                alt.Tooltip("hour:N", title="From"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("points:Q", title="Points", format="+.1f"),
                alt.Tooltip("promised:Q", title="Promised %", format=".0f"),
                alt.Tooltip("reached:Q", title="Reached %", format=".0f"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=INK).encode(y="zero:Q")
    layers = alt.layer(chart, zero).properties(height=_HEIGHT, width="container")
    styled = layers.configure_view(strokeWidth=0).configure_axis(gridColor=GREY)
    return cast(alt.LayerChart, styled)
