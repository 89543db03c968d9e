"""What to change of a plan's shifts, by what it was made from or by a newer forecast."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from data.clock import format_times
from data.errors import InputError
from forecast.series import VolumeForecast
from optimizer.cover import required_reps
from optimizer.period import span
from optimizer.plan_changes import QueuePlan, plan_charge
from optimizer.presence_rules import open_by_rule
from optimizer.requirement import Requirement
from optimizer.shift_needs import needs_of
from optimizer.shifts import Shift, tier_prices
from optimizer.staff import Team
from optimizer.suggestions import People, Suggestion, suggest
from ui import workflow
from ui.plan_folder import FORECAST, Plan
from ui.retuning import read_forecasts
from ui.settings import SETTINGS_FILE, Settings


@dataclass(frozen=True)
class SuggestedPlan:
    """What to change of a plan.

    Parameters
    ----------
    suggestions
        Those that save most come first.
    charge
        What the plan is expected to cost as it is, in wages.
    unmanned
        What would save more than any of them, had the roster somebody to work it; None where there
        is no such change.
    """

    suggestions: tuple[Suggestion, ...]
    charge: float
    unmanned: Suggestion | None = None

    @property
    def total(self) -> float:
        """What they save together, in wages."""
        return sum(one.change.saves for one in self.suggestions)

    def headline(self, *, named: bool) -> str:
        """Say what the plan costs and what can be saved, on a roster or of reps without names."""
        said = f"The plan is expected to cost {self.charge:,.1f} wages"
        if self.suggestions:
            return f"{said}; these changes save {self.total:,.1f}."
        workable = " that somebody can work" if named else ""
        return f"{said}; no change of a single shift{workable} saves anything."


def suggest_changes(
    made: Plan,
    settings: Settings,
    requirement: Requirement,
    team: Team | None = None,
    most: int = 10,
) -> SuggestedPlan:
    """Suggest changes of single shifts of a plan.

    Parameters
    ----------
    made, settings
        The plan, and the settings that it was made with.
    requirement
        Reps that are called for by now, with their distributions.
    team
        The plan's, with what else is known of it, such as absences; None when nobody is named.
    most
        How many to list.
    """
    shifts = _shifts(made)
    queues = _queue_plans(made, settings, requirement)
    people = None
    if made.roster is not None and team is not None:
        period = span(made.shift_plan.coverage, made.interval_minutes)
        people = People(team, settings.labour, made.roster.assignments, period)
    charge = sum(
        plan_charge(of, [item for item in shifts.items() if item[0].queue == of.queue])
        for of in queues
    )
    found = suggest(queues, shifts, settings.shifts, made.timezone, people, most)
    best = found[0].change.saves if found else 0.0
    unmanned = None
    if people is not None:
        anybody = suggest(queues, shifts, settings.shifts, made.timezone, None, 1)
        unmanned = next((one for one in anybody if one.change.saves > best + 1e-6), None)
    return SuggestedPlan(found, charge, unmanned)


def names_of(made: Plan) -> Callable[[str], str]:
    """Return what gives the name of a rep, or the rep_id where there is none."""
    names = {rep.rep_id: rep.name for rep in made.team.reps} if made.team is not None else {}
    return lambda rep_id: names.get(rep_id) or rep_id


def absences_beside(folder: Path, settings: Settings) -> Path | None:
    """Return the absences of the workspace that a plan folder lies in; None where there are none.

    A plan folder holds the team, but not who was away.
    """
    workspace = folder.resolve().parent.parent
    path = workspace / settings.files.absences
    return path if (workspace / SETTINGS_FILE).is_file() and path.is_file() else None


def newest_requirement(
    made: Plan, settings: Settings, folder: Path, forecast: Path | None
) -> Requirement:
    """Return what a plan's intervals call for: as it was planned, or by a newer forecast.

    Raises
    ------
    InputError
        When the newer forecast lacks a queue or a part of the plan's time.
    """
    if forecast is None:
        if made.requirement.distributions:
            return made.requirement
        own = read_forecasts(folder / FORECAST, settings)
        return workflow.distributed(made.requirement, own, settings)
    newer = [_whole(made, read_forecasts(forecast, settings), name) for name in _names(made)]
    required = workflow.require(newer, settings)
    return workflow.distributed(required, newer, settings)


def _names(made: Plan) -> list[str]:
    return sorted(made.requirement.table["queue"].unique())


def _whole(made: Plan, forecasts: Sequence[VolumeForecast], queue: str) -> VolumeForecast:
    """Return a queue's forecast of exactly the plan's intervals."""
    rows = made.requirement.table
    starts = pd.DatetimeIndex(rows.loc[rows["queue"] == queue, "interval_start"])
    found = next((each for each in forecasts if each.queue == queue), None)
    if found is None:
        raise InputError(f"The forecast has nothing of the queue {queue}; make it for every queue")
    missing = starts.difference(pd.DatetimeIndex(found.table.index))
    if len(missing):
        first = format_times(missing[:1], made.timezone)[0]
        raise InputError(
            f"The forecast of the queue {queue} has nothing of {first}, which is in the plan; "
            "make one that holds all of it"
        )
    return replace(found, table=found.table.loc[starts], update=None)


def _shifts(made: Plan) -> dict[Shift, int]:
    """Return who works in the end: the roster, or the shifts when nobody is named."""
    if made.roster is None:
        return {staffed.shift: staffed.reps for staffed in made.shift_plan.shifts}
    return dict(Counter(one.shift for one in made.roster.assignments))


def _queue_plans(made: Plan, settings: Settings, requirement: Requirement) -> list[QueuePlan]:
    """Return what each queue calls for and what the plan brings."""
    wages = settings.shifts.wages(made.timezone)
    needs = needs_of(
        requirement,
        required_reps(requirement),
        replace(settings.shifts, programme="loss_function"),
        settings.on_call,
        settings.queues,
        {},
    )
    opened = open_by_rule(needs, settings.shifts.presence, wages.zones, wages.timezone)
    found = []
    for need in opened:
        rows = made.coverage[made.coverage["queue"] == need.queue].sort_values("interval_start")
        shrinkage = settings.queues[need.queue].service.shrinkage
        found.append(
            QueuePlan(
                requirement.distributions[need.queue],
                tier_prices(settings.shifts, settings.on_call, shrinkage),
                rows["primary"].to_numpy(dtype=float),
                rows["on_call"].to_numpy(dtype=float),
                need.is_open,
                made.interval_minutes,
                wages,
            )
        )
    return found
