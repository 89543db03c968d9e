"""The median of several models: never far from the best of them, and hard to mislead."""

from collections.abc import Sequence

import numpy as np

from forecast.days import DayPanel, Floats, FutureDays
from forecast.rehearsal import PointModel


def median_of(members: Sequence[PointModel]) -> PointModel:
    """Return the model that takes the median of the members' forecasts, interval by interval."""

    def predict(panel: DayPanel, future: FutureDays) -> Floats:
        made: Floats = np.median([member(panel, future) for member in members], axis=0)
        return made

    return predict
