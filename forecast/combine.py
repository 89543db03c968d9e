r"""A combination of weekly profiles, each weighted by how near it has been to the truth.

Members are fitted from what was known when each day of the last half year began, and the errors of
those forecasts make the weights: per group of leads proportional to :math:`e^{-20}`, with
:math:`e` the sum of absolute errors over the past origins whose outcome was known, drawn to equal
weights by :math:`n / (n + 2)`, with :math:`n` the number of those origins (weights by inverse
errors: Bates and Granger 1969, doi:10.1057/jors.1969.103; the shrinkage: Diebold and Pauly 1990,
doi:10.1016/0169-2070(90)90028-A). The weights of a past origin come from origins still further
back, so the rehearsal is what the combination itself would have forecast.

Of small counts the best forecast by absolute error is 0, whatever their rate. Errors are therefore
taken over spans of the day in which at least `LEAST_CONTACTS` usually come, and squared where even
a day brings fewer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.anomalies import without_anomalies
from forecast.days import DayPanel, Floats, FutureDays, Integers
from forecast.month_rhythm import learn_month_rhythm
from forecast.profiles import fill
from forecast.rehearsal import (
    MOST_DAYS_SEEN,
    ORIGINS,
    Learner,
    Learnt,
    PastForecasts,
    past_days,
    past_origins,
)
from forecast.rhythm import Rhythm
from forecast.year_rhythm import LEAST_DAYS, learn_year_rhythm

# From usual days, rising and ending with the last one known, to contacts/interval of a coming week
# as weekdays by slots.
WeeklyProfile = Callable[[DayPanel], Floats]

# Last day of each group of leads; the last group also stands for all days beyond.
LEAD_DAYS = (1, 3, 7, 28)
POWER = 20.0
EQUAL_ORIGINS = 2.0
NEARLY_PERFECT = 1e-9
LEAST_CONTACTS = 5.0
# A year's rhythm is all but the same four weeks later, and a rehearsal quicker for it.
DAYS_A_YEAR_HOLDS = 28


@dataclass(frozen=True)
class Fitted:
    """The members as they stand on one day.

    Parameters
    ----------
    year, month
        What the time of the year and the place in the month do, taken out before and put back
        after.
    profiles
        Contacts/interval, members by weekdays by slots.
    """

    year: Rhythm
    month: Rhythm
    profiles: Floats

    def factor(self, ordinal: Integers) -> Floats:
        """Return what year and month multiply the volume of days since 1970-01-01 by."""
        return self.year.factor(ordinal) * self.month.factor(ordinal)

    def forecasts(self, future: FutureDays) -> Floats:
        """Return contacts/interval, members by days by slots."""
        flat = self.profiles[:, future.weekday]
        made: Floats = flat * self.factor(future.ordinal)[:, None]
        return made


def combination(
    members: Sequence[WeeklyProfile], of_years: Sequence[WeeklyProfile] = ()
) -> Learner:
    """Return the learner of the weighted mean of some weekly profiles.

    Parameters
    ----------
    members
        At least one; they see the last year.
    of_years
        Members that see all that is known, and join them from two years on.
    """

    def learn(panel: DayPanel, days_ahead: int) -> Learnt:
        long = of_years if len(panel.ordinal) >= LEAST_DAYS else ()
        fitted = fit(panel, members, long)
        past, weights = _rehearse(panel, members, long, days_ahead)

        def point(now: DayPanel, future: FutureDays) -> Floats:
            ready = fitted if now is panel else fit(now, members, long)
            lead = np.clip(future.ordinal - now.ordinal[-1], 1, days_ahead)
            of_day = weights[:, _group(lead)]
            made: Floats = (of_day[:, :, None] * ready.forecasts(future)).sum(axis=0)
            return made

        return Learnt(point, past)

    return learn


def fit(
    panel: DayPanel,
    members: Sequence[WeeklyProfile],
    of_years: Sequence[WeeklyProfile] = (),
    year: Rhythm | None = None,
) -> Fitted:
    """Fit the members to what a panel knows, anomalous days and rhythms of a year taken out.

    Parameters
    ----------
    panel
        Days by slots.
    members
        At least one; they see the last year.
    of_years
        Members that see all of the panel.
    year
        What the time of the year does, where that is known already.
    """
    if year is None:
        year = _year_rhythm(panel)
    recent = panel.tail(MOST_DAYS_SEEN)
    usual = year.taken_out(without_anomalies(recent))
    month = learn_month_rhythm(usual)
    flat = month.taken_out(usual)
    profiles = [fill(member(flat)) for member in members]
    if of_years:
        whole = month.taken_out(year.taken_out(without_anomalies(panel)))
        profiles += [fill(member(whole)) for member in of_years]
    return Fitted(year, month, np.stack(profiles))


def weights_from(errors: Floats, origins: Floats) -> Floats:
    """Return the weight of each member, from how far it was off.

    Parameters
    ----------
    errors
        Sums of absolute errors; members by any shape.
    origins
        How many origins each sum is over; of that shape.

    Returns
    -------
    numpy.ndarray
        Of the shape of `errors`; adds up to 1 over the members.

    Examples
    --------
    Without a past, all are equal; after two origins, half of the way is left to the best:

    >>> weights_from(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([0.0, 2.0])).tolist()
    [[0.5, 0.25], [0.5, 0.75]]
    """
    worst = errors.max(axis=0)
    relative = np.divide(errors, worst, out=np.ones_like(errors), where=worst > 0)
    power = -POWER * np.log(np.maximum(relative, NEARLY_PERFECT))
    own = np.exp(power - power.max(axis=0))
    own /= own.sum(axis=0)
    trusted = origins / (origins + EQUAL_ORIGINS)
    weights: Floats = trusted * own + (1.0 - trusted) / len(errors)
    return weights


def _rehearse(
    panel: DayPanel,
    members: Sequence[WeeklyProfile],
    of_years: Sequence[WeeklyProfile],
    days_ahead: int,
) -> tuple[PastForecasts, Floats]:
    """Return what the combination would have forecast, and its weights now, members by groups."""
    seen = past_origins(panel, ORIGINS)
    ordinal, weekday, actual = past_days(panel, seen, days_ahead)
    years = [_year_rhythm(panel.head(each)) for each in seen[::DAYS_A_YEAR_HOLDS]]
    then = [
        fit(panel.head(each), members, of_years, years[place // DAYS_A_YEAR_HOLDS])
        for place, each in enumerate(seen)
    ]
    count = len(members) + len(of_years)
    factor = [fitted.factor(days) for fitted, days in zip(then, ordinal, strict=True)]
    in_year = np.reshape(factor, (len(seen), days_ahead))
    origin = np.arange(len(seen))[:, None]

    def made_by(member: int) -> Floats:
        profiles = np.reshape([fitted.profiles[member] for fitted in then], (len(seen), 7, -1))
        laid: Floats = profiles[origin, weekday] * in_year[:, :, None]
        return laid

    errors = np.zeros((count, len(seen), days_ahead))
    span, power = _span_and_power(panel.head(seen[0])) if len(seen) else (1, 1)
    for member in range(count if len(seen) else 0):
        off = np.nan_to_num(made_by(member) - actual)
        of_span = np.abs(off.reshape(*off.shape[:2], -1, span).sum(axis=3))
        errors[member] = (of_span**power).sum(axis=2)
    known = np.asarray((~np.isnan(actual)).any(axis=2))
    weights = _weights_by_origin(errors, known, seen, len(panel.ordinal))
    of_lead = _group(np.arange(1, days_ahead + 1))
    made = np.zeros_like(actual)
    for member in range(count if len(seen) else 0):
        made += weights[member, :-1][:, of_lead][:, :, None] * made_by(member)
    made[ordinal > panel.ordinal[-1]] = np.nan
    return PastForecasts(seen, ordinal, made, actual), weights[:, -1]


def _year_rhythm(panel: DayPanel) -> Rhythm:
    """Return what the time of the year does, from all years of a panel."""
    return learn_year_rhythm(without_anomalies(panel))


def _span_and_power(panel: DayPanel) -> tuple[int, int]:
    """Return over how many slots errors are taken, a divisor of the day's, and to which power."""
    slots = panel.volume.shape[1]
    usual = float(np.nanmean(panel.volume))
    spans = [each for each in range(1, slots + 1) if slots % each == 0]
    enough = (each for each in spans if each * usual >= LEAST_CONTACTS)
    span = next(enough, None)
    return (slots, 2) if span is None else (span, 1)


