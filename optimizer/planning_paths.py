"""Sample paths that shifts are planned for, in reps."""

from collections.abc import Mapping, Sequence

import pandas as pd

from data.errors import InputError
from forecast.days import Integers
from forecast.paths import sample_paths
from forecast.series import VolumeForecast
from optimizer.required_distribution import RequiredDistribution

PATHS = 100
"""So many tell blocks of a call apart from chance, within seconds of work."""


def planning_paths(
    distributions: Mapping[str, RequiredDistribution],
    forecasts: Sequence[VolumeForecast],
    seed: int,
    count: int = PATHS,
) -> dict[str, Integers]:
    """Return the reps on duty that paths of every queue's forecast call for.

    Parameters
    ----------
    distributions
        By queue what volumes call for.
    forecasts
        At least one for each of these queues, from which its requirement was made.
    seed
        The same seed draws the same paths.
    count
        How many paths.

    Returns
    -------
    dict
        By queue, paths by intervals.

    Raises
    ------
    InputError
        When a queue has no forecast, or one of other intervals.
    """
    by_queue = {each.queue: each for each in forecasts}
    found = {}
    for queue, distribution in distributions.items():
        if queue not in by_queue:
            raise InputError(
                'shifts.programme = "two_stage" plans for paths of a forecast, and there is none '
                f"for queue {queue}; name it with --forecast, or choose another programme."
            )
        index = pd.DatetimeIndex(by_queue[queue].table.index)
        if not index.equals(distribution.starts):
            raise InputError(
                f"Queue {queue}: the forecast and the requirement are of different intervals; "
                "give the forecast from which the requirement was made."
            )
        volume = sample_paths(by_queue[queue], count, seed)
        found[queue] = distribution.of_volume(volume)
    return found
