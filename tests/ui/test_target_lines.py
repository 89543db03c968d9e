"""The planner sees what a target per day saves beside what it risks."""

from tests.optimizer.test_target_comparison import compared
from ui.target_lines import target_lines


def test_both_plans_stand_side_by_side() -> None:
    """A column each, the saving beside the paid hours, and a block per volume."""
    lines = target_lines([compared()])
    assert lines[0] == "live: target 80% in time per day, no hour below 60%"
    assert lines[1].split() == ["per", "hour", "per", "day"]
    assert lines[2].split() == ["paid", "hours", "500", "450", "-10.0%"]
    assert [line for line in lines if "with 10% more volume" in line]
    assert lines[-3].split() == ["days", "below", "the", "target", "25.0%", "25.0%"]


def test_without_a_forecast_nothing_is_expected() -> None:
    """The mean over what may come is left out where it is not known."""
    lines = target_lines([compared(is_expected=False)])
    assert not [line for line in lines if "what may come" in line]


def test_without_such_a_queue_there_is_nothing_to_say() -> None:
    """A plan per hour has no second plan beside it."""
    assert target_lines([]) == []
