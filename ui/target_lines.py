"""A plan per hour beside one per day or week: what is saved and what it risks, in words."""

from collections.abc import Callable, Iterator, Sequence

from optimizer.target_comparison import Outcome, PlanOutcome, QueueTargets

# A figure's name, and what it is in the plan per hour and in the other one.
Figure = tuple[str, str, str]

_NAME, _FIGURE = 48, 12


def target_lines(compared: Sequence[QueueTargets]) -> list[str]:
    """Return a small table for each queue: a line per figure, a column per plan."""
    made = []
    for each in compared:
        made.append(f"{each.queue}: {promise(each)}")
        made.append(_line("", "per hour", f"per {each.target_per}"))
        lines = [_line(*figure) for figure in target_figures(each)]
        made += [f"{lines[0]}   {-each.saving:+.1%}", *lines[1:]]
    return made


def promise(each: QueueTargets) -> str:
    """Return what is promised."""
    return (
        f"target {each.target:.0%} in time per {each.target_per}, no hour below "
        f"{each.hour_floor:.0%}"
    )


def target_figures(each: QueueTargets) -> list[Figure]:
    """Return the figures of both plans, paid hours first; those of one volume are indented."""
    stretch, plans = each.target_per, (each.per_hour, each.per_stretch)
    made = [
        _figure("paid hours", plans, lambda plan: f"{plan.paid_hours:,.0f}"),
        _figure("hours worked on after shifts", plans, lambda plan: f"{plan.overrun_hours:,.1f}"),
    ]
    # Both plans were made in the same run, and for the same volumes.
    for share in each.per_hour.at_volume:
        more = "at the planned volume" if share == 1 else f"with {share - 1:.0%} more volume"
        found = [plan.at_volume[share] for plan in plans]
        made.append(_share(f"{more}: in time", found, lambda told: told.in_time))
        if share == 1:
            made.append(_share(f"  in the worst {stretch}", found, lambda told: told.worst_stretch))
            made.append(_share("  in the worst hour", found, lambda told: told.worst_hour))
        made += _below(found, stretch)
    expected = [plan.expected for plan in plans if plan.expected is not None]
    if len(expected) == len(plans):
        name = "over what may come, on average: in time"
        made.append(_share(name, expected, lambda told: told.in_time))
        made += _below(expected, stretch)
    return made


def _below(found: Sequence[Outcome], stretch: str) -> Iterator[Figure]:
    yield _share(f"  {stretch}s below the target", found, lambda told: told.stretches_below)
    yield _share("  hours below the target", found, lambda told: told.hours_below_target)
    yield _share("  hours below the floor", found, lambda told: told.hours_below_floor)


def _figure(name: str, plans: Sequence[PlanOutcome], of: Callable[[PlanOutcome], str]) -> Figure:
    per_hour, per_stretch = map(of, plans)
    return name, per_hour, per_stretch


def _share(name: str, found: Sequence[Outcome], of: Callable[[Outcome], float]) -> Figure:
    per_hour, per_stretch = (f"{of(each):.1%}" for each in found)
    return name, per_hour, per_stretch


def _line(name: str, per_hour: str, per_stretch: str) -> str:
    return f"  {name:<{_NAME}}{per_hour:>{_FIGURE}}{per_stretch:>{_FIGURE}}"
