"""Rules about days worked and days off, as an automaton that is unfolded over a period.

A state says what the past days still forbid: days worked in a row, days off in a row while too
few, days worked this week. Working or resting a day leads from state to state, or nowhere. States
that allow the same from a day on are merged into one *layer* of that day, and states that no rep
can reach are left out, so that little is left to tell apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NOWHERE = -1


@dataclass(frozen=True)
class DayRules:
    """What holds for the days of every rep.

    Parameters
    ----------
    max_run
        Days worked in a row, at most; None for any number.
    min_off
        Days in each spell without work, at least. The spell in which the period ends may go on.
    max_days
        Days worked in a week, at most; None for any number.
    """

    max_run: int | None = None
    min_off: int = 1
    max_days: int | None = None

    def __post_init__(self) -> None:
        limits = (self.max_run, self.min_off, self.max_days)
        if min(limit for limit in limits if limit is not None) < 1:
            raise ValueError("max_run, min_off and max_days are days, at least 1.")


@dataclass(frozen=True)
class Layers:
    """The automaton, unfolded.

    Parameters
    ----------
    work, rest
        By day, and by layer of that day, the next day's layer after a day worked and after a day
        off, or `NOWHERE`. After the last day there is one layer.
    initial
        The layer of the first day in which each rep begins.
    """

    work: tuple[Ints, ...]
    rest: tuple[Ints, ...]
    initial: Ints


_State = tuple[int, int, int]  # days worked in a row, days off while too few, days this week


def unfold(rules: DayRules, runs: Ints, week: Ints) -> Layers:
    """Unfold the rules over a period.

    Parameters
    ----------
    rules
        What holds.
    runs
        Days in a row that each rep has worked just before the period; 0 for rested.
    week
        The week of each day.
    """
    starts = [(min(int(run), _most_counted(rules)), 0, 0) for run in runs]
    reached = [sorted(set(starts))]
    for day in range(len(week)):
        after = {step for state in reached[-1] for step in _steps(state, rules, week, day)}
        reached.append(sorted(state for state in after if state is not None))
    layer_of = dict.fromkeys(reached[-1], 0)
    work, rest = [], []
    for day in range(len(week) - 1, -1, -1):
        onward = {
            state: tuple(
                NOWHERE if step is None else layer_of[step]
                for step in _steps(state, rules, week, day)
            )
            for state in reached[day]
        }
        kinds = sorted(set(onward.values()))
        layer_of = {state: kinds.index(onward[state]) for state in reached[day]}
        work.append(np.array([kind[0] for kind in kinds], dtype=np.int64))
        rest.append(np.array([kind[1] for kind in kinds], dtype=np.int64))
    initial = np.array([layer_of[state] for state in starts], dtype=np.int64)
    return Layers(tuple(work[::-1]), tuple(rest[::-1]), initial)


def _most_counted(rules: DayRules) -> int:
    """Return where counting days in a row may stop: what is never too long needs no count."""
    return int(rules.min_off > 1) if rules.max_run is None else rules.max_run


def _steps(
    state: _State, rules: DayRules, week: Sequence[int] | Ints, day: int
) -> tuple[_State | None, _State | None]:
    """Return the states after a day worked and after a day off."""
    run, off, days = state
    is_run_over = rules.max_run is not None and run >= rules.max_run
    is_week_over = rules.max_days is not None and days >= rules.max_days
    ends_week = day + 1 < len(week) and week[day + 1] != week[day]
    worked = 0 if ends_week or rules.max_days is None else days + 1
    rested: _State = (0, 0, 0 if ends_week else days)
    if rules.min_off > 1 and (run or off) and off + 1 < rules.min_off:
        rested = (0, off + 1, rested[2])
    if off or is_run_over or is_week_over:
        return None, rested
    return (min(run + 1, _most_counted(rules)), 0, worked), rested
