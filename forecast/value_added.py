r"""Forecast value added: whether model and people made the published forecast better.

Every step from the yardstick (a week ago) over the model to what was published with overrides is
held against what came, and so is every single override against the forecast that would have been
published without it (Gilliland 2010, The Business Forecasting Deal). A step is told to help or to
hurt only where the difference is more than luck: days are drawn again as `forecast.ties` does, and
below six days nothing is told.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.clock import local_days
from forecast.days import Floats
from forecast.models import YARDSTICK
from forecast.overrides import Override, apply_overrides
from forecast.predict import forecast_volume
from forecast.series import VolumeForecast, VolumeHistory
from forecast.snapshots import Snapshot
from forecast.ties import Errors, draw

ALL_QUEUES = "all queues"
HELPED, HURT, TIE, UNCERTAIN = "helped", "hurt", "tie", "too few days to tell"
STEPS = (("model", "naive", "own"), ("published", "own", "published"))


def value_added(snapshots: Sequence[Snapshot], histories: Sequence[VolumeHistory]) -> pd.DataFrame:
    """Hold published forecasts against what came since.

    Parameters
    ----------
    snapshots
        The earliest published first. Where several speak of an interval, the one with the latest
        cutoff counts, and of these the last.
    histories
        What is known by now.

    Returns
    -------
    pandas.DataFrame
        A row per queue, and for all of them together where there are several, and step:
        ``unique_id``; ``step``: ``naive``, ``model``, ``published`` or ``override``; for an
        override its ``override_id``, ``kind``, ``who`` and ``why``; ``intervals`` and ``days``
        that were forecast and are known; ``volume``, contacts that came; ``wape_before`` and
        ``wape``, of the median, without and with the step; ``ratio`` of the two with its 95 %
        interval ``ratio_low`` to ``ratio_high``; ``verdict``. No row where nothing is known yet.
    """
    known = {history.queue: history for history in histories}
    rows = _rows(snapshots, known)
    if rows.empty:
        return pd.DataFrame(columns=_COLUMNS)
    found = []
    for queue, mine in _by_queue(rows):
        found.append(_row(queue, "naive", mine.assign(before=math.nan, after=mine["naive"])))
        for step, before, after in STEPS:
            found.append(_row(queue, step, mine.assign(before=mine[before], after=mine[after])))
    found += [
        _row(override.queue, "override", pair, override)
        for override, pair in _override_pairs(snapshots, rows)
    ]
    return pd.DataFrame(found, columns=_COLUMNS)


_COLUMNS = [
    "unique_id", "step", "override_id", "kind", "who", "why", "intervals", "days", "volume",
    "wape_before", "wape", "ratio", "ratio_low", "ratio_high", "verdict",
]  # fmt: skip


def _rows(snapshots: Sequence[Snapshot], known: Mapping[str, VolumeHistory]) -> pd.DataFrame:
    """Return what was published and what came, the snapshot that counts for each interval."""
    parts = []
    for number, snapshot in enumerate(snapshots):
        for published, own in zip(snapshot.published, snapshot.own, strict=True):
            history = known.get(published.queue)
            if history is None:
                continue
            part = _part(snapshot, published, own, history)
            parts.append(part.assign(snapshot=number, cutoff=snapshot.cutoff))
    if not parts:
        return pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["y", "naive"])
    order = rows.sort_values(["cutoff", "snapshot"], kind="stable")
    return order.drop_duplicates(["queue", "interval_start"], keep="last").sort_values(
        ["queue", "interval_start"], ignore_index=True
    )


def _part(
    snapshot: Snapshot, published: VolumeForecast, own: VolumeForecast, history: VolumeHistory
) -> pd.DataFrame:
    index = pd.DatetimeIndex(published.table.index)
    came = history.volume.reindex(index)
    return pd.DataFrame(
        {
            "queue": published.queue,
            "interval_start": index,
            "day": local_days(index, published.calendar.timezone),
            "y": came.to_numpy(dtype=float),
            "naive": _naive(history, snapshot.cutoff, index) if came.notna().any() else math.nan,
            "own": own.table["q50"].to_numpy(dtype=float),
            "published": published.table["q50"].to_numpy(dtype=float),
        }
    )


def _naive(history: VolumeHistory, cutoff: pd.Timestamp, index: pd.DatetimeIndex) -> Floats:
    """Return the yardstick's forecast as of the cutoff; NaN where it knew no volume."""
    before = history.until(cutoff)
    if before.volume.empty or before.volume.isna().all():
        return np.full(len(index), math.nan)
    horizon = round((index[-1] - before.cutoff) / before.calendar.step) + 1
    made = forecast_volume(before, max(horizon, 1), YARDSTICK)
    return made.table["q50"].reindex(index).to_numpy(dtype=float)


