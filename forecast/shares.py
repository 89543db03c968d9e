r"""A part of one queue's customers that another queue serves: volume moves, the total does not.

With share :math:`s_k` of giver g going to receiver k, and bases :math:`b`,

.. math:: g = (1 - \sum_k s_k)\, b_g, \qquad r_k = b_k + s_k\, b_g.

Bases are what is forecast. Where the receivers have nothing but what they are given,
:math:`b_g = g + \sum_k r_k`, whatever the shares were; else the giver's volume is divided by what
is left to it, and what the receiver was given is taken out of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.clock import zone
from data.errors import InputError
from forecast.closures import Calendar
from forecast.drivers import Driver, Floats, check_stated, stated
from forecast.series import VolumeForecast, VolumeHistory, quantile_column


@dataclass(frozen=True)
class Moves:
    """Which queues give a share to which.

    Parameters
    ----------
    bases
        Histories as they would be without shares, of queues that have volume of their own.
    shares
        Every share that is stated.
    calendars
        Of every giver and receiver.
    """

    bases: tuple[VolumeHistory, ...]
    shares: tuple[Driver, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


def undo_shares(histories: Sequence[VolumeHistory]) -> Moves:
    """Return what the queues' volume would be without any share.

    Raises
    ------
    InputError
        When a queue both gives and gets, or gives more than it has.
    """
    by_name = {history.queue: history for history in histories}
    shares = _shares_of(histories)
    if not shares:
        return Moves(tuple(histories))
    bases = dict(by_name)
    calendars = {history.queue: history.calendar for history in histories}
    for giver in sorted({share.queue for share in shares}):
        of_giver = [share for share in shares if share.queue == giver]
        for share in of_giver:
            calendars.setdefault(share.to, _moved_to(calendars[giver]))
        _undo(bases, giver, of_giver, _gets_from_one(shares))
    return Moves(tuple(bases.values()), shares, calendars)


def apply_shares(moves: Moves, forecasts: Sequence[VolumeForecast]) -> tuple[VolumeForecast, ...]:
    """Return the queues' forecasts under the shares stated for the horizon.

    Parameters
    ----------
    moves
        As `undo_shares` returned them.
    forecasts
        Of the bases.

    Raises
    ------
    InputError
        When a share is not stated for the whole horizon, or the data of two queues that share end
        at different times.
    """
    made = {forecast.queue: forecast for forecast in forecasts}
    for giver in sorted({share.queue for share in moves.shares}):
        base, shares = made[giver], [each for each in moves.shares if each.queue == giver]
        index, zone_name = pd.DatetimeIndex(base.table.index), base.calendar.timezone
        check_stated(shares, giver, index, zone_name)
        parts = [stated(share, index, zone_name) for share in shares]
        kept = _thinned(base, 1.0 - np.minimum(np.sum(parts, axis=0), 1.0))
        made[giver] = replace(kept, calendar=moves.calendars[giver])
        for share, part in zip(shares, parts, strict=True):
            given = replace(_thinned(base, part), queue=share.to, notes=())
            own = made.get(share.to)
            made[share.to] = replace(
                given if own is None else _added(own, given), calendar=moves.calendars[share.to]
            )
    return tuple(made.values())


def _shares_of(histories: Sequence[VolumeHistory]) -> tuple[Driver, ...]:
    shares = tuple(
        driver
        for history in histories
        for driver in history.calendar.drivers
        if driver.kind == "share" and driver.queue == history.queue
    )
    givers = {share.queue for share in shares}
    for share in shares:
        if share.to in givers:
            raise InputError(
                f"driver {share.name}: queue {share.to} gets a share and gives one; state in one "
                "step where volume goes"
            )
    return shares


def _gets_from_one(shares: Sequence[Driver]) -> set[str]:
    """Return the receivers that a single share concerns."""
    to = [share.to for share in shares]
    return {queue for queue in to if to.count(queue) == 1}


def _moved_to(calendar: Calendar) -> Calendar:
    """Return the giver's calendar for a queue that has none of its own yet."""
    return replace(calendar, drivers=tuple(each for each in calendar.drivers if not each.queue))