def _weights_by_origin(
    errors: Floats, known: npt.NDArray[np.bool_], seen: Integers, days: int
) -> Floats:
    """Return the weights as they stood at every origin and, last, as they stand now.

    Parameters
    ----------
    errors
        Sums of absolute errors, members by origins by days ahead.
    known
        Whether anything came of which the errors are, origins by days ahead.
    seen
        Days that each origin knew, rising.
    days
        Days known now.

    Returns
    -------
    numpy.ndarray
        Members by origins and now by groups of leads.
    """
    members, origins, days_ahead = errors.shape
    instants = np.append(seen, days)
    weights = np.full((members, origins + 1, len(LEAD_DAYS)), 1.0 / members)
    first = 0
    for group, last in enumerate(LEAD_DAYS):
        if first >= days_ahead:
            break
        leads = slice(first, min(last, days_ahead))
        summed = np.cumsum(errors[:, :, leads].sum(axis=2), axis=1)
        counted = np.cumsum(known[:, leads].any(axis=1))
        over = np.searchsorted(seen + leads.stop, instants, side="right")
        some = over > 0
        weights[:, some, group] = weights_from(
            summed[:, over[some] - 1], counted[over[some] - 1].astype(float)
        )
        first = last
    return weights


def _group(lead: Integers) -> Integers:
    """Return the group of each lead in days, 1 being the first."""
    place = np.searchsorted(LEAD_DAYS, lead).astype(np.int64)
    return np.minimum(place, len(LEAD_DAYS) - 1)
