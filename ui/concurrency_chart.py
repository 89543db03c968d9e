"""The chart of reps by conversations at once: a table in, a chart out. No Streamlit here."""

from typing import cast

import altair as alt
import pandas as pd

from ui.charts import DASHED, GREY, INK

_NAMES = {"pick_up": "for pick-up", "first_reply": "for the first reply"}
_COLOURS = {"for pick-up": "#92c5de", "for the first reply": "#08306b"}
_HEIGHT = 300


def reps_by_concurrency(
    curve: pd.DataFrame, clock: str, recommended: int | None, stated: int
) -> alt.LayerChart:
    """Draw the reps that keep the promise, for pick-up and for the first reply.

    Parameters
    ----------
    curve
        ``concurrency, pick_up, first_reply``; a clock without numbers has no line.
    clock
        Which of them the promise counts: its numbers are written.
    recommended
        The conversations at once that are ringed; None for none.
    stated
        Those that are set, at the dashed line.
    """
    rows = curve.melt("concurrency", list(_NAMES), "clock", "reps").dropna()
    rows["line"] = rows["clock"].map(_NAMES)
    counts = curve["concurrency"].tolist()
    axis = alt.Axis(labelAngle=0, ticks=False)
    x = alt.X("concurrency:O", sort=counts, title="conversations at once, per rep", axis=axis)
    y = alt.Y("reps:Q", title="reps on duty", scale=alt.Scale(zero=True))
    base = alt.Chart(rows).encode(x=x, y=y)
    scale = alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    lines = base.mark_line(point=alt.OverlayMarkDef(size=55, filled=True), strokeWidth=2).encode(
        color=alt.Color("line:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
        shape=alt.Shape("line:N", legend=None, sort=list(_COLOURS)),
        tooltip=[
            alt.Tooltip("concurrency:O", title="At once"),
            alt.Tooltip("line:N", title="Reps"),
            alt.Tooltip("reps:Q", title="On duty", format=".0f"),
        ],
    )
    set_at = alt.Chart(pd.DataFrame({"concurrency": [stated], "text": ["set"]})).encode(x=x)
    promised = alt.Chart(rows[rows["clock"] == clock]).encode(x=x, y=y)
    layers = [
        set_at.mark_rule(color=DASHED, strokeDash=[5, 3], strokeWidth=1.6),
        set_at.mark_text(color=DASHED, align="left", dx=4, baseline="top").encode(
            y=alt.value(2), text="text:N"
        ),
        lines,
        promised.mark_text(align="left", dx=7, dy=-10, color=INK, fontSize=12).encode(
            text=alt.Text("reps:Q", format=".0f")
        ),
        promised.transform_filter(alt.datum.concurrency == (recommended or 0)).mark_point(
            size=230, color=INK, strokeWidth=2
        ),
    ]
    chart = alt.layer(*layers).properties(height=_HEIGHT, width="container")
    finished = chart.configure_view(strokeWidth=0).configure_axis(gridColor=GREY)
    return cast(alt.LayerChart, finished)