def _by_queue(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    queues = [(str(queue), mine) for queue, mine in rows.groupby("queue", sort=True)]
    return [*queues, (ALL_QUEUES, rows)] if len(queues) > 1 else queues


def _override_pairs(
    snapshots: Sequence[Snapshot], rows: pd.DataFrame
) -> list[tuple[Override, pd.DataFrame]]:
    """Return every override with its intervals' forecasts without and with it."""
    parts: dict[str, list[pd.DataFrame]] = {}
    newest: dict[str, Override] = {}
    for number, snapshot in enumerate(snapshots):
        own = {forecast.queue: forecast for forecast in snapshot.own}
        for override in snapshot.overrides:
            others = [other for other in snapshot.overrides if other is not override]
            # The sliders of the app move both sides of an override alike, and are left out.
            without, having = (
                apply_overrides(own[override.queue], used).table["q50"]
                for used in (others, snapshot.overrides)
            )
            mine = rows[
                (rows["snapshot"] == number)
                & (rows["queue"] == override.queue)
                & (rows["interval_start"] >= override.start)
                & (rows["interval_start"] < override.end)
            ]
            index = pd.DatetimeIndex(mine["interval_start"])
            before, after = (
                side.reindex(index).to_numpy(dtype=float) for side in (without, having)
            )
            pair = mine.assign(before=before, after=after)
            parts.setdefault(override.override_id, []).append(pair)
            newest[override.override_id] = override
    joined = {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}
    return [(newest[name], pair) for name, pair in joined.items() if not pair.empty]


def _row(
    queue: str, step: str, pair: pd.DataFrame, override: Override | None = None
) -> dict[str, object]:
    """Return the row of one step."""
    volume = float(pair["y"].sum())
    errors = [(pair[name] - pair["y"]).abs() for name in ("before", "after")]
    before, after = (
        float(error.sum(skipna=False)) / volume if volume > 0 else math.nan for error in errors
    )
    ratio, low, high = _ratio(pair["day"], errors[0], errors[1])
    return {
        "unique_id": queue,
        "step": step,
        "override_id": override.override_id if override else "",
        "kind": override.kind if override else "",
        "who": override.who if override else "",
        "why": override.why if override else "",
        "intervals": len(pair),
        "days": int(pair["day"].nunique()),
        "volume": volume,
        "wape_before": before,
        "wape": after,
        "ratio": ratio,
        "ratio_low": low,
        "ratio_high": high,
        "verdict": "" if step == "naive" else _verdict(ratio, low, high),
    }


def _ratio(day: pd.Series, before: pd.Series, after: pd.Series) -> tuple[float, float, float]:
    """Return the ratio of the errors after and before, with its interval over days."""
    if before.isna().any() or not before.sum() > 0:
        return math.nan, math.nan, math.nan
    sums = pd.DataFrame({"day": day, "before": before, "after": after}).groupby("day").sum()
    error = sums[["after", "before"]].to_numpy().T
    # Both sides have the same volume, which therefore leaves their ratio alone.
    errors = Errors(("after", "before"), error, np.ones_like(error), 1)
    low, high = draw(len(sums)).ratio(errors, 0, 1)
    return float(error[0].sum() / error[1].sum()), low, high


def _verdict(ratio: float, low: float, high: float) -> str:
    if ratio == 1.0 or low <= 1.0 <= high:
        return TIE
    if math.isnan(low):
        return UNCERTAIN
    return HELPED if high < 1.0 else HURT
