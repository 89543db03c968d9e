"""The only place that runs PuLP or HiGHS."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SolverSettings:
    """The ``[solver]`` table.

    Parameters
    ----------
    time_limit_seconds
        After this the best plan so far is returned.
    gap
        A plan within this fraction of the bound is called optimal.
    seed
        Of the solver's random choices.
    """

    time_limit_seconds: float = 60.0
    gap: float = 0.005
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.time_limit_seconds < float("inf"):
            raise ValueError("time_limit_seconds must be above 0.")
        if not 0 <= self.gap < 1:
            raise ValueError("gap must be at least 0 and below 1.")
