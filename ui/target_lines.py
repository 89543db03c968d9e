"""A plan per hour beside one per day or week, in lines: what is saved and what it risks."""

from collections.abc import Callable, Sequence

from optimizer.target_comparison import Outcome, PlanOutcome, QueueTargets

_NAME, _FIGURE = 48, 12


def target_lines(compared: Sequence[QueueTargets]) -> list[str]:
    """Return a small table for each queue: a line per figure, a column per plan."""
    return [line for each in compared for line in _lines(each)]


def _lines(each: QueueTargets) -> list[str]:
    stretch = each.target_per
    plans = each.per_hour, each.per_stretch
    made = [
        f"{each.queue}: target {each.target:.0%} in time per {stretch}, no hour below "
        f"{each.hour_floor:.0%}",
        _line("", ["per hour", f"per {stretch}"]),
        _line("paid hours", [f"{plan.paid_hours:,.0f}" for plan in plans])
        + f"   {_change(-each.saving)}",
        _line("hours worked on after shifts", [f"{plan.overrun_hours:,.1f}" for plan in plans]),
    ]
    # Either plan was made in the same run, and for the same volumes.
    for share in each.per_hour.at_volume:
        more = "at the planned volume" if share == 1 else f"with {share - 1:.0%} more volume"
        found = [plan.at_volume[share] for plan in plans]
        made.append(_line(f"{more}: in time", _shares(found, lambda told: told.in_time)))
        if share == 1:
            made += _worst(plans, stretch)
        made += _below(found, stretch)
    expected = [plan.expected for plan in plans if plan.expected is not None]
    if len(expected) == len(plans):
        in_time = _shares(expected, lambda told: told.in_time)
        made += [_line("over what may come, on average: in time", in_time)]
        made += _below(expected, stretch)
    return made


def _worst(plans: Sequence[PlanOutcome], stretch: str) -> list[str]:
    found = [plan.planned for plan in plans]
    return [
        _line(f"  in the worst {stretch}", _shares(found, lambda told: told.worst_stretch)),
        _line("  in the worst hour", _shares(found, lambda told: told.worst_hour)),
    ]


def _below(found: Sequence[Outcome], stretch: str) -> list[str]:
    below = _shares(found, lambda told: told.stretches_below)
    return [
        _line(f"  {stretch}s below the target", below),
        _line("  hours below the target", _shares(found, lambda told: told.hours_below_target)),
        _line("  hours below the floor", _shares(found, lambda told: told.hours_below_floor)),
    ]


def _shares(found: Sequence[Outcome], of: Callable[[Outcome], float]) -> list[str]:
    return [f"{of(each):.1%}" for each in found]


def _change(share: float) -> str:
    return f"{share:+.1%}"


def _line(name: str, figures: Sequence[str]) -> str:
    return f"  {name:<{_NAME}}" + "".join(f"{figure:>{_FIGURE}}" for figure in figures)
