"""Rules about days worked and days off, as an automaton that is unfolded over a period.

Each day of a rep has a *letter*: 0 for off, and one for each kind of shift that a rule tells apart,
such as night or standby. The rules (`optimizer.tours.day_rules`) remember what matters of the days
before; what they remember together is a state, and a letter leads from state to state, costs what
its broken rules cost, or leads nowhere. States that allow the same at the same cost from a day on
are merged into one *layer* of that day, and states that no rep can reach are left out, so that
little is left to tell apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from optimizer.tours.day_rules import Day, DayRules, Rule, rules_of, shift_rules

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NOWHERE = -1

UNKNOWN = -1
"""Instead of the letter of a day before the period of which nothing is known."""

CENTS = 9
"""Digits to which costs of a day are told apart."""

State = tuple[int, ...]


@dataclass(frozen=True)
class Layers:
    """The automaton, unfolded.

    Parameters
    ----------
    onward
        By day: by layer of that day and letter, the next day's layer, or `NOWHERE`. After the last
        day there is one layer.
    costs
        By day: by layer and letter, what the letter costs; 0 where it leads nowhere.
    initial
        The layer of the first day in which each rep begins; one that leads nowhere for a rep whom
        the rules leave no way through the period.
    ahead
        By rep and layer after the last day, what the days after that cost; None where there are
        none, and a single layer.
    """

    onward: tuple[Ints, ...]
    costs: tuple[Floats, ...]
    initial: Ints
    ahead: Floats | None = None

    @cached_property
    def has_costs(self) -> bool:
        """Whether any letter, or layer after the last day, costs anything."""
        return self.ahead is not None or any(bool(cost.any()) for cost in self.costs)

    def count(self, day: int) -> int:
        """Return how many layers there are before a day, or after the last one."""
        if day < len(self.onward):
            return len(self.onward[day])
        return 1 if self.ahead is None else self.ahead.shape[1]

    def alike(self, day: int) -> Ints:
        """Return, by letter, the first letter that does the same on a day in every layer."""
        lines = np.vstack([self.onward[day], self.costs[day]])
        _, first, place = np.unique(lines, axis=1, return_index=True, return_inverse=True)
        return first[place.ravel()].astype(np.int64)

    def walk(self, reps: Ints, letters: Sequence[Ints]) -> Floats:
        """Return what letters of reps cost, one array a day; infinite where not allowed."""
        first = np.broadcast_to(self.initial[reps], letters[0].shape)
        total, layer = self.steps(first, letters)
        if self.ahead is not None:
            total = total + np.where(layer == NOWHERE, np.inf, self.ahead[reps, layer])
        return total

    def steps(self, layer: Ints, letters: Sequence[Ints], day: int = 0) -> tuple[Floats, Ints]:
        """Return what letters from a day on cost, and the layers to which they lead."""
        total = np.zeros(layer.shape)
        for number, letter in enumerate(letters, start=day):
            following = self.onward[number][layer, letter]
            is_lost = (layer == NOWHERE) | (following == NOWHERE)
            total = total + np.where(is_lost, np.inf, self.costs[number][layer, letter])
            layer = np.where(is_lost, NOWHERE, following)
        return total, layer


def unfold(
    rules: DayRules,
    past: Ints,
    week: Ints,
    letters: Sequence[Sequence[int]],
    shifts: Ints | None = None,
) -> Layers:
    """Unfold the rules over a period.

    Parameters
    ----------
    rules
        What holds.
    past
        By rep, letters of the days just before the period, the last one last; `UNKNOWN` where they
        are not known.
    week
        The week of each day, rising from 0.
    letters
        By day, the letters that anybody could have; off is one of them, and the rules' blank and
        away may be.
    shifts
        By rep, the least and the most shifts at work in the period; None where nobody has bounds.
    """
    bounds = [None] * len(past) if shifts is None else shifts.tolist()
    automaton = _Automaton(rules, is_bounded=shifts is not None)
    starts = [automaton.after(*one, week) for one in zip(past.tolist(), bounds, strict=True)]
    reached, steps = [sorted(set(starts))], []
    for number in range(len(week)):
        day = rules.day(number, week)
        steps.append(
            {
                state: [automaton.step(state, letter, day) for letter in letters[number]]
                for state in reached[-1]
            }
        )
        after = {step[0] for row in steps[-1].values() for step in row if step is not None}
        reached.append(sorted(after))
    layer_of = dict.fromkeys(reached[-1], 0)
    onward, costs = [], []
    for number in reversed(range(len(week))):
        lines = {
            state: _line(row, letters[number], rules.away + 1, layer_of)
            for state, row in steps[number].items()
        }
        kinds = sorted({line for line in lines.values() if any(to != NOWHERE for to, _ in line)})
        place = {kind: spot for spot, kind in enumerate(kinds)}
        layer_of = {state: place.get(line, NOWHERE) for state, line in lines.items()}
        if not kinds or (number == 0 and NOWHERE in layer_of.values()):
            kinds.append(((NOWHERE, 0.0),) * (rules.away + 1))
        table = np.array(kinds, dtype=np.float64).reshape(len(kinds), rules.away + 1, 2)
        onward.append(table[..., 0].astype(np.int64))
        costs.append(table[..., 1])
    lost = len(onward[-1]) - 1
    initial = [lost if layer_of[state] == NOWHERE else layer_of[state] for state in starts]
    return Layers(tuple(onward[::-1]), tuple(costs[::-1]), np.array(initial, dtype=np.int64))


def _line(
    row: Sequence[tuple[State, float] | None],
    named: Sequence[int],
    count: int,
    layer_of: dict[State, int],
) -> tuple[tuple[int, float], ...]:
    """Return the next layer and the cost of every letter of a state."""
    line = [(NOWHERE, 0.0)] * count
    for letter, step in zip(named, row, strict=True):
        if step is not None and layer_of[step[0]] != NOWHERE:
            line[letter] = layer_of[step[0]], step[1]
    return tuple(line)


class _Automaton:
    """All rules together; a state is what each of them remembers."""

    def __init__(self, rules: DayRules, *, is_bounded: bool) -> None:
        self._rules = rules
        self._each: list[tuple[Rule, float | None]] = rules_of(rules)
        self._is_bounded = is_bounded
        if is_bounded:
            self._each += shift_rules(rules)
        self._known: dict[tuple[int, int, int, Day], tuple[int, int]] = {}

    def after(self, past: Sequence[int], bounds: Sequence[int] | None, week: Ints) -> State:
        """Return the state after days before the period, whatever they broke.

        Parameters
        ----------
        bounds
            On the shifts of the period, as far as those are bounded.
        """
        days = self._each[: len(self._each) - len(bounds or ())]
        state = [rule.unknown for rule, _ in days]
        for number, letter in enumerate(past, start=-len(past)):
            if letter != UNKNOWN:
                day = self._rules.day(number, week)
                for place in range(len(state)):
                    state[place] = self._one(place, state[place], letter, day)[0]
        return (*state, *(bounds or ()))

    def step(self, state: State, letter: int, day: Day) -> tuple[State, float] | None:
        """Return the state after a day, and the cost of what it breaks; None if it may not."""
        if letter == self._rules.blank:
            return state, self._owed(state, day)
        after, cost = [], 0.0
        for place, (_, price) in enumerate(self._each):
            memory, broken = self._one(place, state[place], letter, day)
            if broken and price is None:
                return None
            after.append(memory)
            cost += broken * (price or 0.0)
        return tuple(after), round(cost + self._owed(after, day), CENTS)

    def _owed(self, state: Sequence[int], day: Day) -> float:
        """Return what is paid at the period's end for shifts that are still owed."""
        if not (self._is_bounded and day.ends_period):
            return 0.0
        return self._rules.short_shift * state[-2]

    def _one(self, place: int, memory: int, letter: int, day: Day) -> tuple[int, int]:
        key = place, memory, letter, day
        if key not in self._known:
            rule, kinds = self._each[place][0], self._rules.kinds
            shift = kinds[letter - 1] if 0 < letter <= len(kinds) else None
            seen = day._replace(is_away=letter == self._rules.away)
            self._known[key] = rule.step(memory, shift, seen)
        return self._known[key]
