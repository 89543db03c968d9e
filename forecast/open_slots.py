"""A panel without its closed hours: what a model of an unbroken series can be run on.

A queue that closes at night jumps to zero and back every day, and a seasonal model that sees this
spends itself on the jump. So the open slots are strung together: the last open slot of a day is
followed by the first of the next open day.
"""

from dataclasses import dataclass

import numpy as np

from forecast.anomalies import without_anomalies
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers, weekdays
from forecast.profiles import decay, fill, mean_profile

HALF_LIFE_DAYS = 56.0


@dataclass(frozen=True)
class OpenSlots:
    """The open slots of the open days of a panel.

    Parameters
    ----------
    ordinal
        Open days since 1970-01-01, rising; weekdays that are never open are left out.
    weekday
        Their weekdays by the date.
    slots
        Which slots of a day are open on any weekday.
    volume
        Contacts/interval, open days by open slots; NaN where nothing is known, where the day is
        out of line with its neighbours, or where it resembles another weekday than its own.
    profile
        Usual contacts/interval, weekdays by open slots.
    all_slots
        Slots of a whole day.
    """

    ordinal: Integers
    weekday: Integers
    slots: Integers
    volume: Floats
    profile: Floats
    all_slots: int

    @property
    def days_of_week(self) -> int:
        """How many weekdays are open."""
        return len(np.unique(self.weekday))

    @property
    def known_days(self) -> int:
        """Days on which something is known."""
        return int((~np.isnan(self.volume)).any(axis=1).sum())

    def spans(self, days: int) -> bool:
        """Say whether there are as many open days as the queue has in `days` days."""
        return len(self.ordinal) >= days * self.days_of_week / DAYS_OF_WEEK

    def filled(self) -> Floats:
        """Return the volume with its gaps filled: the profile at the level of the days around."""
        known = ~np.isnan(self.volume)
        usual = self.profile[self.weekday]
        expected = np.where(known, usual, 0.0).sum(axis=1)
        index = np.ones(len(expected))
        sound = expected > 0
        if sound.any():
            place = np.arange(len(expected))
            total = np.nansum(self.volume, axis=1)
            index = np.interp(place, place[sound], total[sound] / expected[sound])
        return np.where(known, self.volume, usual * index[:, None])

    def steps_ahead(self, future: FutureDays) -> Integers:
        """Return how many open days after the last one a future day lies.

        A closed day has the number of the open day before it; 0 is the last day of the panel.
        """
        is_open = np.isin(weekdays(future.ordinal), np.unique(self.weekday))
        return np.cumsum(is_open & (future.ordinal > self.ordinal[-1])).astype(np.int64)

    def laid_out(self, made: Floats) -> Floats:
        """Return days by all slots, those that are never open at 0."""
        whole = np.zeros((len(made), self.all_slots))
        whole[:, self.slots] = np.maximum(made, 0.0)
        return whole


def open_slots(panel: DayPanel, most_days: int, most_values: int) -> OpenSlots | None:
    """Return the open slots of the last days of a panel, None where nothing is known.

    Parameters
    ----------
    panel
        Days by slots.
    most_days
        How many of its last days to look at, at most.
    most_values
        How many values to keep, at most: on a fine grid fewer days are kept, but 28 at least.
    """
    known = ~np.isnan(panel.tail(most_days).volume)
    slots = np.flatnonzero(known.any(axis=0))
    if len(slots) == 0:
        return None
    kept = int(np.clip(most_values // len(slots), 28, most_days))
    recent = panel.tail(kept)
    usual = without_anomalies(recent)
    profile = fill(mean_profile(usual, decay(usual.ordinal, HALF_LIFE_DAYS)))
    own = weekdays(usual.ordinal)
    volume = np.where((usual.weekday == own)[:, None], usual.volume, np.nan)
    ever = [(~np.isnan(volume[own == day])).any() for day in range(DAYS_OF_WEEK)]
    rows = np.asarray(ever)[own]
    if not rows.any():
        return None
    return OpenSlots(
        usual.ordinal[rows],
        own[rows],
        slots,
        volume[rows][:, slots],
        profile[:, slots],
        panel.volume.shape[1],
    )
