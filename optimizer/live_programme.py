"""Linear programmes that stay in HiGHS while they grow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizer.solver import THREADS, Cancellation

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4  # HiGHS's kSimplexStrategyDual and kSimplexStrategyPrimal


@dataclass(frozen=True)
class LinearAnswer:
    """What a linear programme came to.

    Parameters
    ----------
    objective
        Its least cost.
    values
        Of the columns, in the order in which they were added.
    prices
        Of the rows: by how much the cost grows with a row's right-hand side.
    """

    objective: float
    values: "npt.NDArray[np.float64]"
    prices: "npt.NDArray[np.float64]"


class LiveProgramme:
    """A linear programme of equations that stays in HiGHS while it grows or its bounds change.

    Each solve goes on from the basis of the one before, or of `go_on_from`, without presolve: with
    the primal simplex after new columns, which leave the basis primal feasible, and with the dual
    simplex after new bounds, which leave it dual feasible.
    """

    def __init__(
        self,
        right_hand_sides: "npt.NDArray[np.float64]",
        seed: int,
        cancel: Cancellation | None = None,
    ) -> None:
        import highspy
        import numpy as np

        self._model = highspy.Highs()
        self._model.silent()
        for option, value in (
            ("threads", THREADS),
            ("random_seed", seed),
            ("presolve", "off"),
            ("solver", "simplex"),
            ("simplex_strategy", PRIMAL_SIMPLEX),
        ):
            self._model.setOptionValue(option, value)
        self._cancel = cancel
        if cancel is not None:
            self._model.cbSimplexInterrupt.subscribe(self._on_interrupt)
        sides = np.asarray(right_hand_sides, dtype=np.float64)
        nothing = np.empty(0, dtype=np.int32)
        begins = np.zeros(len(sides), dtype=np.int32)
        self._model.addRows(len(sides), sides, sides, 0, begins, nothing, np.empty(0))

    def add_columns(
        self,
        costs: "npt.NDArray[np.float64]",
        begins: "npt.NDArray[np.int32]",
        rows: "npt.NDArray[np.int32]",
        entries: "npt.NDArray[np.float64]",
    ) -> None:
        """Add columns of at least 0, given one after the other.

        Parameters
        ----------
        costs
            Of each column.
        begins
            Where each column's entries begin.
        rows, entries
            The rows that columns touch, and their coefficients there.
        """
        import numpy as np

        count = len(costs)
        self._model.addCols(
            count, costs, np.zeros(count), np.full(count, np.inf), len(rows), begins, rows, entries
        )
        self._model.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)

    def change_bounds(
        self,
        right_hand_sides: "npt.NDArray[np.float64]",
        first: int,
        lower: "npt.NDArray[np.float64]",
        upper: "npt.NDArray[np.float64]",
    ) -> None:
        """Give all equations new sides, and the columns from `first` on new bounds."""
        import numpy as np

        rows = np.arange(len(right_hand_sides), dtype=np.int32)
        self._model.changeRowsBounds(len(rows), rows, right_hand_sides, right_hand_sides)
        columns = np.arange(first, first + len(lower), dtype=np.int32)
        self._model.changeColsBounds(len(columns), columns, lower, upper)
        self._model.setOptionValue("simplex_strategy", DUAL_SIMPLEX)

    @property
    def basis(self) -> Any:
        """Where the last solve ended, for `go_on_from`."""
        return self._model.getBasis()

    def go_on_from(self, basis: Any) -> None:
        """Let the next solve go on from where another one ended."""
        self._model.setBasis(basis)

    def solve(self, seconds: float) -> LinearAnswer | None:
        """Find the least cost; None when time or patience ended before it was found.

        Raises
        ------
        ValueError
            When no values meet the equations or there is no least cost.
        """
        import highspy
        import numpy as np

        if self._cancel is not None and self._cancel.is_cancelled:
            return None
        # The limit counts from when the model was made.
        self._model.setOptionValue("time_limit", self._model.getRunTime() + max(0.0, seconds))
        self._model.run()
        status = self._model.getModelStatus()
        states = highspy.HighsModelStatus
        if status in (states.kTimeLimit, states.kInterrupt):
            return None
        if status != states.kOptimal:
            raise ValueError(f"The linear programme ended as {status.name}; it needs a least cost.")
        solution = self._model.getSolution()
        return LinearAnswer(
            float(self._model.getInfo().objective_function_value),
            np.array(solution.col_value),
            np.array(solution.row_dual),
        )

    def _on_interrupt(self, event: Any) -> None:
        if self._cancel is not None and self._cancel.is_cancelled:
            event.interrupt()
