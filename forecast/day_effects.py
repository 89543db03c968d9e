r"""What a kind of day does to volume, learnt from the days of that kind in the history.

Each such day says by how much its total departed from what its weekday led to expect,
:math:`x_d = \\log(a_d / e_d)`, and how its hours were placed within the day. Both are drawn towards
what is believed before any such day was seen, by how much they can be trusted: the mean of
:math:`n` departures with variance :math:`s^2` keeps :math:`V / (V + s^2 / n)` of itself, where
:math:`V` is the variance of such effects from kind to kind. A name that was seen before (Christmas)
is drawn towards its kind (a public holiday) in the same manner (Efron and Morris 1975,
doi:10.1080/01621459.1975.10479864).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from forecast.anomalies import without_anomalies
from forecast.days import DayPanel, Floats
from forecast.profiles import without

Booleans = npt.NDArray[np.bool_]

WEEKS_AROUND = 4
SHAPE_SD = 0.15
SMOOTHED_MINUTES = 180
CLOSED_AT_LEAST = 20.0
DOUBT = 2.0
MOST_SPECIAL = 0.5
FARTHEST = 3.0


@dataclass(frozen=True)
class Usual:
    """What ordinary days bring, and how far they stray from it.

    Parameters
    ----------
    expected
        Contacts/interval by the same weekday in the four weeks before and after, the day itself
        left out; days by slots, NaN where there was none.
    day_variance
        Variance of the log of a day's total over what was expected.
    shape_variance
        The same of single slots, smoothed over neighbouring ones and with the day's own level
        taken out; a number per slot.
    dispersion
        Squared error of an interval beyond its Poisson noise, over the square of what was expected.
    """

    expected: Floats
    day_variance: float
    shape_variance: Floats
    dispersion: float


@dataclass(frozen=True)
class Effect:
    """What a kind of day does to the volume that would otherwise be expected.

    Parameters
    ----------
    common
        Factor per slot for a day of this kind whose name was never seen.
    named
        Factor per slot by name.
    dispersion
        By how much such days are less certain than ordinary ones: added to the dispersion.
    seen
        How many days it was learnt from.
    """

    common: Floats
    named: Mapping[str, Floats] = field(default_factory=dict)
    dispersion: float = 0.0
    seen: int = 0

    def of(self, name: str) -> Floats:
        """Return the factor per slot of a day of this kind."""
        return self.named.get(name, self.common)


def usual_days(panel: DayPanel, special: Booleans | None = None) -> Usual:
    """Say of every day what its weekday led to expect.

    Parameters
    ----------
    panel
        Days by slots; days out of line are left out of what others are expected to be.
    special
        Days that may not be ordinary; they are left out too, unless most days are such.
    """
    ordinary = panel
    if special is not None and special.mean() <= MOST_SPECIAL:
        ordinary = without(panel, special)
    volume = without_anomalies(ordinary).volume
    expected = np.full(volume.shape, np.nan)
    for weekday in np.unique(panel.weekday):
        rows = np.flatnonzero(panel.weekday == weekday)
        apart = np.abs(panel.ordinal[rows][:, None] - panel.ordinal[rows][None])
        near = ((apart > 0) & (apart <= 7 * WEEKS_AROUND)).astype(float)
        known = ~np.isnan(volume[rows])
        count = near @ known
        total = near @ np.where(known, volume[rows], 0.0)
        there = np.full(total.shape, np.nan)
        expected[rows] = np.divide(total, count, out=there, where=count > 0)
    level, shape = _departures(volume, expected)
    enough = ~np.isnan(level)
    if enough.sum() < 2:
        return Usual(expected, SHAPE_SD**2, np.full(volume.shape[1], SHAPE_SD**2), SHAPE_SD**2)
    return Usual(
        expected,
        float(np.mean(level[enough] ** 2)),
        np.mean(np.square(shape[enough]), axis=0),
        max(float(np.nanmean(_missed(volume, expected)[enough])), 0.0),
    )


def learn_effect(
    actual: Floats,
    expected: Floats,
    names: Sequence[str],
    usual: Usual,
    prior_sd: float,
    prior_dispersion: float,
) -> Effect:
    """Learn what a kind of day does from its days so far.

    Parameters
    ----------
    actual, expected
        Contacts/interval that came, and that would be expected before any such day was seen; days
        by slots. A slot in which either is NaN says nothing.
    names
        The name of each day; empty for a day that is only one of its kind.
    usual
        How far ordinary days stray.
    prior_sd
        How large the log of such an effect usually is.
    prior_dispersion
        Added dispersion before any such day was seen.
    """
    usable = _expected_total(actual, expected) > 0
    actual, expected = actual[usable], expected[usable]
    names = [name for name, each in zip(names, usable, strict=True) if each]
    common, named = _factors(actual, expected, names, usual, prior_sd)
    squares = []
    for row in range(len(names)):
        rest = np.arange(len(names)) != row
        others = [names[place] for place in np.flatnonzero(rest)]
        kind, by_name = _factors(actual[rest], expected[rest], others, usual, prior_sd)
        made = expected[row] * by_name.get(names[row], kind)
        missed = _missed(actual[row : row + 1], made[None])[0]
        if not np.isnan(missed):
            squares.append(min(missed, 1.0) - usual.dispersion)
    learnt = (sum(squares) + DOUBT * prior_dispersion) / (len(squares) + DOUBT)
    return Effect(common, named, max(learnt, 0.0), len(names))


def _factors(
    actual: Floats, expected: Floats, names: Sequence[str], usual: Usual, prior_sd: float
) -> tuple[Floats, dict[str, Floats]]:
    """Return the factor per slot of the kind, and of every name in it."""
    slots = expected.shape[1]
    whole = _expected_total(actual, expected)
    came = np.nansum(np.where(np.isnan(expected), np.nan, actual), axis=1)
    shut = (came == 0) & (whole >= CLOSED_AT_LEAST)
    labels = np.array(names, dtype=object)
    closed_names = {name for name in set(names) if name and shut[labels == name].all()}
    if shut.sum() >= 2 and shut.all():
        return np.zeros(slots), {name: np.zeros(slots) for name in closed_names}
    open_days = ~shut
    level, shape = _departures(actual[open_days], expected[open_days])
    labels = labels[open_days]
    # How much such days differ among themselves is as unknown at first as what they do.
    total, variance = _drawn(level, prior_sd**2, usual.day_variance + prior_sd**2)
    form, _ = _drawn(shape, SHAPE_SD**2, usual.shape_variance)
    named = {name: np.zeros(slots) for name in closed_names}
    between = _between(level - total, usual.day_variance)
    for name in sorted(set(labels) - {""}):
        of_name = labels == name
        own, _ = _drawn(
            level[of_name] - total, between, np.maximum(usual.day_variance, variance / 2)
        )
        own_form, _ = _drawn(shape[of_name] - form, SHAPE_SD**2, usual.shape_variance)
        named[str(name)] = np.exp(total + own + form + own_form)
    # Of a day that was never seen nobody knows whether it is one of the closed ones.
    may_open = (len(level) + 1.0) / (len(shut) + 1.0)
    return np.exp(total + form) * may_open, named


def _drawn(values: Floats, most: float, noise: Floats | float) -> tuple[Floats, Floats]:
    """Return the mean of rows drawn towards 0, and their variance.

    The variance is that of the rows, with `noise` standing in for two of them. Effects are as large
    as `most` at the most, in variance, and else as the mean is larger than chance would have it.
    """
    count = len(values)
    noise = np.asarray(noise, dtype=float)
    if count == 0:
        return np.zeros(noise.shape), noise
    mean = np.mean(values, axis=0)
    scatter = np.square(values - mean).sum(axis=0)
    variance = (scatter + DOUBT * noise) / (count - 1 + DOUBT)
    chance = variance / count
    effect = min(most, max(float(np.mean(np.square(mean) - chance)), 0.0))
    whole = effect + chance
    kept = np.divide(effect, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(mean * kept), np.asarray(variance)


def _between(departures: Floats, noise: float) -> float:
    """Return the variance from name to name: what is left of that of days by their noise."""
    if len(departures) == 0:
        return noise
    return max(float(np.mean(np.square(departures))) - noise, noise / DOUBT)


def _departures(actual: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return the log of each day's total over what was expected, and that of its slots beside it.

    A day of which nothing can be said is NaN; slots of a day stand for themselves and those within
    an hour and a half.
    """
    both = ~np.isnan(actual) & ~np.isnan(expected)
    came, due = np.where(both, actual, 0.0), np.where(both, expected, 0.0)
    total, whole = came.sum(axis=1), due.sum(axis=1)
    level = np.full(len(whole), np.nan)
    some = whole > 0
    ratio = np.log((total[some] + 0.5) / (whole[some] + 0.5))
    level[some] = np.clip(ratio, -FARTHEST, FARTHEST)
    near = _neighbours(actual.shape[1])
    scale = np.where(some, (total + 0.5) / (whole + 0.5), 1.0)
    due_near = (due * scale[:, None]) @ near
    shape = np.log((came @ near + 1.0) / (due_near + 1.0))
    return level, shape


def _neighbours(slots: int) -> Floats:
    """Return weights of slots by slots, falling with the distance; a day's ends are ends."""
    reach = max(SMOOTHED_MINUTES * slots // 1440 / 2, 1.0)
    apart = np.abs(np.arange(slots)[:, None] - np.arange(slots)[None])
    weights: Floats = np.maximum(1.0 - apart / (reach + 0.5), 0.0)
    return weights


def _missed(actual: Floats, expected: Floats) -> Floats:
    """Return the dispersion that each day's squared errors speak for; NaN where none was due."""
    both = ~np.isnan(actual) & ~np.isnan(expected)
    due = np.where(both, expected, 0.0)
    error = np.where(both, actual, 0.0) - due
    squares = np.square(due).sum(axis=1)
    beyond = np.square(error).sum(axis=1) - due.sum(axis=1)
    missed: Floats = np.divide(
        beyond, squares, out=np.full_like(squares, np.nan), where=squares > 0
    )
    return missed


def _expected_total(actual: Floats, expected: Floats) -> Floats:
    both = ~np.isnan(actual) & ~np.isnan(expected)
    total: Floats = np.where(both, expected, 0.0).sum(axis=1)
    return total
