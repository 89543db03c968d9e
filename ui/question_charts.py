"""Charts of days that a question is about, against what is usual. No Streamlit here."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import altair as alt
import numpy as np
import pandas as pd

from data.clock import midnight
from forecast.closures import EPOCH
from forecast.days import day_panel, lay_out, with_opening
from forecast.questions import Question
from forecast.series import VolumeHistory
from ui.charts import GREY, INK

WEEKS_AROUND = 4
ASKED, REST = "#2171b5", "#c6dbef"
_HEIGHT = 130


def day_and_usual(history: VolumeHistory, question: Question) -> pd.DataFrame:
    """Lay a day beside the mean of the same weekday in four weeks before and after.

    Days that events explain are brought to their usual volume for the mean, or left out of it.

    Returns
    -------
    pandas.DataFrame
        A row per interval of the wall clock: ``wall`` (its start as text), ``found`` and
        ``usual`` in contacts (NaN where nothing is known or the queue is closed), and ``asked``,
        whether the question is about it.
    """
    around = timedelta(weeks=WEEKS_AROUND)
    near = _days(history, question, around, around)
    panel = day_panel(with_opening(near))
    day = question.day.toordinal() - EPOCH
    same = (panel.ordinal != day) & (panel.ordinal % 7 == day % 7)
    known = ~np.isnan(panel.volume[same])
    count = known.sum(axis=0)
    total = np.where(known, panel.volume[same], 0.0).sum(axis=0)
    usual = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    layout = lay_out(pd.DatetimeIndex(near.volume.index), near.calendar)
    found = layout.gather(near.volume.to_numpy(dtype=float), len(count))
    rows = found[layout.days == day]
    minutes = np.arange(len(count)) * near.calendar.interval_minutes
    begin = question.start.hour * 60 + question.start.minute
    end = 1440 if question.end is None else question.end.hour * 60 + question.end.minute
    return pd.DataFrame(
        {
            "wall": [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes],
            "found": rows[0] if len(rows) else np.full(len(count), np.nan),
            "usual": usual,
            "asked": (minutes >= begin) & (minutes < end),
        }
    )


def days_around(history: VolumeHistory, question: Question) -> pd.DataFrame:
    """Add the days around a new level up, four weeks before and after it began.

    Returns
    -------
    pandas.DataFrame
        A row per local day with anything known: ``day``, ``found`` in contacts, and ``asked``,
        whether the level is the new one.
    """
    around = timedelta(weeks=WEEKS_AROUND)
    near = _days(history, question, around, around)
    layout = lay_out(pd.DatetimeIndex(near.volume.index), near.calendar)
    totals = near.volume.groupby(layout.ordinal).sum(min_count=1).dropna()
    ordinals = totals.index.to_numpy()
    first, last = (each.toordinal() - EPOCH for each in (question.day, question.until))
    return pd.DataFrame(
        {
            "day": pd.to_datetime(ordinals, unit="D"),
            "found": totals.to_numpy(),
            "asked": (ordinals >= first) & (ordinals <= last),
        }
    )


def chart(history: VolumeHistory, question: Question) -> alt.LayerChart:
    """Draw what came on the days that a question is about, against what is usual."""
    if question.kind == "new level":
        return _level_chart(days_around(history, question))
    return _day_chart(day_and_usual(history, question))


def _day_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """Draw the hours in which anything came or is usual."""
    lively = rows.index[(rows["found"] > 0) | (rows["usual"] > 0)]
    rows = rows.loc[lively.min() : lively.max()] if len(lively) else rows
    ticks = [f"{hour:02d}:00" for hour in range(0, 24, 3)]
    x = alt.X("wall:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False, values=ticks))
    tooltip = [
        alt.Tooltip("wall:N", title="From"),
        alt.Tooltip("found:Q", title="Came", format=",.0f"),
        alt.Tooltip("usual:Q", title="Usual", format=",.1f"),
    ]
    base = alt.Chart(rows).encode(x=x, tooltip=tooltip)
    came = base.mark_bar().encode(
        y=alt.Y("found:Q", title="contacts", axis=alt.Axis(tickCount=4)), color=_asked()
    )
    usual = base.mark_line(color=INK, strokeDash=[4, 3], interpolate="step").encode(y="usual:Q")
    return _finish(alt.layer(came, usual))


def _level_chart(rows: pd.DataFrame) -> alt.LayerChart:
    stamped = rows.assign(label=[f"{day:%a %d %b %Y}" for day in rows["day"]])
    bars = (
        alt.Chart(stamped)
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format="%d %b", labelAngle=0, labelOverlap=True, ticks=False),
            ),
            y=alt.Y("found:Q", title="contacts a day", axis=alt.Axis(tickCount=4)),
            color=_asked(),
            tooltip=[
                alt.Tooltip("label:N", title="Day"),
                alt.Tooltip("found:Q", title="Came", format=",.0f"),
            ],
        )
    )
    return _finish(alt.layer(bars))


def _asked() -> alt.Color:
    return alt.Color(
        "asked:N", scale=alt.Scale(domain=[True, False], range=[ASKED, REST]), legend=None
    )


def _days(
    history: VolumeHistory, question: Question, before: timedelta, after: timedelta
) -> VolumeHistory:
    """Return the part of a history around the first day of a question."""
    timezone = history.calendar.timezone
    index = history.volume.index
    begin = midnight(question.day - before, timezone)
    end = midnight(question.day + after + timedelta(days=1), timezone)
    return replace(history, volume=history.volume[(index >= begin) & (index < end)])


def _finish(layers: alt.LayerChart | alt.FacetChart) -> alt.LayerChart:
    sized = layers.properties(height=_HEIGHT, width="container").configure_view(strokeWidth=0)
    return cast(alt.LayerChart, sized.configure_axis(gridColor=GREY))
