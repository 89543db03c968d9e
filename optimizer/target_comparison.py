"""A plan per hour and one per day or week side by side, as types and as ``targets.csv``."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import InputError, fault
from data.files import read_number, read_table
from optimizer.service_policy import TargetPer

EXPECTED = "expected"
"""How ``targets.csv`` calls the mean over sample paths, in place of a share of the volume."""

_DIGITS = 6


@dataclass(frozen=True)
class Outcome:
    """What a staff gives at one volume, or on average over several.

    Parameters
    ----------
    in_time
        Share of all contacts in time.
    worst_stretch, worst_hour
        Of the worst day or week, and of the worst interval.
    stretches_below
        Share of the days, or weeks, below the target.
    hours_below_target, hours_below_floor
        Share of the intervals with volume that are below them.
    """

    in_time: float
    worst_stretch: float
    worst_hour: float
    stretches_below: float
    hours_below_target: float
    hours_below_floor: float


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan costs a queue, and what it comes to.

    Parameters
    ----------
    paid_hours
        Of its primary shifts.
    overrun_hours
        That leaving reps work on after their shifts, at the planned volume.
    at_volume
        By the share of the planned volume that comes; 1 is among them.
    expected
        On average over sample paths; None when it is not known what else may come.
    """

    paid_hours: float
    overrun_hours: float
    at_volume: dict[float, Outcome]
    expected: Outcome | None

    @property
    def planned(self) -> Outcome:
        """What it comes to at the planned volume."""
        return self.at_volume[1.0]


@dataclass(frozen=True)
class QueueTargets:
    """A queue with both plans.

    Parameters
    ----------
    queue
        Its name.
    target_per, target, hour_floor
        What is promised.
    per_hour, per_stretch
        What the plan per hour and the one per day, or week, cost and come to.
    """

    queue: str
    target_per: TargetPer
    target: float
    hour_floor: float
    per_hour: PlanOutcome
    per_stretch: PlanOutcome

    @property
    def saving(self) -> float:
        """Share of the paid hours per hour that is saved."""
        paid = self.per_hour.paid_hours
        return 1 - self.per_stretch.paid_hours / paid if paid else 0.0


OUTCOMES = tuple(each.name for each in fields(Outcome))
_PROMISE = ("target", "hour_floor")
_COST = ("paid_hours", "overrun_hours")
_COLUMNS = ("unique_id", "target_per", "volume", *_PROMISE, *_COST, *OUTCOMES)


def targets_table(compared: Sequence[QueueTargets]) -> pd.DataFrame:
    """Return the rows of ``targets.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per queue, plan (``target_per``) and volume: ``volume`` is a share of the planned
        volume, or ``expected`` for the mean over sample paths; ``target`` and ``hour_floor`` are
        what is promised; then the fields of `PlanOutcome` and `Outcome`.
    """
    rows = []
    for queue in compared:
        for per, plan in (("hour", queue.per_hour), (queue.target_per, queue.per_stretch)):
            outcomes = {f"{share:.2f}": outcome for share, outcome in plan.at_volume.items()}
            if plan.expected is not None:
                outcomes[EXPECTED] = plan.expected
            rows += [
                {
                    "unique_id": queue.queue,
                    "target_per": per,
                    "volume": volume,
                    "target": queue.target,
                    "hour_floor": queue.hour_floor,
                    "paid_hours": plan.paid_hours,
                    "overrun_hours": plan.overrun_hours,
                    **asdict(outcome),
                }
                for volume, outcome in outcomes.items()
            ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).round(_DIGITS)


def targets_report(compared: Sequence[QueueTargets]) -> dict[str, Any]:
    """Return what ``report.json`` says of both plans, by queue; ``targets.csv`` says more."""
    return {
        each.queue: {
            "target_per": each.target_per,
            "saving": round(each.saving, _DIGITS),
            "per_hour": _plan_report(each.per_hour),
            f"per_{each.target_per}": _plan_report(each.per_stretch),
        }
        for each in compared
    }


def _plan_report(plan: PlanOutcome) -> dict[str, Any]:
    outcomes = {"planned": plan.planned, EXPECTED: plan.expected}
    return {
        "paid_hours": round(plan.paid_hours, _DIGITS),
        "overrun_hours": round(plan.overrun_hours, _DIGITS),
        **{
            name: {field: round(share, _DIGITS) for field, share in asdict(outcome).items()}
            for name, outcome in outcomes.items()
            if outcome is not None
        },
    }


def read_targets(path: Path) -> tuple[QueueTargets, ...]:
    """Read what `targets_table` returned.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used, or a queue lacks one of its plans.
    """
    table = read_table(path, _COLUMNS)
    for column in _COLUMNS[3:]:
        cells = zip(table.index, table[column], strict=True)
        table[column] = [read_number(text, path, int(row), column) for row, text in cells]
    found = []
    for name, rows in table.groupby("unique_id", sort=False):
        others = [per for per in rows["target_per"].unique() if per != "hour"]
        if len(others) != 1 or not (rows["target_per"] == "hour").any():
            raise InputError(f"{path}: queue {name} has not two plans; make the plan again")
        first = rows.iloc[0]
        found.append(
            QueueTargets(
                str(name),
                others[0],
                float(first["target"]),
                float(first["hour_floor"]),
                _read_plan(path, rows[rows["target_per"] == "hour"]),
                _read_plan(path, rows[rows["target_per"] == others[0]]),
            )
        )
    return tuple(found)


def _read_plan(path: Path, rows: pd.DataFrame) -> PlanOutcome:
    outcomes = {
        str(volume): Outcome(**{name: float(row[name]) for name in OUTCOMES})
        for volume, (_, row) in zip(rows["volume"], rows.iterrows(), strict=True)
    }
    expected = outcomes.pop(EXPECTED, None)
    at_volume = {
        read_number(volume, path, int(rows.index[0]), "volume"): outcome
        for volume, outcome in outcomes.items()
    }
    if 1.0 not in at_volume:
        raise fault(
            path, "", "give the planned volume, 1.00", row=int(rows.index[0]), column="volume"
        )
    first = rows.iloc[0]
    return PlanOutcome(
        float(first["paid_hours"]), float(first["overrun_hours"]), at_volume, expected
    )
