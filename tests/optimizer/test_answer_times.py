"""What an automatic reply promises is what a line of waiting contacts can keep."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.answer_times import answer_times, backlog_after

amounts = st.lists(st.integers(0, 4), min_size=4, max_size=12)


def one(waiting, capacity, probability=0.9):
    return answer_times(np.array([waiting], dtype=float), np.array(capacity, dtype=float),
                        1.0, probability)  # fmt: skip


def test_a_night_by_hand():
    """Six contacts wait until the third hour, in which three an hour are answered."""
    found = one([2, 4, 0, 0, 0, 0], [0, 0, 3, 3, 3, 0])
    assert found.hours[:2] == pytest.approx([2 + 2 / 3, 4.0])
    assert np.isnan(found.hours[2:]).all()
    # Told at 0.5 and 1.5 on average, answered at 2.67 and 4.
    assert found.mean_wait == pytest.approx((2 * (2 + 2 / 3 - 0.5) + 4 * 2.5) / 6)
    assert found.most_wait == pytest.approx(2.5)


def test_the_last_hours_are_answered_in_the_next_round():
    """Sunday night waits for Monday morning."""
    found = one([0, 0, 0, 2], [0, 2, 0, 0])
    assert found.hours[3] == pytest.approx(6.0)
    assert one([1, 0, 0, 2], [0, 2, 1, 0]).hours[0] == pytest.approx(3.0)


def test_who_comes_in_an_hour_is_not_answered_before_it_ends():
    """The last of them may come at its end, however many hands are free."""
    assert one([3, 0, 0], [4, 0, 0]).hours[0] == pytest.approx(1.0)
    # Of five, one is left for the next hour, which answers four an hour.
    assert one([5, 0, 0], [4, 4, 0]).hours[0] == pytest.approx(1.25)


def test_what_is_never_worked_off_gets_no_time():
    """A promise that cannot be kept is not made."""
    found = one([3, 3, 3, 3], [0, 1, 0, 0])
    assert np.isnan(found.hours).all()
    assert np.isnan(one([1, 0], [0, 0]).hours).all()


def test_the_promise_is_kept_on_as_many_paths_as_it_says():
    """Nine of ten paths are answered by the time that is stated with 0.9."""
    waiting = np.zeros((10, 6))
    waiting[:, 0] = np.arange(1, 11)
    capacity = np.array([0.0, 0, 2, 2, 2, 4])
    stated = answer_times(waiting, capacity, 1.0, 0.9).hours[0]
    each = [answer_times(waiting[[p]], capacity, 1.0, 0.9).hours[0] for p in range(10)]
    assert sum(hours <= stated + 1e-9 for hours in each) == 9


@given(amounts, st.data())
def test_times_are_those_of_a_line_contact_by_contact(waiting, data):
    """A queue of single contacts, answered in whole numbers at ends of hours, agrees."""
    count = len(waiting)
    capacity = data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    line, left = deque(), {}
    for t in range(3 * count):
        line.extend([t] * waiting[t % count])
        for _ in range(min(capacity[t % count], len(line))):
            came = line.popleft()
            left[came] = max(left.get(came, 0), t + 1)
    found = one(waiting, capacity).hours
    for t in range(count):
        last = left.get(count + t, 3 * count)
        if waiting[t] and count + t not in line and last < 3 * count:
            assert np.ceil(found[t] - 1e-6) == last - count
        else:
            assert np.isnan(found[t]) or last == 3 * count


@given(amounts, st.data())
def test_more_hands_never_answer_later(waiting, data):
    """A promise only gets better with more capacity, and backlog only smaller."""
    count = len(waiting)
    draw = st.lists(st.floats(0, 5), min_size=count, max_size=count)
    capacity, more = np.array(data.draw(draw)), np.array(data.draw(draw))
    few, many = one(waiting, capacity), one(waiting, capacity + more)
    known = ~np.isnan(few.hours)
    assert (many.hours[known] <= few.hours[known] + 1e-6).all()
    lines = [backlog_after(np.array(waiting, dtype=float), c) for c in (capacity, capacity + more)]
    assert (lines[1] <= lines[0] + 1e-9).all()
