r"""Learning what drivers do to volume, from the history up to the cutoff.

The history is held against a robust weekly profile. Day totals :math:`T_d` with the profile's
:math:`E_d` are regressed, as overdispersed counts,

.. math:: \log E[T_d] = \log E_d + level_d + \sum_k b_k x_{dk},

where the level is piecewise linear with a knot every four weeks, drawn to the knot before, so that
a driver that merely rises with the level earns nothing. Bursts are regressed on what is left by
interval, for a range of half-lives. The two alternate. An effect is shrunk to zero by
:math:`1 - 4 / t^2`, t being its size over its standard error, which leaves nothing below two
standard errors (a positive-part rule in the manner of James and Stein, 1961), or below three where
a half-life was searched for; errors that follow one another from day to day widen the standard
error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.days import DayPanel, Floats, day_panel, lay_out
from forecast.drivers import LEARNT, Driver, Effect, fading, regressor
from forecast.profiles import decay, fill, median_profile
from forecast.series import VolumeHistory

LEAST_T = 2.0
LEAST_T_SEARCHED = 3.0
PRIOR_ERROR = 0.5
KNOT_DAYS = 28
KNOT_ERROR = 0.1
ROUNDS = 4
PROFILE_HALF_LIFE_DAYS = 56.0
MOST_DAYS = 364
OUTLYING = 2.5
HALF_LIVES_HOURS = tuple(float(hours) for hours in np.round(np.geomspace(1.0, 96.0, 14), 2))


@dataclass(frozen=True)
class _DayFit:
    """The regression of day totals.

    Parameters
    ----------
    factor
        Of the profile, by day: level and effects.
    size, error
        Of each driver, not yet shrunk.
    unrest
        Variance of a day's busyness, relative to the mean.
    inflation
        By how much the variance of an estimate grows as errors follow one another.
    """

    factor: Floats
    size: Floats
    error: Floats
    unrest: float
    inflation: float


def with_effects(history: VolumeHistory) -> VolumeHistory:
    """Return the history with the effects of its drivers learnt, where they are not known.

    Parameters
    ----------
    history
        Its calendar states opening hours and drivers.
    """
    calendar, cutoff = history.calendar, history.cutoff
    learnt = [each for each in calendar.drivers if each.kind in LEARNT and each.effect is None]
    if not learnt:
        return history
    index = pd.DatetimeIndex(history.volume.index)
    layout = lay_out(index, calendar)
    panel = day_panel(history).tail(MOST_DAYS)
    days, slots = panel.volume.shape

    def laid(values: Floats) -> Floats:
        return np.nan_to_num(layout.gather(values, slots))[-days:]

    smooth = [each for each in learnt if each.kind != "burst"]
    bursts = [each for each in learnt if each.kind == "burst"]
    columns = [laid(regressor(each, index, calendar.timezone, cutoff)) for each in smooth]
    grids = [
        {hours: laid(fading(each, index, calendar.timezone, hours)) for hours in HALF_LIVES_HOURS}
        for each in bursts
    ]
    effects = dict(zip([*smooth, *bursts], _alternate(panel, columns, grids), strict=True))
    drivers = tuple(
        replace(each, effect=effects.get(each, each.effect)) for each in calendar.drivers
    )
    return replace(history, calendar=replace(calendar, drivers=drivers))


def effect_notes(queue: str, drivers: Sequence[Driver]) -> tuple[str, ...]:
    """Say of each driver that is learnt from what was found, a sentence each."""
    notes = []
    for driver in drivers:
        effect = driver.effect
        if driver.kind not in LEARNT or effect is None:
            continue
        begin = f"Queue {queue}: driver {driver.name}"
        if effect.size == 0:
            notes.append(f"{begin} shows no effect beyond chance in the history; none is assumed.")
        elif driver.kind == "burst":
            notes.append(
                f"{begin} brings {effect.size:.3g} contacts per unit, half of them within "
                f"{effect.half_life_hours:.2g} hours (standard error {effect.error:.2g})."
            )
        elif driver.kind == "level":
            notes.append(
                f"{begin} has an elasticity of {effect.size:.2f} "
                f"(standard error {effect.error:.2g})."
            )
        else:
            notes.append(
                f"{begin} multiplies volume by {np.exp(effect.size):.3g} per unit "
                f"(standard error of the logarithm {effect.error:.2g})."
            )
    return tuple(notes)


def _alternate(
    panel: DayPanel, columns: Sequence[Floats], grids: Sequence[dict[float, Floats]]
) -> list[Effect]:
    """Fit smooth effects and bursts in turn, each on what the others leave."""
    known = ~np.isnan(panel.volume)
    brought = [np.zeros_like(panel.volume) for _ in grids]
    bursts = [Effect(0.0, np.inf) for _ in grids]
    usual = panel.volume
    fit = _DayFit(np.ones(len(panel.ordinal)), np.zeros(len(columns)), np.zeros(0), 0.0, 1.0)
    for _ in range(ROUNDS):
        clean = np.maximum(panel.volume - sum(brought, np.zeros_like(panel.volume)), 0.0)
        steady = np.divide(clean, fit.factor[:, None])
        weights = decay(panel.ordinal, PROFILE_HALF_LIFE_DAYS)
        profile = fill(median_profile(replace(panel, volume=steady), weights))
        usual = np.where(known, profile[panel.weekday], 0.0)
        fit = _fit_days(np.where(known, clean, 0.0).sum(axis=1), usual, columns)
        base = usual * fit.factor[:, None]
        for place, grid in enumerate(grids):
            others = sum((each for number, each in enumerate(brought) if number != place), base)
            rest = np.where(known, panel.volume - others, 0.0)
            bursts[place] = _fit_burst(rest, base, known, grid, fit)
            brought[place] = bursts[place].size * grid[bursts[place].half_life_hours]
    smooth = [Effect(float(b), float(se)) for b, se in zip(fit.size, fit.error, strict=True)]
    return [
        *(_shrunk(effect, LEAST_T) for effect in smooth),
        *(_shrunk(effect, LEAST_T_SEARCHED) for effect in bursts),
    ]


def _shrunk(effect: Effect, least: float) -> Effect:
    ratio = abs(effect.size) / effect.error if effect.error > 0 else 0.0
    kept = max(0.0, 1.0 - (least / ratio) ** 2) if ratio > 0 else 0.0
    return replace(effect, size=effect.size * kept)


def _fit_days(total: Floats, usual: Floats, columns: Sequence[Floats]) -> _DayFit:
    """Regress day totals on the drivers, with a level of their own."""
    expected = usual.sum(axis=1)
    used = expected > 0
    count = len(columns)
    driven = np.zeros((len(total), count))
    for place, column in enumerate(columns):
        driven[used, place] = (column * usual).sum(axis=1)[used] / expected[used]
    if not used.any():
        errors = np.full(count, PRIOR_ERROR)
        return _DayFit(np.ones(len(total)), np.zeros(count), errors, 0.0, 1.0)
    largest = np.abs(driven).max(axis=0, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    knots = _hats(len(total))
    design = np.hstack([knots, driven / scale])
    prior = _prior(knots.shape[1], count)
    beta = np.zeros(design.shape[1])
    unrest, weight = 0.0, np.ones(int(used.sum()))
    rows, offset, counts = design[used], np.log(expected[used]), total[used]
    beta[: knots.shape[1]] = np.log(max(counts.sum(), 0.5) / expected[used].sum())
    information, spread, residual = prior, weight, np.zeros(len(weight))
    for _ in range(12):
        mean = np.exp(np.clip(offset + rows @ beta, -20, 25))
        residual = (counts - mean) / mean
        unrest = max((1.4826 * np.median(np.abs(residual))) ** 2 - float(np.mean(1 / mean)), 0.0)
        spread = np.sqrt(1 / mean + unrest)
        standard = np.abs(residual) / spread
        weight = np.minimum(1.0, OUTLYING / np.maximum(standard, 1e-9)) / spread**2
        information = rows.T @ (weight[:, None] * rows) + prior
        step = np.linalg.solve(information, rows.T @ (weight * residual) - prior @ beta)
        beta = beta + np.clip(step, -1.0, 1.0)
    inflation = _inflation(residual / spread)
    variance = np.diag(np.linalg.inv(information))[knots.shape[1] :]
    return _DayFit(
        np.exp(np.clip(design @ beta, -10, 10)),
        beta[knots.shape[1] :] / scale,
        np.sqrt(variance * inflation) / scale,
        unrest,
        inflation,
    )


def _hats(days: int) -> Floats:
    """Return the piecewise linear functions with a knot every four weeks, days by knots."""
    knots = np.arange(max(2, int(np.ceil(days / KNOT_DAYS)) + 1))
    place = np.arange(days)[:, None] / KNOT_DAYS
    hats: Floats = np.maximum(0.0, 1.0 - np.abs(place - knots[None, :]))
    return hats


def _prior(knots: int, drivers: int) -> Floats:
    """Return the prior precision: knots follow one another, effects are not huge."""
    precision = np.zeros((knots + drivers, knots + drivers))
    steps = np.diff(np.eye(knots), axis=0) / KNOT_ERROR
    precision[:knots, :knots] = steps.T @ steps + 1e-6 * np.eye(knots)
    effects = np.arange(knots, knots + drivers)
    precision[effects, effects] = PRIOR_ERROR**-2
    return precision


def _inflation(errors: Floats) -> float:
    """Return by how much errors that follow one another widen a variance."""
    bounded = np.clip(errors, -OUTLYING, OUTLYING)
    mass = float((bounded**2).sum())
    if len(bounded) < 3 or mass == 0:
        return 1.0
    follow = min(max(float((bounded[1:] * bounded[:-1]).sum()) / mass, 0.0), 0.8)
    return (1 + follow) / (1 - follow)


def _fit_burst(
    rest: Floats, base: Floats, known: Floats, grid: dict[float, Floats], fit: _DayFit
) -> Effect:
    """Return the half-life that explains most, with contacts per unit and its standard error.

    Parameters
    ----------
    rest
        Contacts/interval that nothing else explains, 0 where nothing is known.
    base
        Contacts/interval without the burst.
    known
        Whether the volume is known.
    grid
        By half-life the part of units that falls into each interval.
    fit
        How unrestful days are.
    """
    floor = max(float(base[known > 0].mean()) * 0.05, 1e-3) if (known > 0).any() else 1.0
    weight = known / np.maximum(base, floor)
    best, gain = Effect(0.0, np.inf), 0.0
    for hours, faded in grid.items():
        weighted = weight * faded
        mass = float((weighted * faded).sum())
        if mass <= 0:
            continue
        size = float((weighted * rest).sum()) / mass
        left = float((weight * (rest - size * faded) ** 2).sum()) / max(known.sum(), 1)
        hourly = max(left, 1.0) * mass
        daily = fit.unrest * float(((weighted * base).sum(axis=1) ** 2).sum())
        error = float(np.sqrt(hourly + daily * fit.inflation)) / mass
        if size > 0 and size**2 * mass > gain:
            best, gain = Effect(size, error, hours), size**2 * mass
        elif not np.isfinite(best.error):
            best = Effect(0.0, error, hours)
    if not np.isfinite(best.error):
        return Effect(0.0, 0.0, next(iter(grid)))
    return best
