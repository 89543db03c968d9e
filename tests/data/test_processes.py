"""Sharing work must change nothing but the time it takes."""

import contextlib

import pytest

from data.processes import cores, share, share_in_order


def double(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return 2 * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_done_once_and_comes_with_its_place(jobs: int) -> None:
    """Who puts results together needs to know whose they are."""
    assert dict(share(double, [3, 1, 2], jobs)) == {0: 6, 1: 2, 2: 4}
    assert dict(share(double, [], jobs)) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_in_a_task_is_raised_as_it_is(jobs: int) -> None:
    """The message must reach the person, from whichever process."""
    with pytest.raises(ValueError, match="negative"):
        list(share(double, [1, -1], jobs))


@pytest.mark.parametrize("jobs", [1, 2])
def test_work_can_be_given_up_without_a_word(jobs: int) -> None:
    """Stopping is no fault: no warning, no hanging worker."""
    with contextlib.closing(share(double, list(range(50)), jobs)) as made:
        place, result = next(made)
        assert result == 2 * place


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks_and_each_is_told(jobs: int) -> None:
    """Whoever is done first, the table that is made of it stays the same."""
    told: list[tuple[str, float]] = []
    made = share_in_order(
        double, [3, 1, 2], jobs, str, lambda name, share: told.append((name, share))
    )
    assert made == [6, 2, 4]
    assert sorted(name for name, _ in told) == ["1", "2", "3"]
    assert [share for _, share in told] == [1 / 3, 2 / 3, 1.0]


def test_there_is_at_least_one_core() -> None:
    """Else nothing would be done."""
    assert cores() >= 1
