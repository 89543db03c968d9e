"""The few numbers above a table that answer its question; each can be checked by recount."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.clock import zone
from forecast.series import VolumeForecast, VolumeHistory
from optimizer.requirement_rows import SERVICE_COLUMNS

RECENT_WEEKS = 4


@dataclass(frozen=True)
class CoverageSums:
    """How a plan covers its requirement, in rep-hours.

    Parameters
    ----------
    required, primary, on_call
        Rep-hours called for in both roles, and planned in each.
    under, over
        Rep-hours missing and rep-hours beyond need; each on its own, never netted.
    short_hours
        Hours of the week in which anybody is missing.
    """

    required: float
    primary: float
    on_call: float
    under: float
    over: float
    short_hours: float

    @property
    def covered(self) -> float:
        """Share of the required rep-hours that the plan covers; 1 when nothing is required."""
        return 1.0 if self.required == 0 else 1.0 - self.under / self.required


def coverage_sums(coverage: pd.DataFrame, interval_minutes: int) -> CoverageSums:
    """Add a coverage table up.

    Parameters
    ----------
    coverage
        As in a shift plan: a row per queue and interval.
    interval_minutes
        Length of an interval.
    """
    hours = interval_minutes / 60
    total = coverage.sum(numeric_only=True) * hours
    return CoverageSums(
        required=float(total["required_primary"] + total["required_on_call"]),
        primary=float(total["primary"]),
        on_call=float(total["on_call"]),
        under=float(total["understaffing"]),
        over=float(total["overstaffing"]),
        short_hours=float((coverage["understaffing"] > 0).sum() * hours),
    )


@dataclass(frozen=True)
class RequirementSums:
    """What a queue's week calls for.

    Parameters
    ----------
    primary, on_call
        Rep-hours to roster.
    service
        Means over the contacts of the service columns, by name, fractions; NaN where unknown.
    """

    primary: float
    on_call: float
    service: Mapping[str, float]


def requirement_sums(rows: pd.DataFrame, interval_minutes: int) -> RequirementSums:
    """Add the rows of one queue's requirement up."""
    hours = interval_minutes / 60
    return RequirementSums(
        float(rows["rostered_primary"].sum()) * hours,
        float(rows["rostered_on_call"].sum()) * hours,
        {column: _by_contacts(rows[column], rows["volume"]) for column in SERVICE_COLUMNS},
    )


def _by_contacts(shares: pd.Series, volume: pd.Series) -> float:
    weights = volume.where(shares.notna(), 0.0)
    total = float(weights.sum())
    return float((shares.fillna(0.0) * weights).sum()) / total if total else math.nan


@dataclass(frozen=True)
class ForecastSums:
    """What a forecast says of its period.

    Parameters
    ----------
    expected
        Contacts, the sum of the means.
    peak_start
        When the busiest interval by the median starts, UTC.
    peak, peak_high
        Median and 95 % quantile of contacts in that interval.
    """

    expected: float
    peak_start: pd.Timestamp
    peak: float
    peak_high: float


def forecast_sums(forecast: VolumeForecast) -> ForecastSums:
    """Add a forecast up."""
    median = forecast.quantile(0.5)
    busiest = int(median.to_numpy().argmax())
    start: pd.Timestamp = median.index[busiest]
    high = forecast.quantile(0.95)
    return ForecastSums(
        float(forecast.table["mean"].sum()),
        start,
        float(median.iloc[busiest]),
        float(high.iloc[busiest]),
    )


def total_rows(totals: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Lay totals of days and weeks out for people, the days of each period first.

    Parameters
    ----------
    totals
        As `forecast.totals.totals`.
    timezone
        Whose days they are.

    Returns
    -------
    pandas.DataFrame
        A row per day and then per week: ``Period``; ``Expected``, contacts; ``80 % range`` and
        ``90 % range``, between which the total lies that often.
    """
    names = {"day": "%a %d %b", "week": "Week from %d %b"}
    periods = [
        moment(start, timezone, names[period])
        for period, start in zip(totals["period"], totals["start"], strict=True)
    ]
    ranges = {
        f"{name} % range": [
            f"{lowest:,.0f} – {highest:,.0f}"
            for lowest, highest in zip(totals[low], totals[high], strict=True)
        ]
        for name, low, high in ((80, "q10", "q90"), (90, "q05", "q95"))
    }
    expected = totals["mean"].to_numpy(dtype=float).round()
    return pd.DataFrame({"Period": periods, "Expected": expected, **ranges})


@dataclass(frozen=True)
class HistorySums:
    """What a history says of the last weeks.

    Parameters
    ----------
    first, cutoff
        Start of the first interval and end of the last, UTC.
    recent, before
        Contacts in the last four weeks and in the four before them; None for `before` when the
        history is shorter than eight weeks.
    unknown
        Intervals of the whole history whose volume is not known.
    """

    first: pd.Timestamp
    cutoff: pd.Timestamp
    recent: float
    before: float | None
    unknown: int

    @property
    def growth(self) -> float | None:
        """Change of the last four weeks against the four before, as a fraction."""
        return self.recent / self.before - 1 if self.before else None


def history_sums(history: VolumeHistory) -> HistorySums:
    """Add the last weeks of a history up."""
    volume, weeks = history.volume, pd.Timedelta(weeks=RECENT_WEEKS)
    recent = volume[volume.index >= history.cutoff - weeks]
    earlier = volume[(volume.index < history.cutoff - weeks)]
    earlier = earlier[earlier.index >= history.cutoff - 2 * weeks]
    is_long = volume.index[0] <= history.cutoff - 2 * weeks
    return HistorySums(
        volume.index[0],
        history.cutoff,
        float(recent.sum()),
        float(earlier.sum()) if is_long else None,
        int(volume.isna().sum()),
    )


def moment(instant: pd.Timestamp, timezone: str, form: str = "%a %d %b %H:%M") -> str:
    """Write an instant as wall time."""
    return f"{instant.tz_convert(zone(timezone)):{form}}"
