"""Charts: tables in, Altair charts or styled tables out. No Streamlit here.

Colours are safe for colour-blind eyes (red–blue), never the only carrier: every cell of a heatmap
has its number, a net has its sign, and closed hours are grey.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import altair as alt
import numpy as np
import pandas as pd

from data.clock import zone
from forecast.series import VolumeForecast, VolumeHistory, quantile_column

Kind = Literal["volume", "primary", "on_call", "net", "chance"]

GREY = "#e3e5e8"
INK = "#1f2933"
DASHED = "#d95f02"
ROLE_COLOURS = {"primary": "#2166ac", "on-call": "#92c5de"}
# From ColorBrewer's RdBu and Blues: the ends of the diverging scale are the ends of the others.
SCALES: dict[Kind, list[str]] = {
    "volume": ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"],
    "primary": ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"],
    "on_call": ["#fcfbfd", "#dadaeb", "#9e9ac8", "#6a51a3", "#3f007d"],
    "chance": ["#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"],
    "net": ["#b2182b", "#ef8a62", "#fddbc7", "#f7f7f7", "#d1e5f0", "#67a9cf", "#2166ac"],
}
# A net of one rep is to look mild however calm the week is.
NET_SPAN = 3.0
# Nor is a single rep to look like a crowd.
REPS_SPAN = 4.0
# Nor a chance of one in eight like a certainty, per cent.
CHANCE_SPAN = 50.0
_ROW_HEIGHT = 27
_AXIS_HEIGHT = 24
_PLAIN_AXIS: dict[str, Any] = {
    "ticks": False,
    "domain": False,
    "labelFlush": False,
    "labelPadding": 5,
}


def heatmap(
    cells: pd.DataFrame,
    value: str,
    kind: Kind,
    unit: str,
    more: Mapping[str, str] | None = None,
) -> alt.LayerChart:
    """Draw days × hours with a number in every open cell.

    Parameters
    ----------
    cells
        A row per cell: ``day``, ``hour`` and `value`; NaN for closed or unknown.
    value
        The column that is coloured and written.
    kind
        Which colours, and whether numbers carry a sign.
    unit
        What the number counts, for the pop-up.
    more
        Further columns for the pop-up and what they are called.
    """
    rows = cells.copy()
    numbers = rows[value].to_numpy(dtype=float)
    low, high = _domain(numbers, kind)
    rows["text"] = cell_texts(numbers, kind)
    rows["ink"] = _inks(numbers, low, high, kind)
    rows["note"] = [text or "closed" for text in rows["text"]]
    days = list(dict.fromkeys(rows["day"]))
    hours = sorted(set(rows["hour"]))
    base = alt.Chart(rows).encode(
        x=alt.X(
            "hour:O",
            sort=hours,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, **_PLAIN_AXIS),
        ),
        y=alt.Y("day:O", sort=days, title=None, axis=alt.Axis(**_PLAIN_AXIS)),
        tooltip=[
            alt.Tooltip("day:N", title="Day"),
            alt.Tooltip("hour:N", title="Hour"),
            alt.Tooltip("note:N", title=unit),
            *(alt.Tooltip(f"{name}:Q", title=title) for name, title in (more or {}).items()),
        ],
    )
    colour = alt.Color(
        f"{value}:Q",
        scale=alt.Scale(domain=[low, high], range=SCALES[kind], clamp=True, interpolate="rgb"),
        legend=None,
    )
    closed = base.mark_rect(stroke="white", strokeWidth=1, color=GREY)
    tiles = base.mark_rect(stroke="white", strokeWidth=1).encode(color=colour)
    texts = base.mark_text(fontSize=12, baseline="middle").encode(
        text="text:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    # The tiles' scale and the figures' literal colours cannot be merged.
    layers = alt.layer(closed, tiles, texts).resolve_scale(color="independent")
    return _finish(layers, height=_ROW_HEIGHT * len(days) + _AXIS_HEIGHT)


def cell_texts(numbers: np.ndarray, kind: Kind) -> list[str]:
    """Write the numbers of a heatmap: a net with its sign, small volumes with a decimal.

    Examples
    --------
    >>> cell_texts(np.array([2.0, -1.0, 0.0, np.nan]), "net")
    ['+2', '−1', '0', '']
    >>> cell_texts(np.array([0.4, 3.26]), "volume"), cell_texts(np.array([4.0, 31.2]), "volume")
    (['0.4', '3.3'], ['4', '31'])
    """
    known = numbers[~np.isnan(numbers)]
    digits = 1 if kind == "volume" and known.size and known.max() < 10 else 0
    texts = []
    for number in numbers:
        if np.isnan(number):
            texts.append("")
            continue
        text = f"{abs(number):.{digits}f}"
        sign = ""
        if kind == "net" and round(number) != 0:
            sign = "+" if number > 0 else "−"
        texts.append(sign + text)
    return texts


def _domain(numbers: np.ndarray, kind: Kind) -> tuple[float, float]:
    known = numbers[~np.isnan(numbers)]
    largest = float(np.abs(known).max()) if known.size else 0.0
    if kind == "net":
        span = max(largest, NET_SPAN)
        return -span, span
    return 0.0, max(largest, {"volume": 1.0, "chance": CHANCE_SPAN}.get(kind, REPS_SPAN))


def _inks(numbers: np.ndarray, low: float, high: float, kind: Kind) -> list[str]:
    """Choose dark or light figures by how dark the cell is."""
    filled = np.nan_to_num((numbers - low) / (high - low), nan=0.0)
    dark = np.abs(filled - 0.5) > 0.36 if kind == "net" else filled > 0.55
    return ["white" if is_dark else INK for is_dark in dark]


def fan(
    forecast: VolumeForecast,
    history: VolumeHistory | None = None,
    days: int = 7,
    without: VolumeForecast | None = None,
) -> alt.LayerChart:
    """Draw a forecast's median in its 50 % and 90 % bands, after the last days of history.

    Parameters
    ----------
    forecast
        Of one queue; with the quantiles 5, 25, 50, 75 and 95 %.
    history
        What is known before it; left out when None.
    days
        How much of the history is drawn.
    without
        The forecast without what people changed, whose median is dashed; None when nobody did.
    """
    timezone = forecast.calendar.timezone
    quantiles = [quantile_column(level) for level in (0.05, 0.25, 0.5, 0.75, 0.95)]
    ahead = forecast.table[quantiles].assign(when=_wall(forecast.table.index, timezone))
    x = alt.X(
        "when:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%a %d %b", tickCount="day", grid=True, labelOverlap=True),
    )
    bands = alt.Chart(ahead.assign(label=_labels(forecast.table.index, timezone))).encode(x=x)
    title = f"contacts per {forecast.calendar.interval_minutes} min"
    layers: list[alt.Chart] = [
        bands.mark_area(color="#9ecae1", opacity=0.45, interpolate="monotone").encode(
            y=alt.Y("q05:Q", title=title), y2="q95:Q"
        ),
        bands.mark_area(color="#4292c6", opacity=0.45, interpolate="monotone").encode(
            y="q25:Q", y2="q75:Q"
        ),
        bands.mark_line(color="#08306b", strokeWidth=1.8, interpolate="monotone").encode(
            y="q50:Q",
            tooltip=[
                alt.Tooltip("label:N", title="Interval"),
                *(
                    alt.Tooltip(f"{name}:Q", title=f"{int(name[1:])} % quantile", format=".1f")
                    for name in quantiles
                ),
            ],
        ),
    ]
    if without is not None:
        rows = _changed_medians(forecast, without)
        layers.append(
            alt.Chart(rows)
            .mark_line(color=DASHED, strokeWidth=1.6, strokeDash=[5, 3], interpolate="monotone")
            .encode(x=x, y=alt.Y("q50:Q", title=title))
        )
    if history is not None:
        since = forecast.cutoff - pd.Timedelta(days=days)
        past = history.volume[(history.volume.index >= since)]
        rows = pd.DataFrame(
            {"when": _wall(past.index, timezone), "volume": past.to_numpy(dtype=float)}
        )
        layers.insert(
            0,
            alt.Chart(rows)
            .mark_line(color="#7b8794", strokeWidth=1.2)
            .encode(x=x, y=alt.Y("volume:Q", title=title)),
        )
    return _finish(alt.layer(*layers), height=330)


def _changed_medians(forecast: VolumeForecast, without: VolumeForecast) -> pd.DataFrame:
    """Return `without`'s medians where they are others, and one interval around; NaN elsewhere."""
    middle = without.table["q50"].to_numpy(dtype=float)
    differs = ~np.isclose(middle, forecast.table["q50"].to_numpy(dtype=float))
    near = np.convolve(differs, np.ones(3), mode="same") > 0
    when = _wall(without.table.index, without.calendar.timezone)
    return pd.DataFrame({"when": when, "q50": np.where(near, middle, np.nan)})


