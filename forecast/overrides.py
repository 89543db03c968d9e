r"""What people know that no model does: changes to a forecast, each with who, when and why.

The model's own number is never overwritten: overrides are kept beside it and laid over it again
each time, the earliest made first. All of them speak of *expected* contacts, the mean, since people
think in totals and only means add up:

- ``multiply``: every interval of the span times the value;
- ``add``: the value more contacts (fewer, if negative) over the span as a whole;
- ``total``: the span as a whole brings the value;
- ``set``: every interval of the span brings the value.

``add`` and ``total`` keep the span's shape, so they are a multiplication too, and mean the same
on any grid. What is not open stays 0. Multiplied by :math:`f`, the chance in a count, whose
variance is its mean, grows with :math:`\sqrt f`; what else moves a quantile away from the median
grows with :math:`f`. So a forecast raised tenfold from small counts is surer in proportion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from forecast.series import VolumeForecast, quantile_column, quantile_level

Kind = Literal["multiply", "add", "total", "set"]
KINDS = get_args(Kind)
MOST_FACTOR = 1000.0
MOST_CONTACTS = 1e9


@dataclass(frozen=True)
class Override:
    """A person's change to a stretch of one queue's forecast.

    Parameters
    ----------
    override_id
        Names it among the overrides of a workspace or file.
    kind
        What the value does; see the module.
    queue
        The queue.
    start, end
        The span, instants; an interval is in it when it starts at or after `start` and before
        `end`.
    value
        A factor for ``multiply``, else contacts; for ``set`` contacts/interval.
    who, why
        The author and the reason.
    at
        When it was made; of two on the same interval the later one is laid over the earlier.
    on
        One that is switched off is kept, and does nothing.
    exactly
        For ``set`` only: the number is certain, all quantiles are the value; otherwise the
        forecast stays as unsure as it was, in proportion.

    Raises
    ------
    ValueError
        When a part is missing or out of range.
    """

    override_id: str
    kind: Kind
    queue: str
    start: pd.Timestamp
    end: pd.Timestamp
    value: float
    who: str
    why: str
    at: datetime
    on: bool = True
    exactly: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {self.kind!r}.")
        for name in ("override_id", "queue", "who", "why"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is missing; an override says what it is, who and why.")
        if self.start.tzinfo is None or self.end.tzinfo is None or self.at.tzinfo is None:
            raise ValueError("start, end and at are instants; give them a zone.")
        if not self.start < self.end:
            raise ValueError("end must be after start.")
        most = MOST_FACTOR if self.kind == "multiply" else MOST_CONTACTS
        least = -most if self.kind == "add" else 0.0
        if not least <= self.value <= most:
            raise ValueError(
                f"value of kind {self.kind} lies from {least:g} to {most:g}, not {self.value:g}."
            )
        if self.exactly and self.kind != "set":
            raise ValueError("exactly goes with kind set.")

    @property
    def sentence(self) -> str:
        """The change in words, for a list."""
        words = {
            "multiply": f"× {self.value:g}",
            "add": f"{self.value:+g} contacts in all",
            "total": f"{self.value:g} contacts in all",
            "set": f"{self.value:g} contacts per interval" + (", exactly" if self.exactly else ""),
        }
        return f"{words[self.kind]} ({self.who}: {self.why})"


def apply_overrides(forecast: VolumeForecast, overrides: Sequence[Override]) -> VolumeForecast:
    """Lay overrides over a model's forecast.

    Parameters
    ----------
    forecast
        The model's own.
    overrides
        Of any queue; those of other queues, of other times and those switched off do nothing.

    Returns
    -------
    VolumeForecast
        A new one; with nothing to do, the same.

    Raises
    ------
    InputError
        When contacts are put into a span in which nothing is open.
    """
    table = forecast.table
    for override in in_order(overrides):
        chosen = _chosen(override, forecast, table)
        if chosen.any():
            table = table.copy()
            table.loc[chosen] = _changed(override, forecast, table[chosen])
    return forecast if table is forecast.table else replace(forecast, table=table)


def in_order(overrides: Sequence[Override]) -> list[Override]:
    """Return overrides as they are laid over each other: the earliest made first."""
    return sorted(overrides, key=lambda each: (each.at, each.override_id.zfill(6)))


def touches(override: Override, forecast: VolumeForecast) -> bool:
    """Say whether an override changes a forecast."""
    return bool(_chosen(override, forecast, forecast.table).any())


def scaled(table: pd.DataFrame, factor: npt.ArrayLike) -> pd.DataFrame:
    """Return a distribution's table times a factor.

    Parameters
    ----------
    table
        Mean and quantiles, contacts/interval, a row per interval.
    factor
        At least 0; one for all rows, or one each.
    """
    names = sorted((str(name) for name in table if name != "mean"), key=quantile_level)
    levels = np.array([quantile_level(name) for name in names])
    values = table[names].to_numpy(dtype=float)
    mean = table["mean"].to_numpy(dtype=float)
    times = np.broadcast_to(np.asarray(factor, dtype=float), mean.shape)[:, None]
    median = table[quantile_column(0.5)].to_numpy(dtype=float)[:, None]
    scores = np.array([NormalDist().inv_cdf(level) for level in levels])
    apart = values - median
    chance = np.minimum(mean[:, None] * scores**2, apart**2)
    moved = np.sqrt(times * chance + times**2 * (apart**2 - chance))
    result = np.maximum(times * median + np.sign(apart) * moved, 0.0)
    middle = int(np.searchsorted(levels, 0.5))
    # Where chance has another part in one quantile than in the next, they could cross.
    result[:, middle:] = np.maximum.accumulate(result[:, middle:], axis=1)
    lower = result[:, middle::-1]
    result[:, middle::-1] = np.minimum.accumulate(lower, axis=1)
    made = pd.DataFrame(result, index=table.index, columns=names)
    made["mean"] = mean * times[:, 0]
    return made[list(table.columns)]


def _chosen(
    override: Override, forecast: VolumeForecast, table: pd.DataFrame
) -> npt.NDArray[np.bool_]:
    """Say which intervals an override concerns."""
    if not override.on or override.queue != forecast.queue:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table.index >= override.start) & (table.index < override.end))


def _changed(override: Override, forecast: VolumeForecast, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a span under an override."""
    mean = table["mean"].to_numpy(dtype=float)
    if override.kind == "multiply":
        return scaled(table, override.value)
    if override.value > 0 and not mean.sum() > 0:
        raise InputError(
            f"override {override.override_id}: found {override.value:g} contacts for the queue "
            f"{override.queue} from {override.start} to {override.end}, where nothing is "
            "expected; open these hours in the settings or the events first"
        )
    if override.kind == "set":
        factor = np.divide(override.value, mean, out=np.zeros_like(mean), where=mean > 0)
        made = scaled(table, factor)
        if override.exactly:
            certain = np.where(mean > 0, override.value, 0.0)
            made = made.assign(**dict.fromkeys(made.columns, certain))
        return made
    # Of a span that the forecast sees only in part, that part of the contacts is meant.
    span = (override.end - override.start) / forecast.calendar.step
    contacts = override.value * len(table) / max(span, len(table))
    wanted = contacts if override.kind == "total" else mean.sum() + contacts
    return scaled(table, max(wanted, 0.0) / mean.sum() if mean.sum() > 0 else 0.0)
