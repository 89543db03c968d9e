"""What every hour gets, as a map. No Streamlit here."""

from typing import Any

import altair as alt
import pandas as pd

from data.clock import zone
from optimizer.around_clock import TIERS, AroundClock
from ui.around_clock_lines import NAMES
from ui.charts import GREY, INK

COLOURS = {"live": "#9ecae1", "phone": "#fee391", "auto": GREY}
_PLAIN_AXIS: dict[str, Any] = {"ticks": False, "domain": False, "labelFlush": False}
_ROW_PIXELS = 27
_AXIS_PIXELS = 60


def tier_cells(plan: AroundClock) -> pd.DataFrame:
    """Return a row per day and hour: what it gets, at least.

    Returns
    -------
    pandas.DataFrame
        ``day`` and ``hour`` as text by the calendar's clock; ``tier``, the least of the hour's
        intervals; ``mark``, reps at work or a letter; ``volume``, contacts to expect; and
        ``waits``, how many of them are told to wait.
    """
    local = pd.DatetimeIndex(plan.table["interval_start"]).tz_convert(zone(plan.timezone))
    rows = plan.table.assign(
        day=local.strftime("%a %d"), hour=local.hour, rank=plan.table["tier"].map(TIERS.index)
    )
    cells = rows.groupby(["day", "hour"], sort=False, as_index=False).agg(
        rank=("rank", "max"),
        reps=("reps", "min"),
        volume=("volume", "sum"),
        waits=("told_to_wait", "sum"),
    )
    tiers = [TIERS[rank] for rank in cells["rank"]]
    letters = {"phone": "P", "auto": "·"}
    cells["tier"] = [NAMES[tier] for tier in tiers]
    cells["mark"] = [
        letters.get(tier, str(reps)) for tier, reps in zip(tiers, cells["reps"], strict=True)
    ]
    return cells.drop(columns="rank")


def tier_chart(plan: AroundClock) -> alt.LayerChart:
    """Draw days × hours in the colour of what they get, with the reps at work or a letter."""
    cells = tier_cells(plan)
    base = alt.Chart(cells).encode(
        x=alt.X(
            "hour:O",
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, **_PLAIN_AXIS),
        ),
        y=alt.Y(
            "day:O",
            sort=list(dict.fromkeys(cells["day"])),
            title=None,
            axis=alt.Axis(**_PLAIN_AXIS),
        ),
        tooltip=[
            alt.Tooltip("day:N", title="Day"),
            alt.Tooltip("hour:O", title="Hour"),
            alt.Tooltip("tier:N", title="Gets"),
            alt.Tooltip("reps:Q", title="Reps at work"),
            alt.Tooltip("volume:Q", title="Contacts", format=".1f"),
            alt.Tooltip("waits:Q", title="told to wait", format=".1f"),
        ],
    )
    tiles = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color(
            "tier:N",
            scale=alt.Scale(
                domain=[NAMES[tier] for tier in TIERS], range=[COLOURS[tier] for tier in TIERS]
            ),
            legend=alt.Legend(title=None, orient="bottom"),
        )
    )
    marks = base.mark_text(fontSize=12, baseline="middle", color=INK).encode(text="mark:N")
    sized = alt.layer(tiles, marks).properties(
        height=_ROW_PIXELS * cells["day"].nunique() + _AXIS_PIXELS, width="container"
    )
    drawn: alt.LayerChart = sized.configure_view(strokeWidth=0)
    return drawn