def _undo(
    bases: dict[str, VolumeHistory], giver: str, shares: Sequence[Driver], single: set[str]
) -> None:
    """Put the base of a giver in the place of its history, and those of its receivers."""
    history = bases[giver]
    index, zone_name = pd.DatetimeIndex(history.volume.index), history.calendar.timezone
    volume = history.volume.to_numpy(dtype=float)
    parts = {share.to: stated(share, index, zone_name) for share in shares}
    whole = np.sum(list(parts.values()), axis=0)
    if (whole > 1 + 1e-9).any():
        moment = index[int(np.argmax(whole > 1 + 1e-9))].tz_convert(zone(zone_name))
        raise InputError(
            f"queue {giver}: its shares add up to more than 1 at {moment:%Y-%m-%d %H:%M}; "
            "lower one of them"
        )
    left = 1.0 - whole
    base = np.divide(volume, left, out=np.full_like(volume, np.nan), where=left > 1e-9)
    got = {to: bases[to].volume.reindex(index).to_numpy(dtype=float) for to in parts if to in bases}
    if all(to in single and _has_only(got[to], parts[to]) for to in got):
        given = np.sum([np.where(parts[to] > 0, got[to], 0.0) for to in got], axis=0)
        # What went to a queue without any history yet is known from what was left alone.
        if set(got) == set(parts):
            base = np.where(np.isnan(given), base, volume + given)
        for to in got:
            del bases[to]
    else:
        for to in got:
            bases[to] = _own(bases[to], index, parts[to] * base)
    drivers = tuple(each for each in history.calendar.drivers if each.kind != "share")
    calendar = replace(history.calendar, drivers=drivers)
    bases[giver] = replace(history, volume=pd.Series(base, index=index), calendar=calendar)


def _has_only(got: Floats, part: Floats) -> bool:
    """Say whether a queue never had volume while it was given nothing."""
    return not (got[part == 0] > 0).any()


def _own(history: VolumeHistory, index: pd.DatetimeIndex, given: Floats) -> VolumeHistory:
    """Return a receiver's history without what it was given."""
    moved = pd.Series(given, index=index).reindex(history.volume.index, fill_value=0.0)
    return replace(history, volume=(history.volume - moved).clip(lower=0.0))


def _thinned(forecast: VolumeForecast, part: Floats) -> VolumeForecast:
    """Return the forecast of a share of the contacts, each going there or not by itself.

    The mean is exactly that share; of the variance v of m contacts, p²v + p(1 − p)m is left.
    """
    table, levels = forecast.table, forecast.probabilities
    mean = table["mean"].to_numpy(dtype=float)
    spread = (table[quantile_column(levels[-1])] - table[quantile_column(levels[0])]) / 2
    variance = np.maximum(spread.to_numpy(dtype=float) ** 2, np.maximum(mean, 1e-12))
    stretch = np.sqrt(np.maximum(part**2 + part * (1 - part) * mean / variance, 0.0))
    columns = {"mean": mean * part}
    for level in levels:
        name = quantile_column(level)
        away = table[name].to_numpy(dtype=float) - mean
        columns[name] = np.where(part > 0, np.maximum(mean * part + away * stretch, 0.0), 0.0)
    return replace(forecast, table=pd.DataFrame(columns, index=table.index))


def _added(own: VolumeForecast, given: VolumeForecast) -> VolumeForecast:
    """Return the sum of a queue's own contacts and of those given to it, errors independent."""
    if not own.table.index.isin(given.table.index).all():
        raise InputError(
            f"queue {own.queue}: its data ends at another time than that of the queue which gives "
            "it a share; give both to the same time"
        )
    table = given.table.reindex(own.table.index)
    mean = (own.table["mean"] + table["mean"]).to_numpy(dtype=float)
    columns = {"mean": mean}
    for level in own.probabilities:
        name = quantile_column(level)
        one, other = (
            (each[name] - each["mean"]).to_numpy(dtype=float) for each in (own.table, table)
        )
        away = np.sign(one + other) * np.sqrt(one**2 + other**2)
        columns[name] = np.maximum(mean + away, 0.0)
    names = [quantile_column(level) for level in own.probabilities]
    rising = np.sort(np.column_stack([columns[name] for name in names]), axis=1)
    ordered = pd.DataFrame(rising, columns=names, index=own.table.index)
    ordered.insert(0, "mean", mean)
    return replace(own, table=ordered)