def gantt(
    rows: pd.DataFrame, names: Sequence[str], start: pd.Timestamp, end: pd.Timestamp
) -> alt.LayerChart:
    """Draw a roster: a line per rep, a bar per shift.

    Parameters
    ----------
    rows
        From `ui.roster_grids.gantt_rows`.
    names
        Every rep in the order of the team, those without a shift too.
    start, end
        The period, as wall time that is labelled UTC like the bars.
    """
    span = alt.Scale(type="utc", domain=[instant.isoformat() for instant in (start, end)])
    days = pd.date_range(start, end, freq="D", inclusive="left")
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "rep:N",
            sort=list(names),
            title=None,
            scale=alt.Scale(domain=list(names)),
            axis=alt.Axis(**_PLAIN_AXIS, labelLimit=140, labelOverlap=False),
        )
    )
    bars = base.mark_bar(height=17, cornerRadius=3).encode(
        x=alt.X(
            "start:T",
            title=None,
            scale=span,
            axis=alt.Axis(
                orient="top",
                format="%a %d %b",
                values=[day.isoformat() for day in days],
                labelAlign="left",
                labelFlush=False,
                domain=False,
                grid=True,
            ),
        ),
        x2="end:T",
        color=alt.Color(
            "role:N",
            scale=alt.Scale(domain=list(ROLE_COLOURS), range=list(ROLE_COLOURS.values())),
            legend=alt.Legend(orient="bottom", title=None),
        ),
        tooltip=[
            alt.Tooltip("rep:N", title="Rep"),
            alt.Tooltip("text:N", title="Shift"),
            alt.Tooltip("role:N", title="Role"),
            alt.Tooltip("queue:N", title="Queue"),
            alt.Tooltip("reason:N", title="Why"),
        ],
    )
    labels = base.mark_text(align="left", dx=4, fontSize=10, clip=True).encode(
        x=alt.X("start:T", scale=span),
        text="short:N",
        color=alt.condition("datum.role == 'primary'", alt.value("white"), alt.value(INK)),
    )
    return _finish(alt.layer(bars, labels), height=25 * max(len(names), 1) + 60)


