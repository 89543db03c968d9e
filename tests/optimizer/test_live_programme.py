"""A linear programme that grows by columns while it stays in the solver."""

import numpy as np
import pytest

from optimizer.live_programme import LiveProgramme
from optimizer.solver import Cancellation


def columns(programme, costs, rows, entries):
    """Add columns with one entry each."""
    programme.add_columns(
        np.array(costs, dtype=float),
        np.arange(len(costs), dtype=np.int32),
        np.array(rows, dtype=np.int32),
        np.array(entries, dtype=float),
    )


def test_a_column_that_comes_later_is_used():
    """Four and three are bought at 1 and 2 apiece, until both come together for 1.5."""
    programme = LiveProgramme(np.array([4.0, 3.0]), seed=1)
    columns(programme, [1, 2], [0, 1], [1, 1])
    first = programme.solve(10)
    assert first.objective == 10
    assert first.values.tolist() == [4, 3]
    assert first.prices.tolist() == [1, 2]
    programme.add_columns(
        np.array([1.5]), np.array([0], np.int32), np.array([0, 1], np.int32), np.ones(2)
    )
    second = programme.solve(10)
    assert second.objective == 5.5
    assert second.values.tolist() == [1, 0, 3]


def test_what_cannot_be_met_is_refused():
    """A sum of nothing is never four."""
    programme = LiveProgramme(np.array([4.0]), seed=1)
    columns(programme, [1.0], [0], [-1.0])
    with pytest.raises(ValueError, match="kInfeasible"):
        programme.solve(10)


def test_cancelled_there_is_no_answer():
    """Also when it is cancelled before it starts."""
    cancel = Cancellation()
    programme = LiveProgramme(np.array([4.0]), 1, cancel)
    columns(programme, [1.0], [0], [1.0])
    assert programme.solve(10).objective == 4
    cancel.cancel()
    assert programme.solve(10) is None
