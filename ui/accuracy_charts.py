"""Charts of how good forecasts were: tables in, Altair charts out. No Streamlit here."""

from typing import cast

import altair as alt
import pandas as pd

from ui.charts import GREY, INK

# Apart for colour-blind eyes too, and never the only carrier: shapes and pop-ups name the model.
COLOURS = ["#1b6ca8", "#d95f02", "#117733", "#7570b3", "#a6761d", "#e7298a", "#555555", "#66a61e"]
LEADS_SHOWN = ("day 1", "days 2-3", "days 4-7", "later")
_ROW = 26
_AXES = 56
_BY_LEAD = 260


def model_errors(board: pd.DataFrame) -> alt.LayerChart:
    """Draw each model's WAPE with its interval, against the Poisson floor.

    Parameters
    ----------
    board
        Rows of one queue of a leaderboard, best first.
    """
    names = ["model", "wape", "wape_low", "wape_high", "poisson_floor"]
    rows = board[names].copy()
    rows[names[1:]] *= 100
    y = alt.Y(
        "model:N",
        sort=list(rows["model"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelFlush=False, labelLimit=180),
    )
    title = "WAPE in %; line: 95 % interval; dashed: Poisson floor"
    x = alt.X("wape:Q", title=title, axis=alt.Axis(tickCount=8))
    base = alt.Chart(rows).encode(y=y)
    tooltip = [
        alt.Tooltip("model:N", title="Model"),
        alt.Tooltip("wape:Q", title="WAPE %", format=".1f"),
        alt.Tooltip("wape_low:Q", title="from", format=".1f"),
        alt.Tooltip("wape_high:Q", title="to", format=".1f"),
    ]
    layers = [
        base.mark_rule(color="#9ecae1", strokeWidth=5).encode(x="wape_low:Q", x2="wape_high:Q"),
        base.mark_point(filled=True, size=80, color="#08306b", opacity=1).encode(
            x=x, tooltip=tooltip
        ),
        alt.Chart(rows.head(1)).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="poisson_floor:Q"),
    ]
    return _finish(alt.layer(*layers), _ROW * len(rows) + _AXES)


def errors_by_lead(by_lead: pd.DataFrame) -> alt.LayerChart:
    """Draw the WAPE of each model as days go by, and the Poisson floor below.

    Parameters
    ----------
    by_lead
        Rows of one queue of `forecast.accuracy.accuracy_by_lead`.
    """
    rows = by_lead[["model", "leads", "wape", "poisson_floor"]].copy()
    rows[["wape", "poisson_floor"]] *= 100
    models = list(dict.fromkeys(rows["model"]))
    leads = [name for name in LEADS_SHOWN if name in set(rows["leads"])]
    x = alt.X("leads:N", sort=leads, title="ahead", axis=alt.Axis(labelAngle=0))
    y = alt.Y("wape:Q", title="WAPE in %", scale=alt.Scale(zero=True))
    scale = alt.Scale(domain=models, range=[COLOURS[n % len(COLOURS)] for n in range(len(models))])
    lines = (
        alt.Chart(rows)
        .mark_line(point=alt.OverlayMarkDef(size=60, filled=True))
        .encode(
            x=x,
            y=y,
            color=alt.Color("model:N", scale=scale, legend=alt.Legend(title=None, labelLimit=180)),
            shape=alt.Shape("model:N", legend=None, sort=models),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("leads:N", title="Ahead"),
                alt.Tooltip("wape:Q", title="WAPE %", format=".1f"),
                alt.Tooltip("poisson_floor:Q", title="Poisson floor %", format=".1f"),
            ],
        )
    )
    floor = (
        alt.Chart(rows[rows["model"] == models[0]])
        .mark_line(color=INK, strokeDash=[4, 3])
        .encode(x=x, y="poisson_floor:Q")
    )
    return _finish(alt.layer(lines, floor), _BY_LEAD)


def _finish(chart: alt.LayerChart | alt.FacetChart, height: int) -> alt.LayerChart:
    """Give a chart the width of its place and light lines."""
    sized = chart.properties(height=height, width="container").configure_view(strokeWidth=0)
    return cast(alt.LayerChart, sized.configure_axis(gridColor=GREY))
