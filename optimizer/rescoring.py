"""Every plan is tried out before it is published: formulas may be off, and a reader should know."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from data.progress import Report, silent
from optimizer.concurrency import message_times
from optimizer.plan_simulation import on_duty
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.simulated_service import (
    Comparison,
    compare,
    conditions_of,
    tell_part,
)
from optimizer.staffing.simulation import simulate

# Seconds without numba, whatever the size of the plan.
MESSAGES = 300_000
FEWEST, MOST = 10, 200


def rescore(
    requirement: pd.DataFrame,
    coverage: pd.DataFrame,
    queues: Mapping[str, QueueSettings],
    interval_minutes: int,
    seed: int,
    progress: Report = silent,
) -> tuple[Comparison, ...]:
    """Evaluate and simulate the primary reps of a plan at the volume that it was made for.

    Parameters
    ----------
    requirement
        As of `optimizer.requirement.Requirement`; its ``volume`` is served.
    coverage
        ``queue, interval_start, primary``: reps rostered, of whom shrinkage leaves some on duty.
    queues
        Settings by name of the queue.
    interval_minutes
        Length of an interval.
    seed
        The same seed simulates the same.
    progress
        Told the queue and the share that is done.

    Returns
    -------
    tuple
        A comparison for every queue with contacts that are answered as they come.
    """
    on = ["queue", "interval_start"]
    rows = requirement[[*on, "volume"]].merge(coverage[[*on, "primary"]], on=on, how="left")
    # As it stands in the plan's file, so that a plan that was read says the same.
    rows["volume"] = rows["volume"].round(4)
    parts = [
        (str(name), part)
        for name, part in rows.groupby("queue")
        if part["volume"].sum() > 0 and not queues[str(name)].is_asynchronous
    ]
    comparisons = []
    for place, (queue, part) in enumerate(parts):
        settings = queues[queue]
        volume = part["volume"].to_numpy(dtype=float)
        rostered = part["primary"].fillna(0).to_numpy(dtype=int)
        reps = on_duty(rostered, settings.service.shrinkage)
        messages = volume.sum() * message_times(settings.handling).rep_messages * len(parts)
        result = simulate(
            volume,
            reps,
            conditions_of(settings, interval_minutes),
            min(max(round(MESSAGES / messages), FEWEST), MOST),
            seed,
            progress=partial(tell_part, progress, f"Try out {queue}", place, len(parts)),
        )
        predicted = predict_service(settings, volume, reps, interval_minutes)
        predicted.insert(0, "interval_start", part["interval_start"].to_numpy())
        comparisons.append(compare(queue, settings, predicted, volume, result))
    return tuple(comparisons)
