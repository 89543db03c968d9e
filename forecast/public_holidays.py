"""What a public holiday does to volume, hour by hour and by its name, learnt from the history."""

from dataclasses import dataclass

import numpy as np

from forecast.anomalies import without_anomalies
from forecast.day_effects import Effect, Usual, learn_effect
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, Integers
from forecast.profiles import mean_profile

SUNDAY = 6
LEAST_SUNDAY, MOST_SUNDAY = 0.25, 1.0
DAYS_OF_PROFILE = 364
EFFECT_SD = 0.3
DISPERSION = 0.1


@dataclass(frozen=True)
class HolidayEffect:
    """What a holiday does.

    Parameters
    ----------
    towards_sunday
        Weekdays by slots: the factor that makes a day of that weekday what is believed of a holiday
        before its own effect; the Sunday's profile as far as past holidays resembled one.
    effect
        What holidays do beyond that.
    """

    towards_sunday: Floats
    effect: Effect

    def factor(self, weekday: int, name: str) -> Floats:
        """Return what each slot of a holiday on this weekday is multiplied by."""
        factor: Floats = self.towards_sunday[weekday] * self.effect.of(name)
        return factor


def holiday_effect(panel: DayPanel, usual: Usual, names: dict[int, str]) -> HolidayEffect:
    """Learn from the holidays of the history what one does.

    A holiday that was never seen is believed to be like a Sunday, or like any other day where the
    queue is closed on Sundays. How far past holidays resembled Sundays, what else they had in
    common, and what those of one name had in common is learnt in this order, each drawn towards
    the one before. When at least two were seen and nothing came on any, the queue is closed on
    holidays; a name on which nothing ever came is closed too.

    Parameters
    ----------
    panel
        Days by slots.
    usual
        What its days lead to expect.
    names
        Name of each holiday, by days since 1970-01-01.
    """
    rows = np.flatnonzero((~np.isnan(panel.holiday_volume)).any(axis=1))
    actual, expected = panel.holiday_volume[rows], usual.expected[rows]
    weekday = panel.weekday[rows]
    sunday = _sunday_ratio(panel)
    share = _resemblance(actual, expected, expected * sunday[weekday])
    towards = 1.0 + share * (sunday - 1.0)
    labels = [names.get(int(panel.ordinal[row]), "") for row in rows]
    effect = learn_effect(actual, expected * towards[weekday], labels, usual, EFFECT_SD, DISPERSION)
    return HolidayEffect(towards, effect)


def closed_holidays(panel: DayPanel) -> Integers:
    """Return the holidays of the history on which nothing came, as days since 1970-01-01."""
    known = ~np.isnan(panel.holiday_volume)
    came = np.where(known, panel.holiday_volume, 0.0).sum(axis=1)
    closed: Integers = panel.ordinal[known.any(axis=1) & (came == 0)]
    return closed


def _sunday_ratio(panel: DayPanel) -> Floats:
    """Return what turns a weekday's profile into a Sunday's; 1 when it is closed on Sundays."""
    recent = panel.tail(DAYS_OF_PROFILE)
    usual = without_anomalies(recent)
    profile = mean_profile(usual, np.ones(len(usual.ordinal)))
    sunday = profile[SUNDAY]
    ratio = np.ones(profile.shape)
    both = ~np.isnan(profile) & ~np.isnan(sunday)[None] & (profile > 0)
    whole = np.where(both, profile, 0.0).sum(axis=1)
    on_sunday = np.where(both, sunday[None], 0.0).sum(axis=1)
    working = whole[:5] > 0
    if np.isnan(sunday).all() or not working.any():
        return ratio
    share = on_sunday[:5][working].sum() / whole[:5][working].sum()
    scale = float(np.clip(share, LEAST_SUNDAY, MOST_SUNDAY)) / share if share > 0 else 1.0
    for day in range(DAYS_OF_WEEK - 1):
        there = both[day]
        ratio[day, there] = scale * sunday[there] / profile[day, there]
        ratio[day, ~there] = LEAST_SUNDAY if share == 0 else 1.0
    return ratio


def _resemblance(actual: Floats, usual: Floats, as_sunday: Floats) -> float:
    """Return how far holidays lay on the way from an ordinary day to a Sunday, 0 to 1.

    One holiday that was a Sunday all over is thought to have been seen before.
    """
    shares = [1.0]
    for came, plain, sunday in zip(actual, usual, as_sunday, strict=True):
        known = ~np.isnan(came) & ~np.isnan(plain)
        way = (sunday - plain)[known]
        length = float(way @ way)
        if length > 0 and came[known].sum() > 0:
            shares.append(float(np.clip((came - plain)[known] @ way / length, 0.0, 1.0)))
    return float(np.mean(shares))