def style_roster(grid: pd.DataFrame) -> "pd.io.formats.style.Styler":
    """Colour the cells of a roster grid by role."""

    def paint(cell: object) -> str:
        text = str(cell)
        if text.endswith("P"):
            return f"background-color: {ROLE_COLOURS['primary']}; color: white"
        if text.endswith("C"):
            return f"background-color: {ROLE_COLOURS['on-call']}; color: {INK}"
        return ""

    sums = grid.columns[-2:]
    days = grid.columns.difference(sums, sort=False)
    return grid.style.map(paint, subset=days).format("{:.0f}", subset=sums)


def _wall(index: pd.Index, timezone: str) -> pd.DatetimeIndex:
    """Return wall time labelled UTC, which a chart shows unchanged wherever its reader sits."""
    local = pd.DatetimeIndex(index).tz_convert(zone(timezone))
    return local.tz_localize(None).tz_localize("UTC")


def _labels(index: pd.Index, timezone: str) -> list[str]:
    local = pd.DatetimeIndex(index).tz_convert(zone(timezone))
    return [f"{instant:%a %d %b %H:%M}" for instant in local]


def _finish(chart: alt.LayerChart | alt.FacetChart, height: int) -> alt.LayerChart:
    """Give a chart the width of its place and no frame."""
    sized = chart.properties(height=height, width="container").configure_view(strokeWidth=0)
    return cast(alt.LayerChart, sized)
