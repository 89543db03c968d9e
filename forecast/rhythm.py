"""A rhythm of whole days that the week does not know: waves over the month or over the year."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from forecast.days import DayPanel, Floats, Integers

DEVIATIONS_KEPT = 3.0


@dataclass(frozen=True)
class Rhythm:
    """What the place of a day in a cycle of the calendar does to its volume.

    Parameters
    ----------
    angle
        From days since 1970-01-01 to their place in the cycle, which is 2π long.
    size
        Of each wave, sine and cosine by turns, in logs of volume; all 0 where nothing was found.
    """

    angle: Callable[[Integers], Floats]
    size: Floats

    def factor(self, ordinal: Integers) -> Floats:
        """Return what the volume of days since 1970-01-01 is multiplied by."""
        values: Floats = np.exp(waves(self.angle(ordinal), len(self.size) // 2) @ self.size)
        return values

    def taken_out(self, panel: DayPanel) -> DayPanel:
        """Return the panel as it would have been without it."""
        return replace(panel, volume=panel.volume / self.factor(panel.ordinal)[:, None])


def waves(angle: Floats, count: int) -> Floats:
    """Return sine and cosine of each wave by turns, a row per angle."""
    return np.stack(
        [wave(times * angle) for times in range(1, count + 1) for wave in (np.sin, np.cos)], axis=1
    )


def capped(off: Floats) -> Floats:
    """Return departures, none of them larger than noise would be."""
    cap = DEVIATIONS_KEPT * 1.4826 * float(np.median(np.abs(off)))
    return np.clip(off, -cap, cap)
