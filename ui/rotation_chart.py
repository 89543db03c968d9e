"""The year of a rotation as a chart and as rows. No Streamlit here."""

from typing import cast

import altair as alt
import pandas as pd

from optimizer.rotation import Rotation
from ui.charts import DASHED, GREY, INK, ROLE_COLOURS
from ui.exports.cells import wall_span
from ui.rotations import MadeRotation

KINDS = {
    "turn": ("on call", ROLE_COLOURS["primary"]),
    "swap": ("on call by a swap", DASHED),
    "part_cover": ("stands in", ROLE_COLOURS["on-call"]),
    "away": ("away in a part of the week", GREY),
}
_ROW_PIXELS = 30


def week_rows(rotation: Rotation) -> pd.DataFrame:
    """Return a row per duty for the eye: week, who, when by the calendar's clock, and why."""
    several = any(duty.seat > 1 for duty in rotation.duties)
    rows = []
    for duty in rotation.duties:
        why = {"turn": "in turn", "swap": f"swap with {duty.instead_of}"}
        row = {
            "Week of": duty.week.isoformat(),
            "Called": duty.seat,
            "Rep": duty.rep_id,
            "When": wall_span(duty.start, duty.end, rotation.weeks.timezone),
            "Why": why.get(duty.kind, f"for {duty.instead_of}, who is away"),
        }
        if not several:
            del row["Called"]
        rows.append(row)
    return pd.DataFrame(rows)


def year_chart(made: MadeRotation) -> alt.LayerChart:
    """Draw a line per member and a bar per duty, over weeks in which the member is away."""
    rotation = made.rotation
    names = [load.member.rep.rep_id for load in rotation.loads]
    titles = {kind: title for kind, (title, _) in KINDS.items()}
    duties = pd.DataFrame(
        {
            "rep": [duty.rep_id for duty in rotation.duties],
            "start": [duty.start for duty in rotation.duties],
            "end": [duty.end for duty in rotation.duties],
            "kind": [titles[duty.kind] for duty in rotation.duties],
            "text": week_rows(rotation)["Why"] if rotation.duties else [],
        }
    )
    away = made.away.rename(columns={"rep_id": "rep"}).assign(kind=titles["away"], text="")
    rows = pd.concat([away, duties], ignore_index=True)
    for column in ("start", "end"):
        # Wall time labelled UTC is shown unchanged wherever the reader sits.
        local = pd.to_datetime(rows[column], utc=True).dt.tz_convert(rotation.weeks.timezone)
        rows[column] = local.dt.tz_localize(None).dt.tz_localize("UTC")
    rows["week"] = rows["start"].dt.strftime("%a %d %b %Y")
    chart = (
        alt.Chart(rows)
        .mark_bar(height=_ROW_PIXELS - 8, cornerRadius=2)
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(orient="top", format="%b %Y", domain=False, labelColor=INK),
            ),
            x2="end:T",
            y=alt.Y("rep:N", sort=names, title=None, scale=alt.Scale(domain=names),
                    axis=alt.Axis(ticks=False, domain=False, labelLimit=140)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(
                    domain=[title for title, _ in KINDS.values()],
                    range=[colour for _, colour in KINDS.values()],
                ),
                legend=alt.Legend(orient="bottom", title=None),
            ),
            tooltip=[
                alt.Tooltip("rep:N", title="Rep"),
                alt.Tooltip("week:N", title="From"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("text:N", title="Why"),
            ],
        )
    )  # fmt: skip
    sized = alt.layer(chart).properties(height=_ROW_PIXELS * len(names) + 60, width="container")
    return cast(alt.LayerChart, sized.configure_view(strokeWidth=0))
